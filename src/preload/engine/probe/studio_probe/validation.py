"""Prompts that the engine refuses: what is wrong with them, and nothing of what is in them."""

from .hook import argument
from .prompt import node_class
from .text import brief, name

NODES = 20


class Validation:
    def __init__(self, session):
        self._outbox = session.outbox

    def install(self, module, hooks):
        validate = getattr(module, "validate_prompt", None)
        self._id = argument(validate, "prompt_id", 0)
        self._prompt = argument(validate, "prompt", 1)
        hooks.watch(module, "validate_prompt", before=self._before, after=self._after)

    def _before(self, args, kwargs):
        return self._id(args, kwargs), self._prompt(args, kwargs)

    def _after(self, seen, result, error):
        # `(valid, error, outputs, errors by node)`; the details hold inputs of the prompt.
        if error is not None or result[0]:
            return
        job_id, prompt = seen
        by_node = result[3] if isinstance(result[3], dict) else {}
        self._outbox.say(
            "rejected",
            id=name(job_id),
            error=_kind(result[1]),
            message=brief(result[1].get("message")) if isinstance(result[1], dict) else None,
            nodes=[
                {
                    "id": name(key),
                    "class": name(node_class(prompt.get(key))),
                    "errors": sorted({_kind(each) for each in _errors(found)} - {None}),
                }
                for key, found in list(by_node.items())[:NODES]
            ],
        )


def _errors(found):
    return found.get("errors") or () if isinstance(found, dict) else ()


def _kind(error):
    return name(error.get("type")) if isinstance(error, dict) else None
