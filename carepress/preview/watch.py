"""Watch the files of the book, and notify every open page of a save."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

from carepress.workspace.project import Project

SUFFIXES = (".po", ".md", ".toml", ".svg", ".j2", ".css")
# Editors write a file in several steps: a save ends this long after the last one.
DEBOUNCE = 40  # ms
KEEP_ALIVE = 15.0  # seconds between comments in the stream, by which a page notices that the server has stopped


class SavedText(DefaultFilter):
    """Accepts the files of books, catalogs and templates, but not an editor's temporary copies."""

    def __call__(self, change: Change, path: str) -> bool:
        name = Path(path).name
        return name.endswith(SUFFIXES) and not name.startswith(".") and super().__call__(change, path)


def watched_folders(project: Project, folder: Path) -> list[Path]:
    """Return the folders that hold what the page shows. Folders, not files, because many editors replace a file."""
    folders = {folder, project.locales(folder), project.interface_locales, project.templates}
    return sorted(path for path in folders if path.is_dir())


async def saves(project: Project, folder: Path, stop: asyncio.Event) -> AsyncIterator[set[Path]]:
    """Yield the files of each save, until `stop`."""
    folders = watched_folders(project, folder)
    async for changes in awatch(*folders, watch_filter=SavedText(), step=DEBOUNCE, stop_event=stop):
        yield {Path(path) for _change, path in changes}


class Channel:
    """Sends events to every open page (server-sent events)."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[str | None]] = set()
        self._closed = False

    def send(self, message: dict[str, object]) -> None:
        """Send an event to every open page."""
        for queue in self._listeners:
            queue.put_nowait(_event(message))

    def close(self) -> None:
        """End every stream, which would keep the server from stopping."""
        self._closed = True
        for queue in self._listeners:
            queue.put_nowait(None)

    async def listen(self, first: dict[str, object]) -> AsyncIterator[str]:
        """Yield the event `first`, then each event sent."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield "retry: 1000\n" + _event(first)
            while not self._closed:
                try:
                    event = await asyncio.wait_for(queue.get(), KEEP_ALIVE)
                except TimeoutError:
                    event = ": alive\n\n"
                if event is None:
                    return
                yield event
        finally:
            self._listeners.discard(queue)


def _event(message: dict[str, object]) -> str:
    return f"data: {json.dumps(message)}\n\n"
