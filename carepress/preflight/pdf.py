"""Checks of a finished PDF file: fonts, links, bookmarks, language, title, pages and size."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf

from carepress.model import Problem
from carepress.model.counts import counted
from carepress.preflight import REPORT
from carepress.text.fonts import FAMILY
from carepress.text.typefaces import TYPEFACES

MAX_BYTES = 20_000_000  # the limit of common e-mail servers
FOLD = 4  # pages of a folded sheet

FAMILIES = tuple(name.replace(" ", "") for name in (FAMILY, *(typeface.family for typeface in TYPEFACES)))

ProblemText = tuple[str, str, str]  # code, message, hint


def check_pdf(data: bytes, name: str, title: str, lang: str, folded: bool = False) -> tuple[int, list[Problem]]:
    """Return the number of pages of a PDF file and its problems.

    The pages of a `folded` file must fill whole sheets. `title` and `lang`, a BCP 47 tag, are those that it must have;
    `name` is its path in the problems.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = len(pdf.pages)
        problems = [*_font_problems(pdf), *_link_problems(pdf)]
        if str(pdf.Root.get("/Lang", "")) != lang:
            problems.append(("pdf-language", "the file has no language or the wrong one", f"set it to {lang}"))
        if title not in str(pdf.docinfo.get("/Title", "")):
            problems.append(("pdf-title", "the file does not have the title of the book", f"set it to “{title}”"))
    if folded and pages % FOLD:
        problems.append(
            (
                "pdf-pages",
                f"{counted(pages, 'page does', 'pages do')} not fill whole sheets",
                f"add {counted(-pages % FOLD, 'blank page', 'blank pages')}",
            )
        )
    if len(data) > MAX_BYTES:
        problems.append(
            ("pdf-size", f"the file has {len(data) / 1e6:.0f} MB", f"keep it under {MAX_BYTES / 1e6:.0f} MB")
        )
    return pages, [Problem(code, "error", name, None, message, hint) for code, message, hint in problems]


def _font_problems(pdf: pikepdf.Pdf) -> Iterator[ProblemText]:
    """Yield fonts that are not ours or not embedded."""
    for font in _font_descriptors(pdf):
        name = str(font.FontName).lstrip("/").rpartition("+")[2]
        if not name.replace("-", "").startswith(FAMILIES):
            yield "pdf-font", f"the font {name} is not one of ours", "use only the fonts of carepress/text/typefaces.py"
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys()):
            yield "pdf-font", f"the font {name} is not embedded", REPORT


def _font_descriptors(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
            yield item


def _link_problems(pdf: pikepdf.Pdf) -> Iterator[ProblemText]:
    """Yield links and bookmarks without a target."""
    targets: set[str] = set()
    if "/Names" in pdf.Root and "/Dests" in pdf.Root.Names:
        targets = {str(name) for name in pikepdf.NameTree(pdf.Root.Names.Dests)}
    for number, page in enumerate(pdf.pages, 1):
        for annotation in page.get("/Annots", pikepdf.Array()):
            if (
                "/Dest" in annotation
                and isinstance(annotation.Dest, pikepdf.String)
                and str(annotation.Dest) not in targets
            ):
                message = f"a link on page {number} leads to “{annotation.Dest}”, which is not in the file"
                yield "pdf-link", message, "fix the link"
    pages = {page.objgen for page in pdf.pages}
    with pdf.open_outline() as outline:
        for item in _all_bookmarks(outline.root):
            target = item.destination
            if isinstance(target, pikepdf.Array) and target[0].objgen not in pages:
                yield "pdf-bookmark", f"the bookmark “{item.title}” has no target", REPORT


def _all_bookmarks(items: list[pikepdf.OutlineItem]) -> Iterator[pikepdf.OutlineItem]:
    for item in items:
        yield item
        yield from _all_bookmarks(item.children)
