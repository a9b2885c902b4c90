"""Writes models/photographs/ and the classes that PyTorch computes for them; make.sh runs it."""

import hashlib
import importlib.util
import io
import json
import re
import sys
from pathlib import Path

import numpy
import torch
from PIL import Image

from classifier import SIZE, Classifier

# All photographs are public domain or CC0; models/README.md lists them. The keys are their names in models/.
# Values: file in scikit-image.
SCIKIT_IMAGE = {
    'coffee': 'coffee.png',
    'photographer': 'camera.png',
}
# Values: resource file of Debian's gcompris-qt-data, and the SHA-256 of the WebP file in it.
GCOMPRIS = {
    'arch': ('categorization', '74f0a4c82166bca68ead6b2d0e94eb8a575e7f31250230f75682d363f99a13ed'),
    'bison': ('explore_world_animals', '11f3b2c5b876ee083924ff3ffab233c3e1d161993605b67d4d2ab5a9f1d9cf25'),
    'crab': ('erase', '822be2d08adc89a71e6eeff1500eea684c6f0961c98ddb1b23f0e66bbae4f987'),
    'dam': ('categorization', 'f0e75c317c86f29e89a4d3977225f38c80e69a509f6b71f4b8e7c0d4f70561c9'),
    'dog': ('explore_farm_animals', '5e9d9544495740101e4cfff817d986b683731112b2cf17fde2e4c2a26c3c5314'),
    'hens': ('explore_farm_animals', '30a07d3c7dfc191ff4d160826ad14babb4cfb9cb47b15ec8a098857f135bfcd4'),
    'koala': ('explore_world_animals', '77b243c27d79f3f5706497af5c1e8e9134f87d634def2b81e2074b572b575d18'),
    'panda': ('explore_world_animals', '70ccf9a9db5008100eb6955ae25fabd4f7769427be784d627cf6315f6dfce692'),
}
LONGEST_SIDE = 640
CROP_FRACTION = 0.875


def scikit_image(name):
    # Located without an import, because only its images are used and its dependencies are not installed.
    data = Path(importlib.util.find_spec('skimage').submodule_search_locations[0]) / 'data'
    return data / SCIKIT_IMAGE[name]


def gcompris(name, folder):
    """Extracts a WebP file from a Qt resource file, which stores its members uncompressed."""
    resource, sha256 = GCOMPRIS[name]
    data = (folder / f'{resource}.rcc').read_bytes()
    for match in re.finditer(rb'RIFF(.{4})WEBP', data, re.DOTALL):
        length = 8 + int.from_bytes(match[1], 'little')
        member = data[match.start() : match.start() + length]
        if hashlib.sha256(member).hexdigest() == sha256:
            return io.BytesIO(member)
    raise SystemExit(f'{resource}.rcc: expected a WebP file of SHA-256 {sha256} for {name}')


def shrink(source, target):
    with Image.open(source) as image:
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        image.save(target, quality=90)


def pixels(file):
    """Returns the centre crop of the image, as in the training of the network."""
    with Image.open(file) as image:
        width, height = image.size
        half = min(width, height) * CROP_FRACTION / 2
        box = (width / 2 - half, height / 2 - half, width / 2 + half, height / 2 + half)
        square = image.convert('RGB').resize((SIZE, SIZE), Image.Resampling.BICUBIC, box=box)
    return torch.from_numpy(numpy.array(square, numpy.float32).transpose(2, 0, 1)[None])


def top(probabilities, labels, count=5):
    best = probabilities.argsort(descending=True)[:count].tolist()
    return [
        {'index': i, 'label': labels[i], 'probability': round(probabilities[i].item(), 4)}
        for i in best
    ]


def main(models, resources, fixture):
    folder = models / 'photographs'
    folder.mkdir(parents=True, exist_ok=True)
    labels = (models / 'efficientnet-lite0.labels.txt').read_text().splitlines()
    classify = Classifier()
    expected = []
    for name in sorted({**SCIKIT_IMAGE, **GCOMPRIS}):
        file = folder / f'{name}.jpg'
        shrink(gcompris(name, resources) if name in GCOMPRIS else scikit_image(name), file)
        with torch.no_grad():
            probabilities = classify(pixels(file))[0]
        expected.append({'image': file.name, 'top': top(probabilities, labels)})
    fixture.write_text(json.dumps(expected, indent=2) + '\n')


if __name__ == '__main__':
    main(*map(Path, sys.argv[1:]))
