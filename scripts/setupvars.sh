# Sets the variables of an OpenVINO environment in this shell, as Intel's setupvars.sh does:
#
#   source scripts/setupvars.sh          (bash or zsh, from any folder, as often as you like)
#
# It takes the runtime that scripts/find-openvino.cjs finds; set OPENVINO_IECORE_RUNTIME to choose one.
# All of it is one function, so that no name of ours stays behind in the shell.

_openvino_iecore_setupvars() {
  # Options such as `set -u` or zsh's `sh_word_split` are the caller's; nothing here depends on them.
  local scripts="$1" found place version root cmake libs python name folder list
  if ! found="$(node "$scripts/find-openvino.cjs" --shell)"; then
    echo '[setupvars.sh] ERROR: no OpenVINO environment was initialized' >&2
    return 1
  fi
  {
    IFS= read -r place && IFS= read -r version && IFS= read -r root && IFS= read -r cmake &&
      IFS= read -r libs && IFS= read -r python
  } <<EOF
$found
EOF

  export INTEL_OPENVINO_DIR="$root"
  if [ -n "$cmake" ]; then
    export OpenVINO_DIR="$cmake"
  fi
  # name, what to put first in it
  _openvino_iecore_prepend PATH "$scripts/bin"
  if [ "$(uname)" = Darwin ]; then
    _openvino_iecore_prepend DYLD_LIBRARY_PATH "$libs"
  else
    _openvino_iecore_prepend LD_LIBRARY_PATH "$libs"
  fi
  if [ -n "$python" ]; then
    _openvino_iecore_prepend PYTHONPATH "$python"
  fi
  echo "[setupvars.sh] OpenVINO environment initialized"
  echo "[setupvars.sh] OpenVINO $version in $root ($place)"
}

# Puts the folders of a path list before the others of a variable, each of them once.
_openvino_iecore_prepend() {
  local name="$1" new="$2" old rest folder
  eval "old=\"\${$name:-}\""
  rest="$old:"
  old=''
  while [ -n "$rest" ]; do
    folder="${rest%%:*}"
    rest="${rest#*:}"
    case ":$new:" in
      *":$folder:"*) ;;
      *) old="$old${folder:+:$folder}" ;;
    esac
  done
  export "$name=$new$old"
}

if [ -n "${BASH_SOURCE:-}" ]; then
  _openvino_iecore_source="${BASH_SOURCE[0]}"
else
  # zsh: the file being sourced, whatever the FUNCTION_ARGZERO option says; other shells see text in quotes.
  eval '_openvino_iecore_source="${(%):-%x}"'
fi
