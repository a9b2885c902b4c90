#!/usr/bin/env bash
# Builds the addon for other versions of OpenVINO and runs the tests of what stands on the runtime, each
# in a copy of the package.
#
#   scripts/ci/runtimes.sh oldest | all | VERSION …
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Every one whose wheel carries headers, the newest patch of each.
versions=(2024.4.0 2024.5.0 2024.6.0 2025.0.0 2025.1.0 2025.2.0 2025.3.0 2025.4.1 2026.0.0 2026.1.0 2026.2.1 2026.3.1)
case ${1:-} in
  oldest) versions=("${versions[0]}") ;;
  all) ;;
  '') sed -n '2,5p' "$0" && exit 2 ;;
  *) versions=("$@") ;;
esac

# Of the tools around it, and of Python, which have a runtime of their own.
others='pytorch|quantiz|setup|find-openvino|build\.test|doctor|native\.test|environment|examples|python'

for version in "${versions[@]}"; do
  printf '\n=== OpenVINO %s\n' "$version"
  runtime=$root/build/runtimes/$version
  if [[ ! -d $runtime/openvino/include ]]; then
    python3 -m pip install --quiet --target "$runtime" --upgrade --no-deps --no-compile --only-binary=:all: \
      --python-version 3.11 --implementation cp --abi cp311 --platform manylinux2014_x86_64 \
      --platform manylinux_2_28_x86_64 --platform manylinux_2_31_x86_64 "openvino==$version"
  fi
  copy=$(mktemp -d)
  # Tests that step down to another user read it too.
  chmod 755 "$copy"
  trap 'rm -rf "$copy"' EXIT
  (cd "$root" && git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$copy")
  ln -s "$root/node_modules" "$copy/node_modules"
  cd "$copy"
  export OPENVINO_IECORE_RUNTIME=$runtime/openvino
  node scripts/build.cjs
  npx jest --testPathIgnorePatterns "$others"
  cd "$root"
  rm -rf "$copy"
done
