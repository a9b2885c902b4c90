#!/usr/bin/env bash
# Builds the addon with sanitizers or other options, and runs the tests that depend on it.
#
#   scripts/ci/builds.sh [--whole] [copies] [address] [thread] [memcheck]        default: all four
#
# --whole   with address: all tests that depend on the addon; about twelve minutes
# copies    for platforms that forbid buffers over the addon's memory, as Electron does
# address   with AddressSanitizer and UndefinedBehaviorSanitizer; a finding ends the process
# thread    with ThreadSanitizer, running test/process/threads.cjs
# memcheck  the normal build under Valgrind, which also checks Node and the runtime, and finds leaks
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
source scripts/ci/independent-tests.sh
# Sanitizers do not work in the child processes of these tests: they limit memory, or measure it.
without_sanitizer="$independent_tests|test/read/isolated|test/faults/|test/leak/"
addon_tests=(blob core-arguments read/source test/core.test executable-network read/exported-file read/format infer-queue infer-request network ports/preprocess convert-model)

# libraries NAME…: prints the paths of the compiler's libraries, for LD_PRELOAD. Node and the runtime are not built
# with sanitizers, so the sanitizer's library has to be loaded first. It looks up the functions that it replaces
# when it starts, so the C++ library that Node uses has to be loaded with it.
libraries() {
  local name file
  for name in "$@" libstdc++.so.6; do
    file=$("${CXX:-c++}" -print-file-name="$name")
    [[ $file == /* ]] || { echo "$name is missing: apt-get install g++" >&2 && return 1; }
    printf '%s ' "$file"
  done
}

# build NAME CMAKE-OPTION…: builds the addon in build/NAME; programs that are started later load that addon.
build() {
  local folder=$root/build/$1
  mkdir -p "$folder"
  { cmake -S . -B "$folder" "${@:2}" && cmake --build "$folder" --parallel "$(nproc)"; } >"$folder/log" 2>&1 ||
    { cat "$folder/log" >&2 && return 1; }
  export OPENVINO_IECORE_ADDON=$folder/openvino_iecore.node
}

# With a sanitizer, the folder of the addon is not searched for its libraries, so the runtime's folders go into
# LD_LIBRARY_PATH. TBB loads libraries in a way that sanitizers reject unless it is told of them.
prepare_runtime() {
  export TBB_ENABLE_SANITIZERS=1 LD_LIBRARY_PATH
  LD_LIBRARY_PATH=$(node -p 'require("./scripts/find-openvino.cjs").findRuntime({ toBuild: true }).runtime.libs.join(":")')
}

copies() {
  build copies -DIECORE_NO_EXTERNAL_BUFFERS=ON
  npx jest "${addon_tests[@]}" test/process -t '^(?!.*in the middle of)'
}

address() {
  local preload
  preload=$(libraries libasan.so libubsan.so)
  build address -DIECORE_SANITIZE=address,undefined
  prepare_runtime
  # test/leak measures leaks. Allocations of impossible size return null, as malloc does.
  # The sanitizer's own record of thread-local memory crashes when the process exits while a thread reads a model.
  export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:intercept_tls_get_addr=0 UBSAN_OPTIONS=print_stacktrace=1
  export LD_PRELOAD=$preload
  # A failed `new` ends the program under the sanitizer, and isolated reading leaves no memory for it.
  local possible='^(?!.*(exceed the memory|addExtension adds))'
  if [[ $whole ]]; then
    npx jest --testTimeout 300000 --testPathIgnorePatterns "$without_sanitizer" -t "$possible"
  else
    npx jest "${addon_tests[@]}" -t "$possible"
    npx jest test/process -t 'middle of (infer|queue|close)|every order|views|contexts'
  fi
}

thread() {
  local preload reports=$root/build/thread/reports
  preload=$(libraries libtsan.so)
  build thread -DIECORE_SANITIZE=thread
  prepare_runtime
  rm -f "$reports".*
  export TSAN_OPTIONS=exitcode=0:history_size=7:log_path=$reports
  LD_PRELOAD=$preload node test/process/threads.cjs
  node scripts/ci/races.cjs "$reports".*
}

# Runs programs of test/process, as many in parallel as there are processors.
memcheck() {
  command -v valgrind >/dev/null || { echo "valgrind is missing: apt-get install valgrind" >&2 && return 1; }
  local logs=$root/build/memcheck
  rm -rf "$logs" && mkdir -p "$logs"
  # Valgrind handles code generated at run time slowly, and runs one thread at a time: hence --jitless and --single-threaded.
  export MEMCHECK="valgrind --error-exitcode=99 --smc-check=all-non-file --num-callers=40 --gen-suppressions=all
    --suppressions=test/process/memcheck.supp --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite
    --log-file=$logs/%p node --jitless --single-threaded --expose-gc"
  if printf '%s\n' closing.cjs 'threads.cjs 1' 'stages.cjs shared natural .' 'stages.cjs inferSync natural .' views.cjs contexts.cjs |
    xargs -P "$(nproc)" -I{} bash -c '$MEMCHECK test/process/$1' bash {}; then
    echo "no errors in $(find "$logs" -type f | wc -l) programs"
  else
    cat "$logs"/* >&2 && return 1
  fi
}

whole=
[[ ${1:-} == --whole ]] && whole=yes && shift
[[ $# -gt 0 ]] || set -- copies address thread memcheck
for way in "$@"; do (printf "\n=== %s\n" "$way"; "$way"); done
