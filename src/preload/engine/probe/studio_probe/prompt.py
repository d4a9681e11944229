"""The facts told of a job: never a prompt, an input or an image. What it carries goes to the runner alone."""

import hashlib
import json

from .text import name

LOADERS = 8
#: Larger ones are not kept for a next engine. In bytes.
PAYLOAD = 16 << 20
#: In the extra data of a job that is submitted again.
MARK = "studio_monitor"


def describe(item):
    """A queue's item, `(number, id, prompt, extra data, outputs, ...)`, in words."""
    prompt, extra, outputs = item[2], _dict(item[3]), ids(item[4])
    classes = sorted(node_class(node) for node in prompt.values())
    return {
        "workflow": _workflow_name(extra),
        # The engine gathers its outputs in a set: the order of the workflow is always the same.
        "output": next((name(node_class(node)) for key, node in prompt.items() if key in outputs), None),
        "loaders": [name(each) for each in sorted({each for each in classes if "loader" in each.lower()})][:LOADERS],
        "nodes": len(prompt),
        # Jobs of the same nodes are of one kind, whatever is in their inputs.
        "kind": hashlib.sha256("\n".join(classes).encode("utf-8", "surrogatepass")).hexdigest()[:16],
        "client": "client_id" in extra,
        "resubmitted": resubmitted(extra),
    }


#: The same of a job that is too odd for it.
NOT_DESCRIBED = {
    "workflow": None,
    "output": None,
    "loaders": [],
    "nodes": None,
    "kind": None,
    "client": False,
    "resubmitted": 0,
}


def ids(outputs):
    """To be looked up in: there may be as many as nodes."""
    return {each for each in outputs or () if isinstance(each, str)}


def payload(item):
    """The body of the `POST /prompt` that brings a job back, as text, or `None` and why it cannot come back."""
    extra = {**_dict(item[3]), **_dict(item[5] if len(item) > 5 else None)}
    # Here and not by the runner, which has no numbers as large as a seed may be.
    extra[MARK] = {"resubmitted": resubmitted(extra) + 1}
    body = {
        "number": item[0],
        "prompt_id": item[1],
        "prompt": item[2],
        "extra_data": extra,
        "partial_execution_targets": list(item[4]),
    }
    if "client_id" in extra:
        body["client_id"] = extra["client_id"]
    try:
        text = json.dumps(body, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        return None, f"{type(error).__name__}: it holds what JSON has no place for"
    if len(text) > PAYLOAD:
        return None, f"it is larger than {PAYLOAD >> 20} MiB"
    return text, None


def resubmitted(extra) -> int:
    """How often the runner has submitted a job again."""
    times = _dict(_dict(extra).get(MARK)).get("resubmitted")
    return times if isinstance(times, int) and not isinstance(times, bool) and times > 0 else 0


def node_class(node) -> str:
    found = node.get("class_type") if isinstance(node, dict) else None
    return found if isinstance(found, str) else "?"


def _workflow_name(extra):
    return name(_dict(_dict(extra.get("extra_pnginfo")).get("workflow")).get("name"))


def _dict(value):
    return value if isinstance(value, dict) else {}
