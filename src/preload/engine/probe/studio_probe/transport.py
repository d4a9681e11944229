"""The line to the monitor: JSON lines over a local socket. Bounded, and never waited for."""

import collections
import json
import os
import socket
import sys
import threading
import time

MAX_TEXT = 2000
"""Characters of one text; a class name of 1 MB is cut to this."""
MAX_WAITING_BYTES = 16 * 1024 * 1024
"""Bytes that wait for a monitor that does not read; what comes on top is dropped, and counted."""
SOCKET_BUFFER_BYTES = 1024 * 1024


class Transport:
    """Sends at once, from the calling thread: its next instruction may hold Python's lock for minutes."""

    def __init__(self, address, token=""):
        self._address = address
        self._token = token
        self._socket = None
        self._lock = threading.Lock()
        self._waiting = collections.deque()
        self._waiting_bytes = 0
        self._dropped = 0
        self._closed = False

    def connect(self):
        """Connects. Raises OSError where nobody listens."""
        self._socket = connect(self._address)
        # A forked child shares the socket: what it said would be taken for the engine's.
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget)

    def say(self, kind, **fields):
        """Sends one message, or keeps it until the monitor reads. Never raises or waits. Returns whether it is kept."""
        try:
            if self._closed or self._socket is None:
                return False
            message = {"k": kind, "t": time.time()}
            message.update(fields)
            return self._push(json.dumps(cut(message), default=_unknown).encode() + b"\n")
        except Exception:
            return False

    def say_whole(self, kind, **fields):
        """As `say`, for a message whose texts must not be cut: what a waiting job carries."""
        try:
            if self._closed or self._socket is None:
                return False
            fields.update(k=kind, t=time.time())
            # What JSON cannot hold cannot be submitted again either.
            return self._push(json.dumps(fields).encode() + b"\n")
        except Exception:
            return False

    def hello(self, **fields):
        self.say("hello", v=1, token=self._token, pid=os.getpid(), **fields)

    def flush(self):
        """Sends what has waited. Called by the probe's own thread."""
        self._drain()

    def _push(self, line):
        if self._waiting_bytes + len(line) > MAX_WAITING_BYTES:
            self._dropped += 1
            return False
        self._waiting_bytes += len(line)
        self._waiting.append(line)
        self._drain()
        return True

    def _drain(self):
        # Whoever holds the lock sends what others have put there meanwhile: nobody waits, not even a signal handler.
        while self._waiting and self._lock.acquire(blocking=False):
            try:
                if not self._send_waiting():
                    return
            finally:
                self._lock.release()

    def _send_waiting(self):
        """Returns False when the socket takes no more."""
        if self._dropped and self._waiting_bytes < MAX_WAITING_BYTES // 2:
            dropped, self._dropped = self._dropped, 0
            line = json.dumps({"k": "dropped", "t": time.time(), "count": dropped}).encode() + b"\n"
            self._waiting_bytes += len(line)
            self._waiting.append(line)
        while self._waiting:
            line = self._waiting[0]
            try:
                sent = self._socket.send(line)
            except (BlockingIOError, InterruptedError):
                return False
            except (OSError, AttributeError):
                self._forget()
                return False
            self._waiting_bytes -= sent
            if sent < len(line):
                self._waiting[0] = line[sent:]
                return False
            self._waiting.popleft()
        return True

    def _forget(self):
        self._closed = True
        self._waiting.clear()
        self._waiting_bytes = 0
        # The descriptor is closed, the connection of a parent process is not shut down.
        if self._socket is not None:
            try:
                self._socket.close()
            except OSError:
                pass
        self._socket = None


def connect(address):
    """A non-blocking socket; on Windows a named pipe, written by a thread."""
    if sys.platform == "win32":
        from .windows_pipe import WindowsPipe

        return WindowsPipe(address)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        made.settimeout(1)
        made.connect(address)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER_BYTES)
        made.setblocking(False)
    except OSError:
        made.close()
        raise
    return made


def cut(value, depth=0):
    """The value with every text cut, and nothing nested without end."""
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT else value[:MAX_TEXT]
    if isinstance(value, dict):
        return {cut(str(key)): cut(item, depth + 1) for key, item in list(value.items())[:1000]} if depth < 6 else None
    if isinstance(value, (list, tuple)):
        return [cut(item, depth + 1) for item in value[:1000]] if depth < 6 else None
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value


def _unknown(value):
    return f"<{type(value).__name__[:100]}>"
