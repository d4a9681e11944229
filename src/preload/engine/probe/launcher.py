"""Runs a script as Python itself would, with the probe: for a Python that takes no notice of PYTHONPATH.

    python -E launcher.py main.py --port 8188

STUDIO_PROBE_DDTRACE names the folder with ddtrace's start-up code, which PYTHONPATH cannot lead to either.
With STUDIO_PROBE_SPARE it is a spare: it imports what the last engine had, and runs the script when it is told to.
"""

import os
import sys


def load_ddtrace(bootstrap):
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    spec = PathFinder.find_spec("sitecustomize", [bootstrap])
    if spec is None or spec.loader is None:
        return
    sys.path.insert(0, bootstrap)
    spec.loader.exec_module(module_from_spec(spec))


def prepare():
    """Starts what is to run beside the script. Returns the script's path."""
    here = os.path.dirname(os.path.abspath(__file__))
    # Python puts a script's folder in front, unless it was told not to (-I, -P).
    in_front = bool(sys.path) and sys.path[0] == here
    mark = os.environ.pop("STUDIO_PROBE_SPARE", None)
    if mark:
        sys.path.insert(0, here)
        from studio_probe import spare

        sys.path.remove(here)
        spare.wait(here, mark)
    sys.argv = sys.argv[1:]
    script = sys.argv[0]
    try:
        bootstrap = os.environ.get("STUDIO_PROBE_DDTRACE")
        if bootstrap:
            load_ddtrace(bootstrap)
        if os.environ.get("STUDIO_PROBE_SOCKET") and sys.version_info >= (3, 9):
            sys.path.insert(0, here)
            import studio_probe
            from studio_probe import restart

            sys.path.remove(here)
            # One that minds PYTHONPATH finds the probe by it.
            if not mark or sys.flags.ignore_environment:
                restart.keep_launcher(os.path.abspath(__file__), script)
            studio_probe.start()
    except Exception as error:
        sys.stderr.write("studio-probe: the engine runs without the probe: " + repr(error) + "\n")
    if in_front:
        sys.path[sys.path.index(here)] = os.path.dirname(os.path.abspath(script))
    return os.path.abspath(script)


def run(script):
    """In this very module, as Python does: what a script leaves behind outlives its last line."""
    with open(script, "rb") as file:
        code = compile(file.read(), script, "exec")
    namespace = sys.modules["__main__"].__dict__
    for name in [name for name in namespace if not name.startswith("__")]:
        del namespace[name]
    namespace.update(__file__=script, __doc__=None, __cached__=None)
    namespace["__loader__"].__init__("__main__", script)
    exec(code, namespace)


run(prepare())
