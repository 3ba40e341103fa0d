"""The preview's server, running on a copy of the garden book that tests may change."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import polib
import uvicorn
from support_wait import LONG, wait_for

from carepress.preview.back import BackTranslator
from carepress.preview.server import make_app
from carepress.workspace.project import Project
from support import GARDEN, ROOT


@dataclass(frozen=True)
class Copy:
    """A project with a copy of the garden book and its Spanish catalog."""

    project: Project
    folder: Path

    @property
    def po(self) -> Path:
        return self.folder / "locales" / "es" / "LC_MESSAGES" / "garden.po"

    def edit(self, source: str, **changes: Any) -> None:
        """Change the catalog entry of an English text."""
        catalog = polib.pofile(str(self.po), wrapwidth=0)
        entry = next(entry for entry in catalog if entry.msgid.startswith(source))
        for name, value in changes.items():
            setattr(entry, name, value)
        save(self.po, str(catalog))


def copy_garden(to: Path) -> Copy:
    for name in ("templates", "locales"):
        shutil.copytree(ROOT / name, to / name)
    shutil.copytree(GARDEN, to / "books" / "garden")
    return Copy(Project(to), to / "books" / "garden")


def save(path: Path, text: str) -> None:
    """Save as most editors do: write a new file and rename it over the old one."""
    new = path.with_name(f".{path.name}.swp")
    new.write_text(text, encoding="utf-8")
    os.replace(new, path)


class Client:
    """An HTTP client that sends addresses without normalizing them."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, address: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LONG)
        try:
            connection.putrequest(method, address, skip_host="Host" in headers)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def text(self, address: str) -> str:
        answer, body = self.ask(address)
        assert answer.status == 200, (address, answer.status, body[:300])
        return body.decode()

    def json(self, address: str) -> Any:
        return json.loads(self.text(address))

    @contextmanager
    def events(self) -> Iterator[Callable[[], dict[str, Any]]]:
        """Open the event stream; yield a function that waits for the next event."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LONG)
        connection.request("GET", "/events")
        answer = connection.getresponse()

        def following() -> dict[str, Any]:
            while not (line := answer.readline()).startswith(b"data: "):
                assert line, "the stream ended"
            event: dict[str, Any] = json.loads(line[6:])
            return event

        try:
            yield following
        finally:
            answer.close()
            connection.close()


@contextmanager
def serving(app: Any, config: uvicorn.Config | None = None) -> Iterator[Client]:
    """Run the application on a free port, in a thread."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    own = uvicorn.Config(app, log_level="critical", access_log=False, ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config or own)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    try:
        wait_for(lambda: server.started)
        yield Client(listener.getsockname()[1])
    finally:
        getattr(app, "close", lambda: None)()  # the preview has open streams
        server.should_exit = True
        thread.join()
        listener.close()


@contextmanager
def previewing(copy: Copy, lang: str = "es", pdf: bool = False, back: BackTranslator | None = None) -> Iterator[Client]:
    with serving(make_app(copy.project, copy.folder, lang, pdf, back)) as client:
        yield client
