"""Quantizes an FP32 or FP16 IR to INT8 with NNCF's post-training quantization.

The request has ``model`` and ``output`` (paths of IRs), ``preset`` (performance or mixed), ``overflowFix`` and
``pixels``: the path ``file`` of the images' pixels (uint8, RGB, channels last), their ``count``, ``height`` and
``width``, and the format of the network's input: ``channelsLast``, ``precision`` (NumPy's name),
``reverseChannels``, ``mean`` and ``scale`` (each an empty list, one number, or one number per channel). The result has
``quantizers``, the number of FakeQuantize operations in the new network.
"""

from request_server import Failure, serve


def _reader(pixels, count, progress, numpy):
    """Returns a function that converts one image to the input of the network."""
    mean = numpy.array(pixels["mean"], numpy.float32)
    scale = numpy.array(pixels["scale"], numpy.float32)
    done = 0

    def read(image):
        nonlocal done
        done = min(done + 1, count)
        # NNCF corrects biases after the last image, without further calls.
        stage = "calibrating" if done < count else "correcting biases"
        progress(0.1 + 0.6 * done / count, stage)
        values = image[None]
        if pixels["reverseChannels"]:
            values = values[..., ::-1]
        if mean.size:
            values = values - mean
        if scale.size:
            values = values / scale
        if not pixels["channelsLast"]:
            values = values.transpose(0, 3, 1, 2)
        return numpy.ascontiguousarray(values, pixels["precision"])

    return read


def quantize(request, progress):
    progress(0, "starting NNCF")
    import nncf
    import numpy
    import openvino

    pixels = request["pixels"]
    shape = (pixels["count"], pixels["height"], pixels["width"], 3)
    images = numpy.memmap(pixels["file"], numpy.uint8, "r", shape=shape)
    core = openvino.Core()
    model = core.read_model(request["model"])
    progress(0.1, "calibrating")
    read = _reader(pixels, len(images), progress, numpy)
    advanced = nncf.AdvancedQuantizationParameters(
        overflow_fix=nncf.OverflowFix.ENABLE
        if request["overflowFix"]
        else nncf.OverflowFix.DISABLE
    )
    try:
        quantized = nncf.quantize(
            model,
            nncf.Dataset(images, read),
            preset=nncf.QuantizationPreset(request["preset"]),
            subset_size=len(images),
            advanced_parameters=advanced,
        )
    except nncf.errors.InternalError as error:
        raise Failure("NETWORK_NOT_CHANGED", f"NNCF cannot quantize this network: {error}")
    progress(0.9, "writing")
    openvino.save_model(quantized, request["output"], compress_to_fp16=False)
    count = sum(op.get_type_name() == "FakeQuantize" for op in quantized.get_ops())
    return {"quantizers": count}


if __name__ == "__main__":
    serve(quantize)
