#!/usr/bin/env bash
# Checks native/: format, length of files and functions, clang-tidy.
#
# Build the addon first: clang-tidy reads from the build folder how each file is compiled.
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
long=$(find native -name '*.[ch]pp' -exec awk 'END { if (NR > 400) print FILENAME ": " NR " lines" }' {} \;)
[[ -z $long ]] || { printf 'Expected at most 400 lines in a file; split these:\n%s\n' "$long" >&2; exit 1; }
# The standard has to be named: C++17 is the default of GCC, so CMake does not pass it, but not of clang.
find native -name '*.cpp' -print0 | xargs -0 -n 1 -P "$(nproc)" clang-tidy --quiet -p build/cmake --extra-arg=-std=c++17 \
  2> >(grep -v 'warnings generated' >&2)
echo 'native/ is formatted and clean'
