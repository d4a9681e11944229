"""What importing each folder of `custom_nodes` costs at the start."""

import os
import time

from .patching import argument, wrap


class Packs:
    def __init__(self, transport, resident):
        self._transport = transport
        self._resident = resident

    def hook(self, module):
        return wrap(module, "load_custom_node", before=self._before, after=self._after)

    def _before(self, _args, _kwargs):
        return (time.perf_counter(), self._resident())

    def _after(self, seen, result, error, args, kwargs):
        path = argument(args, kwargs, 0, "module_path")
        if seen is None or not isinstance(path, str) or (os.sep + "custom_nodes" + os.sep) not in path:
            return
        began, before = seen
        self._transport.say(
            "pack",
            name=os.path.basename(path.rstrip(os.sep)),
            seconds=time.perf_counter() - began,
            rss=self._resident() - before,
            loaded=error is None and bool(result),
        )
