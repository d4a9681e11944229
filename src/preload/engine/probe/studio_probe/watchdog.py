"""The stacks of all threads when Python's own lock is held for long: written by a thread of C, which needs no lock."""

import faulthandler
import json
import os

from .connection import connect

#: Without a new arming, in seconds; then again each time that it has passed.
SILENCE = 3


class Watchdog:
    """A connection of its own: a first line of JSON, then text as `faulthandler` writes it."""

    def __init__(self, settings, trouble):
        self._connection = None
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
        if self._connection is not None:
            # The socket never blocks: what it does not take is lost, and nobody waits.
            faulthandler.dump_traceback_later(SILENCE, repeat=True, exit=False, file=self._connection.fileno())
