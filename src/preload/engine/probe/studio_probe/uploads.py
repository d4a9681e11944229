"""Requests that bring the engine something: none is cut off by a replacement of the engine."""

import asyncio

HARMLESS = ("GET", "HEAD", "OPTIONS")
#: Between two looks of a request that came while the engine is about to end, in seconds.
LOOK = 0.05


class Uploads:
    """Counts them, and keeps new ones from being begun while the engine is about to end.

    Both are of the event loop's thread; another one closes, looks at the count, and opens again where it is not 0.
    """

    def __init__(self):
        self.count = 0
        self.closed = False

    def watch(self, server) -> None:
        """Stands before all that handles a request of this `PromptServer`; nothing where it has no such application."""
        middlewares = getattr(getattr(server, "app", None), "middlewares", None)
        if middlewares is None:
            return

        async def counted(request, handler):
            if request.method in HARMLESS:
                return await handler(request)
            while self.closed:
                await asyncio.sleep(LOOK)
            self.count += 1
            try:
                return await handler(request)
            finally:
                self.count -= 1

        # As aiohttp's decorator marks it.
        counted.__middleware_version__ = 1
        middlewares.insert(0, counted)
