"""Load a book in one language, as one hospital publishes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from carepress.content.packets import with_given_rows
from carepress.handouts.cut import cut
from carepress.handouts.packets import cut_to_title, find_packet, sheets_of
from carepress.handouts.select import find_handout
from carepress.hospital.adapt import apply_hospital
from carepress.hospital.reader import read_hospital
from carepress.hospital.roles import with_default_roles
from carepress.model import EDITIONS, GENERIC, Book, Hospital, Interface, Packet, Problem, PublishError, Selection
from carepress.model.unfinished import unfinished
from carepress.translation.load import missing_words, release_problems, translate
from carepress.workspace.project import Project, check_published


@dataclass(frozen=True, slots=True)
class LocalizedBook:
    """A book in a language, adapted to a hospital if there is one.

    `source` is the generic book as it is written; `book` was cut to a handout if there is a selection, `whole` is not.
    `untranslated` lists what makes the book a draft, `ebook_untranslated` the strings of the interface that make its
    e-book one, and `source_untranslated` those that make the book as it is written one. Of a packet, `book` has only the
    title, and `parts` are its handouts, then its sheets.
    """

    source: Book
    whole: Book
    book: Book
    selection: Selection | None
    interface: Interface
    hospital: Hospital | None
    untranslated: tuple[Problem, ...]
    ebook_untranslated: tuple[Problem, ...]
    source_interface: Interface
    source_untranslated: tuple[Problem, ...]
    packet: Packet | None = None
    parts: tuple[LocalizedBook, ...] = ()

    def books(self) -> Iterator[Book]:
        """Yield the books that are printed: this one, and the parts of a packet."""
        yield self.book
        yield from (part.book for part in self.parts)

    def unfinished(self) -> tuple[Problem, ...]:
        """Return the problems of the books that are printed with texts that are not filled in."""
        return tuple(dict.fromkeys(chain.from_iterable(map(unfinished, self.books()))))

    def in_source(self) -> tuple[Book, Book]:
        """Return the whole book and the cut one in the source language, as the hospital publishes it."""
        whole = apply_hospital(self.source, self.hospital) if self.hospital else self.source
        return whole, _cut(whole, self.selection)

    def unreduced(self, whole: Book) -> Book:
        """Return the book cut to the handout with the rows about all treatments: what reviewers sign."""
        return _cut(whole, replace(self.selection, exposures=()) if self.selection else None)


def localize(
    project: Project, source: Book, lang: str, hospital: Hospital | None = None, selection: Selection | None = None
) -> LocalizedBook:
    """Translate a book, apply a hospital's profile to it, and cut it to a handout if there is a selection.

    Raises PublishError for a bad catalog, for a language in which the hospital does not publish, and for an unknown
    handout.
    """
    if hospital:
        check_published(lang, hospital.languages, hospital.path)
    book, interface = translate(project, source, lang)
    if hospital:
        book = apply_hospital(book, hospital)
    small = _cut(book, selection)
    source_interface = interface if book.is_source else translate(project, source, source.source_lang)[1]
    return LocalizedBook(
        source,
        book,
        small,
        selection,
        interface,
        hospital,
        release_problems(project, small, interface),
        missing_words(project, interface, lang, small, ebook=True),
        source_interface,
        missing_words(project, source_interface, source.source_lang, small, ebook=False),
    )


def _cut(book: Book, selection: Selection | None) -> Book:
    return cut(book, find_handout(book, selection), selection.exposures) if selection else book


def localized_handout(project: Project, localized: LocalizedBook, selection: Selection) -> LocalizedBook:
    """Return a whole book cut to a handout. Raises PublishError for an unknown one."""
    small = _cut(localized.whole, selection)
    return replace(
        localized,
        book=small,
        selection=selection,
        untranslated=release_problems(project, small, localized.interface),
        ebook_untranslated=missing_words(project, localized.interface, small.lang, small, ebook=True),
        source_untranslated=_missing_in_source(project, localized, small),
    )


def _missing_in_source(project: Project, localized: LocalizedBook, book: Book) -> tuple[Problem, ...]:
    """Return the strings of the interface that a book or handout lacks in the language that it is written in."""
    return missing_words(project, localized.source_interface, localized.source.source_lang, book, ebook=False)


def localized_packet(project: Project, localized: LocalizedBook, name: str, edition: str) -> LocalizedBook:
    """Return a whole book as a packet of it: its title, and its handouts and sheets as parts.

    In an edition of sheets, it has only its sheets. Raises PublishError for an unknown packet, and for one without any.
    """
    whole = localized.whole
    packet = find_packet(whole, name)
    handouts = () if edition in EDITIONS and EDITIONS[edition].fillable else packet.handouts
    parts = [localized_handout(project, localized, selection) for selection in map(Selection, handouts)]
    if packet.sheets:
        sheets = localized_handout(project, localized, sheets_of(packet))
        parts.append(replace(sheets, book=with_given_rows(sheets.book, whole.handouts, packet.handouts)))
    if not parts:
        raise PublishError(name, None, "the packet has no sheets", "name other editions")
    own = cut_to_title(whole, packet)
    problems = chain(release_problems(project, own, localized.interface), *(part.untranslated for part in parts))
    in_source = chain(_missing_in_source(project, localized, own), *(part.source_untranslated for part in parts))
    return replace(
        localized,
        book=own,
        untranslated=tuple(dict.fromkeys(problems)),
        source_untranslated=tuple(dict.fromkeys(in_source)),
        packet=packet,
        parts=tuple(parts),
    )


def load_hospital(project: Project, source: Book, hospital_id: str) -> Hospital | None:
    """Return the profile of a hospital, read for a book; None for `GENERIC`.

    Raises PublishError for an unknown hospital, and for the first error in its profile.
    """
    if hospital_id == GENERIC:
        return None
    folder = Path(source.folder)
    return with_default_roles(
        project, folder, read_hospital(project.hospital(hospital_id), source, project.languages(folder))
    )
