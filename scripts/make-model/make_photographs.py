"""Writes models/photographs/ and what PyTorch makes of each of them. Run by make.sh."""

import importlib.util
import json
import sys
from pathlib import Path

import numpy
import torch
from PIL import Image

from classifier import SIZE, Classifier

# Name here: file in scikit-image. Public domain or CC0, each; see models/README.md.
PHOTOGRAPHS = {
    'astronaut': 'astronaut.png',
    'brick': 'brick.png',
    'cat': 'chelsea.png',
    'clock': 'clock_motion.png',
    'coffee': 'coffee.png',
    'grass': 'grass.png',
    'hubble': 'hubble_deep_field.jpg',
    'photographer': 'camera.png',
    'retina': 'retina.jpg',
    'rocket': 'rocket.jpg',
}
LONGEST_SIDE = 640
CROP_FRACTION = 0.875


def shrink(source, target):
    with Image.open(source) as image:
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        image.save(target, quality=90)


def pixels(file):
    """The middle of the picture, as the network was trained to see it."""
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


def main(models, fixture):
    folder = models / 'photographs'
    folder.mkdir(parents=True, exist_ok=True)
    # Not imported: only its pictures are wanted, and its own dependencies are not here.
    data = Path(importlib.util.find_spec('skimage').submodule_search_locations[0]) / 'data'
    labels = (models / 'efficientnet-lite0.labels.txt').read_text().splitlines()
    classify = Classifier()
    expected = []
    for name, source in PHOTOGRAPHS.items():
        file = folder / f'{name}.jpg'
        shrink(data / source, file)
        with torch.no_grad():
            probabilities = classify(pixels(file))[0]
        expected.append({'image': file.name, 'top': top(probabilities, labels)})
    fixture.write_text(json.dumps(expected, indent=2) + '\n')


if __name__ == '__main__':
    main(Path(sys.argv[1]), Path(sys.argv[2]))
