"""Functions of the engine, wrapped: each passes on what it was given, whatever that is."""

import functools
import inspect
import sys


def when_imported(actions):
    """Calls `actions[name](module)` right after that module has been imported, before its importer goes on."""
    for name, action in actions.items():
        if name in sys.modules:
            action(sys.modules[name])
    sys.meta_path.insert(0, _Finder(actions))


class _Finder:
    """Asks the other finders for the module, and follows its loader with the action."""

    def __init__(self, actions):
        self._actions = actions
        self._asking = set()

    def find_spec(self, name, path=None, target=None):
        if name not in self._actions or name in self._asking:
            return None
        self._asking.add(name)
        try:
            spec = self._find(name, path, target)
        finally:
            self._asking.discard(name)
        if spec is not None and spec.loader is not None:
            _follow(spec.loader, self._actions[name])
        return spec

    def _find(self, name, path, target):
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec = None if finder is self or find is None else find(name, path, target)
            if spec is not None:
                return spec
        return None

    def invalidate_caches(self):
        pass


def _follow(loader, action):
    execute = getattr(loader, "exec_module", None)
    if execute is None:
        return

    @functools.wraps(execute)
    def exec_module(module):
        execute(module)
        try:
            action(module)
        except Exception:
            pass

    try:
        loader.exec_module = exec_module
    except AttributeError:
        pass


def wrap(owner, name, before=None, after=None):
    """Replaces `owner.name` by itself with an observer on either side. Returns whether it exists.

    `before(args, kwargs)` returns what `after(seen, result, error, args, kwargs)` gets. What they raise is dropped.
    """
    original = getattr(owner, name, None)
    if not callable(original):
        return False

    def observe_start(args, kwargs):
        try:
            return before(args, kwargs) if before else None
        except Exception:
            return None

    def observe_end(seen, result, error, args, kwargs):
        try:
            if after:
                after(seen, result, error, args, kwargs)
        except Exception:
            pass

    if inspect.iscoroutinefunction(original):

        @functools.wraps(original)
        async def wrapper(*args, **kwargs):
            seen = observe_start(args, kwargs)
            try:
                result = await original(*args, **kwargs)
            except BaseException as error:
                observe_end(seen, None, error, args, kwargs)
                raise
            observe_end(seen, result, None, args, kwargs)
            return result

    else:

        @functools.wraps(original)
        def wrapper(*args, **kwargs):
            seen = observe_start(args, kwargs)
            try:
                result = original(*args, **kwargs)
            except BaseException as error:
                observe_end(seen, None, error, args, kwargs)
                raise
            observe_end(seen, result, None, args, kwargs)
            return result

    setattr(owner, name, wrapper)
    return True


def argument(args, kwargs, index, name, default=None):
    """The argument at that place or of that name; other versions of the engine have other signatures."""
    if name in kwargs:
        return kwargs[name]
    return args[index] if len(args) > index else default
