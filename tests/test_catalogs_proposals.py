"""Merging: which old translation is proposed for new English, and that no translation is lost."""

from __future__ import annotations

import polib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carepress.catalogs.match import Sentence, match_sentences
from carepress.catalogs.merge import merge
from carepress.catalogs.po import new_catalog, parse_po, texts_of


def template(*messages: str | polib.POEntry) -> polib.POFile:
    catalog = new_catalog("book", None)
    for message in messages:
        fresh = polib.POEntry(msgid=message) if isinstance(message, str) else message
        fresh.occurrences, fresh.comment = [("a.md", "")], "paragraph"
        catalog.append(fresh)
    return catalog


def translated(msgid: str, msgstr: str = "", **attributes: object) -> polib.POEntry:
    return polib.POEntry(
        msgid=msgid, msgstr=msgstr or msgid.upper(), occurrences=[("a.md", "")], **{"flags": [], **attributes}
    )


def catalog_of(*entries: polib.POEntry) -> polib.POFile:
    catalog = new_catalog("book", "es")
    catalog[:] = entries
    return catalog


def rows(catalog: polib.POFile) -> list[tuple[str, str, str | None]]:
    """Return (English, translation, previous English) of the entries that are not obsolete."""
    return [(entry.msgid, entry.msgstr, entry.previous_msgid) for entry in catalog if not entry.obsolete]


# --- matching --------------------------------------------------------------------------------


def test_edited_neighbors_match_their_own_originals() -> None:
    old = ["Call the clinic when the fever is above 38.", "Call the clinic when the fever is above 39."]
    new = ["Call your clinic when the fever is above 38.", "Call your clinic when the fever is above 39."]
    catalog = catalog_of(*map(translated, old))
    merge(template(*new), catalog)
    assert [entry.msgid for entry in catalog if entry.obsolete] == old
    assert rows(catalog) == [(text, before.upper(), before) for text, before in zip(new, old)]


def test_nearest_of_equal_candidates_is_matched() -> None:
    gone = [Sentence(("Ask for pain now",), place=1.0), Sentence(("Ask for rain now",), place=9.0)]
    (match,) = match_sentences([Sentence(("Ask for gain now",), place=8.0)], gone, [])
    assert match.old == 1
    gone = [Sentence(("Ask for pain now",), frozenset({"a.md"})), Sentence(("Ask for rain now",), frozenset({"b.md"}))]
    (match,) = match_sentences([Sentence(("Ask for gain now",), frozenset({"b.md"}))], gone, [])
    assert match.old == 1


def test_removed_sentences_are_matched_before_present_ones() -> None:
    catalog = catalog_of(translated("Give the red syrup at noon"), translated("Give the blue syrup at night"))
    merge(template("Give the red syrup at noon", "Give the red syrup at night"), catalog)
    assert rows(catalog)[1] == (
        "Give the red syrup at night",
        "GIVE THE BLUE SYRUP AT NIGHT",
        "Give the blue syrup at night",
    )


def test_new_sentence_may_borrow_from_unchanged_one() -> None:
    catalog = catalog_of(translated("Call when the fever is above 38", tcomment="checked"))
    merge(template("Call when the fever is above 38", "Call when the fever is above 40"), catalog)
    unchanged, new = catalog
    assert (unchanged.fuzzy, unchanged.tcomment) == (False, "checked")
    assert (new.fuzzy, new.previous_msgid, new.tcomment) == (True, unchanged.msgid, "")
    assert new.comment == "WARNING: numbers changed: “38” → “40”\nparagraph"


@pytest.mark.parametrize(
    ("old", "new"), [("Never", "Fever"), ("Wash your hands.", "The sun is up today."), ("Rest", "")]
)
def test_dissimilar_sentences_are_not_proposed(old: str, new: str) -> None:
    catalog = catalog_of(translated(old))
    merge(template(new or "x"), catalog)
    assert rows(catalog) == [(new or "x", "", None)]
    assert [entry.msgid for entry in catalog.obsolete_entries()] == [old]


def test_single_word_typo_is_proposed() -> None:
    catalog = catalog_of(translated("Temprature"))
    merge(template("Temperature"), catalog)
    assert rows(catalog) == [("Temperature", "TEMPRATURE", "Temprature")]


# --- proposals -------------------------------------------------------------------------------


def test_repeated_proposal_keeps_the_translated_english() -> None:
    catalog = catalog_of(translated("Give 1 spoon at night"))
    merge(template("Give 2 spoons at night"), catalog)
    merge(template("Give 2 big spoons at night"), catalog)
    (entry,) = [entry for entry in catalog if not entry.obsolete]
    assert (entry.previous_msgid, entry.msgstr) == ("Give 1 spoon at night", "GIVE 1 SPOON AT NIGHT")
    assert entry.comment.splitlines()[0] == "WARNING: numbers changed: “1” → “2”"
    assert [old.msgid for old in catalog.obsolete_entries()] == ["Give 1 spoon at night"]


