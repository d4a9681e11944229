"""Watches calls of the engine's functions. Whatever they are given goes on to them, whatever they return comes back."""

import functools
import inspect

#: The answer of a gate that leaves a call out.
SKIP = object()


class Hooks:
    """Those of one module; each is tried on its own."""

    def __init__(self, trouble, is_active):
        self._trouble = trouble
        self._is_active = is_active
        self.found = []
        self.missing = []

    def watch(self, owner, name, before=None, after=None, label=None) -> None:
        """Puts itself in place of `owner.name`.

        `before(args, kwargs)` sees a call, `after(seen, result, error)` its end, with what `before` returned. Neither
        changes anything: an error of theirs is told once, and the call goes on.
        """
        label = label or f"{getattr(owner, '__name__', owner)}.{name}"
        original = inspect.getattr_static(owner, name, None)
        if not inspect.isfunction(original):
            self.missing.append(label)
            return
        setattr(owner, name, self._hooked(original, label, before or _nothing, after or _nothing))
        self.found.append(label)

    def guard(self, owner, name, gate) -> bool:
        """Has `gate(args, kwargs)` asked before each call of `owner.name`, by a hook that may be put before or after.

        `SKIP` has the call return `None` at once; a lock, which the gate has taken, is released after the call; `None`
        lets the call go on. So does an error of the gate's. Returns whether there is such a function.
        """
        original = inspect.getattr_static(owner, name, None)
        if not inspect.isfunction(original):
            return False
        is_active, tell = self._is_active, self._tell

        @functools.wraps(original)
        def guarded(*args, **kwargs):
            lock = None
            try:
                if is_active():
                    lock = gate(args, kwargs)
            except Exception as error:
                tell(f"the gate of {name}", error)
            if lock is SKIP:
                return None
            try:
                return original(*args, **kwargs)
            finally:
                if lock is not None:
                    lock.release()

        setattr(owner, name, guarded)
        return True

    def _hooked(self, original, label, before, after):
        is_active, tell = self._is_active, self._tell

        if inspect.iscoroutinefunction(original):

            @functools.wraps(original)
            async def hooked(*args, **kwargs):
                seen, watched = None, False
                try:
                    watched = is_active()
                    if watched:
                        seen = before(args, kwargs)
                except Exception as error:
                    tell(label, error)
                try:
                    result = await original(*args, **kwargs)
                except BaseException as error:
                    if watched:
                        tell_failure(seen, error)
                    raise
                try:
                    if watched:
                        after(seen, result, None)
                except Exception as error:
                    tell(label, error)
                return result

        else:

            @functools.wraps(original)
            def hooked(*args, **kwargs):
                seen, watched = None, False
                try:
                    watched = is_active()
                    if watched:
                        seen = before(args, kwargs)
                except Exception as error:
                    tell(label, error)
                try:
                    result = original(*args, **kwargs)
                except BaseException as error:
                    if watched:
                        tell_failure(seen, error)
                    raise
                try:
                    if watched:
                        after(seen, result, None)
                except Exception as error:
                    tell(label, error)
                return result

        def tell_failure(seen, error):
            try:
                after(seen, None, error)
            except Exception as trouble:
                tell(label, trouble)

        return hooked

    def _tell(self, label, error):
        try:
            self._trouble.tell(f"the hook on {label}", error)
        except Exception:
            # The engine goes on, whatever becomes of what is told of it.
            pass


def argument(function, name, position):
    """Gets an argument out of a call: by its name, by its place in this version's signature, or by `position`."""
    try:
        names = list(inspect.signature(function).parameters)
        at = names.index(name) if name in names else position
    except (TypeError, ValueError):
        at = position

    def get(args, kwargs):
        return kwargs[name] if name in kwargs else args[at]

    return get


def _nothing(*arguments):
    return None
