"""How an engine dies. Each of them does not return."""

import os
import signal
import sys
import time


def die(how):
    DEATHS[how]()


def _wait_for_the_signal():
    time.sleep(60)


def _kill():
    os.kill(os.getpid(), signal.SIGKILL)
    _wait_for_the_signal()


def _terminate():
    os.kill(os.getpid(), signal.SIGTERM)
    _wait_for_the_signal()


def _segfault():
    import ctypes

    ctypes.string_at(0)


def _too_much_memory():
    """No system has that much: Python raises MemoryError, which nobody catches; other threads have what they need."""
    bytearray(1 << 62)


def _error():
    raise RuntimeError("the checkpoint is damaged")


DEATHS = {
    "memory-error": _too_much_memory,
    "sigkill": _kill,
    "sigterm": _terminate,
    "segfault": _segfault,
    "abort": os.abort,
    "exit-3": lambda: sys.exit(3),
    "exit-0": lambda: sys.exit(0),
    # Exit codes of a shell, and of Python's subprocess, whose child the kernel killed.
    "exit-137": lambda: os._exit(137),
    "exit-minus-9": lambda: os._exit(-9 & 0xFF),
    "error": _error,
}
