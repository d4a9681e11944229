"""An engine that replaces itself by exec names its script alone: the launcher is put before it again."""

import os

PYTHONS = ("python", "pypy", "py.exe")


def keep_launcher(launcher, script):
    """From here on `os.execv` and what leads to it start `script` by way of `launcher`, as this Python was started."""
    script = os.path.realpath(script)
    os.execv = _through(os.execv, launcher, script)
    os.execve = _through(os.execve, launcher, script)


def _through(next_exec, launcher, script):
    def hooked(*args, **kwargs):
        try:
            if len(args) > 1 and _is_python(args[0]):
                args = (args[0], with_launcher(args[1], launcher, script), *args[2:])
        except Exception:
            # Words of a kind that exec knows what to do with, or refuses.
            pass
        return next_exec(*args, **kwargs)

    return hooked


def _is_python(program):
    return os.path.basename(_bare(program)).lower().startswith(PYTHONS)


def with_launcher(words, launcher, script):
    """The same words where they do not start the script, or have the launcher already."""
    words = list(words)
    for at, word in enumerate(words[1:], 1):
        file = os.path.realpath(_bare(word))
        if file == os.path.realpath(launcher):
            return words
        if file == script:
            # On Windows words are quoted by who execs: all of them become one line there.
            quoted = f'"{launcher}"' if os.fsdecode(word).startswith('"') else launcher
            return [*words[:at], quoted, *words[at:]]
    return words


def _bare(word):
    return os.fsdecode(word).strip('"')
