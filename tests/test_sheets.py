"""The layout of sheets: rings, rows, forms and the two pages of the book, measured in the boxes of the page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import pikepdf
import pytest
from support_hospital import write_shed
from support_pages import Box, boxes, garden_pages, render_context

from carepress.model import EDITIONS, Book, Edition, Paper
from carepress.pages.render import render_book, render_sheets
from carepress.pdf.write import lay_out
from support import GARDEN, HANDBOOK, LANGS, Pdf, model, publish

LOOSE = EDITIONS["sheets"]
MM = 96 / 25.4  # CSS px
ROW = 11 * MM  # a row to write in is at least that high
HANDOUT_ROW = 9 * MM  # one for a date and a name beside a printed title
CHOICES = [(lang, paper) for lang in LANGS for paper in LOOSE.papers]
IN_BOOK = [(name, paper) for name in ("booklet", "large-print") for paper in EDITIONS[name].papers]


@pytest.fixture(scope="module", params=CHOICES, ids=lambda item: f"{item[0]}-{item[1].name}")
def laid(request: pytest.FixtureRequest) -> list[Box]:
    """Return the pages of the handbook's loose sheets in a language, on a paper."""
    lang, paper = request.param
    return boxes(lay_out(render_sheets(render_context(model(HANDBOOK, lang)), LOOSE, paper)))


def each(pages: list[Box], *names: str) -> Iterator[Box]:
    for page in pages:
        yield from (box for box in page.walk() if box.classes & set(names) and box.kind != "TableBox")


def cells(pages: list[Box]) -> list[Box]:
    return [box for page in pages for box in page.walk() if box.kind == "TableCellBox"]


def test_rings_do_not_overlap_and_stay_in_their_cell(laid: list[Box]) -> None:
    rows = [[*box.find("ring")] for box in each(laid, "rings")]
    assert len(rows) > 200
    for rings in rows:
        for one, two in combinations(rings, 2):
            beside = one.place[2] <= two.place[0] + 0.5 or two.place[2] <= one.place[0] + 0.5
            assert beside or one.place[3] <= two.place[1] + 0.5, (one.words(), two.words())
        for ring in rings:
            cell = ring.nearest("td", "field")
            assert cell.place[0] - 1 <= ring.place[0] <= ring.place[2] <= cell.place[2] + 1, ring.words()


def test_rings_of_a_day_are_in_one_line(laid: list[Box]) -> None:
    """A parent finds the same answer in the same place every day."""
    for box in each(laid, "rings"):
        if not box.nearest("field"):
            tops = [ring.place[1] for ring in box.find("ring")] or [0]  # a line box has none of its own
            assert max(tops) - min(tops) < 1, box.words()


def test_rows_are_high_enough_to_write_in(laid: list[Box]) -> None:
    rows = [box for page in laid for box in page.walk() if "grow" in box.classes and box.tag == "tr"]
    assert len(rows) > 100
    listed = [box for box in rows if box.nearest("of-handouts")]
    assert listed
    for box in rows:
        if not box.nearest("long"):
            assert box.place[3] - box.place[1] >= (HANDOUT_ROW if box in listed else ROW), box.words()


def test_a_sheet_is_one_page_and_a_long_form_two(laid: list[Box]) -> None:
    pages: dict[str, int] = {}
    for box in each(laid, "sheet"):
        pages[box.attributes["id"]] = pages.get(box.attributes["id"], 0) + 1
    assert {name for name, number in pages.items() if number > 1} == {
        "sheet-treatment-summary",
        "sheet-care-plan",
        "sheet-health-record",
    }
    assert max(pages.values()) == 2


def test_sheets_run_to_the_foot(laid: list[Box]) -> None:
    for number, page in enumerate(laid, 1):
        lowest = max(box.place[3] for box in cells([page]))
        assert 0 <= page.content[3] - lowest + 1 < 0.08 * (page.content[3] - page.content[1]), number


def test_rows_follow_each_other_without_gaps(laid: list[Box]) -> None:
    """Rows that were repeated to the foot are as far apart as those that were laid out."""
    for body in (box for page in laid for box in page.walk() if box.tag == "tbody"):
        rows = [row for row in body.children if row.tag == "tr"]
        for one, two in pairwise(rows):
            assert abs(two.place[1] - one.place[3]) < 0.5


def test_fields_of_a_line_fill_it(laid: list[Box]) -> None:
    """Two halves are side by side, and each label is in the frame of its own field."""
    lines = [[*line.find("field")] for line in each(laid, "field-line")]
    assert any(len(fields) == 2 for fields in lines)
    for fields in lines:
        assert len({round(field.place[1]) for field in fields}) == 1
        right = fields[0].nearest("fields").place[2]
        assert abs(fields[-1].place[2] - right) < 1.5
        for field in fields:
            (label,) = field.find("label")
            assert field.place[0] <= label.place[0]
            assert field.place[1] <= label.place[1] <= label.place[3] <= field.place[3]


