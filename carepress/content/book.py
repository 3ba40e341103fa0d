"""Read a book's folder into one `Book`, and check every name in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from carepress.content import schema
from carepress.content.drawing import read_drawing
from carepress.content.handouts import read_handouts, with_handout_rows
from carepress.content.markdown import Resources, read_blocks, split_chapter
from carepress.content.packets import read_packets
from carepress.content.schedules import read_schedule
from carepress.content.sheets import SegmentFactory, read_glossary, read_index, read_resources, read_sheet, read_table
from carepress.content.tomlfile import is_file, parse_toml, read_text
from carepress.model import (
    Book,
    Chapter,
    Drawing,
    Glossary,
    Heading,
    OwnWord,
    Part,
    Placeholder,
    PublishError,
    Resource,
    Segment,
    Sheet,
    Source,
    SourceUse,
    Table,
    Term,
    map_segments,
    segments,
)
from carepress.text.addresses import OUTSIDE, address_mistake
from carepress.text.inline import links, parse_inline, placeholders, plain_text, strip_markup
from carepress.workspace.files import unicode_path
from carepress.workspace.project import INTERFACE_LANGUAGE


def read_book(folder: Path) -> Book:
    """Read the book in `folder`, in its source language.

    Raises PublishError for a missing or broken file, an unknown name and a dangling link.
    """
    book = _BookReader(folder).book()
    for error in dangling(book, book):
        raise error
    return book


def _is_form(sheet: Sheet) -> bool:
    return sheet.group == "form"


def _with_contexts(book: Book, contexts: Mapping[str, Sequence[str]], factory: SegmentFactory) -> Book:
    """Return a book in which the same English has a context, its kind, where `contexts` names that kind.

    Raises PublishError for English that the book does not have in one of the kinds.
    """
    kinds: dict[str, set[str]] = {text: set() for text in contexts}
    for segment in segments(book):
        if segment.source in kinds:
            kinds[segment.source].add(segment.kind)
    for text, named in contexts.items():
        if unknown := [kind for kind in named if kind not in kinds[text]]:
            found = ", ".join(sorted(kinds[text])) or "(none)"
            message, hint = f"“{text}” is no {unknown[0]} of the book", f"use one of its kinds: {found}, or remove it"
            raise factory.error(("contexts", text), message, hint)

    def with_context(segment: Segment) -> Segment:
        is_apart = segment.kind in contexts.get(segment.source, ())
        return replace(segment, context=segment.kind) if is_apart else segment

    return map_segments(book, with_context)


class _BookReader:
    """Reads the files of a book's folder, each of them once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lang = INTERFACE_LANGUAGE  # until book.toml is read
        # Read a drawing or table once, even if it is shown twice.
        self.drawing = cache(self.read_drawing)
        self.table = cache(self.read_table)
        self.terms: dict[str, Term] = {}
        self.resources: tuple[Resource, ...] = ()
        # For each target of the index, the error to raise if the book does not have it.
        self.index_errors: dict[str, PublishError] = {}
        self.seen: set[Path] = set()

    def display_path(self, path: Path) -> str:
        """Return a path relative to the project, for messages and catalogs, which must not depend on the machine."""
        return unicode_path(path.relative_to(self.folder.parent.parent))

    def book(self) -> Book:
        path = self.folder / "book.toml"
        display_path = self.display_path(path)
        text = read_text(path, display_path)
        entry = parse_toml(text, schema.BookFile, display_path)
        self.lang = entry.lang
        factory = SegmentFactory(text, display_path, self.lang)
        self.sources = {source.id for source in entry.sources}
        glossary = self.folder / "glossary.toml"
        if glossary.exists():
            self.terms = read_glossary(glossary, self.display_path(glossary), self.lang)
        resources = self.folder / "resources.toml"
        if resources.exists():
            self.resources = read_resources(resources, self.display_path(resources), self.lang, self.sources)
        numbers = iter(range(1, 1000))
        book = Book(
            id=entry.id,
            identifier=entry.identifier,
            folder=self.folder.as_posix(),
            lang=self.lang,
            source_lang=self.lang,
            title=factory.segment(entry.title, "book title", "title"),
            subtitle=factory.segment(entry.subtitle, "book subtitle", "subtitle"),
            description=factory.segment(entry.description, "book description", "description"),
            author=factory.segment(entry.author, "author", "author"),
            subjects=tuple(factory.segment(subject, "subject", "subjects") for subject in entry.subjects),
            version=entry.version,
            revised=entry.revised,
            review_due=entry.review_due,
            license=entry.license,
            license_url=entry.license_url,
            sources=tuple(self.source(factory, source, index) for index, source in enumerate(entry.sources)),
            placeholders=tuple(
                Placeholder(
                    id=name,
                    label=factory.segment(value.label, "placeholder", "placeholders", name),
                    lines=value.lines,
                    call=value.call,
                    optional=value.optional,
                    needed=value.needed,
                )
                for name, value in entry.placeholders.items()
            ),
            cover=self.named_drawing(factory, entry.cover_drawing, "cover_drawing") if entry.cover_drawing else None,
            front_drawing=self.named_drawing(factory, entry.front.drawing, "front", "drawing")
            if entry.front and entry.front.drawing
            else None,
            front=tuple(self.chapter(factory, name) for name in (entry.front.chapters if entry.front else [])),
            parts=tuple(self.part(factory, part, index, numbers) for index, part in enumerate(entry.parts)),
            required=tuple(entry.required),
            schedules=tuple(
                read_schedule(
                    self.member(factory, f"schedules/{name}.toml", "schedules"),
                    f"{self.display_path(self.folder)}/schedules/{name}.toml",
                    self.lang,
                    self.uses,
                )
                for name in entry.schedules
            ),
            words=tuple(self.word(factory, message, text) for message, text in entry.words.items()),
        )
        handouts = read_handouts(factory, entry, book, partial(self.named_drawing, factory))
        book = with_handout_rows(replace(book, handouts=handouts))
        book = replace(book, packets=read_packets(factory, entry.packets, book))
        book = _with_contexts(book, entry.contexts, factory)
        unknown = set(entry.required) - {chapter.id for chapter in book.chapters()}
        if unknown:
            raise factory.error(
                ("required",), f"there is no chapter “{min(unknown)}”", "correct the name, or remove it"
            )
        for target in self.index_errors.keys() - link_names(book):
            raise self.index_errors[target]
        return book

    def word(self, factory: SegmentFactory, message: str, text: str) -> OwnWord:
        """Return the book's own text for a message. Raises PublishError for markup, which the interface does not have."""
        segment = factory.segment(text, "word of the pages", "words", message)
        if strip_markup(text) != text:
            raise factory.error(("words", message), "a word of the pages has no markup", "write plain text")
        return OwnWord(message, segment)

    def source(self, factory: SegmentFactory, entry: schema.SourceEntry, index: int) -> Source:
        place = ("sources", index)
        return Source(
            entry.id,
            factory.segment(entry.name, "source", *place, "name"),
            factory.segment(entry.publisher, "source", *place, "publisher"),
            factory.segment(entry.reviewed, "source", *place, "reviewed"),
        )

    def part(self, factory: SegmentFactory, entry: schema.PartEntry, index: int, numbers: Iterator[int]) -> Part:
        place = ("parts", index)
        return Part(
            id=entry.id,
            number=index + 1,
            title=factory.segment(entry.title, "part title", *place, "title"),
            lead=factory.segment(entry.lead, "part introduction", *place, "lead"),
            chapters=tuple(self.chapter(factory, name, next(numbers), *place) for name in entry.chapters),
            sheets=tuple(sorted((self.sheet(factory, name, *place) for name in entry.sheets), key=_is_form)),
            drawing=self.named_drawing(factory, entry.drawing, *place, "drawing") if entry.drawing else None,
        )

    def sheet(self, factory: SegmentFactory, name: str, *place: int | str) -> Sheet:
        name = f"sheets/{name}.toml"
        path = self.member(factory, name, *place, "sheets")
        return read_sheet(path, f"{self.display_path(self.folder)}/{name}", self.lang, self.drawing)

    def member(self, factory: SegmentFactory, name: str, *place: int | str) -> Path:
        """Return the path of a file that the book names.

        Raises PublishError at that place if the file does not exist, or if the book names it twice.
        """
        path = self.folder / name
        if path in self.seen:
            raise factory.error(place, f"duplicate {name}", "list it once")
        self.seen.add(path)
        if not is_file(path):
            raise factory.error(place, f"{name} does not exist", "create it, or correct the name")
        return path

    def chapter(self, factory: SegmentFactory, name: str, number: int | None = None, *place: int | str) -> Chapter:
        path = self.member(factory, f"chapters/{name}.md", *(place or ("front",)), "chapters")
        display_path = self.display_path(path)
        text = split_chapter(read_text(path, display_path), display_path)
        entry = parse_toml(text.front_matter, schema.ChapterFile, display_path, text.front_line)
        front = SegmentFactory(text.front_matter, display_path, self.lang, text.front_line)
        title = front.segment(entry.title, "chapter title", "title")
        uses = self.uses(front, entry.sources)
        blocks = read_blocks(
            text, display_path, self.lang, Resources(self.drawing, self.table, self.terms, self.resources)
        )
        if entry.kind == "glossary":
            blocks = (*blocks, Glossary(tuple(self.terms.values())))
        elif entry.kind == "index":
            index = self.folder / "index.toml"
            block, self.index_errors = read_index(index, self.display_path(index), self.lang)
            blocks = (*blocks, block)
        return Chapter(
            id=name,
            title=title,
            short=front.segment(entry.short, "running head", "short") if entry.short else title,
            path=display_path,
            number=number,
            sources=uses,
            blocks=blocks,
        )

    def uses(self, factory: SegmentFactory, entries: list[schema.SourceUseEntry]) -> tuple[SourceUse, ...]:
        """Return the sources of a chapter or schedule. Raises PublishError for one that the book does not have."""
        for index, use in enumerate(entries):
            if use.id not in self.sources:
                raise factory.error(
                    ("sources", index), f"unknown source “{use.id}”", "add it to book.toml, or correct the id"
                )
        return tuple(SourceUse(use.id, use.section, use.reviewed) for use in entries)

    def named_drawing(self, factory: SegmentFactory, name: str, *place: int | str) -> Drawing:
        try:
            return self.drawing(name)
        except KeyError as error:
            raise factory.error(place, f"there is no “{name}”", str(error.args[0])) from None

    def read_drawing(self, name: str) -> Drawing:
        path = self.folder / "drawings" / f"{name}.svg"
        if not is_file(path):
            raise KeyError(f"add drawings/{name}.svg, or correct the name")
        return read_drawing(path, self.display_path(path), self.lang)

    def read_table(self, name: str) -> Table:
        path = self.folder / "tables" / f"{name}.toml"
        if not is_file(path):
            raise KeyError(f"add tables/{name}.toml, or correct the name")
        return read_table(path, self.display_path(path), self.lang)


