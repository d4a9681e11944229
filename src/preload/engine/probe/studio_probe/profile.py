"""Where the thread that runs the jobs spends its time, and where memory is added: stacks, 100 times a second."""

import time

from . import hook
from .places import function_name

STACKS = 5_000
DEPTH = 128
HOOK_FILE = hook.__file__


class Profile:
    def __init__(self, session, hertz):
        self._session = session
        self._hertz = hertz
        self._began = time.time()
        self._stacks = {}

    def add(self, frame, grown) -> None:
        stack = []
        while frame is not None and len(stack) < DEPTH:
            # Our own would stand between any two of the engine's.
            if frame.f_code.co_filename != HOOK_FILE:
                # The line is found out when the profile is told: here it would cost more than all else.
                stack.append((frame.f_code, frame.f_lasti))
            frame = frame.f_back
        found = self._stacks.get(key := tuple(stack))
        if found is not None:
            found[0] += 1
            found[1] += grown
        elif len(self._stacks) < STACKS:
            self._stacks[key] = [1, grown]

    def tell_when_due(self) -> None:
        now = time.time()
        if now - self._began < self._session.settings.profile_seconds:
            return
        began, self._began = self._began, now
        stacks, self._stacks = self._stacks, {}
        if stacks:
            self._session.outbox.say("profile", began=began * 1_000, hertz=self._hertz, **_tables(stacks))


def _tables(stacks):
    """Each frame once; a stack is the numbers of its frames, the innermost first."""
    frames, lines = {}, {}
    told = []
    for stack, (count, grown) in stacks.items():
        numbers = []
        for code, at in stack:
            if code not in lines:
                lines[code] = _lines(code)
            frame = (function_name(code), code.co_filename, _line(lines[code], at, code))
            numbers.append(frames.setdefault(frame, len(frames)))
        told.append([numbers, count, grown])
    return {"frames": list(frames), "stacks": told}


def _lines(code):
    if hasattr(code, "co_lines"):
        return [(start, end, line) for start, end, line in code.co_lines() if line is not None]
    import dis

    starts = list(dis.findlinestarts(code))
    ends = [start for start, _ in starts[1:]] + [len(code.co_code)]
    return [(start, end, line) for (start, line), end in zip(starts, ends)]


def _line(lines, at, code):
    return next((line for start, end, line in lines if start <= at < end), code.co_firstlineno)
