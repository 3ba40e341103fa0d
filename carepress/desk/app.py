"""The desk's web application: each page is an address with the choices in its query.

What an endpoint raises, and what the guard refuses, `Desk.on_error` answers with a page in the staff's language: a
ChoiceError with 400 or 403, a BusyError with 503, an HTTPException with its status, and all else, such as a ProfileError,
PublishError, MakingError, LostError or OSError, with 500.

Nothing that is typed is stored or logged: the server writes no access log, keeps no cookies, and builds files with a
date in a temporary folder that is removed before they are sent.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from carepress.build.earlier_results import find_result
from carepress.desk import making
from carepress.desk.ahead import LOWEST, Ahead
from carepress.desk.choices import Choice, ChoiceError, Item, read_choice, read_since
from carepress.desk.memory import Memory
from carepress.desk.pages import FONTS, Pages, fonts, image, style_sheet
from carepress.desk.security import IDLE, NO_STORE, PDF_POLICY, REVALIDATE, STRIP_POLICY, Guard
from carepress.desk.stock import PAPERS, ProfileError, Site, Stock, Store, Task
from carepress.desk.work import BusyError, CrowdedError, Flights, LostError, Worker, Workers
from carepress.infobutton import answer
from carepress.model import GENERIC, Job, PublishError
from carepress.planner.make import Order
from carepress.shelf import OPDS2, Catalogs, anchor, opds1_type
from carepress.workspace.files import write_error
from carepress.workspace.project import INTERFACE_LANGUAGE, Project

MEDIA_TYPES = {".pdf": "application/pdf", ".epub": "application/epub+zip", ".ics": "text/calendar; charset=utf-8"}
COMPARED = StaticFiles()  # compares what an app has with a file: If-None-Match, If-Modified-Since
SIMPLE_RANGE = re.compile(r"bytes=\d+-\d*")
T = TypeVar("T")
YEARS = 10  # that a follow-up plan covers
REFUSALS = {405: "unanswered", 414: "long", 421: "host"}  # why: templates/desk/error.html.j2


@dataclass(frozen=True, slots=True)
class Settings:
    """The limits of the desk. `workers` processes build, `waiting` more pieces of work may wait for them; one may take
    `limit` seconds, and a browser waits `patience` seconds for it. With `ahead`, what is likely to be wanted next is made
    beforehand, while the workers have nothing to do.
    """

    workers: int = 2
    waiting: int = 24
    limit: float = 240.0
    patience: float = 90.0
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A finished file."""

    name: str
    data: bytes
    draft: bool


class MakingError(Exception):
    """A file could not be made; the message is that of the build, and the reason one of templates/desk/error.html.j2."""

    def __init__(self, message: str, reason: str = "failed") -> None:
        super().__init__(message)
        self.reason = reason


