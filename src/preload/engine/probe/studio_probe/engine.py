"""Which process is the engine, and what is observed in it."""

import os
import platform
import sys

from . import ENGINE_PID
from .jobs import Jobs
from .nodes import Nodes
from .packs import Packs
from .patching import wrap
from .resident import open_reader
from .watch import Watch


class Engine:
    """Everything that is observed in one engine process."""

    def __init__(self, transport):
        self._transport = transport
        self._hooks = {}
        self._resident = open_reader()
        self.nodes = Nodes(transport, self._resident)
        self.jobs = Jobs(transport, self._resident, self.nodes)
        self._packs = Packs(transport, self._resident)
        self._watch = None

    def modules(self):
        """What is done when the engine imports each of its modules."""
        return {"nodes": self._on_nodes, "execution": self._on_execution, "server": self._on_server}

    def _on_nodes(self, module):
        if hasattr(module, "NODE_CLASS_MAPPINGS"):
            self._hooks["nodes.load_custom_node"] = self._packs.hook(module)
            self.nodes.registry = module

    def _on_execution(self, module):
        if not hasattr(module, "PromptQueue") or not hasattr(module, "PromptExecutor"):
            return
        try:
            self._transport.connect()
        except OSError as error:
            sys.stderr.write(f"studio-monitor: the engine runs without its probe: {error}\n")
            return
        # Its own children find this process's id there, and not theirs.
        os.environ[ENGINE_PID] = str(os.getpid())
        self._transport.hello(
            python=platform.python_version(),
            executable=sys.executable,
            folder=os.path.dirname(os.path.abspath(module.__file__)),
        )
        self.nodes.engine_folder = os.path.dirname(os.path.abspath(module.__file__))
        self._hooks.update(self.jobs.hook(module))
        self._hooks["execution.execute"] = self.nodes.hook(module)
        self._hooks["execution.validate_prompt"] = wrap(module, "validate_prompt", after=self._on_validated)
        self._watch = Watch(self._transport, self._resident, self.jobs, self.nodes)
        self._watch.start()

    def _on_server(self, module):
        server = getattr(module, "PromptServer", None)
        if server is None or self._watch is None:
            return
        self._hooks["PromptServer.send_sync"] = wrap(server, "send_sync", before=self._on_frame)
        self._hooks["PromptServer.__init__"] = wrap(server, "__init__", after=self._on_server_made)
        self._transport.say("hooks", **self._hooks)

    def _on_server_made(self, _seen, _result, error, args, _kwargs):
        if error is not None or not args:
            return
        server = args[0]
        self._watch.loop = getattr(server, "loop", None)
        # Jobs that come back have the numbers of the engine before; the next ones come after them.
        first = int(os.environ.pop("STUDIO_PROBE_FIRST_NUMBER", "0") or "0")
        if first > getattr(server, "number", first):
            server.number = first

    def _on_frame(self, args, kwargs):
        event = kwargs.get("event", args[1] if len(args) > 1 else None)
        if event == "progress":
            self.nodes.progress(kwargs.get("data", args[2] if len(args) > 2 else None))

    def _on_validated(self, _seen, result, error, _args, _kwargs):
        # The texts quote what the user wrote: only their kinds are said.
        if error is not None or not isinstance(result, tuple) or not result or result[0]:
            return
        reason = result[1].get("type") if len(result) > 1 and isinstance(result[1], dict) else None
        nodes = result[3] if len(result) > 3 and isinstance(result[3], dict) else {}
        kinds = {str(e.get("type")) for n in nodes.values() for e in n.get("errors", ()) if isinstance(e, dict)}
        self._transport.say("rejected", reason=reason, kinds=sorted(kinds), nodes=len(nodes))
