"""The passages that changed since they were signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from carepress.localize import LocalizedBook, localized_handout
from carepress.model import Hospital
from carepress.signoff.chain import Record, record_of
from carepress.signoff.changes import Change, changes
from carepress.signoff.digest import SignedPassage, content_digest, passages, roles_for
from carepress.signoff.signatures import read_signatures
from carepress.signoff.state import sign_off
from carepress.workspace.project import Project


def changed_passages(project: Project, localized: LocalizedBook, hospital: Hospital) -> list[Change]:
    """Return the passages that changed since each void signature for a book or handout, without duplicates.

    Of a handout that was only signed as a part of the book, they are those of the book that it has, and passages that
    were removed from its files.
    """
    book, folder = localized.book, project.hospital(hospital.id)
    existing = read_signatures(folder, project.shown(folder))
    roles = roles_for(hospital, book.lang, book.source_lang)
    own = record_of(folder, hospital, existing, book.id, book.lang, roles, book.handout.id if book.handout else None)
    if own.given or not book.handout:
        return _since(own, passages(book, hospital), hospital)
    whole = record_of(folder, hospital, existing, book.id, book.lang, roles)
    order = (book.title.path, None)  # of the whole book, which has other chapters too
    here = {(item.path, item.line) for item in passages(book, hospital)} - {order}
    files = {path for path, _line in here} - {book.title.path}
    found = _since(whole, passages(localized.whole, hospital), hospital)
    return [item for item in found if ((item.path, item.line) in here if item.new is not None else item.path in files)]


def _since(record: Record, now: Sequence[SignedPassage], hospital: Hospital) -> list[Change]:
    """Return the changes since the void signatures of a record."""
    digest = content_digest(now)
    void = (record.latest(role) for role in record.roles if not record.approval(role, digest))
    contents = (record.content(since) for since in dict.fromkeys(item.digest for item in void if item))
    found = (change for then in contents if then for change in changes(now, then, hospital.path))
    return list(dict.fromkeys(found))


def packet_changes(project: Project, packet: LocalizedBook, hospital: Hospital) -> Iterator[Change]:
    """Yield the passages that changed since each handout of a packet, and its sheets, were signed."""
    for part in packet.parts:
        assert part.selection
        signed = localized_handout(project, packet, part.selection)  # without the rows that the packet fills in
        if sign_off(project, signed).missing:
            yield from changed_passages(project, signed, hospital)
