"""Measures Python programs with the same work as subjects/iecore.mjs. Prints one JSON object.

python peers.py calls MODEL set-infer-get COUNT
python peers.py latency MODEL PRECISION SECONDS
python peers.py throughput MODEL PRECISION SECONDS BATCH
python peers.py folder opencv|pillow|best MODEL PRECISION FOLDER
python peers.py decode best MODEL PRECISION FOLDER
"""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy
import openvino
from openvino import AsyncInferQueue, Core, Type
from openvino.preprocess import PrePostProcessor


def config(precision, hint):
    own = {} if precision == "default" else {"INFERENCE_PRECISION_HINT": precision}
    return {"PERFORMANCE_HINT": hint, **own}


def values(shape):
    return numpy.random.default_rng(1).standard_normal(list(shape), dtype=numpy.float32)


def calls(model, kind, count):
    network = Core().compile_model(model, "CPU", config("f32", "LATENCY"))
    request = network.create_infer_request()
    x = numpy.array([[1, 2, 3, 4]], dtype=numpy.float32)

    def once():
        return request.infer({0: x})[0][0, 0]

    for _ in range(count // 4):
        once()
    began = time.perf_counter()
    for _ in range(count):
        once()
    return {"microseconds": 1e6 * (time.perf_counter() - began) / count}


def latency(model, precision, seconds):
    network = Core().compile_model(model, "CPU", config(precision, "LATENCY"))
    request = network.create_infer_request()
    request.infer({0: values(network.input(0).shape)})
    for _ in range(10):
        request.infer()
    times = []
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        one = time.perf_counter()
        request.infer()
        times.append(1e3 * (time.perf_counter() - one))
    return {"milliseconds": float(numpy.median(times))}


def throughput(model, precision, seconds, batch):
    core = Core()
    read = core.read_model(model)
    shape = list(read.input(0).shape)
    read.reshape([batch, *shape[1:]])
    network = core.compile_model(read, "CPU", config(precision, "THROUGHPUT"))
    queue = AsyncInferQueue(network)
    data = values(network.input(0).shape)

    def run(limit):
        count = 0
        began = time.perf_counter()
        while time.perf_counter() - began < limit:
            queue.start_async({0: data})
            count += 1
        queue.wait_all()
        return count * batch / (time.perf_counter() - began)

    run(seconds / 5)
    return {"fps": run(seconds)}


SIDE = 224
WHOLE = round(SIDE / 0.875)


def opencv(file, flags=None):
    import cv2

    image = cv2.imread(file, cv2.IMREAD_COLOR if flags is None else flags)
    height, width = image.shape[:2]
    scale = WHOLE / min(height, width)
    size = (max(WHOLE, round(width * scale)), max(WHOLE, round(height * scale)))
    # OpenCV's documentation recommends INTER_AREA for reducing images.
    image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    top, left = (size[1] - SIDE) // 2, (size[0] - SIDE) // 2
    return cv2.cvtColor(image[top : top + SIDE, left : left + SIDE], cv2.COLOR_BGR2RGB)


def pillow(file):
    from PIL import Image

    with Image.open(file) as opened:
        image = opened.convert("RGB")
    scale = WHOLE / min(image.size)
    size = [max(WHOLE, round(length * scale)) for length in image.size]
    left, top = (size[0] - SIDE) // 2, (size[1] - SIDE) // 2
    small = image.resize(size, Image.Resampling.BICUBIC)
    return numpy.asarray(small.crop((left, top, left + SIDE, top + SIDE)))


def reduced(file):
    """Decodes to the smallest sufficient size of libjpeg, chosen by the size in the header."""
    import cv2
    from PIL import Image

    with Image.open(file) as opened:
        shrink = min(opened.size) // (2 * WHOLE)
    flags = cv2.IMREAD_COLOR
    for factor in (2, 4, 8):
        if shrink >= factor / 2 and min(opened.size) // factor >= WHOLE:
            flags = getattr(cv2, f"IMREAD_REDUCED_COLOR_{factor}")
    return opencv(file, flags)


def folder(decoder, path, precision, directory):
    import cv2

    core = Core()
    steps = PrePostProcessor(core.read_model(path))
    steps.input().tensor().set_element_type(Type.u8).set_layout(openvino.Layout("NHWC"))
    steps.input().model().set_layout(openvino.Layout("NCHW"))
    network = core.compile_model(steps.build(), "CPU", config(precision, "THROUGHPUT"))
    files = sorted(os.path.join(directory, name) for name in os.listdir(directory))
    classes = {}
    began = time.perf_counter()
    queue = AsyncInferQueue(network)
    queue.set_callback(
        lambda request, file: classes.__setitem__(file, int(request.get_output_tensor(0).data.argmax()))
    )
    if decoder == "best":
        # One thread per processor decodes; OpenCV must not start further threads.
        cv2.setNumThreads(1)
        threads = os.cpu_count()
        with ThreadPoolExecutor(threads) as pool:
            pending = [pool.submit(reduced, file) for file in files[: 2 * threads]]
            for i, file in enumerate(files):
                image = pending[i].result()
                pending[i] = None
                if i + 2 * threads < len(files):
                    pending.append(pool.submit(reduced, files[i + 2 * threads]))
                queue.start_async({0: image[numpy.newaxis]}, file)
    else:
        decode = {"opencv": opencv, "pillow": pillow}[decoder]
        for file in files:
            queue.start_async({0: decode(file)[numpy.newaxis]}, file)
    queue.wait_all()
    assert len(classes) == len(files)
    return {"fps": len(files) / (time.perf_counter() - began), "images": len(files)}


def decode(_decoder, _path, _precision, directory):
    """Decodes only, like `folder best`."""
    import cv2

    cv2.setNumThreads(1)
    files = sorted(os.path.join(directory, name) for name in os.listdir(directory))
    began = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        count = sum(1 for _ in pool.map(reduced, files))
    return {"fps": count / (time.perf_counter() - began)}


def parse(text):
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


name, *arguments = sys.argv[1:]
print(json.dumps(globals()[name](*map(parse, arguments))))
