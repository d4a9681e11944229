"""Says what Studio's engine does, from within it: see README.md beside this folder for every message."""

import os
import sys


def start():
    """Starts the probe in the engine's process, now or as soon as it is known to be the engine's; elsewhere never."""
    from . import process

    settings = process.Settings(os.environ)
    if not settings.socket or process.is_child_of_engine(os.environ):
        return

    def begin(folder):
        # ddtrace runs this start-up code twice, and may have dropped this module in between; the launcher once more.
        if not hasattr(sys, "_studio_probe"):
            sys._studio_probe = folder
            # Not before: every other Python that the engine starts would wait for it.
            from . import session

            session.begin(settings, folder)

    process.when_engine(begin)
