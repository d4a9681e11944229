"""The engine's server without HTTP: its loop, its queue, and what it sends to clients."""

import asyncio
import types

import execution


class PromptServer:
    def __init__(self, loop):
        self.loop = loop
        self.number = 0
        self.client_id = None
        self.messages = asyncio.Queue() if loop is None else None
        self.prompt_queue = execution.PromptQueue(self)
        self.app = types.SimpleNamespace(middlewares=[])

    def queue_updated(self):
        self.send_sync("status", {"status": {}})

    def send_sync(self, event, data, sid=None):
        self.loop.call_soon_threadsafe(lambda: None)

    async def post_prompt(self, body):
        """Does what `POST /prompt` does: returns whether the engine took it."""
        number = float(body["number"]) if "number" in body else self.number
        self.number += 1
        prompt_id, extra_data = body["prompt_id"], dict(body.get("extra_data", {}))
        if hasattr(execution, "validate_prompt"):
            valid = await execution.validate_prompt(prompt_id, body["prompt"], body.get("partial_execution_targets"))
        else:
            valid = (True, None, list(body["prompt"]), {})
        if "client_id" in body:
            extra_data["client_id"] = body["client_id"]
        if valid[0]:
            sensitive = {"api_key": extra_data.pop("api_key")} if "api_key" in extra_data else {}
            self.prompt_queue.put((number, prompt_id, body["prompt"], extra_data, valid[2], sensitive))
        return valid[0]
