"""Imposition: pages are put on sheets that are folded and stapled in the fold (saddle stitch).

A thick book becomes several such booklets, its sections, which are stacked. What is made is for a printer,
not for a screen: it has no tags, bookmarks or links, and claims no standard.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal

import pikepdf
from pikepdf import Dictionary, Name, Object, Pdf

from carepress.model import Paper, SaddleStitch
from carepress.model.colors import COLORS
from carepress.pdf.write import lay_out
from carepress.text.fonts import font_css, font_folder

Half = Literal["left", "right"]
Binding = Half  # the edge of the front cover at which the spine is

MM = 72 / 25.4  # in points
# The tick reaches out of the 10 mm that a printer may lose, and stays in the inner margin of the pages.
TICK = (4 * MM, 13 * MM)
MARK = (6 * MM, 10.5 * MM)  # a section’s mark: its distance from the fold, and from the foot of the sheet
MARK_CSS = f"""
@page {{ size: 9mm 4mm; margin: 0 }}
html {{ font: bold 10pt/4mm "Atkinson Hyperlegible"; color: {COLORS["gray"].hex}; text-align: center }}
body, p {{ margin: 0 }}
p {{ break-after: page }}
"""


# --- The order of pages ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a sheet: the pages at its left and right, from 0; None is a blank page."""

    left: int | None
    right: int | None


def reading_order(pages: int) -> list[int | None]:
    """Return the pages, from 0, and the blank ones that make their number a multiple of four.

    The blank ones stand before the last page: that is the back cover and must lie outside.
    """
    return [*range(pages - 1), *[None] * (-pages % 4), pages - 1]


