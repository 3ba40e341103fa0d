"""What the page shows at one moment: a frozen snapshot of book, catalog entries and problems.

The build stops at the first broken translation; a translator who is typing needs the rest of the book
meanwhile. So a translation that cannot be printed becomes a problem of its passage, and its English is
printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from carepress.inline import InlineError, link_targets, parse_inline, placeholders, plain_text
from carepress.model import Book, Chapter, Part, Problem, Segment, Sheet, State, map_segments, segments
from carepress.project import SOURCE_LANGUAGE, Project

if TYPE_CHECKING:
    import polib

    from carepress.catalogs.translate import Interface

SectionKind = Literal["cover", "chapter", "sheet", "interface"]
Key = tuple[str, int | None, str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a catalog holds of a message. `line` is where the entry begins in the file `path`."""

    path: str
    line: int
    text: str
    fuzzy: bool
    previous: str
    notes: str
    hints: str
    flags: tuple[str, ...]

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Passage:
    """One row: a text, what its catalog entry holds, and what is wrong with it."""

    id: str
    kind: str
    path: str
    line: int | None
    source: str
    state: State
    entry: Entry | None
    problems: tuple[Problem, ...]

    @property
    def place(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"

    @property
    def key(self) -> Key:
        return (self.path, self.line, self.kind, self.source)

    @property
    def text(self) -> str:
        """The translation as the catalog has it, a fuzzy or broken one too; the English in its own language."""
        if self.entry is not None:
            return self.entry.text
        return self.source if self.state in ("source", "translated") else ""

    @property
    def to_do(self) -> bool:
        return self.state in ("fuzzy", "missing") or bool(self.problems)


@dataclass(frozen=True, slots=True)
class Section:
    """What is looked at in one go: a chapter, a sheet, the cover pages, or the words of the templates.

    `anchor` is its id in the booklet, which the table of contents leads to.
    """

    id: str
    kind: SectionKind
    group: str
    number: int | None
    title: str
    anchor: str
    passages: tuple[Passage, ...]

    @property
    def tally(self) -> Counter[str]:
        return Counter(passage.state for passage in self.passages)

    @property
    def problems(self) -> int:
        return sum(len(passage.problems) for passage in self.passages)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A book in one language as its files stand. `source` is the book as written, `book` the translated one."""

    lang: str
    source: Book
    book: Book
    interface: Interface
    sections: tuple[Section, ...]
    loose: tuple[Problem, ...] = ()

    @property
    def draft(self) -> bool:
        return any(passage.state in ("fuzzy", "missing") for part in self.sections for passage in part.passages)

    def section(self, name: str) -> Section | None:
        return next((section for section in self.sections if section.id == name), None)


@dataclass(frozen=True, slots=True)
class _Desk:
    """The catalog at hand while a snapshot is made, and the faults of its translations."""

    lang: str
    entries: Mapping[tuple[str | None, str], Entry]
    faults: dict[tuple[str | None, str], Problem] = field(default_factory=dict)


def read_snapshot(project: Project, folder: Path, lang: str, source: Book | None = None) -> Snapshot:
    """Read the book and its catalogs. A `source` that has not changed since need not be read again.

    Raises PublishError for a file that cannot be read; a translation that cannot be printed is a problem.
    """
    from carepress.catalogs.po import INTERFACE, catalog_path, read_po
    from carepress.catalogs.translate import read_interface, source_interface
    from carepress.content import read_book

    source = source or read_book(folder)
    if lang == SOURCE_LANGUAGE:
        return Snapshot(lang, source, source, source_interface(), tuple(_sections(source, _Desk(lang, {}))))
    path = catalog_path(project.locales(folder), lang, source.id)
    ours = catalog_path(project.interface_locales, lang, INTERFACE)
    desk = _Desk(lang, dict(_entries(read_po(path, project.shown(path)), project.shown(path))))
    book = replace(map_segments(source, lambda segment: _translated(segment, desk)), lang=lang)
    words = _interface_section(read_po(ours, project.shown(ours)), project.shown(ours))
    interface = read_interface(ours, project.shown(ours))
    return Snapshot(lang, source, book, interface, (*_sections(book, desk), words))


def _entries(catalog: Iterable[polib.POEntry], shown: str) -> Iterator[tuple[tuple[str | None, str], Entry]]:
    for entry in catalog:
        if not entry.obsolete:
            yield (entry.msgctxt, entry.msgid), _entry(entry, shown)


def _entry(entry: polib.POEntry, shown: str) -> Entry:
    text = " / ".join(entry.msgstr_plural.values()) if entry.msgid_plural else entry.msgstr
    return Entry(
        path=shown,
        line=entry.linenum,
        text=text if text.strip(" /") else "",
        fuzzy=entry.fuzzy,
        previous=entry.previous_msgid or "",
        notes=entry.tcomment,
        hints=entry.comment,
        flags=tuple(flag for flag in entry.flags if flag != "fuzzy"),
    )


def _translated(segment: Segment, desk: _Desk) -> Segment:
    """Return the segment as it is printed: in English unless its translation is sound and sure."""
    if not segment.has_words:
        return replace(segment, lang=desk.lang, state="translated")
    entry = desk.entries.get((segment.context, segment.source))
    if entry is None or not entry.text:
        return replace(segment, state="missing")
    if entry.fuzzy:
        return replace(segment, state="fuzzy")
    if fault := structure_fault(segment.source, entry):
        desk.faults[(segment.context, segment.source)] = fault
        return replace(segment, state="translated")
    return replace(segment, text=entry.text, lang=desk.lang, state="translated")


def structure_fault(source: str, entry: Entry) -> Problem | None:
    """Return why a translation cannot be printed: forbidden markup, or other links than the English has."""
    try:
        nodes = parse_inline(entry.text)
    except InlineError as error:
        return Problem("markup", "error", entry.path, entry.line, *error.args)
    english = parse_inline(source)
    for what, found in (("link", link_targets), ("placeholder", placeholders)):
        here, there = Counter(found(nodes)), Counter(found(english))
        for odd in (there - here) | (here - there):
            fault = "lacks" if there[odd] > here[odd] else "adds"
            message = f"the translation {fault} the {what} “{odd}”"
            return Problem(what, "error", entry.path, entry.line, message, f"keep each {what} of the English, once")
    return None


# --- Sections --------------------------------------------------------------------------------


def _sections(book: Book, desk: _Desk) -> Iterator[Section]:
    """Yield the sections in the order of the booklet; the cover pages hold what is in no chapter or sheet."""
    bare = tuple(replace(part, chapters=(), sheets=()) for part in book.parts)
    cover = tuple(_passages(segments(replace(book, front=(), parts=bare)), desk))
    yield Section("cover", "cover", "The book", None, "Cover, about this book, and part pages", "", cover)
    for chapter in book.front:
        yield _chapter_section(chapter, "The book", desk)
    for part in book.parts:
        for chapter in part.chapters:
            yield _chapter_section(chapter, _part_name(part), desk)
        for sheet in part.sheets:
            yield _sheet_section(sheet, _part_name(part), desk)


def _part_name(part: Part) -> str:
    return f"{part.number}. {_words(part.title)}"


def _words(segment: Segment) -> str:
    return plain_text(parse_inline(segment.source))


def _chapter_section(chapter: Chapter, group: str, desk: _Desk) -> Section:
    passages = tuple(_passages(segments(chapter), desk))
    return Section(
        f"chapter-{chapter.id}", "chapter", group, chapter.number, _words(chapter.title), chapter.id, passages
    )


def _sheet_section(sheet: Sheet, group: str, desk: _Desk) -> Section:
    passages = tuple(_passages(segments(sheet), desk))
    return Section(f"sheet-{sheet.id}", "sheet", group, None, _words(sheet.title), f"sheet-{sheet.id}", passages)


def _passages(found: Iterable[Segment], desk: _Desk) -> Iterator[Passage]:
    """Yield a passage for each segment with words; one that is used twice at one place is one passage."""
    seen: set[Key] = set()
    ids = _Ids()
    for segment in found:
        key = (segment.path, segment.line, segment.kind, segment.source)
        if not segment.has_words or key in seen:
            continue
        seen.add(key)
        message = (segment.context, segment.source)
        fault = desk.faults.get(message)
        yield Passage(
            id=ids.take(message),
            kind=segment.kind,
            path=segment.path,
            line=segment.line,
            source=segment.source,
            state=segment.state,
            entry=desk.entries.get(message),
            problems=(fault,) if fault else (),
        )


def _interface_section(catalog: Iterable[polib.POEntry], shown: str) -> Section:
    ids, passages = _Ids(), []
    for entry in catalog:
        if entry.obsolete:
            continue
        found = _entry(entry, shown)
        state: State = "fuzzy" if found.fuzzy else "translated" if found.text else "missing"
        source = f"{entry.msgid} / {entry.msgid_plural}" if entry.msgid_plural else entry.msgid
        path = entry.occurrences[0][0] if entry.occurrences else shown
        name = ids.take((entry.msgctxt, entry.msgid))
        passages.append(Passage(name, "word of the pages", path, None, source, state, found, ()))
    title = "Headings and words that every book shares"
    return Section("interface", "interface", "The pages", None, title, "", tuple(passages))


class _Ids:
    """Names passages by their English, so that a name outlives an edit of the translation."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    def take(self, message: tuple[str | None, str]) -> str:
        name = "p" + sha256("\4".join(part or "" for part in message).encode()).hexdigest()[:10]
        self._taken[name] += 1
        return name if self._taken[name] == 1 else f"{name}-{self._taken[name]}"


# --- Problems --------------------------------------------------------------------------------


def with_problems(snapshot: Snapshot, found: Iterable[Problem]) -> Snapshot:
    """Return the snapshot with each problem at its passage; those of no passage are kept as `loose`."""
    by_place: dict[tuple[str, int | None], list[Problem]] = {}
    for problem in found:
        by_place.setdefault((problem.path, problem.line), []).append(problem)
    used: set[tuple[str, int | None]] = set()

    def added(passage: Passage) -> Passage:
        places = [(passage.path, passage.line)]
        if passage.entry:
            places.insert(0, (passage.entry.path, passage.entry.line))
        new = [problem for place in places for problem in by_place.get(place, ())]
        used.update(place for place in places if place in by_place)
        return replace(passage, problems=(*passage.problems, *new)) if new else passage

    sections = tuple(
        replace(section, passages=tuple(added(passage) for passage in section.passages))
        for section in snapshot.sections
    )
    loose = tuple(problem for place, problems in by_place.items() if place not in used for problem in problems)
    return replace(snapshot, sections=sections, loose=loose)
