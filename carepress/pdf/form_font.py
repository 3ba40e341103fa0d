"""The font in which readers set what is typed into form fields (ISO 32000-1, 12.7.3.3).

It has the letters of the sheet's language. A simple font has 252 of them at most. PDFium, the reader of Chrome, sets
others in a font of its own if they are in cp1252, or in one of the system if it has one for their script: Chinese or
Polish, for example, but neither Vietnamese nor all of Turkish. Sheets in Latin letters therefore have those letters
first. It does not shape what is typed: Arabic letters are in the right order, but apart; vowel signs of Hindi follow
their consonants.

A composite font may have any number of letters, but PDFium leaves out what it lacks: its code 0 for an unknown letter
counts as known (CPDF_CIDFont::CharCodeFromUnicode, CPDF_BAFontMap::KnowWord). A second embedded font does not add letters:
PDFium looks for fonts of the form by the charset of their substitute (CPDF_BAFontMap::FindResFontSameCharset,
CPDF_Font::GetSubstFontCharset), which an embedded font does not have.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pydyf
import uharfbuzz
from fontTools.ttLib import TTFont

from carepress.text.alphabet import letters_by_cldr, letters_of, marks_of
from carepress.text.fonts import font_path, subset_font
from carepress.text.typefaces import BY_SLUG, face_bytes, typeface_of

CONTROLS = (9, 10, 13)  # codes that programs may read as ends of lines
CODES = range(1, 256)  # of a simple font
ASCII = {*map(chr, range(ord(" "), 127))}
# What is hardly typed on a sheet: signs that give way to letters, and letters that would not fit beside those.
UNUSED = "\ufffd\x7f\u00a0\u00ad¤¦¨¬¯¶¸¹ƒˆ‰‹›†‡˜™©®´‚¢¥§·÷`^~{}|\\\\"
LEFT_OUT = "ĊċĠġĦħŔŕŢţŸÿˇ"
# What PDFium sets in a font of its own, and gives way to letters that it would leave out; the rarest first.
GIVES_WAY = "ÐðÞþŠšŽžªµº×¼½¾²³±«»•„£#*[]<>=_—“”‘&ÅåÆæØøÏÎËÛïîëûŒœ@$+ßÄÖÇÜäöüçÑñ"
LEAVES_OUT = "ĞğİıȘșȚțŌōĀāĒēĢģĪīĶķĻļŅņŪūĖėĮįŲų"  # by PDFium: Turkish, Romanian, Latvian, Lithuanian; not in cp1250
DIGITS_AND_MARKS = {"Nd", "Po"}  # Unicode categories: a script's own digits and punctuation


@dataclass(frozen=True, slots=True)
class FormFont:
    """A font of typed text, with the letters of its codes."""

    data: bytes
    codes: Mapping[int, str]
    """The letters by code: 1 to 255 in a simple font, glyph numbers in a composite one."""
    is_composite: bool = False


def add_form_font(file: Any, lang: str) -> Any:
    """Add the font of a language to a file; return its dictionary."""
    font = form_font(lang)
    return _add_composite(file, font) if font.is_composite else _add_simple(file, font)


def form_font(lang: str) -> FormFont:
    """Return the font of typed text in a language."""
    return _form_font(lang, letters_of(lang))


@cache
def _form_font(lang: str, letters: tuple[str, ...]) -> FormFont:
    typeface = typeface_of(lang)
    if typeface is None or typeface.extra == "cjk":  # a font with the letters of these languages has 10 MB
        return _latin(letters)
    data, latin = face_bytes(typeface, "regular"), font_path("regular")
    has = _letters(data)
    own, marks = ([letter for letter in found if letter in has] for found in (letters, marks_of(lang)))
    signs = [letter for letter in _named(has, typeface.names) if unicodedata.category(letter) in DIGITS_AND_MARKS]
    lacks = set() if has >= ASCII else _letters(latin) - has
    codes = _codes(own, [*marks, *signs], _named(has, typeface.names), has | lacks)
    if not codes:
        return _composite(data)
    parts: list[tuple[bytes | Path, set[str]]] = [(data, has), (latin, lacks)]
    subsets = [subset_font(source, {*map(ord, part & {*codes.values()})}) for source, part in parts if part]
    return FormFont(_join(subsets), codes)


def _latin(letters: tuple[str, ...]) -> FormFont:
    """Return the font of a language with these letters in Latin script, or without those that would be too many."""
    data = face_bytes(BY_SLUG["noto-sans"], "regular")  # Atkinson Hyperlegible lacks Vietnamese letters
    has = _letters(data)
    own = [letter for letter in letters if letter in has]
    wanted = [letter for letter in (*letters_by_cldr("vi"), *LEAVES_OUT) if letter in has.difference(own)]
    others = _named(has, ("LATIN",))
    codes = _codes(own, wanted, others, has) or _codes([], [*own, *wanted], others, has)
    return FormFont(_unshaped(data, {*map(ord, codes.values())}), codes)


def _unshaped(data: bytes, characters: set[int]) -> bytes:
    """Return a subset of a large font without its tables for shaping, which fontTools alone would take long to read."""
    subset = uharfbuzz.SubsetInput()
    subset.unicode_set.update(characters)
    subset.layout_feature_tag_set.clear()
    face = uharfbuzz.Face(uharfbuzz.Blob(data))
    return subset_font(bytes(subset.subset(face).blob.data), characters)


def _composite(data: bytes) -> FormFont:
    with TTFont(io.BytesIO(data), lazy=True) as font:
        letters = sorted(code for code in font.getBestCmap() if code <= 0xFFFF)  # PDFium has no others
        codes = {font.getGlyphID(font.getBestCmap()[code]): chr(code) for code in reversed(letters)}
    return FormFont(data, dict(sorted(codes.items())), is_composite=True)


def _join(fonts: list[bytes]) -> bytes:
    """Return one font with the letters of several, which have the same units, without tables for shaping."""
    if len(fonts) == 1:
        return fonts[0]
    from fontTools.merge import Merger, Options  # late: most files have no fields

    merger = Merger(Options(drop_tables=["GDEF", "GPOS", "GSUB", "STAT"]))
    joined, output = merger.merge([*map(io.BytesIO, fonts)]), io.BytesIO()
    joined.recalcTimestamp = False  # the font is kept for files with other dates
    with TTFont(io.BytesIO(fonts[0]), lazy=True) as first:
        joined["head"].created, joined["head"].modified = first["head"].created, first["head"].modified
    joined.save(output)
    return output.getvalue()


def _letters(source: bytes | Path) -> set[str]:
    with TTFont(io.BytesIO(source) if isinstance(source, bytes) else source, lazy=True) as font:
        return {*map(chr, font.getBestCmap())}


def _named(letters: set[str], names: tuple[str, ...]) -> list[str]:
    """Return the letters whose Unicode names begin with one of these."""
    return [letter for letter in sorted(letters) if unicodedata.name(letter, "").startswith(names)]


def _codes(own: list[str], wanted: list[str], more: list[str], has: set[str]) -> dict[int, str]:
    """Return the letters of a simple font by code: `own`, and of `wanted` and `more` as many as fit.

    The codes are those of cp1252, if the font `has` them, with other letters in place of unused codes and rare signs,
    and, if that is not enough, of what `GIVES_WAY` and of letters of other languages. Return nothing if `own` do not fit.
    """
    codes = {code: _cp1252(code) for code in CODES if code >= ord(" ") and _cp1252(code) in has}
    kept = {*own, *wanted}
    needed, wanted = ([letter for letter in row if letter not in codes.values()] for row in (own, wanted))
    more = [letter for letter in more if letter not in {*codes.values(), *needed, *wanted, *LEFT_OUT}]
    spare = {*UNUSED}.difference(own) | {*LEFT_OUT}
    free = [code for code in CODES if code not in CONTROLS and codes.get(code, "\ufffd") in spare]
    others = [code for code in codes if codes[code] in GIVES_WAY or (code > 127 and codes[code].isalpha())]
    others = [code for code in others if codes[code] not in kept and code not in free]
    others.sort(key=lambda code: GIVES_WAY.find(codes[code]))
    free += others[: max(0, len(needed + wanted) - len(free))]
    if len(needed) > len(free):
        return {}
    codes.update(zip(free, [*needed, *wanted, *more]))
    return dict(sorted(codes.items()))


def _cp1252(code: int) -> str:
    return bytes([code]).decode("cp1252", "replace")


# --- The objects of the file ---------------------------------------------------------------


@cache
def _glyph_names() -> dict[str, str]:
    """Return the names of the Adobe Glyph List, as PDF/A requires (ISO 19005-2, 6.2.11.6), by their letters."""
    from fontTools.agl import LEGACY_AGL2UV  # late: it takes 0.1 s, and most files have no fields

    return {chr(codes[0]): name for name, codes in reversed(LEGACY_AGL2UV.items()) if len(codes) == 1}


def _add_simple(file: Any, font: FormFont) -> Any:
    """Add a TrueType font (ISO 32000-1, 9.6.3)."""
    name, descriptor, widths = _add_descriptor(file, font)
    changed = [(code, letter) for code, letter in font.codes.items() if code < ord(" ") or _cp1252(code) != letter]
    known = _glyph_names()
    names = ((code, known.get(letter, f"uni{ord(letter):04X}")) for code, letter in changed)
    differences = pydyf.Array(item for code, glyph in names for item in (code, f"/{glyph}"))
    encoding = {"Type": "/Encoding", "BaseEncoding": "/WinAnsiEncoding", "Differences": differences}
    item = pydyf.Dictionary({"Type": "/Font", "Subtype": "/TrueType", "BaseFont": name})
    item.update({"FirstChar": CODES[0], "LastChar": CODES[-1]})
    item["Widths"] = pydyf.Array(widths.get(font.codes.get(code, ""), 0) for code in CODES)
    item.update({"Encoding": pydyf.Dictionary(encoding), "FontDescriptor": descriptor.reference})
    item["ToUnicode"] = _add_unicode_map(file, font.codes, 1)
    file.add_object(item)
    return item


def _add_composite(file: Any, font: FormFont) -> Any:
    """Add a composite font whose codes are glyph numbers (ISO 32000-1, 9.7)."""
    name, descriptor, widths = _add_descriptor(file, font)
    system = pydyf.Dictionary(
        {"Registry": pydyf.String("Adobe"), "Ordering": pydyf.String("Identity"), "Supplement": 0}
    )
    glyphs = pydyf.Dictionary(
        {"Type": "/Font", "Subtype": "/CIDFontType2", "BaseFont": name, "CIDToGIDMap": "/Identity"}
    )
    glyphs.update({"CIDSystemInfo": system, "FontDescriptor": descriptor.reference})
    runs = ((code, pydyf.Array([widths[letter]])) for code, letter in font.codes.items())
    glyphs["W"] = pydyf.Array(item for run in runs for item in run)
    file.add_object(glyphs)
    item = pydyf.Dictionary({"Type": "/Font", "Subtype": "/Type0", "BaseFont": name, "Encoding": "/Identity-H"})
    item["DescendantFonts"] = pydyf.Array([glyphs.reference])
    item["ToUnicode"] = _add_unicode_map(file, font.codes, 2)
    file.add_object(item)
    return item


def _add_descriptor(file: Any, font: FormFont) -> tuple[str, Any, dict[str, int]]:
    """Add the font file and its descriptor (ISO 32000-1, table 122).

    Return the name of the font, the descriptor, and the widths of the letters in thousandths of the font size.
    """
    with TTFont(io.BytesIO(font.data)) as source:
        head, os2, hhea, scale = source["head"], source["OS/2"], source["hhea"], 1000 / source["head"].unitsPerEm
        name = f"/{source['name'].getDebugName(6)}"
        glyphs, advances = source.getBestCmap(), source["hmtx"]
        widths = {letter: round(advances[glyphs[ord(letter)]][0] * scale) for letter in font.codes.values()}
    program = pydyf.Stream([font.data], {"Length1": len(font.data)}, compress=True)
    file.add_object(program)
    descriptor = pydyf.Dictionary({"Type": "/FontDescriptor", "FontName": name, "FontFile2": program.reference})
    box = (head.xMin, head.yMin, head.xMax, head.yMax)
    descriptor["FontBBox"] = pydyf.Array(round(side * scale) for side in box)
    descriptor["Ascent"] = round(hhea.ascent * scale)
    descriptor["Descent"] = round(hhea.descent * scale)
    descriptor["CapHeight"] = round(os2.sCapHeight * scale)
    descriptor.update({"ItalicAngle": 0, "StemV": 80, "Flags": 4 if font.is_composite else 32, "MissingWidth": 0})
    file.add_object(descriptor)
    return name, descriptor, widths


def _add_unicode_map(file: Any, codes: Mapping[int, str], size: int) -> Any:
    """Add the ToUnicode map (ISO 32000-1, 9.10.3) of codes of a `size` in bytes; return its reference."""
    rows = [f"<{code:0{2 * size}X}> <{ord(letter):04X}>" for code, letter in codes.items()]
    blocks = (rows[start : start + 100] for start in range(0, len(rows), 100))  # 100 rows at most
    lists = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    text = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        f"1 begincodespacerange <{'00' * size}> <{'FF' * size}> endcodespacerange\n{lists}\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end\n"
    )
    stream = pydyf.Stream([text.encode()], compress=True)
    file.add_object(stream)
    return stream.reference
