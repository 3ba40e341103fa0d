"""Record a signature in the folder of the hospital: of all of a book, or of what has changed since it was signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from carepress.content import read_book
from carepress.handouts.packets import find_packet, sheets_of
from carepress.hospital.roles import role_names
from carepress.localize import LocalizedBook, load_hospital, localize, localized_handout, localized_packet
from carepress.model import Hospital, PublishError, Selection, Signature
from carepress.model.counts import counted
from carepress.signoff.chain import Record, record_of, seal, waiting
from carepress.signoff.changes import Change, changes
from carepress.signoff.digest import SignedPassage, content_digest, passages, roles_for
from carepress.signoff.signatures import (
    checked_signature,
    content_data,
    content_path,
    read_content,
    read_signatures,
    signatures_text,
)
from carepress.workspace.files import atomic_write
from carepress.workspace.project import Project


@dataclass(frozen=True, slots=True)
class Review:
    """A book, or one handout of it, in a language, as it would be signed today, and its signatures so far."""

    localized: LocalizedBook
    hospital: Hospital
    content: tuple[SignedPassage, ...]
    digest: str
    handout: str | None
    existing: tuple[Signature, ...]
    record: Record

    @property
    def folder(self) -> Path:
        """The folder of the hospital."""
        return self.record.folder


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed since the content `since`, which all roles approved, and the roles that have to sign it.

    `signed` are the signatures of that content.
    """

    since: str
    signed: tuple[Signature, ...]
    changed: tuple[Change, ...]
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Approved:
    """A recorded signature, and the roles that still have to sign in its language."""

    signature: Signature
    waiting: tuple[str, ...]


def open_review(project: Project, book_name: str, hospital_id: str, lang: str, handout: str | None) -> Review:
    """Return what is to be signed. Raises PublishError, also for an incomplete translation."""
    source = read_book(project.book(book_name))
    selection = Selection(handout) if handout else None
    return _review(project, localize(project, source, lang, load_hospital(project, source, hospital_id), selection))


def open_packet(project: Project, book_name: str, hospital_id: str, lang: str, packet: str) -> list[Review]:
    """Return what is to be signed of a packet: each of its handouts, then its sheets. Raises PublishError."""
    source = read_book(project.book(book_name))
    whole = localize(project, source, lang, load_hospital(project, source, hospital_id))
    _check_filled_in(localized_packet(project, whole, packet, "booklet"))
    found = find_packet(whole.whole, packet)
    parts = [*map(Selection, found.handouts), *([sheets_of(found)] if found.sheets else [])]
    return [_review(project, localized_handout(project, whole, part)) for part in parts]


def reopen(project: Project, review: Review) -> Review:
    """Return a review with the signatures that have been recorded since it was opened."""
    return _review(project, review.localized)


def _check_filled_in(localized: LocalizedBook) -> None:
    for problem in localized.unfinished():
        raise PublishError(problem.path, problem.line, problem.message, problem.hint)


def _review(project: Project, localized: LocalizedBook) -> Review:
    hospital, lang = localized.hospital, localized.book.lang
    handout = localized.selection.id if localized.selection else None
    assert hospital
    folder = project.hospital(hospital.id)
    _check_filled_in(localized)
    if localized.untranslated:
        hint = f"see publish.py catalogs status --lang {lang}, translate the missing passages, and have all of them reviewed"
        raise PublishError(
            hospital.path,
            None,
            f"the translation is incomplete ({counted(len(localized.untranslated), 'passage', 'passages')})",
            hint,
        )
    existing = read_signatures(folder, project.shown(folder))
    roles = roles_for(hospital, lang, localized.source.source_lang)
    record = record_of(folder, hospital, existing, localized.book.id, lang, roles, handout)
    content = passages(localized.book, hospital)
    return Review(localized, hospital, content, content_digest(content), handout, existing, record)


def find_changes(review: Review) -> Changes:
    """Return what has changed since all roles approved the text. Raises PublishError if that is not recorded."""
    record, digest = review.record, review.digest
    if record.signatures(digest):
        message = "nothing has changed since the last signature"
        raise PublishError(review.hospital.path, None, message, "no one has to sign again")
    since = record.last_approved(digest)
    before = record.content(since) if since else None
    if not since or not before:
        message = "there is no text that all roles have signed and whose passages are recorded in approvals/"
        raise PublishError(review.hospital.path, None, message, "have all of it reviewed, and sign without --changes")
    changed = changes(review.content, before, review.hospital.path)
    signed = [item.role for item in record.links(since, digest)]
    left = waiting(review.hospital, record.roles, changed, signed)
    return Changes(since, record.signatures(since), tuple(changed), left)


