from __future__ import annotations

from pathlib import Path

import polib
import pytest

from carepress.catalogs.merge import merge
from carepress.catalogs.po import new_catalog, read_po, write_po


def template(*messages: str) -> polib.POFile:
    catalog = new_catalog("book", None)
    for message in messages:
        catalog.append(polib.POEntry(msgid=message, comment="paragraph", occurrences=[("a.md", "")]))
    return catalog


@pytest.fixture
def catalog() -> polib.POFile:
    """Return a catalog with a human translation, a fuzzy one and an empty one."""
    result = new_catalog("book", "es")
    result.append(
        polib.POEntry(msgid="Spring rain", msgstr="Lluvia", tcomment="checked by Ana", flags=["no-python-format"])
    )
    result.append(
        polib.POEntry(msgid="Bean seeds rot", msgstr="Se pudren", flags=["fuzzy"], previous_msgid="Seeds rot")
    )
    result.append(polib.POEntry(msgid="Weed often", msgstr=""))
    return result


def rows(catalog: polib.POFile) -> list[tuple[str, str, bool]]:
    return [(entry.msgid, entry.msgstr, bool(entry.obsolete)) for entry in catalog]


def test_order_and_locations_follow_the_text(catalog: polib.POFile) -> None:
    merge(template("Weed often", "Spring rain", "Bean seeds rot"), catalog)
    assert rows(catalog) == [
        ("Weed often", "", False),
        ("Spring rain", "Lluvia", False),
        ("Bean seeds rot", "Se pudren", False),
    ]
    assert catalog[0].occurrences == [("a.md", "")]
    assert catalog[0].comment.splitlines()[0] == "paragraph"


def test_human_work_is_preserved(catalog: polib.POFile) -> None:
    merge(template("Spring rain", "Bean seeds rot"), catalog)
    translated, fuzzy = catalog[:2]
    assert (translated.tcomment, translated.flags) == ("checked by Ana", ["no-python-format"])
    assert (fuzzy.flags, fuzzy.previous_msgid) == (["fuzzy"], "Seeds rot")


def test_a_second_merge_changes_nothing(catalog: polib.POFile) -> None:
    text = template("Spring rain", "Weed often")
    merge(text, catalog)
    before = str(catalog)
    merge(text, catalog)
    assert str(catalog) == before


def test_removed_message_becomes_obsolete_and_is_restored(catalog: polib.POFile, tmp_path: Path) -> None:
    path = tmp_path / "book.po"
    merge(template("Weed often"), catalog)
    assert [(msgid, obsolete) for msgid, _text, obsolete in rows(catalog)] == [
        ("Weed often", False),
        ("Spring rain", True),
        ("Bean seeds rot", True),
    ]
    write_po(catalog, path)
    again = read_po(path, "book.po")
    merge(template("Spring rain", "Weed often"), again)
    entry = again.find("Spring rain")
    assert (entry.obsolete, entry.msgstr, entry.tcomment) == (False, "Lluvia", "checked by Ana")


def test_removed_untranslated_entry_is_dropped(catalog: polib.POFile) -> None:
    merge(template("Spring rain", "Bean seeds rot"), catalog)
    assert "Weed often" not in [entry.msgid for entry in catalog]


def test_new_messages_are_fuzzy_or_empty(catalog: polib.POFile) -> None:
    merge(template("Spring rain", "Bean seeds never rot", "Buy a rake"), catalog)
    new = [entry for entry in catalog if entry.msgid in ("Bean seeds never rot", "Buy a rake")]
    assert len(new) == 2
    assert all(entry.fuzzy or not entry.msgstr for entry in new)


def test_plural_entries_get_all_forms(catalog: polib.POFile) -> None:
    text = template("one row")
    text[0].msgid_plural, text[0].msgstr_plural = "%(n)s rows", {0: "", 1: ""}
    merge(text, catalog)
    entry = catalog.find("one row")
    assert (entry.msgid_plural, entry.msgstr_plural) == ("%(n)s rows", {0: "", 1: ""})
