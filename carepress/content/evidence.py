"""Read the evidence of a book: the folder evidence/, and the keys `sources` and `ours` of the glossary.

A book is read and built without it; only reviewers and checks use it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, create_model

from carepress.content import schema
from carepress.content.sheets import SegmentFactory
from carepress.content.tomlfile import Location, parse_toml, read_text
from carepress.model import (
    Book,
    Chapter,
    Evidence,
    Glossary,
    Heading,
    Problem,
    PublishError,
    SourceUse,
    chapter_places,
)
from carepress.model.passages import CHAPTER_PARTS
from carepress.model.unfinished import FILL_IN, has_sample
from carepress.text.visible import unprintable
from carepress.workspace.files import unicode_path

CODE = "evidence"  # of a missing entry, in publish.py check
SHEETS = "sheets"  # the file of the sheets; the others are named after chapters
INTRO = "intro"
OURS_TERM = "the definition: no source gives one"
# Files whose entries have their own evidence, with the name of the list and the kind of place.
ENTRY_FILES = (("glossary.toml", "terms", "glossary"), ("resources.toml", "resources", "resource"))


def has_evidence(book: Book) -> bool:
    """Tell whether a book has a folder of evidence."""
    return _folder(book).is_dir()


def read_evidence(book: Book) -> dict[str, Evidence]:
    """Return the evidence of a book, in its source language, by place. Raises PublishError for the first error."""
    reader = _EvidenceReader(book)
    evidence = reader.read()
    if reader.errors:
        raise reader.errors[0]
    return evidence


def check_evidence(book: Book) -> Iterator[Problem]:
    """Yield the errors in the evidence of a book, and each place without evidence.

    A book without a folder of evidence has one problem, a warning.
    """
    if not has_evidence(book):
        hint = "add one file for each chapter; see docs/dossier.md"
        yield Problem(CODE, "warning", _shown(_folder(book)), None, "the book has no evidence", hint)
        return
    reader = _EvidenceReader(book)
    evidence = reader.read()
    yield from (Problem(CODE, "error", error.path, error.line, error.message, error.hint) for error in reader.errors)
    for item in evidence.values():
        if any(map(has_sample, (item.ours, *(use.section for use in item.sources)))):
            hint = f"write the section of the source, or what is ours, in place of {FILL_IN}"
            yield Problem(
                CODE, "error", item.path, item.line, f"the evidence for “{item.place}” is not filled in", hint
            )
    for place, (path, line, file) in required_places(book).items():
        if place not in evidence:
            hint = f"add its sources, or what is ours, to {file}"
            yield Problem(CODE, "error", path, line, f"no evidence for “{place}”", hint)


def required_places(book: Book) -> dict[str, tuple[str, int, str]]:
    """Return each place that must have evidence, with its path and line, and the file for its evidence."""
    folder = _shown(_folder(book))
    places: dict[str, tuple[str, int, str]] = {}
    for chapter in book.chapters():
        for place, line in chapter_places(chapter).items():
            if not place.endswith("#words"):
                places[place] = (chapter.path, line, f"{folder}/{chapter.id}.toml")
        for glossary in chapter.blocks:
            if isinstance(glossary, Glossary):
                terms = ((f"glossary:{term.id}", term.term) for term in glossary.terms)
                places |= {place: (text.path, text.line, text.path) for place, text in terms}
    for sheet in book.sheets():
        places[f"sheet:{sheet.id}"] = (sheet.title.path, sheet.title.line, f"{folder}/{SHEETS}.toml")
    return places


def source_uses(book: Book) -> Iterator[SourceUse]:
    """Yield the sources of all chapters and schedules, in reading order, with repetitions."""
    for chapter in book.chapters():
        yield from chapter.sources
    for schedule in book.schedules:
        yield from schedule.sources


def _folder(book: Book) -> Path:
    return Path(book.folder) / "evidence"


def _shown(path: Path) -> str:
    """Return the path of a file of the book for messages: content/BOOK/… ."""
    return path.relative_to(path.parents[2]).as_posix()


Uses = Mapping[str, SourceUse]  # by “source: section”


@dataclass(frozen=True, slots=True)
class _EvidenceFile:
    """A file of evidence: the places that its entries may have, by their names, and the sources to choose from."""

    factory: SegmentFactory
    places: Mapping[str, str]
    uses: Uses
    what: str  # for messages: “the chapter”


class _EvidenceReader:
    """Reads all evidence of a book; collects the errors."""

    def __init__(self, book: Book) -> None:
        self.book, self.folder = book, Path(book.folder)
        self.lang = book.lang
        self.errors: list[PublishError] = []
        self.evidence: dict[str, Evidence] = {}
        self.all_uses = _by_name(source_uses(book))

    def read(self) -> dict[str, Evidence]:
        chapters = {chapter.id: chapter for chapter in self.book.chapters()}
        for path in sorted(_folder(self.book).glob("*.toml")):
            self.file(path, chapters.get(path.stem))
        for name, key, kind in ENTRY_FILES:
            if (self.folder / name).is_file():
                self.entries(name, key, kind)
        return self.evidence

    def file(self, path: Path, chapter: Chapter | None) -> None:
        shown = self.shown(path)
        try:
            factory = SegmentFactory(read_text(path, shown), shown, self.lang)
            entries = parse_toml(factory.text, schema.EvidenceFile, shown).passages
        except PublishError as error:
            self.errors.append(error)
            return
        if chapter:
            file = _EvidenceFile(factory, self.chapter_names(chapter), _by_name(chapter.sources), "the chapter")
        elif path.stem == SHEETS:
            names = {sheet.id: f"sheet:{sheet.id}" for sheet in self.book.sheets()}
            file = _EvidenceFile(factory, names, self.all_uses, "the book")
        else:
            hint = f"name the file after a chapter, or {SHEETS}.toml"
            self.errors.append(PublishError(shown, None, f"there is no chapter “{path.stem}”", hint))
            return
        for index, entry in enumerate(entries):
            self.entry(file, entry, ("passages", index))

    def shown(self, path: Path) -> str:
        return unicode_path(path.relative_to(self.folder.parent.parent))

    def chapter_names(self, chapter: Chapter) -> dict[str, str]:
        """Return the places of a chapter by their names in its file."""
        parts = [part for part in CHAPTER_PARTS if part != "sources"]
        headings = [block for block in chapter.blocks if isinstance(block, Heading)]
        for heading in headings:
            if heading.id in (INTRO, *CHAPTER_PARTS):
                message = f"“{heading.id}” has a meaning of its own in the evidence"
                self.errors.append(
                    PublishError(heading.text.path, heading.text.line, message, "give the heading another id")
                )
        names = [*(heading.id for heading in headings), *parts]
        return {INTRO: chapter.id} | {name: f"{chapter.id}#{name}" for name in names}

    def entry(self, file: _EvidenceFile, entry: schema.EvidenceEntry, place: Location) -> None:
        name = file.places.get(entry.at)
        if name is None:
            known = ", ".join(file.places)
            self.error(file, (*place, "at"), f"{file.what} has no passage “{entry.at}”", f"use one of {known}")
            return
        if name in self.evidence:
            self.error(file, (*place, "at"), f"duplicate passage “{entry.at}”", "remove one")
            return
        if not (entry.sources or entry.ours):
            self.error(file, place, f"the passage “{entry.at}” has neither sources nor ours", "add one of them")
        for key in ("ours", "disagrees"):
            if expected := unprintable(getattr(entry, key) or ""):
                self.error(file, (*place, key), f"“{key}” cannot be printed in the dossier", f"expected: {expected}")
        self.evidence[name] = Evidence(
            place=name,
            sources=self.sources(file, entry.sources, place),
            ours=" ".join((entry.ours or "").split()),
            disagrees=" ".join((entry.disagrees or "").split()),
            path=file.factory.display_path,
            line=file.factory.line(place),
        )

    def entries(self, name: str, key: str, kind: str) -> None:
        """Read the evidence of a file with entries of its own. Those without any are left out."""
        path = self.folder / name
        shown = self.shown(path)
        factory = SegmentFactory(read_text(path, shown), shown, self.lang)
        model: type[BaseModel] = create_model("File", **{key: (list[schema.SourcedEntry], [])})  # type: ignore[call-overload]
        file = _EvidenceFile(factory, {}, self.all_uses, "the book")
        for index, entry in enumerate(getattr(parse_toml(factory.text, model, shown), key)):
            place = (key, index)
            if entry.sources or entry.ours:
                uses, line = self.sources(file, entry.sources, place), factory.line(place)
                at, ours = f"{kind}:{entry.id}", OURS_TERM if entry.ours else ""
                self.evidence[at] = Evidence(at, uses, ours, "", shown, line)

    def sources(self, file: _EvidenceFile, names: list[str], place: Location) -> tuple[SourceUse, ...]:
        """Return the named sources; record an error for each that is unknown or repeated."""
        found: dict[str, SourceUse] = {}
        for index, name in enumerate(names):
            at = (*place, "sources", index)
            name = " ".join(name.split())
            if name in found:
                self.error(file, at, f"duplicate source “{name}”", "remove one")
            elif name in file.uses:
                found[name] = file.uses[name]
            else:
                known = "; ".join(file.uses) or "(none)"
                self.error(file, at, f"{file.what} has no source “{name}”", f"use one of {known}")
        return tuple(found.values())

    def error(self, file: _EvidenceFile, place: Location, message: str, hint: str) -> None:
        self.errors.append(file.factory.error(place, message, hint))


def _by_name(uses: Iterator[SourceUse] | tuple[SourceUse, ...]) -> dict[str, SourceUse]:
    """Return sources by “id: section”."""
    named: dict[str, SourceUse] = {}
    for use in uses:
        named.setdefault(f"{use.source}: {use.section}", use)
    return named
