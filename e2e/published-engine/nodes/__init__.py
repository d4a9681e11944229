"""The nodes of a test: each does one thing that a node of a user's might do."""

import ctypes
import gc
import hashlib
import json
import os
import signal
import sqlite3
import sys
import threading
import time

import torch
from studio import model_management

kept = []
BASE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
NOTES = os.path.join(BASE, "notes.jsonl")
TRACK = os.path.join(BASE, "track.jsonl")


class _Node:
    RETURN_TYPES = ("INT",)
    FUNCTION = "run"
    CATEGORY = "test"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}, "optional": {"after": ("INT", {"forceInput": True}), **cls.INPUTS}}

    INPUTS = {}


class Nap(_Node):
    """Takes its time, `seconds`."""

    INPUTS = {"seconds": ("FLOAT", {"default": 0.1})}

    def run(self, seconds=0.1, after=None):
        time.sleep(seconds)
        return (1,)


class Nothing(_Node):
    """Does nothing, for a benchmark; `n` keeps the engine from having it in its cache."""

    INPUTS = {"n": ("INT", {"default": 0})}

    def run(self, n=0, after=None):
        return (n,)


class Fail(_Node):
    """Raises an error that says `message`."""

    INPUTS = {"message": ("STRING", {"default": "this node fails"})}

    def run(self, message="this node fails", after=None):
        raise RuntimeError(message)


class Query(_Node):
    """Asks a database something: ddtrace makes a span of it."""

    def run(self, after=None):
        with sqlite3.connect(":memory:") as database:
            return database.execute("select 1").fetchone()


class Grow(_Node):
    """Makes tensors of `mib` MiB, and keeps them."""

    INPUTS = {"mib": ("INT", {"default": 100})}

    def run(self, mib=100, after=None):
        self.fill(mib)
        return (1,)

    def fill(self, mib):
        for _ in range(mib // 10):
            kept.append(torch.ones(10 << 18))
            time.sleep(0.02)


class Leak(_Node):
    """Makes Python's objects of `mib` MiB, and keeps them."""

    INPUTS = {"mib": ("INT", {"default": 100})}

    def run(self, mib=100, after=None):
        self.fill(mib)
        return (1,)

    def fill(self, mib):
        for _ in range(mib):
            kept.append([str(number) for number in range(16_000)])
            time.sleep(0.005)


class LeakAndCollect(Leak):
    """Keeps as much, and has the garbage collected once its job has ended: the engine itself does so after 10 s."""

    def run(self, mib=100, after=None):
        result = super().run(mib)
        threading.Timer(0.3, gc.collect).start()
        return result


class Sized(_Node):
    """Makes an image of so many pixels, 64 bytes for each, and frees it; keeps `keep` MiB of Python's objects.

    `seed` keeps the engine from having it in its cache; `kind` is `tensors` or `objects`.
    """

    INPUTS = {
        "width": ("INT", {"default": 512}),
        "height": ("INT", {"default": 512}),
        "batch_size": ("INT", {"default": 1}),
        "seed": ("INT", {"default": 0}),
        "kind": ("STRING", {"default": "tensors"}),
        "keep": ("INT", {"default": 0}),
        "seconds": ("FLOAT", {"default": 0.1}),
    }

    def run(self, width=512, height=512, batch_size=1, seed=0, kind="tensors", keep=0, seconds=0.1, after=None):
        size = width * height * batch_size * 64
        if kind == "objects":
            image = [bytearray(b"x" * (1 << 20)) for _ in range(size >> 20)]
        else:
            image = torch.ones(size // 4)
        time.sleep(seconds)
        del image
        if keep:
            kept.append([bytearray(b"x" * (1 << 20)) for _ in range(keep)])
        return (seed,)


class Result(_Node):
    """Makes a tensor of `mib` MiB, which is its result: the engine keeps it in its cache."""

    INPUTS = {"mib": ("INT", {"default": 100})}

    def run(self, mib=100, after=None):
        return (torch.ones(mib << 18),)


class Exit(_Node):
    """Ends the engine with 0, in the middle of its job."""

    def run(self, after=None):
        os._exit(0)


class Abort(_Node):
    """Ends as C++ without memory does."""

    def run(self, after=None):
        os.write(2, b"terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n")
        os.abort()


class Hold(_Node):
    """Holds Python's lock in native code for `seconds`."""

    INPUTS = {"seconds": ("FLOAT", {"default": 5})}

    def run(self, seconds=5.0, after=None):
        ctypes.PyDLL(None).usleep(int(seconds * 1_000_000))
        return (1,)


class Note(_Node):
    """Writes down beside the engine that it ran, `text`, and the key that its job carries, as a hash."""

    INPUTS = {"text": ("STRING", {"default": ""})}

    @classmethod
    def INPUT_TYPES(cls):
        return {**super().INPUT_TYPES(), "hidden": {"key": "API_KEY_STUDIO_ORG"}}

    def run(self, text="", key=None, after=None):
        hashed = key and hashlib.sha256(key.encode()).hexdigest()
        with open(NOTES, "a") as notes:
            notes.write(json.dumps({"text": text, "key": hashed}) + "\n")
        return (1,)


class Track(_Node):
    """Writes down what became of its job, `job`; after `seconds` it does the deed that chance has chosen, `deed`."""

    INPUTS = {
        "job": ("STRING", {"default": ""}),
        "seconds": ("FLOAT", {"default": 0.1}),
        "deed": ("STRING", {"default": "end"}),
    }

    def run(self, job="", seconds=0.1, deed="end", after=None):
        _track(job, "begun")
        try:
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                model_management.throw_exception_if_processing_interrupted()
                time.sleep(0.01)
        except model_management.InterruptProcessingException:
            _track(job, "interrupted")
            raise
        _track(job, deed)
        self.deeds[deed]()
        return (1,)

    @staticmethod
    def fail():
        raise RuntimeError("this job fails")

    deeds = {
        "end": lambda: None,
        "pass": lambda: None,
        "fail": fail.__func__,
        "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
        "exit": lambda: os._exit(3),
        "exit-well": lambda: os._exit(0),
        "crash": lambda: os.abort(),
        "execv": lambda: os.execv(sys.executable, [sys.executable, *sys.argv]),
    }


def _track(job, what):
    line = json.dumps({"job": job, "what": what, "at": time.time() * 1_000}) + "\n"
    # One call: a process that is killed leaves whole lines.
    descriptor = os.open(TRACK, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, line.encode())
    os.close(descriptor)


class Leave(_Node):
    """Calls `sys.exit`, which ends the thread that runs the jobs."""

    def run(self, after=None):
        sys.exit(1)


class Restart(_Node):
    """Restarts the engine in its own process, as its manager does."""

    def run(self, after=None):
        os.execv(sys.executable, [sys.executable, *sys.argv])


NODES = (
    Nap,
    Nothing,
    Fail,
    Query,
    Grow,
    Leak,
    LeakAndCollect,
    Sized,
    Result,
    Exit,
    Abort,
    Hold,
    Note,
    Track,
    Leave,
    Restart,
)
NODE_CLASS_MAPPINGS = {node.__name__: node for node in NODES}
