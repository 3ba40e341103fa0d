"""Reading layout boxes: what kind a box is, and what is in it.

Lengths of boxes are in CSS px from the top left of the page. The kinds are WeasyPrint's own classes, so that
an upgrade which renames one fails at import instead of finding nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.images import RasterImage

from carepress.pdf.weasyprint_patches import without_placeholder


def children(box: Any) -> Iterator[Any]:
    """Yield the children of a box, absolutely positioned ones as themselves instead of their placeholders."""
    return map(without_placeholder, getattr(box, "children", ()))


def is_page(box: Any) -> bool:
    return isinstance(box, boxes.PageBox)


def is_margin(box: Any) -> bool:
    """Tell whether a box is in a page margin: a running head or a page number."""
    return isinstance(box, boxes.MarginBox)


def is_block(box: Any) -> bool:
    return isinstance(box, boxes.BlockBox)


def is_table_cell(box: Any) -> bool:
    return isinstance(box, boxes.TableCellBox)


def is_line(box: Any) -> bool:
    return isinstance(box, boxes.LineBox)


def is_inline(box: Any) -> bool:
    """Tell whether a box is a line or a part of one that goes on with its text, such as a link."""
    return isinstance(box, (boxes.InlineBox, boxes.LineBox))


def is_text(box: Any) -> bool:
    return isinstance(box, boxes.TextBox)


def is_picture(box: Any) -> bool:
    return isinstance(box, boxes.ReplacedBox)


def is_raster_picture(box: Any) -> bool:
    """Tell whether a box is a picture made of dots, not a drawing."""
    return is_picture(box) and isinstance(box.replacement, RasterImage)


def has_class(box: Any, name: str) -> bool:
    """Tell whether the HTML element of a box has a class."""
    return box.element is not None and name in box.element.get("class", "").split()


def copy_number(box: Any, default: int = 0) -> int:
    """Return the number of the copy that a box is (carepress.pdf.write.lay_out); an original has `default`."""
    return getattr(box, "copy_number", default)


def words(element: Any) -> str:
    """Return the text of an HTML element with single spaces."""
    return " ".join("".join(element.itertext()).split())
