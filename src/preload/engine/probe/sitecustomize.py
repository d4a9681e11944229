# ruff: noqa: UP031, UP036
"""Loads the next `sitecustomize`, then the probe: Python imports this at its start, first on PYTHONPATH.

It parses in any Python that is around, 2.7 too: one that is too old gets a line and no probe.
"""

import os
import sys


def _load_next():
    """Loads the sitecustomize that this one hides: ddtrace's, the user's own, the distribution's."""
    import importlib.machinery
    import importlib.util

    here = os.path.dirname(os.path.abspath(__file__))
    rest = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", rest)
    if spec is None or spec.loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


def _start():
    if not os.environ.get("STUDIO_PROBE_SOCKET"):
        return
    if sys.version_info < (3, 9):
        version = "%d.%d" % sys.version_info[:2]
        sys.stderr.write(
            "studio-monitor: Python %s has no probe (3.9 or newer has): the engine runs without\n" % version
        )
        return
    import studio_probe

    studio_probe.start()


if sys.version_info >= (3, 4):
    try:
        _load_next()
    except Exception:
        # As Python itself does with an error in a sitecustomize: say so, and go on.
        sys.stderr.write("Error in sitecustomize; set PYTHONVERBOSE for traceback:\n%r\n" % (sys.exc_info()[1],))
try:
    _start()
except Exception:
    sys.stderr.write("studio-monitor: the engine runs without its probe: %r\n" % (sys.exc_info()[1],))
