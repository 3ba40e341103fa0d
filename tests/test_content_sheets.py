from __future__ import annotations

from typing import get_args

import pytest

from carepress.content.sheets import SegmentFactory
from carepress.model import (
    DrawingPart,
    FieldKind,
    FieldsPart,
    FieldWidth,
    GridPart,
    NotePart,
    PublishError,
    Table,
    TablePart,
    Term,
    segments,
)
from support import GARDEN, model

WATERING, PLAN = model(GARDEN, "en").sheets()
TABLE = next(item for page in model(GARDEN, "en").chapters() for item in page.blocks if isinstance(item, Table))


def test_tracking_sheet() -> None:
    assert (WATERING.id, WATERING.group, WATERING.title.source) == ("watering", "tracking", "Watering")
    assert (WATERING.orientation, WATERING.in_book) == ("landscape", True)
    assert WATERING.call.source.startswith("the tap gives")
    assert [type(part) for part in WATERING.parts] == [DrawingPart, GridPart, NotePart, TablePart]
    table = WATERING.parts[-1]
    assert (table.rows, table.row_labels, [column.width for column in table.columns]) == (6, (), [2, 1, 1.4, 1.4, 3])
    assert [choice.source for choice in table.columns[3].choices] == ["0", "1", "2", "3"]
    assert [text.source for text in table.example] == ["Monday", "2", "3", "1", "Grandfather"]


def test_grid_of_a_week_and_grid_of_dates() -> None:
    week, dates = WATERING.parts[1], PLAN.parts[-1]
    assert (week.dates, week.date) == (0, None)
    leaves, began = week.rows
    assert (leaves.label.source, leaves.note.source, leaves.example.source) == ("Leaves that hang", "at noon", "few")
    assert [choice.source for choice in leaves.choices] == ["no", "few", "all"]
    assert (began.lines, began.choices, began.blank) == (2, (), 0)
    assert (dates.dates, dates.date.source) == (3, "Day")
    assert [(len(row.choices), row.blank) for row in dates.rows] == [(11, 0), (0, 2)]


def test_form_with_every_field_type() -> None:
    assert (PLAN.group, PLAN.call) == ("form", None)
    fields, _seasons, _days = PLAN.parts
    assert isinstance(fields, FieldsPart)
    assert {field.kind for field in fields.fields} == set(get_args(FieldKind))
    widths = {
        field.width for sheet in (WATERING, PLAN) for part in sheet.parts for field in getattr(part, "fields", ())
    }
    assert widths == set(get_args(FieldWidth))
    assert [field.lines for field in fields.fields if field.kind == "long"] == [3]
    assert [choice.source for choice in fields.fields[5].choices] == ["Sandy ground", "Heavy clay"]


def test_row_labels_define_rows() -> None:
    seasons = PLAN.parts[1]
    assert (seasons.rows, [label.source for label in seasons.row_labels]) == (
        4,
        ["Spring", "Summer", "Autumn", "Winter"],
    )


def test_cell_is_text_or_list() -> None:
    assert [len(cell.items) for row in TABLE.rows for cell in row] == [1, 1, 1, 1, 1, 2, 1, 1, 1]


@pytest.mark.parametrize(
    ("text", "start"),
    [("Bed plan", "title ="), ("The bed", "title ="), ("Four seasons", "title ="), ("Radish", "cells =")],
)
def test_line_numbers_refer_to_the_file(text: str, start: str) -> None:
    book = model(GARDEN, "en")
    item = next(item for item in segments((TABLE, *book.sheets())) if item.source == text)
    line = (
        (GARDEN.parent.parent / item.path.removeprefix("tests/"))
        .read_text(encoding="utf-8")
        .splitlines()[item.line - 1]
    )
    assert line.startswith(start)
    assert text in line


def test_glossary_keeps_file_order() -> None:
    terms = next(
        block.terms
        for page in model(GARDEN, "en").chapters()
        for block in page.blocks
        if hasattr(block, "terms") and len(block.terms) == 6
    )
    assert [type(term) for term in terms] == [Term] * 6
    assert [term.id for term in terms] == ["compost", "mulch", "seedling", "thinning", "acid", "bolting"]


def test_whitespace_is_collapsed_and_markup_validated() -> None:
    factory = SegmentFactory('a = """x\n  y"""\nb = "<b>"', "f.toml", "en")
    assert factory.segment("x\n  y", "kind", "a").source == "x y"
    assert factory.optional(None, "kind", "a") is None
    with pytest.raises(PublishError, match=r"^f\.toml:3: HTML"):
        factory.segment("<b>", "kind", "b")
