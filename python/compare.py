"""A PyTorch model that classifies pictures, beside which another runtime is measured.

Requests: ``{"load": …}`` once, with ``source`` (see models.py), ``threads``, ``mean``, ``scale`` (lists of one
number, one a channel, or none), and ``file`` with ``count`` pictures of ``height`` and ``width``: uint8,
channels last, RGB. Then ``{"infer": [indices]}``: those pictures as one batch, from pixels in memory to
scores in memory; answered with ``milliseconds`` and ``scores``.
"""

import time

import models
from channel import Failure, serve

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
        pictures=numpy.memmap(request["file"], numpy.uint8, "r", shape=shape),
        mean=torch.tensor(request["mean"]).reshape(1, -1, 1, 1) if request["mean"] else None,
        scale=torch.tensor(request["scale"]).reshape(1, -1, 1, 1) if request["scale"] else None,
    )
    return {"pytorch": torch.__version__, "threads": torch.get_num_threads()}


def _infer(indices):
    torch, model = state["torch"], state["model"]
    pixels = state["numpy"].array(state["pictures"][indices])
    began = time.perf_counter()
    with torch.inference_mode():
        values = torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous().float()
        if state["mean"] is not None:
            values -= state["mean"]
        if state["scale"] is not None:
            values /= state["scale"]
        scores = model(values)
        if not torch.is_tensor(scores):
            raise Failure("MODEL_NOT_EXPORTED", "Expected one tensor of scores from the model")
        scores = scores.reshape(len(indices), -1).numpy()
    milliseconds = 1000 * (time.perf_counter() - began)
    return {"milliseconds": milliseconds, "scores": scores.astype(float).tolist()}


def answer(request, progress):
    if "load" in request:
        return _load(request["load"], progress)
    return _infer(request["infer"])


if __name__ == "__main__":
    serve(answer)