def test_proposal_keeps_the_message_context() -> None:
    catalog = catalog_of(translated("Rest a while today", msgctxt="verb"))
    merge(template("Rest a while now"), catalog)
    entry = catalog[0]
    assert (entry.msgctxt, entry.previous_msgctxt, entry.previous_msgid) == (None, "verb", "Rest a while today")
    again = parse_po(str(catalog), "x")
    assert again[0].previous_msgctxt == "verb"


def test_human_fuzzy_entry_is_unchanged() -> None:
    catalog = catalog_of(translated("Wash your hands", flags=["fuzzy"]))
    merge(template("Wash your hands"), catalog)
    assert (catalog[0].fuzzy, catalog[0].previous_msgid, catalog[0].comment) == (True, None, "paragraph")


def test_comments_of_untranslated_entries_are_kept() -> None:
    catalog = catalog_of(polib.POEntry(msgid="Clot", tcomment="ask the nurses"), polib.POEntry(msgid="Rash"))
    merge(template("Sun"), catalog)
    assert [(entry.msgid, entry.tcomment) for entry in catalog.obsolete_entries()] == [("Clot", "ask the nurses")]


# --- plurals ---------------------------------------------------------------------------------


def plural(msgid: str, msgid_plural: str, *forms: str) -> polib.POEntry:
    return polib.POEntry(msgid=msgid, msgid_plural=msgid_plural, msgstr_plural=dict(enumerate(forms)), flags=[])


def test_added_plural_makes_entry_fuzzy() -> None:
    catalog = catalog_of(translated("one row", "una fila"))
    merge(template(plural("one row", "%(n)s rows", "", "")), catalog)
    (entry,) = parse_po(str(catalog), "x")
    assert (entry.fuzzy, entry.previous_msgid) == (True, "one row")
    assert entry.msgstr_plural == {0: "una fila", 1: "una fila"}


def test_removed_plural_keeps_all_forms() -> None:
    catalog = catalog_of(plural("one row", "%(n)s rows", "una fila", "muchas filas"))
    merge(template("one row"), catalog)
    (entry,) = parse_po(str(catalog), "x")
    assert (entry.fuzzy, entry.msgstr, entry.tcomment) == (True, "una fila", "plural form: muchas filas")
    assert (entry.previous_msgid, entry.previous_msgid_plural) == ("one row", "%(n)s rows")


def test_changed_plural_makes_entry_fuzzy() -> None:
    catalog = catalog_of(plural("one row", "%(n)s rows", "una fila", "filas"))
    merge(template(plural("one row", "%(n)s long rows", "", "")), catalog)
    (entry,) = catalog
    assert (entry.fuzzy, entry.previous_msgid_plural) == (True, "%(n)s rows")


def test_a_proposal_with_plurals() -> None:
    catalog = catalog_of(plural("%(n)s page of it", "%(n)s pages of it", "a", "b"))
    merge(template(plural("%(n)s page of this", "%(n)s pages of this", "", "")), catalog)
    assert (catalog[0].msgstr_plural, catalog[0].previous_msgid_plural) == ({0: "a", 1: "b"}, "%(n)s pages of it")


def test_empty_entry_has_all_plural_forms() -> None:
    catalog = new_catalog("book", "ar")
    merge(template(plural("one row", "%(n)s rows", "", "")), catalog)
    assert catalog[0].msgstr_plural == dict.fromkeys(range(6), "")


# --- duplicates -----------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [1, -1])
def test_obsolete_duplicate_is_merged(order: int) -> None:
    active = translated("Rest", "Descanse", tcomment="Ana")
    obsolete = translated("Rest", "Repose", tcomment="Luis", obsolete=True)
    catalog = catalog_of(*[active, obsolete][::order])
    merge(template("Rest"), catalog)
    (entry,) = catalog
    assert (entry.msgstr, entry.tcomment) == ("Descanse", "Ana\nLuis\nearlier translation: Repose")


def test_obsolete_duplicate_fills_empty_entry() -> None:
    catalog = catalog_of(polib.POEntry(msgid="Rest"), translated("Rest", "Repose", obsolete=True))
    merge(template("Rest"), catalog)
    assert rows(catalog) == [("Rest", "Repose", None)]


# --- properties ------------------------------------------------------------------------------

WORDS = st.sampled_from("give do not take one two 38 39 mg fever clinic call before after the night hands".split())
SENTENCES = st.lists(WORDS, min_size=1, max_size=7).map(" ".join)
TEXTS = st.one_of(st.just(""), st.text('abcñ“” \n\\"{}%', min_size=1, max_size=6))


