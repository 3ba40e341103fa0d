"""Compare the text that a reader extracts from each page of a PDF file with the text that was set.

Text is extracted as ISO 32000-1 prescribes: /ActualText (14.9.4) replaces what is marked with it; the glyphs of
other text have that of the font's ToUnicode map (9.10.2). Clauses are those of ISO 32000-1.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator

import pikepdf

from carepress.model import Problem
from carepress.pdf.actual_text import SHARED
from carepress.preflight import REPORT
from carepress.text.bidi import RTL_WORD, is_right_to_left
from carepress.text.language import text_direction

# A font in use, /ActualText, the begin and end of marked content, a form XObject, glyphs.
TOKEN = re.compile(
    rb"/(\S+) [\d.-]+ Tf\b|/ActualText <FEFF([0-9A-F]*)>|\b(B[DM]C)\b|\b(EMC)\b|/(\S+) Do\b|<([0-9a-f]+)>"
)
LATIN_WORD = re.compile("[A-Za-z]+")
# Hebrew points and Arabic vowel signs on one letter. Fonts draw them in an order of their own: shadda before damma.
POINTS = re.compile("[\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]{2,}")
MAPPING = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]*)>")

ToUnicode = dict[str, str]


def check_text(data: bytes, pages: Iterable[str], name: str) -> list[Problem]:
    """Return a problem for each page whose text is not extracted as it was set.

    `pages` are the texts set on each page, one on each line and without spaces; `name` is the path in the problems.
    """
    problems = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        is_mirrored = text_direction(str(pdf.Root.Lang).replace("-", "_")) == "rtl"
        fonts: dict[tuple[int, int], ToUnicode] = {}
        for number, (page, text) in enumerate(zip(pdf.pages, pages), 1):
            pieces = (
                piece[::-1] if len(piece) > 1 and is_right_to_left(piece) else piece
                for piece in _extract(page.obj, fonts)
            )
            extracted = "".join("".join(pieces).split())
            if wrong := _difference(text.translate(SHARED), extracted.translate(SHARED), is_mirrored):
                message = f"page {number}: {wrong}"
                problems.append(Problem("pdf-text", "error", name, None, message, REPORT))
    return problems


def _difference(text: str, extracted: str, is_mirrored: bool) -> str:
    """Return how the extracted text of a page differs, or an empty text.

    Right-to-left words, and the signs around other words in a paragraph from right to left, are extracted in the order
    of drawing, from left to right; the order of the points of one letter has no meaning (Unicode 2.11, canonical
    equivalence). `is_mirrored` is whether the paragraphs of the file run from right to left.
    """
    mirrored = is_mirrored or is_right_to_left(text)
    if mirrored:
        extracted = _sort_points(extracted)
    for line in text.splitlines():
        words = [line]
        if mirrored:
            words = [*(_sort_points(word[::-1]) for word in RTL_WORD.findall(line)), *LATIN_WORD.findall(line)]
        if any(word not in extracted for word in words):
            return f"“{line[:40]}” is not extracted as it was set"
    set_letters, found = Counter(text.replace("\n", "")), Counter(extracted)
    if lost := set_letters - found:
        return f"“{''.join(lost)[:40]}” is not extracted"
    added = found - set_letters
    return f"“{''.join(added)[:40]}” is extracted, but was not set" if added else ""


def _sort_points(text: str) -> str:
    return POINTS.sub(lambda match: "".join(sorted(match[0])), text)


def _extract(owner: pikepdf.Object, fonts: dict[tuple[int, int], ToUnicode]) -> Iterator[str]:
    """Yield the pieces of text of a page or form XObject, in the order of its content."""
    stream = owner if isinstance(owner, pikepdf.Stream) else owner.Contents
    resources = owner.get("/Resources", pikepdf.Dictionary())
    names = resources.get("/Font", pikepdf.Dictionary())
    forms = resources.get("/XObject", pikepdf.Dictionary())
    texts: ToUnicode = {}
    replaced: list[bool] = []  # for each open marked content, whether its glyphs are replaced
    is_replacement = False
    for font, actual, begin, end, form, glyphs in TOKEN.findall(stream.read_bytes()):
        if font:
            texts = _to_unicode(names[f"/{font.decode()}"], fonts)
        elif actual:
            yield bytes.fromhex(actual.decode()).decode("utf-16-be")
            is_replacement = True
        elif begin:
            replaced.append(is_replacement)
            is_replacement = False
        elif end:
            replaced.pop()
        elif form and forms[f"/{form.decode()}"].Subtype == "/Form":
            yield from _extract(forms[f"/{form.decode()}"], fonts)
        elif glyphs and not any(replaced):
            digits = glyphs.decode()
            yield from (texts.get(digits[index : index + 4], "\ufffd") for index in range(0, len(digits), 4))


def _to_unicode(font: pikepdf.Object, fonts: dict[tuple[int, int], ToUnicode]) -> ToUnicode:
    """Return the text of each glyph of a font by its number in hexadecimal."""
    key = font.objgen
    if key not in fonts:
        rows = MAPPING.findall(font.ToUnicode.read_bytes())
        fonts[key] = {glyph.decode(): bytes.fromhex(text.decode().zfill(4)).decode("utf-16-be") for glyph, text in rows}
    return fonts[key]
