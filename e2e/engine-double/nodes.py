"""The nodes that a workflow of the double is made of: `{"1": {"class_type": "Sampler", "inputs": {"steps": 4}}}`."""

import threading

# Loaded models stay, as in a real engine, until the engine is asked to free them.
MODELS = []
release = threading.Event()


class Interrupted(Exception):
    pass


class Dying(BaseException):
    """The engine is to end, in this way; no node's error, so nothing catches it on its way to the main thread."""

    def __init__(self, how):
        super().__init__(how)
        self.how = how


class NodeError(Exception):
    """An error that calls itself by the name that the workflow gives."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def load_model(run, mib=64):
    MODELS.append(bytearray(b"x") * (mib << 20))
    run.progress(1, 1)


def eat(run, mib=64):
    run.kept.append(bytearray(b"x") * (mib << 20))
    run.progress(1, 1)


def sampler(run, steps=4, seconds=0.2):
    for step in range(1, steps + 1):
        run.sleep(seconds / steps)
        run.progress(step, steps)


def wait(run):
    """Until the test releases it."""
    print(f"waiting in {run.prompt_id}", flush=True)
    while not release.is_set():
        run.sleep(0.02)
    release.clear()


def fail(run, kind="ValueError", message="the image is too large"):
    raise NodeError(kind, message)


def end(run, how="sigkill"):
    raise Dying(how)


CLASSES = {"LoadModel": load_model, "Eat": eat, "Sampler": sampler, "Wait": wait, "Fail": fail, "Die": end}
