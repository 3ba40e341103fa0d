"""Load a book in one language, as one hospital publishes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from carepress.catalogs.translate import Interface
from carepress.handouts.cut import cut
from carepress.handouts.select import find_handout
from carepress.hospital.adapt import apply_hospital
from carepress.hospital.reader import read_hospital
from carepress.model import GENERIC, Book, Hospital, Problem, Selection
from carepress.model.hospital import REVIEWER_ROLES
from carepress.translation.load import release_problems, translate, translate_interface
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
    selection: Selection | None
    interface: Interface
    hospital: Hospital | None
    untranslated: tuple[Problem, ...]

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
    problems = release_problems(project, small, interface)
    return LocalizedBook(source, book, small, selection, interface, hospital, problems)


def _cut(book: Book, selection: Selection | None) -> Book:
    return cut(book, find_handout(book, selection), selection.exposures) if selection else book


def localized_handout(project: Project, localized: LocalizedBook, selection: Selection) -> LocalizedBook:
    """Return a whole book cut to a handout. Raises PublishError for an unknown one."""
    small = _cut(localized.whole, selection)
    problems = release_problems(project, small, localized.interface)
    return replace(localized, book=small, selection=selection, untranslated=problems)


def load_hospital(project: Project, source: Book, hospital_id: str) -> Hospital | None:
    """Return the profile of a hospital, read for a book; None for `GENERIC`.

    Raises PublishError for an unknown hospital, and for the first error in its profile.
    """
    if hospital_id == GENERIC:
        return None
    hospital = read_hospital(project.hospital(hospital_id), source, project.languages(Path(source.folder)))
    if set(hospital.sign_off) <= set(REVIEWER_ROLES):
        return hospital
    names = role_names(project, hospital)
    return replace(hospital, sign_off=tuple(dict.fromkeys(names.get(r.casefold(), r) for r in hospital.sign_off)))


def role_names(project: Project, hospital: Hospital) -> dict[str, str]:
    """Return the default roles by their names in lower case, in English and in the hospital's languages."""
    interfaces = [translate_interface(project, lang) for lang in hospital.languages]
    texts = {role: role.capitalize() for role in REVIEWER_ROLES}
    localized = {item.gettext(text).casefold(): role for role, text in texts.items() for item in interfaces}
    return {role: role for role in REVIEWER_ROLES} | localized
