"""Faces of right-to-left scripts with glyphs for programs that copy and search text.

Programs reverse the glyphs of a right-to-left line, one letter for each glyph. A ligature has more letters than glyphs,
and marks are raised, which PDFium and poppler take for another line. Such a face therefore has five kinds of further
glyphs, which are never typed. Their names:

    text.0644           an empty glyph, for a letter that is drawn in the glyph after it, or not at all
    uni064E.at.90.300   a mark that is drawn to the right of its origin and above it, in units of the font
    parenleft.mirrored  a glyph that is drawn for the other bracket of its pair: pdf.js puts the words of a line in the
                        wrong order around a bracket that is marked with its text (/ActualText)
    parenleft.exchanged the same, with two texts: that of the bracket, and for PDFium, which mirrors it, that of the other
                        (carepress/pdf/text_maps.py)
    uni0631.wide.100    a glyph that reaches to the next one: programs take a gap of more than 1/10 em for a space
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from math import ceil
from struct import pack
from typing import Any

from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

ACROSS, UP = 50, 40  # the steps between the places of a mark, in 1/1000 em
# The places of marks; others are rare.
PLACES = [(x, y) for x in range(-100, 701, ACROSS) for y in range(-960, 641, UP)]
MARK = 3  # the class of a glyph in a font (OpenType, GDEF)
WORDS, IS_OFFSET = 1, 2  # flags of a part of a composite glyph (OpenType, glyf)
GAPS = (100, 200)
# Vowel signs and the like, as Arabic and Hebrew are written today.
MARKS = {*map(chr, (*range(0x64B, 0x653), 0x670, *range(0x5B0, 0x5BD), 0x5BF, 0x5C1, 0x5C2, 0x5C7))}
# The width of empty glyphs and marks: pdf.js sees a space before those without one, poppler in a gap of 30/1000 em.
NARROW = ACROSS // 2
JOINERS = "\u200c\u200d"  # they have no glyph
BRACKETS = dict(zip("()[]{}<>«»‹›≤≥", ")(][}{><»«›‹≥≤"))
EXTRA = re.compile(r"text\.([0-9A-F]+)$|(.+)\.(mirrored|exchanged|at|wide)(?:\.(-?\d+))?(?:\.(-?\d+))?$")
LETTERS = (range(0x590, 0x780), range(0xFB1D, 0xFE00), range(0xFE70, 0xFF00))  # Hebrew and Arabic, with joined forms


@dataclass(frozen=True, slots=True)
class ExtraGlyphs:
    """The further glyphs of a face by number."""

    letters: Mapping[int, str]
    """The letter of each glyph, of a ligature the first one."""
    empty: Mapping[str, int]
    """By letter."""
    placed: Mapping[tuple[int, int, int], int]
    """By the glyph of a mark, and its distances to the right and up."""
    wide: Mapping[tuple[int, int], int]
    """By glyph and width of the gap."""
    mirrored: Mapping[int, int]
    """By the glyph of a bracket."""
    exchanged: Mapping[int, int]
    """The same, where PDFium mirrors them; not of ‹ and ≤."""


def extra_glyphs(font: TTFont) -> ExtraGlyphs | None:
    """Return the further glyphs of a face, if `with_extra_glyphs` has made it."""
    numbers = font.getReverseGlyphMap()
    empty: dict[str, int] = {}
    placed: dict[tuple[int, int, int], int] = {}
    wide: dict[tuple[int, int], int] = {}
    mirrored: dict[int, int] = {}
    exchanged: dict[int, int] = {}
    for name, number in numbers.items():
        if not (match := EXTRA.match(name)):
            continue
        if match[1]:
            empty[chr(int(match[1], 16))] = number
        elif match[3] == "mirrored":
            mirrored[numbers[match[2]]] = number
        elif match[3] == "exchanged":
            exchanged[numbers[match[2]]] = number
        elif match[3] == "at":
            placed[numbers[match[2]], int(match[4]), int(match[5])] = number
        else:
            wide[numbers[match[2]], int(match[4])] = number
    if not empty:
        return None
    letters = {numbers[name]: letter for name, letter in letters_of_glyphs(font).items()}
    letters |= {number: letter for letter, number in empty.items()}
    letters |= {number: letters[key[0]] for key, number in (*placed.items(), *wide.items())}
    brackets = {
        numbers[name]: BRACKETS[chr(code)] for code, name in font.getBestCmap().items() if chr(code) in BRACKETS
    }
    letters |= {number: brackets[bracket] for bracket, number in (*mirrored.items(), *exchanged.items())}
    return ExtraGlyphs(letters, empty, placed, wide, mirrored, exchanged)


def letters_of_glyphs(font: TTFont) -> dict[str, str]:
    """Return the letter of each glyph of a right-to-left script by name, of a ligature the first one.

    Glyphs that are drawn for several letters are left out, but not those of several marks, whose order has no meaning.
    """
    texts: dict[str, set[str]] = {}
    for code, name in font.getBestCmap().items():
        if any(code in block for block in LETTERS):
            letters = unicodedata.normalize("NFKC", chr(code))
            texts.setdefault(name, set()).add(letters.strip(" \u0640")[:1] or letters)
    known, before = set(texts), 0
    while before < (before := sum(map(len, texts.values()))):
        for source, name in _substitutions(font):
            if name not in known:
                texts.setdefault(name, set()).update(texts.get(source, ()))
    return {name: min(found) for name, found in texts.items() if len(found) == 1 or (found and found <= MARKS)}


def _substitutions(font: TTFont) -> Iterator[tuple[str, str]]:
    """Yield the glyphs that are drawn in place of others, each after that of its first letter."""
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for item in lookup.SubTable:
            table = getattr(item, "ExtSubTable", item)
            if table.LookupType == 1:
                yield from table.mapping.items()
            elif table.LookupType == 4:
                yield from ((first, row.LigGlyph) for first, rows in table.ligatures.items() for row in rows)


def with_extra_glyphs(data: bytes) -> bytes:
    """Return a face with the further glyphs of its letters."""
    font = TTFont(io.BytesIO(data), recalcBBoxes=False, recalcTimestamp=False)
    letters, classes = letters_of_glyphs(font), font["GDEF"].table.GlyphClassDef.classDefs
    scale = font["head"].unitsPerEm / 1000
    added: dict[str, tuple[Glyph, int, int]] = {}

    def add(name: str, source: str, x: int, y: int, wider: int) -> None:
        moved, further, (advance, bearing) = round(x * scale), round(wider * scale), font["hmtx"][source]
        glyph = moved_glyph(font["glyf"], source, moved, round(y * scale))
        added[name] = glyph, advance + further, bearing + moved

    for letter in sorted({*letters.values(), *JOINERS}):
        added[f"text.{ord(letter):04X}"] = Glyph(), round(NARROW * scale), 0
    brackets = {code: name for code, name in font.getBestCmap().items() if chr(code) in BRACKETS}
    one_byte = {name for code, name in brackets.items() if code <= 0xFF}  # carepress/pdf/text_maps.py
    for name in sorted({*brackets.values()}):
        add(f"{name}.mirrored", name, 0, 0, 0)
        if name in one_byte:
            add(f"{name}.exchanged", name, 0, 0, 0)
    for name, letter in letters.items():
        if letter not in MARKS:
            for gap in GAPS:
                add(f"{name}.wide.{gap}", name, 0, 0, gap)
        elif classes.get(name) == MARK:
            for x, y in PLACES:
                add(f"{name}.at.{x}.{y}", name, x, y, NARROW)
    return add_glyphs(font, added)


def add_glyphs(font: TTFont, added: Mapping[str, tuple[Glyph, int, int]]) -> bytes:
    """Return a font with further glyphs, by name: with their advance widths and left side bearings."""
    if font["post"].formatType != 2:  # the font does not have the names of its glyphs
        font["post"].formatType, font["post"].extraNames, font["post"].mapping = 2, [], {}
    order = [*font.getGlyphOrder(), *added]
    font.setGlyphOrder(order)
    font["glyf"].glyphOrder = order
    for name, (glyph, advance, bearing) in added.items():
        font["glyf"].glyphs[name] = glyph
        font["hmtx"].metrics[name] = advance, bearing
    font["maxp"].maxComponentElements = max(1, font["maxp"].maxComponentElements)
    font["maxp"].maxComponentDepth += 1
    result = io.BytesIO()
    font.save(result)
    return result.getvalue()


def moved_glyph(glyphs: Any, name: str, x: int, y: int) -> Glyph:
    """Return a glyph that shows another one in another place (OpenType, glyf, composite glyph description)."""
    glyph = glyphs[name]
    if not glyph.numberOfContours:
        return Glyph()
    box = glyph.xMin + x, glyph.yMin + y, glyph.xMax + x, glyph.yMax + y
    return Glyph(pack(">5hHH2h", -1, *box, WORDS | IS_OFFSET, glyphs.getGlyphID(name), x, y))


# --- Lines ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Placed:
    """A glyph of a line, in thousandths of the font size: the distance to the next one, and its place beside its own."""

    number: int
    width: float = 0
    x: float = 0
    y: float = 0


def spell(clusters: Sequence[tuple[str, Sequence[Placed]]], extra: ExtraGlyphs, before: str) -> list[list[Placed]]:
    """Return the glyphs of each cluster of a right-to-left run, one for each letter of its text.

    `before` is the direction of the text before them, L or R. Clusters and glyphs are in the order of drawing, from left to
    right: marks before the letter that they are on. Where that is not possible, the glyphs are as they were.
    """
    spelled = []
    start = 0.0
    for text, glyphs in reversed(clusters):
        before = last_direction(text) or before
        letters = [glyph for glyph in glyphs if extra.letters.get(glyph.number, "") not in MARKS]
        start = letters[0].x if letters else start
        brackets = extra.mirrored if before == "L" else {**extra.mirrored, **extra.exchanged}
        spelled.append(_spell(text, glyphs, start, extra, brackets))
    return spelled[::-1]


def last_direction(text: str) -> str:
    """Return the direction of the last letter of a text, L or R; PDFium sees brackets after it in the same direction."""
    kinds = map(unicodedata.bidirectional, reversed(text))
    return next((kind.replace("AL", "R") for kind in kinds if kind in ("L", "R", "AL")), "")


def _spell(
    text: str, glyphs: Sequence[Placed], start: float, extra: ExtraGlyphs, brackets: Mapping[int, int]
) -> list[Placed]:
    """Return the glyphs of a cluster; `start` is the place of the letter."""
    if text in JOINERS:
        return [replace(glyphs[0], number=extra.empty[text])]
    if text in BRACKETS and (number := brackets.get(glyphs[0].number)) and extra.letters[number] == text:
        return [replace(glyphs[0], number=number)]
    left = list(reversed(glyphs))
    spelled = []
    for letter in text:
        glyph = next((glyph for glyph in left if extra.letters.get(glyph.number) == letter), None)
        if glyph:
            left.remove(glyph)
            glyph = _on_the_line(glyph, start, extra)
        elif letter in extra.empty:
            glyph = Placed(extra.empty[letter], 0, start - ACROSS)  # poppler sorts letters by their places
        if not glyph:
            return list(glyphs)
        spelled.append(glyph)
    return list(glyphs) if left else spelled[::-1]


def _on_the_line(glyph: Placed, start: float, extra: ExtraGlyphs) -> Placed | None:
    """Return a glyph that looks the same, but is not raised, and near the `start`; None if there is none."""
    across, up = ACROSS * ceil((glyph.x - start) / ACROSS), UP * round(glyph.y / UP)
    if number := extra.placed.get((glyph.number, across, up)):
        return Placed(number, glyph.width, glyph.x - across)
    return None if glyph.y else glyph


def without_gaps(glyphs: Sequence[Placed], widths: Mapping[int, float], extra: ExtraGlyphs) -> list[Placed]:
    """Return the glyphs of a line, wider ones before gaps; `widths` are those of the glyphs by number."""
    closed = []
    for glyph, after in zip_longest(glyphs, glyphs[1:]):
        gap = glyph.width - glyph.x - widths[glyph.number] + (after.x if after else 0)
        wide = extra.wide.get((glyph.number, 100 * round(gap / 100)))
        closed.append(replace(glyph, number=wide) if wide else glyph)
    return closed
