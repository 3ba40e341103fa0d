"""Faults of layout, found in WeasyPrint's own page boxes, each with the place of the text it is in.

Lengths of boxes are in CSS px from the top left of the page, text sizes and messages in pt and mm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from carepress.model import Edition, Problem
from carepress.text.contrast import MIN_CONTRAST, contrast

RESOLUTION = 200  # dots per inch at the printed size
EMPTY = 0.2  # a page whose content ends above this share of its height is almost empty
SLACK = 1.5  # px: rounding, and the side bearings of letters
DRAFT_LINE = 9  # px: .untranslated in templates/styles/base.css
MM = 25.4 / 96
HEADINGS = {"h1", "h2", "h3"}


@dataclass(frozen=True, slots=True)
class Item:
    """Something visible on a page: a text, a picture, or a box with a border; and what it stands in.

    `at` is the place in the source, as "path:line".
    """

    box: Any
    page: int
    at: str = ""
    section: str = ""
    heading: bool = False
    margin: bool = False
    cell: Any = None
    draft: bool = False
    paper: tuple[float, float, float] = (1.0, 1.0, 1.0)

    @property
    def is_text(self) -> bool:
        return type(self.box).__name__ == "TextBox"

    @property
    def bottom(self) -> float:
        return float(self.box.position_y + self.box.margin_height())


def check_layout(pages: Iterable[Any], edition: Edition, first: int = 1) -> list[Problem]:
    """Return the faults of laid-out pages: WeasyPrint's page boxes, in order, the number of the first."""
    problems: list[Problem] = []
    backs = 0
    for number, page in enumerate(pages, first):
        backs += page.page_type.name == "back"
        if backs > 1:
            hint = "shorten the hospital’s own words: emergency, fever rule, urgent signs, hours"
            problems.append(_problem("back-cover", "error", Item(page, number), "the back cover takes two pages", hint))
        items = list(_items(page, Item(page, number)))
        for item in items:
            problems += _check_item(item, page, edition)
        body = [item for item in items if not item.margin]
        if body:
            problems += _check_page(body, page)
        elif number > 1:
            problems.append(_problem("page-empty", "warning", Item(page, number), "the page is empty", "close it up"))
    return list(dict.fromkeys(problems))


# --- What is on a page -----------------------------------------------------------------------


def _items(box: Any, around: Item) -> Iterator[Item]:
    """Yield what can be seen in a box, in the order of the document."""
    box = getattr(box, "_box", box)
    if _is_hidden(box):
        return
    here = _inside(box, around)
    kind = type(box).__name__
    if kind == "TextBox":
        if box.text.strip():
            yield here
    elif _is_picture(box) or (kind != "PageBox" and _has_border(box)):
        yield here
    for child in getattr(box, "children", ()):
        yield from _items(child, here)


def _inside(box: Any, around: Item) -> Item:
    """Return what is known of a box from those around it."""
    found = replace(around, box=box)
    element = box.element
    kind = type(box).__name__
    if kind == "MarginBox":
        found = replace(found, margin=True)
    elif kind == "TableCellBox":
        found = replace(found, cell=box)
    if element is not None and kind != "TextBox":
        if element.tag in ("section", "nav") and element.get("id"):
            found = replace(found, section=element.get("id"))
        found = replace(found, at=element.get("data-at") or found.at, heading=found.heading or element.tag in HEADINGS)
        # The line beside an English passage of a draft moves its first line: WeasyPrint does not count it.
        is_draft = "untranslated" in element.get("class", "").split()
        found = replace(found, draft=found.draft or is_draft)
    color = box.style["background_color"]
    if color != "currentcolor" and color.alpha == 1:
        found = replace(found, paper=_rgb(color))
    return found


def _is_hidden(box: Any) -> bool:
    """Tell whether a box is there for screen readers alone."""
    clipped = box.style["overflow"] == "hidden" and type(box).__name__ != "PageBox"
    return bool(clipped and (getattr(box, "width", 9) or 0) <= 2)


def _is_picture(box: Any) -> bool:
    return "Replaced" in type(box).__name__


