"""The book model: segments, identifiers, messages, and the table of editions."""

from __future__ import annotations

import uuid
from dataclasses import FrozenInstanceError, replace

import pytest

from carepress.model import (
    EDITIONS,
    Box,
    ListBlock,
    ListItem,
    Paragraph,
    Problem,
    PublishError,
    Segment,
    Table,
    map_segments,
    segments,
)
from carepress.model.counts import counted
from support import GARDEN, model


def test_one_and_several_are_counted() -> None:
    assert [counted(number, "page", "pages") for number in (0, 1, 2)] == ["0 pages", "1 page", "2 pages"]


def segment(text: str) -> Segment:
    return Segment(text, "a.md", 1, "paragraph", text, "en")


def test_map_segments_without_changes_returns_the_same_book() -> None:
    book = model(GARDEN, "en")
    assert map_segments(book, lambda item: item) is book


def test_map_segments_shares_unchanged_blocks() -> None:
    first, second = Paragraph(segment("a")), Paragraph(segment("b"))
    box = Box("key", (first, ListBlock(False, (ListItem((second,)),))))
    changed = map_segments(box, lambda item: replace(item, text="B") if item.source == "b" else item)
    assert changed.blocks[0] is first
    assert [item.text for item in segments(changed)] == ["a", "B"]
    assert [item.text for item in segments(box)] == ["a", "b"]


def test_map_segments_reaches_every_segment() -> None:
    book = model(GARDEN, "en")
    upper = map_segments(book, lambda item: replace(item, text=item.text.upper()))
    assert [item.text for item in segments(upper)] == [item.source.upper() for item in segments(book)]


def test_segments_are_in_reading_order() -> None:
    texts = [item.text for item in segments(model(GARDEN, "en"))]
    order = ["A First Vegetable Garden", "Where to begin", "Growing", "Know your soil", "Straw", "compost", "Winter"]
    assert sorted(order, key=texts.index) == order
    tables = [block for page in model(GARDEN, "en").chapters() for block in page.blocks if isinstance(block, Table)]
    assert [item.text for item in segments(tables[0])][:5] == [
        "How deep and how far apart",
        "Vegetable",
        "Depth",
        "What to watch for",
        "Radish",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [("0", False), ("10 %", False), ("a", True), ("ñ", True), ("", False), ("{a_b}", False), ("{a} b", True)],
)
def test_has_words(text: str, words: bool) -> None:
    assert segment(text).has_words is words


def test_urn_depends_on_language_but_not_version() -> None:
    book, spanish = model(GARDEN, "en"), model(GARDEN, "es")
    assert book.urn == replace(book, version="9").urn
    assert uuid.UUID(book.urn).version == uuid.UUID(spanish.urn).version == 5
    assert book.urn != spanish.urn


@pytest.mark.parametrize(
    ("line", "hint", "message"),
    [(3, "fix it", "a.md:3: odd: fix it"), (None, "fix it", "a.md: odd: fix it"), (3, "", "a.md:3: odd")],
)
def test_errors_and_problems_have_the_same_format(line: int | None, hint: str, message: str) -> None:
    assert str(PublishError("a.md", line, "odd", hint)) == message
    assert str(Problem("code", "error", "a.md", line, "odd", hint)) == message


def test_books_are_immutable() -> None:
    with pytest.raises(FrozenInstanceError):
        model(GARDEN, "en").version = "2"


def test_editions_have_the_names_of_their_keys() -> None:
    assert {name: edition.name for name, edition in EDITIONS.items()} == {name: name for name in EDITIONS}
    assert all(edition.papers for edition in EDITIONS.values() if edition.medium == "pdf")
