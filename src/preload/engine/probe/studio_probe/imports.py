"""Tells when a module has been imported, before anybody can use it."""

import sys

_callbacks = {}
#: Whose code has run, while Python itself still counts it as one that is being imported.
_imported = set()


def after_import(name, callback) -> None:
    """Calls `callback(module)` once, after the module's code has run, or at once where it has run before."""
    module = sys.modules.get(name)
    initializing = getattr(getattr(module, "__spec__", None), "_initializing", False)
    if module is not None and (name in _imported or not initializing):
        callback(module)
        return
    _callbacks.setdefault(name, []).append(callback)
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)


class _Finder:
    """Stands first among Python's finders, and finds nothing but what is waited for."""

    def __init__(self):
        self._busy = set()

    def find_spec(self, name, path=None, target=None):
        if name not in _callbacks or name in self._busy:
            return None
        self._busy.add(name)
        try:
            spec = _spec_of_others(name, path, target)
            if spec is not None and spec.loader is not None:
                _tell_after(spec.loader, name)
            return spec
        except Exception:
            # Then the module is imported as if nobody waited for it.
            return None
        finally:
            self._busy.discard(name)


def _spec_of_others(name, path, target):
    for finder in list(sys.meta_path):
        find = getattr(finder, "find_spec", None)
        if finder is _finder or find is None:
            continue
        spec = find(name, path, target)
        if spec is not None:
            return spec
    return None


def _tell_after(loader, name) -> None:
    """The loader stays the module's own, as tools look at it: one method of this instance is another for a while."""
    execute = loader.exec_module

    def exec_module(module):
        try:
            del loader.exec_module
        except AttributeError:
            pass
        execute(module)
        _imported.add(name)
        for callback in _callbacks.pop(name, ()):
            try:
                callback(module)
            except Exception as error:
                sys.stderr.write(f"studio-probe: {name} is not watched: {error!r}\n")
        if not _callbacks and _finder in sys.meta_path:
            sys.meta_path.remove(_finder)

    loader.exec_module = exec_module


_finder = _Finder()
