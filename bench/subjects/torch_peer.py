"""Measures the latency of a timm model in PyTorch: python torch_peer.py TIMM_NAME SECONDS"""

import json
import statistics
import sys
import time

import timm
import torch

name, seconds = sys.argv[1], float(sys.argv[2])
torch.manual_seed(0)
model = timm.create_model(name).eval()
x = torch.randn(1, 3, 224, 224)
times = []
with torch.inference_mode():
    for _ in range(10):
        model(x)
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        one = time.perf_counter()
        model(x)
        times.append(1e3 * (time.perf_counter() - one))
print(json.dumps({"milliseconds": statistics.median(times)}))
