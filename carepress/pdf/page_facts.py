"""Measure the composition of typeset pages: how full they are, and where text is divided.

Facts have no page numbers, so that they stay valid for pages that are reused (carepress/pdf/incremental).
`carepress.preflight.composition` judges them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from carepress.model.units import PX_TO_PT
from carepress.pdf.actual_text import drawn_text
from carepress.pdf.boxes import (
    children,
    copy_number,
    has_class,
    is_inline,
    is_line,
    is_margin,
    is_picture,
    is_table,
    is_text,
    titles,
)
from carepress.text.line_breaks import without_breaks

HEADINGS = {"h1", "h2", "h3"}
UNDIVIDED = ("summary", "key", "next", "ask", "words", "telephones")  # classes of elements to keep on one page
PROSE = HEADINGS | {"p", "li"}
WIDE = 0.75  # of the text area: the least width of prose, so not a column
WORD = 10  # letters: a longer word is not too short for a line
SHORT = 14  # letters: two last words that are shorter belong on one line


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text on a page; `at` is the source position of its text, as "path:line"."""

    text: str
    at: str
    is_heading: bool


@dataclass(frozen=True, slots=True)
class PageFacts:
    """The composition of a page."""

    kind: str
    """The page type of the style sheets, such as cover; empty for the default."""
    section: str
    """The id of the section in which the page ends."""
    reach: float
    """The lower edge of the last words, picture or line to write on, as a share of the height of the text area."""
    inked: float
    """The same with borders."""
    lines: int
    """The number of lines of text."""
    first: TextLine | None
    """The first line of text."""
    heading: TextLine | None
    """The last line of the last heading."""
    after_heading: int
    """The number of lines after the last heading, those to write on included; or all, if there is no heading."""
    opens_with_drawing: bool
    """Whether the page begins with a drawing of the text."""
    divided: tuple[str, ...]
    """The classes of `UNDIVIDED` whose elements are only partly on this page."""
    short_lines: tuple[TextLine, ...]
    """Last lines of paragraphs that have one short word."""
    sizes: tuple[tuple[float, str], ...]
    """The type sizes in pt, each with the beginning of a text."""
    text: str = ""
    """All texts that are set on the page, one on each line, without spaces."""
    bare_head: bool = False
    """Whether a table has only its head on the page."""
    title: str = ""
    """The title of the chapter or sheet in which the page ends."""


def facts_from_json(row: Mapping[str, Any]) -> PageFacts:
    """Return facts from the JSON of their fields."""
    lines = {name: TextLine(**row[name]) if row[name] else None for name in ("first", "heading")}
    short = tuple(TextLine(**line) for line in row["short_lines"])
    sizes = tuple((size, text) for size, text in row["sizes"])
    return PageFacts(**{**row, **lines, "short_lines": short, "sizes": sizes, "divided": tuple(row["divided"])})


def page_facts(page: Any) -> PageFacts:
    """Return the composition of a page box."""
    items = list(_items(page, _Context(titles=titles(page))))
    lines = [item for item in items if item.line or item.is_rule]
    last = max((index for index, item in enumerate(lines) if item.line and item.line.is_heading), default=-1)
    top, height = page.content_box_y(), page.height or 1.0
    words = [item.bottom for item in items if item.is_ink]
    return PageFacts(
        kind=page.page_type.name or "",
        section=items[-1].section if items else "",
        reach=round((max(words, default=top) - top) / height, 4),
        inked=round((max((item.bottom for item in items), default=top) - top) / height, 4),
        lines=sum(item.line is not None for item in items),
        first=next((item.line for item in items if item.line), None),
        heading=lines[last].line if last >= 0 else None,
        after_heading=len(lines) - last - 1,
        opens_with_drawing=bool(items) and items[0].is_drawing,
        divided=tuple(_divided(page)),
        short_lines=tuple(_short_lines(page)),
        sizes=tuple(sorted(dict(reversed(list(_sizes(page)))).items())),
        text=set_text(page),
        bare_head=any(_is_bare_head(box) for box in _body(page)),
        title=items[-1].title if items else "",
    )


def set_text(page: Any) -> str:
    """Return the texts that are set on a page, also in its margins: each on a line, without spaces."""
    texts = (
        drawn_text(box.text) for box in _descendants(page) if is_text(box) and box.style["visibility"] == "visible"
    )
    return "\n".join(filter(None, texts))


# --- What is on the page ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Context:
    """What a box inherits from the boxes around it."""

    titles: Mapping[Any, str]
    at: str = ""
    section: str = ""
    title: str = ""
    is_drawing: bool = False
    is_heading: bool = False

    def within(self, box: Any) -> _Context:
        """Return the context of the children of a box."""
        element = box.element
        if element is None or is_text(box):
            return self
        is_section = element.tag in ("section", "nav", "header") and element.get("id")
        return _Context(
            self.titles,
            element.get("data-at") or self.at,
            element.get("id") if is_section else self.section,
            self.titles.get(element, self.title),
            self.is_drawing or has_class(box, "drawing"),
            self.is_heading or element.tag in HEADINGS or has_class(box, "box-title"),
        )


