"""A spare of the engine: a Python that has imported what the last engine had, and waits to be told to run `main.py`.

The runner's words come on standard input, in two lines of JSON: what is to be imported and in which environment, then
the command and the environment of the engine that this process is to be. What it says itself are marked lines on
standard output. It ends when that input does, so that it outlives no runner.
"""

import importlib
import json
import os
import select
import sys
import threading
import time

from .memory import Memory

#: How often the files of what it has imported are looked at, in seconds.
LOOK_S = 30
#: After that time it is made anew, in seconds: what it holds has long been moved out of memory by then.
OLD_S = 12 * 3600
#: Most files that are looked at.
SAMPLE = 200
#: The longest rest after an import, in seconds.
REST_S = 1.0
PACKAGES = ("site-packages", "dist-packages")


class _Words:
    """The runner's lines, read past Python's own buffer: another file takes the descriptor's place later."""

    def __init__(self):
        self._held = b""

    def line(self, seconds=None):
        """A line as JSON has it, or `None` where none came in time. Ends this process once the runner has gone."""
        until = None if seconds is None else time.monotonic() + seconds
        while b"\n" not in self._held:
            rest = None if until is None else max(0.0, until - time.monotonic())
            if not select.select([0], [], [], rest)[0]:
                return None
            data = os.read(0, 1 << 16)
            if not data:
                os._exit(0)
            self._held += data
        line, _, self._held = self._held.partition(b"\n")
        return json.loads(line)


def wait(here, mark):
    """Returns once this process is to be the engine, with `sys.argv` and the environment as the engine gets them.

    `here` is the probe's folder, `mark` what its lines on standard output begin with.
    """
    words = _Words()
    work = words.line()
    folder, names = work["folder"], work["modules"]
    undo = _lower_priority()
    _change_environment(work["environment"])
    order = _load(names, words, rests=undo is None)
    _leave_to_engine(folder, names)
    seen = None
    if order is None:
        if _has_opened_gpu():
            _end(mark, "what it imports opens a GPU")
        seen, began = _looked_at(here), time.monotonic()
        count = sum(name in sys.modules for name in names)
        _say(mark, state="loaded", modules=count, resident=Memory(sys.platform).resident())
        while order is None:
            order = words.line(LOOK_S)
            if order is None and _looked_at(here) != seen:
                _end(mark, "files of what it has imported have changed")
            if order is None and time.monotonic() - began > OLD_S:
                _end(mark, "it has grown old")
    if undo is not None:
        undo()
    _become(order, is_fresh=seen is None or _looked_at(here) == seen)


def _become(order, is_fresh) -> None:
    command, environment = order["command"], order["environment"]
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    if not is_fresh:
        # In this process, as who waits for its output knows it: from the start, as if there had been no spare.
        os.execvpe(command[0], command, environment)
    os.environ.clear()
    os.environ.update(environment)
    importlib.invalidate_caches()
    sys.orig_argv = list(command)
    sys.argv = [sys.argv[0], *order["script"]]


def _load(names, words, rests):
    """Imports what can be imported, until all is or an order comes. Returns the order, or `None`."""
    for name in names:
        if name in sys.modules:
            continue
        began = time.monotonic()
        try:
            importlib.import_module(name)
        except BaseException:
            # It came to be in another way: by code of the engine's, as an alias of another.
            pass
        took = time.monotonic() - began
        order = words.line(min(took, REST_S) if rests else 0)
        if order is not None:
            return order
    return None


def _change_environment(changes) -> None:
    """Makes the changes that the last engine had made by itself: a library reads some while it is loaded, only then."""
    for name, value in changes.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _leave_to_engine(folder, names) -> None:
    """Drops what libraries have imported by a name that the engine has in its own folder: that is the engine's."""
    try:
        own = {entry.partition(".")[0] for entry in os.listdir(folder)}
    except OSError:
        return
    kept = set(names) | set(getattr(sys, "stdlib_module_names", ())) | set(sys.builtin_module_names)
    for name in list(sys.modules):
        top = name.partition(".")[0]
        if top in own and top != "studio_probe" and name not in kept and top not in kept:
            del sys.modules[name]


def _has_opened_gpu() -> bool:
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    try:
        return bool(cuda is not None and cuda.is_initialized())
    except Exception:
        return False


def _looked_at(here):
    """Times and sizes of a sample of the modules' files, and of the folders that packages are installed into."""
    files = sorted(
        file
        for file in (getattr(module, "__dict__", {}).get("__file__") for module in list(sys.modules.values()))
        if isinstance(file, str) and not file.startswith(here)
    )
    sample = files[:: len(files) // SAMPLE + 1]
    folders = [folder for folder in sys.path if os.path.basename(folder) in PACKAGES]
    return {path: _time_and_size(path) for path in sample + folders}


def _time_and_size(path):
    try:
        found = os.stat(path)
        return found.st_mtime_ns, found.st_size
    except OSError:
        return None


def _lower_priority():
    """Lets all others go first. Returns what undoes that, or `None` where it cannot be undone, and was not done."""
    if not hasattr(os, "SCHED_IDLE") or not _may_come_back():
        return None
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))

    def undo():
        # Threads that a library has started since began with the same priority.
        for thread in os.listdir("/proc/self/task"):
            try:
                os.sched_setscheduler(int(thread), os.SCHED_OTHER, os.sched_param(0))
            except OSError:
                pass

    return undo


def _may_come_back() -> bool:
    """Tried by a thread that does nothing else: RLIMIT_NICE of most users does not let them."""
    result = []

    def attempt():
        try:
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
            result.append(True)
        except OSError:
            pass

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    return bool(result) and os.path.isdir("/proc/self/task")


def _say(mark, **fields) -> None:
    os.write(1, f"\n{mark}{json.dumps(fields)}\n".encode())


def _end(mark, reason) -> None:
    _say(mark, state="over", reason=reason)
    os._exit(0)