def link_names(book: Book) -> set[str]:
    """Return every valid target of an internal link."""
    names = {f"sheet:{sheet.id}" for sheet in book.sheets()}
    for chapter in book.chapters():
        names.add(f"chapter:{chapter.id}")
        for block in chapter.blocks:
            if isinstance(block, Heading):
                names.add(f"chapter:{chapter.id}#{block.id}")
            elif isinstance(block, Glossary):
                names.update(f"term:{term.id}" for term in block.terms)
    return names


def dangling(node: object, book: Book) -> Iterator[PublishError]:
    """Yield an error for each dangling link in `node`, and for each placeholder that the book does not define."""
    names = link_names(book)
    defined = {placeholder.id for placeholder in book.placeholders}
    for segment in segments(node):
        nodes = parse_inline(segment.text)
        for link in links(nodes):
            target = link.target
            if target.startswith(OUTSIDE):
                if wrong := address_mistake(target, plain_text(link.children)):
                    yield PublishError(segment.path, segment.line, *wrong)
            elif target not in names:
                yield PublishError(
                    segment.path,
                    segment.line,
                    f"dangling link to “{target}”",
                    "correct the target; docs/writing.md lists the kinds of links",
                )
        for name in placeholders(nodes):
            if name not in defined:
                yield PublishError(
                    segment.path,
                    segment.line,
                    f"the placeholder {{{name}}} is not defined",
                    "add it to [placeholders] in book.toml, or correct the name",
                )
