"""The probe of one engine process: its parts, put together."""

import atexit
import os
import platform
import sys
import threading

from . import imports, loaded, process, text
from .admission import Admission
from .connection import connect
from .growth import Growth
from .hook import Hooks
from .jobs import Jobs
from .memory import Memory
from .nodes import Nodes
from .outbox import Outbox
from .packs import Packs
from .places import Places
from .progress import Progress
from .pulse import Pulse
from .threads import ThreadDeaths
from .trouble import Trouble
from .validation import Validation
from .watchdog import Watchdog

PROTOCOL = 1
VERSIONS = ("studioui_version", "comfyui_version", "studio_version")


class Session:
    """The things that the parts share: where to say things, what runs now, and who runs it."""

    def __init__(self, settings, folder, outbox):
        self.settings = settings
        self.folder = folder
        self.outbox = outbox
        self.trouble = Trouble(outbox)
        self.pid = os.getpid()
        self.active = True
        #: The thread that runs the jobs, once it has asked for one.
        self.worker = None
        #: The job that runs, a `jobs.Job`.
        self.job = None
        #: Set when a job begins: the pulse may sleep.
        self.woken = threading.Event()
        self.server = None
        self.memory = Memory(sys.platform)
        self.places = Places(folder)
        self.growth = Growth(self.memory)
        self.packs = Packs(self)
        #: Set by `nodes.Nodes`.
        self.nodes = None
        self.worker_death_told = False
        self._environment = dict(os.environ)

    def is_active(self):
        return self.active

    def hooks(self):
        return Hooks(self.trouble, self.is_active)

    def say_hooks(self, module, hooks):
        self.outbox.say("hooks", module=module, found=hooks.found, missing=hooks.missing)

    def say_ready(self):
        """The worker asks for its first job: the engine has been built."""
        version = next((sys.modules[name] for name in VERSIONS if name in sys.modules), None)
        self.outbox.say(
            "ready",
            version=text.name(getattr(version, "__version__", None)),
            torch=text.name(str(getattr(sys.modules.get("torch"), "__version__", "")) or None),
            worker=f"0x{self.worker.ident:016x}",
            main=f"0x{threading.main_thread().ident:016x}",
        )
        if self.settings.spare:
            self._say_modules()

    def _say_modules(self):
        try:
            self.outbox.say(
                "modules",
                folder=self.folder,
                names=loaded.modules(self.folder),
                environment=loaded.changes(self._environment, dict(os.environ)),
                resident=self.memory.resident(),
            )
        except Exception as error:
            self.trouble.tell("what the engine has imported", error)


def begin(settings, folder) -> None:
    """Starts the probe in this process. Raises OSError where no runner listens."""
    outbox = Outbox(connect(settings.socket))
    session = Session(settings, folder, outbox)
    again = process.claim(os.environ)
    outbox.say(
        "hello",
        protocol=PROTOCOL,
        token=settings.token,
        pid=session.pid,
        ppid=os.getppid(),
        again=again,
        python=platform.python_version(),
        executable=sys.executable,
        folder=folder,
        ddtrace=getattr(sys.modules.get("ddtrace"), "__version__", None),
        memory=session.memory.source,
    )
    nodes, jobs = Nodes(session), Jobs(session)
    admission = Admission(session, jobs)
    watchdog = Watchdog(settings, session.trouble)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=watchdog.before_fork,
            after_in_parent=watchdog.after_in_parent,
            after_in_child=lambda: _end_in_child(session, admission, watchdog),
        )
    ThreadDeaths(session).install()
    validation, progress = Validation(session), Progress(session)
    imports.after_import("nodes", session.packs.install)
    # Nearest to the engine's own function: the others see the call as long as it is held.
    parts = (*([admission] if admission.open() else []), jobs, nodes, validation)
    imports.after_import("execution", lambda module: _watch_execution(session, module, parts))
    imports.after_import("server", progress.install)
    imports.after_import("server", admission.watch_requests)
    pulse = Pulse(session, watchdog)
    # The other way round than they are registered.
    atexit.register(outbox.end)
    atexit.register(_tell_profile, session, pulse)
    pulse.start()


def _tell_profile(session, pulse):
    try:
        if session.active:
            pulse.tell_profile()
    except Exception as error:
        session.trouble.tell("the profile", error)


def _watch_execution(session, module, parts):
    hooks = session.hooks()
    for part in parts:
        try:
            part.install(module, hooks)
        except Exception as error:
            # What the others watch is still worth to know.
            session.trouble.tell(f"watching {type(part).__name__.lower()}", error)
    session.say_hooks("execution", hooks)


def _end_in_child(session, admission, watchdog):
    """Right after a fork: the child is no engine, whatever it goes on to do."""
    session.active = False
    session.growth.after_in_child()
    session.outbox.close()
    admission.close()
    watchdog.after_in_child()
