"""Which place in the Python code the growth of the resident set belongs to."""

import os
import threading

MAX_HELD = 4000
TOP = 20
_OUTSIDE = ("site-packages", "dist-packages", os.sep + "studio_probe" + os.sep)


class Growth:
    """Bytes by place. What is freed is taken from what came last: temporary memory is freed before older memory."""

    def __init__(self, nodes):
        self._nodes = nodes
        self._known = {}
        self._held = []
        """`[place, bytes]`, in the order in which they came."""
        self._last = None
        # `top` is asked from the engine's threads, `add` is called by the sampler's.
        self._lock = threading.Lock()

    def begin_job(self):
        with self._lock:
            self._held = []
            self._last = None

    def add(self, frame, resident):
        """The worker stands at `frame`; the process holds so many bytes."""
        with self._lock:
            last, self._last = self._last, resident
            change = 0 if last is None else resident - last
            if change < 0:
                self._free(-change)
            elif change > 0:
                self._grow(self._place(frame), change)

    def top(self):
        """The places that hold most since the job began: `[[bytes, function, file, line, node, cls, pack]]`."""
        sums = {}
        with self._lock:
            for place, held in self._held:
                sums[place] = sums.get(place, 0) + held
        best = sorted(sums.items(), key=lambda entry: -entry[1])[:TOP]
        return [[held, *place] for place, held in best]

    def _grow(self, place, change):
        held = self._held
        if held and held[-1][0] == place:
            held[-1][1] += change
            return
        if len(held) >= MAX_HELD:
            # Each place once: the order among them is lost, the sums are not.
            sums = {}
            for known, size in held:
                sums[known] = sums.get(known, 0) + size
            held[:] = sorted(([known, size] for known, size in sums.items()), key=lambda entry: -entry[1])[
                : MAX_HELD // 2
            ]
        held.append([place, change])

    def _free(self, size):
        held = self._held
        while held and size > 0:
            taken = min(size, held[-1][1])
            held[-1][1] -= taken
            size -= taken
            if held[-1][1] == 0:
                held.pop()

    def _place(self, frame):
        """The innermost frame in a custom node or the engine, else the innermost of all."""
        found = frame
        while found is not None and not self.is_own(found.f_code):
            found = found.f_back
        found = found or frame
        node = self._nodes.current
        code = found.f_code
        where = (node.id, node.cls, node.pack) if node else (None, None, None)
        return (getattr(code, "co_qualname", code.co_name), code.co_filename, found.f_lineno, *where)

    def is_own(self, code):
        known = self._known.get(code)
        if known is None:
            if len(self._known) > 20_000:
                self._known.clear()
            file = code.co_filename
            below = file.startswith(self._nodes.engine_folder + os.sep) or (os.sep + "custom_nodes" + os.sep) in file
            known = self._known[code] = below and not any(part in file for part in _OUTSIDE)
        return known
