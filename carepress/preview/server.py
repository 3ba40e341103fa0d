"""The local server. It is read-only, and serves only its own pages.

The path of a request is never used as a file path: sections, passages and pictures are looked up by names that the
server generated. Requests for other host names than those of this machine are rejected, which prevents DNS rebinding.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import sys
import time
import traceback
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from types import FrameType

import uvicorn
from jinja2 import Environment
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from carepress.catalogs.terms import TERMS_FILE
from carepress.model import Book, PublishError
from carepress.preview.back import BackTranslator
from carepress.preview.hosts import host_name
from carepress.preview.pages import Typeset, TypesetWorker, page_numbers, section_galley
from carepress.preview.problems import Checker
from carepress.preview.state import PreviewSection, Snapshot, read_snapshot
from carepress.preview.view import View, page_environment
from carepress.preview.watch import Channel, saves
from carepress.text.palette import theme_colors
from carepress.translation.domains import LEARNED_FILE
from carepress.workspace.project import Project

HOSTS = {"127.0.0.1", "localhost"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# address: (file in templates/preview, media type)
FILES = {
    "/style.css": ("style.css", "text/css"),
    "/script.js": ("script.js", "text/javascript"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}


class Guard:
    """Reject requests to other host names, and add security headers to every response, errors included.

    `close` ends open streams and running checks, which would keep the server from stopping.
    """

    def __init__(self, app: ASGIApp, close: Callable[[], None]) -> None:
        self.app, self.close = app, close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if host_name(scope) in HOSTS:
            await self.app(scope, receive, guarded)
        else:
            refusal = PlainTextResponse("This preview answers to 127.0.0.1 and localhost only.", 421)
            await refusal(scope, receive, guarded)


class LiveBook:
    """The current state of the book. The last valid snapshot is kept while a file is broken."""

    def __init__(self, project: Project, folder: Path, lang: str) -> None:
        self.project, self.folder, self.lang = project, folder, lang
        self.snapshot: Snapshot | None = None
        self.error: PublishError | None = None
        self.checked = False  # whether the first check has finished
        self.channel = Channel()
        self._source: Book | None = None
        self._checker: Checker | None = None  # none before its lists could be read
        self._checking: asyncio.Task[None] | None = None  # a reference, or the task may be garbage-collected
        self._one_check = asyncio.Lock()
        self._boot, self._count, self._saves = secrets.token_hex(4), 0, 0
        self.read()

    @property
    def version(self) -> str:
        """The name of the current state."""
        return f"{self._boot}-{self._count}"

    @property
    def save(self) -> str:
        """The name of the last save. `version` also changes when the checks find something."""
        return f"{self._boot}-{self._saves}"

    def read(self, changed: Iterable[Path] = ()) -> None:
        """Read the changed files. Errors are stored for display, never raised."""
        if any(path.suffix in (".md", ".toml", ".svg") for path in changed):
            self._source = None
        if any(path.name in (TERMS_FILE, LEARNED_FILE) for path in changed):
            self._checker = None
        try:
            self._checker = self._checker or Checker(self.project, self.folder, self.lang)
            snapshot = read_snapshot(self.project, self.folder, self.lang, self._source)
        except PublishError as error:
            self.error = error
        except Exception as error:  # keep the preview alive
            traceback.print_exc(file=sys.stderr)
            self.error = PublishError(
                self.project.shown(self.folder),
                None,
                f"the book cannot be read: {type(error).__name__}: {error}",
                "undo the last change; the terminal shows more",
            )
        else:
            self.snapshot = self._checker.with_cached(snapshot)
            self.error, self._source = None, snapshot.source
        self._count += 1
        self._saves += 1

    async def refresh(self, changed: Iterable[Path]) -> None:
        """Read after a save and notify every page; then check, which may take longer."""
        await asyncio.to_thread(self.read, changed)
        self._notify()
        self.check()

    def check(self) -> None:
        """Start checking what the last save changed."""
        self._checking = asyncio.create_task(self._check())

    async def _check(self) -> None:
        async with self._one_check:
            snapshot, checker = self.snapshot, self._checker
            if snapshot is None or checker is None:
                return
            await asyncio.to_thread(checker.check, snapshot)
            checked = checker.with_cached(snapshot)
            if self.snapshot is snapshot and (checked != snapshot or not self.checked):
                self.snapshot, self.checked = checked, True
                self.update()

    def update(self) -> None:
        """Let the open pages fetch what has changed without a save."""
        self._count += 1
        self._notify()

    def _notify(self) -> None:
        self.channel.send({"version": self.version})

    def close(self) -> None:
        """End open streams and running checks, which would keep the server from stopping."""
        self.channel.close()
        if self._checker:
            self._checker.end()

    async def watch(self, stop: asyncio.Event) -> None:
        """Refresh after every save, until `stop`."""
        async for changed in saves(self.project, self.folder, stop):
            await self.refresh(changed)


class Endpoints:
    """The endpoints of the server."""

    def __init__(self, live: LiveBook, pdf: bool, back: BackTranslator | None) -> None:
        self.live, self.pdf, self.back = live, pdf, back
        self._translating: asyncio.Task[None] | None = None
        self.worker = TypesetWorker()
        self.environment: Environment = page_environment(live.project.templates)
        folder = live.project.templates / "preview"
        self.files = {address: ((folder / name).read_bytes(), kind) for address, (name, kind) in FILES.items()}
        style, kind = self.files["/style.css"]
        self.files["/style.css"] = theme_colors("preview").encode() + style, kind

    async def index(self, _request: Request) -> Response:
        """Redirect to the first chapter."""
        sections = self.live.snapshot.sections if self.live.snapshot else ()
        if not sections:
            return self._page(None)
        first = next((section for section in sections if section.kind == "chapter"), sections[0])
        return RedirectResponse(f"/section/{first.id}")

    async def section(self, request: Request) -> Response:
        """Return the page of a section."""
        section = self._section(request) if self.live.snapshot else None
        texts = self._texts_to_put_back(section)
        idle = not self._translating or self._translating.done()
        if self.back and idle and self.back.untried(texts):
            self._translating = asyncio.create_task(self._translate_back(texts))
        return self._page(section)

    def _texts_to_put_back(self, section: PreviewSection | None) -> list[str]:
        """Return the translations of a section whose source is in the language that they are put back into."""
        if not self.back or not section:
            return []
        return [row.text for row in section.passages if row.text and row.source_lang == self.back.source_lang]

    async def _translate_back(self, texts: list[str]) -> None:
        """Translate in the background; then the open pages fetch the result, or the translations of another section."""
        assert self.back
        await asyncio.to_thread(self.back.translate, texts)
        self.live.update()

    def _section(self, request: Request) -> PreviewSection:
        name = request.path_params["section"]
        if self.live.snapshot is None or not (section := self.live.snapshot.section(name)):
            raise HTTPException(404, "There is no such section. The list of chapters is at /")
        return section

    def _page(self, section: PreviewSection | None) -> Response:
        snapshot = self.live.snapshot
        view = View(
            title=snapshot.source.title.source if snapshot else self.live.folder.name,
            lang=self.live.lang,
            version=self.live.version,
            save=self.live.save,
            checked=self.live.checked,
            pdf=self.pdf,
            snapshot=snapshot,
            section=section,
            error=self.live.error,
            back=self.back.found(self._texts_to_put_back(section)) if self.back else {},
            back_problem=self.back.problem if self.back else "",
        )
        return HTMLResponse(self.environment.get_template("page.html.j2").render(view=view))

    async def pages(self, request: Request) -> Response:
        """Typeset the current state of a section; after several saves in a row, only the last one."""
        if not self.pdf:
            raise HTTPException(404, "The preview was started without pages.")
        started = time.perf_counter()
        async with self.worker.lock:
            section, snapshot = self._section(request), self.live.snapshot
            assert snapshot is not None
            if section.kind == "interface":
                return JSONResponse({"pages": []})
            try:
                numbers = await asyncio.to_thread(page_numbers, self.live.project, snapshot)
                galley = await asyncio.to_thread(section_galley, self.live.project, snapshot, section, numbers)
                typeset = await self.worker.typeset(galley)
            except Exception as error:  # templates may be edited while the page is open
                return JSONResponse({"error": f"The page cannot be typeset: {error}"})
        data = _pages(section, typeset, numbers)
        return JSONResponse(data | {"seconds": round(time.perf_counter() - started, 2)})

    async def picture(self, request: Request) -> Response:
        """Return the picture of a typeset page."""
        data = self.worker.picture(request.path_params["key"], request.path_params["number"])
        if data is None:
            raise HTTPException(404, "This page no longer exists.")
        return Response(data, media_type="image/png")

    async def events(self, _request: Request) -> Response:
        """Return the stream of events, one for each change of the version."""
        stream = self.live.channel.listen({"version": self.live.version})
        return StreamingResponse(stream, media_type="text/event-stream")

    async def file(self, request: Request) -> Response:
        """Return the style sheet, the script or the icon."""
        data, kind = self.files[request.url.path]
        return Response(data, media_type=kind)


def _pages(section: PreviewSection, typeset: Typeset, numbers: Mapping[str, int]) -> dict[str, object]:
    """Return the data for showing pages: addresses, printed numbers, and the place of each passage."""
    first = numbers.get(section.anchor)
    return {
        "pages": [
            {"address": f"/page/{typeset.key}/{index}", "number": first + index if first else None}
            for index in range(len(typeset.pictures))
        ],
        "spots": {name: [asdict(spot) for spot in spots] for name, spots in typeset.spots.items()},
        "on": _page_of(section, typeset),
        "numbered": bool(numbers),
    }


def _page_of(section: PreviewSection, typeset: Typeset) -> dict[str, int]:
    """Return the page of each passage; labels of a drawing count for the page of the text that follows."""
    pages: dict[str, int] = {}
    page = len(typeset.pictures) - 1
    for passage in reversed(section.passages):
        if spots := typeset.spots.get(passage.id):
            page = spots[0].page
        pages[passage.id] = page
    return pages


def make_app(project: Project, folder: Path, lang: str, pdf: bool = True, back: BackTranslator | None = None) -> Guard:
    """Return the application for a book in one language; `pdf` is whether pages are typeset."""
    live = LiveBook(project, folder, lang)
    endpoints = Endpoints(live, pdf, back)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        stop = asyncio.Event()
        watching = asyncio.create_task(live.watch(stop))
        live.check()
        if pdf:
            endpoints.worker.start()
        try:
            yield
        finally:
            stop.set()
            live.close()
            endpoints.worker.stop()
            await watching

    routes = [
        Route("/", endpoints.index),
        Route("/section/{section}", endpoints.section),
        Route("/section/{section}/pages", endpoints.pages),
        Route("/page/{key}/{number:int}", endpoints.picture),
        Route("/events", endpoints.events),
        *(Route(address, endpoints.file) for address in FILES),
    ]

    def close() -> None:
        live.close()
        if back:
            back.end()

    return Guard(Starlette(routes=routes, lifespan=lifespan), close)


def serve(app: Guard, listener: socket.socket) -> None:
    """Serve on a socket until Ctrl-C."""

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            # Uvicorn's own handler aborts with a traceback at a second Ctrl-C.
            app.close()
            self.should_exit = True

    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=1,
    )
    Server(config).run(sockets=[listener])
