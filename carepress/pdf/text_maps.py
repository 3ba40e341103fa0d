"""ToUnicode maps (ISO 32000-1, 9.10.3) of brackets and quotation marks in right-to-left lines.

PDFium, the reader of Chrome, mirrors the brackets of such lines; poppler and pdf.js do not. A bracket therefore has two
rows: first the text that PDFium has to mirror, then its own. Programs use the last row. PDFium leaves that out, because its
text is one byte, which poppler and pdf.js read as two. So do Acrobat Reader and SumatraPDF, which is built on MuPDF, in
the report of pdf.js issue 18099; they were not tried here.

The text of other signs, such as ‹ and ≤, has two bytes. Their own rows are in blocks with fewer rows than they have:
PDFium ignores such a block (CPDF_ToUnicodeMap::HandleBeginBFChar), and other programs do not count the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from carepress.text.rtl_faces import EXCHANGED


def with_exchanged(lines: Sequence[bytes], signs: Mapping[int, str]) -> list[bytes]:
    """Return the lines of a map with both rows of each glyph in `signs`, which has their own texts."""
    first = {_row(glyph, ord(sign), 4): _row(glyph, ord(EXCHANGED[sign]), 4) for glyph, sign in signs.items()}
    short = [_row(glyph, ord(sign), 2) for glyph, sign in sorted(signs.items()) if ord(sign) <= 0xFF]
    long = [_row(glyph, ord(sign), 4) for glyph, sign in sorted(signs.items()) if ord(sign) > 0xFF]
    end = lines.index(b"endcmap")
    blocks = [*_block(short, len(short)), *_block([*long, *long[-1:]], len(long))]
    return [*(first.get(line, line) for line in lines[:end]), *blocks, *lines[end:]]


def _block(rows: Sequence[bytes], count: int) -> list[bytes]:
    return [f"{count} beginbfchar".encode(), *rows, b"endbfchar"] if rows else []


def _row(glyph: int, code: int, digits: int) -> bytes:
    return f"<{glyph:04x}> <{code:0{digits}x}>".encode()