def test_backgrounds_are_where_their_cells_are() -> None:
    document = lay_out(render_sheets(render_context(model(HANDBOOK, "en")), LOOSE, LOOSE.papers[0]))
    tinted = []
    for page in document.pages:
        for box in page._page_box.descendants():
            if type(box).__name__ == "TableCellBox" and box.background:
                tinted.append(box)
                x, y, _width, height = box.background.layers[-1].painting_area
                assert (x, y) == pytest.approx((box.border_box_x(), box.border_box_y()))
                assert height == pytest.approx(box.border_height())
    assert len(tinted) > 100


def test_body_to_mark_is_90_mm_high() -> None:
    pages = boxes(lay_out(render_sheets(render_context(model(HANDBOOK, "en")), LOOSE, LOOSE.papers[0])))
    (sheet,) = [box for box in each(pages, "sheet") if box.attributes["id"] == "sheet-rash-skin"]
    (mark,) = [box for box in sheet.walk() if box.tag == "svg"]
    assert 86 * MM < mark.place[3] - mark.place[1] < 95 * MM


# --- in the book -----------------------------------------------------------------------------


def only_in_book(book: Book) -> Book:
    """Return a book with no more than its sheets in the book."""
    sheets = tuple(sheet for sheet in book.sheets() if sheet.in_book)
    return replace(book, front=(), parts=(replace(book.parts[-1], chapters=(), sheets=sheets),))


def test_book_keeps_two_sheets() -> None:
    assert [sheet.id for sheet in only_in_book(model(HANDBOOK, "en")).sheets()] == ["temperature", "our-team"]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("name", "paper"), IN_BOOK, ids=lambda item: getattr(item, "name", item))
def test_sheets_in_the_book_are_full_pages(name: str, paper: Paper, lang: str) -> None:
    edition: Edition = EDITIONS[name]
    book = only_in_book(model(HANDBOOK, lang))
    pages = boxes(lay_out(render_book(render_context(book), edition, paper).html))
    with_sheets = [page for page in pages if [*page.find("sheet")]]
    if name == "booklet":
        assert len(with_sheets) == 2, "a page for each"
    for page in with_sheets:
        lowest = max(
            box.place[3] for box in page.walk() if box.kind in ("TableCellBox", "TextBox") or "rule" in box.classes
        )
        body = page.content[3] - page.content[1]
        assert lowest > page.content[1] + 0.6 * body


@pytest.mark.parametrize("name", ["sheets", "booklet", "large-print"])
def test_boxes_to_tick_of_a_form_are_inside_its_frame(name: str) -> None:
    """The class of the field was that of its boxes, so that it had no space at its sides."""
    fields = [box for page in garden_pages(name, "en") for box in page.walk() if {"field", "checks"} <= box.classes]
    assert fields
    for field in fields:
        assert all(box.place[0] > field.place[0] + MM for box in field.find("tick"))


@pytest.mark.parametrize(
    ("name", "paper", "rows"),
    [
        ("The Shed", "a4", 2),
        ("Saint Mary’s and All Saints’ Community Garden of the Upper Peninsula, with its Orchards", "letter", 1),
    ],
)
def test_sheet_has_fewer_empty_rows_before_a_second_page(name: str, paper: str, rows: int, tmp_path: Path) -> None:
    """The plan ends with a grid of two empty rows."""
    shutil.copytree(GARDEN, tmp_path / "content" / "garden")
    profile = write_shed(tmp_path) / "hospital.toml"
    text = profile.read_text().replace('"The Shed & Sons"', f'"{name}"').replace('"El cobertizo"\na', f'"{name}"\na')
    profile.write_text(text.replace('editions = ["booklet", "epub"]', 'editions = ["sheets"]'))
    done = publish("build", "--book", "garden", "--hospital", "shed", "--paper", paper, root=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for lang in LANGS:
        with pikepdf.open(tmp_path / f"build/shed/{lang}/garden-sheets-{lang}-draft.pdf") as pdf:
            fields = [str(field.T) for field in pdf.Root.AcroForm.Fields]
            assert len(pdf.pages) == 1
        assert len([field for field in fields if re.fullmatch(r"plan-3-2-\d(-copy-\d)?", field)]) == rows


def test_example_of_a_grid_is_printed_once(tmp_path: Path) -> None:
    """The last row of the plan is copied to fill the page."""
    plan = shutil.copytree(GARDEN, tmp_path / "content" / "garden") / "sheets" / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    assert "blank = 2 }" in text
    plan.write_text(text.replace("blank = 2 }", 'blank = 2, example = "EXPEAS" }'), encoding="utf-8")
    done = publish("build", "--book", "garden", "--sheet", "plan", "--lang", "en", root=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    words = " ".join(Pdf(tmp_path / "build/generic/en/garden-sheets-plan-en.pdf").texts)
    assert (words.count("EXPEAS"), words.count("Seeds to sow")) == (1, 1), words
