"""The profile of the thread that runs the jobs, its time and the memory that it adds: stacks, 100 times a second."""

import sys
import time

from . import hook
from .places import function_name
from .text import brief, name

#: Of one message. What comes later is not told.
STACKS = 2_000
DEPTH = 128
HOOK_FILE = hook.__file__


class Profile:
    def __init__(self, session, hertz):
        self._session = session
        self._hertz = hertz
        self._began = time.time()
        #: `(job and node, frames)` to how often seen, seconds, growth.
        self._stacks = {}
        self._looked = None
        self._resident = session.growth.last

    def add(self, frame, owner) -> None:
        """One look at a stack: the time and the memory since the last look are its own."""
        now = time.monotonic()
        if self._looked is None:
            # What came and went between two jobs is nobody's.
            self._count((None, ()), 0, 0.0)
            self._looked = now - 1 / self._hertz
        stack = []
        while frame is not None and len(stack) < DEPTH:
            code = frame.f_code
            # Our own would stand between any two of the engine's.
            if code.co_filename != HOOK_FILE:
                # The line is found out when the profile is told: here it would cost more than all else.
                stack.append((code, frame.f_lasti))
            frame = frame.f_back
        self._count((owner, tuple(stack)), 1, now - self._looked)
        self._looked = now

    def rest(self) -> None:
        """No job runs."""
        self._looked = None

    def _count(self, key, times, seconds) -> None:
        resident = self._session.growth.last
        grown = resident - self._resident if resident is not None and self._resident is not None else 0
        self._resident = resident
        found = self._stacks.get(key)
        if found is not None:
            found[0] += times
            found[1] += seconds
            found[2] += grown
        elif len(self._stacks) < STACKS and (times or grown):
            self._stacks[key] = [times, seconds, grown]

    def tell_when_due(self) -> None:
        if time.time() - self._began >= self._session.settings.profile_seconds:
            self.tell()

    def tell(self) -> None:
        began, self._began = self._began, time.time()
        stacks, self._stacks = self._stacks, {}
        worker = self._session.worker
        if not stacks or worker is None:
            return
        self._session.outbox.say(
            "profile",
            began=round(began * 1_000, 3),
            hertz=self._hertz,
            thread={"id": worker.ident, "native": getattr(worker, "native_id", None), "name": name(worker.name)},
            ddtrace="ddtrace.profiling.profiler" in sys.modules,
            **_tables(stacks),
        )


def _tables(stacks):
    """Each frame and each owner once; a stack is the numbers of its frames, the innermost first."""
    frames, owners, lines = {}, {}, {}
    told = []
    for (owner, stack), (count, seconds, grown) in stacks.items():
        numbers = []
        for code, at in stack:
            if code not in lines:
                lines[code] = _lines(code)
            frame = (name(function_name(code)), brief(code.co_filename), _line(lines[code], at, code))
            numbers.append(frames.setdefault(frame, len(frames)))
        of = None if owner is None else owners.setdefault(owner, len(owners))
        told.append([numbers, count, round(seconds * 1_000, 3), grown, of])
    return {"frames": list(frames), "owners": list(owners), "stacks": told}


def _lines(code):
    if hasattr(code, "co_lines"):
        return [(start, end, line) for start, end, line in code.co_lines() if line is not None]
    import dis

    starts = list(dis.findlinestarts(code))
    ends = [start for start, _ in starts[1:]] + [len(code.co_code)]
    return [(start, end, line) for (start, line), end in zip(starts, ends)]


def _line(lines, at, code):
    return next((line for start, end, line in lines if start <= at < end), code.co_firstlineno)
