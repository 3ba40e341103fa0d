"""A sign-off is given, and kept in the folder of the hospital."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from carepress.content import read_book
from carepress.localize import load_hospital, localize
from carepress.model import PublishError, Signature
from carepress.signoff.digest import Passage, content_digest, marks, passages, roles_for
from carepress.signoff.signatures import checked_signature, marks_path, marks_text, read_signatures, signatures_text
from carepress.workspace.files import atomic_write
from carepress.workspace.project import SOURCE_LANGUAGE, Project


@dataclass(frozen=True, slots=True)
class Approved:
    """A signature that was given, and the roles that have yet to sign in the language."""

    signature: Signature
    waiting: tuple[str, ...]


def approve(project: Project, book_name: str, hospital_id: str, lang: str, role: str, name: str, day: date) -> Approved:
    """Record that a person has read a book in a language and signs it; it takes the place of an earlier one of the
    same role. Raises PublishError for a role that does not sign, and for a text that is not translated whole.
    """

    source = read_book(project.book(book_name))
    copy = localize(project, source, lang, load_hospital(project, source, hospital_id))
    assert copy.hospital
    folder = project.hospital(hospital_id)
    roles = roles_for(copy.hospital, lang, SOURCE_LANGUAGE)
    if role not in roles:
        hint = f"one of {', '.join(roles)}; sign_off in the profile names them"
        raise PublishError(copy.hospital.path, None, f"nobody signs as “{role}” in “{lang}”", hint)
    if copy.untranslated:
        count = len(copy.untranslated)
        hint = f"see publish.py catalogs status --lang {lang}, translate what is missing, and have it read whole"
        raise PublishError(copy.hospital.path, None, f"the text is not translated whole ({count} passages)", hint)
    found = passages(copy.book, copy.hospital)
    given = checked_signature(copy.book.id, lang, role, name, day, content_digest(found))
    known = read_signatures(folder, project.shown(folder))
    place = (given.book, given.lang, given.role)
    kept = [*(item for item in known if (item.book, item.lang, item.role) != place), given]
    kept.sort(key=lambda item: (item.book, item.lang, item.role))
    try:
        _keep_marks(folder, given, found)
        atomic_write(folder / "approvals.toml", signatures_text(kept).encode())
        _forget_marks(folder, kept)
    except OSError as error:
        hint = "check the folder and its rights"
        raise PublishError(project.shown(folder), None, f"cannot be written ({error.strerror})", hint) from None
    signed = {item.role for item in kept if (item.book, item.lang, item.digest) == (given.book, lang, given.digest)}
    return Approved(given, tuple(role for role in roles if role not in signed))


def _keep_marks(folder: Path, given: Signature, found: tuple[Passage, ...]) -> None:

    atomic_write(marks_path(folder, given.lang, given.digest), marks_text(marks(found)).encode())


def _forget_marks(folder: Path, kept: Iterable[Signature]) -> None:
    """Remove what nobody's signature stands for any more."""

    needed = {marks_path(folder, item.lang, item.digest) for item in kept}
    for path in set((folder / "approvals").glob("*.json")) - needed:
        path.unlink()
