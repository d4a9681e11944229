"""The probe inside Studio's engine: says what the engine does, and never stands in its way.

`start()` is called once, as Python starts. It makes the process a candidate: only one that imports the engine's
`execution` module becomes the engine (`engine.py`), so a shim or a wrapper that is itself a Python stays silent.
The messages are written down in ../README.md.
"""

import os

ENGINE_PID = "STUDIO_PROBE_ENGINE_PID"


def start():
    """Starts the probe, unless this process is a child of the engine that it watches already."""
    # os.execv keeps the pid, so an engine that restarts itself is watched again; its children have another one.
    if os.environ.get(ENGINE_PID, str(os.getpid())) != str(os.getpid()):
        return
    from . import engine, patching
    from .transport import Transport

    transport = Transport(os.environ["STUDIO_PROBE_SOCKET"], os.environ.get("STUDIO_PROBE_TOKEN", ""))
    patching.when_imported(engine.Engine(transport).modules())
