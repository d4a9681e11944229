"""The engine's queue: what waits, what runs, what became of it."""

import threading

from .patching import argument, wrap

MAX_NAME = 200
LOADER = "Loader"
RLOCK = type(threading.RLock())
TRACE_LINES = 40


class Job:
    """One submission; the same id may be submitted twice, so each has a number of its own (`key`)."""

    __slots__ = ("key", "id", "item", "before")

    def __init__(self, key, job_id, item):
        self.key = key
        self.id = job_id
        self.item = item
        self.before = 0


class Jobs:
    def __init__(self, transport, resident, nodes):
        self._transport = transport
        self._resident = resident
        self._nodes = nodes
        self._lock = threading.Lock()
        self._last_key = 0
        self._waiting = {}
        """By the identity of the queue's own item, which is kept here and so cannot be another's."""
        self._running = {}
        """By the queue's `item_id`."""
        self.worker = None
        """The thread that runs the prompts; None until it has asked for one."""
        self.current = None
        self._ended = None
        """The job that ended last, until it is known what it left behind."""

    def hook(self, module):
        queue, executor = module.PromptQueue, module.PromptExecutor
        return {
            "PromptQueue.put": wrap(queue, "put", before=self._before_put, after=self._after_put),
            "PromptQueue.get": wrap(queue, "get", before=self._before_get, after=self._after_get),
            "PromptQueue.task_done": wrap(queue, "task_done", before=self._before_done),
            "PromptQueue.wipe_queue": wrap(queue, "wipe_queue", before=self._list_waiting, after=self._after_removal),
            "PromptQueue.delete_queue_item": wrap(
                queue, "delete_queue_item", before=self._list_waiting, after=self._after_removal
            ),
            "PromptExecutor.execute": wrap(executor, "execute", after=self._after_execute),
            "PromptExecutor.add_message": wrap(executor, "add_message", before=self._before_message),
        }

    def _before_put(self, args, kwargs):
        """Before the worker can take it: what is told in the order in which it happens needs no sorting."""
        item = argument(args, kwargs, 1, "item")
        if not isinstance(item, tuple) or len(item) < 2:
            return None
        with self._lock:
            self._last_key += 1
            job = Job(self._last_key, str(item[1]), item)
            self._waiting[id(item)] = job
        self._transport.say("queued", key=job.key, id=job.id, **describe(item))
        carried = carry(item)
        if carried is None or not self._transport.say_whole("carry", key=job.key, submission=carried):
            self._transport.say("not-carried", key=job.key)
        return job

    def _after_put(self, job, _result, error, _args, _kwargs):
        if job is not None and error is not None and self._waiting.pop(id(job.item), None):
            self._transport.say("cancelled", key=job.key, id=job.id, how="refused")

    def _before_get(self, _args, _kwargs):
        self.worker = threading.current_thread()

    def _after_get(self, _seen, result, error, _args, _kwargs):
        if error is not None or not isinstance(result, tuple) or len(result) < 2:
            return
        item, item_id = result[0], result[1]
        job = self._waiting.pop(id(item), None)
        if job is None:
            return
        self.tell_left()
        job.before = self._resident()
        job.item = None
        self._running[item_id] = job
        self.current = job
        self._nodes.begin_job(job.key)
        self._transport.say("started", key=job.key, id=job.id, rss=job.before)

    def _before_done(self, args, kwargs):
        job = self._running.pop(argument(args, kwargs, 1, "item_id"), None)
        if job is None:
            return
        if self.current is job:
            self.current = None
        status = argument(args, kwargs, 3, "status")
        peak = self._nodes.end_job()
        self._transport.say("ended", key=job.key, id=job.id, status=outcome(status), rss=self._resident(), **peak)
        self._ended = job

    def tell_left(self):
        """What the last job left behind: said when the next one starts, or when the engine has had time to free."""
        job, self._ended = self._ended, None
        if job is not None:
            after = self._resident()
            self._transport.say(
                "left", key=job.key, id=job.id, before=job.before, after=after, places=self._nodes.held_places()
            )

    def _after_execute(self, _seen, _result, error, _args, _kwargs):
        """What escapes here ends the worker: the API answers on, and nothing runs any more."""
        if error is None:
            return
        job = self.current
        frames = self._nodes.frames_of(error)
        self._transport.say(
            "worker-failed",
            key=job.key if job else None,
            type=type(error).__name__,
            message=str(error),
            frames=frames,
            **self._nodes.where(),
        )

    def _before_message(self, args, kwargs):
        event = argument(args, kwargs, 1, "event")
        data = argument(args, kwargs, 2, "data")
        if not isinstance(data, dict) or self.current is None:
            return
        if event == "execution_cached":
            self._nodes.cached(data.get("nodes"))
        elif event == "execution_error":
            trace = data.get("traceback")
            lines = list(trace) if isinstance(trace, (list, tuple)) else []
            self._transport.say(
                "error",
                key=self.current.key,
                node=text(data.get("node_id")),
                cls=text(data.get("node_type")),
                pack=self._nodes.pack_of(data.get("node_type")),
                type=text(data.get("exception_type")),
                message=text(data.get("exception_message")),
                traceback=[str(line) for line in lines[-TRACE_LINES:]],
            )

    def _list_waiting(self, args, kwargs):
        queue = args[0] if args else kwargs.get("self")
        lock = getattr(queue, "mutex", None)
        if isinstance(lock, RLOCK):
            with lock:
                return list(queue.queue)
        return list(queue.queue)

    def _after_removal(self, before, _result, error, args, kwargs):
        if error is not None or before is None:
            return
        left = {id(item) for item in self._list_waiting(args, kwargs)}
        for item in before:
            # One that the worker has taken meanwhile is not in `_waiting` any more.
            job = self._waiting.pop(id(item), None) if id(item) not in left else None
            if job is not None:
                self._transport.say("cancelled", key=job.key, id=job.id, how="removed")


