"""Runs that keep their order in right-to-left text: doses, measures and telephone numbers.

Left to the bidirectional algorithm (UAX #9), “100 mcg” becomes “mcg 100” between Arabic words, and the
groups of “0808 800 40 40” come in reverse.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

_UNITS = (
    "mcg", "µg", "μg", "mg", "kg", "g", "mL", "ml", "dL", "L", "l", "mm", "cm", "km", "m", "mmol", "mmHg",
    "cGy", "Gy", "kcal", "IU", "U", "°F", "°C", "%",
)  # fmt: skip
_SPACE = "[ \u00a0\u202f]"
_DIGITS = r"(?:\d+|\(\d+\))"
_GROUPS = rf"\+?{_DIGITS}(?:(?:[.,/-]|{_SPACE}){_DIGITS})*"
_UNIT = "(?:" + "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True)) + ")"
_MEASURE = rf"(?:[<>≤≥±]{_SPACE}?)?{_GROUPS}(?:{_SPACE}?[–×]{_SPACE}?{_GROUPS})*{_SPACE}?{_UNIT}(?:/\w+)?(?!\w)"
# Arabic and Hebrew write “and”, “in” or “to” as a letter that touches the number.
_BEGIN = r"(?<![^\W\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff])"
_RUN = re.compile(rf"{_BEGIN}(?:{_MEASURE}|{_GROUPS}(?!\w))")


def split_runs(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a text in order, and of each whether it is a run that must stay left to right.

    A single number is none: its digits keep their order by themselves.
    """
    end = 0
    for found in _RUN.finditer(text):
        if found[0].isdigit():
            continue
        if found.start() > end:
            yield text[end : found.start()], False
        yield found[0], True
        end = found.end()
    if end < len(text):
        yield text[end:], False


def is_right_to_left(text: str) -> bool:
    """Return whether a text holds letters, or an override, that run from right to left."""
    return any(unicodedata.bidirectional(letter) in ("R", "AL", "RLO") for letter in text)


_PIECE = re.compile(r"\u202e[^\u202c]*\u202c|\s+|[^\s\u202e]+")


def visual_order(text: str) -> list[tuple[str, Literal["ltr", "rtl"]]]:
    """Return the pieces of a line of right-to-left text as they stand from left to right.

    It is what a label of a few words needs of UAX #9: words run from right to left, numbers, measures and
    foreign words from left to right.
    """
    pieces: list[tuple[str, Literal["ltr", "rtl"]]] = []
    for run, kept in split_runs(text):
        for piece in [run] if kept else _PIECE.findall(run):
            if kept or (not is_right_to_left(piece) and any(letter.isalnum() for letter in piece)):
                pieces.append((piece, "ltr"))
            else:
                pieces.append((piece.strip("\u202e\u202c"), "rtl"))
    return pieces[::-1]
