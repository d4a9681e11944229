"""Runs at the start of every Python that has this folder on PYTHONPATH: the one that it hides first, then the probe.

A Python of any age reads this file: nothing in it is newer than Python 2.7.
"""

import os
import sys


def load_next():
    """Loads the sitecustomize that Python would have found without this folder: ddtrace's, the user's, the system's."""
    here = os.path.dirname(os.path.abspath(__file__))
    others = [folder for folder in sys.path if os.path.abspath(folder or os.curdir) != here]
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is None or spec.loader is None:
        return
    ours = sys.modules.get("sitecustomize")
    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules["sitecustomize"] = ours
        raise


def is_engine(script):
    """Tells whether a script is the one that Studio's engine is started with."""
    folder, name = os.path.split(os.path.abspath(script))
    beside = ("main.py", "execution.py", "server.py", "nodes.py")
    return name == "main.py" and all(os.path.isfile(os.path.join(folder, each)) for each in beside)


def script_of_old():
    """The script that runs, which before Python 3.8 is not known yet at this time. Empty where nothing tells."""
    if getattr(sys, "argv", None):
        return sys.argv[0]
    try:
        with open("/proc/self/cmdline", "rb") as file:
            words = file.read().decode("utf-8", "replace").split("\0")
    except (IOError, OSError):  # noqa: UP024
        return ""
    return next((word for word in words[1:] if os.path.basename(word) == "main.py"), "")


def start_probe():
    """Starts the probe where a socket waits for it. Whatever goes wrong is one line, and Python runs as without it."""
    owner = os.environ.get("STUDIO_PROBE_OWNER")
    is_child = owner is not None and os.name != "nt" and owner != str(os.getpid())
    if not os.environ.get("STUDIO_PROBE_SOCKET") or is_child:
        return
    if sys.version_info < (3, 9):  # noqa: UP036
        if is_engine(script_of_old()):
            version = ".".join(str(part) for part in sys.version_info[:3])
            sys.stderr.write(
                "studio-probe: Python " + version + " is older than 3.9: the engine runs without the probe\n"
            )
        return
    try:
        import studio_probe

        studio_probe.start()
    except Exception:
        sys.stderr.write("studio-probe: the engine runs without the probe: " + repr(sys.exc_info()[1]) + "\n")


try:
    # The project's own Python is newer; any other may read this.
    if sys.version_info >= (3, 4):  # noqa: UP036
        load_next()
finally:
    start_probe()