@dataclass(frozen=True, slots=True)
class _Item:
    """Something visible: a line of text, a picture, or a border. `bottom` is its lower edge in CSS px."""

    bottom: float
    section: str
    title: str
    line: TextLine | None = None
    is_drawing: bool = False
    is_ink: bool = False
    is_rule: bool = False


def _items(box: Any, context: _Context) -> Iterator[_Item]:
    """Yield what is visible in a box, in document order, without the margins of the page."""
    if is_margin(box) or _is_unseen(box):
        return
    context = context.within(box)
    if is_line(box):
        text = " ".join(_text(box).split())
        pictures = [child for child in _descendants(box) if is_picture(child)]
        if text or pictures:
            at = next((spot for child in _descendants(box) if (spot := _position(child))), context.at)
            line = TextLine(text[:60], at, context.is_heading) if text else None
            yield _Item(
                box.position_y + box.height, context.section, context.title, line, context.is_drawing, is_ink=True
            )
    elif is_picture(box):
        bottom = box.position_y + box.margin_height()
        yield _Item(bottom, context.section, context.title, None, context.is_drawing, is_ink=True)
    elif box.element is not None and (box.style["border_bottom_width"] or copy_number(box)):
        bottom = box.position_y + box.margin_height() - box.margin_bottom
        is_rule = has_class(box, "rule")
        yield _Item(bottom, context.section, context.title, is_rule=is_rule, is_ink=is_rule)
    for child in children(box):
        yield from _items(child, context)


def _position(box: Any) -> str | None:
    return box.element.get("data-at") if box.element is not None else None


def _is_unseen(box: Any) -> bool:
    """Tell whether a box is for screen readers only."""
    return bool(box.style["overflow"] == "hidden" and box.element is not None and (box.width or 9) <= 2)


def _descendants(box: Any) -> Iterator[Any]:
    for child in children(box):
        yield child
        yield from _descendants(child)


def _text(box: Any) -> str:
    return without_breaks("".join(child.text for child in _descendants(box) if is_text(child)))


# --- Divided boxes and tables, short lines, type sizes --------------------------------------------------


def _divided(page: Any) -> Iterator[str]:
    """Yield the class of each element of `UNDIVIDED` that is only partly on the page."""
    for box in _body(page):
        for name in UNDIVIDED:
            if has_class(box, name) and not is_inline(box) and box.element.tag != "a":
                shown = "".join(child.text for child in _descendants(box) if _is_own_text(child))
                if _letters(shown) < _letters("".join(box.element.itertext())):
                    yield name


def _is_bare_head(box: Any) -> bool:
    """Tell whether a box is a table that has its head on this page, and no row below it.

    WeasyPrint makes a row of no height for what is positioned absolutely between rows.
    """
    if not is_table(box):
        return False
    heads, bodies = ([part for part in children(box) if part.is_header is is_head] for is_head in (True, False))
    return bool(heads) and not any(row.height for body in bodies for row in children(body))


def _letters(text: str) -> int:
    """Return the number of letters and digits of a text, which line breaks do not change."""
    return sum(map(str.isalnum, text))


def _is_own_text(box: Any) -> bool:
    """Tell whether a box is text of the HTML, not generated by a style sheet."""
    return is_text(box) and "::" not in (box.element_tag or "")


def _short_lines(page: Any) -> Iterator[TextLine]:
    """Yield the last lines of prose that have one word which would fit on one line with the word before it.

    Lines are shorter in columns, tables and labels: there a short last line is not seen.
    """
    for box in _body(page):
        lines = [child for child in children(box) if is_line(child)]
        if len(lines) < 2 or not _is_prose(box, page):
            continue
        before, last = (" ".join(_text(line).split()) for line in lines[-2:])
        ends = " ".join("".join(box.element.itertext()).split()).endswith(last)
        if (
            last
            and ends
            and " " not in last
            and len(last) < WORD
            and len(last) + len(before.rpartition(" ")[2]) < SHORT
        ):
            at = next((spot for child in _descendants(box) if (spot := _position(child))), _position(box) or "")
            yield TextLine(f"{before.rpartition(' ')[2]} {last}", at, box.element.tag in HEADINGS)


def _is_prose(box: Any, page: Any) -> bool:
    """Tell whether a box is a text nearly as wide as the page that does not end in lines to write on."""
    if box.element is None or box.element.tag not in PROSE or (box.width or 0) < WIDE * (page.width or 0):
        return False
    return not any("blank" in (child.get("class") or "").split() for child in box.element.iter())


def _sizes(page: Any) -> Iterator[tuple[float, str]]:
    for box in _body(page):
        if is_text(box) and box.text.strip():
            yield round(box.style["font_size"] * PX_TO_PT, 1), box.text.strip()[:30]


def _body(page: Any) -> Iterator[Any]:
    """Yield the boxes of a page, without its margins and what is for screen readers only."""
    for child in children(page):
        if not is_margin(child) and not _is_unseen(child):
            yield child
            yield from _body(child)
