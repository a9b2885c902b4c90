"""Checks a file with the ONNX checker.

The request is the path of the file. The result has ``opset``, the version of its operator set.
"""

from request_server import Failure, serve


def check(file, progress):
    import onnx

    try:
        onnx.checker.check_model(file, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise Failure("MODEL_NOT_EXPORTED", f"The ONNX checker rejects {file}: {error}")
    model = onnx.load(file, load_external_data=False)
    return {"opset": max(item.version for item in model.opset_import if item.domain in ("", "ai.onnx"))}


if __name__ == "__main__":
    serve(check)
