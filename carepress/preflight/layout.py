"""Check the layout of WeasyPrint's page boxes; each problem has the source position of its text.

Lengths of boxes are in CSS px from the top left of the page, text sizes and messages in pt and mm.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from carepress.model import Edition, Problem, Segment, segments
from carepress.model.units import PX_TO_MM, PX_TO_PT
from carepress.pages.drawings import MARKS
from carepress.pdf.boxes import (
    children,
    has_class,
    is_margin,
    is_page,
    is_picture,
    is_raster_picture,
    is_table_cell,
    is_text,
    titles,
)
from carepress.pdf.weasyprint_patches import space_width
from carepress.preflight import REPORT
from carepress.text.contrast import MIN_CONTRAST, contrast
from carepress.text.inline import parse_inline, plain_text

LAYOUT = "the layout"  # the place of what is not in the source, such as the drawing of the cover
RESOLUTION = 200  # dots per inch at the printed size
SLACK = 1.5  # px: rounding, and the side bearings of letters
X_HEIGHT = 0.5  # of the type size
DRAFT_LINE = 9  # px: the line beside .untranslated in templates/styles/base.css
PX_PER_INCH = 96
CROWDED_HINT = "use shorter words, give it data-width, or move it; docs/drawing.md"
# What a draft may have, with a warning: it shows where words do not fit.
FITTING = frozenset({"back-cover", "heading", "cell", "lost", "outside", "crowded", "label", "epub-svg-label"})
HEADINGS = {"h1", "h2", "h3"}
PAGE = re.compile(r"^page \d+")
EXCESS = re.compile(r"(?<= extends )\d+\.\d(?= mm past the edge$)")
QUOTED = re.compile(r"(?:: |the label )“([^”]*)”")


@dataclass(frozen=True, slots=True)
class VisibleBox:
    """Something visible on a page (a text, a picture, or a box with a border) and its surroundings.

    `at` is the source position, as "path:line". `title` is that of the chapter or sheet, one of `titles`. `paper` is the
    background color, sRGB from 0 to 1; `grounds` are the boxes with a background color that the box is or is in.
    """

    box: Any
    page: int
    at: str = ""
    section: str = ""
    titles: Mapping[Any, str] = field(default_factory=dict)
    title: str = ""
    heading: bool = False
    margin: bool = False
    cell: Any = None
    draft: bool = False
    paper: tuple[float, float, float] = (1.0, 1.0, 1.0)
    grounds: tuple[Any, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether the box is a run of text."""
        return is_text(self.box)

    @property
    def is_ground(self) -> bool:
        """Whether the box has a background color of its own."""
        return bool(self.grounds) and self.grounds[-1] is self.box

    @property
    def bottom(self) -> float:
        """The lower edge with its margin, in CSS px from the top of the page."""
        return float(self.box.position_y + self.box.margin_height())


def check_layout(pages: Iterable[Any], edition: Edition, first: int = 1) -> list[Problem]:
    """Return the problems of page boxes, in page order; `first` is the number of the first page."""
    problems: list[Problem] = []
    backs = 0
    for number, page in enumerate(pages, first):
        backs += page.page_type.name == "back"
        if backs > 1:
            hint = "shorten the title or the hospital’s texts (emergency, rules, hours), or name fewer telephones"
            problems.append(
                _problem("back-cover", "error", VisibleBox(page, number), "the back cover takes two pages", hint)
            )
        visible = list(_visible_boxes(page, VisibleBox(page, number, titles=titles(page))))
        for item in visible:
            problems += _check_box(item, page, edition)
        problems += _check_overlaps(visible)
        body = [
            item
            for item in visible
            if not item.margin and (item.is_text or is_picture(item.box) or _has_border(item.box))
        ]
        if body:
            problems += _check_page(body)
        elif number > 1:
            problems.append(
                _problem(
                    "page-empty", "warning", VisibleBox(page, number), "the page is empty", "remove it, or add text"
                )
            )
    return list(dict.fromkeys(problems))


def once(problems: Iterable[Problem], texts: object) -> list[Problem]:
    """Return one problem for each passage that does not fit, and the others as they are.

    Each line of a passage has a problem of its own, and so has each page with its running head: the one that is
    returned has the farthest excess of them. A running head has no source position: it gets that of the passage in
    `texts`, a book or several, that begins like it.
    """
    found: dict[object, Problem] = {}
    for problem in problems:
        key: object = problem
        if problem.code in FITTING:
            if problem.line is None and (quoted := QUOTED.search(problem.message)):
                place = _beginning(quoted[1].removesuffix("…"), texts)
                problem = replace(problem, path=place.path, line=place.line) if place else problem
            passage = passage_of(problem, texts)
            at_line = (problem.code, problem.path, problem.line, passage.source if passage else "")
            key = at_line if problem.line else PAGE.sub("", problem.message)
        found[key] = _with_excess(found[key], problem) if key in found else problem
    return list(found.values())


