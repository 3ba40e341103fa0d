"""New English text meets the translations that exist."""

from __future__ import annotations

import polib


def merge(template: polib.POFile, catalog: polib.POFile) -> None:
    """Bring `catalog` to the messages of `template`, in their order; nothing translated is thrown away.

    A message keeps its translation, comments and flags; a returning one revives its obsolete entry; one
    that is gone becomes obsolete.
    """
    kept = {(entry.msgctxt, entry.msgid): entry for entry in catalog}
    merged = []
    for fresh in template:
        entry = kept.pop((fresh.msgctxt, fresh.msgid), None)
        if entry is None:
            entry = polib.POEntry(msgid=fresh.msgid, msgctxt=fresh.msgctxt)
            if fresh.msgid_plural:
                entry.msgstr_plural = {0: "", 1: ""}
        entry.obsolete = False
        entry.msgid_plural = fresh.msgid_plural
        entry.comment, entry.occurrences = fresh.comment, fresh.occurrences
        merged.append(entry)
    for entry in kept.values():
        if entry.translated() or entry.obsolete:
            entry.obsolete, entry.occurrences = True, []
            merged.append(entry)
    catalog[:] = merged
