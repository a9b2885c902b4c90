"""Runs a command and prints {"seconds": …, "megabytes": …, "output": …}: wall time, peak memory, stdout."""

import json
import os
import subprocess
import sys
import time

began = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
output = child.stdout.read().decode()
_, status, used = os.wait4(child.pid, 0)
seconds = time.perf_counter() - began
if status != 0:
    sys.exit(1)
# Linux counts in KiB, macOS in bytes.
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps({"seconds": seconds, "megabytes": used.ru_maxrss * unit / 1e6, "output": output}))
