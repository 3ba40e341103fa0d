"""Pseudo-locales for testing: they reveal text that is not in the catalogs and text that overflows the layout.

`en_XA` is accented, a third longer and bracketed: “[Ŧéļļ ýöûŕ ţéåm ~~~]”. A letter without an accent has
escaped the catalogs; a missing bracket is clipped text; brackets in the middle of a sentence show a sentence
assembled from pieces. `ar_XB` is English whose words run from right to left, as Arabic would.
The names are those of CLDR's pseudo-locales. `carepress.text.language` formats their dates and numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace

from carepress.model import Book, Interface, Segment, map_segments
from carepress.model.interface import english

OVERRIDE, POP = "\u202e", "\u202c"  # RIGHT-TO-LEFT OVERRIDE and what ends it
LONGER = 0.35
# Every letter that Atkinson Hyperlegible has with an accent; the others are unchanged.
_PLAIN = "aAcCdDeEfgGhHiIkKlLnNoOpPrRsStTuUyYzZ"
_ACCENTED = str.maketrans(_PLAIN, "åÅçÇðÐéÉƒğĞħĦîÎķĶļĻñÑöÖþÞŕŔšŠţŢûÛýÝžŽ")
# A translator keeps these: link targets, placeholders, entities, escapes, addresses, doses.
_KEPT = re.compile(
    r"\]\([^)]*\)|\{[a-z][a-z0-9_]*\}|%\([a-z_]+\)[sd]|%%|&#?\w+;|\\."
    r"|https?://[^\s)\]]+|www\.[^\s)\]]*\w|[\w.+-]+@[\w.-]+\w|\b[\w-]+(?:\.[\w-]+)*\.(?:org|com|gov|net|uk)\b(?:/[\w/.-]*\w)?"
    r"|\d[ \u00a0]?(?:mcg|mg|g|kg|ml|mm|cm)\b(?:/\w+)?|°[CF]\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_LAST_BLANKS = re.compile(r"(?:\s*\{[a-z][a-z0-9_]*\})+$")


def _each_word(text: str, change: Callable[[str], str]) -> str:
    """Change the text between the pieces that a translator keeps."""
    pieces, end = [], 0
    for match in _KEPT.finditer(text):
        pieces += [change(text[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*pieces, change(text[end:])])


def _accent(text: str) -> str:
    """Return a text accented, longer and in brackets; trailing placeholders stay at its end."""
    body, blanks = text, ""
    if match := _LAST_BLANKS.search(text):
        body, blanks = text[: match.start()], match[0]
    letters = sum(letter.isalpha() for letter in _KEPT.sub("", body))
    if not letters:  # a message of punctuation alone, such as “%(first)s, %(rest)s”
        return text
    return f"[{_each_word(body, lambda piece: piece.translate(_ACCENTED))}{_padding(body, letters)}]{blanks}"


def _padding(text: str, letters: int) -> str:
    """Return padding: one long piece for a single word, else several words."""
    length = math.ceil(letters * LONGER)
    if " " not in text:
        return "~" * length
    return "".join(f" {'~' * min(6, length - start)}" for start in range(0, length, 6))


def _reverse(text: str) -> str:
    """Override the direction of each word separately, as a line break ends an override."""
    return _each_word(text, lambda piece: _WORD.sub(lambda word: f"{OVERRIDE}{word[0]}{POP}", piece))


PSEUDO = {"en_XA": _accent, "ar_XB": _reverse}


def pseudo_book(book: Book, lang: str) -> Book:
    """Return a book in a pseudo-locale, of the same structure."""

    def change(segment: Segment) -> Segment:
        text = PSEUDO[lang](segment.source) if segment.has_words else segment.source
        return replace(segment, text=text, lang=lang, state="translated")

    return replace(map_segments(book, change), lang=lang)


def pseudo_interface(lang: str) -> Interface:
    """Return the strings of the templates in a pseudo-locale."""
    return Interface(lambda key, plural, count: PSEUDO[lang](english(key, plural, count)))
