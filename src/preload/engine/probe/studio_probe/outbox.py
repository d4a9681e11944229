"""The messages to the runner: lines of JSON that leave at once, wait in a bounded place, or are dropped and counted."""

import collections
import json
import threading
import time

#: What waits for a runner that does not read, in bytes.
LIMIT = 8 << 20
#: Messages that other threads may hand over while one sends.
HANDOVER = 10_000
#: Lines that are sent in one piece, in bytes.
TOGETHER = 4_000
#: For what waits when Python ends.
LAST_SECONDS = 0.3


class Outbox:
    def __init__(self, connection, limit=LIMIT, clock=time.time):
        self._connection = connection
        self._limit = limit
        self._clock = clock
        self._handed = collections.deque()
        self._backlog = collections.deque()
        self._backlog_bytes = 0
        self._dropped = 0
        self._lock = threading.Lock()

    def say(self, kind, /, **fields) -> None:
        """Sends a message; `at` is the time now in milliseconds. Never waits, for the runner or for another thread."""
        message = {"type": kind, "at": round(self._clock() * 1_000, 3), **fields}
        self.put(json.dumps(message, separators=(",", ":"), default=repr).encode() + b"\n")

    def put(self, line) -> None:
        if self._backlog or not self._lock.acquire(blocking=False):
            self.leave(line)
        else:
            try:
                self._send_at_once(line)
            finally:
                self._lock.release()
        if self._handed or self._backlog:
            self.flush()

    def leave(self, line) -> None:
        """For the next message, or the pulse, to take along."""
        if self._connection is None or len(self._handed) >= HANDOVER:
            self._dropped += 1
            return
        self._handed.append(line)

    def flush(self) -> None:
        """Sends what there is room for. Whoever finds another thread at it leaves it to that one."""
        while self._handed or self._backlog:
            if not self._lock.acquire(blocking=False):
                return
            try:
                sent = self._send()
            finally:
                self._lock.release()
            if not sent:
                return

    def end(self) -> None:
        """Python ends: what waits gets a moment to be read."""
        self.say("exit")
        until = time.monotonic() + LAST_SECONDS
        # Another thread may be sending just now, and what is said here has been handed to it.
        while (self._handed or self._backlog) and time.monotonic() < until:
            time.sleep(0.005)
            self.flush()

    def close(self) -> None:
        """In a forked child: nothing is said any more, and nothing of the engine's is held open."""
        connection, self._connection = self._connection, None
        self._lock = threading.Lock()
        self._handed.clear()
        self._backlog.clear()
        if connection is not None:
            connection.close()

    def _send_at_once(self, line) -> None:
        """The ordinary case: nothing waits, and there is room."""
        if self._connection is None:
            return
        if self._handed:
            self._handed.append(line)
            self._join_handed()
            if len(self._handed) > 1:
                return
            line = self._handed.popleft()
        try:
            taken = self._connection.offer(line)
        except OSError:
            self.close_quietly()
            return
        if taken < len(line):
            self._take(memoryview(line)[taken:])

    def _send(self) -> bool:
        """Returns whether all was sent."""
        if len(self._handed) > 1:
            # One call of the system for what is there.
            self._join_handed()
        while self._handed:
            self._take(self._handed.popleft())
        while self._backlog:
            line = self._backlog[0]
            try:
                taken = 0 if self._connection is None else self._connection.offer(line)
            except OSError:
                self.close_quietly()
                return True
            if taken == 0:
                return False
            self._backlog_bytes -= taken
            if taken < len(line):
                self._backlog[0] = line[taken:]
            else:
                self._backlog.popleft()
                self._tell_dropped()
        return True

    def _join_handed(self) -> None:
        together = []
        size = 0
        while self._handed and size + len(self._handed[0]) <= TOGETHER:
            together.append(self._handed.popleft())
            size += len(together[-1])
        if together:
            self._handed.appendleft(b"".join(together))

    def _take(self, line) -> None:
        # One of any size goes where nothing waits.
        if self._backlog and self._backlog_bytes + len(line) > self._limit:
            self._dropped += 1
            return
        self._backlog.append(line if len(line) < 4096 else memoryview(line))
        self._backlog_bytes += len(line)

    def _tell_dropped(self) -> None:
        if self._backlog or not self._dropped:
            return
        dropped, self._dropped = self._dropped, 0
        message = {"type": "dropped", "at": round(self._clock() * 1_000, 3), "count": dropped}
        self._take(json.dumps(message, separators=(",", ":")).encode() + b"\n")

    def close_quietly(self) -> None:
        """The runner has gone: what waits goes nowhere."""
        self._connection = None
        self._backlog.clear()
        self._backlog_bytes = 0
