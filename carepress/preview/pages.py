"""Typeset one section of the booklet: its real pages as pictures, and the place of each passage.

The section is typeset without the rest of the book. Two things replace the rest: the number of its first page, and an
empty page for each link target outside it, with the page number of that target in the last build. References then show
the numbers that a reader will see.
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
from carepress.workspace.pdf_file import open_pdf
from carepress.workspace.project import Project

WIDTH = 1000  # of a page's picture, in pixels: sharp on a high-resolution screen at a third of its width
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
        """A short digest of the document."""
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
    """Return the page number of every link target in the newest booklet that was built; empty without one."""
    job = Job(Path(snapshot.source.folder), snapshot.lang, "booklet", project.root / "build")
    built = [path for draft in (False, True) if (path := output_path(job, snapshot.source, draft)).is_file()]
    if not built:
        return {}
    newest = max(built, key=lambda path: path.stat().st_mtime_ns)
    return _addresses(newest, newest.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _addresses(path: Path, _changed: int) -> Mapping[str, int]:
    try:
        with open_pdf(path) as pdf:
            numbers: dict[object, int] = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
            names = pikepdf.NameTree(pdf.Root.Names.Dests)
            return {str(name): numbers[target[0].objgen] for name, target in names.items()}
    except (OSError, pikepdf.PdfError, AttributeError, KeyError):
        return {}


def section_galley(project: Project, snapshot: Snapshot, section: PreviewSection, numbers: Mapping[str, int]) -> Galley:
    """Render a section as a separate document. Raises whatever its templates raise."""
    context = RenderContext(
        snapshot.book,
        project.templates,
        snapshot.interface,
        draft=snapshot.draft,
    )
    environment = make_environment(context)
    environment.globals |= {"section": section, "text": _marking(section, environment.globals["text"])}
    html = print_page("preview/section.html.j2", environment, EDITIONS["booklet"], A5, project.templates)
    additions = _first_page_style(numbers.get(section.anchor, 1)) + _placeholder_pages(html, numbers)
    return Galley(html.replace("</body>", additions + "</body>"), snapshot.source.revised)


def _marking(section: PreviewSection, text: Any) -> Any:
    """Return the templates' `text`, wrapped to add the id of each passage to its HTML."""
    ids = {passage.key: passage.id for passage in section.passages}

    def marked(segment: Segment) -> Markup:
        name = ids.get((segment.path, segment.line, segment.kind, segment.source))
        html: Markup = text(segment)
        return Markup('<span data-passage="{}">{}</span>').format(name, html) if name else html

    return marked


def _first_page_style(number: int) -> str:
    """Return the style that gives the first page its number and side in the booklet."""
    side = "right" if number % 2 else "left"
    return f"<style>html{{break-before:{side}}}@page :first{{counter-reset:page {number}}}</style>"


def _placeholder_pages(html: str, numbers: Mapping[str, int]) -> str:
    """Return an empty page for each link target outside the document."""
    local = set(re.findall(r'\sid="([^"]+)"', html))
    wanted = {name: numbers.get(name, 0) for name in re.findall(r'\shref="#([^"]+)"', html) if name not in local}
    rules = "".join(f"@page ghost-{number}{{counter-reset:page {number}}}" for number in set(wanted.values()))
    pages = (
        f'<div class="ghost" id="{name}" style="page:ghost-{number};break-before:page"></div>'
        for name, number in wanted.items()
    )
    return f"<style>{rules}</style>{''.join(pages)}"


# --- The typesetter: a separate process, so the text never waits for a page -------------------


def typeset(galley: Galley) -> Typeset:
    """Lay out a document, write its PDF and draw its pages. Raises LayoutError."""
    started = time.perf_counter()
    document = lay_out(galley.html)
    pages = [page for page in document.pages if not _is_ghost(page_box(page))]
    spots: dict[str, list[Spot]] = {}
    for number, page in enumerate(pages):
        for name, box in _lines(page_box(page), None):
            spot = Spot(number, *_fractions(box, page.width, page.height))
            spots.setdefault(name, []).append(spot)
    pdf = pypdfium2.PdfDocument(write_pdf(document, galley.revised))
    pictures = tuple(_picture(pdf[number]) for number in range(len(pages)))
    joined = {name: tuple(_joined(pieces)) for name, pieces in spots.items()}
    return Typeset(galley.key, pictures, joined, time.perf_counter() - started)


def _is_ghost(box: Any) -> bool:
    return any(child.element is not None and child.element.get("class") == "ghost" for child in box.descendants())


def _lines(box: Any, name: str | None) -> Iterator[tuple[str, Any]]:
    """Yield each visible line of text, with the passage it belongs to."""
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
    """Join the pieces of a line: a link or a strong word splits it into three."""
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
        threading.Thread(target=_exit_after, args=(parent,), daemon=True).start()
    lay_out("<p>")


def _exit_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(0)


class TypesetWorker:
    """A worker process that typesets galleys one at a time, with a cache of the last ones."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._cached: OrderedDict[str, Typeset] = OrderedDict()
        self.lock = asyncio.Lock()

    def start(self) -> None:
        """Start the worker process, without waiting for it."""
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_start_worker)
            self._pool.submit(os.getpid)

    def stop(self) -> None:
        """End the worker process, without waiting for it."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    async def typeset(self, galley: Galley) -> Typeset:
        """Return the pages of a galley, cached or newly typeset. Raises LayoutError."""
        if galley.key not in self._cached:
            try:
                made = await self._run(galley)
            except BrokenProcessPool:
                self.stop()
                made = await self._run(galley)
            self._cached[made.key] = made
        self._cached.move_to_end(galley.key)
        while len(self._cached) > CACHED_SECTIONS:
            self._cached.popitem(last=False)
        return self._cached[galley.key]

    async def _run(self, galley: Galley) -> Typeset:
        self.start()
        assert self._pool is not None
        return await asyncio.get_running_loop().run_in_executor(self._pool, typeset, galley)

    def picture(self, key: str, number: int) -> bytes | None:
        """Return the cached picture of a page (from 0)."""
        made = self._cached.get(key)
        return made.pictures[number] if made and 0 <= number < len(made.pictures) else None
