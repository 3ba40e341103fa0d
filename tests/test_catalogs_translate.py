from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polib
import pytest

from carepress.catalogs.extract import Message, book_messages, template_catalog
from carepress.catalogs.po import new_catalog, write_po
from carepress.catalogs.translate import read_interface, translate_book
from carepress.model import Interface, PublishError, map_segments, segments
from support import GARDEN, HANDBOOK, model


def translated(tmp_path: Path, change=lambda entry: None):
    """Translate the garden book with an identity catalog, modified by `change`."""
    catalog = template_catalog(book_messages(model(GARDEN, "en")), new_catalog("garden", "es"))
    for entry in catalog:
        entry.msgstr = entry.msgid
        change(entry)
    path = tmp_path / "garden.po"
    write_po(catalog, path)
    return translate_book(model(GARDEN, "en"), path, "garden.po", "es")


def states(book) -> dict[str, tuple[str, str, str]]:
    return {item.source: (item.text, item.lang, item.state) for item in segments(book)}


def test_identity_translation(tmp_path: Path) -> None:
    book, source = translated(tmp_path), model(GARDEN, "en")
    assert {item.state for item in segments(book)} == {"translated"}
    back = replace(map_segments(book, lambda item: replace(item, lang="en", state="source")), lang="en")
    assert back == source


@pytest.mark.parametrize("folder", [GARDEN, HANDBOOK], ids=["garden", "handbook"])
def test_spanish_books_are_complete(folder: Path) -> None:
    book = model(folder, "es")
    assert book.lang == "es"
    assert [item.source for item in segments(book) if (item.lang, item.state) != ("es", "translated")] == []


def test_missing_or_fuzzy_text_stays_english(tmp_path: Path) -> None:
    def change(entry: polib.POEntry) -> None:
        entry.msgstr = {"Straw": "  ", "Clay": "Arcilla", "Sand": "Arena"}.get(entry.msgid, entry.msgid)
        entry.flags = ["fuzzy"] if entry.msgid == "Clay" else []
        entry.obsolete = entry.msgid == "Bean"

    by_source = states(translated(tmp_path, change))
    assert by_source["Sand"] == ("Arena", "es", "translated")
    assert by_source["Straw"] == ("Straw", "en", "missing")
    assert by_source["Bean"] == ("Bean", "en", "missing")
    assert by_source["Clay"] == ("Clay", "en", "fuzzy")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("(sheet:plan)", "(sheet:watering)", "lacks the link “sheet:plan”"),
        ("[bed plan](sheet:plan)", "plan", "lacks the link “sheet:plan”"),
        ("Never dig", "Never [dig](sheet:plan)", "adds the link “sheet:plan”"),
        ("{meeting_place}", "", "lacks the placeholder “meeting_place”"),
        ("{meeting_place}", "{meeting_place} {meeting_place}", "adds the placeholder “meeting_place”"),
        ("Never dig", "<u>Never</u> dig", "HTML is not allowed"),
        (
            "[www.example.org]",
            "[www.example.com]",
            "the link text “www.example.com” does not show the address “example.org”",
        ),
        ("(https://www.example.org/", "(https://www.example.com/", "lacks the link “https://www.example.org/tools”"),
        ("[www.example.org]", "[our pages]", "the link text “our pages” does not show the address"),
    ],
)
def test_links_and_placeholders_must_match_source(tmp_path: Path, old: str, new: str, message: str) -> None:
    def change(entry: polib.POEntry) -> None:
        entry.msgstr = entry.msgid.replace(old, new)

    with pytest.raises(PublishError, match=message) as caught:
        translated(tmp_path, change)
    assert caught.value.line


def test_links_may_be_reordered(tmp_path: Path) -> None:
    def change(entry: polib.POEntry) -> None:
        if entry.msgid.startswith("Read [Know "):
            entry.msgstr = "[c](term:compost) [b](chapter:sowing#depth) [a](chapter:soil)"

    assert any(text.startswith("[c]") for text, _lang, _state in states(translated(tmp_path, change)).values())


def test_read_interface(tmp_path: Path) -> None:
    catalog = new_catalog("interface", "es")
    catalog.append(polib.POEntry(msgid="Forms", msgstr="Formularios"))
    catalog.append(polib.POEntry(msgid="Forms", msgctxt="shape", msgstr="Formas"))
    catalog.append(polib.POEntry(msgid="Part", msgstr="Parte", flags=["fuzzy"]))
    catalog.append(polib.POEntry(msgid="Page", msgstr=""))
    catalog.append(
        polib.POEntry(msgid="%(n)s row", msgid_plural="%(n)s rows", msgstr_plural={0: "una", 1: "%(n)s filas"})
    )
    path = tmp_path / "interface.po"
    write_po(catalog, path)
    texts = ("Forms", "Part", "Page", "Else")
    messages = [Message(text, None, None, "page.j2", "") for text in texts]
    messages.append(Message("Part", None, "shape", "page.j2", ""))
    interface = read_interface(path, "interface.po", messages)
    assert [interface.gettext(text) for text in texts] == [
        "Formularios",
        "Part",
        "Page",
        "Else",
    ]
    assert (interface.gettext("Forms", "shape"), interface.gettext("Part", "shape")) == ("Formas", "Part")
    forms = [interface.lookup((None, "%(n)s row"), "%(n)s rows", count) for count in (1, 2)]
    assert forms == ["una", "%(n)s filas"]
    missing = ((None, "Part"), (None, "Page"), (None, "Else"), ("shape", "Part"))
    assert interface.missing == missing, "strings of the templates that the catalog lacks"


def test_interface_is_english_without_a_catalog() -> None:
    interface = Interface()
    assert [interface.lookup(("x", "a"), "b", count) for count in (1, 2)] == ["a", "b"]
    assert (interface.gettext("Forms", "shape"), interface.missing) == ("Forms", ())
