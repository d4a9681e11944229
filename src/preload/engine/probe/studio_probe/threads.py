"""Threads that end by an exception; the one that runs the jobs also where nobody sees the exception."""

import threading
import traceback

from .text import brief, name, tail


class ThreadDeaths:
    def __init__(self, session):
        self._session = session

    def install(self):
        next_hook = threading.excepthook

        def hook(args):
            try:
                if self._session.active:
                    self._tell(args)
            except Exception as error:
                self._session.trouble.tell("the hook on threads", error)
            next_hook(args)

        threading.excepthook = hook

    def _tell(self, args):
        session = self._session
        is_worker = args.thread is not None and args.thread is session.worker
        session.outbox.say(
            "thread-died",
            thread=name(args.thread.name) if args.thread is not None else None,
            worker=is_worker,
            error={
                "name": name(args.exc_type.__name__),
                "message": _words(args.exc_value),
                "stack": tail("".join(traceback.format_tb(args.exc_traceback))),
            },
        )
        if is_worker:
            # Told here, with the reason; the pulse then need not find the thread gone.
            session.worker_death_told = True


def _words(error):
    """The words of an exception; one of a user's may fail at giving them."""
    try:
        return brief(str(error))
    except Exception:
        return None
