"""Every node that the engine runs: when it began and ended, whether it was cached, what it took."""

import time

from . import memory
from .hook import argument
from .text import name

#: A node that took less time is not asked for the GPU's memory, which takes a tenth of a millisecond. In seconds.
GPU_AFTER = 0.005


class Node:
    __slots__ = ("id", "class_name", "pack", "display", "began", "account", "pending")

    def __init__(self, id, class_name, pack, display):
        self.id = id
        self.class_name = class_name
        self.pack = pack
        self.display = display
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
        node = Node(name(node_id), name(engine_class), self._session.packs.of_class(engine_class), name(display))
        self._open[node_id] = node
        job = self._session.job
        self._outbox.say(
            "node",
            job=job and job.seq,
            **{"id": node.id, "class": node.class_name, "pack": node.pack, "display": node.display},
        )
        return node

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
        job = self._session.job
        self._outbox.say(
            "node-end",
            job=job and job.seq,
            id=node.id,
            ms=round(seconds * 1_000, 3),
            state=state,
            cached=state == "done" and node_id not in executed,
            pending=node.pending,
            **node.account.describe(),
            gpu=memory.gpu() if seconds > GPU_AFTER else None,
        )


def _state(result):
    """`(ExecutionResult, details, exception)`, as the engine's `execute` returns it."""
    outcome = getattr(result[0], "name", None)
    if outcome == "PENDING":
        return "pending"
    if outcome == "SUCCESS":
        return "done"
    return "interrupted" if type(result[2]).__name__ == "InterruptProcessingException" else "failed"
