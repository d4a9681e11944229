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
        #: When it is to be told, by a clock that nobody sets.
        self._due = time.monotonic() + session.settings.profile_seconds
        #: `(job and node, frames)` to how often seen, seconds, growth.
        self._stacks = {}
        #: The code objects of the frames, by the numbers that stand for them.
        self._codes = {}
        self._looked = None
        self._resident = session.growth.last

    def stack_of(self, frame):
        """The stack, the innermost first, as numbers: a code object's hash goes through all of its constants."""
        stack = []
        while frame is not None and len(stack) < DEPTH:
            code = frame.f_code
            # Our own would stand between any two of the engine's.
            if code.co_filename != HOOK_FILE:
                # Kept, so that no other gets its number.
                self._codes.setdefault(id(code), code)
                # The line is found out when the profile is told: here it would cost more than all else.
                stack.append((id(code), frame.f_lasti))
            frame = frame.f_back
        return tuple(stack)

    def add(self, stack, owner) -> None:
        """One look at a stack: the time and the memory since the last look are its own."""
        now = time.monotonic()
        if self._looked is None:
            # What came and went between two jobs is nobody's.
            self._count((None, ()), 0, 0.0)
            self._looked = now - 1 / self._hertz
        self._count((owner, stack), 1, now - self._looked)
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
        if time.monotonic() >= self._due:
            self.tell()

    def tell(self) -> None:
        began, self._began = self._began, time.time()
        self._due = time.monotonic() + self._session.settings.profile_seconds
        stacks, self._stacks = self._stacks, {}
        codes, self._codes = self._codes, {}
        worker = self._session.worker
        if not stacks or worker is None:
            return
        self._session.outbox.say(
            "profile",
            began=round(began * 1_000, 3),
            hertz=self._hertz,
            thread={"id": worker.ident, "native": getattr(worker, "native_id", None), "name": name(worker.name)},
            ddtrace="ddtrace.profiling.profiler" in sys.modules,
            **_tables(stacks, codes),
        )


def _tables(stacks, codes):
    """Each frame and each owner once; a stack is the numbers of its frames, the innermost first."""
    frames, owners, lines = {}, {}, {}
    told = []
    for (owner, stack), (count, seconds, grown) in stacks.items():
        numbers = []
        for of_code, at in stack:
            code = codes[of_code]
            if of_code not in lines:
                lines[of_code] = _lines(code)
            frame = (name(function_name(code)), brief(code.co_filename), _line(lines[of_code], at, code))
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
