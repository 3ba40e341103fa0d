"""Left-to-right runs in right-to-left text: doses, measures, dates and telephone numbers.

Without isolation, the bidirectional algorithm (UAX #9) turns “100 mcg” between Arabic words into “mcg 100”, “6-MP” into
“MP-6”, and reverses the groups of “0808 800 40 40”.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from carepress.text.icu_library import load_icu

_UNITS = (
    "mcg", "µg", "μg", "mg", "kg", "g", "mL", "ml", "dL", "L", "l", "mm", "cm", "km", "m", "mmol", "mmHg",
    "cGy", "Gy", "kcal", "IU", "U", "°F", "°C", "%",
)  # fmt: skip
_SPACE = "[ \u00a0\u202f]"
_DIGIT = "[0-9\u0660-\u0669\u06f0-\u06f9]"  # European, Arabic-Indic and Persian; digits of N'Ko run right to left
_SEPARATOR = "[.,\u066b\u066c/-]"  # with the Arabic decimal and thousands separators
# The blocks of right-to-left scripts, without the digits of Arabic and Persian.
_RTL = "\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff"
_LTR_WORD = rf"[^\W{_RTL}]"  # a letter or digit of a left-to-right word
_LTR_LETTER = rf"[^\W\d_{_RTL}]"
_NUMBER = rf"(?:{_DIGIT}+|\({_DIGIT}+\))"
_GROUPS = rf"\+?{_NUMBER}(?:(?:{_SEPARATOR}|{_SPACE}){_NUMBER})*"
_UNIT = "(?:" + "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True)) + ")"
_SIGN = rf"(?:[<>≤≥±−]{_SPACE}?|(?<!\S)-)"
_MEASURE = rf"{_SIGN}?{_GROUPS}(?:{_SPACE}?[–×]{_SPACE}?{_GROUPS})*{_SPACE}?{_UNIT}(?:/{_LTR_WORD}+)*"
# Arabic and Hebrew attach “and”, “in” or “to” to the number as a letter, and “AD” or “a.m.” as an abbreviation.
_BEGIN = rf"(?<!{_LTR_WORD})"
_END = rf"(?!{_LTR_WORD})"
# “pH < 7”: at the end of a line, the sign would be mirrored without its number.
_COMPARISON = rf"(?:[A-Za-z]+{_SPACE}?)?[<>≤≥=]{_SPACE}?{_GROUPS}(?:{_SPACE}?{_UNIT})?(?:/{_LTR_WORD}+)*"
# A hyphen or slash and a Latin word directly after a number: “6-MP”, “1,25-D3”, “500/µL”.
_JOINED = rf"(?:[-‐\u2011]{_LTR_WORD}*|/){_LTR_LETTER}"
_COMPOUND = rf"{_DIGIT}+(?:{_SEPARATOR}{_DIGIT}+)*{_JOINED}{_LTR_WORD}*(?:[-‐\u2011/]{_LTR_WORD}+)*"
_RUN = re.compile(
    rf"{_BEGIN}(?:{_MEASURE}{_END}|{_COMPARISON}{_END}|(?P<compound>{_COMPOUND})"
    rf"|{_GROUPS}{_END}(?!{_SEPARATOR}{_DIGIT}|{_JOINED}))"
)


def split_runs(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a text in order, each with True if it must be isolated from left to right.

    An isolated run has no right-to-left letter: of “100 mg/يوم” it is “100 mg”. A single number is not a run, because its
    digits keep their order without isolation; neither is “6-MP” after a Latin word, with whose letters it goes.
    """
    end, before = 0, ""
    for match in _RUN.finditer(text):
        before = next(_directions(text[end : match.start()][::-1]), before)
        if match[0].isdigit() or (match["compound"] and before == "ltr"):
            continue
        if match.start() > end:
            yield text[end : match.start()], False
        yield match[0], True
        end = match.end()
    if end < len(text):
        yield text[end:], False


_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl", "RLO": "rtl"}


def _directions(text: str) -> Iterator[str]:
    """Yield the direction of each letter and right-to-left override; digits and signs have none."""
    return filter(None, (_STRONG.get(unicodedata.bidirectional(letter)) for letter in text))


def is_right_to_left(text: str) -> bool:
    """Tell whether a text has a right-to-left letter or override."""
    return "rtl" in _directions(text)


def direction_in(text: str, direction: str) -> str:
    """Return the direction of a text; `direction` is that of the language in which it was given.

    A text may have foreign words, but one without any letter of its language is in another.
    """
    found = set(_directions(_without_runs(text)))
    return direction if direction in found or not found else found.pop()


def first_direction(text: str, direction: str) -> str:
    """Return the direction of the first letter of a text, or `direction` if it has none (UAX #9, P2 and P3)."""
    return next(_directions(_without_runs(text)), direction)


def _without_runs(text: str) -> str:
    """Return a text without its isolated runs, which are skipped to find its direction: “250 mg” may be in Arabic."""
    return "".join(piece for piece, is_isolated in split_runs(text) if not is_isolated)


RTL_WORD = re.compile(rf"[{_RTL}]+")
_FORMATS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # embeddings, overrides and isolates, which have no glyph


def visual_order(text: str, direction: str) -> list[tuple[str, Literal["ltr", "rtl"]]]:
    """Return the pieces of a line in visual order, from left to right, each with its own direction (UAX #9).

    `direction` is that of the language of the line.
    """
    isolated = (f"\u2066{piece}\u2069" if is_isolated else piece for piece, is_isolated in split_runs(text))
    icu = load_icu("bidirectional text")
    units = icu.UnicodeString("".join(isolated))
    line = icu.Bidi()
    line.setPara(units, 1 if direction == "rtl" else 0)
    pieces: list[tuple[str, Literal["ltr", "rtl"]]] = []
    for start, length, is_reversed in map(line.getVisualRun, range(line.countRuns())):
        if piece := _FORMATS.sub("", str(units[start : start + length])):
            pieces.append((piece, "rtl" if is_reversed else "ltr"))
    return pieces
