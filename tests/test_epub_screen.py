"""A book is fitted to a screen: columns for a pen, empty lines and words boxes are left out."""

from __future__ import annotations

from dataclasses import replace

from carepress.epub.screen import box_terms, fit_to_screen
from carepress.model import Book, Table, WordsBox, segments
from support import GARDEN, model

UNFILLED = "(ask)"


def tables(book: Book) -> dict[str, Table]:
    return {block.id: block for page in book.chapters() for block in page.blocks if isinstance(block, Table)}


def with_empty_advice(book: Book) -> Book:
    """Return the book with a last column of `{tap_rule}` in the table of depths, as in a table of a hospital's advice."""
    table = tables(book)["depths"]
    cell = replace(table.rows[0][0].items[0], text="{tap_rule}")
    rows = tuple((*row, replace(row[0], items=(cell,))) for row in table.rows)
    wide = replace(table, columns=(*table.columns, table.columns[0]), rows=rows)

    def changed(blocks: tuple) -> tuple:
        return tuple(wide if block is table else block for block in blocks)

    parts = tuple(
        replace(part, chapters=tuple(replace(page, blocks=changed(page.blocks)) for page in part.chapters))
        for part in book.parts
    )
    return replace(book, parts=parts)


def test_column_to_tick_is_left_out() -> None:
    before = tables(model(GARDEN, "en"))
    after = tables(fit_to_screen(model(GARDEN, "en"), (), UNFILLED))
    assert len(before["troubles"].columns) == 3
    assert after["troubles"].columns == before["troubles"].columns[:2]
    assert [len(row) for row in after["troubles"].rows] == [2, 2, 2]
    assert after["depths"] == before["depths"]


def test_column_of_empty_lines_is_left_out_until_one_is_filled() -> None:
    book = with_empty_advice(model(GARDEN, "en"))
    assert len(tables(fit_to_screen(book, (), UNFILLED))["depths"].columns) == 3
    filled = tables(fit_to_screen(book, {"tap_rule"}, UNFILLED))["depths"]
    assert [row[-1].items[0].text for row in filled.rows] == ["{tap_rule}"] * 3


def test_empty_line_becomes_words() -> None:
    book = model(GARDEN, "en")
    texts = [item.text for item in segments(fit_to_screen(book, {"emergency"}, UNFILLED))]
    assert f"We meet once a week, in any weather. {UNFILLED}" in texts
    assert "If someone is hurt, do this first. {emergency}" in texts


def test_words_boxes_are_left_out() -> None:
    book = model(GARDEN, "en")
    soil = next(page for page in book.chapters() if page.id == "soil")
    assert box_terms(soil) == ("compost", "mulch", "acid")
    left = [block for page in fit_to_screen(book, (), UNFILLED).chapters() for block in page.blocks]
    assert not any(isinstance(block, WordsBox) for block in left)
