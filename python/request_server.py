"""Answers requests of the Node process that started this one.

Requests come in on stdin, one JSON value per line, and are answered in their order. Answers go out on stdout, one JSON
object per line: any number of ``{"progress": [part, stage]}``, then ``{"result": …}`` or
``{"error": {"code": …, "message": …}}``. The output of libraries goes to stderr. When stdin ends, the Node process has
ended, so this process exits.
"""

import json
import os
import queue
import signal
import sys
import threading
import traceback


class Failure(Exception):
    """An error with a message for users; the code is one of lib/errors.ts."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def _receive(requests):
    with open(0, "rb", closefd=False) as incoming:
        for line in incoming:
            requests.put(line)
    os._exit(0)


def serve(handle):
    """Answers each request with the result or the error of ``handle(request, progress)``. Never returns."""
    # Ctrl-C reaches every process of the terminal; the Node process decides whether to end this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    requests = queue.Queue()
    # stdin is read in its own thread, so that its end is noticed while a request is being answered.
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
            fail("OUT_OF_MEMORY", "Python ran out of memory; use a smaller model, input shape or batch")
        except Exception as error:
            traceback.print_exc()
            fail("TOOL_FAILED", f"{type(error).__name__}: {error}")