@st.composite
def entries(draw: st.DrawFn) -> polib.POEntry:
    """Draw an entry in any state that a program may leave it in."""
    flags = draw(st.lists(st.sampled_from(["fuzzy", "md-text"]), unique=True))
    entry = polib.POEntry(
        msgid=draw(SENTENCES),
        msgctxt=draw(st.sampled_from([None, None, "verb"])),
        msgstr=draw(TEXTS),
        tcomment=draw(st.sampled_from(["", "", "ask", "ask\n\ntwice"])),
        flags=flags,
        obsolete=draw(st.booleans()),
        previous_msgid=draw(st.one_of(st.none(), SENTENCES)) if "fuzzy" in flags else None,
    )
    if draw(st.integers(0, 5)) == 0:
        entry.msgid_plural, entry.msgstr = f"{entry.msgid} many", ""
        entry.msgstr_plural = {0: draw(TEXTS), 1: draw(TEXTS)}
    return entry


@st.composite
def catalogs(draw: st.DrawFn) -> polib.POFile:
    drawn = draw(st.lists(entries(), max_size=8))
    active = {(entry.msgctxt, entry.msgid): entry for entry in drawn if not entry.obsolete}
    return catalog_of(*active.values(), *[entry for entry in drawn if entry.obsolete])


@st.composite
def templates(draw: st.DrawFn, of: polib.POFile) -> polib.POFile:
    """Draw a template of new sentences and of some from the catalog, with and without plurals."""
    old = [(entry.msgctxt, entry.msgid) for entry in of]
    keys = draw(
        st.lists(st.one_of(st.tuples(st.none(), SENTENCES), *([st.sampled_from(old)] if old else [])), max_size=8)
    )
    fresh = []
    for context, msgid in dict.fromkeys(keys):
        entry = polib.POEntry(msgid=msgid, msgctxt=context)
        if draw(st.integers(0, 5)) == 0:
            entry.msgid_plural, entry.msgstr_plural = f"{msgid} many", {0: "", 1: ""}
        fresh.append(entry)
    return template(*fresh)


def words_of_people(catalog: polib.POFile) -> set[str]:
    """Return everything that a person wrote: translations and comments, each without its spaces."""
    lines = {line for entry in catalog for text in texts_of(entry) for line in (text,)}
    lines |= {line for entry in catalog for line in entry.tcomment.splitlines() if line}
    return {" ".join(text.split()) for text in lines}


@settings(max_examples=150)
@given(st.data())
def test_no_human_text_is_lost(data: st.DataObject) -> None:
    catalog = data.draw(catalogs())
    written = words_of_people(catalog)
    for _ in range(3):
        merge(data.draw(templates(catalog)), catalog)
        catalog = parse_po(str(catalog), "x")
        everything = "\n".join(words_of_people(catalog))
        assert [text for text in written if text not in everything] == []


@settings(max_examples=150)
@given(st.data())
def test_merged_catalog_is_complete_and_stable(data: st.DataObject) -> None:
    catalog = data.draw(catalogs())
    text = data.draw(templates(catalog))
    settled = {(entry.msgctxt, entry.msgid, texts_of(entry)) for entry in catalog if not entry.fuzzy}
    merge(text, catalog)
    active = [entry for entry in catalog if not entry.obsolete]
    assert [(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in active] == [
        (entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in text
    ]
    # No message occurs twice, as gettext requires.
    assert len({(entry.msgctxt, entry.msgid) for entry in catalog}) == len(catalog)
    for entry in active:
        if texts_of(entry) and not entry.fuzzy:
            # A translation is valid only if it was valid for exactly this English.
            assert (entry.msgctxt, entry.msgid, texts_of(entry)) in settled
            assert entry.previous_msgid is None
    # A second merge, and one after a round trip through the file, change nothing.
    before = str(catalog)
    again = parse_po(before, "x")
    assert str(again) == before
    merge(text, again)
    assert str(again) == before


@settings(max_examples=150)
@given(st.lists(st.tuples(SENTENCES, SENTENCES), min_size=1, max_size=5))
def test_number_or_negation_change_is_always_flagged(pairs: list[tuple[str, str]]) -> None:
    catalog = catalog_of(*(translated(old) for old in dict.fromkeys(old for old, _ in pairs)))
    merge(template(*dict.fromkeys(new for _, new in pairs)), catalog)
    for entry in catalog:
        if entry.fuzzy and not entry.obsolete:
            old, new = (
                [word for word in text.split() if word in ("38", "39", "not", "one", "two", "mg")]
                for text in (entry.previous_msgid, entry.msgid)
            )
            assert old == new or entry.comment.startswith("WARNING: ")
