"""Tells what goes wrong in the probe: each thing in one line, once."""

import sys

from .text import brief


class Trouble:
    def __init__(self, outbox):
        self._outbox = outbox
        self._told = set()

    def tell(self, what, error) -> None:
        """`what` failed with `error`. On the engine's stderr only while the runner cannot be told."""
        if what in self._told:
            return
        self._told.add(what)
        try:
            words = brief(f"{type(error).__name__}: {error}")
        except Exception:
            words = type(error).__name__
        if self._outbox is not None:
            self._outbox.say("trouble", what=what, error=words)
        else:
            sys.stderr.write(f"studio-probe: {what} failed: {words}\n")
