"""Files that are likely to be wanted next, made before anyone asks for them.

Typesetting a handout for the first time takes longer than a nurse waits. While the workers have nothing to do, one more
process makes the files that the page offers, one after the other and at the lowest priority. It ends after the last one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from itertools import islice

from carepress.desk.choices import Choice
from carepress.desk.work import Worker
from carepress.model import Job, Result

MOST = 400  # choices that wait
LOWEST = 19  # nice


class Ahead:
    """Makes files one at a time, each begun while `idle` returns at once.

    `missing` returns the job of a choice, or None if its file is there or cannot be made; it runs in a thread. `start`
    starts the process, in which `build` makes a file in at most `limit` seconds.
    """

    def __init__(
        self,
        idle: Callable[[], Awaitable[None]],
        missing: Callable[[Choice], Job | None],
        start: Callable[[], Worker],
        build: Callable[[Job], Result],
        limit: float,
    ) -> None:
        self._idle, self._missing, self._start, self._build, self._limit = idle, missing, start, build, limit
        self._choices: deque[Choice] = deque()
        self._running: asyncio.Task[None] | None = None

    def want(self, choices: Iterable[Choice]) -> None:
        """Put choices, the most likely one first, before those that are still waiting."""
        wanted = dict.fromkeys((*choices, *self._choices))
        self._choices = deque(islice(wanted, MOST))
        if self._choices and (self._running is None or self._running.done()):
            self._running = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        """Stop at once: what is unfinished is made when it is asked for."""
        self._choices.clear()
        if self._running:
            self._running.cancel()
            await asyncio.wait([self._running])

    async def _run(self) -> None:
        worker: Worker | None = None
        try:
            while self._choices:
                await self._idle()
                try:
                    job = await asyncio.to_thread(self._missing, self._choices.popleft())
                    if job is not None:
                        worker = worker or self._start()
                        await asyncio.wait_for(worker.call(self._build, job), self._limit)
                except Exception:  # whoever asks for this file gets its error
                    if worker:
                        worker.stop()
                    worker = None
        finally:
            if worker:
                worker.stop()
