"""A book becomes one hospital's: pages of its own come in, what it leaves out goes, and no link leads nowhere."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from carepress.content.book import link_names
from carepress.model import (
    Book,
    Chapter,
    Hospital,
    Part,
    Problem,
    Segment,
    Telephone,
    map_segments,
    segments,
)
from carepress.workspace.project import check_published

LINK = re.compile(r"\[((?:\\.|[^\[\]\\])*)\]\(((?:chapter|sheet|term):[^()\s]*)\)")


def apply_hospital(book: Book, hospital: Hospital) -> Book:
    """Return a book, in any of the hospital's languages, as that hospital publishes it.

    Chapters are numbered anew; parts keep their numbers. A link to what is left out prints as its words.
    Raises PublishError for a language in which the hospital does not publish.
    """
    check_published(book.lang, hospital.languages, hospital.path)
    adapted = with_own_pages(book, hospital)
    names = link_names(adapted)
    return map_segments(adapted, lambda segment: _without_links(segment, names))


def with_own_pages(book: Book, hospital: Hospital) -> Book:
    """Return a book with a hospital's pages and without what it leaves out; links are as they were."""
    numbers = count(1)
    own = [(page.after, page.chapters[book.lang]) for page in hospital.pages]
    # A page behind a chapter that is left out still has its place.
    kept = {f"chapter:{chapter.id}" for chapter in book.chapters()} - set(hospital.left_out)

    def chapters(old: Sequence[Chapter], numbered: bool) -> tuple[Chapter, ...]:
        found = []
        for chapter in old:
            found += [chapter] if f"chapter:{chapter.id}" in kept else []
            found += [page for after, page in own if after == chapter.id]
        return tuple(replace(item, number=next(numbers) if numbered else None) for item in found)

    def part(old: Part) -> Part:
        sheets = tuple(sheet for sheet in old.sheets if f"sheet:{sheet.id}" not in hospital.left_out)
        return replace(old, chapters=chapters(old.chapters, True), sheets=sheets)

    return replace(
        book,
        # RFC 9562, version 5: a hospital's edition is another publication.
        identifier=str(uuid.uuid5(uuid.UUID(book.identifier), hospital.id)),
        front=(*chapters(book.front, False), *(page for after, page in own if after is None)),
        parts=tuple(map(part, book.parts)),
    )


def _without_links(segment: Segment, names: set[str]) -> Segment:
    """Return a segment in which links to anything but `names` are plain words."""
    if "](" not in segment.text + segment.source:
        return segment

    def plain(found: re.Match[str]) -> str:
        return found[0] if found[2] in names else found[1]

    text, source = LINK.sub(plain, segment.text), LINK.sub(plain, segment.source)
    return segment if (text, source) == (segment.text, segment.source) else replace(segment, text=text, source=source)


def lost_links(book: Book, hospital: Hospital) -> Iterator[Problem]:
    """Yield a warning for each text that names what the hospital leaves out; a person should read it."""
    # Its own pages have the same names in every language, and need not be there in the book's.
    names = link_names(with_own_pages(replace(book, lang=hospital.languages[0]), hospital))
    for segment in segments(book):
        for _words, target in LINK.findall(segment.source):
            left_out = f"chapter:{segment.path.rpartition('/')[2].removesuffix('.md')}" in hospital.left_out
            if target not in names and not left_out:
                message = f"the text names “{target}”, which is left out"
                hint = "read the sentence: its link prints as plain words"
                yield Problem("left-out", "warning", segment.path, segment.line, message, hint)


def values(hospital: Hospital, *langs: str) -> Mapping[str, str]:
    """Return the hospital's words for placeholders in one language, or in two that stand side by side."""
    found = {"hospital_name": _said(hospital.name, langs)}
    for telephone in hospital.telephones:
        if telephone.fills:
            found[telephone.fills] = _telephone(telephone, langs)
    return found | {name: _said(texts, langs) for name, texts in hospital.values.items()}


def _telephone(telephone: Telephone, langs: Sequence[str]) -> str:
    # The number is not broken over two lines, where a phone would read half of it.
    number = telephone.number.replace(" ", "\N{NO-BREAK SPACE}")
    return f"{number} ({_said(telephone.hours, langs)})" if telephone.hours else number


def _said(texts: Mapping[str, str], langs: Sequence[str]) -> str:
    return " / ".join(dict.fromkeys(texts[lang] for lang in langs))
