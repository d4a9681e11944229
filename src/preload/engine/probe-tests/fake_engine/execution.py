"""Shaped as the engine's own `execution`: the same names and signatures, and next to nothing behind them."""

import asyncio
import copy
import heapq
import inspect
import os
import threading
from enum import Enum
from typing import NamedTuple

import nodes


class ExecutionResult(Enum):
    SUCCESS = 0
    FAILURE = 1
    PENDING = 2


class InterruptProcessingException(Exception):
    pass


class DynamicPrompt:
    def __init__(self, prompt):
        self.prompt = prompt

    def get_node(self, node_id):
        return self.prompt[node_id]

    def get_display_node_id(self, node_id):
        return node_id.split(".")[0]


async def execute(
    server,
    dynprompt,
    caches,
    current_item,
    extra_data,
    executed,
    prompt_id,
    execution_list,
    pending_subgraph_results,
    pending_async_nodes,
    ui_outputs,
):
    node = dynprompt.get_node(current_item)
    if current_item in caches:
        return (ExecutionResult.SUCCESS, None, None)
    try:
        result = nodes.NODE_CLASS_MAPPINGS[node["class_type"]]().run(server=server, **node["inputs"])
        if inspect.isawaitable(result) and current_item not in pending_async_nodes:
            pending_async_nodes[current_item] = asyncio.ensure_future(result)
            return (ExecutionResult.PENDING, None, None)
        if current_item in pending_async_nodes:
            result.close()
            await pending_async_nodes.pop(current_item)
    except InterruptProcessingException as error:
        return (ExecutionResult.FAILURE, {"node_id": current_item}, error)
    except Exception as error:
        details = {"node_id": current_item, "exception_message": f"{error}\n", "exception_type": type(error).__name__}
        return (ExecutionResult.FAILURE, details, error)
    caches.add(current_item)
    executed.add(current_item)
    return (ExecutionResult.SUCCESS, None, None)


# Another version: one argument more, and the others in another order.
if os.environ.get("FAKE_VARIANT") == "arguments":
    plain_execute = execute

    async def execute(caches, server, more, dynprompt, *, current_item, **rest):  # noqa: F811
        assert more == "more"
        return await plain_execute(server, dynprompt, caches, current_item, **rest)


class PromptExecutor:
    def __init__(self, server):
        self.server = server
        self.caches = set()

    def execute(self, prompt, prompt_id):
        self.status_messages = []
        self.success = True
        asyncio.run(self.execute_async(prompt, prompt_id))

    async def execute_async(self, prompt, prompt_id):
        dynprompt, executed, pending = DynamicPrompt(prompt), set(), {}
        waiting = list(prompt)
        while waiting:
            node_id = waiting.pop(0)
            if os.environ.get("FAKE_VARIANT") == "arguments":
                result, details, error = await execute(
                    self.caches,
                    self.server,
                    "more",
                    dynprompt,
                    current_item=node_id,
                    extra_data={},
                    executed=executed,
                    prompt_id=prompt_id,
                    execution_list=None,
                    pending_subgraph_results={},
                    pending_async_nodes=pending,
                    ui_outputs={},
                )
            else:
                result, details, error = await execute(
                    self.server,
                    dynprompt,
                    self.caches,
                    node_id,
                    {},
                    executed,
                    prompt_id,
                    None,
                    {},
                    pending,
                    {},
                )
            if result == ExecutionResult.PENDING:
                waiting.append(node_id)
            elif result == ExecutionResult.FAILURE:
                self.success = False
                interrupted = isinstance(error, InterruptProcessingException)
                data = {**details, "node_type": prompt[node_id]["class_type"], "current_inputs": {"text": ["secret"]}}
                data["traceback"] = [] if interrupted else [f'  File "/e/custom_nodes/a/b.py", line 7, in {error}\n']
                event = "execution_interrupted" if interrupted else "execution_error"
                self.status_messages.append((event, data))
                return
        self.status_messages.append(("execution_success", {"prompt_id": prompt_id}))


async def validate_prompt(prompt_id, prompt, partial_execution_list):
    unknown = [key for key, node in prompt.items() if node["class_type"] not in nodes.NODE_CLASS_MAPPINGS]
    if not unknown:
        return (True, None, list(prompt), {})
    error = {"type": "prompt_outputs_failed_validation", "message": "Prompt failed", "details": "secret input"}
    by_node = {key: {"errors": [{"type": "no_such_class", "details": "secret input"}]} for key in unknown}
    return (False, error, [], by_node)


class PromptQueue:
    def __init__(self, server):
        self.server = server
        self.mutex = threading.RLock()
        self.not_empty = threading.Condition(self.mutex)
        self.task_counter = 0
        self.queue = []
        self.currently_running = {}
        self.history = {}
        self.flags = {}

    def put(self, item):
        with self.mutex:
            heapq.heappush(self.queue, item)
            self.server.queue_updated()
            self.not_empty.notify()

    def get(self, timeout=None):
        with self.not_empty:
            while len(self.queue) == 0:
                self.not_empty.wait(timeout=timeout)
                if timeout is not None and len(self.queue) == 0:
                    return None
            item = heapq.heappop(self.queue)
            i = self.task_counter
            self.currently_running[i] = copy.deepcopy(item)
            self.task_counter += 1
            return (item, i)

    def set_flag(self, name, data):
        with self.mutex:
            self.flags[name] = data
            self.not_empty.notify()

    class ExecutionStatus(NamedTuple):
        status_str: str
        completed: bool
        messages: list

    def task_done(self, item_id, history_result, status, process_item=None):
        with self.mutex:
            prompt = self.currently_running.pop(item_id)
            self.history[prompt[1]] = status.status_str

    def wipe_queue(self):
        with self.mutex:
            self.queue = []

    def delete_queue_item(self, function):
        with self.mutex:
            for x in range(len(self.queue)):
                if function(self.queue[x]):
                    if len(self.queue) == 1:
                        self.wipe_queue()
                    else:
                        self.queue.pop(x)
                        heapq.heapify(self.queue)
                    return True
        return False


if os.environ.get("FAKE_VARIANT") == "missing":
    del PromptQueue.wipe_queue, validate_prompt

for missing in os.environ.get("FAKE_ENGINE_WITHOUT", "").split():
    delattr(PromptQueue, missing)
