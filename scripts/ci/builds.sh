#!/usr/bin/env bash
# Builds the addon in other ways, each in a folder of its own, and runs with it the tests of what stands on it.
#
#   scripts/ci/builds.sh [--whole] [copies] [address] [thread] [memcheck]        default: all four
#
# --whole   with address: all tests but those of the tools around; some twelve minutes
# copies    as where the platform forbids buffers over the addon's memory, as Electron does
# address   with AddressSanitizer and UndefinedBehaviorSanitizer; what they find ends the process
# thread    with ThreadSanitizer, under test/process/threads.cjs
# memcheck  as it is, under Valgrind, which sees what Node and the runtime do with memory, too, and what is lost
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
source scripts/ci/around.sh
# Their child processes are Python's, compilers and limits of memory, which bear no sanitizer.
others="$around|pip|trial|faults|leak"
addon_tests=(blob core-input test/core.test executable-network formats infer-queue infer-request network test/preprocess convert-model)

# Prints the files of libraries that the compiler brings, for LD_PRELOAD: Node and the runtime are not built
# with the sanitizers, so these have to be there before all else. They look up at the start what they
# replace, so what Node takes of C++ comes with them.
libraries() {
  local name file
  for name in "$@" libstdc++.so.6; do
    file=$("${CXX:-c++}" -print-file-name="$name")
    [[ $file == /* ]] || { echo "$name is missing: apt-get install g++" >&2 && return 1; }
    printf '%s ' "$file"
  done
}

# build NAME CMAKE-OPTION…: chooses that addon, too.
build() {
  local folder=$root/build/$1
  mkdir -p "$folder"
  { cmake -S . -B "$folder" "${@:2}" && cmake --build "$folder" --parallel "$(nproc)"; } >"$folder/log" 2>&1 ||
    { cat "$folder/log" >&2 && return 1; }
  export OPENVINO_IECORE_ADDON=$folder/openvino_iecore.node
}

# Loading a library looks in the sanitizer's place instead of the addon's, and TBB's way of loading is none
# that sanitizers allow.
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
  # Leaks are measured by test/leak. Sizes that no machine has are refused as malloc does.
  export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1
  export LD_PRELOAD=$preload
  # Where there is no memory, new ends the program; and isolated reading leaves none for the sanitizer.
  local possible='^(?!.*(no memory holds|addExtension brings))'
  if [[ $whole ]]; then
    npx jest --testTimeout 300000 --testPathIgnorePatterns "$others" -t "$possible"
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

# Programs of test/process, as many at once as there are processors.
memcheck() {
  command -v valgrind >/dev/null || { echo "valgrind is missing: apt-get install valgrind" >&2 && return 1; }
  local logs=$root/build/memcheck
  rm -rf "$logs" && mkdir -p "$logs"
  # Valgrind knows code that is made as it runs by a slow way only, and lets one thread run at a time.
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
