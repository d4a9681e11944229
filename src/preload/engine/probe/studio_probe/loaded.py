"""Tells what a ready engine has imported that is none of its own, and how it has changed its environment."""

import os
import sys

from . import text

#: Most modules and variables that are told.
MODULES = 20_000
VARIABLES = 100
#: Longest value of a variable.
VALUE = 4_000
PACKAGES = ("site-packages", "dist-packages")
#: Read when Python starts, or the probe's own.
NOT_TOLD = ("STUDIO_PROBE_", "PYTHON", "DD_")
#: It starts threads and sends as soon as it is imported.
NOT_IMPORTED = ("ddtrace", "studio_probe", "sitecustomize", "usercustomize", "__main__")


def modules(folder):
    """Names in the order of their import: those that are the engine's own, or its packs', are left out."""
    found = []
    for name, module in list(sys.modules.items()):
        attributes = getattr(module, "__dict__", None) or {}
        spec = attributes.get("__spec__")
        if name.partition(".")[0] in NOT_IMPORTED or len(name) > text.NAME or not _is_importable(name, spec):
            continue
        file = attributes.get("__file__")
        if not isinstance(file, str) or not _is_own(file, folder):
            found.append(name)
    return found[:MODULES]


def _is_importable(name, spec) -> bool:
    """A module that Python's own import has found by this name; not one that was put there by hand."""
    return getattr(spec, "name", None) == name and getattr(spec, "loader", None) is not None


def _is_own(file, folder) -> bool:
    path = os.path.realpath(file)
    if not path.startswith(folder + os.sep):
        return "custom_nodes" in path.split(os.sep)
    parts = path[len(folder) + 1 :].split(os.sep)
    return "custom_nodes" in parts or not any(part in PACKAGES for part in parts)


def changes(before, now):
    """The variables that are other than before, with `None` for those that are gone."""
    changed = {name: now.get(name) for name in {*before, *now} if before.get(name) != now.get(name)}
    told = {
        name: value
        for name, value in sorted(changed.items())
        if not name.startswith(NOT_TOLD) and len(name) <= text.NAME and len(value or "") <= VALUE
    }
    return dict(list(told.items())[:VARIABLES])
