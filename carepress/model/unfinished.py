"""Find the parts of a new book that its author has not yet filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from carepress.model.counts import counted
from carepress.model.document import Book, segments
from carepress.model.problems import Problem

FILL_IN = "FILL IN"  # marks what a new book, profile or page asks its author to write
FILL_IN_CODE = "fill-in"
# In a line in capitals, the same letters are words of the text: “FILL IN BOTH SIDES”, “REFILL IN 30 DAYS”.
_MARK = re.compile(rf"(?<![^\W\d_])(?<![A-Z] ){FILL_IN}(?![^\W_])(?! (?:\d+ )?[A-Z]+\b)")


def has_sample(text: str) -> bool:
    """Tell whether a text still has the mark of a sample."""
    return bool(_MARK.search(text))


def unfinished(book: Book) -> Iterator[Problem]:
    """Yield one problem for each file of a book with lines that are not filled in."""
    lines: dict[str, dict[int, None]] = {}
    for segment in segments(book):
        if has_sample(segment.source):
            lines.setdefault(segment.path, {})[segment.line] = None
    for path, found in lines.items():
        count = counted(len(found), "line is", "lines are")
        message = f"{count} not filled in: {', '.join(map(str, sorted(found)))}"
        hint = f"write your own text in place of {FILL_IN} and the sample; to keep a sample, remove only {FILL_IN}"
        yield Problem(FILL_IN_CODE, "error", path, min(found), message, hint)
