"""Every job of the engine's queue: waiting, begun, ended, taken out."""

import gc
import itertools
import threading
import time

from . import memory, outcome
from .growth import Account
from .hook import argument
from .need import Needs
from .prompt import NOT_DESCRIBED, describe, payload, resubmitted
from .text import name, number

#: The engine collects its garbage every 10 s at most. In seconds.
COLLECTS_WITHIN = 15

_RLOCK = type(threading.RLock())


def _collections():
    """How often Python has collected all of its garbage."""
    return gc.get_stats()[-1]["collections"]


class Job:
    """One that was put into the queue: `seq` is the probe's own number, as two jobs may have one id."""

    __slots__ = ("seq", "id", "item", "queued", "began", "held", "admitted", "freed")

    def __init__(self, seq, item):
        self.seq = seq
        # An engine's own are texts; another one could not be told.
        self.id = name(item[1]) or f"job {seq}"
        #: Kept while it waits: as long as it lives no other has its identity.
        self.item = item
        #: Whether the engine has it in its queue by now.
        self.queued = False
        self.began = None
        #: Since when it has been held back at the head of the queue, by the monotonic clock.
        self.held = None
        #: Whether it may begin, and whether the engine was asked to free memory for it.
        self.admitted = self.freed = False


class Jobs:
    def __init__(self, session):
        self._session = session
        self._outbox = session.outbox
        self._waiting = {}
        self._running = {}
        self._seqs = itertools.count(1)
        self._left = None
        self._deleting = 0
        self._needs = Needs(session.packs)

    def install(self, module, hooks):
        queue = module.PromptQueue
        put, get, done = (getattr(queue, name, None) for name in ("put", "get", "task_done"))
        self._item = argument(put, "item", 1)
        self._item_id = argument(done, "item_id", 1)
        self._status = argument(done, "status", 3)
        self._timeout = argument(get, "timeout", 1)
        hooks.watch(queue, "put", before=self._before_put, after=self._after_put)
        hooks.watch(queue, "get", before=self._before_get, after=self._after_get)
        hooks.watch(queue, "task_done", before=self._before_done)
        hooks.watch(queue, "wipe_queue", before=self._before_removal, after=self._after_wipe)
        hooks.watch(queue, "delete_queue_item", before=self._before_delete, after=self._after_delete)

    def waiting(self, item):
        """The job of an item that waits in the queue; `None` for one that was not seen to come."""
        return self._waiting.get(id(item))

    # Said before the job is in the queue: the worker may take it at once.
    def _before_put(self, args, kwargs):
        item = self._item(args, kwargs)
        job = Job(next(self._seqs), item)
        self._waiting[id(item)] = job
        self._outbox.say("queued", job=job.seq, id=job.id, number=number(item[0]), **self._described(item))
        if self._session.settings.carried:
            body, reason = payload(item)
            self._outbox.say("carried", job=job.seq, id=job.id, body=body, reason=reason)
        if self._session.settings.needs:
            self._tell_need(job)
        self._keep_place(args[0], item)
        return job

    def _described(self, item):
        try:
            return describe(item)
        except Exception as error:
            # A job that is odd in one thing is still one.
            self._session.trouble.tell("describing a job", error)
            return NOT_DESCRIBED

    def _tell_need(self, job):
        try:
            self._outbox.say("need", job=job.seq, id=job.id, **self._needs.describe(job.item))
        except Exception as error:
            self._session.trouble.tell("what a job needs", error)

    def _after_put(self, job, result, error):
        if job is None:
            return
        job.queued = True
        if error is not None and self._waiting.pop(id(job.item), None) is not None:
            self._outbox.say("removed", job=job.seq, id=job.id, how="refused")

    @staticmethod
    def _keep_place(queue, item):
        """A new engine counts from 0: jobs that come after one that was resubmitted get later places than it."""
        server = getattr(queue, "server", None)
        if resubmitted(item[3]) and getattr(server, "number", None) is not None and server.number <= item[0]:
            server.number = int(item[0]) + 1

    def _before_get(self, args, kwargs):
        session = self._session
        if session.worker is None or session.worker.ident != threading.get_ident():
            session.worker = threading.current_thread()
            session.server = getattr(args[0], "server", None)
            session.say_ready()
        if self._left is not None and self._is_collected(args, kwargs):
            self.tell_left()

    def _after_get(self, seen, result, error):
        if result is None:
            return
        self.tell_left()
        item, item_id = result[0], result[1]
        job = self._waiting.pop(id(item), None) or Job(next(self._seqs), item)
        job.item = None
        job.began = time.perf_counter()
        self._running[item_id] = job
        account = self._session.growth.begin_job()
        self._session.job = job
        self._session.woken.set()
        self._outbox.say("started", job=job.seq, id=job.id, resident=account.peak, gpu=memory.gpu())

    def _before_done(self, args, kwargs):
        job = self._running.pop(self._item_id(args, kwargs), None)
        if job is None:
            return
        status = self._status(args, kwargs) if len(args) > 3 or "status" in kwargs else None
        # None of its own where several workers run jobs.
        account = self._session.growth.end_job() or Account(self._session.growth.last or 0)
        self._session.job = None
        self._session.nodes.forget()
        self._outbox.say(
            "ended",
            job=job.seq,
            id=job.id,
            ms=round((time.perf_counter() - job.began) * 1_000, 3),
            **outcome.of(status),
            **account.describe(),
            gpu=memory.gpu(),
        )
        self._left = [job, 0, _collections()]

    def _is_collected(self, args, kwargs):
        """The engine asks with a short time while it has garbage to collect; it does so before it asks again."""
        self._left[1] += 1
        try:
            patience = self._timeout(args, kwargs)
        except IndexError:
            patience = None
        return patience is None or patience > COLLECTS_WITHIN or self._left[1] > 1

    def tell_left(self):
        """Tells what a job leaves behind, once the engine has freed what it frees."""
        left, self._left = self._left, None
        if left is not None:
            resident = self._session.growth.look()
            self._outbox.say(
                "left",
                job=left[0].seq,
                id=left[0].id,
                resident=resident,
                gpu=memory.gpu(),
                collected=_collections() != left[2],
            )

    def _before_removal(self, args, kwargs):
        queue = args[0]
        mutex = getattr(queue, "mutex", None)
        # Held over the call, so that no job begins in between; only one that the call itself can take again.
        if not isinstance(mutex, _RLOCK):
            return queue, None
        mutex.acquire()
        return queue, mutex

    def _before_delete(self, args, kwargs):
        self._deleting += 1
        return self._before_removal(args, kwargs)

    def _after_wipe(self, seen, result, error):
        # The engine wipes its queue also to delete the only job in it.
        self._after_removal(seen, "cancelled" if self._deleting else "wiped")

    def _after_delete(self, seen, result, error):
        self._deleting -= 1
        self._after_removal(seen, "cancelled")

    def _after_removal(self, seen, how):
        queue, mutex = seen
        try:
            there = {id(item) for item in queue.queue}
            begun = {(item[0], item[1]) for item in queue.currently_running.values()}
            for key, job in list(self._waiting.items()):
                if job.queued and key not in there and (job.item[0], job.item[1]) not in begun:
                    del self._waiting[key]
                    self._outbox.say("removed", job=job.seq, id=job.id, how=how)
        finally:
            if mutex is not None:
                mutex.release()
