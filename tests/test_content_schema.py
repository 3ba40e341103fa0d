from __future__ import annotations

import tomllib

import pytest
from pydantic import ValidationError

from carepress.content import schema
from support import GARDEN, HANDBOOK

SHEET = 'title = "t"\ngroup = "form"\npurpose = "p"\nhow = "h"\n[[parts]]\n'
COLUMN = '{ label = "c" }'
CHOICES = '{ label = "c", choices = ["1", "2"] }'


def parts(body: str) -> list[object]:
    return list(schema.SheetFile.model_validate(tomllib.loads(SHEET + body)).parts)


@pytest.mark.parametrize(
    "body",
    [
        'kind = "fields"\nfields = [{ label = "a", field = "choice", choices = ["x"] }]',
        f'kind = "table"\nrows = 3\ncolumns = [{COLUMN}, {COLUMN}]',
        f'kind = "table"\nrow_labels = ["x"]\ncolumns = [{COLUMN}, {COLUMN}]',
        f'kind = "table"\ndaily = true\ncolumns = [{COLUMN}, {CHOICES}]\nexample = ["x", "2"]',
        f'kind = "table"\nper_handout = true\ncolumns = [{COLUMN}, {CHOICES}]',
        'kind = "week-grid"\nrows = [{ label = "a", choices = ["1", "2"], example = "2" }, { label = "b", blank = 3 }]',
        'kind = "date-grid"\ndate = "d"\ndates = 2\nrows = [{ label = "a", lines = 3 }]',
        'kind = "drawing"\ndrawing = "scale"',
    ],
)
def test_good_parts(body: str) -> None:
    (part,) = parts(body)
    assert part.kind == tomllib.loads(body)["kind"]


@pytest.mark.parametrize(
    "body",
    [
        'kind = "fields"\nfields = []',
        'kind = "fields"\nfields = [{ label = "a", field = "choice" }]',
        'kind = "fields"\nfields = [{ label = "a", field = "text", choices = ["x"] }]',
        'kind = "fields"\nfields = [{ label = "a", width = "quarter" }]',
        'kind = "fields"\nfields = [{ label = "a", lines = 0 }]',
        f'kind = "table"\ncolumns = [{COLUMN}, {COLUMN}]',
        f'kind = "table"\nrows = 1\nrow_labels = ["x"]\ncolumns = [{COLUMN}, {COLUMN}]',
        f'kind = "table"\nrows = 1\ncolumns = [{COLUMN}]',
        f'kind = "table"\nrows = 1\ndaily = true\ncolumns = [{COLUMN}, {COLUMN}]',
        f'kind = "table"\ndaily = true\ncolumns = [{CHOICES}, {COLUMN}]',
        f'kind = "table"\nper_handout = true\ncolumns = [{CHOICES}, {COLUMN}]',
        f'kind = "table"\nrows = 1\ncolumns = [{COLUMN}, {COLUMN}]\nexample = ["x"]',
        f'kind = "table"\nrows = 1\ncolumns = [{COLUMN}, {CHOICES}]\nexample = ["x", "3"]',
        'kind = "week-grid"\nrows = []',
        'kind = "week-grid"\nrows = [{ label = "a", choices = ["1"] }]',
        'kind = "week-grid"\nrows = [{ label = "a", choices = ["1", "2"], example = "3" }]',
        'kind = "week-grid"\ndates = 2\nrows = [{ label = "a" }]',
        'kind = "date-grid"\nrows = [{ label = "a" }]',
        'kind = "date-grid"\ndate = "d"\ndates = 9\nrows = [{ label = "a" }]',
        'kind = "cards"\nfields = [{ label = "a" }]',
        'kind = "note"\ntext = "  "',
        'kind = "poster"',
    ],
)
def test_bad_parts(body: str) -> None:
    with pytest.raises(ValidationError):
        parts(body)


@pytest.mark.parametrize("count", [1, 13])
def test_table_has_two_to_twelve_columns(count: int) -> None:
    table = {"caption": "c", "columns": [{"label": "x"}] * count, "rows": [{"cells": ["a"]}]}
    with pytest.raises(ValidationError):
        schema.TableFile.model_validate(table)


@pytest.mark.parametrize(
    ("folder", "shape"), [("sheets", schema.SheetFile), ("tables", schema.TableFile)], ids=["sheets", "tables"]
)
def test_every_book_file_is_valid(folder: str, shape: type) -> None:
    paths = [path for book in (GARDEN, HANDBOOK) for path in (book / folder).glob("*.toml")]
    assert len(paths) > 2
    for path in paths:
        shape.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
