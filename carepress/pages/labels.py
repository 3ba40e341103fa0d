"""Set labels of drawings as outlines, which look the same in every reader and script.

Kindle drops SVG text and WeasyPrint breaks Arabic in it; outlines survive both.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Literal

import uharfbuzz

from carepress.text.bidi import is_right_to_left, visual_order
from carepress.text.fonts import font_path
from carepress.text.hyphens import hyphenated
from carepress.text.line_breaks import SOFT_HYPHEN, mark_breaks, without_breaks
from carepress.text.typefaces import Typeface, face_bytes

LEADING = 17 / 14  # docs/drawing.md: lines of 14 units are 17 units apart
CAP_HEIGHT = 0.67  # em, of Atkinson Hyperlegible: blocks of lines are centered on their capitals
# A word with the spaces or the mark after it, or a Chinese or Japanese character with the punctuation that belongs to it.
_CJK, _OPENING, _CLOSING = (
    "\u3041-\u30ff\u3400-\u9fff",
    "「『（《〈【“‘",
    "、。，．：；？！」』）》〉】”’ー々っゃゅょッャュョ",
)
_SPACE = "[ \u2000-\u2006\u2008-\u200b\u3000]"  # where a line may break: not at a no-break space
PIECE = re.compile(
    rf"[{_OPENING}]*[{_CJK}][{_CLOSING}]*{_SPACE}*|(?:(?![{_CJK}{_OPENING}]|{_SPACE}).)+[{_CLOSING}]*{_SPACE}*|.{_SPACE}*"
)
ALIGNMENT = {"start": 0.0, "middle": 0.5, "end": 1.0}
DESCENT = 0.22  # em, of its letters below the baseline


@dataclass(frozen=True, slots=True)
class Face:
    """A loaded font; `units` is the number of font units per em. `others` are for letters that it lacks.

    `direction` is that of the language of its lines.
    """

    font: uharfbuzz.Font
    units: int
    others: tuple[Face, ...] = ()
    direction: str = "ltr"

    def has(self, letter: str) -> bool:
        """Tell whether the font has a letter."""
        return self.font.get_nominal_glyph(ord(letter)) is not None


@cache
def load_face(
    strong: bool, typefaces: tuple[Typeface, ...] = (), own: Typeface | None = None, direction: str = "ltr"
) -> Face:
    """Return the regular or bold face of a label whose letters need these typefaces.

    `own` and `direction` are those of its language.
    """
    name = "bold" if strong else "regular"
    blobs: dict[Typeface | None, uharfbuzz.Blob] = {None: uharfbuzz.Blob.from_file_path(str(font_path(name)))}
    blobs.update((typeface, uharfbuzz.Blob(face_bytes(typeface, name))) for typeface in typefaces)
    loaded = [uharfbuzz.Face(blobs.pop(own)), *map(uharfbuzz.Face, blobs.values())]
    first, *others = [Face(uharfbuzz.Font(face), face.upem) for face in loaded]
    return replace(first, others=tuple(others), direction=direction)


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A glyph of a line and its position, in units of the line's face; `scale` is that of the glyph's outline."""

    font: uharfbuzz.Font
    number: int
    x: float
    y: float
    scale: float = 1.0


def _shape(face: Face, text: str) -> tuple[list[_Glyph], float]:
    """Return the glyphs of a line, and the advance of the line, in font units."""
    glyphs, x = [], 0.0
    is_plain = face.direction == "ltr" and not is_right_to_left(text)
    for piece, direction in [(text, None)] if is_plain else visual_order(text, face.direction):
        runs = _runs(face, piece)
        for run, words in reversed(runs) if direction == "rtl" else runs:
            scale = face.units / run.units
            buffer = uharfbuzz.Buffer()
            buffer.add_str(words)
            buffer.guess_segment_properties()
            if direction:
                buffer.direction = direction
            uharfbuzz.shape(run.font, buffer)
            for info, position in zip(buffer.glyph_infos, buffer.glyph_positions):
                place = (x + position.x_offset * scale, float(position.y_offset) * scale)
                glyphs.append(_Glyph(run.font, info.codepoint, *place, scale))
                x += position.x_advance * scale
    return glyphs, x


