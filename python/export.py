"""Exports a PyTorch model as ONNX, and runs it on random inputs.

The request has ``source`` (see models.py), ``opset``, ``shapes`` (a list per input; None: the model decides),
``inputNames``, ``outputNames`` (None: default names), ``dynamicBatch``, ``output`` (path of the ONNX file) and
``folder`` (for the values of inputs and outputs). The result has the version of PyTorch, the number of parameters and
``samples``: the name, the file (raw FP32) and the shape of each input and output.
"""

import inspect
import os

import models
from request_server import Failure, serve


def _opsets(torch):
    try:
        from torch.onnx import _constants as constants
    except ImportError:
        return None
    names = ("ONNX_MIN_OPSET", "ONNX_TORCHSCRIPT_EXPORTER_MAX_OPSET", "ONNX_MAX_OPSET")
    # PyTorch 1.13 spells these names in lower case.
    found = [getattr(constants, name, getattr(constants, name.lower(), None)) for name in names]
    least, most = found[0], found[1] or found[2]
    return (least, most) if least and most else None


def _export(model, inputs, request, names, torch):
    opset = request["opset"]
    known = _opsets(torch)
    if known is not None and not known[0] <= opset <= known[1]:
        raise Failure(
            "INVALID_ARGUMENT",
            f"Expected an opset from {known[0]} to {known[1]}, which PyTorch {torch.__version__} "
            f"supports, received {opset}",
        )
    options = {}
    # By default, PyTorch 2.9 and newer use an exporter that writes opset 18, and the weights into a second file.
    if "dynamo" in inspect.signature(torch.onnx.export).parameters:
        options["dynamo"] = False
    if request["dynamicBatch"]:
        options["dynamic_axes"] = {name: {0: "batch"} for group in names for name in group}
    try:
        torch.onnx.export(
            model,
            inputs,
            request["output"],
            export_params=True,
            opset_version=opset,
            do_constant_folding=True,
            input_names=names[0],
            output_names=names[1],
            **options,
        )
    except MemoryError:
        raise
    except OSError as error:
        raise Failure("FILE_NOT_WRITABLE", f"Cannot write {request['output']}: {error}") from error
    except Exception as error:
        words = str(error).strip().split("\n")[0]
        raise Failure(
            "MODEL_NOT_EXPORTED",
            f"PyTorch {torch.__version__} cannot export this model with opset {opset}: {words}",
        ) from error


def _flat(value, torch):
    """Lists the tensors of an output, which is one tensor, or nested lists and dicts of tensors."""
    if torch.is_tensor(value):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [tensor for item in value for tensor in _flat(item, torch)]
    raise Failure(
        "MODEL_NOT_EXPORTED", f"Expected the model to return tensors, received {type(value).__name__}"
    )


def _run(model, inputs, torch):
    try:
        with torch.no_grad():
            return _flat(model(*inputs), torch)
    except (RuntimeError, TypeError, ValueError) as error:
        if "memory" in str(error) and "alloc" in str(error):
            raise MemoryError from error
        words = str(error).strip().split("\n")[0]
        shapes = ", ".join(str(list(value.shape)) for value in inputs)
        raise Failure(
            "SHAPE_MISMATCH", f"The model does not accept inputs of {shapes}: {words}"
        ) from error


def _names(given, count, what):
    if given is None:
        return [what] if count == 1 else [f"{what}{i}" for i in range(count)]
    if len(given) != count:
        raise Failure(
            "INVALID_ARGUMENT",
            f"Expected {count} names for the {what}s of this model, received {len(given)}",
        )
    return given


def _write(values, names, folder, prefix):
    files = []
    for name, value in zip(names, values):
        file = os.path.join(folder, f"{prefix}-{len(files)}")
        value.detach().float().contiguous().numpy().tofile(file)
        files.append({"name": name, "file": file, "dims": list(value.shape)})
    return files


def export(request, progress):
    progress(0, "starting PyTorch")
    import torch

    progress(0.2, "making the model")
    model = models.make(request["source"], torch)
    shapes = request["shapes"] or [models.input_shape(model)]
    torch.manual_seed(1)
    batches = [None, 3] if request["dynamicBatch"] else [None]
    samples = [
        tuple(torch.randn([batch or shape[0], *shape[1:]]) for shape in shapes) for batch in batches
    ]
    progress(0.4, "running the model")
    answers = [_run(model, inputs, torch) for inputs in samples]
    names = (
        _names(request["inputNames"], len(shapes), "input"),
        _names(request["outputNames"], len(answers[0]), "output"),
    )
    progress(0.5, "exporting")
    _export(model, samples[0], request, names, torch)
    folder = request["folder"]
    return {
        "pytorch": torch.__version__,
        "parameters": sum(value.numel() for value in model.parameters()),
        "samples": [
            {
                "inputs": _write(inputs, names[0], folder, f"in{i}"),
                "outputs": _write(outputs, names[1], folder, f"out{i}"),
            }
            for i, (inputs, outputs) in enumerate(zip(samples, answers))
        ],
    }


if __name__ == "__main__":
    serve(export)
