#!/usr/bin/env bash
# Pins the packages of the Python environments.
#
# The versions of the main packages are in this script; NAME.txt lists all packages with their hashes. Needs uv. It
# takes the newest versions that fit together: review the difference before you commit it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

lock() { # file, oldest Python, description, options of uv, --, packages
  local file=$1 oldest=$2 description=$3 options=()
  shift 3
  while [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  shift
  {
    printf '# %s\n# For CPython %s and newer; made by lock.sh.\n' "$description" "$oldest"
    printf '%s\n' "$@" | uv pip compile - --quiet --universal --generate-hashes --no-header --no-annotate \
      --python-version "$oldest" "${options[@]}"
  } >"$file.new"
  mv "$file.new" "$file"
}

# Packages that a Python with PyTorch has already, such as Debian's.
present=(torch torchvision numpy pillow triton sympy mpmath networkx jinja2 markupsafe setuptools colorama)
without=()
for name in "${present[@]}"; do without+=(--no-emit-package "$name"); done
for name in $(sed -nE 's/^((nvidia|cuda)[a-z0-9-]*)==.*/\1/p' pytorch.txt); do without+=(--no-emit-package "$name"); done

lock quantize.txt 3.10 'What iecore quantize runs on: NNCF.' -- nncf==3.4.0 openvino==2026.4.1
lock check.txt 3.10 'The ONNX checker of iecore export.' -- onnx==1.23.2
lock ../bench/python.txt 3.11 'What the benchmarks measure against: Python with OpenVINO, OpenCV and Pillow.' \
  -- openvino==2026.4.1 opencv-python-headless pillow numpy
lock pytorch.txt 3.11 'What iecore setup --pytorch fetches where there is no PyTorch yet.' \
  -- torch==2.15.0 torchvision==0.29.2 timm==1.0.31 onnx==1.23.2
lock pytorch-extras.txt 3.11 'What iecore setup --pytorch adds to a Python that has PyTorch: timm.' \
  "${without[@]}" -- timm==1.0.31
