"""Runs a script with the probe, in a Python that ignores PYTHONPATH (-E, -I, a `._pth` file beside it).

    python -E launcher.py main.py --port 8188

does what `python -E main.py --port 8188` does, with the probe started before.
"""

import os
import runpy
import sys

if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    script = sys.argv[1]
    sys.argv = sys.argv[1:]
    # Python puts the script's folder first; with -I it does not.
    if sys.path and os.path.abspath(sys.path[0]) == here:
        sys.path[0] = os.path.dirname(os.path.abspath(script))
    try:
        sys.path.append(here)
        if sys.version_info >= (3, 9) and os.environ.get("STUDIO_PROBE_SOCKET"):
            import studio_probe

            studio_probe.start()
    except Exception:
        sys.stderr.write(f"studio-monitor: the engine runs without its probe: {sys.exc_info()[1]!r}\n")
    finally:
        sys.path.remove(here)
    runpy.run_path(script, run_name="__main__")
