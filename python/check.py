"""Whether a file is valid ONNX, by the ONNX checker. Request: its path."""

from channel import Failure, serve


def check(file, progress):
    import onnx

    try:
        onnx.checker.check_model(file, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise Failure("MODEL_NOT_EXPORTED", f"The ONNX checker refuses {file}: {error}")
    model = onnx.load(file, load_external_data=False)
    return {"opset": max(item.version for item in model.opset_import if item.domain in ("", "ai.onnx"))}


if __name__ == "__main__":
    serve(check)
