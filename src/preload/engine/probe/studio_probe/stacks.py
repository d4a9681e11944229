"""The stacks of all threads, where Python still runs: the watchdog writes them where it does not."""

import sys
import threading

from .places import function_name
from .text import name

THREADS = 64
FRAMES = 60


def all_threads():
    """For each thread its number as `faulthandler` writes it, its name, and its frames, the innermost first."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    return [
        {"id": f"0x{ident:016x}", "name": name(names.get(ident)), "frames": _frames(frame)}
        for ident, frame in list(sys._current_frames().items())[:THREADS]
    ]


def _frames(frame):
    frames = []
    while frame is not None and len(frames) < FRAMES:
        code = frame.f_code
        line = frame.f_lineno or code.co_firstlineno
        frames.append({"function": name(function_name(code)), "file": name(code.co_filename), "line": line})
        frame = frame.f_back
    return frames
