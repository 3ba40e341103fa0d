"""Impose pages on sheets that are folded and stapled in the fold (saddle stitch).

A thick book becomes several such booklets, its sections, which are stacked. The output is for printing only: it
has no tags, bookmarks or links, and conforms to no standard.
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
from carepress.model.units import MM_TO_PT
from carepress.pdf.write import lay_out
from carepress.text.fonts import font_css, font_folder

Half = Literal["left", "right"]
Binding = Half  # the side of the front cover that is at the spine

# Start and end of a fold mark, in pt from the edge of the sheet: longer than the 10 mm that a printer may not print
# on, and inside the inner margin of the pages.
FOLD_MARK = (4 * MM_TO_PT, 13 * MM_TO_PT)
# The distance of a section mark from the fold and from the bottom of the sheet, in pt.
SECTION_MARK = (6 * MM_TO_PT, 10.5 * MM_TO_PT)
SECTION_MARK_CSS = f"""
@page {{ size: 9mm 4mm; margin: 0 }}
html {{ font: bold 10pt/4mm "Atkinson Hyperlegible"; color: {COLORS["gray"].hex}; text-align: center }}
body, p {{ margin: 0 }}
p {{ break-after: page }}
"""


# --- The order of pages ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SheetSide:
    """One side of a sheet: the indexes of its left and right page; None is a blank page."""

    left: int | None
    right: int | None


def reading_order(pages: int) -> list[int | None]:
    """Return the indexes of the pages, and None for the blank pages that make their number a multiple of four.

    The blank pages are before the last page, because that is the back cover.
    """
    return [*range(pages - 1), *[None] * (-pages % 4), pages - 1]


def section_lengths(sheets: int, max_sheets: int) -> list[int]:
    """Return the number of sheets of each section, for as few sections as possible that are as equal as possible."""
    sections = -(-sheets // max_sheets)
    return [sheets // sections + (number < sheets % sections) for number in range(sections)]


def signature_order(pages: list[int | None], binding: Binding) -> list[SheetSide]:
    """Return the sides of the sheets of a section, outermost sheet first, the front of each before its back.

    `pages` are in reading order; their number must be a multiple of four.
    """
    sides = []
    for first in range(0, len(pages) // 2, 2):
        last = len(pages) - 1 - first
        sides += [SheetSide(pages[last], pages[first]), SheetSide(pages[first + 1], pages[last - 1])]
    return sides if binding == "left" else [SheetSide(side.right, side.left) for side in sides]


def imposed_sections(pages: int, max_sheets: int, binding: Binding) -> list[list[SheetSide]]:
    """Return the sides of each section of a book with this number of pages."""
    order = reading_order(pages)
    ends = accumulate(section_lengths(len(order) // 4, max_sheets), initial=0)
    return [signature_order(order[4 * start : 4 * end], binding) for start, end in pairwise(ends)]


def creep(sheet: int, thickness: float) -> float:
    """Return how far the pages of a sheet move towards the spine, in mm; the outermost sheet is 0.

    In a folded booklet each sheet sticks out of the one around it by the thickness of the paper, also in mm.
    """
    return sheet * thickness


# --- The file --------------------------------------------------------------------------------


def impose(data: bytes, sheet: Paper, binding: Binding, stitch: SaddleStitch) -> bytes:
    """Return a PDF file of landscape `sheet`s with two pages of the file `data` on each side, at full size."""
    with pikepdf.open(io.BytesIO(data)) as source, pikepdf.new() as out:
        forms = [out.copy_foreign(page.as_form_xobject()) for page in source.pages]
        sections = imposed_sections(len(forms), stitch.sheets, binding)
        marks = _section_marks(out, len(sections))
        for section, mark in zip(sections, marks):
            for number, side in enumerate(section):
                shift = creep(number // 2, stitch.thickness) * MM_TO_PT
                placed = _placed_pages(side, forms, sheet, shift)
                if number == 0:
                    placed += _placed_mark(mark, sheet, binding)
                # On the outer and inner side only: visible while stapling and while folding.
                folds = _fold_marks(sheet) if number in (0, len(section) - 1) else ""
                _add_side(out, sheet, placed, folds)
        copy_metadata(source, out)
        file = io.BytesIO()
        out.save(file, min_version="1.7", deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class PlacedForm:
    """A form XObject on one side of a sheet, clipped to a half of it: its lower left corner, in pt."""

    form: Object
    x: float
    y: float
    half: Half


def _size(sheet: Paper) -> tuple[float, float]:
    """Return width and height of a landscape sheet in pt."""
    return sheet.height * MM_TO_PT, sheet.width * MM_TO_PT


def _placed_pages(side: SheetSide, forms: list[Object], sheet: Paper, shift: float) -> list[PlacedForm]:
    """Return the pages of a side, moved by `shift` pt over the fold, where they have only margin."""
    width, height = _size(sheet)
    fold, placed = width / 2, []
    halves: tuple[tuple[Half, int | None], ...] = (("left", side.left), ("right", side.right))
    for half, number in halves:
        if number is not None:
            page_width, page_height = _form_size(forms[number])
            x = fold - page_width + shift if half == "left" else fold - shift
            placed.append(PlacedForm(forms[number], x, (height - page_height) / 2, half))
    return placed


def _placed_mark(mark: Object | None, sheet: Paper, binding: Binding) -> list[PlacedForm]:
    """Return the section mark on the first page, between the fold and the text."""
    if mark is None:
        return []
    fold, (gap, bottom) = _size(sheet)[0] / 2, SECTION_MARK
    if binding == "left":
        return [PlacedForm(mark, fold + gap, bottom, "right")]
    return [PlacedForm(mark, fold - gap - _form_size(mark)[0], bottom, "left")]


def _form_size(form: Object) -> tuple[float, float]:
    """Return width and height of a form XObject in pt."""
    left, bottom, right, top = map(float, form.BBox)  # type: ignore[call-overload]
    return right - left, top - bottom


def _fold_marks(sheet: Paper) -> str:
    """Return marks on the fold at the top and the bottom of a sheet, as PDF operators."""
    width, height = _size(sheet)
    fold, (start, end) = width / 2, FOLD_MARK
    lines = ((height - start, height - end), FOLD_MARK)
    top, bottom = (f"{fold:.3f} {a:.3f} m {fold:.3f} {b:.3f} l S" for a, b in lines)
    return f"q 0.4 w 0.45 G {top} {bottom} Q"


def _add_side(out: Pdf, sheet: Paper, placed: list[PlacedForm], marks: str) -> None:
    """Add a side of a sheet to a PDF file: the placed forms, and the fold marks over them."""
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
    """Return “1/4”, “2/4”, … as form XObjects, or None for a book of one section."""
    if sections == 1:
        return [None]
    css = font_css(font_folder().as_uri() + "/") + SECTION_MARK_CSS
    words = "".join(f"<p>{number}/{sections}</p>" for number in range(1, sections + 1))
    data = lay_out(f"<html><style>{css}</style><body>{words}</body></html>").write_pdf()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [out.copy_foreign(page.as_form_xobject()) for page in pdf.pages]


def copy_metadata(source: Pdf, out: Pdf) -> None:
    """Copy the metadata of a file, and set the print options: both sides, short edge, no scaling."""
    for key, value in source.docinfo.items():
        out.docinfo[key] = str(value)
    out.Root.Lang = str(source.Root.Lang)
    out.Root.ViewerPreferences = Dictionary(
        DisplayDocTitle=True, Duplex=Name.DuplexFlipShortEdge, PrintScaling=Name("/None"), PickTrayByPDFSize=True
    )
