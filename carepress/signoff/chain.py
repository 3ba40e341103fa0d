"""Which signatures are valid: those of the current content, and those of earlier content with signatures of each change.

A signature of changes is a link from one content to the next. A link counts if the passages of both are recorded,
everyone whom the profile names for these kinds of changes has signed it, and its seal is that of the signatures before
it: without one of them, or with one that was edited, the chain is void.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from carepress.model import Hospital, Signature
from carepress.model.hospital import ANYONE
from carepress.signoff.changes import Change, changes
from carepress.signoff.digest import SignedPassage
from carepress.signoff.signatures import content_data, read_content


class Record:
    """The signatures of a book, or of one handout, in a language, in the order of approvals.toml.

    `roles` are those that must sign.
    """

    def __init__(
        self, folder: Path, hospital: Hospital, lang: str, roles: tuple[str, ...], given: Iterable[Signature]
    ) -> None:
        self.folder, self.hospital, self.lang, self.roles, self.given = folder, hospital, lang, roles, tuple(given)
        self._contents: dict[str, tuple[SignedPassage, ...] | None] = {}

    def latest(self, role: str) -> Signature | None:
        """Return the last signature of a role, valid or not."""
        return max((item for item in self.given if item.role == role), key=lambda item: item.date, default=None)

    def approval(self, role: str, digest: str) -> tuple[Signature, ...]:
        """Return the signature by which a role has approved a content, with those of the changes since; or none."""
        return self._approvals.get(digest, {}).get(role, ())

    def signatures(self, digest: str) -> tuple[Signature, ...]:
        """Return the valid signatures of all roles, or none unless all of them have approved a content."""
        found = [self.approval(role, digest) for role in self.roles]
        return tuple(dict.fromkeys(item for items in found for item in items)) if all(found) else ()

    def needed(self, digest: str) -> set[Signature]:
        """Return the valid signatures of a content, and those that they build on."""
        found: set[Signature] = set()
        contents, seen = {digest}, set[str]()
        while contents:
            signatures = {item for content in contents for item in self.signatures(content)}
            found, seen = found | signatures, seen | contents
            contents = {item.since for item in signatures if item.since} - seen
        return found

    def last_approved(self, digest: str) -> str | None:
        """Return the content before `digest` that all roles approved last, if its passages are recorded."""
        latest = sorted(self.given, key=lambda item: item.date, reverse=True)
        contents = [other for other in dict.fromkeys(item.digest for item in latest) if other != digest]
        approved = [other for other in contents if self.content(other) and self.signatures(other)]
        followed = {since for other in approved for since, end in self._links if end == other}
        return next((other for other in approved if other not in followed), None)

    def links(self, since: str, digest: str) -> tuple[Signature, ...]:
        """Return the signatures of the changes from one content to another."""
        return self._links.get((since, digest), ())

    def content(self, digest: str) -> tuple[SignedPassage, ...] | None:
        """Return the recorded passages of a content."""
        if digest not in self._contents:
            self._contents[digest] = read_content(self.folder, self.lang, digest)
        return self._contents[digest]

    @cached_property
    def _links(self) -> dict[tuple[str, str], tuple[Signature, ...]]:
        """The signatures of changes, by the contents before and after them."""
        found: dict[tuple[str, str], tuple[Signature, ...]] = {}
        for item in self.given:
            if item.since and item.role in self.roles:
                found[item.since, item.digest] = (*found.get((item.since, item.digest), ()), item)
        return found

    @cached_property
    def _approvals(self) -> dict[str, dict[str, tuple[Signature, ...]]]:
        """The approval of each content by each role: first by signatures of all of it, then along the links."""
        found: dict[str, dict[str, tuple[Signature, ...]]] = {}
        for item in self.given:
            if not item.since:
                found.setdefault(item.digest, {})[item.role] = (item,)
        left = dict(self._links)
        while ready := [link for link in left if all(role in found.get(link[0], {}) for role in self.roles)]:
            for since, digest in ready:
                links = left.pop((since, digest))
                base = tuple(dict.fromkeys(item for role in self.roles for item in found[since][role]))
                if self._is_signed(links, base, self.content(since), self.content(digest)):
                    for role in self.roles:
                        found.setdefault(digest, {}).setdefault(role, (*found[since][role], *links))
        return found

    def _is_signed(
        self,
        links: tuple[Signature, ...],
        base: tuple[Signature, ...],
        before: tuple[SignedPassage, ...] | None,
        now: tuple[SignedPassage, ...] | None,
    ) -> bool:
        """Tell whether the changes between two contents are signed by all who must sign them, with valid seals."""
        if not (before and now) or any(item.seal != seal(item, base, before, now) for item in links):
            return False
        changed = changes(now, before, self.hospital.path)
        return not waiting(self.hospital, self.roles, changed, [item.role for item in links])


def record_of(
    folder: Path,
    hospital: Hospital,
    existing: Iterable[Signature],
    book: str,
    lang: str,
    roles: tuple[str, ...],
    handout: str | None = None,
) -> Record:
    """Return the signatures of a book, or of one handout, in a language, of all in a hospital's folder."""
    given = (item for item in existing if (item.book, item.lang, item.handout) == (book, lang, handout))
    return Record(folder, hospital, lang, roles, given)


def waiting(
    hospital: Hospital, roles: Sequence[str], changed: Iterable[Change], signed: Sequence[str]
) -> tuple[str, ...]:
    """Return the roles that still have to sign changes: `ANYONE` if any one of them is enough."""
    missing: dict[str, None] = {}
    for kind in dict.fromkeys(change.kind for change in changed):
        named = hospital.sign_changes.get(kind, ())
        # A role that does not sign in this language cannot be waited for.
        needed = [role for role in roles if role in named] or ([ANYONE] if ANYONE in named else list(roles))
        missing |= dict.fromkeys(role for role in needed if role not in signed and not (role == ANYONE and signed))
    if len(missing) > 1:  # whoever else signs is also anyone
        missing.pop(ANYONE, None)
    return tuple(missing)


def seal(link: Signature, base: Iterable[Signature], *contents: Iterable[SignedPassage]) -> str:
    """Return the SHA-256 of a signature of changes, of the signatures that it builds on, and of both contents."""
    recorded = [sha256(content_data(content)).hexdigest() for content in contents]
    rows = [[item.role, item.name, item.date.isoformat(), item.digest, item.since, item.seal] for item in base]
    own = [link.book, link.handout, link.lang, link.role, link.name, link.date.isoformat(), link.digest, link.since]
    return sha256(json.dumps([own, sorted(rows, key=str), recorded], ensure_ascii=False).encode()).hexdigest()
