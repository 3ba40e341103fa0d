"""What people sign for: the digest of what a family reads in one language, and what of it has changed since.

In it are the text, drawings, tables, sheets and schedules of the book, and what the hospital says: its numbers,
rules, name, address, own pages, and the day of the next review. Logos, colors, paper, the version and the engine
are not. Nor are paths and line numbers: text that only moves to another file stays signed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from carepress.hospital.adapt import values
from carepress.model import Book, Chapter, Drawing, Hospital, Schedule, Segment, Sheet, Signature
from carepress.model.hospital import TRANSLATION_REVIEWER

SHORT = 12  # letters of a digest that are printed
MARK = 8  # of one that tells a passage from others in its file

Node = Chapter | Sheet | Schedule | Drawing
Marks = Mapping[str, tuple[str, ...]]  # of each file, the marks of its passages

# Class names that are part of a digest as they were when signatures were given.
SIGNED_NAMES = {"WordsBox": "Words"}

UNREAD = {"path", "line", "folder", "version", "revised", "required"}


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of what is signed. `words` name it: its English, or what it is; `mark` is different when it is."""

    path: str
    line: int | None
    words: str
    mark: str


def passages(book: Book, hospital: Hospital | None) -> tuple[Passage, ...]:
    """Return what a family reads, in order; `book` is in the language they read, as the hospital publishes it."""
    said = _said(hospital, book.lang) if hospital else ()
    return (*_of_book(book), *(_passage(hospital.path, None, name, [name, what]) for name, what in said if hospital))


def content_digest(found: Iterable[Passage]) -> str:
    """Return the SHA-256 of passages in their order, in hexadecimal."""
    return sha256("\n".join(passage.mark for passage in found).encode()).hexdigest()


def marks(found: Iterable[Passage]) -> dict[str, tuple[str, ...]]:
    """Return the short marks of passages by their files."""
    rows: dict[str, tuple[str, ...]] = {}
    for passage in found:
        rows[passage.path] = (*rows.get(passage.path, ()), passage.mark[:MARK])
    return rows


def changes(now: Iterable[Passage], then: Marks) -> list[Passage]:
    """Return what is new or different since `then`; a file that only lost passages is named once."""
    now = tuple(now)
    left = {path: Counter(row) for path, row in then.items()}
    found = []
    for passage in now:
        row = left.get(passage.path, Counter())
        if row[passage.mark[:MARK]] > 0:
            row[passage.mark[:MARK]] -= 1
        else:
            found.append(passage)
    told = {passage.path for passage in found}
    for path, row in left.items():
        if row.total() and path not in told:
            found.append(Passage(path, None, "what stood here is gone", ""))
    return found or [Passage(now[0].path, None, "the order of the text", "")]


def roles_for(hospital: Hospital, lang: str, source_lang: str) -> tuple[str, ...]:
    """Return who must sign in a language."""
    return tuple(role for role in hospital.sign_off if role != TRANSLATION_REVIEWER or lang != source_lang)


def latest(signatures: Iterable[Signature], book: str, lang: str) -> dict[str, Signature]:
    """Return the last signature of each role for a book in a language."""
    return {item.role: item for item in signatures if (item.book, item.lang) == (book, lang)}


# --- The pieces ------------------------------------------------------------------------------


def _passage(path: str, line: int | None, words: str, value: object) -> Passage:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return Passage(path, line, words, sha256(text.encode()).hexdigest())


def _of_book(book: Book) -> Iterator[Passage]:
    for node in _walk(book):
        match node:
            case Segment():
                yield _passage(node.path, node.line, node.source, [node.kind, node.text])
            case Book():
                yield _passage(book.title.path, None, "the order of the book", _bones(book, book))
            case Chapter():
                yield _passage(node.path, None, "the order of the chapter", _bones(node, node))
            case Drawing() | Sheet() | Schedule():
                name = f"the {type(node).__name__.lower()} “{node.id}”"
                yield _passage(node.title.path, None, name, _bones(node, node))


def _walk(node: object) -> Iterator[object]:
    """Yield what is under a node in reading order, itself first."""
    yield node
    if isinstance(node, tuple):
        for item in node:
            yield from _walk(item)
    elif is_dataclass(node) and not isinstance(node, Segment):
        for entry in fields(node):
            yield from _walk(getattr(node, entry.name))


def _bones(node: Any, top: object) -> object:
    """Return all of a node but its texts, for JSON; of a piece inside that counts for itself, its id."""
    if isinstance(node, Segment):
        return node.kind
    if isinstance(node, Node) and node is not top:
        return node.id
    if isinstance(node, tuple):
        return [_bones(item, top) for item in node]
    if is_dataclass(node):
        inside = {entry.name: _bones(getattr(node, entry.name), top) for entry in fields(node)}
        name = type(node).__name__
        return [SIGNED_NAMES.get(name, name), {key: value for key, value in inside.items() if key not in UNREAD}]
    return node.isoformat() if isinstance(node, date) else node


def _said(hospital: Hospital, lang: str) -> Iterator[tuple[str, object]]:
    """Yield what a hospital says in a language, named as in its profile."""
    yield "name", hospital.name[lang]
    yield "address", hospital.address[lang]
    yield "web", hospital.web
    yield "emergency", hospital.emergency and hospital.emergency[lang]
    yield "review_due", hospital.review_due.isoformat()
    for telephone in hospital.telephones:
        hours = telephone.hours and telephone.hours[lang]
        yield f"telephone {telephone.number}", [telephone.number, telephone.label[lang], hours, telephone.fills]
    yield from (("follow_up", [row.label[lang], row.every, row.months]) for row in hospital.follow_up)
    yield from sorted(values(hospital, lang).items())
