"""The spaces between words that layout leaves out, written for those who read a PDF aloud or search it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weasyprint.text.line_break import Layout, line_size


def space_words(pages: list[Any]) -> None:
    """Write the spaces that layout leaves out, where a reader would join the words.

    They are missing between two lines, between boxes in a line, and where a space is a text of its own. A
    line that was broken behind a hyphen, dash or slash had none there.
    """
    ends: dict[Any, Any] = {}
    for page in pages:
        for block, line in _lines(page):
            key = (block.element, block.element_tag, getattr(block, "copy_number", 0))
            before, around, is_first = ends.get(key), block, True
            for text, container in _texts(line, block):
                is_apart = container is not around or not text.text.strip()
                if before and (is_apart or (is_first and not _is_joined(before, text, block))):
                    _add_space(before)
                if text.text.strip():
                    before, around, is_first = text, container, False
            ends[key] = before


def _lines(box: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each line with the block that it is in."""
    box = getattr(box, "_box", box)
    for child in getattr(box, "children", ()):
        if type(child).__name__ == "MarginBox":  # nobody reads heads and page numbers aloud
            continue
        if type(child).__name__ == "LineBox":
            yield box, child
        yield from _lines(child)


def _texts(box: Any, container: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each text of a line with the block or box in the line that it is in."""
    for child in box.children:
        child = getattr(child, "_box", child)
        if type(child).__name__ == "TextBox":
            yield child, container
        elif hasattr(child, "children") and not child.is_leader:
            is_inline = type(child).__name__ in ("InlineBox", "LineBox")
            yield from _texts(child, container if is_inline else child)


def _add_space(text: Any) -> None:
    if text.text.endswith((" ", "\u00a0")):
        return
    layout = text.pango_layout
    if layout.first_line_direction % 2 and not layout.text.endswith(" "):
        # The line ends at the left: a space there must not push the words to the right.
        text.position_x -= _space_width(text.style)
    text.text += " "
    layout.text = text.text


def _space_width(style: Any) -> float:

    layout = Layout(style)
    layout.set_text(" ")
    return float(line_size(layout.get_first_line()[0], style)[0])


def _is_joined(last: Any, first: Any, block: Any) -> bool:
    """Tell whether the source has the end of one line and the beginning of the next as one word."""
    if block.element is None:
        return False
    source = " ".join("".join(block.element.itertext()).split())
    end, start = last.text.split()[-1], first.text.split()[0]
    return end + start in source and f"{end} {start}" not in source