def section_lengths(sheets: int, most: int) -> list[int]:
    """Return how many sheets each section has: as few sections as can be, and as equal as can be."""
    sections = -(-sheets // most)
    return [sheets // sections + (number < sheets % sections) for number in range(sections)]


def signature_order(pages: list[int | None], binding: Binding) -> list[Side]:
    """Return the sides of a section's sheets, the outermost sheet first, the front of each before its back.

    `pages` are in reading order; their number is a multiple of four.
    """
    sides = []
    for first in range(0, len(pages) // 2, 2):
        last = len(pages) - 1 - first
        sides += [Side(pages[last], pages[first]), Side(pages[first + 1], pages[last - 1])]
    return sides if binding == "left" else [Side(side.right, side.left) for side in sides]


def imposed_sections(pages: int, most: int, binding: Binding) -> list[list[Side]]:
    """Return the sides of every section of a book, `most` sheets at most in each."""
    order = reading_order(pages)
    ends = accumulate(section_lengths(len(order) // 4, most), initial=0)
    return [signature_order(order[4 * start : 4 * end], binding) for start, end in pairwise(ends)]


def creep(sheet: int, thickness: float) -> float:
    """Return how far the pages of a sheet move to the spine, in mm; the outermost sheet is 0.

    Inner sheets stick out of a folded booklet by the paper around which they do not go.
    """
    return sheet * thickness


# --- The file --------------------------------------------------------------------------------


def impose(data: bytes, sheet: Paper, binding: Binding, stitch: SaddleStitch) -> bytes:
    """Return a PDF file with two pages of another on each side of landscape sheets, in their real size."""

    with pikepdf.open(io.BytesIO(data)) as source, pikepdf.new() as out:
        forms = [out.copy_foreign(page.as_form_xobject()) for page in source.pages]
        sections = imposed_sections(len(forms), stitch.sheets, binding)
        marks = _section_marks(out, len(sections))
        for section, mark in zip(sections, marks):
            for number, side in enumerate(section):
                shift = creep(number // 2, stitch.thickness) * MM
                placed = _placed_pages(side, forms, sheet, shift)
                if number == 0:
                    placed += _placed_mark(mark, sheet, binding)
                # What one sees while stapling, and while folding.
                folds = _fold_marks(sheet) if number in (0, len(section) - 1) else ""
                _add_side(out, sheet, placed, folds)
        _describe(source, out)
        file = io.BytesIO()
        out.save(file, min_version="1.7", deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class Placed:
    """A drawing on a side of a sheet, clipped to a half of it: its lower left corner, in points."""

    form: Object
    x: float
    y: float
    half: Half


def _size(sheet: Paper) -> tuple[float, float]:
    """Return width and height of a landscape sheet in points."""
    return sheet.height * MM, sheet.width * MM


def _placed_pages(side: Side, forms: list[Object], sheet: Paper, shift: float) -> list[Placed]:
    """Return the pages of a side, at the fold, and over it by `shift` points: there is only margin."""
    width, height = _size(sheet)
    fold, placed = width / 2, []
    halves: tuple[tuple[Half, int | None], ...] = (("left", side.left), ("right", side.right))
    for half, number in halves:
        if number is not None:
            page_width, page_height = _form_size(forms[number])
            x = fold - page_width + shift if half == "left" else fold - shift
            placed.append(Placed(forms[number], x, (height - page_height) / 2, half))
    return placed


def _placed_mark(mark: Object | None, sheet: Paper, binding: Binding) -> list[Placed]:
    """Return the mark of a section on its first page, between the fold and the text."""
    if mark is None:
        return []
    fold, (gap, foot) = _size(sheet)[0] / 2, MARK
    if binding == "left":
        return [Placed(mark, fold + gap, foot, "right")]
    return [Placed(mark, fold - gap - _form_size(mark)[0], foot, "left")]


def _form_size(form: Object) -> tuple[float, float]:
    left, bottom, right, top = map(float, form.BBox)  # type: ignore[call-overload]
    return right - left, top - bottom


def _fold_marks(sheet: Paper) -> str:
    """Return ticks on the fold, at the head and the foot of a sheet, as PDF operators."""
    width, height = _size(sheet)
    fold, (start, end) = width / 2, TICK
    head, foot = (f"{fold:.3f} {a:.3f} m {fold:.3f} {b:.3f} l S" for a, b in ((height - start, height - end), TICK))
    return f"q 0.4 w 0.45 G {head} {foot} Q"


def _add_side(out: Pdf, sheet: Paper, placed: list[Placed], marks: str) -> None:
    """Add a page to a PDF: what is placed on a side of a sheet, and marks above it."""

    width, height = _size(sheet)
    operators = []
    for number, item in enumerate(placed):
        left = 0 if item.half == "left" else width / 2
        clip = f"{left:.3f} 0 {width / 2:.3f} {height:.3f} re W n"
        operators.append(f"q {clip} 1 0 0 1 {item.x:.3f} {item.y:.3f} cm /Form{number} Do Q")
    page = out.add_blank_page(page_size=(width, height))
    page.Resources = Dictionary(XObject=Dictionary({f"/Form{n}": item.form for n, item in enumerate(placed)}))
    page.Contents = out.make_stream("\n".join([*operators, marks]).encode())


def _section_marks(out: Pdf, sections: int) -> list[Object | None]:
    """Return “1/4”, “2/4”, … as drawings; a book of one section needs none."""

    if sections == 1:
        return [None]
    css = font_css(font_folder().as_uri() + "/") + MARK_CSS
    words = "".join(f"<p>{number}/{sections}</p>" for number in range(1, sections + 1))
    data = lay_out(f"<html><style>{css}</style><body>{words}</body></html>").write_pdf()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [out.copy_foreign(page.as_form_xobject()) for page in pdf.pages]


def _describe(source: Pdf, out: Pdf) -> None:
    """Copy what a file says of itself, and tell the printer's dialog how to print it."""

    for key, value in source.docinfo.items():
        out.docinfo[key] = str(value)
    out.Root.Lang = str(source.Root.Lang)
    out.Root.ViewerPreferences = Dictionary(
        DisplayDocTitle=True, Duplex=Name.DuplexFlipShortEdge, PrintScaling=Name("/None"), PickTrayByPDFSize=True
    )
