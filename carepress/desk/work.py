"""Worker processes beside the server, with a bounded queue.

Each worker is a process of its own, so that one that hangs or dies is replaced without disturbing the others.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

T = TypeVar("T")


class BusyError(Exception):
    """The queue is full, or the work takes long: try again in `seconds`."""

    reason = "busy"  # templates/desk/error.html.j2

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class CrowdedError(BusyError):
    """There are too many connections."""

    reason = "crowded"


class LostError(Exception):
    """The work could not be done: its worker died twice, or took too long and was stopped."""


def _start_worker(nice: int, folder: str) -> None:
    """Leave Ctrl-C and SIGTERM to the server, and exit with it, even if it is killed. Temporary files are in `folder`."""
    with suppress(OSError):  # on a full disk, what needs the folder reports it
        os.mkdir(folder, 0o700)
        tempfile.tempdir = folder
    if nice and hasattr(os, "nice"):  # Windows has none
        os.nice(nice)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    gc.set_threshold(100_000, 20, 50)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent,), daemon=True).start()


def _exit_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(0)


NUMBERS = itertools.count(1)  # of processes
Warm = tuple[Callable[..., object], tuple[object, ...]]  # a function and its arguments


class Worker:
    """One process. It calls `warm` when it starts; `nice` lowers its priority, 19 to the lowest.

    Its temporary files are in a folder in `place`, which is removed with it: fonts, for example, which a killed process
    leaves behind.
    """

    def __init__(self, warm: Warm, place: str, nice: int = 0) -> None:
        self._warm, self._place, self._nice = warm, place, nice
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._folder = f"{self._place}/worker-{next(NUMBERS)}"
        self._pool = ProcessPoolExecutor(1, context, _start_worker, (self._nice, self._folder))
        self._pid: Future[int] = self._pool.submit(os.getpid)
        self._pool.submit(self._warm[0], *self._warm[1])

    async def call(self, function: Callable[..., T], *args: object) -> T:
        """Call a function in the process; one that died before is replaced first. Raises BrokenProcessPool."""
        try:
            future = self._pool.submit(function, *args)
        except BrokenProcessPool:
            self.replace()
            future = self._pool.submit(function, *args)
        return await asyncio.wrap_future(future)

    def replace(self) -> None:
        """Kill the process and start another."""
        self.stop()
        self._start()

    def stop(self) -> None:
        """Kill the process."""
        with suppress(Exception):
            os.kill(self._pid.result(0), signal.SIGKILL)
        self._pool.shutdown(wait=False, cancel_futures=True)
        shutil.rmtree(self._folder, ignore_errors=True)


class Workers:
    """Some processes, and a queue of at most `waiting` pieces of work for them, each of at most `limit` seconds."""

    def __init__(self, count: int, waiting: int, limit: float, warm: Warm) -> None:
        self.count, self.waiting, self.limit = count, waiting, limit
        self._warm = warm
        self._all: list[Worker] = []
        self._free: asyncio.Queue[Worker] = asyncio.Queue()
        self._pieces = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._average = 2.0  # seconds that a piece of work takes

    def start(self, place: str) -> None:
        """Start the processes, without waiting for them. Their temporary files are in `place`."""
        self._all = [Worker(self._warm, place) for _number in range(self.count)]
        for worker in self._all:
            self._free.put_nowait(worker)

    def stop(self) -> None:
        """End the processes."""
        for worker in self._all:
            worker.stop()

    async def call(self, function: Callable[..., T], *args: object) -> T:
        """Call a function in a worker. Raises BusyError and LostError."""
        if self._pieces >= self.count + self.waiting:
            raise BusyError(self.seconds())
        self._pieces += 1
        self._idle.clear()
        try:
            worker = await self._free.get()
            started = time.monotonic()
            try:
                return await self._guarded(worker, function, *args)
            finally:
                self._average += 0.2 * (time.monotonic() - started - self._average)
                self._free.put_nowait(worker)
        finally:
            self._pieces -= 1
            if not self._pieces:
                self._idle.set()

    async def idle(self) -> None:
        """Wait until there is no work."""
        await self._idle.wait()

    async def _guarded(self, worker: Worker, function: Callable[..., T], *args: object) -> T:
        for _attempt in range(2):
            try:
                return await asyncio.wait_for(worker.call(function, *args), self.limit)
            except BrokenProcessPool:
                worker.replace()
            except TimeoutError:
                worker.replace()
                break
        raise LostError

    def seconds(self) -> int:
        """Return in how many seconds the queue is likely to have room."""
        return max(2, min(120, round(self._average * max(1, self._pieces) / self.count)))


class Flights:
    """Makes the same thing once: whoever asks for it while it is made gets the same result."""

    def __init__(self) -> None:
        self._tasks: dict[object, asyncio.Task[Any]] = {}

    async def share(self, key: object, make: Callable[[], Awaitable[T]], patience: float) -> T:
        """Return the result of `make`, or of a call for the same key that is under way.

        Raises BusyError after `patience` seconds; the work then goes on.
        """
        task = self._tasks.get(key)
        if task is None:
            task = asyncio.ensure_future(make())  # type: ignore[assignment]
            assert task is not None
            self._tasks[key] = task
            task.add_done_callback(lambda done: self._landed(key, done))
        try:
            result: T = await asyncio.wait_for(asyncio.shield(task), patience)
        except TimeoutError:
            raise BusyError(10) from None
        return result

    async def finish(self, patience: float) -> None:
        """Wait for what is under way, at most `patience` seconds."""
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()), timeout=patience)

    def _landed(self, key: object, task: asyncio.Task[Any]) -> None:
        self._tasks.pop(key, None)
        if not task.cancelled():
            task.exception()  # otherwise asyncio logs it if everyone who asked has left
