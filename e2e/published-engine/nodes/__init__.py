"""The nodes of a test: each does one thing that a node of a user's might do."""

import sqlite3
import time


class _Node:
    RETURN_TYPES = ("INT",)
    FUNCTION = "run"
    CATEGORY = "test"
    OUTPUT_NODE = True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}, "optional": {"after": ("INT", {"forceInput": True}), **cls.INPUTS}}

    INPUTS = {}


class Nap(_Node):
    """Takes its time, `seconds`."""

    INPUTS = {"seconds": ("FLOAT", {"default": 0.1})}

    def run(self, seconds=0.1, after=None):
        time.sleep(seconds)
        return (1,)


class Fail(_Node):
    """Raises an error that says `message`."""

    INPUTS = {"message": ("STRING", {"default": "this node fails"})}

    def run(self, message="this node fails", after=None):
        raise RuntimeError(message)


class Query(_Node):
    """Asks a database something: ddtrace makes a span of it."""

    def run(self, after=None):
        with sqlite3.connect(":memory:") as database:
            return database.execute("select 1").fetchone()


NODE_CLASS_MAPPINGS = {"Nap": Nap, "Fail": Fail, "Query": Query}
