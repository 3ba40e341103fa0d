"""Merge new source text into a catalog: exact matches, revived entries, then fuzzy proposals."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

import polib

from carepress.catalogs.extract import FORMATS
from carepress.catalogs.match import Sentence, match_sentences
from carepress.catalogs.notes import Notes
from carepress.catalogs.plurals import forms_of
from carepress.catalogs.po import key_of, texts_of
from carepress.model import Key


@dataclass(frozen=True, slots=True)
class _Proposal:
    """An old entry whose translation is proposed for a new text; an `heir` takes over its comments too."""

    source: polib.POEntry
    heir: bool


def merge(template: polib.POFile, catalog: polib.POFile, notes: Notes | None = None) -> None:
    """Update `catalog` to the messages of `template`, in their order, without losing a translation.

    A message keeps its translation, comments and flags; a returning one revives its obsolete entry. New
    A text that resembles an old one gets the old translation as a proposal: fuzzy, with the text it was
    made from as `#|`, and with a warning about dangerous differences. Messages that left the book become obsolete;
    so does the old text of a proposal, so that reverting an edit restores its translation.
    """
    notes, forms = notes or Notes(), forms_of(catalog).count
    stock = _unique(catalog)
    fresh = {key_of(entry): entry for entry in template}
    rest = {key: entry for key, entry in stock.items() if key not in fresh}
    new = [entry for key, entry in fresh.items() if key not in stock]
    proposals = _propose(template, stock, new, rest)
    merged = []
    for key, entry in fresh.items():
        if key in stock:
            merged.append(_unchanged(entry, stock[key], forms))
        else:
            merged.append(_new_entry(entry, proposals.get(key), forms))
        merged[-1].flags = _flags(entry, merged[-1])
        before = stock[key].comment if key in stock else ""
        merged[-1].comment = notes.comment(merged[-1], entry.comment, before)
    merged += map(_obsolete, _leftovers(rest, proposals))
    catalog[:] = merged


# --- Existing entries ------------------------------------------------------------------------


def _unique(catalog: polib.POFile) -> dict[Key, polib.POEntry]:
    """Return the entries by message. An obsolete duplicate, which gettext forbids, is folded into the other entry."""
    stock: dict[Key, polib.POEntry] = {}
    for entry in catalog:
        other = stock.get(key_of(entry))
        stock[key_of(entry)] = entry if other is None else _folded(other, entry)
    return stock


def _folded(one: polib.POEntry, other: polib.POEntry) -> polib.POEntry:
    """Return one entry for two: the better one, with the other's comments and its translation where it differs."""
    survivor, duplicate = sorted((one, other), key=lambda entry: (not texts_of(entry), entry.obsolete))
    lines = [line for line in duplicate.tcomment.splitlines() if line not in survivor.tcomment.splitlines()]
    lines += [f"earlier translation: {text}" for text in texts_of(duplicate) if text not in texts_of(survivor)]
    return _commented(survivor, lines)


def _commented(entry: polib.POEntry, lines: Sequence[str]) -> polib.POEntry:
    entry = copy(entry)
    entry.tcomment = "\n".join([*entry.tcomment.splitlines(), *(" ".join(line.split()) for line in lines)])
    return entry


# --- Merged entries --------------------------------------------------------------------------


def _flags(fresh: polib.POEntry, entry: polib.POEntry) -> list[str]:
    """Return the flags of an entry with the format of its source, unless someone has turned that off."""
    kept = [flag for flag in entry.flags if flag not in FORMATS]
    return kept + [flag for flag in fresh.flags if f"no-{flag}" not in kept]


def _unchanged(fresh: polib.POEntry, entry: polib.POEntry, forms: int) -> polib.POEntry:
    """Return an entry whose source is unchanged; one that is no longer fuzzy drops its previous text."""
    entry = copy(entry)
    entry.obsolete, entry.occurrences, entry.flags = False, fresh.occurrences, list(entry.flags)
    if fresh.msgid_plural != entry.msgid_plural:
        entry = _with_plural(fresh, entry, forms)
    elif entry.msgid_plural and not entry.msgstr_plural:
        entry.msgstr_plural = dict.fromkeys(range(forms), "")
    if not entry.fuzzy:
        entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
    return entry


def _with_plural(fresh: polib.POEntry, entry: polib.POEntry, forms: int) -> polib.POEntry:
    """Return an entry whose source gained, lost or changed its plural; a translation becomes fuzzy."""
    if texts_of(entry):
        entry.fuzzy = True
        if entry.previous_msgid is None:
            entry.previous_msgid, entry.previous_msgid_plural = entry.msgid, entry.msgid_plural or None
    if not entry.msgid_plural:
        entry.msgstr_plural, entry.msgstr = dict.fromkeys(range(forms), entry.msgstr), ""
    elif not fresh.msgid_plural:
        texts = list(dict.fromkeys(texts_of(entry)))
        entry = _commented(entry, [f"plural form: {text}" for text in texts[1:]])
        entry.msgstr_plural, entry.msgstr = {}, "".join(texts[:1])
    entry.msgid_plural = fresh.msgid_plural
    return entry


