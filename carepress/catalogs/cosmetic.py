"""An English edit that changes no meaning: the translation stays valid, and who said so is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polib
from rapidfuzz import fuzz

from carepress.catalogs.differences import all_differences
from carepress.catalogs.notes import without_warnings
from carepress.catalogs.po import Key, key_of, texts_of
from carepress.catalogs.translate import check_structure
from carepress.model import PublishError

# Below this likeness of words, in percent, nobody would call an edit cosmetic.
EDIT = 60.0


@dataclass(frozen=True, slots=True)
class Approval:
    """Who says that an edit changes no meaning, why, and when (ISO 8601), which is never the clock's word."""

    who: str
    why: str
    when: str | None = None

    def comment(self, previous: str) -> str:
        said = ", ".join(" ".join(part.split()) for part in (self.when or "", self.who) if part)
        return f"cosmetic: {said}: {' '.join(self.why.split())} (the English was: “{previous}”)"


def edited(catalog: Iterable[polib.POEntry]) -> Iterator[polib.POEntry]:
    """Yield the entries whose translation waits because of an English edit."""
    for entry in catalog:
        if entry.fuzzy and not entry.obsolete and entry.previous_msgid is not None and texts_of(entry):
            yield entry


def accept(entry: polib.POEntry, approval: Approval, shown: str, present: frozenset[Key]) -> None:
    """Make the translation of an edited entry valid again, with a comment that says who did and why.

    `present` are the messages of today. Raises PublishError, and leaves the entry as it is, when the edit
    changes more than its looks, or when the proposal comes from another sentence than this one.
    """
    if reason := refusal(entry, present):
        raise PublishError(shown, entry.linenum, reason, "mend the translation and remove its fuzzy flag")
    if not entry.msgid_plural:
        check_structure(entry, shown)
    entry.tcomment = "\n".join([*entry.tcomment.splitlines(), approval.comment(entry.previous_msgid)])
    entry.comment = without_warnings(entry.comment)
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None


def refusal(entry: polib.POEntry, present: frozenset[Key]) -> str | None:
    """Return why an edit is not cosmetic, or None."""
    previous: Key = entry.previous_msgctxt, entry.previous_msgid
    if previous in present and previous != key_of(entry):
        return f"this is a new sentence, not an edit: “{entry.previous_msgid}” is still in the book"
    if len(texts_of(entry)) < max(1, len(entry.msgstr_plural)):
        return "the translation is not complete"
    if bool(entry.previous_msgid_plural) != bool(entry.msgid_plural):
        return "this changes more than its looks: its plural came or went"
    found = all_differences(entry.previous_msgid, entry.msgid)
    if entry.msgid_plural:
        found += all_differences(entry.previous_msgid_plural, entry.msgid_plural)
    if found:
        return "this changes more than its looks: " + "; ".join(dict.fromkeys(map(str, found)))
    if fuzz.ratio(entry.previous_msgid.casefold().split(), entry.msgid.casefold().split()) < EDIT:
        return f"this is a new sentence, not an edit of “{entry.previous_msgid}”"
    return None
