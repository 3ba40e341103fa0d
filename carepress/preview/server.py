"""The local server. It is read-only, and serves only its own pages.

No path of a request ever reaches the disk: sections, passages and pictures are looked up by names that the
server gave them itself. It answers to the names of this machine only, so that no page of the web can talk to
it through a name of its own (DNS rebinding).
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
from starlette.datastructures import Headers, MutableHeaders
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
from carepress.preview.pages import Press, Typeset, page_numbers, section_galley
from carepress.preview.problems import Checker
from carepress.preview.state import PreviewSection, Snapshot, read_snapshot
from carepress.preview.view import View, page_environment
from carepress.preview.watch import Channel, saves
from carepress.text.palette import theme_colors
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

    `close` ends open streams and running checks, so that the server can stop.
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

        hosts = Headers(scope=scope).getlist("host")
        if len(hosts) == 1 and _host_name(hosts[0]) in HOSTS:
            await self.app(scope, receive, guarded)
        else:
            refusal = PlainTextResponse("This preview answers to 127.0.0.1 and localhost only.", 421)
            await refusal(scope, receive, guarded)


def _host_name(host: str) -> str:
    name, _, port = host.partition(":")
    return name.lower() if not port or port.isdigit() else ""


class Live:
    """The current state of the book. The last valid snapshot is kept while a file is broken."""

    def __init__(self, project: Project, folder: Path, lang: str) -> None:
        self.project, self.folder, self.lang = project, folder, lang
        self.snapshot: Snapshot | None = None
        self.error: PublishError | None = None
        self.checked = False  # whether the first check has finished
        self.channel = Channel()
        self._source: Book | None = None
        self._checker = Checker(project, lang)
        self._checking: asyncio.Task[None] | None = None  # a reference, or the task may be garbage-collected
        self._one_check = asyncio.Lock()
        self._boot, self._count, self._saves = secrets.token_hex(4), 0, 0
        self.read()

    @property
    def version(self) -> str:
        return f"{self._boot}-{self._count}"

    @property
    def save(self) -> str:
        """The name of the last save: the version changes with what the checks find too."""
        return f"{self._boot}-{self._saves}"

    def read(self, changed: Iterable[Path] = ()) -> None:
        """Read what has changed. Errors are stored for display, never raised."""
        if any(path.suffix in (".md", ".toml", ".svg") for path in changed):
            self._source = None
        if any(path.name == TERMS_FILE for path in changed):
            self._checker = Checker(self.project, self.lang)
        try:
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
            if snapshot is None:
                return
            await asyncio.to_thread(checker.check, snapshot)
            checked = checker.with_cached(snapshot)
            if self.snapshot is snapshot and (checked != snapshot or not self.checked):
                self.snapshot, self.checked = checked, True
                self._count += 1
                self._notify()

    def _notify(self) -> None:
        self.channel.send({"version": self.version})

    def close(self) -> None:
        """End open streams and running checks, so that the server can stop."""
        self.channel.close()
        self._checker.end()

    async def watch(self, stop: asyncio.Event) -> None:
        async for changed in saves(self.project, self.folder, stop):
            await self.refresh(changed)


class Views:
    """The answers to requests."""

    def __init__(self, live: Live, pdf: bool) -> None:
        self.live, self.pdf = live, pdf
        self.press = Press()
        self.environment: Environment = page_environment(live.project.templates)
        folder = live.project.templates / "preview"
        self.files = {address: ((folder / name).read_bytes(), kind) for address, (name, kind) in FILES.items()}
        style, kind = self.files["/style.css"]
        self.files["/style.css"] = theme_colors("preview").encode() + style, kind

    async def index(self, _request: Request) -> Response:
        sections = self.live.snapshot.sections if self.live.snapshot else ()
        if not sections:
            return self._page(None)
        first = next((section for section in sections if section.kind == "chapter"), sections[0])
        return RedirectResponse(f"/section/{first.id}")

    async def section(self, request: Request) -> Response:
        return self._page(self._section(request) if self.live.snapshot else None)

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
        )
        return HTMLResponse(self.environment.get_template("page.html.j2").render(view=view))

    async def pages(self, request: Request) -> Response:
        """Typeset the current state of a section: of many saves in a row only the last is typeset."""
        if not self.pdf:
            raise HTTPException(404, "The preview was started without pages.")
        started = time.perf_counter()
        async with self.press.lock:
            section, snapshot = self._section(request), self.live.snapshot
            assert snapshot is not None
            if section.kind == "interface":
                return JSONResponse({"pages": []})
            try:
                numbers = await asyncio.to_thread(page_numbers, self.live.project, snapshot)
                galley = await asyncio.to_thread(section_galley, self.live.project, snapshot, section, numbers)
                made = await self.press.typeset(galley)
            except Exception as error:  # templates are edited while the page is open
                return JSONResponse({"error": f"The page cannot be typeset: {error}"})
        answer = _pages(section, made, numbers)
        return JSONResponse(answer | {"seconds": round(time.perf_counter() - started, 2)})

    async def picture(self, request: Request) -> Response:
        data = self.press.picture(request.path_params["key"], request.path_params["number"])
        if data is None:
            raise HTTPException(404, "There is no such page any more.")
        return Response(data, media_type="image/png")

    async def events(self, _request: Request) -> Response:
        stream = self.live.channel.listen({"version": self.live.version})
        return StreamingResponse(stream, media_type="text/event-stream")

    async def file(self, request: Request) -> Response:
        data, kind = self.files[request.url.path]
        return Response(data, media_type=kind)


def _pages(section: PreviewSection, made: Typeset, numbers: Mapping[str, int]) -> dict[str, object]:
    """Return the data for showing pages: addresses, printed numbers, and the place of each passage."""
    first = numbers.get(section.anchor)
    return {
        "pages": [
            {"address": f"/page/{made.key}/{index}", "number": first + index if first else None}
            for index in range(len(made.pictures))
        ],
        "spots": {name: [asdict(spot) for spot in spots] for name, spots in made.spots.items()},
        "on": _page_of(section, made),
        "numbered": bool(numbers),
    }


def _page_of(section: PreviewSection, made: Typeset) -> dict[str, int]:
    """Return the page of each passage; words in a drawing are on the page of the text that comes next."""
    found: dict[str, int] = {}
    page = len(made.pictures) - 1
    for passage in reversed(section.passages):
        if spots := made.spots.get(passage.id):
            page = spots[0].page
        found[passage.id] = page
    return found


def make_app(project: Project, folder: Path, lang: str, pdf: bool = True) -> Guard:
    """Return the application for a book in one language; `pdf` is whether pages are typeset."""
    live = Live(project, folder, lang)
    views = Views(live, pdf)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        stop = asyncio.Event()
        watching = asyncio.create_task(live.watch(stop))
        live.check()
        if pdf:
            views.press.start()
        try:
            yield
        finally:
            stop.set()
            live.close()
            views.press.stop()
            await watching

    routes = [
        Route("/", views.index),
        Route("/section/{section}", views.section),
        Route("/section/{section}/pages", views.pages),
        Route("/page/{key}/{number:int}", views.picture),
        Route("/events", views.events),
        *(Route(address, views.file) for address in FILES),
    ]
    return Guard(Starlette(routes=routes, lifespan=lifespan), live.close)


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
