from __future__ import annotations

import polib

from carepress.catalogs.extract import Message, section_of
from carepress.catalogs.status import DomainEntries, StatusRow, Tally, count_words, language_status, status_lines


def message(text: str, path: str = "books/x/chapters/one.md") -> Message:
    return Message(text, None, None, path, "")


def status(*messages: Message, **translations: str):
    entries = {
        (None, text.replace("_", " ")): polib.POEntry(msgid=text, msgstr=state, flags=["fuzzy"] if state == "?" else [])
        for text, state in translations.items()
    }
    return language_status("es", (DomainEntries(messages, entries),))


def test_counts_words_and_messages_by_state() -> None:
    result = status(message("a b c"), message("d e"), message("f"), message("g"), a_b_c="x", d_e="?", f="")
    (row,) = result.rows
    assert (row.section, row.name) == ("chapters", "one")
    assert row.words == Tally(translated=3, fuzzy=2, missing=2)
    assert row.messages == Tally(translated=1, fuzzy=1, missing=2)
    assert result.total == StatusRow("total", "total", row.words, row.messages)


def test_message_counts_once_per_chapter_and_in_total() -> None:
    other = "books/x/chapters/two.md"
    result = status(message("a b"), message("a b"), message("a b", other), message("c", other), a_b="x")
    assert [(row.name, row.messages) for row in result.rows] == [("one", Tally(1)), ("two", Tally(1, 0, 1))]
    assert result.total.messages == Tally(1, 0, 1)


def test_same_text_in_two_catalogs_counts_twice() -> None:
    page = Message("Page", None, None, "templates/a.j2", "")
    done = {(None, "Page"): polib.POEntry(msgid="Page", msgstr="Página")}
    result = language_status("es", (DomainEntries((page,), {}), DomainEntries((message("Page"),), done)))
    assert [(row.section, row.messages) for row in result.rows] == [
        ("chapters", Tally(1)),
        ("interface", Tally(0, 0, 1)),
    ]
    assert result.total.messages == Tally(1, 0, 1)


def test_only_complete_is_100_percent() -> None:
    assert Tally(999, 1).percent == 99
    assert Tally(1000).percent == 100
    assert Tally().percent == 100
    assert Tally(0, 5).percent == 0


def test_word_count_ignores_markup() -> None:
    assert count_words(message("**Call** the [follow-up clinic](chapter:a#b) at 38.5 °C: {clinic_phone}")) == 7
    assert count_words(message("%(n)s rows <b>")) == 2


def test_section_of_file() -> None:
    assert section_of("content/x/chapters/feelings.md") == ("chapters", "feelings")
    assert section_of("content/x/sheets/pain.toml") == ("sheets", "pain")
    assert section_of("content/x/glossary.toml")[0] == "glossary"
    assert section_of("content/x/book.toml")[0] == "book"
    assert section_of("templates/epub/nav.xhtml.j2")[0] == "interface"
    # Files of kinds that do not exist yet count as part of the book itself.
    assert status(message("a", "content/x/posters/wall.toml")).rows[0].section == "book"


def test_table_aligns_numbers() -> None:
    lines = list(status_lines(status(message("a " * 1500), message("b"), a_="x")))
    assert lines[0].split() == ["es", "translated", "fuzzy", "missing", "words", "done"]
    assert lines[1] == "chapters"
    assert lines[2].split() == ["one", "0", "0", "1,501", "1,501", "0", "%"]
    assert len({len(line) for line in lines if line != "chapters"}) == 1
