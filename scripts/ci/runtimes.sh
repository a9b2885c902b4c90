#!/usr/bin/env bash
# Builds the addon for other versions of OpenVINO and runs the tests that depend on the runtime.
#
# Each version is built and tested in a copy of the package.
#
#   scripts/ci/runtimes.sh oldest | all | VERSION …
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# All versions whose wheel contains the C++ headers, with their newest patch, and the SHA-256 of the wheel for
# CPython 3.11 on x86-64.
declare -A sha256=(
  [2024.4.0]=4bd3e21a70eff12166bae3b5ea824787b8c766f975f39e3f2d93729b47b74cb6
  [2024.5.0]=5a9109046fc11a55bcdf85075a589b67145a81f3bbfb216225d5784812d8a954
  [2024.6.0]=444a6d3a746dd728654877993c30582faefcad2868c80ec261839a144b8925bc
  [2025.0.0]=d66c9cb37cdf2490b54645e5e35bb21efae44c232cafcd7d4bbc7774d5830143
  [2025.1.0]=aa3135ba237aafcaffd65b9df3f4386ce6ac6dbcf25a3dcdc4b3a3963532c327
  [2025.2.0]=8e0bf80965191d524a05aaf5d3f663aecd726e061045d9568c66dc6ad75e4f24
  [2025.3.0]=fcc9e4e8116845359a15dfd721bb863a207325bd267770919cc0fb72e6036764
  [2025.4.1]=c552a68c094b0d75f48b7c19cbd3482c44e4e267821897dcb7c9f7c36ba5f88b
  [2026.0.0]=ba999f7fea57958a533a715afa976704ea6acf39dfd271a89ce78594e7aaa488
  [2026.1.0]=117bae89a1869488ae51e38633e6b370fb52733a52635e4e4690a92b2bed73c4
  [2026.2.1]=3a7f4ec8ed2a7ae4069a96ded7f9ff9b7a97230e411141db8b68669ba43c0bde
  [2026.3.1]=a767aab95940ce78901335f5e89e61087b81ce122a546e3023489303f8488cd3
)
mapfile -t versions < <(printf '%s\n' "${!sha256[@]}" | sort --version-sort)
case ${1:-} in
  oldest) versions=("${versions[0]}") ;;
  all) ;;
  '') sed -n '2,6p' "$0" && exit 2 ;;
  *) versions=("$@") ;;
esac

source "$root/scripts/ci/independent-tests.sh"

for version in "${versions[@]}"; do
  [[ -v sha256[$version] ]] || { echo "No hash of OpenVINO $version is known: add it to $0" >&2 && exit 2; }
  printf '\n=== OpenVINO %s\n' "$version"
  runtime=$root/build/runtimes/$version
  if [[ ! -d $runtime/openvino/include ]]; then
    python3 -m pip install --quiet --target "$runtime" --upgrade --no-deps --no-compile --only-binary=:all: --require-hashes \
      --python-version 3.11 --implementation cp --abi cp311 --platform manylinux2014_x86_64 \
      --platform manylinux_2_28_x86_64 --platform manylinux_2_31_x86_64 \
      --requirement <(echo "openvino==$version --hash=sha256:${sha256[$version]}")
  fi
  copy=$(mktemp -d)
  trap 'rm -rf "$copy"' EXIT
  (cd "$root" && git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$copy")
  ln -s "$root/node_modules" "$copy/node_modules"
  cd "$copy"
  export OPENVINO_IECORE_RUNTIME=$runtime/openvino
  node scripts/build.cjs
  npx jest --testPathIgnorePatterns "$independent_tests"
  cd "$root"
  rm -rf "$copy"
done
