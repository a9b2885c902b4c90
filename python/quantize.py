"""IR in FP32 or FP16 → IR in INT8, by NNCF's post-training quantization.

Request: ``model`` and ``output`` (paths of IR), ``preset`` (performance or mixed), ``overflowFix``,
``threads`` and ``pixels``: ``file`` with uint8 pictures, channels last, their ``count``, ``height`` and
``width``, and what the network wants of them: ``channelsLast``, ``precision`` (as NumPy says it),
``reverseChannels``, ``mean`` and ``scale`` (lists of one number, one a channel, or none).
"""

from channel import Failure, serve


def _reader(pixels, count, progress, numpy):
    """One picture at a time, as the network's own input."""
    mean = numpy.array(pixels["mean"], numpy.float32)
    scale = numpy.array(pixels["scale"], numpy.float32)
    done = 0

    def read(picture):
        nonlocal done
        done = min(done + 1, count)
        # After the last picture NNCF goes on by itself.
        stage = "calibrating" if done < count else "correcting biases"
        progress(0.1 + 0.6 * done / count, stage)
        values = picture[None]
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
    pictures = numpy.memmap(pixels["file"], numpy.uint8, "r", shape=shape)
    core = openvino.Core()
    model = core.read_model(request["model"])
    progress(0.1, "calibrating")
    read = _reader(pixels, len(pictures), progress, numpy)
    advanced = nncf.AdvancedQuantizationParameters(
        overflow_fix=nncf.OverflowFix.ENABLE
        if request["overflowFix"]
        else nncf.OverflowFix.DISABLE
    )
    try:
        quantized = nncf.quantize(
            model,
            nncf.Dataset(pictures, read),
            preset=nncf.QuantizationPreset(request["preset"]),
            subset_size=len(pictures),
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
