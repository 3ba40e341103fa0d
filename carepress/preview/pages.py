"""One section of the booklet, typeset alone: the real pages as pictures, and the place of each passage.

The section is cut out of the book, so two things are given to it that it would have there: the number of
its first page, and an empty page for each address outside it, with the number that address has in the last
build. References then print the numbers that a reader will see.
"""

from __future__ import annotations

import asyncio
import io
import multiprocessing
import os
import re
import signal
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from markupsafe import Markup

from carepress.model import A5, EDITIONS, Job, Segment
from carepress.pages.environment import RenderContext, make_environment
from carepress.pages.render import print_page
from carepress.pdf.boxes import is_text
from carepress.pdf.weasyprint_patches import page_box
from carepress.pdf.write import lay_out, write_pdf
from carepress.preview.state import PreviewSection, Snapshot
from carepress.workspace.outputs import output_path
from carepress.workspace.project import Project

WIDTH = 1000  # of a page's picture in pixels: sharp on a dense screen in a third of its width
CACHED_SECTIONS = 6  # sections with cached pictures, some 3 MB each


@dataclass(frozen=True, slots=True)
class Spot:
    """A line of a passage on a page (from 0), as fractions of the page's width and height."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Galley:
    """The input of the typesetter: an HTML document and its date."""

    html: str
    revised: date

    @property
    def key(self) -> str:
        return sha256(self.html.encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Typeset:
    """The pages of a section as PNG pictures, and the lines of each passage."""

    key: str
    pictures: tuple[bytes, ...]
    spots: Mapping[str, tuple[Spot, ...]]
    seconds: float


# --- The document ----------------------------------------------------------------------------


def page_numbers(project: Project, snapshot: Snapshot) -> Mapping[str, int]:
    """Return the page of every address in the newest booklet of the last build; nothing without one."""
    job = Job(Path(snapshot.source.folder), snapshot.lang, "booklet", project.root / "build")
    built = [path for draft in (False, True) if (path := output_path(job, snapshot.source.id, draft)).is_file()]
    if not built:
        return {}
    newest = max(built, key=lambda path: path.stat().st_mtime_ns)
    return _addresses(newest, newest.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _addresses(path: Path, _changed: int) -> Mapping[str, int]:
    try:
        with pikepdf.open(path) as pdf:
            numbers: dict[object, int] = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
            names = pikepdf.NameTree(pdf.Root.Names.Dests)
            return {str(name): numbers[target[0].objgen] for name, target in names.items()}
    except (OSError, pikepdf.PdfError, AttributeError, KeyError):
        return {}


def section_galley(project: Project, snapshot: Snapshot, section: PreviewSection, numbers: Mapping[str, int]) -> Galley:
    """Render a section as a document of its own. Raises what templates raise."""
    context = RenderContext(
        snapshot.book,
        project.templates,
        snapshot.interface.gettext,
        snapshot.interface.ngettext,
        draft=snapshot.draft,
    )
    environment = make_environment(context)
    environment.globals |= {"section": section, "text": _marking(section, environment.globals["text"])}
    html = print_page("preview/section.html.j2", environment, EDITIONS["booklet"], A5, project.templates)
    more = _opening(numbers.get(section.anchor, 1)) + _elsewhere(html, numbers)
    return Galley(html.replace("</body>", more + "</body>"), snapshot.source.revised)


def _marking(section: PreviewSection, text: Any) -> Any:
    """Return the templates' `text`, wrapped to add the id of each passage to its HTML."""
    ids = {passage.key: passage.id for passage in section.passages}

    def marked(segment: Segment) -> Markup:
        name = ids.get((segment.path, segment.line, segment.kind, segment.source))
        html: Markup = text(segment)
        return Markup('<span data-passage="{}">{}</span>').format(name, html) if name else html

    return marked


def _opening(number: int) -> str:
    """Return the style that gives the first page its number and side in the booklet."""
    side = "right" if number % 2 else "left"
    return f"<style>html{{break-before:{side}}}@page :first{{counter-reset:page {number}}}</style>"


