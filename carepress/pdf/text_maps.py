"""ToUnicode maps (ISO 32000-1, 9.10.3) of brackets in right-to-left lines.

PDFium, the reader of Chrome, mirrors the brackets of such lines; poppler and pdf.js do not. A bracket therefore has two
rows: first the text that PDFium has to mirror, then its own. Programs use the last row. PDFium leaves that out, because its
text is one byte, which poppler and pdf.js read as two. So do Acrobat Reader and SumatraPDF, which is built on MuPDF, in
the report of pdf.js issue 18099; they were not tried here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from carepress.text.rtl_faces import BRACKETS


def with_exchanged(lines: Sequence[bytes], brackets: Mapping[int, str]) -> list[bytes]:
    """Return the lines of a map with both rows of each glyph in `brackets`, which has their own texts."""
    first = {_row(glyph, ord(letter), 4): _row(glyph, ord(BRACKETS[letter]), 4) for glyph, letter in brackets.items()}
    own = [_row(glyph, ord(letter), 2) for glyph, letter in sorted(brackets.items())]
    end = lines.index(b"endcmap")
    block = [f"{len(own)} beginbfchar".encode(), *own, b"endbfchar"] if own else []
    return [*(first.get(line, line) for line in lines[:end]), *block, *lines[end:]]


def _row(glyph: int, code: int, digits: int) -> bytes:
    return f"<{glyph:04x}> <{code:0{digits}x}>".encode()
