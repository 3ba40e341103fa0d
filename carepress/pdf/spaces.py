"""Add the spaces between words that layout leaves out, for screen readers and text search in PDF files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from carepress.pdf.boxes import children, copy_number, is_inline, is_line, is_margin, is_text, words
from carepress.pdf.weasyprint_patches import space_width
from carepress.text.line_breaks import without_breaks

PHRASES = {"a", "b", "cite", "dfn", "em", "i", "small", "span", "strong"}  # elements inside a paragraph or a cell


def add_word_spaces(pages: list[Any]) -> None:
    """Add the missing spaces to the texts of page boxes, in place, where words would be joined.

    They are missing between two lines, between boxes in a line, between a word and a phrase that a style sheet puts
    in a block of its own, and where a space is a text of its own. A line broken after a hyphen, dash or slash had no
    space there.
    """
    last_texts: dict[Any, Any] = {}
    for page in pages:
        for block, line in _lines(page, page):
            key = (block.element, block.element_tag, copy_number(block))
            last, last_container, is_first = last_texts.get(key), block, True
            for text, container in _texts(line, block):
                is_apart = container is not last_container or not text.text.strip()
                if last and (is_apart or (is_first and not _is_one_word(last, text, block))):
                    _add_space(last)
                if text.text.strip():
                    last, last_container, is_first = text, container, False
            last_texts[key] = last


def _lines(box: Any, block: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each line with the block whose text it is, except in page margins, which are never read aloud."""
    for child in children(box):
        if is_margin(child):
            continue
        if is_line(child):
            yield block, child
        yield from _lines(child, block if child.element_tag in PHRASES else child)


def _texts(box: Any, container: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each text of a line with the block, or the box inside the line, that contains it."""
    for child in children(box):
        if is_text(child):
            yield child, container
        elif hasattr(child, "children") and not child.is_leader:
            yield from _texts(child, container if is_inline(child) else child)


def _add_space(text: Any) -> None:
    if text.text.endswith((" ", "\u00a0")):
        return
    layout = text.pango_layout
    if layout.first_line_direction % 2 and not layout.text.endswith(" "):
        # In right-to-left text the space is at the left end: the words must not move to the right.
        text.position_x -= space_width(text.style)
    text.text += " "
    layout.text = text.text


def _is_one_word(last: Any, first: Any, block: Any) -> bool:
    """Tell whether the end of one line and the beginning of the next are one word in the HTML."""
    if block.element is None:
        return False
    source = words(block.element)
    # A text may be only the hyphen of a line end.
    ends, starts = without_breaks(last.text).split() or [""], without_breaks(first.text).split() or [""]
    end, start = ends[-1], starts[0]
    return end + start in source and f"{end} {start}" not in source