def _elsewhere(html: str, numbers: Mapping[str, int]) -> str:
    """Return an empty page for each link target outside the document."""
    here = set(re.findall(r'\sid="([^"]+)"', html))
    wanted = {name: numbers.get(name, 0) for name in re.findall(r'\shref="#([^"]+)"', html) if name not in here}
    rules = "".join(f"@page ghost-{number}{{counter-reset:page {number}}}" for number in set(wanted.values()))
    pages = (
        f'<div class="ghost" id="{name}" style="page:ghost-{number};break-before:page"></div>'
        for name, number in wanted.items()
    )
    return f"<style>{rules}</style>{''.join(pages)}"


# --- The typesetter: a process of its own, so that the text never waits for a page -----------


def typeset(galley: Galley) -> Typeset:
    """Lay out a document, write its PDF and draw its pages. Raises LayoutError."""
    started = time.perf_counter()
    document = lay_out(galley.html)
    own = [page for page in document.pages if not _is_ghost(page_box(page))]
    spots: dict[str, list[Spot]] = {}
    for number, page in enumerate(own):
        for name, box in _lines(page_box(page), None):
            spot = Spot(number, *_fractions(box, page.width, page.height))
            spots.setdefault(name, []).append(spot)
    pdf = pypdfium2.PdfDocument(write_pdf(document, galley.revised))
    pictures = tuple(_picture(pdf[number]) for number in range(len(own)))
    joined = {name: tuple(_joined(found)) for name, found in spots.items()}
    return Typeset(galley.key, pictures, joined, time.perf_counter() - started)


def _is_ghost(box: Any) -> bool:
    return any(child.element is not None and child.element.get("class") == "ghost" for child in box.descendants())


def _lines(box: Any, name: str | None) -> Iterator[tuple[str, Any]]:
    """Yield each line of text that can be seen, with the passage that it belongs to."""
    if box.element is not None:
        if "unseen" in box.element.get("class", "").split():
            return
        name = box.element.get("data-passage") or name
    if name and is_text(box):
        yield name, box
    for child in getattr(box, "children", ()):
        yield from _lines(child, name)


def _fractions(box: Any, width: float, height: float) -> tuple[float, float, float, float]:
    return (
        round(box.position_x / width, 4),
        round(box.position_y / height, 4),
        round(box.width / width, 4),
        round(box.margin_height() / height, 4),
    )


def _joined(spots: list[Spot]) -> Iterator[Spot]:
    """Join the pieces of a line: a link or a strong word makes three of it."""
    lines: dict[tuple[int, int], list[Spot]] = {}
    for spot in spots:
        lines.setdefault((spot.page, round((spot.y + spot.height / 2) * 400)), []).append(spot)
    for (page, _line), pieces in lines.items():
        x, y = min(piece.x for piece in pieces), min(piece.y for piece in pieces)
        right = max(piece.x + piece.width for piece in pieces)
        foot = max(piece.y + piece.height for piece in pieces)
        yield Spot(page, x, y, round(right - x, 4), round(foot - y, 4))


def _picture(page: Any) -> bytes:
    data = io.BytesIO()
    picture = page.render(scale=WIDTH / page.get_width()).to_pil().convert("RGB")
    picture.save(data, "PNG", compress_level=1)
    return data.getvalue()


def _start_worker() -> None:
    """Ignore Ctrl-C, exit with the server, and load WeasyPrint before the first request."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()

    lay_out("<p>")


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(0)


class Press:
    """Typeset galleys one at a time in a worker process, and cache the last ones."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._made: OrderedDict[str, Typeset] = OrderedDict()
        self.lock = asyncio.Lock()

    def start(self) -> None:
        """Start the worker process, without waiting for it."""
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_start_worker)
            self._pool.submit(os.getpid)

    def stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    async def typeset(self, galley: Galley) -> Typeset:
        """Return the pages of a galley, cached or newly typeset. Raises LayoutError."""
        if galley.key not in self._made:
            try:
                made = await self._run(galley)
            except BrokenProcessPool:
                self.stop()
                made = await self._run(galley)
            self._made[made.key] = made
        self._made.move_to_end(galley.key)
        while len(self._made) > CACHED_SECTIONS:
            self._made.popitem(last=False)
        return self._made[galley.key]

    async def _run(self, galley: Galley) -> Typeset:
        self.start()
        assert self._pool is not None
        return await asyncio.get_running_loop().run_in_executor(self._pool, typeset, galley)

    def picture(self, key: str, number: int) -> bytes | None:
        """Return the cached picture of a page (from 0)."""
        made = self._made.get(key)
        return made.pictures[number] if made and 0 <= number < len(made.pictures) else None
