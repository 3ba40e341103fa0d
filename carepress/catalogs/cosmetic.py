"""Accept cosmetic edits of the source: the translation stays valid, and the approval is recorded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

import polib
from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from carepress.catalogs.differences import all_differences, is_english
from carepress.catalogs.extract import Message
from carepress.catalogs.notes import without_warnings
from carepress.catalogs.po import key_of, texts_of
from carepress.catalogs.translate import check_structure
from carepress.model import Key, Problem, PublishError
from carepress.text.language import source_name

# Below this similarity, in percent, an edit counts as a new sentence.
EDIT = 60.0


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved an edit, why, and when (ISO 8601). The date is given, never read from the clock."""

    who: str
    why: str
    when: str | None = None

    def comment(self, previous: str, source_lang: str = "en") -> str:
        """Return the translator's comment that records the approval; `previous` is the earlier source text."""
        signed = ", ".join(" ".join(part.split()) for part in (self.when or "", self.who) if part)
        return f"cosmetic: {signed}: {' '.join(self.why.split())} (the {source_name(source_lang)} was: “{previous}”)"


@dataclass(frozen=True, slots=True)
class Accepted:
    """An edit accepted as cosmetic: the path of its catalog, and both source texts."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, eq=False)
class OpenCatalog:
    """A catalog opened for editing, with its path for messages and the current messages of its domain in `source_lang`."""

    messages: tuple[Message, ...]
    catalog: polib.POFile
    display_path: str
    source_lang: str = "en"

    def keys(self) -> frozenset[Key]:
        """Return the current messages of the catalog."""
        return frozenset(key_of(entry) for entry in self.catalog if not entry.obsolete)

    def keys_at(self, path: str, line: int) -> set[Key]:
        """Return the messages at a line of a source file or of this catalog; empty for any other path."""
        if path == self.display_path:
            places = [(entry.linenum, key_of(entry)) for entry in self.catalog if not entry.obsolete]
        else:
            places = [(row.line or 0, row.key) for row in self.messages if row.path == path]
        last = max((start for start, _key in places if start <= line), default=None)
        return {key for start, key in places if start == last}


_EditedEntry = tuple[OpenCatalog, polib.POEntry]


def accept_all(catalogs: list[OpenCatalog], approval: Approval) -> tuple[list[Accepted], list[Problem]]:
    """Accept every cosmetic edit; return the accepted edits, and a problem for each refused one."""
    accepted, refused = [], []
    for opened, entry in _edited_entries(catalogs):
        previous = entry.previous_msgid
        try:
            accept(entry, approval, opened.display_path, opened.keys(), False, opened.source_lang)
        except PublishError as error:
            refused.append(Problem("cosmetic", "error", error.path, error.line, error.message, error.hint))
        else:
            accepted.append(Accepted(opened.display_path, previous, entry.msgid))
    return accepted, refused


def accept_named(catalogs: list[OpenCatalog], selectors: tuple[str, ...], approval: Approval) -> list[Accepted]:
    """Accept the edits that a person selected. Raises PublishError at the first that must be refused."""
    accepted = []
    for opened, entry in [_select(selector, _edited_entries(catalogs)) for selector in dict.fromkeys(selectors)]:
        accepted.append(Accepted(opened.display_path, entry.previous_msgid or "", entry.msgid))
        accept(entry, approval, opened.display_path, opened.keys(), True, opened.source_lang)
    return accepted


def _edited_entries(catalogs: list[OpenCatalog]) -> list[_EditedEntry]:
    return [(opened, entry) for opened in catalogs for entry in edited(opened.catalog)]


def _select(selector: str, entries: list[_EditedEntry]) -> _EditedEntry:
    """Return the single entry that matches a selector. Raises PublishError for none or several."""
    path, _, line = selector.rpartition(":")
    if line.isdecimal() and path:
        matches = [(opened, entry) for opened, entry in entries if key_of(entry) in opened.keys_at(path, int(line))]
    else:
        matches = [row for row in entries if row[1].msgid.startswith(selector)]
        matches = [row for row in matches if row[1].msgid == selector] or matches
    if len(matches) != 1:
        raise PublishError(
            selector,
            None,
            f"{len(matches)} edited sentences match" if matches else "no edited sentence matches",
            "give a longer beginning"
            if matches
            else "publish.py catalogs status counts the fuzzy entries of each file",
        )
    return matches[0]


def edited(catalog: Iterable[polib.POEntry]) -> Iterator[polib.POEntry]:
    """Yield the entries that are fuzzy because their source text was edited."""
    for entry in catalog:
        if entry.fuzzy and not entry.obsolete and entry.previous_msgid is not None and texts_of(entry):
            yield entry


def accept(
    entry: polib.POEntry,
    approval: Approval,
    display_path: str,
    present: frozenset[Key],
    named: bool,
    source_lang: str = "en",
) -> None:
    """Clear the fuzzy flag of an edited entry, and add a comment with the approval.

    `present` holds the current messages; `named` is true if a person selected this sentence. Raises PublishError,
    and leaves the entry unchanged, if the edit is not cosmetic or the proposal comes from another sentence.
    """
    if reason := refusal(entry, present, source_lang):
        raise PublishError(display_path, entry.linenum, reason, "correct the translation and remove its fuzzy flag")
    # No negation is recognized in other languages than English: their words may not change at all.
    if not (named and is_english(source_lang)) and (changed := other_words(entry.previous_msgid, entry.msgid)):
        hint = "correct the translation"
        hint += (
            "; or, if this changes no meaning, name the sentence instead of --all" if is_english(source_lang) else ""
        )
        raise PublishError(display_path, entry.linenum, f"words changed: {changed}", hint)
    if not entry.msgid_plural:
        check_structure(entry, display_path, source_lang)
    entry.tcomment = "\n".join([*entry.tcomment.splitlines(), approval.comment(entry.previous_msgid, source_lang)])
    entry.comment = without_warnings(entry.comment)
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None


def refusal(entry: polib.POEntry, present: frozenset[Key], source_lang: str = "en") -> str | None:
    """Return the reason why an edit is not cosmetic, or None. `present` holds the current messages."""
    previous: Key = entry.previous_msgctxt, entry.previous_msgid
    if previous in present and previous != key_of(entry):
        return f"this is a new sentence, not an edit: “{entry.previous_msgid}” is still in the book"
    if len(texts_of(entry)) < max(1, len(entry.msgstr_plural)):
        return "the translation is not complete"
    if bool(entry.previous_msgid_plural) != bool(entry.msgid_plural):
        return "this edit is not cosmetic: a plural was added or removed"
    differences = all_differences(entry.previous_msgid, entry.msgid, source_lang)
    if entry.msgid_plural:
        differences += all_differences(entry.previous_msgid_plural, entry.msgid_plural, source_lang)
    if differences:
        return "this edit is not cosmetic: " + "; ".join(dict.fromkeys(map(str, differences)))
    if _likeness(entry.previous_msgid, entry.msgid) < EDIT:
        return f"this is a new sentence, not an edit of “{entry.previous_msgid}”"
    return None


def _likeness(old: str, new: str) -> float:
    """Return the similarity of two texts in percent, by letters or by words, whichever is higher.

    In a short text a typo changes a large share of the words, so words alone would be too strict.
    """
    return max(fuzz.ratio(old.casefold(), new.casefold()), fuzz.ratio(_plain_words(old), _plain_words(new)))


def other_words(old: str, new: str) -> str:
    """Return the words that differ by more than a typo, as “old → new”; empty if none do.

    Case, punctuation, spaces, doubled words and hyphens are ignored; so is one wrong letter in a longer word.
    """
    before, after = _plain_words(old), _plain_words(new)
    changes = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal" or "".join(before[a:b]) == "".join(after[c:d]):
            continue
        if b - a != d - c or not all(map(_is_typo, before[a:b], after[c:d])):
            changes.append(f"“{' '.join(before[a:b])}” → “{' '.join(after[c:d])}”")
    return ", ".join(changes)


def _plain_words(text: str) -> list[str]:
    words = re.findall(r"[^\W_]+", text.casefold().replace("’", "'").replace("'", ""))
    return [word for word, _same in groupby(words)]


def _is_typo(one: str, other: str) -> bool:
    """Return whether two longer words differ by one letter or by two swapped letters."""
    return min(len(one), len(other)) >= 5 and DamerauLevenshtein.distance(one, other) <= 1
