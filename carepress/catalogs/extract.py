"""Extract the messages to translate: segments of a book, and interface strings of the templates."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import TypeVar

import polib
from babel.messages.extract import extract
from jinja2 import TemplateSyntaxError

from carepress.catalogs.po import INTERFACE, key_of
from carepress.model import Book, Drawing, IndexEntry, Key, PublishError, Segment, Table, segments
from carepress.model.counts import counted
from carepress.model.document import PLACEHOLDER
from carepress.text.inline import strip_markup
from carepress.workspace.files import walk

# Must agree with the environment of `carepress.pages.environment`, or the extracted strings are not those looked up.
JINJA_OPTIONS = {
    "trimmed": "true",
    "newstyle_gettext": "true",
    "silent": "false",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
}
# How gettext names the syntax of placeholders: %(name)s in templates, {name} in books.
PERCENT = "python-format"
BRACES = "python-brace-format"
FORMATS = (PERCENT, BRACES)
# At most this many places of a message are listed in the translator's comment: “Date” occurs in dozens.
PLACES_NAMED = 4

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Message:
    """A message to translate, as extracted.

    `line` is the line of its source text; `format` is the flag with which msgfmt, Poedit and Weblate check its
    placeholders.
    """

    msgid: str
    plural: str | None
    context: str | None
    path: str
    note: str
    line: int | None = None
    format: str | None = None

    @property
    def key(self) -> Key:
        """The context and source of the message, as in a catalog."""
        return self.context, self.msgid


def book_messages(book: Book) -> Iterator[Message]:
    """Yield a message for each segment in reading order, with a note on its place in the book."""
    places = _places(book)
    blocks = tuple(chapter.blocks for chapter in book.chapters())
    targets = {entry.text: ", ".join(entry.targets) for entry in _find(blocks, IndexEntry)}
    for segment in segments(book):
        if segment.has_words:
            place = places.get(segment.path)
            note = f"{segment.kind}, {place}" if place else segment.kind
            if segment in targets:
                note = f"{segment.kind}: {targets[segment]}"
            braces = BRACES if PLACEHOLDER.search(segment.source) else None
            yield Message(segment.source, None, segment.context, segment.path, note, segment.line, braces)


def _places(book: Book) -> dict[str, str]:
    """Return a description of each file of the book; a drawing or table is described by its first use."""
    places: dict[str, str] = {}
    if book.cover:
        places[book.cover.title.path] = "drawing on the cover"
    if book.front_drawing:
        places[book.front_drawing.title.path] = "drawing of the front matter, not read aloud"
    for part in book.parts:
        if part.drawing:
            places[part.drawing.title.path] = f"drawing of the part {_quoted(part.title)}, not read aloud"
    for handout in book.handouts:
        name = f"the handout {_quoted(handout.title)}"
        if handout.drawing:
            places.setdefault(handout.drawing.title.path, f"drawing on the cover of {name}")
        if handout.ending:
            places.setdefault(handout.ending.title.path, f"drawing at the end of {name}, not read aloud")
    for chapter in book.chapters():
        place = places[chapter.path] = f"chapter {_quoted(chapter.title)}"
        _add_included(places, chapter.blocks, place)
    for sheet in book.sheets():
        place = places[sheet.title.path] = f"sheet {_quoted(sheet.title)}"
        _add_included(places, sheet.parts, place)
    for schedule in book.schedules:
        places[schedule.title.path] = f"schedule {_quoted(schedule.title)}"
    return places


def _add_included(places: dict[str, str], node: object, place: str) -> None:
    for drawing in _find(node, Drawing):
        places.setdefault(drawing.title.path, f"drawing {_quoted(drawing.title)}, {place}")
    for table in _find(node, Table):
        places.setdefault(table.caption.path, f"table {_quoted(table.caption)}, {place}")


def _quoted(segment: Segment) -> str:
    return f"“{strip_markup(segment.source)}”"


def _find(node: object, kind: type[T]) -> Iterator[T]:
    """Yield every node of a kind under `node`, in reading order."""
    if isinstance(node, kind):
        yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from _find(item, kind)
    elif is_dataclass(node):
        for entry in fields(node):
            yield from _find(getattr(node, entry.name), kind)


def section_of(path: str) -> tuple[str, str]:
    """Return the part of the translation that a source file belongs to, and its name there.

    Chapters, sheets, tables, drawings and schedules are folders of a book; the rest is the glossary, the book's own
    facts, and the interface.
    """
    file = PurePosixPath(path)
    if file.suffix == ".j2":
        return INTERFACE, INTERFACE
    folder = file.parent.name
    return (folder if folder in ("chapters", "sheets", "tables", "drawings", "schedules") else file.stem), file.stem


def interface_messages(templates: Path, without: Collection[str] = ()) -> Iterator[Message]:
    """Yield the strings of the templates, without those of some templates or folders of templates.

    Raises PublishError for a template that does not parse.
    """
    for path in sorted(path for path in walk(templates) if path.suffix == ".j2"):
        if path.relative_to(templates).parts[0] not in without:
            yield from _template_messages(path.read_bytes(), path.relative_to(templates.parent).as_posix())


@lru_cache(maxsize=256)
def _template_messages(template: bytes, display_path: str) -> tuple[Message, ...]:
    """Return the strings of a template, parsed once for all books and languages of a process."""
    try:
        strings = list(extract("jinja2", BytesIO(template), options=JINJA_OPTIONS, comment_tags=["Translators:"]))
    except TemplateSyntaxError as error:
        raise PublishError(
            display_path, error.lineno, f"the template does not parse: {error.message}", "correct the line"
        ) from None
    messages = []
    for line, message, comments, context in strings:
        singular, plural = message if isinstance(message, tuple) else (message, None)
        note = " ".join(comment.removeprefix("Translators:").strip() for comment in comments)
        percent = PERCENT if "%" in singular + (plural or "") else None
        messages.append(Message(singular, plural, context, display_path, note, line, percent))
    return tuple(messages)


def template_catalog(messages: Iterator[Message], into: polib.POFile) -> polib.POFile:
    """Add one entry per distinct message to `into`, with its files and notes."""
    entries = {key_of(entry): entry for entry in into}
    notes: dict[Key, dict[str, None]] = {}
    for message in messages:
        entry = entries.get(message.key)
        if entry is None:
            entry = polib.POEntry(msgid=message.msgid, msgctxt=message.context, occurrences=[])
            entries[message.key] = entry
            into.append(entry)
        if message.format and message.format not in entry.flags:
            entry.flags.append(message.format)
        if message.plural and not entry.msgid_plural:
            entry.msgid_plural, entry.msgstr_plural = message.plural, {0: "", 1: ""}
        if (message.path, "") not in entry.occurrences:
            entry.occurrences.append((message.path, ""))
        if message.note:
            notes.setdefault(message.key, {})[message.note] = None
    for key, places in notes.items():
        entries[key].comment = _comment(list(places))
    return into


def _comment(notes: list[str]) -> str:
    rest = len(notes) - PLACES_NAMED
    return "\n".join(notes[:PLACES_NAMED] + ([f"and in {counted(rest, 'more place', 'more places')}"] * (rest > 0)))
