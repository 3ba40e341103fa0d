"""Split the text of a message into words and codes: marks, links and placeholders, which a translator must not edit.

The pieces joined are the text again, character for character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkDestination, parseLinkTitle
from markdown_it.token import Token

from carepress.model.document import PLACEHOLDER
from carepress.text.emphasis import with_emphasis_in_any_script
from carepress.text.inline import SYNTAX

Kind = Literal["bold", "italic", "link", "placeholder", "character"]
Role = Literal["open", "close", "alone"]
PRINTF = re.compile(r"%\(\w+\)[sd]|%%")  # in a string of the interface


@dataclass(frozen=True, slots=True)
class Code:
    """A code; the two codes of a pair have the same number."""

    text: str
    kind: Kind
    role: Role
    number: int = 0


Piece = str | Code


def split_markdown(text: str) -> tuple[Piece, ...]:
    """Split the Markdown of a segment; where the parser changes the text, only its placeholders are codes."""
    try:
        pieces = tuple(_markdown(text))
    except _MismatchError:
        pieces = tuple(_placeholders(text, PLACEHOLDER))
    return _numbered(pieces)


def split_printf(text: str) -> tuple[Piece, ...]:
    """Split a string of the interface, which has placeholders such as %(title)s and no Markdown."""
    return _numbered(tuple(_placeholders(text, PRINTF)))


def join(pieces: tuple[Piece, ...]) -> str:
    """Return the text that was split."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in pieces)


def renumber(pieces: tuple[Piece, ...], source: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Return the pieces of a translation, each code with the number of the same code in the English.

    A code that the English does not have has a number that the English does not use.
    """
    known = _signatures(source)
    extra = 1 + max(known, default=0)
    numbers: dict[int, int] = {}
    for number, signature in _signatures(pieces).items():
        free = (own for own, other in known.items() if other == signature and own not in numbers.values())
        numbers[number] = next(free, extra)
        extra += numbers[number] == extra
    return tuple(piece if isinstance(piece, str) else replace(piece, number=numbers[piece.number]) for piece in pieces)


def _signatures(pieces: tuple[Piece, ...]) -> dict[int, tuple[str, ...]]:
    """Return the texts of each code or pair, by number."""
    signatures: dict[int, tuple[str, ...]] = {}
    for piece in pieces:
        if isinstance(piece, Code):
            signatures[piece.number] = (*signatures.get(piece.number, (piece.kind,)), piece.text)
    return signatures


def _numbered(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    count, opened, numbered = 0, list[int](), list[Piece]()
    for piece in pieces:
        if isinstance(piece, str):
            numbered.append(piece)
        elif piece.role == "close":
            numbered.append(replace(piece, number=opened.pop()))
        else:
            count += 1
            numbered.append(replace(piece, number=count))
            if piece.role == "open":
                opened.append(count)
    return tuple(numbered)


def _placeholders(text: str, pattern: re.Pattern[str]) -> Iterator[Piece]:
    place = 0
    for match in pattern.finditer(text):
        if words := text[place : match.start()]:
            yield words
        yield Code(match[0], "placeholder", "alone")
        place = match.end()
    if place < len(text):
        yield text[place:]


# --- Markdown: the parser gives no columns, so its tokens are matched with the text ----------------


class _MismatchError(ValueError):
    """A token that is not in the text as the parser returns it."""


_TYPES: dict[str, tuple[Kind | None, Role]] = {
    "strong_open": ("bold", "open"),
    "strong_close": ("bold", "close"),
    "em_open": ("italic", "open"),
    "em_close": ("italic", "close"),
    "link_open": ("link", "open"),
    "text_special": ("character", "alone"),
}


@cache
def _parser() -> MarkdownIt:
    # Without this rule, an escaped character and an entity are tokens of their own.
    return with_emphasis_in_any_script(MarkdownIt("zero").enable([*SYNTAX]).disable("text_join"))


def _markdown(text: str) -> Iterator[Piece]:
    (root,) = _parser().parseInline(text)
    place, words = 0, ""
    for token in root.children or ():
        end, code = _located(text, place, token)
        if code is None:
            words += text[place:end]
        else:
            yield from _placeholders(words, PLACEHOLDER)
            yield code
            words = ""
        place = end
    if place != len(text):
        raise _MismatchError
    yield from _placeholders(words, PLACEHOLDER)


def _located(text: str, place: int, token: Token) -> tuple[int, Code | None]:
    """Return where a token of the text ends, and its code unless it is plain text. Raises _MismatchError."""
    if token.info == "auto":  # an address in angle brackets, whose text the parser normalizes
        raise _MismatchError
    if token.type == "link_close":
        end = _link_end(text, place)
        return end, Code(text[place:end], "link", "close")
    kind, role = _TYPES.get(token.type, (None, "alone"))
    written = "[" if token.type == "link_open" else token.markup if kind else token.content
    if token.type == "softbreak":
        written = "\n"
    if not text.startswith(written, place):
        raise _MismatchError
    return place + len(written), Code(written, kind, role) if kind else None


def _link_end(text: str, place: int) -> int:
    """Return the end of the part of a link in parentheses, which begins with the bracket that closes its words."""
    if not text.startswith("](", place):
        raise _MismatchError
    end = _skip_space(text, parseLinkDestination(text, _skip_space(text, place + 2), len(text)).pos)
    title = parseLinkTitle(text, end, len(text))
    end = _skip_space(text, title.pos) if title.ok else end
    if not text.startswith(")", end):
        raise _MismatchError
    return end + 1


def _skip_space(text: str, place: int) -> int:
    return place + len(text[place:]) - len(text[place:].lstrip(" \n\t"))
