"""Fill the pages of sheets to the foot: more rows, then higher ones. Place the drawings at ends, and end frames.

A sheet is laid out with rows of minimum height, and does not know how high its text will be in a language. Lengths are
in CSS px from the top of the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from carepress.model.units import MM_TO_PX
from carepress.pdf.boxes import (
    children,
    has_class,
    is_block,
    is_inline,
    is_margin,
    is_picture,
    is_table_cell,
    is_table_row,
    is_text,
)
from carepress.pdf.weasyprint_patches import place_backgrounds

# No row is stretched beyond this, times its share: on the last page of a long form, a few rows would be a page high.
HIGHEST = 25 * MM_TO_PX
MAX_NOTES = 5  # lines for notes outside sheets: more of them would only hide an empty page


def fill_page(page: Any) -> None:
    """Repeat the last row or writing line of class “more” to the foot, and distribute what is left among rows.

    A class “most-3” limits them. The attribute `copy_number` numbers the copies from 1. Rows of class “grow” become higher.
    """
    foot = page.content_box_y() + page.height
    _place_ornaments(page, foot)
    _end_frames(page)
    _repeat(page, foot)
    rows = list(_rows(page))
    left = foot - max((_bottom(box) for box in _walk(page) if _is_end(box)), default=foot)
    if rows and left > 0:
        for box in children(page):
            if not is_margin(box):
                _stretch(box, left / sum(map(_share, rows)))
                place_backgrounds(page, box)


def _rows(box: Any) -> Iterator[Any]:
    """Yield the rows that may be stretched; a row that is a table has several boxes, of which this is the outermost."""
    for child in children(box):
        if has_class(child, "grow"):
            yield child
        elif not is_margin(child):
            yield from _rows(child)


def _walk(box: Any) -> Iterator[Any]:
    for child in children(box):
        if not is_margin(child):
            yield child
            yield from _walk(child)


def _place_ornaments(page: Any, foot: float) -> None:
    """Move drawings of class “tailpiece” to the middle of the room below the text; remove one without room."""
    for box in [box for box in _walk(page) if has_class(box, "tailpiece")]:
        room = foot - max(map(_bottom, children(box)), default=foot)
        if room < 0:
            box.children = ()
        for child in children(box):
            child.translate(dy=room / 2)


def _end_frames(page: Any) -> None:
    """End the frame of a box that is divided below its text: WeasyPrint extends it to the foot of the page.

    An empty frame looks like a place to write in. The extension is that of CSS Fragmentation Level 3, 4.4.
    """
    for box in [box for box in _walk(page) if has_class(box, "box") and is_block(box)]:
        before = box.height
        _end_below_text(box)
        if box.height < before:
            place_backgrounds(page, box)


def _end_below_text(box: Any) -> None:
    for child in children(box):
        if is_block(child):
            _end_below_text(child)
    ends = [_bottom(child) - child.margin_bottom for child in children(box) if not is_inline(child)]
    ends += [_bottom(child) for child in children(box) if is_inline(child)]
    if ends and box.style["height"] == "auto" and not box.min_height:
        box.height = min(box.height, max(ends) - box.content_box_y())


# --- more rows -------------------------------------------------------------------------------


def _repeat(page: Any, foot: float) -> None:
    last, parent = _last_repeatable(page, (None, None))
    if last is None or parent is None:
        return
    step = last.margin_height()
    copies = int((foot - last.position_y) / step) - 1
    if has_class(last, "rule"):
        copies = min(copies, MAX_NOTES - sum(has_class(line, "rule") for line in parent.children))
    copies = min(copies, _number(last, "most-", copies))
    for number in range(1, copies + 1):
        copy = last.deepcopy()
        copy.copy_number = number
        copy.translate(0, step * number)
        for cell in [box for box in children(copy) if has_class(box, "example")]:
            cell.children = ()  # an example is printed once
        parent.children = (*parent.children, copy)


def _last_repeatable(box: Any, last: tuple[Any, Any]) -> tuple[Any, Any]:
    """Return the last box of class “more” and its parent, or two None if text follows it.

    `last` is the result for the boxes before this one.
    """
    for child in children(box):
        if is_margin(child):
            continue
        if has_class(child, "more"):
            last = (child, box)
        elif is_text(child):
            last = (None, None)
        else:
            last = _last_repeatable(child, last)
    return last


# --- higher rows -----------------------------------------------------------------------------


def _share(row: Any) -> int:
    """Return how many lines a row has room for."""
    return _number(row, "lines-", 1)


def _number(box: Any, prefix: str, default: int) -> int:
    """Return the number at the end of a class, such as “lines-2”."""
    names = box.element.get("class").split()
    return next((int(name.removeprefix(prefix)) for name in names if name.startswith(prefix)), default)


def _is_end(box: Any) -> bool:
    return is_table_cell(box) or is_text(box) or is_picture(box)


def _bottom(box: Any) -> float:
    return float(box.position_y + box.margin_height())


def _stretch(box: Any, step: float) -> float:
    """Stretch the rows in a box by `step` for each share, and move what is below them; return the growth of the box."""
    if has_class(box, "grow"):
        growth = float(max(0, min(step * _share(box), HIGHEST * _share(box) - box.height)))
        _stretch_row(box, growth)
        return growth
    growth = 0.0
    for child in children(box):
        if growth and not is_table_row(box):
            child.translate(0, growth)
        own = _stretch(child, step)
        growth = max(growth, own) if is_table_row(box) else growth + own
    if growth and not is_text(box):
        box.height += growth
    return growth


def _stretch_row(box: Any, growth: float) -> None:
    """Make a row or cell higher: a field to type in grows, and text in the middle stays there."""
    box.height += growth
    for child in children(box):
        if is_table_cell(child) or has_class(child, "field"):
            _stretch_cell(child, growth)
        elif not is_text(child):  # the anonymous boxes around the cells of a block
            _stretch_row(child, growth)


def _stretch_cell(cell: Any, growth: float) -> None:
    cell.height += growth
    entries = [box for box in _walk(cell) if has_class(box, "entry")]
    for entry in entries:
        entry.height += growth
    if not entries and cell.style["vertical_align"] == "middle":
        for child in children(cell):
            child.translate(0, growth / 2)
