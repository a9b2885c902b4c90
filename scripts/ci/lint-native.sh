#!/usr/bin/env bash
# Format and lint of native/. clang-tidy reads how each file is compiled from the build folder,
# so the addon has to be built first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

for tool in clang-format clang-tidy; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: apt-get install $tool" >&2; exit 1; }
done
[[ -f build/cmake/compile_commands.json ]] || {
  echo 'build/cmake/compile_commands.json is missing: npm run build' >&2
  exit 1
}

find native -name '*.[ch]pp' -print0 | xargs -0 clang-format --dry-run -Werror
# GCC defaults to C++17, so CMake does not say it; clang's own default is older.
find native -name '*.cpp' -print0 | xargs -0 -n 1 -P "$(nproc)" clang-tidy --quiet -p build/cmake --extra-arg=-std=c++17 \
  2> >(grep -v 'warnings generated' >&2)
echo 'native/ is formatted and clean'
