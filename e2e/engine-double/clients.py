"""Who listens on the WebSocket, and who gets which frame."""

import json
import threading
import uuid


class Clients:
    def __init__(self):
        self._sockets = {}
        self._lock = threading.Lock()
        self.connections = 0

    def add(self, socket, client_id):
        """The id under which frames are sent; who takes over another's id evicts that one."""
        sid = client_id or uuid.uuid4().hex
        with self._lock:
            self._sockets[sid] = socket
            self.connections += 1
        return sid

    def remove(self, sid, socket):
        with self._lock:
            if self._sockets.get(sid) is socket:
                del self._sockets[sid]

    def ids(self):
        with self._lock:
            return list(self._sockets)

    def send(self, kind, data, sid=None):
        """To one client; without an id to all of them."""
        text = json.dumps({"type": kind, "data": data})
        with self._lock:
            receivers = list(self._sockets.values()) if sid is None else [self._sockets.get(sid)]
        for socket in receivers:
            if socket:
                socket.send_text(text)

    def drop_all(self):
        with self._lock:
            sockets = list(self._sockets.values())
        for socket in sockets:
            socket.drop()