def _with_excess(first: Problem, other: Problem) -> Problem:
    """Return a problem with the excess of another one of the same passage, if that is farther."""
    one, two = EXCESS.search(first.message), EXCESS.search(other.message)
    if one is None or two is None or float(two[0]) <= float(one[0]):
        return first
    return replace(first, message=EXCESS.sub(two[0], first.message))


def is_quoted(problem: Problem, segment: Segment) -> bool:
    """Tell whether a problem quotes a passage, or a part of it."""
    quoted = QUOTED.search(problem.message)
    return quoted is not None and " ".join(quoted[1].removesuffix("…").split()) in _flat(segment)


def passage_of(problem: Problem, texts: object) -> Segment | None:
    """Return which of the passages on the line of a problem has the words that it quotes: a line of TOML may have many."""
    words = quoted[1].removesuffix("…").split() if (quoted := QUOTED.search(problem.message)) else []
    here = [item for item in segments(texts) if (item.path, item.line) == (problem.path, problem.line)]
    if len(here) == 1:
        return here[0]
    exact = (item for item in here if " ".join(words) == _flat(item))
    return next(exact, None) or next((item for item in here if " ".join(words) in _flat(item)), None)


def _flat(segment: Segment) -> str:
    return " ".join(plain_text(parse_inline(segment.text)).split())


def _beginning(start: str, texts: object) -> Segment | None:
    """Return the first passage that begins with some words."""
    passages = (segment for segment in segments(texts) if start)
    return next((item for item in passages if plain_text(parse_inline(item.text)).startswith(start)), None)


# --- What is on a page -----------------------------------------------------------------------


def _visible_boxes(box: Any, outer: VisibleBox) -> Iterator[VisibleBox]:
    """Yield the visible boxes in a box, in document order."""
    if _is_hidden(box):
        return
    visible = _in_context(box, outer)
    if is_text(box):
        if box.text.strip():
            yield visible
    elif is_picture(box) or (not is_page(box) and (visible.is_ground or _has_border(box))):
        yield visible
    for child in children(box):
        yield from _visible_boxes(child, visible)


def _in_context(box: Any, outer: VisibleBox) -> VisibleBox:
    """Return a box with what it inherits from the boxes around it."""
    visible = replace(outer, box=box)
    element = box.element
    if is_margin(box):
        visible = replace(visible, margin=True)
    elif is_table_cell(box):
        visible = replace(visible, cell=box)
    if element is not None and not is_text(box):
        if element.tag in ("section", "nav") and element.get("id"):
            visible = replace(visible, section=element.get("id"))
        # The line beside an untranslated passage moves its first line, which WeasyPrint does not take into account.
        visible = replace(
            visible,
            at=element.get("data-at") or visible.at,
            title=visible.titles.get(element, visible.title),
            heading=visible.heading or element.tag in HEADINGS,
            draft=visible.draft or has_class(box, "untranslated"),
        )
    color = box.style["background_color"]
    if color != "currentcolor" and color.alpha == 1:
        visible = replace(visible, paper=_rgb(color), grounds=(*visible.grounds, box))
    return visible


def _is_hidden(box: Any) -> bool:
    """Tell whether a box is for screen readers only."""
    is_clipped = box.style["overflow"] == "hidden" and not is_page(box)
    return bool(is_clipped and (getattr(box, "width", 9) or 0) <= 2)


def _has_border(box: Any) -> bool:
    return any(box.style[f"border_{side}_width"] for side in ("top", "right", "bottom", "left"))


# --- Single boxes ----------------------------------------------------------------------------


def _check_box(item: VisibleBox, page: Any, edition: Edition) -> Iterator[Problem]:
    if item.is_text:
        yield from _check_text(item, edition)
        yield from _check_position(item, page)
    elif is_picture(item.box):
        yield from _check_position(item, page)
        yield from _check_resolution(item)
        yield from _check_labels(item)


def _check_text(item: VisibleBox, edition: Edition) -> Iterator[Problem]:
    size = item.box.style["font_size"] * PX_TO_PT
    text = _quote(item.box.text)
    if size < edition.smallest - 0.05:
        message = f"{text} is set in {size:.1f} pt"
        yield _problem("text-size", "error", item, message, f"set it in {edition.smallest:g} pt or more")
    ratio = contrast(_rgb(item.box.style["color"]), item.paper)
    if ratio < MIN_CONTRAST:
        hint = f"increase the contrast to {MIN_CONTRAST} to 1"
        yield _problem("contrast", "error", item, f"{text} has a contrast of {ratio:.1f} to 1", hint)
    if unicodedata.category(item.box.text[0]).startswith("M"):
        yield _problem("mark", "error", item, f"{text} begins with a mark, drawn on a dotted circle", REPORT)


