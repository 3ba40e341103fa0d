"""Load a book in one language, as one hospital publishes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from carepress.catalogs.translate import Interface
from carepress.handouts.cut import cut
from carepress.handouts.select import find_handout
from carepress.hospital.adapt import apply_hospital
from carepress.hospital.reader import read_hospital
from carepress.model import GENERIC, Book, Hospital, Problem, Selection
from carepress.translation.load import release_problems, translate
from carepress.workspace.project import Project, check_published


@dataclass(frozen=True, slots=True)
class LocalizedBook:
    """A book in a language, adapted to a hospital if there is one.

    `source` is the generic book in its source language; `book` was cut to a handout if there is a selection, `whole` is
    not. `untranslated` lists what makes the translation a draft.
    """

    source: Book
    whole: Book
    book: Book
    interface: Interface
    hospital: Hospital | None
    untranslated: tuple[Problem, ...]


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
    small = cut(book, find_handout(book, selection)) if selection else book
    return LocalizedBook(source, book, small, interface, hospital, release_problems(project, small, interface))


def load_hospital(project: Project, source: Book, hospital_id: str) -> Hospital | None:
    """Return the profile of a hospital, read for a book; None for `GENERIC`.

    Raises PublishError for an unknown hospital, and for the first error in its profile.
    """
    if hospital_id == GENERIC:
        return None
    return read_hospital(project.hospital(hospital_id), source, project.languages(Path(source.folder)))
