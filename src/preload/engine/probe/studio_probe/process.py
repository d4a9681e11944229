"""Which process is the engine's: wrappers that are Pythons come before it, and children of its own after it."""

import os
import sys

from . import imports

MODULES = ("execution.py", "server.py", "nodes.py")
OWNER = "STUDIO_PROBE_OWNER"


class Settings:
    """The runner's words in the environment, read before a custom node can change it."""

    def __init__(self, environment):
        #: Where the runner listens; nothing where none does.
        self.socket = environment.get("STUDIO_PROBE_SOCKET")
        self.token = environment.get("STUDIO_PROBE_TOKEN", "")
        #: Whether the runner wants to know what a job carries, to submit it again.
        self.carried = environment.get("STUDIO_PROBE_CARRIED") == "true"
        #: Whether it wants to know what makes a job big.
        self.needs = environment.get("STUDIO_PROBE_NEEDS") == "true"
        #: Whether it is asked before each job begins.
        self.holds = environment.get("STUDIO_PROBE_HOLDS") == "true"
        #: Whether it wants to know what a spare of the engine has to import.
        self.spare = environment.get("STUDIO_PROBE_TELLS_MODULES") == "true"
        #: Seconds that a profile covers; 0 for no profiles.
        self.profile_seconds = _number(environment.get("STUDIO_PROBE_PROFILE_SECONDS"))


def _number(text) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def is_child_of_engine(environment) -> bool:
    """An engine that replaces itself by exec keeps its process id. On Windows it gets another: not known there."""
    owner = environment.get(OWNER)
    return os.name != "nt" and owner is not None and owner != str(os.getpid())


def claim(environment) -> bool:
    """Makes this process the engine's. Returns whether it has been that before: it has replaced itself by exec."""
    before = environment.get(OWNER) == str(os.getpid())
    environment[OWNER] = str(os.getpid())
    return before


def when_engine(begin) -> None:
    """Calls `begin(folder)` with the engine's folder: at once where the script tells, else at `import execution`."""
    script = sys.argv[0] if getattr(sys, "argv", None) else ""
    # Another script beside the engine may be one that starts it.
    folder = engine_folder(script) if os.path.basename(script) == "main.py" else None
    if folder is not None:
        begin(folder)
        return

    def imported(module):
        script = getattr(sys.modules.get("__main__"), "__file__", None)
        found = engine_folder(module.__file__)
        # A child that `multiprocessing` starts imports the engine too, and has no script.
        if script is not None and found is not None and engine_folder(script) == found:
            begin(found)

    imports.after_import("execution", imported)


def engine_folder(script):
    """The folder of a script that stands beside the engine's own modules, or `None`; `-m` and `-c` are no script."""
    if not os.path.isfile(script):
        return None
    folder = os.path.dirname(os.path.realpath(script))
    return folder if all(os.path.isfile(os.path.join(folder, name)) for name in MODULES) else None
