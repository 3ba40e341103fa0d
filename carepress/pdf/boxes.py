"""Queries on WeasyPrint's layout boxes: the kind of a box, and its content.

Lengths of boxes are in CSS px from the top left of the page. Kinds are tested with WeasyPrint's classes, so an
upgrade that renames one raises an error instead of matching nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.images import RasterImage

from carepress.pdf.weasyprint_patches import without_placeholder
from carepress.text.line_breaks import without_breaks


def children(box: Any) -> Iterator[Any]:
    """Yield the children of a box; absolutely positioned ones instead of their placeholders."""
    return map(without_placeholder, getattr(box, "children", ()))


def is_page(box: Any) -> bool:
    """Tell whether a box is that of a page."""
    return isinstance(box, boxes.PageBox)


def titles(page: Any) -> dict[Any, str]:
    """Return the title above each element of a page's document: that of its chapter, sheet or list of contents."""
    roots = (child.element for child in page.children if child.element is not None)
    found: dict[Any, str] = {}
    title = ""
    for element in (element for root in roots for element in root.iter()):
        if element.tag == "h1":
            title = " ".join("".join(element.itertext()).replace("\u00ad", "").split())
        found[element] = title
    return found


def is_margin(box: Any) -> bool:
    """Tell whether a box is in a page margin: a running head or a page number."""
    return isinstance(box, boxes.MarginBox)


def is_block(box: Any) -> bool:
    """Tell whether a box is a block in normal flow, such as a paragraph."""
    return isinstance(box, boxes.BlockBox)


def is_table(box: Any) -> bool:
    """Tell whether a box has the rows of a table, without its caption."""
    return isinstance(box, boxes.TableBox)


def is_table_cell(box: Any) -> bool:
    """Tell whether a box is a table cell."""
    return isinstance(box, boxes.TableCellBox)


def is_table_row(box: Any) -> bool:
    """Tell whether the children of a box are side by side: the cells of a table row."""
    return isinstance(box, boxes.TableRowBox)


def is_line(box: Any) -> bool:
    """Tell whether a box is a line of text."""
    return isinstance(box, boxes.LineBox)


def is_inline(box: Any) -> bool:
    """Tell whether a box is a line or an inline part of one, such as a link."""
    return isinstance(box, (boxes.InlineBox, boxes.LineBox))


def is_text(box: Any) -> bool:
    """Tell whether a box is a run of text in one line."""
    return isinstance(box, boxes.TextBox)


def is_picture(box: Any) -> bool:
    """Tell whether a box is a picture or a drawing."""
    return isinstance(box, boxes.ReplacedBox)


def is_raster_picture(box: Any) -> bool:
    """Tell whether a box is a raster picture, not a drawing."""
    return is_picture(box) and isinstance(box.replacement, RasterImage)


def has_class(box: Any, name: str) -> bool:
    """Tell whether the HTML element of a box has a class."""
    return box.element is not None and name in box.element.get("class", "").split()


def copy_number(box: Any, default: int = 0) -> int:
    """Return the number of a copied box, from 1 (carepress.pdf.write.lay_out), or `default` for an original."""
    return getattr(box, "copy_number", default)


def words(element: Any) -> str:
    """Return the text of an HTML element with single spaces."""
    return " ".join(without_breaks("".join(element.itertext())).split())
