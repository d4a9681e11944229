"""Holds a job back at the head of the queue until the runner has said what is to be done before it begins.

The job stays in the queue meanwhile: the API answers, shows it as waiting, and takes it out where a user cancels it.
"""

import json
import os
import threading
import time

from . import memory
from .connection import connect_both
from .hook import SKIP, argument
from .uploads import Uploads

#: Who does not answer in that time is not waited for any more until an answer comes. In seconds.
ANSWER = 2.0
#: A job that is to wait asks again, in seconds.
AGAIN = 0.5
#: No job is held longer, whatever is answered. In seconds.
HELD_MOST = 180.0
#: For the end that was announced. In seconds.
LEAVES_WITHIN = 15.0

_RLOCK = type(threading.RLock())


class Admission:
    def __init__(self, session, jobs):
        self._session = session
        self._jobs = jobs
        self._uploads = Uploads()
        self._connection = None
        self._queue = None
        self._changed = threading.Condition()
        self._asked = 0
        #: The number of the question that was answered last, and the answer.
        self._answered = 0
        self._verdict = None

    def open(self) -> bool:
        """Connects. Returns whether jobs are held: where nobody wants it, or can be reached, none is."""
        session = self._session
        if not session.settings.holds:
            return False
        try:
            self._connection = connect_both(session.settings.socket)
            first = {"type": "admission", "token": session.settings.token, "pid": os.getpid()}
            self._connection.write(json.dumps(first).encode() + b"\n")
        except OSError as error:
            self._connection = None
            session.trouble.tell("holding jobs back", error)
            return False
        threading.Thread(target=self._listen, name="studio-probe-admission", daemon=True).start()
        return True

    def install(self, module, hooks):
        queue = module.PromptQueue
        self._timeout = argument(getattr(queue, "get", None), "timeout", 1)
        hooks.guard(queue, "get", self._gate)

    def watch_requests(self, module):
        if self._connection is None:
            return
        hooks = self._session.hooks()
        hooks.watch(
            module.PromptServer,
            "__init__",
            before=lambda args, kwargs: args[0],
            after=lambda server, result, error: self._uploads.watch(server),
        )

    def close(self):
        """In a forked child."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _listen(self):
        connection = self._connection
        try:
            for line in iter(connection.read, b""):
                self._hear(json.loads(line))
        except (OSError, ValueError, TypeError, KeyError):
            pass
        except Exception as error:
            self._session.trouble.tell("hearing the runner", error)
        # Whoever waits is let go: nobody is there to answer.
        with self._changed:
            self._connection = None
            self._changed.notify_all()

    def _hear(self, word):
        ask, verdict = int(word["ask"]), word["verdict"]
        if ask == 0:
            if verdict == "leave" and self._queue is not None:
                self._leave_idle(self._queue)
            return
        with self._changed:
            self._answered, self._verdict = ask, verdict
            self._changed.notify_all()

    def _leave_idle(self, queue):
        """Nobody has asked: the engine may be ended if nothing runs, waits or is brought to it."""
        uploads = self._uploads
        uploads.closed = True
        try:
            with queue.mutex:
                is_idle = not queue.queue and not queue.currently_running
            if is_idle and uploads.count == 0:
                self._session.outbox.say("leaving", job=None, id=None)
                self._ring()
                time.sleep(LEAVES_WITHIN)
        finally:
            uploads.closed = False

    def _gate(self, args, kwargs):
        """Returns when a job may begin, with the queue's lock held, so that no other gets before it; else `SKIP`."""
        queue = args[0]
        mutex = getattr(queue, "mutex", None)
        if self._connection is None or not isinstance(mutex, _RLOCK):
            return None
        self._queue = queue
        until = self._until(args, kwargs)
        while True:
            mutex.acquire()
            try:
                job = self._head(queue, until)
                if job is SKIP:
                    return SKIP
                if job is None or job.admitted:
                    lock, mutex = mutex, None
                    return lock
            finally:
                if mutex is not None:
                    mutex.release()
            if self._hold(queue, job) is SKIP:
                return SKIP

    def _until(self, args, kwargs):
        try:
            patience = self._timeout(args, kwargs)
        except IndexError:
            patience = None
        return None if patience is None else time.monotonic() + patience

    def _head(self, queue, until):
        """The job that is next, `None` for one that is not known; waits for one, and returns `SKIP` when none came."""
        while not queue.queue:
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= 0:
                return SKIP
            queue.not_empty.wait(left)
        return self._jobs.waiting(queue.queue[0])

    def _hold(self, queue, job):
        """Does what is to be done before the job begins. Returns `SKIP` where the worker is to do it."""
        if job.held is None:
            job.held = time.monotonic()
            # What the job before has left, before anything of it is freed for this one.
            self._jobs.tell_left()
        verdict = self._ask(job)
        if verdict == "free" and not job.freed and hasattr(queue, "set_flag"):
            job.freed = True
            # As the engine's own `POST /free` does: the worker frees when it gets no job, and comes again.
            queue.set_flag("unload_models", True)
            queue.set_flag("free_memory", True)
            return SKIP
        if verdict == "free":
            # Then it has nothing more to give.
            job.freed = True
            self._sleep(AGAIN)
        elif verdict == "leave":
            self._leave(job)
        elif verdict == "wait":
            self._sleep(AGAIN)
        else:
            job.admitted = True
        if time.monotonic() - job.held > HELD_MOST:
            job.admitted = True
        return None

    def _ask(self, job):
        """The runner's verdict on a job; `None` where none comes in time."""
        session = self._session
        self._asked += 1
        session.outbox.say(
            "asks",
            ask=self._asked,
            job=job.seq,
            id=job.id,
            resident=session.growth.look(),
            gpu=memory.gpu(),
            freed=job.freed,
            uploads=self._uploads.count,
        )
        with self._changed:
            # The last question has had its time.
            is_silent = self._answered < self._asked - 1
        self._ring()
        if is_silent:
            return None
        until = time.monotonic() + ANSWER
        with self._changed:
            while self._connection is not None and self._answered < self._asked:
                left = until - time.monotonic()
                if left <= 0:
                    return None
                self._changed.wait(left)
            return self._verdict if self._answered == self._asked else None

    def _ring(self):
        """The runner reads at once what was said: else it does so 50 times a second."""
        connection = self._connection
        try:
            if connection is not None:
                connection.write(b"\n")
        except OSError:
            pass

    def _sleep(self, seconds):
        """Until then, or until the runner has gone."""
        until = time.monotonic() + seconds
        with self._changed:
            while self._connection is not None:
                left = until - time.monotonic()
                if left <= 0:
                    return
                self._changed.wait(left)

    def _leave(self, job):
        """Tells that the engine may be ended now, unless something is being brought to it, and waits for its end."""
        uploads = self._uploads
        uploads.closed = True
        try:
            if uploads.count == 0:
                self._session.outbox.say("leaving", job=job.seq, id=job.id)
                self._ring()
                self._sleep(LEAVES_WITHIN)
                # It has not come: the job is not to wait for it.
                job.admitted = True
        finally:
            uploads.closed = False
