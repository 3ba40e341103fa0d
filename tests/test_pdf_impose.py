"""The print edition: when its sheets are folded, the text of their pages is in reading order."""

from __future__ import annotations

import re
import shutil
from hashlib import sha256
from itertools import pairwise
from math import ceil
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from conftest import build_once
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from support_pseudo import pseudo_book, pseudo_interface

from carepress.model import A4, A5, EDITIONS, SaddleStitch
from carepress.model.units import MM_TO_PT
from carepress.pages.environment import RenderContext
from carepress.pages.render import render_book
from carepress.pdf.impose import (
    SheetSide,
    creep,
    impose,
    imposed_sections,
    reading_order,
    section_lengths,
    signature_order,
)
from carepress.pdf.write import lay_out
from carepress.preflight.pdf import check_pdf
from support import GARDEN, HANDBOOK, LANGS, ROOT, flat, interface, model, plain, publish, publish_process

PRINTER_MARGIN = 10  # mm at each edge of a sheet that a printer may not print
SHEETS = {"a4": (297, 210), "letter": (279.4, 215.9)}
PAGES = {"a4": "a5", "letter": "half-letter"}

page_counts = st.integers(2, 400)
sheet_limits = st.integers(1, 20)


def folded(sides: list[SheetSide], binding: str = "left") -> list[int | None]:
    """Return the pages of a section in the order in which a reader sees them when its sheets are folded.

    Each sheet is two leaves. In a left-bound booklet, the right half of its outer side is the front of the
    first leaf, and the left half is the back of the last one.
    """
    sheets = [sides[start : start + 2] for start in range(0, len(sides), 2)]
    near, far = ("right", "left") if binding == "left" else ("left", "right")
    first_half = [page for outer, inner in sheets for page in (getattr(outer, near), getattr(inner, far))]
    last_half = [page for outer, inner in reversed(sheets) for page in (getattr(inner, near), getattr(outer, far))]
    return first_half + last_half


# --- the order of pages, as data ---


def test_signature_order() -> None:
    assert signature_order([0, 1, 2, 3], "left") == [SheetSide(3, 0), SheetSide(1, 2)]
    assert signature_order([0, 1, 2, 3], "right") == [SheetSide(0, 3), SheetSide(2, 1)]
    assert signature_order([*range(8)], "left") == [SheetSide(7, 0), SheetSide(1, 6), SheetSide(5, 2), SheetSide(3, 4)]


def test_blank_pages_come_before_the_back_cover() -> None:
    assert reading_order(8) == [*range(8)]
    assert reading_order(6) == [0, 1, 2, 3, 4, None, None, 5]


@pytest.mark.parametrize(
    ("sheets", "lengths"),
    [(1, [1]), (15, [15]), (16, [8, 8]), (60, [15] * 4), (65, [13] * 5), (61, [13, 12, 12, 12, 12])],
)
def test_sections_are_as_equal_as_possible(sheets: int, lengths: list[int]) -> None:
    assert section_lengths(sheets, 15) == lengths


@given(page_counts, sheet_limits, st.sampled_from(["left", "right"]))
def test_folded_sections_have_all_pages_in_order(pages: int, most: int, binding: str) -> None:
    sections = imposed_sections(pages, most, binding)
    reading = [page for sides in sections for page in folded(sides, binding)]
    assert [page for page in reading if page is not None] == [*range(pages)]
    assert len(reading) % 4 == 0
    assert reading.count(None) < 4
    assert set(reading[pages - 1 : -1]) <= {None}
    assert reading[-1] == pages - 1