def _has_border(box: Any) -> bool:
    return any(box.style[f"border_{side}_width"] for side in ("top", "right", "bottom", "left"))


# --- Each thing on its own -------------------------------------------------------------------


def _check_item(item: Item, page: Any, edition: Edition) -> Iterator[Problem]:
    if item.is_text:
        yield from _check_text(item, edition)
        yield from _check_place(item, page)
    elif _is_picture(item.box):
        yield from _check_place(item, page)
        yield from _check_resolution(item)


def _check_text(item: Item, edition: Edition) -> Iterator[Problem]:
    size = item.box.style["font_size"] * 0.75
    said = _quote(item.box.text)
    if size < edition.smallest - 0.05:
        yield _problem(
            "text-size", "error", item, f"{said} is set in {size:.1f} pt", f"set it in {edition.smallest:g} pt or more"
        )
    ratio = contrast(_rgb(item.box.style["color"]), item.paper)
    if ratio < MIN_CONTRAST:
        hint = f"make it darker, to {MIN_CONTRAST} to 1"
        yield _problem("contrast", "error", item, f"{said} has a contrast of {ratio:.1f} to 1", hint)


def _check_place(item: Item, page: Any) -> Iterator[Problem]:
    """Find what reaches over the text's width, over the page, or out of its table cell."""
    box, said = item.box, _quote(item.box.text) if item.is_text else "a drawing"
    left, right = box.position_x, box.position_x + box.width
    if item.cell is not None:
        cell = item.cell
        start = cell.border_box_x()
        if left < start - SLACK or right > start + cell.border_width() + SLACK:
            yield _problem("cell", "error", item, f"{said} does not fit into its cell", "use a shorter word")
        return
    sides = (0.0, page.margin_width()) if item.margin else (page.content_box_x(), page.content_box_x() + page.width)
    outside = max(sides[0] - left, right - sides[1])
    below = item.bottom - page.margin_height()
    if outside > SLACK + DRAFT_LINE * item.draft or below > 0 or box.position_y < 0:
        reach = f"reaches {max(outside, below, -box.position_y) * MM:.1f} mm over the edge"
        yield _problem("outside", "error", item, f"{said} {reach}", "use shorter words, or mend the style sheet")


def _check_resolution(item: Item) -> Iterator[Problem]:
    image = item.box.replacement
    if type(image).__name__ == "RasterImage" and item.box.width:
        dots = image.width / (item.box.width / 96)
        if dots < RESOLUTION:
            hint = f"use a picture of {RESOLUTION * item.box.width / 96:.0f} dots or more in width"
            yield _problem("resolution", "error", item, f"a picture has {dots:.0f} dots per inch", hint)


# --- The page as a whole ---------------------------------------------------------------------


def _check_page(body: list[Item], page: Any) -> Iterator[Problem]:
    lowest = max(body, key=lambda item: item.bottom)
    top = page.content_box_y()
    if lowest.is_text and lowest.heading and "contents" not in lowest.section:
        hint = "let the style sheet keep it with what follows"
        yield _problem("heading", "error", lowest, f"the heading {_quote(lowest.box.text)} ends its page", hint)
    elif page.height and (lowest.bottom - top) / page.height < EMPTY:
        yield _problem(
            "page-empty", "warning", lowest, "the page is almost empty", "shorten or lengthen what is before"
        )


# --- Colors and words ------------------------------------------------------------------------


def _rgb(color: Any) -> tuple[float, float, float]:
    red, green, blue = color.to("srgb").coordinates
    return float(red), float(green), float(blue)


def _quote(text: str) -> str:
    words = " ".join(text.split())
    return f"“{words if len(words) <= 40 else words[:39] + '…'}”"


def _problem(code: str, severity: Any, item: Item, message: str, hint: str) -> Problem:
    path, _, line = item.at.rpartition(":")
    where = f"page {item.page}" + (f", “{item.section}”" if item.section else "")
    return Problem(code, severity, path or "the layout", int(line) if path else None, f"{where}: {message}", hint)
