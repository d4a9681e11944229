"""The stacks of all threads when Python's own lock is held for long: written by a thread of C, which needs no lock."""

import faulthandler
import json
import os
import threading

from .connection import connect

#: Without a new arming, in seconds; then again each time that it has passed.
SILENCE = 3


class Watchdog:
    """A connection of its own: a first line of JSON, then text as `faulthandler` writes it."""

    def __init__(self, settings, trouble):
        self._connection = None
        #: Held over a fork: a child would wait at its end for a thread of C that was armed, which it does not have.
        self._lock = threading.RLock()
        if os.name == "nt":
            # A named pipe would make the thread of C wait for its reader, and the next arming wait for that thread.
            return
        try:
            self._connection = connect(settings.socket)
            first = {"type": "watchdog", "token": settings.token, "pid": os.getpid(), "silence": SILENCE}
            self._connection.offer(json.dumps(first).encode() + b"\n")
        except OSError as error:
            trouble.tell("the watchdog", error)
            self._connection = None

    def arm(self):
        """Once a second: it makes a new thread each time."""
        with self._lock:
            self._arm()

    def _arm(self):
        if self._connection is not None:
            # The socket never blocks: what it does not take is lost, and nobody waits.
            faulthandler.dump_traceback_later(SILENCE, repeat=True, exit=False, file=self._connection.fileno())

    def before_fork(self):
        self._lock.acquire()
        if self._connection is not None:
            faulthandler.cancel_dump_traceback_later()

    def after_in_parent(self):
        try:
            self._arm()
        finally:
            self._lock.release()

    def after_in_child(self):
        """The child is no engine: nothing is armed in it."""
        connection, self._connection = self._connection, None
        self._lock.release()
        if connection is not None:
            connection.close()