@given(page_counts, sheet_limits)
def test_sections_are_as_few_as_possible(pages: int, most: int) -> None:
    lengths = [len(sides) / 2 for sides in imposed_sections(pages, most, "left")]
    assert max(lengths) <= most
    assert max(lengths) - min(lengths) <= 1
    assert sum(lengths) == -(-pages // 4)
    assert (len(lengths) - 1) * most < sum(lengths)


def test_creep_grows_inward() -> None:
    assert [creep(sheet, 0.1) for sheet in (0, 1, 14)] == pytest.approx([0, 0.1, 1.4])


# --- the built file ---


@pytest.fixture(scope="module", params=["a4", pytest.param("letter", marks=pytest.mark.slow)])
def paper(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def garden(shared: Path, paper: str, lang: str) -> Path:
    """Return the print edition of the garden book."""
    args = ("--book", GARDEN, "--edition", "print", "--paper", paper)
    return build_once(shared / f"built-print-{paper}", *args) / "generic" / lang / f"garden-print-{lang}.pdf"


@pytest.fixture(scope="module")
def booklet(shared: Path, paper: str, lang: str) -> Path:
    """Return the garden's booklet on half the paper."""
    args = ("--book", GARDEN, "--edition", "booklet", "--paper", PAGES[paper])
    return build_once(shared / f"built-booklet-{PAGES[paper]}", *args) / "generic" / lang / f"garden-booklet-{lang}.pdf"


def texts(data: bytes | Path) -> list[str]:
    """Return the text of each page."""
    return [flat(page.get_textpage().get_text_bounded()) for page in pypdfium2.PdfDocument(data)]


FOOT = 17  # mm


def halves(data: bytes | Path, foot: float | None = None) -> list[SheetSide]:
    """Return the text of the left and right half of each side of each sheet, or of no more than its foot."""
    sides = []
    for page in pypdfium2.PdfDocument(data):
        text, (width, height) = page.get_textpage(), page.get_size()
        height = foot * MM_TO_PT if foot else height
        left = flat(text.get_text_bounded(0, 0, width / 2, height))
        sides.append(SheetSide(left, flat(text.get_text_bounded(width / 2, 0, width, height))))
    return sides


def test_folded_sheets_have_the_pages_of_the_booklet(garden: Path, booklet: Path, lang: str) -> None:
    pages = texts(booklet)
    assert folded(halves(garden)) == [*pages[:-1], *[""] * (-len(pages) % 4), pages[-1]]
    assert plain(model(GARDEN, lang).title) in pages[0]


def test_sheets_have_the_size_of_the_paper(garden: Path, paper: str) -> None:
    sizes = {tuple(round(side / MM_TO_PT, 1) for side in page.get_size()) for page in pypdfium2.PdfDocument(garden)}
    assert sizes == {SHEETS[paper]}


def test_viewer_preferences_for_printing(garden: Path) -> None:
    with pikepdf.open(garden) as pdf:
        preferences = {key: str(value) for key, value in pdf.Root.ViewerPreferences.items()}
        assert preferences == {
            "/DisplayDocTitle": "True",
            "/Duplex": "/DuplexFlipShortEdge",
            "/PickTrayByPDFSize": "True",
            "/PrintScaling": "/None",
        }


def test_metadata_claim_no_standard(garden: Path, lang: str) -> None:
    book = model(GARDEN, lang)
    with pikepdf.open(garden) as pdf:
        assert str(pdf.docinfo["/Title"]) == f"{plain(book.title)}: {plain(book.subtitle)}"
        assert str(pdf.docinfo["/CreationDate"]) == f"D:{book.revised:%Y%m%d}"
        assert str(pdf.Root.Lang) == lang
        assert {"/Metadata", "/OutputIntents", "/MarkInfo", "/StructTreeRoot"} & set(pdf.Root.keys()) == set()
        sides = len(pdf.pages)
    assert check_pdf(garden.read_bytes(), garden.name, plain(book.title), lang) == (sides, [])


def ink(page: pypdfium2.PdfPage, scale: float = 2) -> tuple[Image.Image, float]:
    """Return an image of a page, black where there is no ink, and its resolution in pixels per mm."""
    picture = page.render(scale=scale).to_pil().convert("L")
    return picture.point(lambda value: 0 if value > 250 else 255), scale * MM_TO_PT


def without_fold(picture: Image.Image, resolution: float) -> Image.Image:
    """Return an image without the millimeter at the fold, which has the fold marks."""
    middle = picture.width / 2
    picture = picture.copy()
    picture.paste(0, (round(middle - resolution / 2), 0, round(middle + resolution / 2), picture.height))
    return picture


def assert_margins_are_clear(data: bytes | Path) -> None:
    for page in pypdfium2.PdfDocument(data):
        picture, resolution = ink(page)
        box = without_fold(picture, resolution).getbbox()
        if box is None:  # the blank pages before the back cover
            continue
        left, top, right, bottom = box
        assert min(left, top, picture.width - right, picture.height - bottom) / resolution >= PRINTER_MARGIN


def test_margins_are_clear(garden: Path) -> None:
    assert_margins_are_clear(garden)


@pytest.mark.slow
def test_draft_note_is_inside_the_margins(tmp_path: Path) -> None:
    book = shutil.copytree(GARDEN, tmp_path / "garden")
    catalog = book / "locales" / "es" / "LC_MESSAGES" / "garden.po"
    catalog.write_text(catalog.read_text().replace(f'msgstr "{plain(model(GARDEN, "es").subtitle)}"', 'msgstr ""'))
    publish("build", "--edition", "print", "--lang", "es", "--book", book, "--out", tmp_path / "out")
    path = tmp_path / "out" / "generic" / "es" / "garden-print-es-draft.pdf"
    assert interface("es")["Draft"] in halves(path)[1].left
    assert_margins_are_clear(path)


def test_fold_is_marked_on_the_outermost_sides(garden: Path) -> None:
    marked = []
    for page in pypdfium2.PdfDocument(garden):
        picture, resolution = ink(page)
        middle = picture.width / 2
        fold = picture.crop((round(middle - resolution / 2), 0, round(middle + resolution / 2), picture.height))
        top, bottom = (
            fold.crop((0, 0, fold.width, round(15 * resolution))),
            fold.crop((0, fold.height // 2, *fold.size)),
        )
        marked.append(bool(top.getbbox() and bottom.getbbox()))
        if marked[-1]:
            assert top.getbbox()[3] / resolution > PRINTER_MARGIN + 2, "visible on every printer"
    assert marked == [True, *[False] * (len(marked) - 2), True]


@pytest.mark.slow
def test_print_edition_is_reproducible(tmp_path: Path) -> None:
    sums = []
    for seed in ("1", "2"):
        root = tmp_path / f"project-{seed}"
        for name in ("carepress", "templates", "locales"):
            shutil.copytree(ROOT / name, root / name)
        shutil.copy(ROOT / "publish.py", root)
        shutil.copytree(GARDEN, root / "books" / "garden")
        args = ("--edition", "print", "--book", root / "books" / "garden", "--out", root / "out")
        done = publish_process("build", *args, root=root, PYTHONHASHSEED=seed)
        assert done.returncode == 0, done.stderr
        sums.append([sha256(path.read_bytes()).hexdigest() for path in sorted((root / "out").rglob("*.pdf"))])
    assert len(sums[0]) == len(LANGS)
    assert sums[0] == sums[1]


@pytest.mark.parametrize("name", ["a5", "half-letter"])
def test_paper_must_be_a_whole_sheet(name: str, tmp_path: Path) -> None:
    done = publish("build", "--book", GARDEN, "--edition", "print", "--paper", name, "--out", tmp_path)
    assert done.returncode == 1
    assert "one of a4, letter" in done.stderr


# --- sections, creep and binding ---


@pytest.fixture(scope="module")
def pages(shared: Path) -> bytes:
    """Return the garden's booklet, 17 pages of A5 in English."""
    args = ("--book", GARDEN, "--edition", "booklet", "--paper", "a5")
    return (build_once(shared / "built-booklet-a5", *args) / "generic" / "en" / "garden-booklet-en.pdf").read_bytes()


def section_marks(sides: list[SheetSide], half: str, sections: int) -> dict[int, str]:
    """Return the section marks, such as “2/3”, on the left or right halves of the sides, by the number of the side."""
    marks = {number: re.findall(rf"\b\d/{sections}\b", getattr(side, half)) for number, side in enumerate(sides)}
    return {number: words[-1] for number, words in marks.items() if words}


@pytest.mark.parametrize(("binding", "first", "last"), [("left", "right", "left"), ("right", "left", "right")])
def test_each_section_has_its_number_on_its_first_page(pages: bytes, binding: str, first: str, last: str) -> None:
    sheets = impose(pages, A4, binding, SaddleStitch(sheets=2))
    assert section_marks(halves(sheets), first, 3) == {0: "1/3", 4: "2/3", 8: "3/3"}
    assert section_marks(halves(sheets), last, 3) == {}
    assert_margins_are_clear(sheets)


def test_section_marks_are_whole_and_in_the_same_place(pages: bytes) -> None:
    marks = []
    sheets = pypdfium2.PdfDocument(impose(pages, A4, "left", SaddleStitch(sheets=2)))
    for number in (0, 4, 8):
        picture, resolution = ink(sheets[number], 5)
        corner = (
            picture.width / 2 + 2 * resolution,
            picture.height - 17 * resolution,
            picture.width / 2 + 15 * resolution,
            picture.height,
        )
        left, top, right, bottom = picture.crop(tuple(map(round, corner))).getbbox()
        marks.append((left / resolution, (right - left) / resolution, top / resolution, (bottom - top) / resolution))
    assert [place[2:] for place in marks] == [pytest.approx(marks[0][2:], abs=0.1)] * 3
    assert marks[0][3] > 2.4, "mm high"


def test_sections_are_consecutive(pages: bytes) -> None:
    sides = halves(impose(pages, A4, "left", SaddleStitch(sheets=2)))
    reading = [page for start, end in ((0, 4), (4, 8), (8, 10)) for page in folded(sides[start:end])]
    assert [flat(re.sub(r"\b\d/3\b", "", page)) for page in reading] == [
        *texts(pages)[:-1],
        *[""] * (-len(texts(pages)) % 4),
        texts(pages)[-1],
    ]


def gutters(data: bytes) -> list[tuple[float, float]]:
    """Return the distances in mm from the fold to the ink on its left and right, for each side."""
    distances = []
    for page in pypdfium2.PdfDocument(data):
        picture, resolution = ink(page, 5)
        picture = without_fold(picture, resolution)
        half = picture.width // 2
        left = picture.crop((0, 0, half, picture.height)).getbbox()
        right = picture.crop((half, 0, *picture.size)).getbbox()
        distances.append(((half - left[2]) / resolution, right[0] / resolution))
    return distances


def test_creep_moves_pages_towards_the_spine() -> None:
    style = "@page { size: 148mm 210mm; margin: 20mm } body { margin: 0 } div { height: 9mm; background: #000; break-after: page }"
    boxes = lay_out(f"<html lang='en'><title>t</title><style>{style}</style><body>{'<div></div>' * 12}")
    distances = gutters(impose(boxes.write_pdf(), A4, "left", SaddleStitch(thickness=1.5)))
    expected = [20, 20, 18.5, 18.5, 17, 17]
    assert [left for left, _right in distances] == pytest.approx(expected, abs=0.1)
    assert [right for _left, right in distances] == pytest.approx(expected, abs=0.1)


def test_innermost_pages_keep_an_inner_margin() -> None:
    stitch, inner_margin = EDITIONS["print"].stitch, 18
    assert inner_margin - creep(stitch.sheets - 1, stitch.thickness) > 15


@pytest.mark.slow
def test_right_to_left_book_is_bound_at_the_right() -> None:
    book = pseudo_book(model(GARDEN, "en"), "ar_XB")
    context = RenderContext(book, ROOT / "templates", pseudo_interface("ar_XB"))
    booklet = lay_out(render_book(context, EDITIONS["print"], A5).html).write_pdf()
    sheets = impose(booklet, A4, "right", SaddleStitch())
    pages = texts(booklet)
    sides = halves(sheets)
    assert (sides[0].left, sides[0].right) == (pages[0], pages[-1])
    expected = [*pages[:-1], *[""] * (-len(pages) % 4), pages[-1]]
    # PDFium orders right-to-left lines, and places characters of /ActualText, by what is beside them.
    assert list(map(letters, folded(sides, "right"))) == list(map(letters, expected))
    assert_margins_are_clear(sheets)


def letters(text: str) -> list[str]:
    """Return the letters of a text in alphabetical order."""
    return sorted(filter(str.isalpha, text))


# --- the handbook ---


def test_handbook_is_a_few_booklets_of_up_to_fifteen_sheets(shared: Path) -> None:
    args = ("--book", HANDBOOK, "--lang", "en", "--edition", "print")
    path = build_once(shared / "built-handbook", *args) / "generic" / "en" / "childhood-all-print-en.pdf"
    sides = halves(path)
    count = ceil(len(sides) / 30)
    marks = section_marks(sides, "right", count)
    assert list(marks.values()) == [f"{number}/{count}" for number in range(1, count + 1)]
    bounds = list(pairwise([*marks, len(sides)]))
    sheets = [(end - start) / 2 for start, end in bounds]
    assert (bounds[0][0], max(sheets) <= 15, max(sheets) - min(sheets) <= 1) == (0, True, True)
    reading, feet = (
        [page for start, end in bounds for page in folded(rows[start:end])] for rows in (sides, halves(path, FOOT))
    )
    book = model(HANDBOOK, "en")
    assert reading[0].startswith(plain(book.title))
    assert reading[-1].startswith(interface("en")["Call your team"])
    # The folio is at the outer side: the first word at the foot of a left page, and the last one of a right page.
    folios = [foot.split()[-(number % 2) :][:1] for number, foot in enumerate(feet, 1)]
    unnumbered = [number for number, page in enumerate(reading, 1) if page and folios[number - 1] != [str(number)]]
    assert unnumbered == [1, len(reading)]
    assert_margins_are_clear(path)
