"""What there is to translate: a book's segments, and the interface strings of the templates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

from carepress.model import Book, Chapter, PublishError, Sheet, segments

# Extraction and rendering must agree on these; `carepress.pages` uses the same.
JINJA_OPTIONS = {
    "trimmed": "true",
    "newstyle_gettext": "true",
    "silent": "false",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
}


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to translate, before catalogs are merged."""

    msgid: str
    plural: str | None
    context: str | None
    path: str
    note: str


def book_messages(book: Book) -> Iterator[Message]:
    """Yield a book's segments in reading order, each with a note on where it stands."""
    places = _places(book)
    for segment in segments(book):
        if not segment.has_words:
            continue
        place = places.get(segment.path)
        yield Message(
            segment.source, None, segment.context, segment.path, f"{segment.kind}, {place}" if place else segment.kind
        )


def _places(book: Book) -> dict[str, str]:
    chapters = {chapter.path: _chapter_place(chapter) for chapter in book.chapters()}
    sheets = {sheet.title.path: _sheet_place(sheet) for sheet in book.sheets()}
    return chapters | sheets


def _chapter_place(chapter: Chapter) -> str:
    return f"chapter “{chapter.title.source}”"


def _sheet_place(sheet: Sheet) -> str:
    return f"sheet “{sheet.title.source}”"


def interface_messages(templates: Path) -> Iterator[Message]:
    """Yield the strings of the templates. Raises PublishError for a template that does not parse."""
    from babel.messages.extract import extract
    from jinja2 import TemplateSyntaxError

    for path in sorted(templates.rglob("*.j2")):
        shown = path.relative_to(templates.parent).as_posix()
        with path.open("rb") as file:
            try:
                found = list(extract("jinja2", file, options=JINJA_OPTIONS, comment_tags=["Translators:"]))
            except TemplateSyntaxError as error:
                raise PublishError(
                    shown, error.lineno, f"the template does not parse: {error.message}", "mend the line"
                ) from None
        for _line, message, comments, context in found:
            singular, plural = message if isinstance(message, tuple) else (message, None)
            note = " ".join(comment.removeprefix("Translators:").strip() for comment in comments)
            yield Message(singular, plural, context, shown, note)


def template_catalog(messages: Iterator[Message], into: polib.POFile) -> polib.POFile:
    """Fill `into` with one entry for each different message, with all the files it stands in."""
    for message in messages:
        entry = into.find(message.msgid, msgctxt=message.context or False)
        if entry is None:
            entry = polib.POEntry(msgid=message.msgid, msgctxt=message.context, comment=message.note)
            if message.plural:
                entry.msgid_plural, entry.msgstr_plural = message.plural, {0: "", 1: ""}
            into.append(entry)
        if (message.path, "") not in entry.occurrences:
            entry.occurrences.append((message.path, ""))
    return into
