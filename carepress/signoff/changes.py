"""The passages that changed since they were signed."""

from __future__ import annotations

from carepress.localize import LocalizedBook
from carepress.model import Hospital
from carepress.signoff.digest import SignedPassage, changes, content_digest, latest, passages, roles_for
from carepress.signoff.signatures import read_digests, read_signatures
from carepress.workspace.project import SOURCE_LANGUAGE, Project


def changed_passages(project: Project, localized: LocalizedBook, hospital: Hospital) -> list[SignedPassage]:
    """Return the passages that changed since each void signature for a book or handout, without duplicates."""
    book, folder = localized.book, project.hospital(hospital.id)
    now = passages(book, hospital)
    digest = content_digest(now)
    handout = book.handout.id if book.handout else None
    given = latest(read_signatures(folder, project.shown(folder)), book.id, book.lang, handout)
    roles = roles_for(hospital, book.lang, SOURCE_LANGUAGE)
    old = dict.fromkeys(given[role].digest for role in roles if role in given and given[role].digest != digest)
    lists = [read_digests(folder, book.lang, item) for item in old]
    return list(dict.fromkeys(passage for then in lists if then for passage in changes(now, then)))
