"""The way to the runner: a Unix socket, on Windows a named pipe. Neither ever makes the engine wait."""

import collections
import errno
import os
import socket
import threading

#: Longer paths do not fit into a socket's address, see unix(7); macOS takes four bytes fewer.
PATH_BYTES = 103
#: Of a stream of stacks as of one of events.
SEND_BUFFER = 1 << 20
#: What a named pipe's own thread may have in hand, in bytes.
HAND = 1 << 18


def connect(path):
    """Returns a connection. Raises OSError where nobody listens."""
    return _NamedPipe(path) if os.name == "nt" else _UnixSocket(path)


def connect_both(path):
    """Returns a connection whose `read()` waits for a line. Raises OSError where nobody listens."""
    return _PipeOfWords(path) if os.name == "nt" else _SocketOfWords(path)


class _SocketOfWords:
    """The runner's words to the probe, and a bell for it."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            _connect(self._socket, path)
            self._lines = self._socket.makefile("rb")
        except BaseException:
            self._socket.close()
            raise

    def read(self):
        """A line, or nothing once the runner has gone. Waits."""
        return self._lines.readline()

    def write(self, data) -> None:
        """Never waits. Raises OSError when nobody is there any more."""
        try:
            self._socket.send(data, socket.MSG_DONTWAIT | getattr(socket, "MSG_NOSIGNAL", 0))
        except (BlockingIOError, InterruptedError):
            pass

    def close(self):
        """The reader may hold its file's lock over a fork: the descriptor alone is let go."""
        try:
            os.close(self._socket.detach())
        except OSError:
            pass


class _PipeOfWords:
    """One of Windows waits for its reader with each write while it is read from: it is written to once, before."""

    def __init__(self, path):
        self._pipe = open(path, "r+b", buffering=0)
        self._is_greeted = False

    def read(self):
        return self._pipe.readline()

    def write(self, data) -> None:
        if not self._is_greeted:
            self._is_greeted = True
            self._pipe.write(data)

    def close(self):
        self._pipe.close()


def _send_of_c():
    """C's `send(descriptor, bytes, length, flags)`, called with Python's lock held: `None` where C cannot be called.

    Python's own gives the lock to another thread meanwhile, and to get it back takes longer than the call, which never
    waits.
    """
    try:
        import ctypes

        send = ctypes.PyDLL(None, use_errno=True).send
        send.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
        send.restype = ctypes.c_ssize_t
        return send, ctypes.get_errno
    except (ImportError, OSError, AttributeError):
        return None, None


class _UnixSocket:
    def __init__(self, path):
        self._send, self._errno = _send_of_c()
        self._flags = socket.MSG_DONTWAIT | getattr(socket, "MSG_NOSIGNAL", 0)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            _connect(self._socket, path)
            self._socket.setblocking(False)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
            self._descriptor = self._socket.fileno()
        except BaseException:
            self._socket.close()
            raise

    def fileno(self):
        return self._descriptor

    def offer(self, data) -> int:
        """How many bytes were taken; 0 when there is no room. Raises OSError when nobody is there any more."""
        if self._send is not None and type(data) is bytes:
            taken = self._send(self._descriptor, data, len(data), self._flags)
            if taken >= 0:
                return taken
            error = self._errno()
            if error in (errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR):
                return 0
            raise OSError(error, os.strerror(error))
        try:
            return self._socket.send(data, self._flags)
        except (BlockingIOError, InterruptedError):
            return 0

    def close(self):
        # The number may be another file's in a moment.
        self._descriptor = -1
        self._socket.close()


def _connect(connection, path) -> None:
    if len(os.fsencode(path)) <= PATH_BYTES:
        connection.connect(path)
        return
    # The kernel follows the folder's descriptor: a path of any length becomes a short one, and nobody changes folders.
    folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY)
    try:
        connection.connect(f"/proc/self/fd/{folder}/{os.path.basename(path)}")
    finally:
        os.close(folder)


class _NamedPipe:
    """A pipe of Windows makes whoever writes wait: a thread of its own does."""

    def __init__(self, path):
        self._pipe = open(path, "wb", buffering=0)
        self._waiting = collections.deque()
        self._bytes = 0
        self._error = None
        self._changed = threading.Condition()
        threading.Thread(target=self._write, name="studio-probe-pipe", daemon=True).start()

    def fileno(self):
        return self._pipe.fileno()

    def offer(self, data) -> int:
        with self._changed:
            if self._error is not None:
                raise self._error
            if self._bytes >= HAND:
                return 0
            self._waiting.append(bytes(data))
            self._bytes += len(data)
            self._changed.notify()
            return len(data)

    def close(self):
        self._pipe.close()

    def _write(self):
        while True:
            with self._changed:
                while not self._waiting:
                    self._changed.wait()
                data = self._waiting.popleft()
            try:
                self._pipe.write(data)
            except (OSError, ValueError) as error:
                with self._changed:
                    self._error = error if isinstance(error, OSError) else OSError(str(error))
                return
            with self._changed:
                self._bytes -= len(data)