class Desk:
    """The endpoints."""

    def __init__(self, project: Project, store: Store, settings: Settings, lang: str | None, shelf: str) -> None:
        self.project, self.store, self.settings, self.shelf = project, store, settings, shelf
        self.pages = Pages(project, store.folder)
        self.lang = lang
        self.flights = Flights()
        jobs = tuple(Job(store.folder, name, "booklet", store.out) for name in store.languages[:4])
        warm = making.warm, (project, jobs)
        self.workers = Workers(settings.workers, settings.waiting, settings.limit, warm)
        build = partial(making.build_file, project)
        self.ahead = Ahead(
            self.workers.idle, self._missing, lambda: Worker(warm, self.private, LOWEST), build, settings.limit
        )
        self.expected: dict[tuple[str, str, str], Stock] = {}  # by hospital and languages
        # Sheets with dates are the same for every family; what is made for one is not kept.
        self.dated: Memory[File] = Memory(32, 32_000_000)
        self.pictures: Memory[making.Pictures] = Memory(64, 64_000_000)
        self.marks: Memory[making.Pictures] = Memory(256, 8_000_000)  # without their pages
        self.catalogs: tuple[str, Catalogs] = ("", Catalogs({}, {}))
        self.private = ""  # the folder of files with a date, which are removed at once
        self.files: dict[str, tuple[bytes, str]] = {}

    # --- pages ---

    async def home(self, request: Request) -> Response:
        """Return the first page: the hospitals, each with its languages. Raises ChoiceError and PublishError."""
        choice = self._choice(request)
        sites = await asyncio.to_thread(self.store.sites)
        return await self._html(request, "home", choice, sites=sites)

    async def choose(self, request: Request) -> Response:
        """Return what can be printed for a family. Raises ChoiceError, ProfileError and PublishError."""
        choice = self._choice(request)
        if not choice.lang:
            raise ChoiceError("nothing")
        staff = self._staff(request, choice)
        site, stock = await asyncio.to_thread(self._stock, choice, staff)
        self._expect_any(choice, staff, stock)
        found = stock.search(choice.q) if choice.q else None
        return await self._html(
            request, "choose", choice, site=site, stock=stock, found=found, today=date.today(), item=Item
        )

    async def make(self, request: Request) -> Response:
        """Return the page on which to print. Raises ChoiceError, ProfileError and PublishError."""
        choice, since = self._choice(request), self._since(request)
        values = await asyncio.to_thread(self._offer, choice, self._staff(request, choice))
        self._expect_ways(choice, values["printable"], values["both"])
        return await self._html(request, "make", choice, since=since, **values)

    def _offer(self, choice: Choice, staff: str) -> dict[str, Any]:
        """Return what the page says about a choice: whether and how it can be printed.

        Raises ChoiceError, ProfileError and PublishError.
        """
        with self.store.moment():
            site, paper = self.store.site(choice.hospital), self.store.paper(choice)
            values: dict[str, Any] = {"site": site, "paper": paper, "rows": [], "drafts": (), "printable": True}
            values |= {"shelf": "", "state": "", "empty_lines": (), "both": self.store.has_both(site, choice.lang)}
            if choice.kind == "plan":
                if not choice.ended:
                    raise ChoiceError("date")
                drafts = self.store.plan_drafts(choice)
                return values | {"drafts": drafts, "printable": not drafts or site.drafts}
            stock = self.store.stock(choice.hospital, choice.lang, staff, date.today())
            rows = [stock.row(item) for item in choice.what]
            task, pages = (self.store.task(one, date.today()) for one in (choice, _shown(choice)))
            shelf = "" if task.drafts or any(row.apart for row in rows) else self._shelf(choice, stock.book)
            own = {
                "rows": rows,
                "drafts": task.drafts,
                "printable": task.printable,
                "empty_lines": self.store.empty_lines(task, staff),
                "shelf": shelf,
                "state": _state(pages),
            }
            return values | own

    async def strip(self, request: Request) -> Response:
        """Return the pages of a file as pictures, once it is made; those that were not in `since` are marked.

        While the desk is busy, the answer is 503, and the browser asks again. Raises as `_pictures` does.
        """
        choice, since = self._choice(request), self.marks.get(self._since(request))
        try:
            state, pictures = await self._pictures(_shown(choice))
        except BusyError as busy:
            page = await self._html(
                request, "strip", choice, pictures=None, again=busy.seconds, image=image, state="", status=503
            )
            page.headers["Refresh"] = str(busy.seconds)
            page.headers["Retry-After"] = str(busy.seconds)
            return page
        changes = making.find_changes(pictures, since) if since else making.Changes()
        page = await self._html(
            request, "strip", choice, pictures=pictures, again=0, image=image, state=state, changes=changes
        )
        page.headers["Content-Security-Policy"] = STRIP_POLICY
        return page

    async def state(self, request: Request) -> Response:
        """Return the state of the pages of a choice: it is another one when they have to be made again.

        Raises ChoiceError, ProfileError and PublishError.
        """
        task = await asyncio.to_thread(self.store.task, _shown(self._choice(request)), date.today())
        return PlainTextResponse(_state(task))

    async def opds(self, request: Request) -> Response:
        """Return a catalog for e-readers, or a file in it: what has been built and is current, as on the shelf.

        Raises HTTPException for another path, BusyError, LostError and PublishError.
        """
        path = request.path_params["path"] or "opds.xml"
        hospitals, state = await asyncio.to_thread(self.store.catalog_state, date.today())
        if self.catalogs[0] != state:
            store, covers = self.store, Path(self.private) / "covers"

            async def make() -> Catalogs:
                args = self.project, store.out, store.folder, hospitals, date.today(), covers
                return await self.workers.call(making.make_catalogs, *args)

            self.catalogs = state, await self.flights.share(("catalogs", state), make, self.settings.patience)
        catalogs = self.catalogs[1]
        kind = MEDIA_TYPES.get(Path(path).suffix, "image/jpeg")
        if path in catalogs.feeds:
            kind = opds1_type(path) if path.endswith(".xml") else OPDS2
            return Response(catalogs.feeds[path], media_type=kind, headers={"Cache-Control": REVALIDATE})
        if not SIMPLE_RANGE.fullmatch(request.headers.get("range", "")):  # RFC 9110, 14.2: the whole file
            request.scope["headers"] = [pair for pair in request.scope["headers"] if pair[0] != b"range"]
        if path not in catalogs.files or not catalogs.files[path].is_file():
            raise HTTPException(404)
        headers = {"Cache-Control": REVALIDATE}
        if path.endswith(".pdf"):
            headers["Content-Security-Policy"] = PDF_POLICY
        file = catalogs.files[path]
        response = FileResponse(file, media_type=kind, headers=headers, stat_result=file.stat())
        if not COMPARED.is_not_modified(response.headers, request.headers):
            return response
        # What an app has keeps the headers of this answer (RFC 9111, 4.3.4).
        return Response(status_code=304, headers=headers | {"ETag": response.headers["ETag"]})

    async def file(self, request: Request) -> Response:
        """Return a finished file, for the browser to show or, with `save`, to save. Raises as `_file` does."""
        choice = self._choice(request)
        file = await self._file(choice)
        return _answer(file, choice, save=bool(request.query_params.get("save")))

    async def calendar(self, request: Request) -> Response:
        """Return the calendar of a follow-up plan. Raises as `_file` does."""
        choice = self._choice(request)
        if choice.kind != "plan" or not choice.ended:
            raise ChoiceError("date")
        return _answer((await self._printable_plan(choice))[1], choice, save=True)

    async def infobutton(self, request: Request) -> Response:
        """Answer an electronic record (HL7 Infobutton) with the handouts of `hospital`, or of the only one served.

        The answer to an incomplete request is a line of text, for a program. Raises ChoiceError for another hospital,
        ProfileError and PublishError.
        """
        query = {name: request.query_params.getlist(name) for name in request.query_params}
        sites = await asyncio.to_thread(self.store.sites)
        hospital = (query.pop("hospital", None) or [sites[0].id if len(sites) == 1 else GENERIC])[0]
        found = await asyncio.to_thread(self.store.topics, hospital, date.today())
        reply = answer(query, found, str(request.base_url), self.store.languages[0])
        # A page of the record loads JSONP as a script, from another site.
        headers = {"Cross-Origin-Resource-Policy": "cross-origin"} if "javascript" in reply.media_type else {}
        return Response(reply.data, reply.status, headers, reply.media_type)

    async def asset(self, request: Request) -> Response:
        """Return the style sheet, the icon or a font."""
        data, kind = self.files[request.scope["path"].rpartition("/")[2]]
        return Response(data, media_type=kind, headers={"Cache-Control": "max-age=3600"})

    async def health(self, _request: Request) -> Response:
        """Return “ok” while the desk can read its book and serve a hospital. Raises ProfileError and PublishError."""
        await asyncio.to_thread(self.store.check)
        return PlainTextResponse("ok\n")

    async def crowded(self, _request: Request) -> Response:
        """Ask a browser that is one too many to try again. Raises CrowdedError."""
        raise CrowdedError(IDLE)

    def _shelf(self, choice: Choice, book: str) -> str:
        """Return the address of a handout or a packet on the published shelf; “” for what is not on it."""
        if not self.shelf or choice.kind not in ("handout", "packet"):
            return ""
        own = {choice.kind: choice.what[0].id}
        return f"{self.shelf}#{anchor(choice.lang, choice.hospital, book, **own)}"

    def _since(self, request: Request) -> str:
        return read_since(request.query_params.get("since", "").strip())

    def _choice(self, request: Request) -> Choice:
        """Return the choices of a request. Raises ChoiceError."""
        choice = read_choice(request.query_params.multi_items())
        if choice.staff and choice.staff not in self.pages.languages:
            raise ChoiceError("unknown")
        return choice

    def _staff(self, request: Request, choice: Choice) -> str:
        """Return the language of the page: the one chosen, that of the command, or that of the browser."""
        accepted = ",".join(request.headers.getlist("accept-language"))
        return choice.staff or self.lang or self.pages.best_language(accepted)

    async def _html(self, request: Request, name: str, choice: Choice, status: int = 200, **values: Any) -> Response:
        """Return a page in the staff's language. Raises PublishError for a broken catalog of it."""
        lang, render = self._staff(request, choice), self.pages.render
        values |= {"choice": choice, "generic": GENERIC, "staff_lang": self.store.staff_language(lang)}
        values["framed"] = request.scope["path"].endswith("/pages")
        html = await asyncio.to_thread(render, name, lang, **values)
        return HTMLResponse(html, status)

    def _stock(self, choice: Choice, staff: str) -> tuple[Site, Stock]:
        """Return a hospital, and what it offers. Raises ChoiceError, ProfileError and PublishError."""
        with self.store.moment():
            site = self.store.site(choice.hospital)
            return site, self.store.stock(choice.hospital, choice.lang, staff, date.today())

    # --- what is likely to be wanted next ---

    def _expect_any(self, choice: Choice, staff: str, stock: Stock) -> None:
        """Make the pages of all packets and handouts of a stock beforehand, unless that has begun for this stock."""
        key = choice.hospital, choice.lang, self.store.staff_language(staff)
        if self.settings.ahead and self.expected.get(key) is not stock:
            self.expected[key] = stock
            rows = *stock.packets, *stock.handouts
            self.ahead.want(
                Choice(hospital=choice.hospital, lang=choice.lang, what=(row.item,), how="single") for row in rows
            )

    def _expect_ways(self, choice: Choice, printable: bool, both: bool) -> None:
        """Make beforehand what can be asked for on the page of a choice: the file to print, and other ways."""
        if self.settings.ahead and choice.kind in ("handout", "packet"):
            own = Choice(
                hospital=choice.hospital, lang=choice.lang, what=choice.what, how=choice.how, paper=choice.paper
            )
            other = ("large", "two") if both else ("large",)
            self.ahead.want((*(own,) * printable, *(replace(own, how=way) for way in other)))

    async def expect_first(self) -> None:
        """Make the pages of all handouts beforehand if the desk serves only one hospital."""
        if not self.settings.ahead:
            return
        with suppress(ChoiceError, ProfileError, PublishError, OSError):  # reported when it is chosen
            sites = await asyncio.to_thread(self.store.sites)
            for lang in reversed(sites[0].languages) if len(sites) == 1 else ():  # the last wish comes first
                choice = Choice(hospital=sites[0].id, lang=lang)
                self._expect_any(choice, lang, (await asyncio.to_thread(self._stock, choice, lang))[1])

    def _missing(self, choice: Choice) -> Job | None:
        """Return the job of a choice; None if its file is there, or if it cannot be made."""
        try:
            task = self.store.task(choice, date.today())
        except (ChoiceError, ProfileError, PublishError, OSError):
            return None
        return None if find_result(task.digest, task.job) else task.job

    # --- files ---

    async def _file(self, choice: Choice) -> File:
        """Return the file of a choice.

        Raises ChoiceError, also for a draft that the hospital does not print, ProfileError, PublishError, BusyError,
        LostError, and MakingError, also for words that do not fit on their page.
        """
        if choice.kind == "plan":
            return (await self._printable_plan(choice))[0]
        task = await asyncio.to_thread(self.store.task, choice, date.today())
        if not task.printable:
            raise ChoiceError("draft")
        file = await self._built(task)
        if file.draft and not task.drafts:
            raise MakingError("", "layout")
        return file

    async def _pictures(self, choice: Choice) -> tuple[str, making.Pictures]:
        """Return the pages of a file, also of a draft, with their state; a plan has none.

        Raises ChoiceError, ProfileError, PublishError, BusyError, LostError and MakingError.
        """
        if choice.kind == "plan":
            return "", await self.workers.call(making.draw, (await self._plan(choice))[0].data)
        task = await asyncio.to_thread(self.store.task, choice, date.today())
        state = _state(task)
        if (known := self.pictures.get(task.digest)) is None:
            data = (await self._built(task)).data

            async def draw() -> making.Pictures:
                return await self.workers.call(making.draw, data)

            known = await self.flights.share(("draw", task.digest), draw, self.settings.patience)
            self.pictures.keep(task.digest, known, sum(map(len, known.pages)))
        self.marks.keep(state, replace(known, pages=()), sum(mark.bytes for mark in known.marks))
        return state, known

    async def _built(self, task: Task) -> File:
        """Return the file of a task, from the build folder if its inputs have not changed.

        Raises BusyError, LostError, MakingError and OSError.
        """
        if task.job.weeks:
            return await self._dated(task)
        if made := await asyncio.to_thread(find_result, task.digest, task.job):
            assert made.path
            return await asyncio.to_thread(_read, made.path)
        return await self.flights.share(task.digest, lambda: self._run(task.job), self.settings.patience)

    async def _dated(self, task: Task) -> File:
        """Return sheets with dates: from memory, or made in a temporary folder. Raises as `_built` does."""
        if (kept := self.dated.get(task.digest)) is None:
            kept = await self._private(task.digest, lambda folder: self._run(replace(task.job, out=folder)))
            self.dated.keep(task.digest, kept, len(kept.data))
        return kept

    async def _run(self, job: Job) -> File:
        """Build a file in a worker. Raises BusyError, LostError, MakingError and OSError."""
        result = await self.workers.call(making.build_file, self.project, job)
        if result.path is None:
            raise MakingError(result.error or "; ".join(problem.message for problem in result.problems))
        return await asyncio.to_thread(_read, result.path)

    async def _printable_plan(self, choice: Choice) -> tuple[File, File]:
        """Return a follow-up plan and its calendar. Raises ChoiceError for a draft that the hospital does not print."""
        plan = await self._plan(choice)
        if plan[0].draft and not (await asyncio.to_thread(self.store.site, choice.hospital)).drafts:
            raise ChoiceError("draft")
        return plan

    async def _plan(self, choice: Choice) -> tuple[File, File]:
        """Return a follow-up plan and its calendar.

        Raises ChoiceError, ProfileError, PublishError, BusyError, LostError and MakingError.
        """
        await asyncio.to_thread(self.store.plan_drafts, choice)  # whether there is one
        if not choice.ended:
            raise ChoiceError("unknown")
        ended = choice.ended

        async def run(folder: Path) -> tuple[File, File]:
            hospital = None if choice.hospital == GENERIC else choice.hospital
            paper = PAPERS[self.store.paper(choice)]
            order = Order(str(self.store.folder), choice.lang, paper, folder, hospital)
            delivery = await self.workers.call(making.build_plan, self.project, order, ended, YEARS)
            if not delivery.paths:
                raise MakingError("; ".join(problem.message for problem in delivery.problems))
            pdf, calendar = map(_read, delivery.paths)
            return pdf, calendar

        return await self._private(("plan", choice), run)

    async def _private(self, key: object, run: Callable[[Path], Awaitable[T]]) -> T:
        """Return what `run` makes in a temporary folder, which is then removed.

        Raises BusyError and OSError, and what `run` raises.
        """

        async def make() -> T:
            with tempfile.TemporaryDirectory(dir=self.private, ignore_cleanup_errors=True) as folder:
                return await run(Path(folder))

        return await self.flights.share(key, make, self.settings.patience)

    # --- errors ---

    async def on_error(self, request: Request, error: Exception) -> Response:
        """Return the page for an error. It repeats nothing of the query."""
        status, reason, detail = 500, "failed", ""
        headers: Mapping[str, str] = {}
        if isinstance(error, ChoiceError):
            status, reason = (403 if error.reason == "draft" else 400), error.reason
        elif isinstance(error, BusyError):
            status, reason, headers = 503, error.reason, {"Retry-After": str(error.seconds)}
        elif isinstance(error, HTTPException):
            status, reason, headers = error.status_code, REFUSALS.get(error.status_code, "lost"), error.headers or {}
        elif isinstance(error, (MakingError, PublishError, ProfileError)):
            detail, reason = str(error), getattr(error, "reason", reason)
        elif isinstance(error, OSError):
            detail = str(PublishError(self.store.out, None, *write_error(error, "--out")))
        elif not isinstance(error, LostError):
            _log(error)
        seconds = error.seconds if isinstance(error, BusyError) else 0
        try:
            choice = self._choice(request)
        except ChoiceError:
            choice = Choice(staff=self._named(request.query_params.getlist("staff")))
        kept = Choice(staff=choice.staff, hospital=choice.hospital, lang=choice.lang)
        if reason == "unknown" or isinstance(error, ProfileError):  # “Start again” leads to the first page
            kept = Choice(staff=choice.staff)
        values = {"reason": reason, "detail": detail, "seconds": seconds}
        try:
            page = await self._html(request, "error", kept, status=status, **values)
        except PublishError as broken:  # the catalog of the staff's language
            english = replace(kept, staff=INTERFACE_LANGUAGE)
            page = await self._html(request, "error", english, status=500, **values | {"detail": detail or str(broken)})
        page.headers.update(headers)
        return page

    def _named(self, values: Collection[str]) -> str:
        """Return the language that a refused query names for the page; “” if it names none, or several."""
        named = {*values} & {*self.pages.languages}
        return named.pop() if len(named) == 1 else ""

    async def refuse(self, scope: Scope, status: int) -> Response:
        """Return the page for a request that the guard refuses."""
        headers = {"Allow": "GET, HEAD"} if status == 405 else None
        return await self.on_error(Request(scope), HTTPException(status, headers=headers))

    def malformed(self, head: bytes) -> bytes:
        """Return the page for a request that is not HTTP, or whose headers are too long, of which `head` can be read."""
        accepted = re.search(rb"\naccept-language:([^\r\n]*)", head, re.I)
        query = re.match(rb"\S+ [^\s?]*\?(\S*) ", head)
        lang = self._named(parse_qs(query[1].decode("latin-1")).get("staff", ()) if query else ())
        lang = lang or self.lang or self.pages.best_language(accepted[1].decode("latin-1") if accepted else "")
        values = {"reason": "unanswered", "detail": "", "seconds": 0, "choice": Choice(), "generic": GENERIC}
        try:
            return self.pages.render("error", lang, framed=False, **values).encode()
        except PublishError:  # the catalog of that language; the pages themselves report it
            return self.pages.render("error", INTERFACE_LANGUAGE, framed=False, **values).encode()


