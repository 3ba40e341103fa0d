"""The bilingual edition: both languages side by side in rows, and both in each cell of tables and sheets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import zip_longest
from pathlib import Path

import pytest
from structure import Element, read_structure
from support_pages import (
    Box,
    Laid,
    all_overflows,
    boxes,
    drawings,
    garden_document,
    garden_pages,
    make_pdf,
    render_context,
    texts,
)
from support_pseudo import pseudo_book
from support_validators import CLAIMED, vera

from carepress.model import EDITIONS, Paper, segments
from carepress.model.units import PX_TO_PT
from carepress.pages.bilingual import column_width, in_source, render_bilingual
from carepress.pages.drawings import set_label
from carepress.pages.render import min_label_size
from carepress.pdf.write import lay_out, write_pdf
from support import GARDEN, HANDBOOK, Pdf, model, plain, printed, publish

EDITION = EDITIONS["bilingual"]
BOOKS = {"garden": (GARDEN, "a4"), "garden-letter": (GARDEN, "letter"), "handbook": (HANDBOOK, "a4")}
# Kinds of text that are not on the pages: labels are outlines, a running head may use the short title, and the sections
# of sources are for the dossier.
NOT_TEXT = {"book description", "subject", "drawing label", "running head", "placeholder", "packet"}


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bilingual")


@pytest.fixture(scope="session")
def lay(made: Path) -> Callable[[str], Laid]:
    """Return a function that lays out a book and caches the result."""

    @cache
    def lay_out(name: str) -> Laid:
        folder, paper = BOOKS[name]
        if name == "garden":
            document = garden_document(EDITION.name, "es")
            (made / "garden.pdf").write_bytes(write_pdf(document, model(folder, "es").revised))
            return Laid(garden_pages(EDITION.name, "es"), made / "garden.pdf")
        return make_pdf(model(folder, "es"), EDITION, made / f"{name}.pdf", paper)

    return lay_out


@pytest.fixture(params=["garden", pytest.param("garden-letter", marks=pytest.mark.slow), "handbook"])
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def laid(name: str, lay: Callable[[str], Laid]) -> Laid:
    return lay(name)


def rows(page: Box) -> list[list[Box]]:
    """Return the two columns of each row of a page."""
    pairs = [box for box in page.walk() if "pair" in box.classes and box.kind == "BlockBox"]
    return [list(pair.find("side")) for pair in pairs]


def first_line(box: Box) -> float:
    return min(piece.place[1] for piece in texts(box))


# --- the command ---


def build(out: Path, *args: object) -> tuple[int, str]:
    done = publish("build", "--book", GARDEN, "--edition", "bilingual", "--out", out, *args)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_command_builds_both_paper_sizes(paper: str, size: tuple[int, int], tmp_path: Path) -> None:
    status, output = build(tmp_path, "--lang", "es", "--paper", paper)
    assert status == 0, output
    pdf = Pdf(tmp_path / "generic" / "en+es" / "garden-bilingual-en+es.pdf")
    assert {(round(page.get_width()), round(page.get_height())) for page in pdf.reader} == {size}
    assert str(pdf.file.Root.Lang) == "en"
    assert "English / Español" in pdf.texts[0]


def test_single_language_is_rejected(tmp_path: Path) -> None:
    status, output = build(tmp_path, "--lang", "en")
    assert status != 0
    assert "the edition needs two languages" in output
    assert "--lang es" in output
    assert not list(tmp_path.rglob("*.pdf"))


def test_verapdf_accepts_the_edition(lay: Callable[[str], Laid]) -> None:
    """The bilingual edition of the handbook is checked when a hospital releases it."""
    assert vera(CLAIMED, lay("garden").path, lay("garden-letter").path) == {}


# --- the glossary ---


def test_glossary_can_be_looked_up_in_both_languages(lay: Callable[[str], Laid]) -> None:
    laid = lay("garden")
    page, lists = next((page, found) for page in laid.pages if (found := list(page.find("index"))))
    number = laid.pages.index(page) + 1
    rows = ["".join(piece.text for piece in texts(box)) for box in lists[0].find("li")]
    words = ["abono / compost", "cobertura / mulch", "espigado / bolting", "plántula / seedling", "raleo / thinning",
             "tierra ácida / acid soil"]  # fmt: skip
    assert rows == [f"{word}, {number}" for word in words]


# --- row by row ---


def test_paper_sizes(name: str, laid: Laid) -> None:
    paper = next(row for row in EDITION.papers if row.name == BOOKS[name][1])
    size = (round(paper.width / 25.4 * 96, 1), round(paper.height / 25.4 * 96, 1))
    assert {(round(page.place[2], 1), round(page.place[3], 1)) for page in laid.pages} == {size}


def test_both_languages_start_at_the_same_height(laid: Laid) -> None:
    all_rows = [sides for page in laid.pages for sides in rows(page)]
    assert len(all_rows) > 60
    for sides in all_rows:
        assert [side.attributes["lang"] for side in sides] == ["en", "es"]
        assert all(side.words().strip() for side in sides), "a row is never broken over pages"
        assert first_line(sides[0]) == pytest.approx(
            first_line(sides[1]), abs=0.8
        )  # captions of drawings with unlike labels
        assert sides[0].place[2] <= sides[1].place[0] + 0.6
        assert max(piece.place[2] for piece in texts(sides[0])) < min(piece.place[0] for piece in texts(sides[1]))


def test_column_width_matches_label_typesetting(name: str, laid: Laid) -> None:
    paper = next(row for row in EDITION.papers if row.name == BOOKS[name][1])
    widths = [
        box.place[2] - box.place[0] for page in laid.pages for box in page.find("shown") for box in box.find("svg")
    ]
    assert widths
    assert max(widths) <= column_width(paper) / PX_TO_PT + 1
    assert max(widths) == pytest.approx(column_width(paper) / PX_TO_PT, abs=1)


def test_headings_are_aligned_and_kept_with_their_text(laid: Laid) -> None:
    heads = laid.each("head", "chapter-head")
    assert len(heads) > 8
    for head in heads:
        one, two = ([*head.find("side")][index].words() for index in (0, 1))
        assert one.strip()
        assert two.strip()
    for page in laid.pages:
        # A heading is never the last text of a page.
        lowest = max((head.place[3] for head in page.find("head")), default=0)
        below = [piece for piece in texts(page) if piece.nearest("body") and piece.place[1] >= lowest - 1]
        assert lowest == 0 or below


def test_no_text_overflows_its_box(laid: Laid) -> None:
    assert all_overflows(laid) == []


def test_no_page_is_left_half_empty(laid: Laid) -> None:
    compared = 0
    for page, after in zip(laid.pages, laid.pages[1:]):
        going_on = {box.attributes["id"] for box in page.find("chapter", "part-run")} & {
            box.attributes["id"] for box in after.find("chapter", "part-run")
        }
        if going_on:
            compared += 1
            lowest = max(
                box.place[3]
                for box in page.walk()
                if box.nearest("body") and (box.text.strip() or box.classes & {"rule"})
            )
            assert (page.content[3] - lowest) / (page.content[3] - page.content[1]) < 0.45, going_on
    assert compared


# --- completeness ---


@pytest.fixture
def tree(laid: Laid) -> Element:
    return read_structure(laid.path)


def letters(text: str) -> str:
    """Return a text without spaces and hyphens, which line breaks change."""
    return re.sub(r"[\s\u00ad‐-]", "", text)


def test_every_segment_appears_in_both_languages(name: str, tree: Element) -> None:
    folder = BOOKS[name][0]
    read = letters(tree.text() + " ".join(item.alt or "" for item in tree.walk()))
    read = re.sub(r"\((page|página)\d+\)", "", read)
    for lang in ("en", "es"):
        printed_segments = (item for item in segments(printed(folder, lang)) if item.kind not in NOT_TEXT)
        assert [item.text for item in printed_segments if letters(plain(item)) not in read] == []


def test_languages_are_tagged(tree: Element) -> None:
    assert tree.lang == "en"
    langs = Counter(item.lang for item in tree.walk() if item.role in ("P", "H1", "H2", "LBody"))
    assert set(langs) == {"en", "es"}
    assert langs["es"] > 0.4 * langs["en"]
    spanish = " ".join(item.own_text() for item in tree.walk() if item.lang == "es" and item.role == "P")
    assert not re.search(r"\b(the|and|your)\b", re.sub(r"«[^»]*»", "", spanish)[:4000])


def cells(laid: Laid) -> list[Box]:
    return [
        cell for page in laid.pages for cell in page.walk() if cell.tag in ("th", "td") and cell.kind == "TableCellBox"
    ]


def test_table_cells_contain_both_languages(name: str, laid: Laid) -> None:
    book = model(BOOKS[name][0], "es")
    same = {plain(item) for item in segments(book) if plain(item) == plain(in_source(item, "en"))}
    # Numbers to ring are the same in both languages.
    filled = [cell for cell in cells(laid) if any(letter.isalpha() for letter in cell.words())]
    assert len(filled) > 10
    for cell in filled:
        first, second = [*cell.find("first")], [*cell.find("second")]
        assert len(first) == len(second)
        assert first or letters(cell.words()).lstrip("•") in map(letters, same), cell.words()
        assert {box.attributes["lang"] for box in first} <= {"en"}
        assert {box.attributes["lang"] for box in second} <= {"es"}


def test_sheets_contain_both_languages(name: str, laid: Laid) -> None:
    book = model(BOOKS[name][0], "es")
    for sheet in (item for item in book.sheets() if item.in_book):
        printed = letters(
            "".join(box.words() for box in laid.each("sheet") if box.attributes["id"] == f"sheet-{sheet.id}")
        )
        for item in segments(sheet):
            if item.kind not in NOT_TEXT | {"drawing title", "drawing description"}:
                assert letters(plain(item)) in printed, sheet.id
                assert letters(plain(in_source(item, "en"))) in printed, sheet.id


def test_fields_to_write_on_appear_once(name: str, laid: Laid) -> None:
    book = model(BOOKS[name][0], "es")
    inside = [box for page in laid.pages for sides in rows(page) for side in sides for box in side.find("rule")]
    assert inside == []
    in_book = [sheet for sheet in book.sheets() if sheet.in_book]
    assert in_book
    assert len(laid.each("sheet-name")) == len(in_book)


@pytest.mark.parametrize("paper", EDITION.papers, ids=lambda paper: paper.name)
@pytest.mark.parametrize("folder", [GARDEN, HANDBOOK], ids=lambda folder: folder.name)
def test_labels_contain_both_languages_at_readable_size(folder: Path, paper: Paper) -> None:
    for drawing, is_mark in drawings(model(folder, "es")):
        source = in_source(drawing, "en")
        least = min_label_size(EDITION, paper, drawing, is_mark)
        for label, other in zip_longest(source.labels, drawing.labels):
            lines = set_label(label, other, source, least)
            expected = [plain(label.text), plain(other.text)]
            assert letters("".join(line.text for line in lines)) == letters("".join(dict.fromkeys(expected)))
            assert min(line.size for line in lines) >= least - 0.01
            assert all(line.extent()[0] >= 0 and line.extent()[1] <= drawing.width for line in lines)
        # In chapters each language has its own drawing, as wide as a column.
        for label in (*source.labels, *drawing.labels):
            small = EDITION.smallest / (column_width(paper) / drawing.width)
            assert all(line.size >= small - 0.01 for line in set_label(label, None, drawing, small))


# --- right-to-left languages and drafts ---


@pytest.mark.slow
def test_right_to_left_second_language(made: Path) -> None:
    laid = make_pdf(pseudo_book(model(GARDEN, "en"), "ar_XB"), EDITION, made / "turned.pdf")
    assert {box.attributes["dir"] for box in laid.each("html")} == {"ltr"}
    assert all_overflows(laid) == []
    all_rows = [sides for page in laid.pages for sides in rows(page)]
    for sides in all_rows:
        assert [side.attributes["dir"] for side in sides] == ["ltr", "rtl"]
        assert first_line(sides[0]) == pytest.approx(first_line(sides[1]), abs=0.6)
    markers = [
        [box for box in side.walk() if box.tag == "li::marker" or box.tag.endswith("::marker")]
        for sides in all_rows
        for side in sides
    ]
    assert any(markers)
    for sides in all_rows:
        for side in sides:
            for text in texts(side):
                if text.tag.endswith("::marker"):
                    middle = (side.content[0] + side.content[2]) / 2
                    assert (text.place[0] > middle) == (side.attributes["dir"] == "rtl")
    whole = [side for sides in all_rows for side in sides if side.attributes["dir"] == "rtl" and texts(side)]
    # Each line starts at the right edge of its column.
    near = [side for side in whole if side.content[2] - max(piece.place[2] for piece in texts(side)) < 40]
    assert len(near) > 0.8 * len(whole)


def test_draft_is_marked_in_both_languages() -> None:
    book = render_bilingual(render_context(model(GARDEN, "es"), draft=True), EDITION, EDITION.papers[0])
    sections = (book.sections[0], *book.sections[-2:])  # the cover, the imprint and the back
    cover, *pages = boxes(lay_out(replace(book, sections=sections).html))
    (mark,) = cover.find("draft-mark")
    assert {box.attributes["lang"] for box in (*mark.find("first"), *mark.find("second"))} == {"en", "es"}
    assert "not for families" in mark.words()
    assert "no es para las familias" in mark.words()
    assert len(pages) > 1
    assert [[box.words() for box in page.find("@top-right")] for page in pages] == [["Draft / Borrador"]] * len(pages)
