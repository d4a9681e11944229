"""The nodes of the job that runs: when each began and ended, from which pack it comes, and what it took."""

import os
import time
import traceback

from .growth import Growth
from .patching import argument, wrap
from .resident import gpu

PROGRESS_EVERY_S = 0.25
MAX_FRAMES = 30


class Node:
    __slots__ = ("id", "cls", "pack", "before", "peak")

    def __init__(self, node_id, cls, pack, before):
        self.id = node_id
        self.cls = cls
        self.pack = pack
        self.before = before
        self.peak = before


class Nodes:
    def __init__(self, transport, resident):
        self._transport = transport
        self._resident = resident
        self.registry = None
        """The engine's module `nodes`, for where a class comes from."""
        self.engine_folder = os.getcwd()
        self.current = None
        self.growth = Growth(self)
        self._job = None
        self._job_before = 0
        self._job_peak = 0
        self._cached = frozenset()
        self._progress_at = 0.0

    def hook(self, module):
        return wrap(module, "execute", before=self._before, after=self._after)

    def begin_job(self, key):
        self._job = key
        self._job_before = self._job_peak = self._resident()
        self._cached = frozenset()
        self.growth.begin_job()

    def end_job(self):
        """The job's peak and growth, in bytes."""
        self._job = None
        self.current = None
        self._job_peak = max(self._job_peak, self._resident())
        return {
            "peak": self._job_peak,
            "growth": self._job_peak - self._job_before,
            "gpu": gpu(),
            "top": self.growth.top(),
        }

    def held_places(self):
        return self.growth.top()

    def cached(self, ids):
        if isinstance(ids, (list, tuple, set)):
            self._cached = frozenset(str(one) for one in ids)
            self._transport.say("cached", key=self._job, nodes=sorted(self._cached)[:1000])

    def look(self, resident):
        """Called by the sampler with the resident set, in bytes."""
        self._job_peak = max(self._job_peak, resident)
        node = self.current
        if node is not None and resident > node.peak:
            node.peak = resident

    def where(self):
        node = self.current
        return (
            {"node": node.id, "cls": node.cls, "pack": node.pack} if node else {"node": None, "cls": None, "pack": None}
        )

    def progress(self, data):
        if not isinstance(data, dict) or self._job is None:
            return
        value, most = data.get("value"), data.get("max")
        now = time.monotonic()
        if now - self._progress_at < PROGRESS_EVERY_S and value != most:
            return
        self._progress_at = now
        node = data.get("node")
        self._transport.say("progress", key=self._job, node=None if node is None else str(node), value=value, max=most)

    def pack_of(self, cls):
        """The folder below `custom_nodes/` that the class comes from; None for the engine's own."""
        mapping = getattr(self.registry, "NODE_CLASS_MAPPINGS", None)
        found = mapping.get(cls) if isinstance(mapping, dict) and isinstance(cls, str) else None
        module = getattr(found, "RELATIVE_PYTHON_MODULE", None)
        if isinstance(module, str) and module.startswith("custom_nodes."):
            return module[len("custom_nodes.") :].split(".")[0]
        return None

    def frames_of(self, error):
        """The frames of an exception, outermost first: `[function, file, line]`."""
        frames = traceback.extract_tb(error.__traceback__)[-MAX_FRAMES:]
        return [[frame.name, frame.filename, frame.lineno] for frame in frames]

    def _before(self, args, kwargs):
        node_id = argument(args, kwargs, 3, "current_item")
        dynprompt = argument(args, kwargs, 1, "dynprompt")
        described = dynprompt.get_node(node_id)
        cls = described.get("class_type") if isinstance(described, dict) else None
        cls = None if cls is None else str(cls)
        node = Node(str(node_id), cls, self.pack_of(cls), self._resident())
        is_cached = node.id in self._cached
        if not is_cached:
            self._transport.say("node", key=self._job, node=node.id, cls=cls, pack=node.pack, rss=node.before)
        self.current = node
        return (node, is_cached)

    def _after(self, seen, result, error, _args, _kwargs):
        if seen is None:
            return
        node, is_cached = seen
        self.current = None
        if is_cached:
            return
        now = self._resident()
        node.peak = max(node.peak, now)
        self._transport.say(
            "node-end",
            key=self._job,
            node=node.id,
            how="failed" if error is not None else how_it_ended(result),
            rss=now,
            peak=node.peak,
            growth=now - node.before,
            gpu=gpu(),
        )


def how_it_ended(result):
    """`done`, `failed` or `pending` (it is called again); `unknown` for an engine that says it in another way."""
    first = result[0] if isinstance(result, tuple) and result else result
    name = getattr(first, "name", None)
    return {"SUCCESS": "done", "FAILURE": "failed", "PENDING": "pending"}.get(name, "unknown")