def _shown(choice: Choice) -> Choice:
    """Return the choice whose pages are looked at: folded sheets have those of single pages, in another order.

    Raises ChoiceError for an e-book, which has no pages.
    """
    if choice.how == "phone" and choice.kind in ("handout", "packet"):
        raise ChoiceError("unknown")
    return replace(choice, how="single") if choice.how == "fold" else choice


def _state(task: Task) -> str:
    """Return a name of the pages of a task, for the query."""
    return task.digest[:16]


def _read(path: Path) -> File:
    return File(path.name, path.read_bytes(), path.stem.endswith("-draft"))


def _answer(file: File, choice: Choice, save: bool) -> Response:
    """Return a file as an answer that no cache keeps, if it has a date."""
    suffix = Path(file.name).suffix
    # The plan of a family has no name that could be searched for.
    disposition = "attachment" if save or suffix != ".pdf" else "inline"
    headers = {
        "Content-Disposition": f'{disposition}; filename="{_plain_name(file.name)}"',
        "Cache-Control": NO_STORE if choice.dated else REVALIDATE,
    }
    if suffix == ".pdf":
        headers["Content-Security-Policy"] = PDF_POLICY
    return Response(file.data, media_type=MEDIA_TYPES[suffix], headers=headers)


def _plain_name(name: str) -> str:
    """Return the name of a file as a header can have it."""
    return "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\' else "_" for letter in name
    )


