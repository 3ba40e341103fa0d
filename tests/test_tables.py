"""Tables of a chapter on the page: boxes to tick, links with page numbers, and lines for a hospital's own text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from structure import Element, read_structure
from support_hospital import SHED, write_shed
from support_pages import garden_pages

from support import GARDEN, XHTML, Epub, Pdf, copy_project, flat, interface, model, publish, words

NAMES = {"en": "What may go wrong", "es": "Lo que puede salir mal"}


def page_of(pdf: Pdf, words: str) -> int:
    return next(number for number, text in enumerate(pdf.texts, 1) if words in text)


def figures(cell: Element) -> list[str | None]:
    """Return the alternative texts of the figures in a cell."""
    return [node.alt for node in cell.walk() if node.role == "Figure"]


def test_print_has_named_boxes_to_tick(garden_booklet: Pdf, lang: str) -> None:
    tables = [node for node in read_structure(garden_booklet.path).walk() if node.role == "Table"]
    table = next(node for node in tables if NAMES[lang] in flat(node.text()))
    rows = [[figures(cell) for cell in row.kids] for row in table.walk() if row.role == "TR"]
    assert rows == [[[], [], []], *[[[], [], [interface(lang)["Box to tick"]]]] * 3]


def test_print_draws_a_box_in_each_row(garden_booklet: Pdf, lang: str) -> None:
    number = page_of(garden_booklet, NAMES[lang])
    pages = [garden_booklet.reader[number - 1], garden_booklet.reader[number]]  # the last row may be on the next page
    paths = (item.get_bounds() for page in pages for item in page.get_objects() if item.type == 2)
    sizes = [(round(right - left), round(top - bottom)) for left, bottom, right, top in paths]
    assert len([size for size in sizes if size[0] == size[1] and 9 <= size[0] <= 14]) >= 3


def test_ebook_has_no_boxes_to_tick(garden_ebook: Epub) -> None:
    """A box on a screen cannot be ticked, so the e-book has only the other columns."""
    table = next(node for node in garden_ebook.pages["sowing"].iter(XHTML + "table") if "troubles" in node.get("id"))
    assert [len(row) for row in table.iter(XHTML + "tr")] == [2] * 4


@pytest.mark.parametrize("lang", ["en"], indirect=True)
def test_links_in_cells_have_page_numbers(garden_booklet: Pdf, garden_ebook: Epub) -> None:
    text = garden_booklet.texts[page_of(garden_booklet, NAMES["en"]) - 1]
    assert f"watering sheet (page {page_of(garden_booklet, 'This sheet shows which bed')})" in text
    assert f"what not to add (page {page_of(garden_booklet, 'What not to add')})" in text
    hrefs = [link.get("href") for link in garden_ebook.pages["sowing"].iter(XHTML + "a")]
    assert {"soil.xhtml#soil-not-add", "sheets-back.xhtml#sheet-watering"} <= set(hrefs)


@pytest.mark.parametrize("lang", ["en", pytest.param("es", marks=pytest.mark.slow)], indirect=True)
def test_placeholder_in_a_cell_is_one_line_to_write_on(garden_ebook: Epub, lang: str) -> None:
    """The placeholder has two lines, of which a cell shows one; the e-book says that it is not filled in."""
    tables = [table for page in garden_pages("booklet", lang) for table in page.find("data")]
    assert [len(list(blank.find("rule"))) for table in tables for blank in table.find("blank")] == [1]
    table = next(node for node in garden_ebook.pages["sowing"].iter(XHTML + "table") if "troubles" in node.get("id"))
    assert flat(words(table[-1][-1][-1])) == interface(lang)["(not filled in yet: ask your team)"]


def test_placeholder_in_a_cell_is_the_hospitals_text(tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    path = write_shed(root) / "hospital.toml"
    book = root / "tests" / "books" / "garden"
    args = ("--book", book, "--hospital", "shed", "--lang", "es", "--edition", "booklet", "--out", tmp_path / "out")
    path.write_text(SHED + 'values.tap_rule.en = "Ask the shed."\nvalues.tap_rule.es = "Pregunte en el cobertizo."\n')
    done = publish("build", *args, root=root)
    assert done.returncode == 0, done.stderr
    text = flat(" ".join(Pdf(next((tmp_path / "out").rglob("*.pdf"))).texts))
    assert re.search(r"Una llave seca Pregunte en el cobertizo\.", text)


def test_optional_placeholder_is_asked_of_no_hospital(tmp_path: Path, garden_out: Path) -> None:
    root = copy_project(tmp_path)
    write_shed(root)
    done = publish("hospital", "check", "shed", "--book", root / "tests" / "books" / "garden", root=root)
    assert "no value for “meeting_place”" in done.stdout + done.stderr
    assert "tap_rule" not in done.stdout + done.stderr
    publish("hospital", "new", "barn", "--book", root / "tests" / "books" / "garden", root=root)
    profile = (root / "content" / "hospitals" / "barn" / "hospital.toml").read_text(encoding="utf-8")
    assert '\n# When the tap is dry\n# values.tap_rule.en = "FILL IN"\n' in profile
    assert '\nvalues.meeting_place.en = "FILL IN"\n' in profile
    label = next(item.label.text for item in model(GARDEN, "en").placeholders if item.id == "tap_rule")
    assert label not in Pdf(garden_out / "en" / "garden-booklet-en.pdf").texts[-1]
