from __future__ import annotations

import polib
import pytest

from carepress.catalogs.cosmetic import Approval, accept, edited, other_words
from carepress.model import PublishError

ANA = Approval(" Ana\nRuiz ", "a  comma", "2026-11-21")


def entry(old: str, new: str, msgstr: str = "texto", **attributes: object) -> polib.POEntry:
    comment = "WARNING: x\nparagraph\npage 4"
    return polib.POEntry(
        msgid=new,
        msgstr=msgstr,
        flags=["fuzzy", "md-text"],
        previous_msgid=old,
        comment=comment,
        linenum=7,
        **attributes,
    )


def test_accept_keeps_comments_and_records_the_reviewer() -> None:
    accepted = entry("Rest, now", "Rest now", tcomment="mine", previous_msgctxt="verb")
    accept(accepted, ANA, "a.po", frozenset({(None, "Rest now")}), named=False)
    assert (accepted.flags, accepted.previous_msgid, accepted.previous_msgctxt) == (["md-text"], None, None)
    assert accepted.tcomment == "mine\ncosmetic: 2026-11-21, Ana Ruiz: a comma (the English was: “Rest, now”)"
    assert accepted.comment == "paragraph\npage 4"
    assert Approval("Ana", "x").comment("y") == "cosmetic: Ana: x (the English was: “y”)"


def rejection(edited: polib.POEntry, named: bool = True, present: tuple[str, ...] = ()) -> str:
    before = str(edited)
    with pytest.raises(PublishError) as caught:
        accept(edited, ANA, "a.po", frozenset((None, text) for text in (edited.msgid, *present)), named)
    assert str(edited) == before
    assert (caught.value.path, caught.value.line) == ("a.po", 7)
    return caught.value.message


def test_rejects_sentence_still_in_the_book() -> None:
    edited = entry("Wash your hands first", "Wash your hands well")
    assert "is still in the book" in rejection(edited, present=("Wash your hands first",))


def test_rejects_unrelated_sentence() -> None:
    assert "this is a new sentence" in rejection(entry("Wash your hands", "Look at those big blue birds"))


def test_rejects_translation_with_missing_link() -> None:
    edited = entry("See [it](chapter:a), please", "See [it](chapter:a) please", msgstr="Vea")
    assert "lacks the link “chapter:a”" in rejection(edited)


def test_plurals() -> None:
    forms = {"msgid_plural": "%(n)s rows now", "msgstr_plural": {0: "a", 1: "b"}}
    same = entry("a row, now", "a row now", "", previous_msgid_plural="%(n)s rows, now", **forms)
    accept(same, ANA, "a.po", frozenset(), named=True)
    assert not same.fuzzy
    assert "a plural was added" in rejection(entry("a row, now", "a row now", "", **forms))
    other = entry("a row, now", "a row now", "", previous_msgid_plural="%(n)s rows, not now", **forms)
    assert "negation" in rejection(other)
    half = {**forms, "msgstr_plural": {0: "a", 1: ""}}
    assert "not complete" in rejection(
        entry("a row, now", "a row now", "", previous_msgid_plural="%(n)s rows now", **half)
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Rest, now.", "rest now!"),
        ("Rest  now", "Rest now"),
        ("the the clinic", "the clinic"),
        ("Recieve the medicine", "Receive the medicine"),
        ("The medicne", "The medicine"),
        ("follow-up care", "followup care"),
        ("It's late", "It’s late"),
    ],
)
def test_looks_cosmetic(old: str, new: str) -> None:
    assert other_words(old, new) == other_words(new, old) == ""
    accept(entry(old, new), ANA, "a.po", frozenset(), named=False)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Ask the doctor", "Ask the nurse", "“doctor” → “nurse”"),
        ("Ask the doctor", "Ask the doctor there", "“” → “there”"),
        ("Look at the vein", "Look at the vain", "“vein” → “vain”"),
        ("Clean the mouth", "Clean the house", "“mouth” → “house”"),
    ],
)
def test_changed_words_require_explicit_naming(old: str, new: str, expected: str) -> None:
    assert other_words(old, new) == expected
    assert rejection(entry(old, new), named=False) == f"words changed: {expected}"
    accept(entry(old, new), ANA, "a.po", frozenset(), named=True)


def test_pending_entries() -> None:
    waiting = entry("Rest, now", "Rest now")
    others = [entry("Rest, now", "Rest now", "") for _ in range(4)]
    others[1] = entry("a", "b", obsolete=True)
    others[2] = polib.POEntry(msgid="a", msgstr="b", flags=["fuzzy"])
    others[3] = polib.POEntry(msgid="a", msgstr="b", previous_msgid="c")
    assert list(edited([waiting, *others])) == [waiting]
