"""Adapt a book to a hospital: add its own pages, drop what it leaves out, and unlink dangling links."""

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
    Index,
    Part,
    Problem,
    Segment,
    Telephone,
    map_blocks,
    map_segments,
    segments,
)
from carepress.model.hospital import EMERGENCY
from carepress.workspace.project import check_published

LINK = re.compile(r"\[((?:\\.|[^\[\]\\])*)\]\(((?:chapter|sheet|term):[^()\s]*)\)")


def apply_hospital(book: Book, hospital: Hospital) -> Book:
    """Return a book, in any of the hospital's languages, as that hospital publishes it.

    Chapters are renumbered; parts keep their numbers. A link to a dropped page becomes plain text, and the index
    leaves it out. Raises PublishError for a language in which the hospital does not publish.
    """
    check_published(book.lang, hospital.languages, hospital.path)
    adapted = with_own_pages(book, hospital)
    names = link_names(adapted)
    adapted = map_blocks(adapted, lambda block: _with_targets(block, names) if isinstance(block, Index) else block)
    return map_segments(adapted, lambda segment: _without_links(segment, names))


def with_own_pages(book: Book, hospital: Hospital) -> Book:
    """Return a book with a hospital's own pages, and without what it leaves out; links do not change."""
    numbers = count(1)
    own_pages = [(page.after, page.chapters[book.lang]) for page in hospital.pages]
    # An own page keeps its place even if the chapter before it is left out.
    included = {f"chapter:{chapter.id}" for chapter in book.chapters()} - set(hospital.left_out)

    def chapters(old: Sequence[Chapter], numbered: bool) -> tuple[Chapter, ...]:
        included_chapters = []
        for chapter in old:
            included_chapters += [chapter] if f"chapter:{chapter.id}" in included else []
            included_chapters += [page for after, page in own_pages if after == chapter.id]
        return tuple(replace(item, number=next(numbers) if numbered else None) for item in included_chapters)

    def part(old: Part) -> Part:
        sheets = tuple(sheet for sheet in old.sheets if f"sheet:{sheet.id}" not in hospital.left_out)
        return replace(old, chapters=chapters(old.chapters, True), sheets=sheets)

    return replace(
        book,
        # RFC 9562, version 5: a hospital's edition is another publication.
        identifier=str(uuid.uuid5(uuid.UUID(book.identifier), hospital.id)),
        front=(*chapters(book.front, False), *(page for after, page in own_pages if after is None)),
        parts=tuple(map(part, book.parts)),
    )


def _with_targets(index: Index, names: set[str]) -> Index:
    """Return an index with only these targets, and without the entries that have none of them."""
    left = (replace(e, targets=tuple(name for name in e.targets if name in names)) for e in index.entries)
    return replace(index, entries=tuple(entry for entry in left if entry.targets))


def _without_links(segment: Segment, names: set[str]) -> Segment:
    """Return a segment in which links to anything but `names` are plain text."""
    if "](" not in segment.text + segment.source:
        return segment

    def plain(match: re.Match[str]) -> str:
        return match[0] if match[2] in names else match[1]

    text, source = LINK.sub(plain, segment.text), LINK.sub(plain, segment.source)
    return segment if (text, source) == (segment.text, segment.source) else replace(segment, text=text, source=source)


def lost_links(book: Book, hospital: Hospital) -> Iterator[Problem]:
    """Yield a warning for each text that links to what the hospital leaves out, for a person to review."""
    # Own pages have the same ids in all languages, and may be missing in the book's own.
    names = link_names(with_own_pages(replace(book, lang=hospital.languages[0]), hospital))
    for segment in segments(book):
        for _text, target in LINK.findall(segment.source):
            left_out = f"chapter:{segment.path.rpartition('/')[2].removesuffix('.md')}" in hospital.left_out
            if target not in names and not left_out:
                message = f"the text links to “{target}”, which is left out"
                hint = "review the sentence: its link becomes plain text"
                yield Problem("left-out", "warning", segment.path, segment.line, message, hint)


def values(hospital: Hospital, *langs: str) -> Mapping[str, str]:
    """Return the hospital's values of placeholders in one language, or in two, separated by a slash."""
    filled = {"hospital_name": _joined(hospital.name, langs)}
    if hospital.emergency:
        filled[EMERGENCY] = _joined(hospital.emergency, langs)
    for telephone in hospital.telephones:
        if telephone.fills:
            filled[telephone.fills] = _telephone(telephone, langs)
    return filled | {name: _joined(texts, langs) for name, texts in hospital.values.items()}


def _telephone(telephone: Telephone, langs: Sequence[str]) -> str:
    # Keep the number on one line: phones recognize only half of a broken one.
    number = telephone.number.replace(" ", "\N{NO-BREAK SPACE}")
    return f"{number} ({_joined(telephone.hours, langs)})" if telephone.hours else number


def _joined(texts: Mapping[str, str], langs: Sequence[str]) -> str:
    return " / ".join(dict.fromkeys(texts[lang] for lang in langs))
