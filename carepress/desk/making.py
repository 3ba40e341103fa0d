"""What the workers of the desk do: build a file or a plan as the commands do, and draw its pages."""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pypdfium2

from carepress.build.book_cache import localize_once
from carepress.build.run import build_all, unchanged_results
from carepress.model import Job, PublishError, Result, Selection
from carepress.planner.make import Delivery, Order, make_planner
from carepress.shelf import Catalogs, read_catalogs
from carepress.text.language_file import bind_languages
from carepress.workspace.files import write_error
from carepress.workspace.fingerprint import Inputs
from carepress.workspace.project import Project

PICTURE = 620  # height of a page's picture in pixels
PICTURES = 24  # pages that are shown; a handout has at most as many


@dataclass(frozen=True, slots=True)
class Mark:
    """What a page looks like and what it says, as digests, and its size in points."""

    size: tuple[float, float]
    picture: str
    words: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """The first pages of a file as JPEG, a mark for each, and how many pages it has."""

    pages: tuple[bytes, ...]
    marks: tuple[Mark, ...]
    total: int


def changed_pages(now: Collection[Mark], before: Collection[Mark]) -> frozenset[int]:
    """Return the indexes of the pages that an earlier version did not have.

    Pages of another size are compared by their words.
    """
    sizes, pictures, words = ({getattr(mark, name) for mark in before} for name in ("size", "picture", "words"))
    return frozenset(
        index
        for index, mark in enumerate(now)
        if (mark.picture not in pictures if mark.size in sizes else mark.words not in words)
    )


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
        return Pictures(pages, tuple(map(_mark, shown, pages)), len(document))
    finally:
        document.close()


def _mark(page: pypdfium2.PdfPage, picture: bytes) -> Mark:
    width, height = page.get_size()
    words = " ".join(page.get_textpage().get_text_range().split())
    return Mark((round(width, 1), round(height, 1)), sha256(picture).hexdigest(), sha256(words.encode()).hexdigest())


def _jpeg(page: pypdfium2.PdfPage) -> bytes:
    data = io.BytesIO()
    picture = page.render(scale=PICTURE / page.get_height()).to_pil().convert("RGB")
    picture.save(data, "JPEG", quality=82)
    return data.getvalue()