def _new_entry(fresh: polib.POEntry, proposal: _Proposal | None, forms: int) -> polib.POEntry:
    """Return an entry for a new text: empty, or with a fuzzy proposal."""
    entry = polib.POEntry(
        msgid=fresh.msgid,
        msgctxt=fresh.msgctxt,
        msgid_plural=fresh.msgid_plural,
        msgstr_plural=dict.fromkeys(range(forms), "") if fresh.msgid_plural else {},
        occurrences=fresh.occurrences,
        flags=[],
    )
    if proposal is None:
        return entry
    source = proposal.source
    if not fresh.msgid_plural:
        entry.msgstr = source.msgstr
    elif source.msgstr_plural:
        entry.msgstr_plural = dict(source.msgstr_plural)
    else:
        entry.msgstr_plural = dict.fromkeys(range(forms), source.msgstr)
    if proposal.heir:
        entry.tcomment, entry.flags = source.tcomment, list(source.flags)
    entry.fuzzy = True
    # The text that was translated: a proposal made from a fuzzy proposal refers to the original one.
    older = source if source.fuzzy and source.previous_msgid is not None else None
    entry.previous_msgid = older.previous_msgid if older else source.msgid
    entry.previous_msgid_plural = older.previous_msgid_plural if older else source.msgid_plural or None
    entry.previous_msgctxt = older.previous_msgctxt if older else source.msgctxt
    return entry


def _obsolete(entry: polib.POEntry) -> polib.POEntry:
    entry = copy(entry)
    entry.obsolete, entry.occurrences, entry.comment = True, [], ""
    return entry


def _leftovers(rest: Mapping[Key, polib.POEntry], proposals: Mapping[Key, _Proposal]) -> Iterator[polib.POEntry]:
    """Yield the entries to keep as obsolete: those with a translation or comment that no entry took over.

    A fuzzy proposal with an heir is dropped: the heir has taken it over, and it was never approved for its source.
    """
    carried = {key_of(row.source) for row in proposals.values() if row.heir and row.source.fuzzy}
    for key, entry in rest.items():
        if (texts_of(entry) or entry.tcomment) and key not in carried:
            yield entry


# --- Proposals -------------------------------------------------------------------------------


def _propose(
    template: polib.POFile,
    stock: Mapping[Key, polib.POEntry],
    new: Sequence[polib.POEntry],
    rest: Mapping[Key, polib.POEntry],
) -> dict[Key, _Proposal]:
    """Return for new messages the old entry that each was most likely made from."""
    if not new:
        return {}
    pool = _Pool(
        gone=[entry for entry in rest.values() if texts_of(entry) and not entry.obsolete],
        existing=[e for key, e in stock.items() if texts_of(e) and (e.obsolete or key not in rest)],
        order={key: float(index) for index, key in enumerate(stock)},
    )
    places = _places(template, stock)
    # Never propose a text with plural forms for a message without them.
    with_plural = [entry for entry in new if entry.msgid_plural]
    without = [entry for entry in new if not entry.msgid_plural]
    return _match(without, pool.without_plurals(), places) | _match(with_plural, pool, places)


@dataclass(frozen=True, slots=True)
class _Pool:
    """The old entries to propose: `gone` from the book, or `existing`; `order` is their order in the catalog."""

    gone: list[polib.POEntry]
    existing: list[polib.POEntry]
    order: Mapping[Key, float]

    def without_plurals(self) -> _Pool:
        gone, existing = ([e for e in group if not e.msgid_plural] for group in (self.gone, self.existing))
        return _Pool(gone, existing, self.order)

    def sentences(self, group: list[polib.POEntry]) -> list[Sentence]:
        return [_sentence(entry, self.order[key_of(entry)]) for entry in group]


def _match(new: Sequence[polib.POEntry], pool: _Pool, places: Mapping[Key, float]) -> dict[Key, _Proposal]:
    if not new:
        return {}
    wanted = [_sentence(entry, places[key_of(entry)]) for entry in new]
    old = [*pool.gone, *pool.existing]
    matches = match_sentences(wanted, pool.sentences(pool.gone), pool.sentences(pool.existing))
    return {key_of(new[match.new]): _Proposal(old[match.old], match.exclusive) for match in matches}


def _sentence(entry: polib.POEntry, place: float) -> Sentence:
    older = entry.previous_msgid if entry.fuzzy else None
    return Sentence(
        (entry.msgid, older) if older else (entry.msgid,), frozenset(path for path, _line in entry.occurrences), place
    )


def _places(template: polib.POFile, stock: Collection[Key]) -> dict[Key, float]:
    """Return the place of each message of the template in the catalog; a new one follows the last existing one."""
    order = {key: index for index, key in enumerate(stock)}
    places, last = {}, -1.0
    for entry in template:
        last = float(order.get(key_of(entry), last + 1))
        places[key_of(entry)] = last
    return places
