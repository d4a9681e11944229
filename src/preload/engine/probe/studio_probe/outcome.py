"""How a job ended, from the messages that the engine keeps of it."""

import re

from .places import pack_of
from .text import brief, name, number, tail

FRAME = re.compile(r'File "([^"]+)", line (\d+), in (.+)')


def of(status):
    """`status` is the engine's `ExecutionStatus`: `status_str` and `messages`, pairs of an event and its data."""
    messages = {}
    for message in getattr(status, "messages", None) or ():
        event, data = message[0], message[1]
        if isinstance(event, str) and isinstance(data, dict):
            messages[event] = data
    if "execution_interrupted" in messages:
        state = "interrupted"
    elif "execution_error" in messages or getattr(status, "status_str", None) != "success":
        state = "failed"
    else:
        state = "done"
    return {"state": state, "error": _error(messages.get("execution_error")) if state == "failed" else None}


def _error(data):
    """Without the inputs and outputs that the engine keeps with it."""
    if data is None:
        return None
    stack = "".join(line for line in data.get("traceback") or () if isinstance(line, str))
    return {
        "name": name(data.get("exception_type")),
        "message": brief(_stripped(data.get("exception_message"))),
        "stack": tail(stack),
        "node": {"id": name(data.get("node_id")), "class": name(data.get("node_type"))},
        "frame": custom_frame(stack),
    }


def _stripped(message):
    """The engine ends each with a line for a tip, most of which are empty."""
    return message.strip() if isinstance(message, str) else message


def custom_frame(stack):
    """The innermost frame of a custom node's in a stack as Python prints it, most recent call last."""
    for file, line, function in reversed(FRAME.findall(stack)):
        pack = pack_of(file)
        if pack is not None:
            return {"function": name(function), "file": brief(file), "line": number(int(line)), "pack": name(pack)}
    return None
