"""Text that is copied, searched and read aloud: /ActualText where glyphs alone do not spell it (ISO 32000-1, 14.9.4).

A glyph has one text in its font's ToUnicode map. In many scripts that does not suffice: letters are joined, reordered
or divided into several glyphs. Words of such glyphs are marked with their letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from carepress.text.fonts import FAMILY, letters
from carepress.text.rtl_faces import JOINERS

# Atkinson Hyperlegible draws all of its letters one by one, except these: in some languages it has other forms of them.
OTHER_FORMS = set("iIıİĳĲşŞţŢ")
# Signs that share a glyph, whose text may be either.
SHARED = str.maketrans("\u00a0\u2010\u2011\u2126\u2206\u00b5", " --\u03a9\u0394\u03bc")
MARKS = {"Mn", "Mc"}  # Unicode categories. Where marks are raised, poppler and PDFium see another line.
GLYPHS = re.compile(r"<([0-9a-f]*)>|[^<]+")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph of a line in the order of drawing, and the part of the line's text that it and its neighbors show.

    `start` and `end` are indexes in the text in UTF-8. `texts` are those of glyphs in the font's character map, and
    `widths` those of glyphs that were drawn, in 1/1000 em. `font` is the name of the font: another one for a raised glyph.
    """

    number: int
    start: int
    end: int
    texts: Mapping[int, str]
    is_rtl: bool
    font: str
    widths: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Span:
    """Some glyphs that follow each other, and their text if it must be marked."""

    glyphs: int
    text: str | None


def is_plain(text: str, family: str) -> bool:
    """Tell whether every glyph of a text has the text of one letter, without looking at the glyphs."""
    return family == FAMILY and _plain().issuperset(text)


def _plain() -> frozenset[str]:
    if not _PLAIN:
        marks = {letter for letter in map(chr, letters()) if unicodedata.combining(letter)}
        _PLAIN.append(frozenset(set(map(chr, letters())) - marks - (OTHER_FORMS - set("iI"))))
    return _PLAIN[0]


_PLAIN: list[frozenset[str]] = []


def find_spans(text: str, glyphs: Sequence[Glyph], *, space_first: bool = False) -> list[Span]:
    """Return the glyphs of a line in spans: words, or single letters where the line runs from right to left.

    Glyphs are drawn from left to right, and programs that extract text reverse those of right-to-left letters. A space
    belongs to the word before it, because PDFium loses some of those between two spans, or to the word after it.
    """
    data = text.encode()
    words = groupby(glyphs, lambda glyph: _key(data, glyph, space_first))
    return list(_joined(_word(data, list(word)) for _number, word in words))


def _key(data: bytes, glyph: Glyph, space_first: bool) -> tuple[object, ...]:
    """Return what is equal for the glyphs of a span."""
    if glyph.is_rtl:
        return glyph.start, glyph.end
    return (sum(map(str.isspace, data[: glyph.end if space_first else glyph.start].decode())),)


def _word(data: bytes, glyphs: list[Glyph]) -> Span:
    word = data[min(glyph.start for glyph in glyphs) : max(glyph.end for glyph in glyphs)].decode()
    spelled = "".join(glyph.texts.get(glyph.number, "\0") for glyph in glyphs)
    word = visible(word)
    if glyphs[0].is_rtl:
        spelled = unicodedata.normalize("NFC", spelled[::-1])
        word = unicodedata.normalize("NFC", word)
    elif any(unicodedata.category(letter) in MARKS for letter in word):
        return Span(len(glyphs), word)
    return Span(len(glyphs), None if _same(spelled, word) else word)


def _same(spelled: str, word: str) -> bool:
    """Tell whether two texts are the same, apart from the kinds of spaces and hyphens."""
    return spelled.translate(SHARED) == word.translate(SHARED)


def visible(text: str) -> str:
    """Return a text without the characters that only control its layout, such as soft hyphens."""
    return "".join(letter for letter in text if letter in JOINERS or unicodedata.category(letter) != "Cf")


def drawn_text(text: str) -> str:
    """Return the letters of a text, without spaces and layout controls."""
    return "".join(visible(text).split())


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield spans, those that follow each other without a text as one."""
    for is_exact, group in groupby(spans, lambda span: span.text is None):
        if is_exact:
            yield Span(sum(span.glyphs for span in group), None)
        else:
            yield from group


def pdf_string(text: str) -> str:
    """Return a text as a string of PDF (ISO 32000-1, 7.9.2.2)."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"


class GlyphCounter:
    """Divides strings of glyphs, as WeasyPrint shows them, where spans begin and end."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.spans = list(spans)
        self.index, self.left = 0, spans[0].glyphs

    @property
    def span(self) -> Span:
        """The current span."""
        return self.spans[self.index]

    def divide(self, string: str) -> Iterator[tuple[str, bool]]:
        """Yield the pieces of a string, and whether the next piece is in another span."""
        piece = ""
        for match in GLYPHS.finditer(string):
            if match[1] is None:
                piece += match[0]
                continue
            digits = match[1]
            piece += "" if digits else " "  # between two numbers
            while digits:
                if not self.left:
                    yield piece, True
                    piece, self.index = "", self.index + 1
                    self.left = self.spans[self.index].glyphs
                taken = digits[: 4 * self.left]
                digits = digits[len(taken) :]
                self.left -= len(taken) // 4
                piece += f"<{taken}>"
        yield piece, False
