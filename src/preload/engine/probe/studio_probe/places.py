"""The place where a stack stands: in whose code, in which function and line."""

import os
import re
from typing import NamedTuple, Optional

#: Files of which is known whose they are.
FILES = 10_000
PACK = re.compile(r"[\\/]custom_nodes[\\/]([^\\/]+)")

OTHER, ENGINE, CUSTOM = 0, 1, 2


class Place(NamedTuple):
    function: str
    file: str
    line: int
    #: The folder below `custom_nodes`.
    pack: Optional[str]


class Places:
    def __init__(self, engine_folder):
        self._engine = os.path.join(os.path.realpath(engine_folder), "")
        self._kinds = {}

    def of(self, frame) -> Place:
        """The innermost frame of a custom node's; else of the engine's own; else the innermost."""
        engine = None
        top = frame
        while frame is not None:
            kind = self.kind(frame.f_code.co_filename)
            if kind == CUSTOM:
                return place_of(frame)
            if kind == ENGINE and engine is None:
                engine = frame
            frame = frame.f_back
        return place_of(engine or top)

    def kind(self, file):
        kind = self._kinds.get(file)
        if kind is None:
            if len(self._kinds) >= FILES:
                self._kinds.clear()
            kind = self._kinds[file] = self._find_kind(file)
        return kind

    def _find_kind(self, file):
        if PACK.search(file):
            return CUSTOM
        # A virtual environment may lie in the engine's folder.
        inside = file[len(self._engine) :] if file.startswith(self._engine) else None
        return ENGINE if inside is not None and "site-packages" not in inside else OTHER


def place_of(frame) -> Place:
    code = frame.f_code
    return Place(
        function_name(code), code.co_filename, frame.f_lineno or code.co_firstlineno, pack_of(code.co_filename)
    )


def function_name(code) -> str:
    return getattr(code, "co_qualname", code.co_name)


def pack_of(file) -> Optional[str]:
    """`None` for a file of nobody's pack. A pack may be a single file."""
    found = PACK.search(file)
    if found is None:
        return None
    return found[1][:-3] if found[1].endswith(".py") else found[1]
