"""Runs the fake engine with the probe, under the Python that runs the tests, and hears what the probe says."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROBE = HERE.parent / "probe"

PREAMBLE = """
import asyncio, os, sys, threading, time

async def post(server, *nodes, id="a", **more):
    prompt = {str(at + 1): {"class_type": name, "inputs": inputs} for at, (name, inputs) in enumerate(nodes)}
    return await server.post_prompt({"prompt_id": id, "prompt": prompt, **more})

async def ended(server, *ids, seconds=120):
    until = time.monotonic() + seconds
    while not all(id in server.prompt_queue.history for id in ids):
        assert time.monotonic() < until, "the jobs do not end"
        await asyncio.sleep(0.005)
"""


class Runner:
    """Listens as the engine's runner does."""

    def __init__(self, path, reads=True):
        self.path = str(path)
        self.events = []
        self.garbage = []
        self.watchdog = ""
        self.connections = 0
        self.readers = []
        #: Says of each question what is answered: a verdict, or `None` for nothing.
        self.answer = lambda asks: "run"
        self.admission = None
        self.bells = 0
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._bind()
        self._listener.listen()
        self._drained = threading.Event()
        self.reading = threading.Event()
        if reads:
            self.reading.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def _bind(self):
        self._with_address(self._listener.bind)

    def _with_address(self, act):
        folder = os.open(os.path.dirname(self.path), os.O_RDONLY)
        try:
            short = len(self.path) <= 100
            act(self.path if short else f"/proc/self/fd/{folder}/{os.path.basename(self.path)}")
        finally:
            os.close(folder)

    def drain(self, seconds):
        """Waits until everything is heard that was said by a process which has ended."""
        if self.reading.is_set():
            # Connections are accepted in order: those before this one may still wait for that.
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as last:
                try:
                    self._with_address(last.connect)
                    last.sendall(b'{"type": "drained"}\n')
                except OSError:
                    self._drained.set()
                self._drained.wait(seconds)
        for reader in self.readers:
            reader.join(seconds)

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._last = connection
            reader = threading.Thread(target=self._read, args=(connection,), daemon=True)
            # Started first: `finish` may look at the list at any time.
            reader.start()
            self.readers.append(reader)

    def _read(self, connection):
        self.reading.wait()
        lines = connection.makefile("rb")
        try:
            first = lines.readline()
            kind = json.loads(first)["type"]
            if kind == "drained":
                self.connections -= 1
                self._drained.set()
            elif kind == "admission":
                self.admission = connection
                for _ in lines:
                    self.bells += 1
            elif kind != "watchdog":
                self._take(first)
            else:
                for line in lines:
                    self.watchdog += line.decode()
            for line in lines:
                self._take(line)
        except (OSError, ValueError):
            pass

    def _take(self, line):
        try:
            event = json.loads(line)
            event["type"]  # noqa: B018
            self.events.append({**event, "heard": time.time() * 1_000})
            if event["type"] == "asks":
                self._answer(event)
        except (ValueError, TypeError, KeyError):
            self.garbage.append(line)

    def _answer(self, asks):
        verdict = self.answer(asks)
        if verdict is not None:
            self.admission.sendall(json.dumps({"ask": asks["ask"], "verdict": verdict}).encode() + b"\n")

    def of(self, *types):
        return [event for event in self.events if event["type"] in types]

    def close(self):
        self._listener.close()


class Engine:
    """One run of the fake engine: `pack` is the code of custom nodes, `scenario` what happens in the engine's loop."""

    def __init__(
        self, scenario, pack="", environment=None, command=(), folder=None, listens=True, reads=True, answer=None
    ):
        self.folder = Path(folder or tempfile.mkdtemp(prefix="fake-engine-"))
        engine = self.folder / "engine"
        shutil.copytree(HERE / "fake_engine", engine, ignore=shutil.ignore_patterns("__pycache__"))
        node_pack = engine / "custom_nodes" / "test_pack"
        node_pack.mkdir(parents=True)
        (node_pack / "__init__.py").write_text("NODE_CLASS_MAPPINGS = {}\n" + pack)
        body = "\n".join("    " + line for line in scenario.strip("\n").split("\n"))
        (engine / "scenario.py").write_text(f"{PREAMBLE}\nasync def run(server):\n{body}\n")
        self.runner = Runner(self.folder / "probe.sock", reads) if listens else None
        if answer is not None:
            self.runner.answer = answer
        self.main = str(engine / "main.py")
        self.process = subprocess.Popen(
            [*(command or [sys.executable]), self.main],
            cwd=engine,
            env={
                "PATH": os.environ.get("PATH", ""),
                "PYTHONPATH": str(PROBE),
                "PYTHONDONTWRITEBYTECODE": "1",
                "STUDIO_PROBE_SOCKET": str(self.folder / "probe.sock"),
                "STUDIO_PROBE_TOKEN": "token",
                "STUDIO_PROBE_CARRIED": "true",
                "STUDIO_PROBE_NEEDS": "true",
                **(environment or {}),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, seconds=240):
        """Waits for its end. Returns its exit code."""
        self.stdout, self.stderr = self.process.communicate(timeout=seconds)
        if self.runner is not None:
            self.runner.drain(20)
        return self.process.returncode

    def wait_for(self, condition, seconds=30):
        until = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > until or self.process.poll() is not None and not condition():
                raise AssertionError(f"in vain; the engine: {self.process.poll()}; {self.runner.events}")
            time.sleep(0.01)

    def destroy(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()
        if self.runner is not None:
            self.runner.close()
        shutil.rmtree(self.folder, ignore_errors=True)