def text(value):
    return None if value is None else str(value)


def outcome(status):
    """`success`, `error` or `interrupted`; `unknown` where this engine says nothing of it."""
    messages = getattr(status, "messages", None) or ()
    if any(isinstance(m, (list, tuple)) and m and m[0] == "execution_interrupted" for m in messages):
        return "interrupted"
    said = getattr(status, "status_str", None)
    return said if said in ("success", "error") else "unknown"


def describe(item):
    """What a job is called, of what kind it is, and how big: never an input, a prompt or an image."""
    prompt = item[2] if len(item) > 2 and isinstance(item[2], dict) else {}
    extra = item[3] if len(item) > 3 and isinstance(item[3], dict) else {}
    outputs = item[4] if len(item) > 4 and isinstance(item[4], (list, tuple)) else ()
    classes = {key: class_of(node) for key, node in prompt.items()}
    # The engine gathers its outputs in a set: the order of the workflow is always the same.
    output = next((name for key, name in classes.items() if name and key in outputs), None)
    return {
        "number": item[0] if isinstance(item[0], (int, float)) else None,
        "name": workflow_name(extra) or output,
        "output": output,
        "loaders": sorted({name for name in classes.values() if name and LOADER in name})[:20],
        "nodes": len(prompt),
    }


def class_of(node):
    name = node.get("class_type") if isinstance(node, dict) else None
    return str(name)[:MAX_NAME] if name is not None else None


def workflow_name(extra):
    """The workflow's name where its page stored one; a workflow may be null."""
    info = extra.get("extra_pnginfo")
    workflow = info.get("workflow") if isinstance(info, dict) else None
    name = workflow.get("name") if isinstance(workflow, dict) else None
    return str(name)[:MAX_NAME] if name else None


def carry(item):
    """The body of a `POST /prompt` that submits the job again, keys of paid nodes included; None if unknown."""
    if len(item) < 5 or not isinstance(item[2], dict) or not isinstance(item[3], dict):
        return None
    extra = {key: value for key, value in item[3].items() if key not in ("client_id", "create_time")}
    if len(item) > 5 and isinstance(item[5], dict):
        extra.update(item[5])
    submission = {
        "prompt": item[2],
        "prompt_id": str(item[1]),
        "number": item[0],
        "extra_data": extra,
        "partial_execution_targets": list(item[4]),
    }
    if "client_id" in item[3]:
        submission["client_id"] = item[3]["client_id"]
    return submission
