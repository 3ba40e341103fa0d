"""Read a snapshot of the book, its catalog entries and their problems, for the page to show.

The build stops at the first broken translation, but a translator needs to see the rest of the book. A translation that
cannot be printed is therefore a problem of its passage, and the source is printed instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Literal

import polib

from carepress.catalogs.notes import WARNING
from carepress.catalogs.po import catalog_path, entry_state, key_of, read_po, texts_of
from carepress.catalogs.translate import check_structure
from carepress.content import read_book
from carepress.model import (
    Book,
    Chapter,
    Interface,
    Key,
    Part,
    Problem,
    PublishError,
    Segment,
    Sheet,
    State,
    map_segments,
    segments,
)
from carepress.text.inline import strip_markup
from carepress.translation.load import interface_path, translate_interface, with_own_words
from carepress.workspace.project import INTERFACE_LANGUAGE, Project

SectionKind = Literal["cover", "chapter", "sheet", "interface"]
PassageKey = tuple[str, int | None, str, str]  # path, line, kind, source
INTERFACE_KIND = "word of the pages"
STRUCTURE_PROBLEM = "structure"  # the code of a translation that the build refuses


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """The catalog entry of a message. `line` is its first line in the file `path`."""

    path: str
    line: int
    text: str
    previous: str
    notes: str
    warnings: tuple[str, ...]
    hints: tuple[str, ...]
    flags: tuple[str, ...]
    forms: tuple[tuple[str, str], ...]
    """The source and the translation, or those of each plural form: the singular, and the plural for all others."""

    @property
    def place(self) -> str:
        """The path and line, as in messages."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class PreviewPassage:
    """A text with its catalog entry and its problems: one row of the page.

    A translation that is not `printable` stops the build; the preview prints its source, which is in `source_lang`.
    """

    id: str
    kind: str
    path: str
    line: int | None
    source: str
    state: State
    entry: CatalogEntry | None
    problems: tuple[Problem, ...] = ()
    printable: bool = True
    source_lang: str = INTERFACE_LANGUAGE

    @property
    def place(self) -> str:
        """The path and line of the source, as in messages."""
        return self.path if self.line is None else f"{self.path}:{self.line}"

    @property
    def key(self) -> PassageKey:
        """What identifies the passage in its book."""
        return (self.path, self.line, self.kind, self.source)

    @property
    def text(self) -> str:
        """The translation in the catalog, even if fuzzy or broken; in the book as it is written, the source."""
        if self.entry is not None:
            return self.entry.text
        return self.source if self.state in ("source", "translated") else ""

    @property
    def to_do(self) -> bool:
        """Whether the passage needs work: a translation, or a correction."""
        return self.state in ("fuzzy", "missing") or bool(self.problems)


@dataclass(frozen=True, slots=True)
class PreviewSection:
    """One page of the preview: a chapter, a sheet, the cover pages, or the interface strings.

    `anchor` is its id in the booklet, which the table of contents leads to.
    """

    id: str
    kind: SectionKind
    group: str
    number: int | None
    title: str
    anchor: str
    passages: tuple[PreviewPassage, ...]

    @property
    def tally(self) -> Counter[str]:
        """The number of passages in each state."""
        return Counter(passage.state for passage in self.passages)

    @property
    def problems(self) -> int:
        """The number of problems in the section."""
        return sum(len(passage.problems) for passage in self.passages)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The current files of a book in one language: `source` as written, `book` translated."""

    lang: str
    source: Book
    book: Book
    interface: Interface
    sections: tuple[PreviewSection, ...]

    @property
    def draft(self) -> bool:
        """Whether a translation is missing or fuzzy."""
        return any(passage.state in ("fuzzy", "missing") for part in self.sections for passage in part.passages)

    def section(self, name: str) -> PreviewSection | None:
        """Return the section with an id, or None."""
        return next((section for section in self.sections if section.id == name), None)


@dataclass(frozen=True, slots=True)
class _Translations:
    """The entries of the book's catalog, and the problems of those that cannot be printed."""

    lang: str
    source_lang: str
    display_path: str
    entries: Mapping[Key, polib.POEntry]
    problems: dict[Key, Problem] = field(default_factory=dict)


def read_snapshot(project: Project, folder: Path, lang: str, source: Book | None = None) -> Snapshot:
    """Read the book and its catalogs. Pass `source` if the book's own files have not changed, to avoid reading it again.

    Raises PublishError for a file that cannot be read; a translation that cannot be printed is a problem.
    """
    source = source or read_book(folder)
    book, translations = source, _Translations(lang, source.lang, "", {})
    if lang != source.lang:
        path = catalog_path(project.locales(folder), lang, source.id)
        catalog = read_po(path, project.shown(path))
        entries = {key_of(entry): entry for entry in catalog if not entry.obsolete}
        translations = _Translations(lang, source.lang, project.shown(path), entries)
        book = replace(map_segments(source, lambda segment: _translated(segment, translations)), lang=lang)
    interface = with_own_words(project, translate_interface(project, lang, (folder,)), book)
    words = tuple(_interface_sections(project, lang, folder))
    return Snapshot(lang, source, book, interface, (*_sections(book, translations), *words))


