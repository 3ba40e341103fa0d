"""The order in which PDFium, the reader of Chrome, extracts the words of a line with right-to-left letters.

PDFium does not apply the bidirectional algorithm. It sorts the strings of a line by where they begin. If more
right-to-left than left-to-right words are in it, PDFium then reverses the order of all words, else of none
(CPDF_TextPage::CloseTempLine, CFX_BidiString): in an Arabic line “250 mg” becomes “mg 250”, and in an English line an
Arabic phrase begins with its last word.

But a string may begin anywhere: words that PDFium would extract in the wrong order are drawn as strings of their own,
which begin with the space before them, at the beginning of the phrase. Other programs only use the places of letters
(poppler) or the order of drawing (pdf.js), which stay the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from carepress.pdf.actual_text import Glyph, Span, visible
from carepress.text.rtl_faces import last_direction

STEP = 0.1  # between the places where strings begin, in CSS px: a few of the whole numbers in which places are given
WEAK = {"AN", "EN", "NSM", "CS", "ES", "ET", "BN"}
TOKENS = re.compile(r"<([0-9a-f]*)>|([^<>\s]+)")


# --- Lines -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """How PDFium reads a text box: the direction of its line, and of the last letter before the box, L or R."""

    direction: str
    before: str


def read_line(texts: Sequence[str]) -> list[Reading]:
    """Return how PDFium reads the text boxes of a line: from right to left if more parts of it are."""
    kinds = [kind for text in texts for kind, _part in groupby(map(_kind, visible(text)))]
    direction = before = "R" if kinds.count("R") > kinds.count("L") else "L"
    readings = []
    for text in texts:
        readings.append(Reading(direction, before))
        before = last_direction(text) or before
    return readings


def _kind(letter: str) -> str:
    """Return the kind of a letter to PDFium, which divides a line where it changes."""
    kind = unicodedata.bidirectional(letter)
    return "weak" if kind in WEAK else kind.replace("AL", "R") if kind in ("L", "R", "AL") else ""


# --- Words -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where a string begins: some steps after the first word of its phrase, which is a glyph by its index.

    It begins with that many spaces: PDFium drops the second of two equal strings that begin in nearly the same place.
    """

    phrase: int
    steps: int = 0
    spaces: int = 1


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a line, with the space to the left of it.

    `first` is the index of its first glyph, and `letter` that of the first one that is not a space, or is in a span with
    it; `start` is its place in the text.
    """

    first: int
    letter: int
    start: int
    is_rtl: bool
    codes: tuple[int, ...]
    can_begin_elsewhere: bool
    is_mirrored: bool


def find_places(text: str, glyphs: Sequence[Glyph], spans: Sequence[Span], direction: str) -> dict[int, Place]:
    """Return the glyphs that begin a string, by their index; none if PDFium reads the line in the right order.

    `direction` is that in which PDFium reads the line, L or R.
    """
    words = list(_words(text, glyphs, spans))
    places: dict[int, Place] = {}
    for phrase in _phrases(words, direction):
        order = _read_order(phrase, direction)
        begin, end = phrase[0].letter, phrase[-1].first + len(phrase[-1].codes)
        places |= {begin: Place(begin), end: Place(end)}
        for index, word in enumerate(phrase[1:], 1):
            spaces = 1 + sum(word.codes == other.codes for other in phrase[1:index])
            places[word.first] = Place(begin, order[index] - order[0], spaces)
    return places


def _words(text: str, glyphs: Sequence[Glyph], spans: Sequence[Span]) -> Iterator[_Word]:
    """Yield the words of a line in the order of drawing."""
    data = text.encode()
    spaces = [data[glyph.start : glyph.end] == b" " for glyph in glyphs]
    of_glyphs = [number for number, span in enumerate(spans) for _ in range(span.glyphs)]
    firsts = [
        index
        for index in range(len(glyphs))
        if not index or spaces[index] or (not spaces[index - 1] and glyphs[index].is_rtl != glyphs[index - 1].is_rtl)
    ]
    for first, end in zip(firsts, (*firsts[1:], len(glyphs))):
        word, numbers = glyphs[first:end], {*of_glyphs[first:end]}
        has_space = spaces[first] and len(word) > 1
        is_one_string = len({glyph.font for glyph in word}) == len(numbers) == 1
        yield _Word(
            first,
            first + (has_space and all(spans[number].text is None for number in numbers)),
            min(glyph.start for glyph in word[has_space:]),
            word[-1].is_rtl,
            tuple(glyph.number for glyph in word),
            spaces[first] and is_one_string,
            any(glyph.is_mirrored for glyph in word),
        )


def _read_order(words: Sequence[_Word], direction: str) -> list[int]:
    """Return the rank of each word in the order that PDFium has to read."""
    starts = sorted((word.start for word in words), reverse=direction == "R")
    return [starts.index(word.start) for word in words]


def _phrases(words: Sequence[_Word], direction: str) -> Iterator[Sequence[_Word]]:
    """Yield the words that PDFium would read in the wrong order: as few as have to be sorted, or else those of one run."""
    order, begin = _read_order(words, direction), 0
    for index in range(len(words)):
        if max(order[: index + 1]) > index:
            continue
        block, begin = words[begin : index + 1], index + 1
        if _can_be_sorted(block):
            yield block
        elif len(block) > 1:
            runs = (list(run) for is_rtl, run in groupby(block, _is_rtl) if is_rtl != (direction == "R"))
            yield from filter(_can_be_sorted, runs)


def _is_rtl(word: _Word) -> bool:
    return word.is_rtl


def _can_be_sorted(words: Sequence[_Word]) -> bool:
    is_safe = all(word.can_begin_elsewhere for word in words[1:]) and not any(word.is_mirrored for word in words)
    return len(words) > 1 and is_safe


# --- Drawing ---------------------------------------------------------------------------------


class SortedText:
    """A stream of WeasyPrint that divides strings of glyphs where others have to begin."""

    def __init__(self, stream: Any, places: Mapping[int, Place]) -> None:
        self.stream, self.places = stream, places
        self.fonts: dict[str, Any] = {}
        self.phrases: dict[int, float] = {}  # where they begin
        self.index, self.x = 0, 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def add_font(self, pango_font: Any) -> tuple[Any, float]:
        """Add a font, whose widths are then known."""
        font, size = self.stream.add_font(pango_font)
        self.fonts[font.hash] = font
        return font, size

    def set_font_size(self, name: str, size: float) -> None:
        """Set the font and its size."""
        self.widths, self.unit = self.fonts[name].widths, size / 1000
        self.stream.set_font_size(name, size)

    def show_text(self, string: str) -> None:
        """Show a string of glyphs as strings that begin where they have to."""
        piece = ""
        for digits, number in TOKENS.findall(string):
            if number and float(number):
                piece += f" {number} "
                self.x -= float(number) * self.unit
            for code in re.findall("....", digits):
                if place := self.places.get(self.index):
                    self._show(piece)
                    piece = self._begin(code, place)
                else:
                    piece += f"<{code}>"
                self.x += self.widths[int(code, 16)] * self.unit
                self.index += 1
        self._show(piece)

    def _show(self, piece: str) -> None:
        if piece:
            self.stream.show_text(piece.replace("><", ""))

    def _begin(self, code: str, place: Place) -> str:
        """Return the beginning of a string."""
        if place.phrase == self.index:
            self.phrases[self.index] = self.x
            return f"<{code}>"
        back = round((self.x - self.phrases[place.phrase] - place.steps * STEP) / self.unit)
        again = f"{self.widths[int(code, 16)]}<{code}>" * (place.spaces - 1)
        return f"{back}<{code}>{again}{-back}"
