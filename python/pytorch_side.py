"""Classifies images with a PyTorch model, and measures the time.

The first request is ``{"load": …}`` with ``source`` (see models.py), ``threads``, ``mean``, ``scale`` (each an empty
list, one number, or one number per channel) and the images: the path ``file`` of their pixels (uint8, RGB, channels
last), ``count``, ``height`` and ``width``. Each further request is ``{"infer": [indices]}``: classify these images as
one batch. The answer has ``milliseconds``, from pixels in memory to scores in memory, and ``scores``.
"""

import time

import models
from request_server import Failure, serve

state = {}


def _load(request, progress):
    progress(0, "starting PyTorch")
    import numpy
    import torch

    progress(0.3, "making the model")
    torch.set_num_threads(request["threads"])
    shape = (request["count"], request["height"], request["width"], 3)
    state.update(
        torch=torch,
        numpy=numpy,
        model=models.make(request["source"], torch),
        images=numpy.memmap(request["file"], numpy.uint8, "r", shape=shape),
        mean=torch.tensor(request["mean"]).reshape(1, -1, 1, 1) if request["mean"] else None,
        scale=torch.tensor(request["scale"]).reshape(1, -1, 1, 1) if request["scale"] else None,
    )
    return {"pytorch": torch.__version__, "threads": torch.get_num_threads()}


def _infer(indices):
    torch, model = state["torch"], state["model"]
    pixels = state["numpy"].array(state["images"][indices])
    began = time.perf_counter()
    with torch.inference_mode():
        values = torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous().float()
        if state["mean"] is not None:
            values -= state["mean"]
        if state["scale"] is not None:
            values /= state["scale"]
        scores = model(values)
        if not torch.is_tensor(scores):
            received = type(scores).__name__
            raise Failure("MODEL_NOT_EXPORTED", f"Expected the model to return one tensor, received {received}")
        scores = scores.reshape(len(indices), -1).numpy()
    milliseconds = 1000 * (time.perf_counter() - began)
    return {"milliseconds": milliseconds, "scores": scores.astype(float).tolist()}


def answer(request, progress):
    if "load" in request:
        return _load(request["load"], progress)
    return _infer(request["infer"])


if __name__ == "__main__":
    serve(answer)
