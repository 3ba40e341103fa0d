"""Print to terminals and pipes of any encoding."""

from __future__ import annotations

import codecs
import io
import json
import sys

import click

ERRORS = "carepress"  # the name of the error handler
ASCII = "carepress-ascii"  # ASCII by another name, because Click writes UTF-8 to a stream whose encoding is “ascii”
# What is written instead of characters that the encoding of a terminal lacks; others are written as \\u2713.
PLAIN = {"“": '"', "”": '"', "‘": "'", "’": "'", "«": '"', "»": '"', "…": "...", "–": "-", "—": "-", "\u2011": "-"}
PLAIN |= dict.fromkeys("\u00a0\u2009\u202f", " ")


def accept_any_text() -> None:
    """Let the output streams write any text. Python would stop at a letter that the terminal's encoding lacks."""
    codecs.register_error(ERRORS, _replacement)
    codecs.register(_ascii)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding=ASCII if is_ascii else None, errors=ERRORS)


def _ascii(name: str) -> codecs.CodecInfo | None:
    if name.replace("_", "-") != ASCII:
        return None
    codec = codecs.lookup("ascii")
    return codecs.CodecInfo(
        codec.encode,
        codec.decode,
        incrementalencoder=codec.incrementalencoder,
        incrementaldecoder=codec.incrementaldecoder,
        name=ASCII,
    )


def _replacement(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(PLAIN.get(letter) or ascii(letter)[1:-1] for letter in letters), error.end


def echo_json(data: object) -> None:
    """Print data as JSON, in UTF-8 on any terminal (RFC 8259, 8.1)."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace"))
