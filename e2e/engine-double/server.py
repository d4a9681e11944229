"""The engine's HTTP API and WebSocket, and the test's own paths below `/double`."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

import nodes
from views import history_view, job_view, jobs_view, queue_view
from websocket import WebSocket, accept_key


class Behaviour:
    """The API as the test wants it: it answers, hangs, fails, or says nothing sensible."""

    def __init__(self, has_api_jobs):
        self.has_api_jobs = has_api_jobs
        self.mode = "ok"
        self.requests = {}
        self.free_requests = []
        self.sockets_refused = False


class EngineServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port, queue, clients, behaviour):
        super().__init__(("127.0.0.1", port), Handler)
        self.queue = queue
        self.clients = clients
        self.behaviour = behaviour


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        url = urlparse(self.path)
        path = url.path
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        self._count(path)
        if path == "/ws":
            return self._accept_socket(query.get("clientId", ""))
        if path == "/double/stats":
            return self._answer(200, self._stats())
        if self._misbehaves():
            return None
        return self._get(path.removeprefix("/api") if not path.startswith("/api/jobs") else path, query)

    def do_POST(self):
        path = urlparse(self.path).path
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        self._count(path)
        if path.startswith("/double/"):
            self._answer(200, {})
            return self._control(path.removeprefix("/double/"), body)
        if self._misbehaves():
            return None
        return self._post(path.removeprefix("/api"), body)

    def _get(self, path, query):
        queue = self.server.queue
        if path == "/prompt":
            return self._answer(200, queue.info())
        if path == "/queue":
            return self._answer(200, queue_view(queue))
        if path == "/history":
            return self._answer(200, history_view(queue, max_items=int(query.get("max_items", 0))))
        if path.startswith("/history/"):
            return self._answer(200, history_view(queue, path.removeprefix("/history/")))
        if self.server.behaviour.has_api_jobs:
            if path == "/api/jobs":
                statuses = [status for status in query.get("status", "").split(",") if status]
                return self._answer(200, jobs_view(queue, statuses))
            if path.startswith("/api/jobs/"):
                job = job_view(queue, path.removeprefix("/api/jobs/"))
                return self._answer(200, job) if job else self._answer(404, {"error": "Job not found"})
        return self._answer(404, {"error": "not found"})

    def _post(self, path, body):
        queue = self.server.queue
        if path == "/prompt":
            item = queue.put(body["prompt"], body.get("prompt_id"), body.get("client_id"), body.get("extra_data") or {})
            return self._answer(200, {"prompt_id": item[1], "number": item[0], "node_errors": {}})
        if path == "/queue":
            queue.clear() if body.get("clear") else queue.delete(set(body.get("delete", [])))
        elif path == "/interrupt":
            queue.interrupt.set()
        elif path == "/free":
            self.server.behaviour.free_requests.append({"body": body, "headers": dict(self.headers)})
            nodes.MODELS.clear()
        else:
            return self._answer(404, {"error": "not found"})
        return self._answer(200, {})

    def _control(self, what, body):
        behaviour = self.server.behaviour
        if what == "mode":
            behaviour.mode = body["mode"]
        elif what == "release":
            nodes.release.set()
        elif what == "drop":
            behaviour.sockets_refused = bool(body.get("refuse"))
            self.server.clients.drop_all()
        elif what == "accept":
            behaviour.sockets_refused = False
        elif what == "die":
            self.server.queue.end(body["how"])

    def _misbehaves(self):
        mode = self.server.behaviour.mode
        if mode == "hang":
            while self.server.behaviour.mode == "hang":
                time.sleep(0.05)
            self.close_connection = True
            return True
        if mode == "500":
            self._answer(500, {"error": "Internal Server Error"})
            return True
        if mode == "garbage":
            self._send(200, b'{"jobs": [{"id": 7, "status": ["?"]}, null], "queue_running": {"a"')
            return True
        return False

    def _accept_socket(self, client_id):
        if self.server.behaviour.sockets_refused or self.server.behaviour.mode != "ok":
            return self._answer(503, {})
        self.send_response(101)
        for name, value in [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Accept", accept_key(self.headers["Sec-WebSocket-Key"])),
        ]:
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True
        clients = self.server.clients
        socket = WebSocket(self.connection, self.rfile)
        sid = clients.add(socket, client_id)
        try:
            clients.send("status", {"status": self.server.queue.info(), "sid": sid}, sid)
            socket.listen()
        except OSError:
            pass
        finally:
            clients.remove(sid, socket)
        return None

    def _stats(self):
        behaviour = self.server.behaviour
        return {
            "cpu_seconds": time.process_time(),
            "requests": behaviour.requests,
            "free": behaviour.free_requests,
            "clients": self.server.clients.ids(),
            "connections": self.server.clients.connections,
        }

    def _count(self, path):
        requests = self.server.behaviour.requests
        requests[path] = requests.get(path, 0) + 1

    def _answer(self, status, body):
        self._send(status, json.dumps(body).encode())

    def _send(self, status, body):
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True
