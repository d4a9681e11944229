"""How far a node is, from the frames that the engine sends to its clients."""

import time

from .hook import argument
from .text import name, number

#: Between two messages of one node, in seconds; its last step is always told.
INTERVAL = 0.2
NODES = 100


class Progress:
    def __init__(self, session):
        self._session = session
        self._told = {}

    def install(self, module):
        hooks = self._session.hooks()
        server = module.PromptServer
        send = getattr(server, "send_sync", None)
        self._event = argument(send, "event", 1)
        self._data = argument(send, "data", 2)
        hooks.watch(server, "send_sync", before=self._before)
        self._session.say_hooks("server", hooks)

    def _before(self, args, kwargs):
        if self._event(args, kwargs) != "progress":
            return
        data = self._data(args, kwargs)
        node, value, most = name(data.get("node")), number(data.get("value")), number(data.get("max"))
        job = self._session.job
        if job is None or value is None or not most:
            return
        now = time.monotonic()
        key = (job.seq, node)
        told_at, was_last = self._told.get(key, (0.0, False))
        is_last = value >= most
        if now - told_at < INTERVAL and (was_last or not is_last):
            return
        if key not in self._told and len(self._told) >= NODES:
            self._told.clear()
        self._told[key] = now, is_last
        self._session.outbox.say("progress", job=job.seq, node=node, value=value, max=most)
