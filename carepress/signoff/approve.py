"""Record a signature in the folder of the hospital."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from carepress.content import read_book
from carepress.localize import LocalizedBook, load_hospital, localize, role_names
from carepress.model import PublishError, Selection, Signature
from carepress.signoff.digest import SignedPassage, content_digest, passages, roles_for, short_digests
from carepress.signoff.signatures import checked_signature, digests_path, digests_text, read_signatures, signatures_text
from carepress.workspace.files import atomic_write
from carepress.workspace.project import SOURCE_LANGUAGE, Project


@dataclass(frozen=True, slots=True)
class Approved:
    """A recorded signature, and the roles that still have to sign in its language."""

    signature: Signature
    waiting: tuple[str, ...]


def approve(
    project: Project,
    book_name: str,
    hospital_id: str,
    lang: str,
    role: str,
    name: str,
    day: date,
    today: date,
    replaces: Callable[[Signature], bool],
    handout: str | None = None,
) -> Approved:
    """Record that a person has read a book, or one handout of it, in a language and signs it.

    The signature replaces an earlier one of the same role; if that is valid, `replaces` is asked first. `role` may be
    the name of a role in a language of the hospital. Raises PublishError for a role that does not sign, for an
    incomplete translation, and for a day after `today` or before the text.
    """
    source = read_book(project.book(book_name))
    selection = Selection(handout) if handout else None
    localized = localize(project, source, lang, load_hospital(project, source, hospital_id), selection)
    assert localized.hospital
    folder = project.hospital(hospital_id)
    roles = roles_for(localized.hospital, lang, SOURCE_LANGUAGE)
    role = role if role in roles else role_names(project, localized.hospital).get(role.strip().casefold(), role)
    if role not in roles:
        hint = f"use one of {', '.join(roles)}, which sign_off in the profile lists"
        raise PublishError(localized.hospital.path, None, f"the role “{role}” does not sign in “{lang}”", hint)
    if localized.untranslated:
        count = len(localized.untranslated)
        hint = f"see publish.py catalogs status --lang {lang}, translate the missing passages, and have all of them reviewed"
        raise PublishError(localized.hospital.path, None, f"the translation is incomplete ({count} passages)", hint)
    _check_day(day, today, localized)
    content = passages(localized.book, localized.hospital)
    given = checked_signature(Signature(localized.book.id, lang, role, name, day, content_digest(content), handout))
    existing = read_signatures(folder, project.shown(folder))
    earlier = next((item for item in existing if _key(item) == _key(given)), None)
    if earlier and earlier.digest == given.digest and not replaces(earlier):
        who = f"{earlier.name} has signed as {role} on {earlier.date.isoformat()}, and the text has not changed since"
        raise PublishError(localized.hospital.path, None, who, "to replace this signature, add --replace")
    signatures = [*(item for item in existing if _key(item) != _key(given)), given]
    signatures.sort(key=_key)
    try:
        _write_digests(folder, given, content)
        atomic_write(folder / "approvals.toml", signatures_text(signatures).encode())
        _remove_digests(folder, signatures)
    except OSError as error:
        hint = "check the folder and its permissions"
        raise PublishError(project.shown(folder), None, f"cannot be written ({error.strerror})", hint) from None
    whole = content_digest(passages(localized.whole, localized.hospital))
    current = {(handout, given.digest), (None, whole)}  # a signature for the whole book covers its handouts
    signed = {s.role for s in signatures if (s.book, s.lang) == (given.book, lang) and (s.handout, s.digest) in current}
    return Approved(given, tuple(role for role in roles if role not in signed))


def _check_day(day: date, today: date, localized: LocalizedBook) -> None:
    """Raise PublishError for a signature of a day to come, or of a day before the text or the profile."""
    assert localized.hospital
    if day > today:
        hint = "give the day on which the person signed"
        raise PublishError("--date", None, f"{day.isoformat()} is in the future", hint)
    for path, revised in (
        (localized.book.title.path, localized.book.revised),
        (localized.hospital.path, localized.hospital.revised),
    ):
        if day < revised:
            message = (
                f"the signature of {day.isoformat()} is older than the text, which was revised on {revised.isoformat()}"
            )
            raise PublishError(path, None, message, "have the current text reviewed, or correct the date")


def _key(signature: Signature) -> tuple[str, str, str, str]:
    return signature.book, signature.handout or "", signature.lang, signature.role


def _write_digests(folder: Path, given: Signature, content: tuple[SignedPassage, ...]) -> None:
    atomic_write(digests_path(folder, given.lang, given.digest), digests_text(short_digests(content)).encode())


def _remove_digests(folder: Path, signatures: Iterable[Signature]) -> None:
    """Remove the passage digests that no signature refers to any more."""
    needed = {digests_path(folder, item.lang, item.digest) for item in signatures}
    for path in set((folder / "approvals").glob("*.json")) - needed:
        path.unlink()
