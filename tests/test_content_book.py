from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from carepress.content.book import link_names, read_book
from carepress.model import Glossary, PublishError, Segment, segments
from support import GARDEN, HANDBOOK, ROOT, model

BOOK = model(GARDEN, "en")


def test_read_book() -> None:
    assert (BOOK.id, BOOK.lang, BOOK.revised, BOOK.license) == ("garden", "en", date(2026, 3, 1), "CC0 1.0")
    assert [source.id for source in BOOK.sources] == ["notes"]
    assert [(item.id, item.lines, item.call, item.optional) for item in BOOK.placeholders] == [
        ("garden_phone", 1, True, False),
        ("emergency", 2, False, False),
        ("meeting_place", 2, False, False),
        ("tap_rule", 2, False, True),
    ]
    assert BOOK.cover.id == "cover"


def test_parts_and_chapters_are_numbered() -> None:
    assert [(item.id, item.number) for item in BOOK.chapters()] == [
        ("welcome", None),
        ("soil", 1),
        ("sowing", 2),
        ("glossary", 3),
        ("index", 4),
    ]
    assert [(part.id, part.number) for part in BOOK.parts] == [("growing", 1), ("back", 2)]
    assert [sheet.id for sheet in BOOK.sheets()] == ["watering", "plan"]


def test_running_head_is_short_title_or_title() -> None:
    assert [item.short.source for item in BOOK.chapters()][:2] == ["Using this handbook", "Know your soil"]


def test_chapter_sources() -> None:
    soil = BOOK.parts[0].chapters[0]
    assert [(use.source, use.section, use.reviewed) for use in soil.sources] == [
        ("notes", "Digging", "2025-03-14"),
        ("notes", "Feeding the bed", "2025-03"),
    ]


def test_glossary_chapter_contains_all_terms() -> None:
    glossary = BOOK.parts[1].chapters[0].blocks[-1]
    assert isinstance(glossary, Glossary)
    assert len(glossary.terms) == 6


def test_english_has_a_context_in_the_kinds_that_the_book_names() -> None:
    found = [(item.kind, item.context) for item in segments(BOOK) if item.source == "acid soil"]
    assert set(found) == {("glossary term", None), ("index entry", "index entry")}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            '"acid soil" = ["table cell"]',
            "“acid soil” is no table cell of the book: use one of its kinds: glossary term, index entry",
        ),
        ('"acid" = ["index entry"]', "“acid” is no index entry of the book: use one of its kinds: (none)"),
        ('"acid soil" = []', "“contexts.acid soil”"),
    ],
)
def test_context_of_no_text_is_refused(tmp_path: Path, row: str, message: str) -> None:
    garden = shutil.copytree(GARDEN, tmp_path / "books" / "garden")
    path = garden / "book.toml"
    text = path.read_text(encoding="utf-8").replace('"acid soil" = ["index entry"]', row)
    path.write_text(text, encoding="utf-8")
    line = text[: text.index("[contexts]")].count("\n") + 2
    with pytest.raises(PublishError) as error:
        read_book(garden)
    assert str(error.value).startswith(f"books/garden/book.toml:{line}: ")
    assert message in str(error.value)


def test_link_targets() -> None:
    names = link_names(BOOK)
    assert {"chapter:soil", "chapter:soil#feeding", "term:compost", "sheet:plan"} <= names
    assert len(names) == 5 + 7 + 6 + 2


@pytest.mark.parametrize("folder", [GARDEN, HANDBOOK], ids=["garden", "handbook"])
def test_segment_location_is_correct(folder) -> None:
    """The line of a segment contains its first word, or starts the list that contains it."""

    def first_word(segment: Segment) -> str:
        return segment.source.split()[0].strip("*").partition("](")[0]

    wrong = []
    for item in segments(model(folder, "en")):
        path = next(
            base / item.path for base in (ROOT, ROOT / "tests", folder.parent.parent) if (base / item.path).is_file()
        )
        line = path.read_text(encoding="utf-8").splitlines()[item.line - 1]
        if first_word(item) not in line.replace("&amp;", "&") and not line.rstrip().endswith(("[", '"""', ">")):
            wrong.append((item.path, item.line, item.source))
    assert wrong == []
