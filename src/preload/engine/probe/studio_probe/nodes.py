"""Every node that the engine runs: when it began and ended, whether it was cached, what it took."""

import json
import time

from . import memory
from .hook import argument
from .text import name

#: A node that took less time is not asked for the GPU's memory, which takes a tenth of a millisecond. In seconds.
GPU_AFTER = 0.005
CLASSES = 1_000

# Most of what is said is of nodes: made by hand, it takes a tenth of the time.
_json = json.JSONEncoder(separators=(",", ":")).encode


class Node:
    __slots__ = ("id", "class_name", "pack", "began", "account", "pending", "job", "quoted")

    def __init__(self, id, of_class):
        self.id = id
        self.class_name, self.pack, _ = of_class
        self.began = time.perf_counter()
        self.account = None
        self.pending = 0


class Nodes:
    def __init__(self, session):
        self._session = session
        session.nodes = self
        self._outbox = session.outbox
        #: Begun and not ended, by the engine's id: one that waits for another is executed again.
        self._open = {}
        self._classes = {}
        self.current = None

    def install(self, module, hooks):
        execute = getattr(module, "execute", None)
        self._prompt = argument(execute, "dynprompt", 1)
        self._id = argument(execute, "current_item", 3)
        self._executed = argument(execute, "executed", 5)
        hooks.watch(module, "execute", before=self._before, after=self._after)

    def forget(self):
        """The job has ended: what was open in it is not any more."""
        self._open.clear()
        self.current = None

    def _before(self, args, kwargs):
        node_id = self._id(args, kwargs)
        node = self._open.get(node_id)
        if node is None:
            node = self._begin(node_id, self._prompt(args, kwargs))
        node.account = self._session.growth.enter_node(node, node.account)
        self.current = node
        return node, node_id, self._executed(args, kwargs)

    def _begin(self, node_id, prompt):
        engine_class = prompt.get_node(node_id).get("class_type")
        display = prompt.get_display_node_id(node_id) if hasattr(prompt, "get_display_node_id") else node_id
        of_class = self._class(engine_class, self._session.packs.of_class(engine_class))
        node = self._open[node_id] = Node(name(node_id), of_class)
        job = self._session.job
        node.job = "null" if job is None else job.seq
        node.quoted = _json(node.id)
        shown = node.quoted if display == node_id else _json(name(display))
        self._outbox.put(
            (
                f'{{"type":"node","at":{time.time() * 1_000:.3f},"job":{node.job},"id":{node.quoted},'
                f'{of_class[2]},"display":{shown}}}\n'
            ).encode()
        )
        return node

    def _class(self, engine_class, pack):
        """A thousand nodes are of a few classes: its name, its pack, and both as they are told."""
        key = (engine_class, pack)
        found = self._classes.get(key)
        if found is None:
            if len(self._classes) >= CLASSES:
                self._classes.clear()
            class_name = name(engine_class)
            found = (class_name, pack, f'"class":{_json(class_name)},"pack":{_json(pack)}')
            # One of a megabyte is not kept.
            if class_name == engine_class:
                self._classes[key] = found
        return found

    def _after(self, seen, result, error):
        if seen is None:
            return
        node, node_id, executed = seen
        growth = self._session.growth
        state = "failed" if error is not None else _state(result)
        if state == "pending":
            # What is added until the next node begins is still its own: it may have tasks that run on.
            node.pending += 1
            return
        growth.leave_node(node.account)
        self.current = None
        self._open.pop(node_id, None)
        seconds = time.perf_counter() - node.began
        cached = state == "done" and node_id not in executed
        gpu = memory.gpu() if seconds > GPU_AFTER else None
        account = node.account
        top = account.top() if account.took else None
        # The next message takes it along: the next node's, or the job's end.
        self._outbox.leave(
            (
                f'{{"type":"node-end","at":{time.time() * 1_000:.3f},"job":{node.job},"id":{node.quoted},'
                f'"ms":{seconds * 1_000:.3f},"state":"{state}","cached":{"true" if cached else "false"},'
                f'"pending":{node.pending},"growth":{account.growth},"peak":{account.peak},'
                f'"top":{_json(top) if top else "[]"},"gpu":{_json(gpu) if gpu else "null"}}}\n'
            ).encode()
        )


def _state(result):
    """`(ExecutionResult, details, exception)`, as the engine's `execute` returns it."""
    outcome = getattr(result[0], "name", None)
    if outcome == "PENDING":
        return "pending"
    if outcome == "SUCCESS":
        return "done"
    return "interrupted" if type(result[2]).__name__ == "InterruptProcessingException" else "failed"
