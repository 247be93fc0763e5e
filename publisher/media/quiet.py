"""A web server that costs nothing while nobody asks; imported only by a process that runs it."""

from __future__ import annotations

import asyncio

import uvicorn


class QuietServer(uvicorn.Server):
    """uvicorn's own loop wakes ten times a second to see whether it should end: this one waits.

    Those wake-ups cost more than everything else that an idle worker does. There is no Date header,
    which they kept up to date.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._asked = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        """Serve until ``ask_to_end``."""
        self._loop = asyncio.get_running_loop()
        if not await self.on_tick(0):
            await self._asked.wait()

    def ask_to_end(self) -> None:
        """End from another thread; also before the loop has begun."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._asked.set)
