"""The digest that reviewers sign, of everything a family reads in one language.

It covers the text, drawings, tables, sheets and schedules of the book, and the hospital's numbers, rules, name,
address, own pages and day of the next review. It leaves out logos, colors, paper, the version and the program, and
also paths and line numbers: text that only moves to another file stays signed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from carepress.hospital.adapt import values
from carepress.model import Book, Chapter, Drawing, Hospital, Schedule, Segment, Sheet
from carepress.model.hospital import EMERGENCY, TRANSLATION_REVIEWER

SHORT = 12  # hexadecimal digits of a printed digest

NamedNode = Chapter | Sheet | Schedule | Drawing

# Classes that were renamed after signatures were given: a digest contains the earlier name.
SIGNED_NAMES = {"WordsBox": "Words"}

NOT_SIGNED = {
    "path",
    "line",
    "folder",
    "version",
    "revised",
    "required",
    "optional",
    "needed",
    "color",
    "fill",
    "versions",
    "codes",
    "ages",
}
# Fields that were added after signatures were given: a digest leaves them out as long as they have this value.
ADDED: Mapping[tuple[str, str], object] = {
    ("Book", "handouts"): [],
    ("Book", "packets"): [],  # a packet has a digest of its own, and its handouts are signed
    ("Book", "cut"): None,
    ("Book", "front_drawing"): None,
    ("Book", "source_lang"): "en",
    ("Book", "words"): [],
    ("Part", "drawing"): None,
    ("Table", "exposures"): [],
    ("ListBlock", "start"): 1,
    ("ListBlock", "parenthesized"): False,
    ("Sheet", "legend"): None,
    ("Sheet", "orientation"): "portrait",
    ("Sheet", "in_book"): True,
    ("TablePart", "example"): [],
    ("TablePart", "lines"): 1,
    ("TablePart", "per_handout"): False,
    ("Column", "choices"): [],
    ("HandoutCut", "exposures"): [],
}


@dataclass(frozen=True, slots=True)
class SignedPassage:
    """A piece of the signed content. `text` is its source text or a description; `value` is what is signed, as JSON."""

    path: str
    line: int | None
    text: str
    value: str

    @property
    def digest(self) -> str:
        """The SHA-256 of the value, in hexadecimal."""
        return sha256(self.value.encode()).hexdigest()


def passages(book: Book, hospital: Hospital | None) -> tuple[SignedPassage, ...]:
    """Return the signed content in order. `book` is in the family's language, as the hospital publishes it."""
    rows = _hospital_content(hospital, book.lang) if hospital else ()
    return (
        *_book_passages(replace(book, packets=())),
        *(_passage(hospital.path, None, name, [name, row]) for name, row in rows if hospital),
    )


def content_digest(content: Iterable[SignedPassage]) -> str:
    """Return the SHA-256 of passages in their order, in hexadecimal."""
    return sha256("\n".join(passage.digest for passage in content).encode()).hexdigest()


def roles_for(hospital: Hospital, lang: str, source_lang: str) -> tuple[str, ...]:
    """Return the roles that must sign in a language."""
    return tuple(role for role in hospital.sign_off if role != TRANSLATION_REVIEWER or lang != source_lang)


# --- The pieces ------------------------------------------------------------------------------


def _passage(path: str, line: int | None, text: str, value: object) -> SignedPassage:
    return SignedPassage(path, line, text, json.dumps(value, ensure_ascii=False, sort_keys=True))


def _book_passages(book: Book) -> Iterator[SignedPassage]:
    for node in _walk(book):
        match node:
            case Segment():
                yield _passage(node.path, node.line, node.source, [node.kind, node.text])
            case Book():
                top = _unnumbered(book)
                yield _passage(book.title.path, None, "the order of the book", _structure(top, top))
            case Chapter():
                yield _passage(node.path, None, "the order of the chapter", _structure(node, node))
            case Drawing() | Sheet() | Schedule():
                name = f"the {type(node).__name__.lower()} “{node.id}”"
                yield _passage(node.title.path, None, name, _structure(node, node))


def _walk(node: object) -> Iterator[object]:
    """Yield a node and everything below it in reading order."""
    yield node
    if isinstance(node, tuple):
        for item in node:
            yield from _walk(item)
    elif is_dataclass(node) and not isinstance(node, Segment):
        for entry in fields(node):
            yield from _walk(getattr(node, entry.name))


def _structure(node: Any, top: object) -> object:
    """Return a node without its texts as JSON types; a nested node with its own passage is reduced to its id."""
    if isinstance(node, Segment):
        return node.kind
    if isinstance(node, NamedNode) and node is not top:
        return node.id
    if isinstance(node, tuple):
        return [_structure(item, top) for item in node]
    if is_dataclass(node):
        inside = {entry.name: _structure(getattr(node, entry.name), top) for entry in fields(node)}
        name = type(node).__name__
        return [SIGNED_NAMES.get(name, name), {key: row for key, row in inside.items() if _is_signed(name, key, row)}]
    return node.isoformat() if isinstance(node, date) else node


def _unnumbered(book: Book) -> Book:
    """Return a handout without its number and those of others: another handout of the book voids no signature."""
    if not book.cut:
        return book
    handout = replace(book.cut.handout, number=None)
    elsewhere = tuple(replace(item, number=None) for item in book.cut.elsewhere)
    parts = tuple(replace(part, number=1) for part in book.parts)
    return replace(book, parts=parts, cut=replace(book.cut, handout=handout, total=0, elsewhere=elsewhere))


def _is_signed(kind: str, name: str, value: object) -> bool:
    added = (kind, name) in ADDED and value == ADDED[kind, name]
    return name not in NOT_SIGNED and not added


def _hospital_content(hospital: Hospital, lang: str) -> Iterator[tuple[str, object]]:
    """Yield the signed values of a hospital in a language, with their keys in the profile."""
    yield "name", hospital.name[lang]
    if hospital.short_name != hospital.name:
        yield "short_name", hospital.short_name[lang]
    yield "address", hospital.address[lang]
    yield "web", hospital.web
    yield "emergency", hospital.emergency and hospital.emergency[lang]
    if hospital.quotation:
        yield "quotation", [hospital.quotation.text[lang], hospital.quotation.who[lang]]
    yield "review_due", hospital.review_due.isoformat()
    for telephone in hospital.telephones:
        hours = telephone.hours and telephone.hours[lang]
        row = [telephone.number, telephone.label[lang], hours, telephone.fills]
        # Without an extension, the row is as it was before there were any.
        yield f"telephone {telephone.number}", [*row, telephone.ext] if telephone.ext else row
    yield from (("follow_up", [row.label[lang], row.every, row.months]) for row in hospital.follow_up)
    yield from sorted((name, text) for name, text in values(hospital, lang).items() if name != EMERGENCY)
