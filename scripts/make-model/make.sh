#!/usr/bin/env bash
# Regenerates models/ (network, labels, photographs) and test/fixtures/photographs.json, byte for byte.
#
# Needs Debian 12 or a derivative, with python3, python3-venv and python3-torch, which is far smaller than PyPI's PyTorch.
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$(dirname "$here")")
python=/usr/bin/python3

if ! "$python" -c 'import torch, venv, ensurepip' 2>/dev/null; then
  echo 'Expected PyTorch and venv for the system Python. Run:' >&2
  echo '  sudo apt-get install --no-install-recommends python3-torch python3-venv' >&2
  exit 1
fi

"$python" -m venv --system-site-packages "$root/.python/make-model"
environment="$root/.python/make-model/bin"
"$environment/pip" install --quiet --no-deps --requirement "$here/requirements.txt"
"$environment/python" "$here/make_model.py" "$root/models"

gcompris=$(mktemp -d)
trap 'rm -rf "$gcompris"' EXIT
chmod 755 "$gcompris"
(cd "$gcompris" && apt-get download --quiet gcompris-qt-data=3.1-2 && dpkg-deb --extract ./*.deb .)
"$environment/python" "$here/make_photographs.py" "$root/models" \
  "$gcompris/usr/share/gcompris-qt/rcc" "$root/test/fixtures/photographs.json"
