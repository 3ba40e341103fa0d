"""Faces of scripts whose letters are reordered and joined, with glyphs for programs that do not read /ActualText.

Firefox (pdf.js) copies the letter of each glyph in the order of drawing: of Hindi “कि”, the vowel sign before the
consonant. Such a face therefore has three kinds of further glyphs, which are never typed. Their names:

    uni0915.mute        a glyph without a letter; its text is U+2060, which pdf.js leaves out
    text.0915.600       an empty glyph with a letter, nearly as wide as what is drawn, in 1/1000 em
    text.0915           an empty glyph with a letter, for the others of a cluster

A cluster is drawn by mute glyphs, and then spelled by empty ones in its place. pdf.js does not move on after mute
glyphs, nor by the number that follows one (ISO 32000-1, 9.4.3, TJ): they stay between two glyphs `text.2060`.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

from carepress.text.rtl_faces import JOINERS, NARROW, Placed, add_glyphs, moved_glyph

MUTE = "\u2060"
STEP, WIDEST = 100, 2000  # of the widths of a first letter, in 1/1000 em
CUT = 0.3  # WeasyPrint cuts off the decimals of distances: this makes them the whole numbers that are meant
EXTRA = re.compile(r"text\.([0-9A-F]+)(?:\.(\d+))?$")


@dataclass(frozen=True, slots=True)
class ClusterGlyphs:
    """The further glyphs of a face."""

    letters: Mapping[int, str]
    """The text of each of them, by number."""
    mute: Mapping[int, int]
    """By the glyph that is drawn."""
    empty: Mapping[tuple[str, int], int]
    """By letter and width, 0 for that of the narrow one."""


def cluster_glyphs(font: TTFont) -> ClusterGlyphs | None:
    """Return the further glyphs of a face, if `with_cluster_glyphs` has made it."""
    numbers = font.getReverseGlyphMap()
    mute = {numbers[name.removesuffix(".mute")]: number for name, number in numbers.items() if name.endswith(".mute")}
    if not mute:
        return None
    found = ((EXTRA.match(name), number) for name, number in numbers.items())
    empty = {(chr(int(match[1], 16)), int(match[2] or 0)): number for match, number in found if match}
    texts = dict.fromkeys(mute.values(), MUTE) | {number: letter for (letter, _width), number in empty.items()}
    return ClusterGlyphs(texts, mute, empty)


def with_cluster_glyphs(data: bytes, names: tuple[str, ...]) -> bytes:
    """Return a face with further glyphs for the letters whose Unicode names begin with one of `names`."""
    font = TTFont(io.BytesIO(data), recalcBBoxes=False, recalcTimestamp=False)
    scale = font["head"].unitsPerEm / 1000
    letters = [chr(code) for code in font.getBestCmap() if unicodedata.name(chr(code), "").startswith(names)]
    added = {
        f"{name}.mute": (moved_glyph(font["glyf"], name, 0, 0), *font["hmtx"][name])
        for name in font.getGlyphOrder()
        if name != ".notdef"
    }
    for letter in sorted({*letters, *JOINERS, MUTE}):
        name = f"text.{ord(letter):04X}"
        added[name] = Glyph(), round(_narrow(letter) * scale), 0
        if _is_wide(letter):
            for width in range(STEP, WIDEST + 1, STEP):
                added[f"{name}.{width}"] = Glyph(), round(width * scale), 0
    return add_glyphs(font, added)


def spell_cluster(text: str, glyphs: Sequence[Placed], texts: Mapping[int, str], extra: ClusterGlyphs) -> list[Placed]:
    """Return the glyphs of a cluster, and those that spell it if they do not; as they were where that is not possible.

    `text` is the visible text of the cluster, `texts` are those of the face's glyphs by number.
    """
    if "".join(texts.get(glyph.number, MUTE) for glyph in glyphs) == text:
        return list(glyphs)
    is_known = all((letter, 0) in extra.empty for letter in text) and all(
        glyph.number in extra.mute for glyph in glyphs
    )
    if not (text and is_known):
        return list(glyphs)
    total = round(sum(glyph.width for glyph in glyphs))
    spelled = [Placed(extra.empty[letter, 0], _narrow(letter)) for letter in text]
    index = next((index for index, letter in enumerate(text) if _is_wide(letter)), 0)
    left = total - sum(glyph.width for glyph in spelled) + spelled[index].width
    step = min(WIDEST, STEP * max(1, ceil(left / STEP))) if _is_wide(text[index]) else 0
    spelled[index] = Placed(extra.empty[text[index], step], left - CUT)
    skip = extra.empty[MUTE, 0]
    drawn = [replace(glyph, number=extra.mute[glyph.number]) for glyph in glyphs]
    return [Placed(skip), *drawn, Placed(skip, -total - CUT), *spelled]


def _is_wide(letter: str) -> bool:
    """Tell whether a letter has a width of its own; pdf.js sees none in others, whatever the font says."""
    return unicodedata.category(letter) in ("Lo", "Mc")


def _narrow(letter: str) -> int:
    return 0 if unicodedata.category(letter) in ("Mn", "Cf") else NARROW
