"""The engine's queue, its history and its one worker. All of it is in memory and dies with the process."""

import heapq
import threading
import time
import traceback
import uuid

import nodes


def now_ms():
    return int(time.time() * 1000)


class PromptQueue:
    def __init__(self, clients):
        self.clients = clients
        self._lock = threading.RLock()
        self._not_empty = threading.Condition(self._lock)
        self._number = 0
        self.pending = []
        self.running = None
        self.history = {}
        self.interrupt = threading.Event()
        self.fate = None

    def info(self):
        with self._lock:
            return {"exec_info": {"queue_remaining": len(self.pending) + (self.running is not None)}}

    def put(self, prompt, prompt_id, client_id, extra_data):
        with self._not_empty:
            number = self._number
            self._number += 1
            extra = {**extra_data, "create_time": now_ms()}
            if client_id:
                extra["client_id"] = client_id
            item = (number, prompt_id or str(uuid.uuid4()), prompt, extra, list(prompt)[-1:])
            heapq.heappush(self.pending, item)
            self._updated()
            self._not_empty.notify()
            return item

    def delete(self, ids):
        with self._lock:
            self.pending = [item for item in self.pending if item[1] not in ids]
            heapq.heapify(self.pending)
            self._updated()

    def clear(self):
        self.delete({item[1] for item in self.pending})

    def snapshot(self):
        with self._lock:
            return ([self.running] if self.running else [], sorted(self.pending), dict(self.history))

    def end(self, how):
        """The worker dies, whatever it does just now."""
        with self._not_empty:
            self.fate = how
            self.interrupt.set()
            self._not_empty.notify()

    def work(self):
        """Runs prompts until the engine is to die; returns how."""
        try:
            self._work()
        except nodes.Dying as dying:
            return dying.how

    def _work(self):
        while True:
            with self._not_empty:
                while not self.pending and not self.fate:
                    self._not_empty.wait()
                if self.fate:
                    raise nodes.Dying(self.fate)
                item = heapq.heappop(self.pending)
                self.running = item
                self.interrupt.clear()
                self._updated()
            messages = Run(self, item).execute()
            with self._lock:
                self.history[item[1]] = ended(item, messages)
                self.running = None
                self._updated()

    def _updated(self):
        self.clients.send("status", {"status": self.info()})


def ended(item, messages):
    done = messages[-1][0] == "execution_success"
    status = {"status_str": "success" if done else "error", "completed": done, "messages": messages}
    return {"prompt": item, "outputs": {}, "status": status, "meta": {}}


class Run:
    """One prompt. Its frames go to the client that submitted it; some go to all when nobody is named."""

    def __init__(self, queue, item):
        self._queue = queue
        _, self.prompt_id, self._prompt, extra, _ = item
        self._client_id = extra.get("client_id")
        self._states = {}
        self._node = None
        self._messages = []
        self.kept = []

    def execute(self):
        self._tell("execution_start", {})
        self._tell("execution_cached", {"nodes": []})
        try:
            for node_id, node in self._prompt.items():
                self._run_node(node_id, node)
        except nodes.Interrupted:
            self._tell("execution_interrupted", {**self._where(), "executed": []}, to_all=True)
        except Exception as error:
            traceback.print_exc()
            self._tell("execution_error", {**self._where(), **described(error)})
        else:
            self._tell("execution_success", {})
        if self._client_id:
            self._send("executing", {"node": None, "prompt_id": self.prompt_id})
        return self._messages

    def progress(self, value, maximum):
        self._send("progress", {"value": value, "max": maximum, "prompt_id": self.prompt_id, "node": self._node})
        self._set_state("running", value, maximum)

    def sleep(self, seconds):
        if not self._queue.interrupt.wait(seconds):
            return
        if self._queue.fate:
            raise nodes.Dying(self._queue.fate)
        raise nodes.Interrupted

    def _run_node(self, node_id, node):
        self._node = node_id
        if self._client_id:
            self._send("executing", {"node": node_id, "prompt_id": self.prompt_id})
        self._set_state("running", 0, 1)
        print(f"running {node['class_type']} of {self.prompt_id}", flush=True)
        nodes.CLASSES[node["class_type"]](self, **node.get("inputs", {}))
        self._set_state("finished", 1, 1)

    def _set_state(self, state, value, maximum):
        self._states[self._node] = {
            "state": state,
            "value": value,
            "max": maximum,
            "node_id": self._node,
            "prompt_id": self.prompt_id,
        }
        self._send("progress_state", {"prompt_id": self.prompt_id, "nodes": self._states})

    def _where(self):
        return {"node_id": self._node, "node_type": self._prompt[self._node]["class_type"]}

    def _tell(self, kind, data, to_all=False):
        data = {"prompt_id": self.prompt_id, **data, "timestamp": now_ms()}
        self._messages.append([kind, data])
        if self._client_id or to_all:
            self._send(kind, data)

    def _send(self, kind, data):
        self._queue.clients.send(kind, data, self._client_id)


def described(error):
    kind = error.kind if isinstance(error, nodes.NodeError) else type(error).__name__
    return {
        "exception_type": kind,
        "exception_message": f"{error}\n",
        "traceback": traceback.format_tb(error.__traceback__),
        "current_inputs": {},
        "current_outputs": [],
    }