def _check_position(item: VisibleBox, page: Any) -> Iterator[Problem]:
    """Yield a box that extends past the text area, the page or its table cell."""
    box, name = item.box, _quote(item.box.text) if item.is_text else "a drawing"
    left, right = _sides(box)
    slack = SLACK + DRAFT_LINE * item.draft
    if item.cell is not None:
        cell = item.cell
        start = cell.border_box_x()
        if left < start - slack or right > start + cell.border_width() + slack:
            yield _problem("cell", "error", item, f"{name} does not fit into its table cell", "use a shorter word")
        return
    limits = (0.0, page.margin_width()) if item.margin else (page.content_box_x(), page.content_box_x() + page.width)
    beside = max(limits[0] - left, right - limits[1])
    below = item.bottom - page.margin_height()
    if beside > slack or below > 0 or box.position_y < 0:
        excess = max(beside, below, -box.position_y) * PX_TO_MM
        message = f"{name} extends {excess:.1f} mm past the edge"
        yield _problem("outside", "error", item, message, "use fewer or shorter words")


def _check_labels(item: VisibleBox) -> Iterator[Problem]:
    """Yield the labels that do not fit into a drawing, or are over its lines, as carepress.pages.drawings marks them."""
    element = item.box.element
    if element is None:
        return
    for name, code, severity in (("data-crowded", "label", "error"), ("data-crossed", "label-line", "warning")):
        for mark in filter(None, element.get(name, "").split(MARKS)):
            at, _, message = mark.partition(": ")
            yield _problem(code, severity, replace(item, at=at), message, CROWDED_HINT)


def _check_resolution(item: VisibleBox) -> Iterator[Problem]:
    if is_raster_picture(item.box) and item.box.width:
        inches = item.box.width / PX_PER_INCH
        dots = item.box.replacement.width / inches
        if dots < RESOLUTION:
            hint = f"use a picture at least {RESOLUTION * inches:.0f} dots wide"
            yield _problem("resolution", "error", item, f"a picture has {dots:.0f} dots per inch", hint)


# --- Several boxes ---------------------------------------------------------------------------


def _check_overlaps(visible: list[VisibleBox]) -> Iterator[Problem]:
    """Yield each text that is over another text, over a drawing, or over a colored box that it is not in."""
    before: list[tuple[_Area, VisibleBox]] = []  # those that may reach as far down as the next one
    solid = [item for item in visible if item.is_text or item.is_ground or is_picture(item.box)]
    for area, item in sorted(((_area(item), item) for item in solid), key=lambda row: row[0].top):
        before = [row for row in before if row[0].bottom > area.top]
        for other_area, other in before:
            if area.left < other_area.right and other_area.left < area.right and item.is_text | other.is_text:
                text, under = (item, other) if item.is_text else (other, item)
                if not any(ground is under.box for ground in text.grounds):
                    yield _crowded(text, under)
        before.append((area, item))


class _Area(NamedTuple):
    """The area of a box, in CSS px."""

    left: float
    top: float
    right: float
    bottom: float


def _area(item: VisibleBox) -> _Area:
    """Return the area of a box; of a text, that of its small letters: other letters may touch in close lines."""
    box = item.box
    if item.is_text:
        (left, right), baseline = _sides(box), box.position_y + box.baseline
        return _Area(left + SLACK, baseline - X_HEIGHT * box.style["font_size"], right - SLACK, baseline)
    left, top = box.border_box_x(), box.border_box_y()
    right, bottom = left + box.border_width(), top + box.border_height()
    return _Area(left + SLACK, top + SLACK, right - SLACK, bottom - SLACK)


def _sides(box: Any) -> tuple[float, float]:
    """Return the left and the right edge of a box, of a text without the space at its end, in CSS px."""
    left = box.content_box_x()
    right = left + box.width
    if is_text(box) and box.style["direction"] == "rtl" and box.text.endswith(" "):
        left += space_width(box.style)  # it hangs to the left of the line
    return left, right


def _crowded(text: VisibleBox, under: VisibleBox) -> Problem:
    what = _quote(under.box.text) if under.is_text else "a drawing" if is_picture(under.box) else "a colored box"
    hint = "use fewer or shorter words"
    return _problem("crowded", "error", text, f"{_quote(text.box.text)} is over {what}", hint)


# --- Whole pages -----------------------------------------------------------------------------


def _check_page(body: list[VisibleBox]) -> Iterator[Problem]:
    lowest = max(body, key=lambda item: item.bottom)
    if lowest.is_text and lowest.heading and "contents" not in lowest.section:
        hint = "shorten the text before it, or write more below it"
        yield _problem("heading", "error", lowest, f"the heading {_quote(lowest.box.text)} ends its page", hint)


# --- Colors and messages ---------------------------------------------------------------------


def _rgb(color: Any) -> tuple[float, float, float]:
    red, green, blue = color.to("srgb").coordinates
    return float(red), float(green), float(blue)


def _quote(text: str) -> str:
    words = " ".join(text.replace("\u00ad", "").split())
    return f"“{words if len(words) <= 40 else words[:39] + '…'}”"


def _problem(code: str, severity: Any, item: VisibleBox, message: str, hint: str) -> Problem:
    path, _, line = item.at.rpartition(":")
    location = f"page {item.page}" + (f", “{item.title}”" if item.title else "")
    return Problem(code, severity, path or LAYOUT, int(line) if path else None, f"{location}: {message}", hint)
