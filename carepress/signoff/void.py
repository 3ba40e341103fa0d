"""The passages that changed since they were signed."""

from __future__ import annotations

from collections.abc import Iterator

from carepress.localize import LocalizedBook, localized_handout
from carepress.model import Hospital
from carepress.signoff.chain import record_of
from carepress.signoff.changes import Change, changes
from carepress.signoff.digest import content_digest, passages, roles_for
from carepress.signoff.signatures import read_signatures
from carepress.signoff.state import sign_off
from carepress.workspace.project import Project


def changed_passages(project: Project, localized: LocalizedBook, hospital: Hospital) -> list[Change]:
    """Return the passages that changed since each void signature for a book or handout, without duplicates."""
    book, folder = localized.book, project.hospital(hospital.id)
    now, handout = passages(book, hospital), book.handout.id if book.handout else None
    digest, roles = content_digest(now), roles_for(hospital, book.lang, book.source_lang)
    existing = read_signatures(folder, project.shown(folder))
    record = record_of(folder, hospital, existing, book.id, book.lang, roles, handout)
    void = (record.latest(role) for role in roles if not record.approval(role, digest))
    contents = (record.content(since) for since in dict.fromkeys(item.digest for item in void if item))
    found = (change for then in contents if then for change in changes(now, then, hospital.path))
    return list(dict.fromkeys(found))


def packet_changes(project: Project, packet: LocalizedBook, hospital: Hospital) -> Iterator[Change]:
    """Yield the passages that changed since each handout of a packet, and its sheets, were signed by themselves."""
    for part in packet.parts:
        assert part.selection
        signed = localized_handout(project, packet, part.selection)  # without the rows that the packet fills in
        if sign_off(project, signed).missing:
            yield from changed_passages(project, signed, hospital)
