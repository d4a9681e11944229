"""The probe's own thread: memory, the worker, the event loop, and the watchdog that outlives a held lock."""

import faulthandler
import os
import sys
import threading
import time

from .resident import gpu

BUSY_S = 0.01
"""Between two looks while a job runs: 100 Hz, as ddtrace's profiler."""
QUIET_S = 0.05
BEAT_S = 1.0
HUNG_S = 3.0
"""No turn of Python's for so long: all stacks are written, by a thread that needs no lock of Python's."""
SETTLED_S = 12.0
"""The engine collects garbage 10 s after a job at the latest (`gc_collect_interval` in its main.py)."""


class Watch:
    def __init__(self, transport, resident, jobs, nodes):
        self._transport = transport
        self._resident = resident
        self._jobs = jobs
        self._nodes = nodes
        self._stacks = open_stacks(os.environ.get("STUDIO_PROBE_STACKS"))
        self.loop = None
        """The event loop of the engine's API; None until there is one."""
        self._asked = None
        self._answered = 0.0
        self._idle_since = time.monotonic()
        self._worker_said_dead = False
        self._dumped = False

    def start(self):
        threading.Thread(target=self._run, name="studio-probe", daemon=True).start()

    def _run(self):
        beat = 0.0
        while True:
            job = self._jobs.current
            time.sleep(BUSY_S if job is not None else QUIET_S)
            try:
                now = time.monotonic()
                resident = self._resident()
                if job is not None:
                    self._idle_since = now
                    self._look_at_worker(resident)
                self._nodes.look(resident)
                if now - beat >= BEAT_S:
                    beat = now
                    self._beat(now, resident)
                self._transport.flush()
            except Exception:
                # Whatever an engine does to the modules that are used here: the next look may do better.
                pass

    def _look_at_worker(self, resident):
        worker = self._jobs.worker
        frame = sys._current_frames().get(worker.ident) if worker is not None else None
        if frame is not None:
            self._nodes.growth.add(frame, resident)

    def _beat(self, now, resident):
        if self._stacks is not None:
            rearm(self._stacks)
        delay = self._loop_delay(now)
        self._transport.say(
            "sample",
            rss=resident,
            gpu=gpu(),
            loopDelay=delay,
            top=self._nodes.growth.top()[:5] if self._jobs.current else [],
        )
        worker = self._jobs.worker
        if worker is not None and not worker.is_alive() and not self._worker_said_dead:
            self._worker_said_dead = True
            self._transport.say("worker-dead", thread=worker.name)
        if delay is not None and delay >= HUNG_S and self._stacks is not None:
            if not self._dumped:
                self._dumped = True
                faulthandler.dump_traceback(file=self._stacks, all_threads=True)
        else:
            self._dumped = False
        if now - self._idle_since >= SETTLED_S:
            self._jobs.tell_left()

    def _loop_delay(self, now):
        """For how long the event loop has owed an answer, in seconds; None where there is no loop yet."""
        loop = self.loop
        if loop is None or not loop.is_running():
            return None
        if self._asked is None or self._answered >= self._asked:
            self._asked = now
            loop.call_soon_threadsafe(self._answer)
            return 0.0
        return now - self._asked

    def _answer(self):
        self._answered = time.monotonic()


def open_stacks(path):
    """The descriptor of the file that the watchdog writes to; None where there is none."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600) if path else None
    except OSError:
        return None


def rearm(stacks):
    """The watchdog writes in `HUNG_S`, unless this is called again before: then what it wrote is over."""
    faulthandler.dump_traceback_later(HUNG_S, exit=False, file=stacks)
    if os.lseek(stacks, 0, os.SEEK_END) > 0:
        os.ftruncate(stacks, 0)
        os.lseek(stacks, 0, os.SEEK_SET)
