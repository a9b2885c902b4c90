# Sets OpenVINO's environment variables in the current shell, as Intel's setupvars.sh does.
#
#   source scripts/setupvars.sh          (bash or zsh, in any folder, any number of times)
#
# It uses the runtime that scripts/find-openvino.cjs finds; OPENVINO_IECORE_RUNTIME chooses another one.

# _openvino_iecore_setupvars FOLDER: FOLDER is the one that contains this script.
_openvino_iecore_setupvars() {
  local found place version root cmake libs python bin
  if ! found="$(node "$1/find-openvino.cjs" --shell)"; then
    echo '[setupvars.sh] ERROR: the OpenVINO environment is not initialized' >&2
    return 1
  fi
  {
    IFS= read -r place && IFS= read -r version && IFS= read -r root && IFS= read -r cmake &&
      IFS= read -r libs && IFS= read -r python && IFS= read -r bin
  } <<EOF
$found
EOF

  export INTEL_OPENVINO_DIR="$root"
  if [ -n "$cmake" ]; then export OpenVINO_DIR="$cmake"; fi
  case "$(uname)" in
    Darwin) _openvino_iecore_prepend DYLD_LIBRARY_PATH "$libs" ;;
    *) _openvino_iecore_prepend LD_LIBRARY_PATH "$libs" ;;
  esac
  if [ -n "$python" ]; then _openvino_iecore_prepend PYTHONPATH "$python"; fi
  _openvino_iecore_prepend PATH "$bin"
  echo '[setupvars.sh] OpenVINO environment initialized'
  echo "[setupvars.sh] OpenVINO $version in $root ($place)"
}

# _openvino_iecore_prepend NAME FOLDERS: moves or adds folders to the beginning of a path list.
_openvino_iecore_prepend() {
  local name="$1" new="$2" kept='' rest folder
  eval "rest=\"\${$name:+\$$name:}\""
  while [ -n "$rest" ]; do
    folder="${rest%%:*}"
    rest="${rest#*:}"
    case ":$new:" in
      *":$folder:"*) ;;
      *) kept="$kept:$folder" ;;
    esac
  done
  export "$name=$new$kept"
}

if [ -n "${BASH_SOURCE:-}" ]; then
  _openvino_iecore_file="${BASH_SOURCE[0]}"
else
  # zsh's way to name the sourced file; in quotes, because bash cannot parse it.
  eval '_openvino_iecore_file="${(%):-%x}"'
fi
if _openvino_iecore_setupvars "$(dirname -- "$_openvino_iecore_file")"; then
  _openvino_iecore_status=0
else
  _openvino_iecore_status=1
fi
unset -f _openvino_iecore_setupvars _openvino_iecore_prepend
unset _openvino_iecore_file
eval "unset _openvino_iecore_status; return $_openvino_iecore_status"
