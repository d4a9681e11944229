"""The probe's own thread: looks at memory and stacks while a job runs, and says once a second that the engine lives."""

import sys
import threading
import time

from . import memory, stacks
from .growth import name_of
from .profile import Profile

#: Between two looks while a job runs, in seconds: for growth, and for a profile.
LOOK = 0.05
PROFILE_LOOK = 0.01
#: Of a core, that looking may take: where a look costs more, on a busy machine, there are fewer, but for growth's.
SHARE = 0.01
#: Between two looks at nothing, and two beats.
BEAT = 1.0
#: What a job took is told while it runs, each time that it is so many bytes more or less, and that part of all.
TELL_BYTES = 16 << 20
TELL_PART = 64
#: Not oftener than that, in seconds.
TELL_EVERY = 0.1
#: From when on a loop that stands still shows its stacks, and how often, in milliseconds.
STANDS_STILL = 10_000
STACKS_EVERY = 5_000


class Pulse:
    def __init__(self, session, watchdog):
        self._session = session
        self._watchdog = watchdog
        self._profile = None
        if session.settings.profile_seconds > 0:
            self._profile = Profile(session, 1 / PROFILE_LOOK)
        self._loop_asked = None
        self._told = (None, 0, 0.0)
        self._next_stacks = STANDS_STILL
        self._death_shown = False

    def start(self):
        threading.Thread(target=self._run, name="studio-probe", daemon=True).start()

    def _run(self):
        session = self._session
        look = PROFILE_LOOK if self._profile is not None else LOOK
        next_beat = cost = 0.0
        spent = time.thread_time()
        while session.active:
            try:
                now = time.monotonic()
                before, spent = spent, time.thread_time()
                cost += (spent - before - cost) / 8
                if now >= next_beat:
                    next_beat = now + BEAT
                    self._beat()
                if session.job is not None:
                    self._look()
                    self._tell_growth(now)
                session.outbox.flush()
            except Exception as error:
                session.trouble.tell("the pulse", error)
            if session.job is not None:
                time.sleep(min(LOOK, max(look, cost / SHARE)))
            else:
                if self._profile is not None:
                    self._profile.rest()
                session.woken.clear()
                session.woken.wait(BEAT)

    def _look(self):
        session, profile = self._session, self._profile
        if profile is None:
            # Most looks find nothing: then nobody looks at a stack.
            session.growth.look(self._place)
            return
        frame = self._frame()
        if frame is None:
            return
        place, stack = session.places.of(frame), profile.stack_of(frame)
        # Of a frame that is held here when its function returns, this thread would take apart what was in it.
        del frame
        job, node = session.job, session.nodes.current
        session.growth.glance(lambda: place, LOOK)
        if job is not None:
            profile.add(stack, (job.seq, node.id if node is not None else None))

    def tell_profile(self):
        """Tells what has not been told yet, at the end."""
        if self._profile is not None:
            self._profile.tell()

    def _tell_growth(self, now):
        """So that whoever listens knows who took the memory before the engine is killed for it."""
        session = self._session
        account, told, at = self._told
        growth = session.growth
        if growth.job is not account:
            account, told = growth.job, 0
            self._told = (account, told, at)
        resident = growth.last
        if account is None or resident is None or now - at < TELL_EVERY:
            return
        if abs(account.growth - told) < max(TELL_BYTES, resident // TELL_PART):
            return
        taken = growth.describe_job()
        job, node = session.job, session.nodes.current
        if taken is None or job is None:
            return
        self._told = (account, taken["growth"], now)
        session.outbox.say(
            "growth", job=job.seq, id=job.id, node=name_of(node), resident=resident, **taken, gpu=memory.gpu()
        )

    def _frame(self):
        """The worker's frame; `None` where it does nothing of Python's any more."""
        worker = self._session.worker
        return sys._current_frames().get(worker.ident) if worker is not None else None

    def _place(self):
        frame = self._frame()
        return self._session.places.of(frame) if frame is not None else None

    def _beat(self):
        session = self._session
        self._watchdog.arm()
        worker, job, node = session.worker, session.job, session.nodes.current
        delay = self._loop_delay()
        place = self._place() if job is not None else None
        session.outbox.say(
            "beat",
            resident=session.growth.look(),
            gpu=memory.gpu(),
            job=job.seq if job is not None else None,
            node=node.id if node is not None else None,
            worker=None if worker is None else worker.is_alive(),
            loopDelayMs=delay,
            place=None if place is None else {"function": place.function, "file": place.file, "line": place.line},
        )
        if worker is not None and not worker.is_alive() and not session.worker_death_told:
            session.worker_death_told = True
            session.outbox.say("thread-died", thread=worker.name, worker=True, error=None)
        self._show_stacks(delay)
        if self._profile is not None:
            self._profile.tell_when_due()

    def _show_stacks(self, delay):
        say = self._session.outbox.say
        if delay is None or delay < STANDS_STILL:
            self._next_stacks = STANDS_STILL
        elif delay >= self._next_stacks:
            self._next_stacks = delay + STACKS_EVERY
            say("stacks", reason="loop", threads=stacks.all_threads())
        if self._session.worker_death_told and not self._death_shown:
            self._death_shown = True
            say("stacks", reason="worker", threads=stacks.all_threads())

    def _loop_delay(self):
        """How long the event loop has left undone what it was asked to do, in milliseconds; `None` before it runs."""
        loop = getattr(self._session.server, "loop", None)
        if loop is None or not loop.is_running():
            return None
        delay = 0.0 if self._loop_asked is None else (time.monotonic() - self._loop_asked) * 1_000
        if self._loop_asked is None:
            self._loop_asked = time.monotonic()
            loop.call_soon_threadsafe(self._answered)
        return round(delay, 1)

    def _answered(self):
        self._loop_asked = None
