"""The passages of a book and of its hospital, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from carepress.localize import LocalizedBook
from carepress.model import Book, Chapter, Evidence, Handout, Hospital, Segment, SourceUse, Translations, passages
from carepress.model.counts import counted
from carepress.model.document import State
from carepress.model.passages import BOOK_PLACE
from carepress.text.inline import strip_markup

HOSPITAL = "hospital"  # begins the places of a hospital's own texts, except its own pages
TITLES = {
    BOOK_PLACE: "The book",
    "sheet": "Sheets and forms",
    "glossary": "Glossary",
    "schedule": "Schedules of the planner",
    "handout": "Handouts",
    HOSPITAL: "Texts of the hospital",
}


@dataclass(frozen=True, slots=True)
class ReviewPassage:
    """A text for the reviewer. `source` is "" if a hospital does not publish in the language that the book is written in;
    `translation` is None in that language.

    `box` and `within` are as in `Passage`. `group` is the division of the dossier that it is in. `own` is true for a hospital's
    own text.
    """

    id: str
    place: str
    within: str
    group: str
    kind: str
    source: str
    translation: str | None
    state: State
    path: str
    line: int | None
    evidence: Evidence | None
    own: bool = False
    box: str = ""


def review_passages(localized: LocalizedBook, evidence: Mapping[str, Evidence]) -> Iterator[ReviewPassage]:
    """Yield the passages of a book in reading order, then the texts of its hospital."""
    book, hospital = localized.book, localized.hospital
    groups = _Groups(book)
    own = {page.chapters[book.lang].id for page in hospital.pages} if hospital else set()
    shared = {f"schedule:{schedule.id}": schedule.sources for schedule in book.schedules}
    shared |= {f"handout:{handout.id}": _chapter_sources(book, handout) for handout in book.handouts}
    translated = not book.is_source
    for passage in passages(book):
        segment, chapter = passage.segment, passage.within.partition("#")[0]
        entry = evidence.get(passage.within)
        if sources := shared.get(passage.within):
            entry = _shared_evidence(passage.within, sources, segment.path)
        yield ReviewPassage(
            id=passage.id,
            place=passage.place,
            within=passage.within,
            group=groups.title(passage.within),
            kind=segment.kind,
            source="" if _lacks_source(segment, book) else strip_markup(segment.source),
            translation=strip_markup(segment.text) if translated else None,
            state=segment.state,
            path=segment.path,
            line=segment.line,
            evidence=entry,
            own=chapter in own,
            box=passage.box,
        )
    if hospital:
        yield from _hospital_passages(hospital, book)


def visible_texts(book: Book) -> dict[str, str]:
    """Return the text of each place without markup, one passage on each line."""
    texts: dict[str, list[str]] = {}
    for passage in passages(book):
        texts.setdefault(passage.place, []).append(strip_markup(passage.segment.text))
    return {place: "\n".join(lines) for place, lines in texts.items()}


def _lacks_source(segment: Segment, book: Book) -> bool:
    """Tell whether a text has no source: the own page of a hospital that does not publish in the book's own language."""
    return segment.state == "source" and segment.lang != book.source_lang


def _chapter_sources(book: Book, handout: Handout) -> tuple[SourceUse, ...]:
    """Return the sources of the chapters that a handout names."""
    names = {target.removeprefix("chapter:").partition("#")[0] for target in handout.chapters}
    uses = (use for chapter in book.chapters() if chapter.id in names for use in chapter.sources)
    return tuple(dict.fromkeys(uses))


def _shared_evidence(place: str, sources: tuple[SourceUse, ...], path: str) -> Evidence:
    return Evidence(place, sources, "", "", path, 1)


class _Groups:
    """The titles of the dossier's divisions: chapters, parts, and one for each kind of the rest."""

    def __init__(self, book: Book) -> None:
        self.chapters: dict[str, Chapter] = {chapter.id: chapter for chapter in book.chapters()}
        self.parts = {f"part:{part.id}": part for part in book.parts}

    def title(self, within: str) -> str:
        if part := self.parts.get(within):
            return f"Part {part.number}: {strip_markup(part.title.source)}"
        if chapter := self.chapters.get(within.partition("#")[0]):
            return strip_markup(chapter.title.source)
        kind = within.partition(":")[0]
        return TITLES.get(kind, kind.capitalize())


# --- a hospital's own texts ------------------------------------------------------------------


def _hospital_passages(hospital: Hospital, book: Book) -> Iterator[ReviewPassage]:
    for name, texts in _hospital_texts(hospital, book.source_lang):
        place = f"{HOSPITAL}:{name}"
        yield ReviewPassage(
            id=place,
            place=place,
            within=place,
            group=TITLES[HOSPITAL],
            kind="hospital's text",
            source=texts.get(book.source_lang, ""),
            translation=None if book.is_source else texts[book.lang],
            state="source" if book.is_source else "translated",
            path=hospital.path,
            line=None,
            evidence=None,
            own=True,
        )


def _hospital_texts(hospital: Hospital, source_lang: str) -> Iterator[tuple[str, Translations]]:
    """Yield the texts of a hospital that reviewers sign, with their keys in the profile."""

    def same(text: str) -> Translations:
        return dict.fromkeys((source_lang, *hospital.languages), text)

    yield "name", hospital.name
    if hospital.short_name != hospital.name:
        yield "short_name", hospital.short_name
    yield "address", {lang: ", ".join(lines) for lang, lines in hospital.address.items()}
    if hospital.web:
        yield "web", same(hospital.web)
    if hospital.emergency:
        yield "emergency", hospital.emergency
    yield "review_due", same(hospital.review_due.isoformat())
    for index, telephone in enumerate(hospital.telephones, 1):
        yield f"telephones.{index}.number", same(telephone.number)
        if telephone.ext:
            yield f"telephones.{index}.ext", same(telephone.ext)
        yield f"telephones.{index}.label", telephone.label
        if telephone.hours:
            yield f"telephones.{index}.hours", telephone.hours
        if telephone.fills:
            yield f"telephones.{index}.fills", same(f"{{{telephone.fills}}}")
    for index, row in enumerate(hospital.follow_up, 1):
        yield f"follow_up.{index}.label", row.label
        end = f"for {counted(row.months, 'month', 'months')}" if row.months else "with no end"
        period = f"every {counted(row.every, 'month', 'months')}, {end}"
        yield f"follow_up.{index}.visits", same(period)
    for name, texts in sorted(hospital.values.items()):
        yield f"values.{name}", texts
