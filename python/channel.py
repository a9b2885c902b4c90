"""The line to the Node process that started this one.

One JSON object comes in on the first line of stdin: the request. JSON objects go out, one a line:
``{"progress": [part, stage]}`` any number of times, then ``{"result": …}`` or
``{"error": {"code": …, "message": …}}``. Whatever libraries print goes to stderr. When stdin ends, the
other side is gone, and so is this process.
"""

import json
import os
import signal
import sys
import threading
import traceback


class Failure(Exception):
    """An error that a user can do something about; the code is one of lib/errors.ts."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def _end_with(stream):
    # Not read(): that would keep the buffer's lock, which the interpreter wants at its end.
    while os.read(stream.fileno(), 1 << 16):
        pass
    os._exit(1)


def serve(handle):
    """Answers the one request with what ``handle(request, progress)`` returns or raises."""
    # Ctrl-C reaches every process of the terminal; the other side decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    incoming = open(0, "rb", buffering=0, closefd=False)
    request = json.loads(incoming.readline())
    threading.Thread(target=_end_with, args=(incoming,), daemon=True).start()

    def send(message):
        out.write(json.dumps(message) + "\n")
        out.flush()

    def progress(part, stage):
        send({"progress": [part, stage]})

    try:
        send({"result": handle(request, progress)})
    except Failure as error:
        send({"error": {"code": error.code, "message": str(error)}})
    except MemoryError:
        message = "Python ran out of memory; take a smaller model, shape or batch, or free some"
        send({"error": {"code": "TOOL_FAILED", "message": message}})
    except Exception as error:
        traceback.print_exc()
        message = f"{type(error).__name__}: {error}"
        send({"error": {"code": "TOOL_FAILED", "message": message}})
    sys.stdout.flush()
    sys.stderr.flush()
    # Libraries' threads may still hold on; all that is to be said has been said.
    os._exit(0)