def _translated(segment: Segment, translations: _Translations) -> Segment:
    """Return the segment as printed: in the source language unless its translation is valid and not fuzzy."""
    if not segment.has_words:
        return replace(segment, lang=translations.lang, state="translated")
    message = (segment.context, segment.source)
    entry = translations.entries.get(message)
    state = entry_state(entry)
    if entry is None or state != "translated":
        return replace(segment, state=state)
    try:
        check_structure(entry, translations.display_path, translations.source_lang)
    except PublishError as error:
        translations.problems[message] = Problem(
            STRUCTURE_PROBLEM, "error", error.path, error.line, error.message, error.hint
        )
        return replace(segment, state=state)
    return replace(segment, text=entry.msgstr, lang=translations.lang, state=state)


def _entry(entry: polib.POEntry, display_path: str) -> CatalogEntry:
    lines = entry.comment.splitlines()
    return CatalogEntry(
        path=display_path,
        line=entry.linenum,
        text=" / ".join(texts_of(entry)),
        previous=entry.previous_msgid or "",
        notes=entry.tcomment,
        warnings=tuple(line.removeprefix(WARNING) for line in lines if line.startswith(WARNING)),
        hints=tuple(line for line in lines if not line.startswith(WARNING)),
        flags=tuple(flag for flag in entry.flags if flag != "fuzzy"),
        forms=tuple(_forms(entry)),
    )


def _forms(entry: polib.POEntry) -> Iterator[tuple[str, str]]:
    """Yield the source and the translation of an entry, or of each of its plural forms; one form serves all numbers."""
    *others, last = texts_of(entry) or ("",)
    plural = entry.msgid_plural or entry.msgid
    for number, text in enumerate(others):
        yield plural if number else entry.msgid, text
    yield plural, last


# --- Sections --------------------------------------------------------------------------------


def _sections(book: Book, translations: _Translations) -> Iterator[PreviewSection]:
    """Yield the sections in the order of the booklet; the cover pages have the texts outside chapters and sheets."""
    bare = tuple(replace(part, chapters=(), sheets=()) for part in book.parts)
    cover = tuple(_passages(segments(replace(book, front=(), parts=bare)), translations))
    yield PreviewSection("cover", "cover", "The book", None, "Cover, about this book, and part pages", "", cover)
    for chapter in book.front:
        yield _chapter_section(chapter, "The book", translations)
    for part in book.parts:
        for chapter in part.chapters:
            yield _chapter_section(chapter, _part_name(part), translations)
        for sheet in part.sheets:
            yield _sheet_section(sheet, _part_name(part), translations)


def _part_name(part: Part) -> str:
    return f"{part.number}. {_words(part.title)}"


def _words(segment: Segment) -> str:
    return strip_markup(segment.source)


def _chapter_section(chapter: Chapter, group: str, translations: _Translations) -> PreviewSection:
    passages = tuple(_passages(segments(chapter), translations))
    return PreviewSection(
        f"chapter-{chapter.id}", "chapter", group, chapter.number, _words(chapter.title), chapter.id, passages
    )


def _sheet_section(sheet: Sheet, group: str, translations: _Translations) -> PreviewSection:
    passages = tuple(_passages(segments(sheet), translations))
    return PreviewSection(f"sheet-{sheet.id}", "sheet", group, None, _words(sheet.title), f"sheet-{sheet.id}", passages)


def _passages(texts: Iterable[Segment], translations: _Translations) -> Iterator[PreviewPassage]:
    """Yield a passage for each segment with words; a segment that the book uses twice is one passage."""
    seen: set[PassageKey] = set()
    ids = _Ids()
    for segment in texts:
        key = (segment.path, segment.line, segment.kind, segment.source)
        if not segment.has_words or key in seen:
            continue
        seen.add(key)
        message = (segment.context, segment.source)
        entry, problem = translations.entries.get(message), translations.problems.get(message)
        yield PreviewPassage(
            id=ids.take(message),
            kind=segment.kind,
            path=segment.path,
            line=segment.line,
            source=segment.source,
            state=segment.state,
            entry=_entry(entry, translations.display_path) if entry else None,
            problems=(problem,) if problem else (),
            printable=not problem,
            source_lang=translations.source_lang,
        )


def _interface_sections(project: Project, lang: str, folder: Path) -> Iterator[PreviewSection]:
    """Yield the section of the interface's words, unless a language has no catalog of them."""
    path = interface_path(project, lang, (folder,))
    if lang != INTERFACE_LANGUAGE and path.is_file():
        title = "Headings and words that every book shares"
        display_path = project.shown(path)
        words = tuple(_interface_words(read_po(path, display_path), display_path))
        yield PreviewSection("interface", "interface", "The pages", None, title, "", words)


def _interface_words(catalog: Iterable[polib.POEntry], display_path: str) -> Iterator[PreviewPassage]:
    ids = _Ids()
    for entry in catalog:
        if not entry.obsolete:
            yield PreviewPassage(
                id=ids.take(key_of(entry)),
                kind=INTERFACE_KIND,
                path=entry.occurrences[0][0] if entry.occurrences else display_path,
                line=None,
                source=f"{entry.msgid} / {entry.msgid_plural}" if entry.msgid_plural else entry.msgid,
                state=entry_state(entry),
                entry=_entry(entry, display_path),
            )


class _Ids:
    """Names passages by their source, so names survive an edit of the translation."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    def take(self, message: Key) -> str:
        name = "p" + sha256("\4".join(part or "" for part in message).encode()).hexdigest()[:10]
        self._taken[name] += 1
        return name if self._taken[name] == 1 else f"{name}-{self._taken[name]}"