def approve(
    project: Project,
    review: Review,
    role: str,
    name: str,
    day: date,
    today: date,
    replaces: Callable[[Signature], bool],
    changes: Changes | None = None,
) -> Approved:
    """Record that a person has read a text, or its `changes`, and signs it.

    The signature replaces an earlier one of the same role; if that is valid, `replaces` is asked first. `role` may be
    the name of a role in a language of the hospital. Raises PublishError for a role that does not sign, and for a day
    after `today` or before the text.
    """
    localized, record, hospital, lang = review.localized, review.record, review.hospital, review.localized.book.lang
    roles = record.roles
    names = role_names(project, Path(localized.source.folder), hospital)
    role = role if role in roles else names.get(role.strip().casefold(), role)
    if role not in roles:
        local = {known: name for name, known in names.items() if name != known}
        shown = ", ".join(f"{item} ({local[item]})" if item in local else item for item in roles)
        hint = f"use one of {shown}; sign_off in the profile can name others"
        raise PublishError(hospital.path, None, f"the role “{role}” does not sign in “{lang}”", hint)
    _check_day(day, today, localized, changes.signed if changes else ())
    since = changes.since if changes else None
    given = checked_signature(Signature(localized.book.id, lang, role, name, day, review.digest, review.handout, since))
    if changes:
        before = record.content(changes.since)
        assert before, "find_changes has read it"
        given = replace(given, seal=seal(given, changes.signed, before, _recorded(review)))
    earlier = next((item for item in record.given if _replaced(item, given)), None)
    if earlier and earlier.digest == given.digest and not replaces(earlier):
        who = f"{earlier.name} has signed as {role} on {earlier.date.isoformat()}, and the text has not changed since"
        raise PublishError(hospital.path, None, who, "to replace this signature, add --replace")
    _write_content(project, review)
    now = _record(review, [*(item for item in record.given if item != earlier), given])
    if now.signatures(review.digest):  # then only these and those that they build on are of use
        needed = now.needed(review.digest)
        now = _record(review, [item for item in now.given if item in needed])
    others = (item for item in review.existing if item not in record.given)
    _write_signatures(project, review, sorted([*others, *now.given], key=_key))
    if changes:
        signed = [item.role for item in now.links(changes.since, review.digest)]
        left = waiting(hospital, roles, changes.changed, signed)
        return Approved(given, left)
    return Approved(given, tuple(item for item in roles if not _has_approved(project, review, now, item)))


def _record(review: Review, given: Iterable[Signature]) -> Record:
    record = review.record
    return Record(record.folder, record.hospital, record.lang, record.roles, given)


def _has_approved(project: Project, review: Review, record: Record, role: str) -> bool:
    """Tell whether a role has approved a text; a signature for the book covers its handouts."""
    if record.approval(role, review.digest):
        return True
    if not review.handout:
        return False
    localized = review.localized
    whole = record_of(record.folder, review.hospital, review.existing, localized.book.id, record.lang, record.roles)
    return bool(whole.approval(role, content_digest(passages(localized.whole, review.hospital))))


def _check_day(day: date, today: date, localized: LocalizedBook, before: Iterable[Signature]) -> None:
    """Raise PublishError for a signature of a day to come, or of a day before the text, the profile or others."""
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
    for item in before:
        if day < item.date:
            message = f"the changes were signed before the {item.role} signed the text on {item.date.isoformat()}"
            raise PublishError("--date", None, message, "correct the date")


def _key(signature: Signature) -> tuple[str, str, str, str]:
    return signature.book, signature.handout or "", signature.lang, signature.role


def _replaced(earlier: Signature, given: Signature) -> bool:
    """Tell whether a signature takes the place of an earlier one: of the same role and the same text or changes."""
    return (earlier.role, earlier.digest, earlier.since) == (given.role, given.digest, given.since)


def _recorded(review: Review) -> tuple[SignedPassage, ...]:
    """Return the passages of the current text as they are recorded: the first record of them stays."""
    return read_content(review.folder, review.localized.book.lang, review.digest) or review.content


def _write_content(project: Project, review: Review) -> None:
    path = content_path(review.folder, review.localized.book.lang, review.digest)
    with _reported(project, review.folder):
        atomic_write(path, content_data(_recorded(review)))


def _write_signatures(project: Project, review: Review, signatures: list[Signature]) -> None:
    """Write approvals.toml, and remove the passages that no signature refers to any more."""
    folder = review.folder
    needed = {
        content_path(folder, item.lang, digest)
        for item in signatures
        for digest in (item.digest, item.since or item.digest)
    }
    with _reported(project, folder):
        atomic_write(folder / "approvals.toml", signatures_text(signatures).encode())
        for path in set((folder / "approvals").glob("*.json*")) - needed:
            path.unlink()


@contextmanager
def _reported(project: Project, folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "check the folder and its permissions"
        raise PublishError(project.shown(folder), None, f"cannot be written ({error.strerror})", hint) from None
