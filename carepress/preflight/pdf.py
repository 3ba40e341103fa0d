"""A written PDF is opened again, as a reader would."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf

from carepress.model import Problem
from carepress.text.fonts import FAMILY

LARGEST = 20_000_000  # bytes: what e-mail still takes
FOLD = 4  # pages of a folded sheet


def check_pdf(data: bytes, name: str, title: str, lang: str, folded: bool = False) -> tuple[int, list[Problem]]:
    """Return the number of pages and what is wrong with a PDF file.

    `folded` files need pages for whole sheets.
    """

    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = len(pdf.pages)
        faults = [*_font_faults(pdf), *_link_faults(pdf)]
        if str(pdf.Root.get("/Lang", "")) != lang:
            faults.append(("pdf-language", "the file does not say its language", f"set it to {lang}"))
        if title not in str(pdf.docinfo.get("/Title", "")):
            faults.append(("pdf-title", "the file has no title", "set the title of the page"))
    if folded and pages % FOLD:
        faults.append(("pdf-pages", f"{pages} pages do not fill whole sheets", f"add {-pages % FOLD} blank pages"))
    if len(data) > LARGEST:
        faults.append(("pdf-size", f"the file has {len(data) / 1e6:.0f} MB", f"keep it under {LARGEST / 1e6:.0f} MB"))
    return pages, [Problem(code, "error", name, None, what, hint) for code, what, hint in faults]


Fault = tuple[str, str, str]


def _font_faults(pdf: pikepdf.Pdf) -> Iterator[Fault]:
    """Find fonts that are not ours or not in the file."""
    for font in _fonts(pdf):
        name = str(font.FontName).lstrip("/").rpartition("+")[2]
        if not name.replace("-", "").startswith(FAMILY.replace(" ", "")):
            yield "pdf-font", f"the font {name} has leaked in", "use only the fonts of carepress/text/fonts.py"
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys()):
            yield "pdf-font", f"the font {name} is not embedded", "report this as a fault of Carepress"


def _fonts(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:

    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
            yield item


def _link_faults(pdf: pikepdf.Pdf) -> Iterator[Fault]:
    """Find links and bookmarks that lead nowhere."""

    places: set[str] = set()
    if "/Names" in pdf.Root and "/Dests" in pdf.Root.Names:
        places = {str(name) for name in pikepdf.NameTree(pdf.Root.Names.Dests)}
    for number, page in enumerate(pdf.pages, 1):
        for note in page.get("/Annots", pikepdf.Array()):
            if "/Dest" in note and isinstance(note.Dest, pikepdf.String) and str(note.Dest) not in places:
                yield "pdf-link", f"a link on page {number} leads to “{note.Dest}”, which is not there", "mend the link"
    known = {page.objgen for page in pdf.pages}
    with pdf.open_outline() as outline:
        for item in _all_bookmarks(outline.root):
            target = item.destination
            if isinstance(target, pikepdf.Array) and target[0].objgen not in known:
                yield (
                    "pdf-bookmark",
                    f"the bookmark “{item.title}” leads nowhere",
                    "report this as a fault of Carepress",
                )


def _all_bookmarks(items: list[pikepdf.OutlineItem]) -> Iterator[pikepdf.OutlineItem]:
    for item in items:
        yield item
        yield from _all_bookmarks(item.children)
