"""A mend for WeasyPrint 70's line breaking, which this project pins."""

from __future__ import annotations

from functools import wraps
from typing import Any

from weasyprint.layout import inline


def keep_lines_whole() -> None:
    """Mend WeasyPrint's first-line splitting; calling it again changes nothing.

    A run of text that ends in a space and is followed by a link may fit on the line but for that space.
    Pango lets the space hang; WeasyPrint counts it, finds the line too long, and breaks after the first
    word, which leaves one word alone on a line. Here the text is measured without its last space.
    """

    split = inline.split_first_line
    if hasattr(split, "__wrapped__"):
        return

    @wraps(split)
    def split_first_line(text: str, style: Any, context: Any, max_width: Any, *rest: Any, **named: Any) -> Any:
        result = split(text, style, context, max_width, *rest, **named)
        resume = result[2]
        bare = text.rstrip(" ")
        if resume is None or max_width is None or bare == text or " " not in bare or style["white_space"] != "normal":
            return result
        whole = split(bare, style, context, max_width, *rest, **named)
        # All of it fits: the line ends here, and the next one starts behind the space.
        return (*whole[:2], len(text.encode()), *whole[3:]) if whole[2] is None else result

    inline.split_first_line = split_first_line
