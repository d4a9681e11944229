"""The server's side of a WebSocket (RFC 6455): text frames out, control frames in."""

import base64
import hashlib
import struct
import threading

ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def accept_key(key):
    return base64.b64encode(hashlib.sha1((key + ACCEPT).encode()).digest()).decode()


class WebSocket:
    def __init__(self, connection, reader):
        self._connection = connection
        self._reader = reader
        self._sending = threading.Lock()

    def send_text(self, text):
        self._send(TEXT, text.encode())

    def drop(self):
        """Cuts the connection without a word."""
        import socket

        try:
            self._connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def listen(self):
        """Answers pings until the other side has gone."""
        while True:
            head = self._reader.read(2)
            if len(head) < 2:
                return
            opcode, length = head[0] & 0x0F, head[1] & 0x7F
            if length == 126:
                (length,) = struct.unpack(">H", self._reader.read(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", self._reader.read(8))
            mask = self._reader.read(4)
            payload = bytes(byte ^ mask[at % 4] for at, byte in enumerate(self._reader.read(length)))
            if opcode == CLOSE:
                self._send(CLOSE, payload)
                return
            if opcode == PING:
                self._send(PONG, payload)

    def _send(self, opcode, payload):
        size = len(payload)
        if size < 126:
            head = struct.pack(">BB", 0x80 | opcode, size)
        elif size < 65536:
            head = struct.pack(">BBH", 0x80 | opcode, 126, size)
        else:
            head = struct.pack(">BBQ", 0x80 | opcode, 127, size)
        try:
            with self._sending:
                self._connection.sendall(head + payload)
        except OSError:
            pass
