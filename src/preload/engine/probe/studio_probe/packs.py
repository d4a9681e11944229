"""Custom-node packs, the folders of `custom_nodes`: whose a class is, and what it costs to import each."""

import os
import sys
import time

from .hook import argument
from .places import pack_of
from .text import name

CLASSES = 10_000


class Packs:
    def __init__(self, session):
        self._session = session
        self._of_class = {}

    def install(self, module):
        hooks = self._session.hooks()
        load = getattr(module, "load_custom_node", None)
        self._path = argument(load, "module_path", 0)
        self._parent = argument(load, "module_parent", 2)
        hooks.watch(module, "load_custom_node", before=self._before, after=self._after)
        self._session.say_hooks("nodes", hooks)

    def of_class(self, class_name):
        """`None` for a class of the engine's own, or one that is not there."""
        if class_name in self._of_class:
            return self._of_class[class_name]
        if len(self._of_class) >= CLASSES:
            self._of_class.clear()
        try:
            pack = self._find(class_name)
        except Exception as error:
            # A class may do anything where it is asked for an attribute.
            self._session.trouble.tell("finding the pack of a class", error)
            pack = None
        self._of_class[class_name] = pack
        return pack

    @staticmethod
    def _find(class_name):
        found = sys.modules["nodes"].NODE_CLASS_MAPPINGS.get(class_name)
        parent, _, pack = (getattr(found, "RELATIVE_PYTHON_MODULE", None) or "").partition(".")
        if parent == "custom_nodes":
            return name(pack)
        file = getattr(sys.modules.get(getattr(found, "__module__", None)), "__file__", None)
        return name(pack_of(file)) if isinstance(file, str) else None

    def _before(self, args, kwargs):
        try:
            parent = self._parent(args, kwargs)
        except IndexError:
            parent = "custom_nodes"
        if parent != "custom_nodes":
            return None
        folder = os.path.basename(os.path.normpath(self._path(args, kwargs)))
        # A pack may be a single file.
        if folder.endswith(".py"):
            folder = folder[:-3]
        return folder, time.perf_counter(), self._session.memory.resident()

    def _after(self, seen, result, error):
        if seen is None:
            return
        folder, began, resident = seen
        now = self._session.memory.resident()
        self._of_class.clear()
        self._session.outbox.say(
            "pack",
            pack=name(folder),
            ms=round((time.perf_counter() - began) * 1_000, 3),
            bytes=now - resident if now is not None and resident is not None else None,
            ok=error is None and result is not False,
        )
