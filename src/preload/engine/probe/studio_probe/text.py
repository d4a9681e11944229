"""Text of the engine's and of its users', cut to what a record can hold."""

import math

NAME = 200
MESSAGE = 2_000
STACK = 16_000


def brief(value, limit=MESSAGE):
    """`None` for what is no text; never asks an object of a user's for its own words."""
    if not isinstance(value, str):
        return None
    return value if len(value) <= limit else value[: limit - 1] + "…"


def name(value):
    """A name, an id; numbers are ids as well."""
    if isinstance(value, (int, float)):
        value = str(value)
    return brief(value, NAME)


def tail(value, limit=STACK):
    """The end of a text, which for a stack is the part that counts."""
    if not isinstance(value, str):
        return None
    return value if len(value) <= limit else "…" + value[1 - limit :]


def number(value):
    """`None` for what is no number that JSON has."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if math.isfinite(value) else None