def _log(error: Exception) -> None:
    """Report an unexpected error by its kind and place; its message could repeat what was typed."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
    print(f"{where}: internal error ({type(error).__name__}): please report it", file=sys.stderr, flush=True)


def make_app(
    project: Project,
    folder: Path,
    out: Path,
    hosts: Collection[str],
    lang: str | None = None,
    hospitals: tuple[str, ...] = (),
    shelf: str = "",
    settings: Settings | None = None,
) -> Guard:
    """Return the application for a book whose files are built into `out`. Raises PublishError for a broken book.

    `shelf` is the address where the shelf is published, or “”.
    """
    desk = Desk(project, Store(project, folder, out, hospitals), settings or Settings(), lang, shelf)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        with tempfile.TemporaryDirectory(prefix="carepress-desk-", ignore_cleanup_errors=True) as private:
            desk.private = private
            desk.workers.start(private)
            desk.files = {f"{face}.woff2": (data, "font/woff2") for face, data in fonts().items()}
            desk.files |= {
                "desk.css": (style_sheet(project), "text/css"),
                "refresh.js": ((project.templates / "desk" / "refresh.js").read_bytes(), "text/javascript"),
                "icon.svg": ((project.templates / "preview" / "icon.svg").read_bytes(), "image/svg+xml"),
            }
            first = asyncio.ensure_future(desk.expect_first())
            try:
                yield
            finally:
                first.cancel()
                await desk.ahead.stop()
                await desk.flights.finish(desk.settings.limit)
                desk.workers.stop()

    assets = ("desk.css", "refresh.js", "icon.svg", *(f"{face}.woff2" for face in FONTS))
    routes = [
        Route("/", desk.home),
        Route("/choose", desk.choose),
        Route("/make", desk.make),
        Route("/pages", desk.strip),
        Route("/state", desk.state),
        Route("/file", desk.file),
        Route("/calendar", desk.calendar),
        Route("/infobutton", desk.infobutton),
        Route("/opds", lambda _request: RedirectResponse("opds/")),
        Route("/opds/{path:path}", desk.opds),
        Route("/healthz", desk.health),
        Route("/crowded", desk.crowded),
        *(Route(f"/{name}", desk.asset) for name in assets),
    ]
    kinds = (ChoiceError, BusyError, LostError, MakingError, ProfileError, PublishError, HTTPException, OSError)
    app = Starlette(
        routes=routes, lifespan=lifespan, exception_handlers=dict.fromkeys((*kinds, Exception), desk.on_error)
    )
    app.router.redirect_slashes = False  # to an absolute address, which is wrong behind some proxies
    return Guard(app, hosts, desk.refuse, desk.malformed)