def _runs(face: Face, text: str) -> list[tuple[Face, str]]:
    """Return a text in runs of one font; marks and spaces are in the font of the letter before them."""
    if not face.others:
        return [(face, text)]
    runs: list[tuple[Face, str]] = []
    for letter in text:
        last = runs[-1][0] if runs else face
        is_attached = letter.isspace() or unicodedata.category(letter) in ("Mn", "Mc", "Cf")
        fonts = (last,) if is_attached else (face, *face.others)
        font = next((font for font in fonts if font.has(letter)), last)
        if runs and font is last:
            runs[-1] = (last, runs[-1][1] + letter)
        else:
            runs.append((font, letter))
    return runs


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a label, in units of the drawing. Its baseline starts, is centered, or ends at (x, y)."""

    face: Face
    text: str
    size: float
    x: float
    y: float
    anchor: Literal["start", "middle", "end"]
    second: bool = False
    """Whether it is in the second of two languages, which has a color of its own."""

    def extent(self) -> tuple[float, float]:
        """Return the left and right end of the line."""
        width = text_width(self.face, self.text, self.size)
        left = self.x - ALIGNMENT[self.anchor] * width
        return left, left + width

    def top(self) -> float:
        """Return the top of the line's capitals."""
        return self.y - self.size * CAP_HEIGHT

    def bottom(self) -> float:
        """Return the bottom of the line's descenders."""
        return self.y + self.size * DESCENT


def text_width(face: Face, text: str, size: float) -> float:
    """Return the width of a line of text, in the units of `size`."""
    return _shape(face, text)[1] * size / face.units


def wrap(face: Face, text: str, size: float, width: float | None, lang: str = "") -> list[str]:
    """Break a text into lines no wider than `width`; longer words are hyphenated as in `lang`, or else not broken.

    Chinese and Japanese break between characters; Thai, Khmer, Lao and Burmese between words.
    """
    if width is None:
        return [text]
    lines: list[str] = []
    for word in map(without_breaks, PIECE.findall(mark_breaks(text))):
        is_long = lang and text_width(face, word.rstrip(), size) > width
        first, *others = hyphenated(word, lang).split(SOFT_HYPHEN) if is_long else [word]
        _add_part(lines, face, first + "-" * bool(others), size, width)
        for index, part in enumerate(others, 1):
            _add_part(lines, face, part + "-" * (index < len(others)), size, width, divided=True)
    return [line.rstrip() for line in lines]


def _add_part(lines: list[str], face: Face, part: str, size: float, width: float, divided: bool = False) -> None:
    """Add a word to the last line if there is room, or to a new one. A `divided` word has its last hyphen before it."""
    before = "" if not lines else lines[-1].removesuffix("-") if divided else lines[-1]
    if lines and text_width(face, (before + part).rstrip(), size) <= width:
        lines[-1] = before + part
    else:
        lines.append(part)


@lru_cache(maxsize=4096)  # every edition and hospital has the same drawings
def outline(face: Face, text: str, size: float, x: float, y: float, anchor: str) -> str:
    """Return the outlines of a line as SVG path data; its baseline starts, is centered, or ends at (x, y)."""
    glyphs, advance = _shape(face, text)
    scale = size / face.units
    x -= ALIGNMENT[anchor] * advance * scale
    path = _Path(scale)
    for glyph in glyphs:
        path.origin, path.scale = (x + glyph.x * scale, y - glyph.y * scale), scale * glyph.scale
        glyph.font.draw_glyph(glyph.number, _pen(), path)
    return "".join(path.data)


class _Path:
    """Collects path data; `origin` is the position of the current glyph."""

    def __init__(self, scale: float) -> None:
        self.scale, self.origin, self.data = scale, (0.0, 0.0), list[str]()

    def add(self, command: str, *coordinates: float) -> None:
        # Two decimals are less than 0.01 mm on A5; y grows downwards in SVG.
        points = []
        for index, value in enumerate(coordinates):
            x, y = self.origin
            points.append(x + value * self.scale if index % 2 == 0 else y - value * self.scale)
        self.data.append(command + " ".join(f"{point:.2f}".rstrip("0").rstrip(".") for point in points))


@cache
def _pen() -> uharfbuzz.DrawFuncs:
    """Return the functions by which a glyph is drawn into a `_Path`."""
    functions = uharfbuzz.DrawFuncs()
    functions.set_move_to_func(lambda x, y, path: path.add("M", x, y))
    functions.set_line_to_func(lambda x, y, path: path.add("L", x, y))
    functions.set_cubic_to_func(lambda a, b, c, d, x, y, path: path.add("C", a, b, c, d, x, y))
    functions.set_quadratic_to_func(lambda a, b, x, y, path: path.add("Q", a, b, x, y))
    functions.set_close_path_func(lambda path: path.add("Z"))
    return functions
