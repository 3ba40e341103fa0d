"""Record a signature in the folder of the hospital."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from carepress.content import read_book
from carepress.localize import load_hospital, localize
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
    handout: str | None = None,
) -> Approved:
    """Record that a person has read a book, or one handout of it, in a language and signs it.

    The signature replaces an earlier one of the same role. Raises PublishError for a role that does not sign, and for
    an incomplete translation.
    """
    source = read_book(project.book(book_name))
    selection = Selection(handout) if handout else None
    localized = localize(project, source, lang, load_hospital(project, source, hospital_id), selection)
    assert localized.hospital
    folder = project.hospital(hospital_id)
    roles = roles_for(localized.hospital, lang, SOURCE_LANGUAGE)
    if role not in roles:
        hint = f"use one of {', '.join(roles)}, which sign_off in the profile lists"
        raise PublishError(localized.hospital.path, None, f"the role “{role}” does not sign in “{lang}”", hint)
    if localized.untranslated:
        count = len(localized.untranslated)
        hint = f"see publish.py catalogs status --lang {lang}, translate the missing passages, and have all of them reviewed"
        raise PublishError(localized.hospital.path, None, f"the translation is incomplete ({count} passages)", hint)
    content = passages(localized.book, localized.hospital)
    given = checked_signature(Signature(localized.book.id, lang, role, name, day, content_digest(content), handout))
    existing = read_signatures(folder, project.shown(folder))
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


def _key(signature: Signature) -> tuple[str, str, str, str]:
    return signature.book, signature.handout or "", signature.lang, signature.role


def _write_digests(folder: Path, given: Signature, content: tuple[SignedPassage, ...]) -> None:
    atomic_write(digests_path(folder, given.lang, given.digest), digests_text(short_digests(content)).encode())


def _remove_digests(folder: Path, signatures: Iterable[Signature]) -> None:
    """Remove the passage digests that no signature refers to any more."""
    needed = {digests_path(folder, item.lang, item.digest) for item in signatures}
    for path in set((folder / "approvals").glob("*.json")) - needed:
        path.unlink()
