"""What the workers of the desk do: build a file or a plan as the commands do, and draw its pages."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Collection, Sequence
from ctypes import c_uint
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pypdfium2
from pypdfium2 import raw

from carepress.build.book_cache import localize_once
from carepress.build.run import build_all, unchanged_results
from carepress.model import Job, PublishError, Result, Selection
from carepress.planner.make import Delivery, Order, make_planner
from carepress.shelf import Catalogs, read_catalogs
from carepress.text.language_file import bind_languages
from carepress.workspace.files import write_error
from carepress.workspace.fingerprint import Inputs
from carepress.workspace.project import Project

# On the last page; it changes with every other page. A telephone number has no letter.
CONTENT_CODE = re.compile(r"\b(?=\d*[a-f])[0-9a-f]{12}\b")
PICTURE = 620  # height of a page's picture in pixels
PICTURES = 64  # pages that are shown; a packet of four handouts with sheets has fewer


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, and its color as red, green, blue and alpha."""

    text: str
    color: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a page is recognized by: its size in points, its lines, and the digest of a picture of it without them."""

    size: tuple[float, float]
    lines: tuple[Line, ...]
    drawing: str

    @property
    def bytes(self) -> int:
        """About how much memory it takes."""
        return 500 + sum(300 + len(line.text) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Pictures:
    """The first pages of a file as JPEG, a mark for each, and how many pages it has."""

    pages: tuple[bytes, ...]
    marks: tuple[Mark, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Changes:
    """The indexes of the pages that changed by themselves; the lines, such as “Draft”, that most pages gained or lost; and
    how many pages an earlier version had, 0 if as many as now.
    """

    pages: frozenset[int] = frozenset()
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    earlier: int = 0

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the pages, from 1."""
        return tuple(index + 1 for index in sorted(self.pages))


def find_changes(now: Pictures, before: Pictures) -> Changes:
    """Return what differs from an earlier version. Only pages of the same size are compared by what is drawn there."""
    gained, lost = _only_there(now.marks, before.marks), _only_there(before.marks, now.marks)
    sizes = {mark.size for mark in before.marks}

    def own(mark: Mark) -> tuple[str, object]:
        lines = [line for line in mark.lines if line not in gained | lost]
        look = mark.size, frozenset(line.color for line in lines), mark.drawing
        return CONTENT_CODE.sub("", " ".join(line.text for line in lines)), look if mark.size in sizes else None

    known = {own(mark) for mark in before.marks}
    known |= {(words, None) for words, _look in known}
    pages = frozenset(index for index, mark in enumerate(now.marks) if own(mark) not in known)
    earlier = before.total if before.total != now.total else 0
    return Changes(pages, _texts(gained, now.marks, lost), _texts(lost, before.marks, gained), earlier)


def _only_there(marks: Sequence[Mark], others: Sequence[Mark]) -> set[Line]:
    """Return the lines that most pages have and none of the others has; not those that only have another color there."""
    elsewhere = {line for mark in others for line in mark.lines}
    recolored = {line.text for line in _running_lines(others)}
    return {line for line in _running_lines(marks) - elsewhere if line.text not in recolored}


def _running_lines(marks: Sequence[Mark]) -> set[Line]:
    """Return the lines that most pages have, but not only one."""
    counts = Counter(line for mark in marks for line in dict.fromkeys(mark.lines))
    return {line for line, count in counts.items() if count > max(1, len(marks) / 2)}


def _texts(lines: Collection[Line], marks: Sequence[Mark], others: Collection[Line]) -> tuple[str, ...]:
    """Return the texts of lines, in the order of their first places; not those whose words are part of the others."""
    texts = dict.fromkeys(line.text for mark in marks for line in mark.lines if line in lines)
    return tuple(text for text in texts if not any(f" {text} " in f" {other.text} " for other in others))


def warm(project: Project, jobs: tuple[Job, ...]) -> None:
    """Load the libraries, the fonts and the books, so that the first click need not wait for them."""
    from carepress.build.pipeline import render_context, typeset_cover
    from carepress.pdf.write import LayoutError

    bind_languages(project.language_file, project.shown)
    inputs = Inputs(project)
    for job in jobs:
        try:
            localized = localize_once(inputs, job)
            if job is jobs[0]:
                first = replace(job, selection=next((Selection(item.id) for item in localized.book.handouts), None))
                typeset_cover(first, render_context(project, first, localize_once(inputs, first)))
        except (PublishError, LayoutError, OSError):  # reported when it is chosen
            continue


def build_file(project: Project, job: Job) -> Result:
    """Build a file as `publish.py build` does, unless it is there.

    The server may have looked for it in vain: if its code was updated since it started, that of new workers is another.
    """
    try:
        return (unchanged_results(project, [job]) or list(build_all(project, [job])))[0]
    except OSError as error:
        return Result(job, None, error=str(PublishError(error.filename or job.out, None, *write_error(error, "--out"))))


def build_plan(project: Project, order: Order, ended: date, years: int) -> Delivery:
    """Make a follow-up plan as `publish.py planner` does. Raises PublishError."""
    bind_languages(project.language_file, project.shown)
    return make_planner(project, order, None, ended, years)


def make_catalogs(project: Project, out: Path, book: Path, hospitals: tuple[str, ...], on: date, to: Path) -> Catalogs:
    """Make the catalogs for e-readers as `publish.py shelf` does, with their covers in `to`, not in the build folder."""
    bind_languages(project.language_file, project.shown)
    return read_catalogs(project, out, project.shown(out), on, str(book), hospitals, to)


def draw(pdf: bytes | Path) -> Pictures:
    """Draw the first pages of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        shown = [document[number] for number in range(min(len(document), PICTURES))]
        pages = tuple(map(_jpeg, shown))
        return Pictures(pages, tuple(map(_mark, shown)), len(document))
    finally:
        document.close()


def _mark(page: pypdfium2.PdfPage) -> Mark:
    """Return the mark of a page, and remove its text."""
    text = page.get_textpage()
    objects = list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], textpage=text))
    lines = tuple(Line(words, _color(one)) for one in objects if (words := " ".join(one.extract().split())))
    for one in objects:
        page.remove_obj(one)
    width, height = page.get_size()
    return Mark((round(width, 1), round(height, 1)), lines, sha256(_render(page).buffer).hexdigest())


def _color(text: pypdfium2.PdfTextObj) -> tuple[int, ...]:
    color = [c_uint() for _channel in "rgba"]
    raw.FPDFPageObj_GetFillColor(text, *color)
    return tuple(channel.value for channel in color)


def _jpeg(page: pypdfium2.PdfPage) -> bytes:
    data = io.BytesIO()
    _render(page).to_pil().convert("RGB").save(data, "JPEG", quality=82)
    return data.getvalue()


def _render(page: pypdfium2.PdfPage) -> pypdfium2.PdfBitmap:
    return page.render(scale=PICTURE / page.get_height())
