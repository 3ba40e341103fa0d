"""ToUnicode maps (ISO 32000-1, 9.10.3) of glyphs that PDFium, the reader of Chrome, has to read in another way.

In right-to-left lines, PDFium mirrors brackets and reverses the parts of words such as “°C”; poppler and pdf.js do not
(carepress/text/rtl_faces.py). Such a glyph has two rows: first the text for PDFium, then its own. Programs use the last row.
PDFium leaves that out, because its text is one byte, which poppler and pdf.js read as two. So do Acrobat Reader and
SumatraPDF, which is built on MuPDF, in the report of pdf.js issue 18099; they were not tried here.

The text of other signs, such as ‹ and ≤, has two bytes. Their own rows are in blocks with fewer rows than they have:
PDFium ignores such a block (CPDF_ToUnicodeMap::HandleBeginBFChar), and other programs do not count the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

MOST_ROWS = 100  # in a block


def with_second_rows(lines: Sequence[bytes], texts: Mapping[int, tuple[str, str]]) -> list[bytes]:
    """Return the lines of a map with both rows of some glyphs: their own texts, and what PDFium reads."""
    first = {_row(glyph, own, 4): _row(glyph, read, 4) for glyph, (own, read) in texts.items()}
    own = sorted((glyph, own) for glyph, (own, _read) in texts.items())
    short = [_row(glyph, letter, 2) for glyph, letter in own if letter <= "\xff"]
    long = [_row(glyph, letter, 4) for glyph, letter in own if letter > "\xff"]
    end = lines.index(b"endcmap")
    blocks = [line for at in range(0, len(short), MOST_ROWS) for line in _block(short[at : at + MOST_ROWS])]
    blocks += _block(long, long[-1:])
    return [*(first.get(line, line) for line in lines[:end]), *blocks, *lines[end:]]


def _block(rows: Sequence[bytes], more: Sequence[bytes] = ()) -> list[bytes]:
    """Return a block, and `more` rows in it that it does not count."""
    return [f"{len(rows)} beginbfchar".encode(), *rows, *more, b"endbfchar"] if rows else []


def _row(glyph: int, letter: str, digits: int) -> bytes:
    return f"<{glyph:04x}> <{ord(letter):0{digits}x}>".encode()
