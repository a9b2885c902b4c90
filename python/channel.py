"""The line to the Node process that started this one.

Requests come in on stdin, one JSON value a line, and are answered in their order. JSON objects go out,
one a line: ``{"progress": [part, stage]}`` any number of times, then ``{"result": …}`` or
``{"error": {"code": …, "message": …}}``. Whatever libraries print goes to stderr. When stdin ends, the
other side is gone, and so is this process.
"""

import json
import os
import queue
import signal
import sys
import threading
import traceback


class Failure(Exception):
    """An error that a user can do something about; the code is one of lib/errors.ts."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def _receive(requests):
    with open(0, "rb", closefd=False) as incoming:
        for line in incoming:
            requests.put(line)
    os._exit(0)


def serve(handle):
    """Answers each request with what ``handle(request, progress)`` returns or raises; never returns."""
    # Ctrl-C reaches every process of the terminal; the other side decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    requests = queue.Queue()
    # A thread of its own, so that the end is noticed in the midst of work.
    threading.Thread(target=_receive, args=(requests,), daemon=True).start()

    def send(message):
        out.write(json.dumps(message) + "\n")
        out.flush()

    def progress(part, stage):
        send({"progress": [part, stage]})

    def fail(code, message):
        sys.stdout.flush()
        send({"error": {"code": code, "message": message}})

    while True:
        try:
            result = handle(json.loads(requests.get()), progress)
            sys.stdout.flush()
            send({"result": result})
        except Failure as error:
            fail(error.code, str(error))
        except MemoryError:
            fail("OUT_OF_MEMORY", "Python ran out of memory; take a smaller model, shape or batch")
        except Exception as error:
            traceback.print_exc()
            fail("TOOL_FAILED", f"{type(error).__name__}: {error}")
