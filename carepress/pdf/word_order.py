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
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any

from carepress.pdf.actual_text import Glyph, Span, visible
from carepress.text.rtl_faces import BRACKETS, last_direction

STEP = 8  # between the places where strings begin, in 1/1000 em
WEAK = {"AN", "EN", "NSM", "CS", "ES", "ET", "BN"}
# PDFium mirrors these after a right-to-left letter. It also reverses the order of digits and brackets: “(555)” stays.
MIRRORED = {*BRACKETS, *"‘’“”"}
IN_BRACKETS = re.compile(r"\(\d+\)|\[\d+\]")
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
    """A word of a line: its glyphs, of which the first one may be the space to the left of it, or only that space.

    `first` is the index of that glyph, and `start` the place of the word in the line's text.
    """

    first: int
    glyphs: Sequence[Glyph]
    start: int
    has_space: bool
    spans: Sequence[Span]
    is_mirrored: bool

    @property
    def is_rtl(self) -> bool:
        return self.glyphs[-1].is_rtl

    @property
    def codes(self) -> list[int]:
        return [glyph.number for glyph in self.glyphs]

    @property
    def begin(self) -> int:
        """The index of the first glyph after the space, unless both are in a span with a text of its own."""
        has_own_text = any(span.text is not None for span in self.spans)
        return self.first + (self.has_space and not has_own_text and len(self.glyphs) > 1)

    @property
    def can_begin_elsewhere(self) -> bool:
        is_one_string = len(self.spans) == len({glyph.font for glyph in self.glyphs}) == 1
        return self.has_space and is_one_string


def find_places(text: str, glyphs: Sequence[Glyph], spans: Sequence[Span], reading: Reading) -> dict[int, Place]:
    """Return the glyphs that begin a string, by their index; none if PDFium reads the line in the right order."""
    words = list(_words(text, glyphs, spans, reading.before))
    places: dict[int, Place] = {}
    for phrase in _phrases(words, reading.direction):
        begin, end = phrase[0].begin, phrase[-1].first + len(phrase[-1].glyphs)
        places |= {begin: Place(begin), end: Place(end)}
        ranks = _ranks(phrase, reading.direction)
        for index, word in enumerate(phrase[1:], 1):
            spaces = 1 + sum(word.codes == other.codes for other in phrase[1:index])
            places[word.first] = Place(begin, ranks[index] - ranks[0], spaces)
    return places


def _words(text: str, glyphs: Sequence[Glyph], spans: Sequence[Span], before: str) -> Iterator[_Word]:
    """Yield the words of a line in the order of drawing; `before` is the direction of the text before the line."""
    data = text.encode()
    of_glyphs = [span for span in enumerate(spans) for _glyph in range(span[1].glyphs)]
    for first, end in pairwise([*_first_glyphs(data, glyphs), len(glyphs)]):
        has_space = _is_space(data, glyphs[first])
        letters = glyphs[first + has_space : end] or glyphs[first:end]
        start, stop = min(glyph.start for glyph in letters), max(glyph.end for glyph in letters)
        is_number = IN_BRACKETS.fullmatch(data[start:stop].decode())
        is_mirrored = not is_number and any(_is_mirrored(data, glyph, before) for glyph in letters)
        word_spans = list(dict(of_glyphs[first:end]).values())
        yield _Word(first, glyphs[first:end], start, has_space, word_spans, is_mirrored)


def _first_glyphs(data: bytes, glyphs: Sequence[Glyph]) -> Iterator[int]:
    """Yield the index of the first glyph of each word: a space, or where the direction changes after a letter."""
    is_space, is_rtl = True, False
    for index, glyph in enumerate(glyphs):
        after_space, was_rtl = is_space, is_rtl
        is_space, is_rtl = _is_space(data, glyph), glyph.is_rtl
        if not index or is_space or (not after_space and is_rtl != was_rtl):
            yield index


def _is_space(data: bytes, glyph: Glyph) -> bool:
    return data[glyph.start : glyph.end] == b" "


def _is_mirrored(data: bytes, glyph: Glyph, before: str) -> bool:
    """Tell whether PDFium would extract another sign; brackets of right-to-left runs have two rows (text_maps.py)."""
    sign = glyph.texts.get(glyph.number, "")
    if sign not in MIRRORED or (glyph.is_rtl and sign <= "\xff"):
        return False
    return (last_direction(data[: glyph.start].decode()) or before) == "R"


def _ranks(words: Sequence[_Word], direction: str) -> list[int]:
    """Return the rank of each word in the order in which PDFium has to read them."""
    starts = sorted((word.start for word in words), reverse=direction == "R")
    return [starts.index(word.start) for word in words]


def _phrases(words: Sequence[_Word], direction: str) -> Iterator[Sequence[_Word]]:
    """Yield the words that PDFium would read in the wrong order: as few as have to be sorted, or else those of one run."""
    ranks, begin = _ranks(words, direction), 0
    for end in range(1, len(words) + 1):
        if max(ranks[:end]) < end:
            block, begin = words[begin:end], end
            runs = [[*run] for is_rtl, run in groupby(block, attrgetter("is_rtl")) if is_rtl != (direction == "R")]
            yield from [block] if _can_be_sorted(block) else filter(_can_be_sorted, runs)


def _can_be_sorted(words: Sequence[_Word]) -> bool:
    is_safe = all(word.can_begin_elsewhere for word in words[1:]) and not any(word.is_mirrored for word in words)
    return len(words) > 1 and is_safe


# --- Drawing ---------------------------------------------------------------------------------


class SortedText:
    """A stream of WeasyPrint that divides strings of glyphs where others have to begin."""

    def __init__(self, stream: Any, glyphs: Sequence[Glyph], places: Mapping[int, Place]) -> None:
        self.stream, self.glyphs, self.places = stream, glyphs, places
        self.begins: dict[int, float] = {}  # by the index of a phrase, in 1/1000 em, like `x`
        self.index, self.x = 0, 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def show_text(self, string: str) -> None:
        """Show a string of glyphs as strings that begin where they have to."""
        piece = ""
        for digits, number in TOKENS.findall(string):
            if number:
                piece += f" {number} "
                self.x -= float(number)
            for code in re.findall("....", digits):
                width = self.glyphs[self.index].widths[int(code, 16)]
                if place := self.places.get(self.index):
                    self._show(piece)
                    piece = self._begin(place, code, width)
                else:
                    piece += f"<{code}>"
                self.x += width
                self.index += 1
        self._show(piece)

    def _show(self, piece: str) -> None:
        if piece:
            self.stream.show_text(piece.replace("><", ""))

    def _begin(self, place: Place, code: str, width: float) -> str:
        """Return the beginning of a string: its first glyph, in a phrase a space that is drawn elsewhere."""
        if place.phrase == self.index:
            self.begins[self.index] = self.x
            return f"<{code}>"
        back = round(self.x - self.begins[place.phrase]) - STEP * place.steps
        again = f"{width}<{code}>" * (place.spaces - 1)
        return f"{back}<{code}>{again}{-back}"
