"""A named pipe that is written by a thread: Windows has no non-blocking write that Python's standard library knows."""

import queue
import threading

MAX_LINES = 10_000


class WindowsPipe:
    """Has the part of a socket that `transport` uses."""

    def __init__(self, address):
        self._file = open(address, "wb", buffering=0)
        self._lines = queue.Queue(MAX_LINES)
        self._failed = False
        threading.Thread(target=self._write, name="studio-probe-pipe", daemon=True).start()

    def send(self, line):
        if self._failed:
            raise OSError("the monitor's pipe is closed")
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            raise BlockingIOError from None
        return len(line)

    def close(self):
        self._failed = True

    def _write(self):
        try:
            while not self._failed:
                self._file.write(self._lines.get())
        except OSError:
            self._failed = True
