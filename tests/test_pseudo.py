"""The handbook in pseudo-languages: all text is translatable, nothing overflows, right-to-left is mirrored."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from string import ascii_uppercase

import pypdfium2
import pytest
from lxml import etree
from structure import BLOCKS, Element, read_structure
from support_pages import Box, Laid, all_overflows, drawings, make_epub, make_pdf, overlap, texts
from support_pseudo import OVERRIDE, PSEUDO, pseudo_book
from support_validators import epubcheck

from carepress.model import EDITIONS, Book, ResourceList, Segment, map_segments, segments
from carepress.pages.drawings import set_label
from carepress.pages.render import min_label_size
from carepress.pdf.fill_page import HIGHEST
from carepress.preflight.ebook import check_epub
from carepress.text.bidi import split_runs
from support import (
    GARDEN,
    HANDBOOK,
    XHTML,
    XML_LANG,
    Epub,
    as_printed,
    flat,
    model,
    open_pdf,
    plain,
    printed,
)

BOOKLET, SHEETS = EDITIONS["booklet"], EDITIONS["sheets"]
# Letters that have an accented twin in the font.
PLAIN_LETTER = re.compile(r"[aAcCdDeEfgGhHiIkKlLnNoOpPrRsStTuUyYzZ]")
# Babel has dates in no pseudo-language; names of sites, a license, a language and units stay as they are.
EXEMPT = (
    set(
        "January February November Cancer.Net www.survivorshipguidelines.org CC BY English °C Mon Tue Wed Thu Fri Sat Sun".split()
    )
    | {"Atkinson", "Hyperlegible", "Braille", "Institute", "SIL", "Open", "Font", "License"}
    | set(ascii_uppercase)
)  # index
WORD = re.compile(r"[^\s\[\](){},;:“”~]+")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pseudo")


def booklet(lang: str, made: Path) -> Laid:
    return make_pdf(pseudo_book(model(HANDBOOK, "en"), lang), BOOKLET, made / f"{lang}.pdf")


def loose_sheets(lang: str, made: Path) -> Laid:
    """Return the edition of sheets, most of which the booklet does not have."""
    return make_pdf(pseudo_book(model(HANDBOOK, "en"), lang), SHEETS, made / f"sheets-{lang}.pdf")


@pytest.fixture(scope="session")
def accented(made: Path) -> Laid:
    return booklet("en_XA", made)


@pytest.fixture(scope="session")
def mirrored(made: Path) -> Laid:
    return booklet("ar_XB", made)


@pytest.fixture(scope="session")
def accented_sheets(made: Path) -> Laid:
    return loose_sheets("en_XA", made)


@pytest.fixture(scope="session")
def mirrored_sheets(made: Path) -> Laid:
    return loose_sheets("ar_XB", made)


IN_PSEUDO = [pytest.param(lang, marks=pytest.mark.handbook) for lang in PSEUDO]


@pytest.fixture(params=IN_PSEUDO)
def laid(request: pytest.FixtureRequest) -> Laid:
    return request.getfixturevalue({"en_XA": "accented", "ar_XB": "mirrored"}[request.param])


@pytest.fixture(params=IN_PSEUDO)
def laid_sheets(request: pytest.FixtureRequest) -> Laid:
    return request.getfixturevalue({"en_XA": "accented_sheets", "ar_XB": "mirrored_sheets"}[request.param])


@pytest.fixture(scope="session")
def blocks(accented: Laid, accented_sheets: Laid) -> list[Element]:
    """Return the blocks of text of the booklet and of the sheets."""
    trees = (read_structure(laid.path) for laid in (accented, accented_sheets))
    return [item for tree in trees for item in tree.walk() if item.role in BLOCKS]


@pytest.fixture(scope="session")
def epubs(made: Path) -> dict[str, Epub]:
    book = model(HANDBOOK, "en")
    return {lang: make_epub(pseudo_book(book, lang), made / f"{lang}.epub") for lang in PSEUDO}


def unaccented(text: str) -> set[str]:
    """Return the words of a text that have a letter without an accent."""
    words = {word.rstrip(".").removesuffix("’š") for word in WORD.findall(text)}
    return {word for word in words if PLAIN_LETTER.search(word)} - EXEMPT


# --- accented: all text is in the catalogs, none is lost ---


@pytest.mark.slow
def test_pseudo_text_is_longer_and_keeps_links_and_doses() -> None:
    change = PSEUDO["en_XA"]
    text = change("See [the plan](chapter:plan) by {date}: 100 mcg, www.example.org.")
    assert text.startswith("[Šéé [ţħé þļåñ](chapter:plan) bý {date}: 100 mcg, www.example.org. ~")
    assert text.endswith("~]")
    assert unaccented(re.sub(r"\(\S+\)|\{\w+\}|100 mcg|www\S+", "", text)) == set()
    text = "Write down what your child eats, and when."
    assert 1.3 * len(text) < len(change(text)) < 1.6 * len(text)


def test_booklet_and_sheets_are_all_accented(accented: Laid, accented_sheets: Laid, blocks: list[Element]) -> None:
    assert len(blocks) > 3000
    assert set().union(*(unaccented(f"{item.own_text()} {item.alt or ''}") for item in blocks)) == set()
    pages = accented.pages + accented_sheets.pages
    margins = [box.words() for page in pages for box in page.children if box.tag.startswith("@")]
    assert len(margins) > 300
    assert unaccented(" ".join(margins)) == set()


def test_metadata_are_all_accented(accented: Laid) -> None:
    pdf = open_pdf(accented.path)
    facts = " ".join(str(pdf.file.docinfo[name]) for name in ("/Title", "/Author", "/Subject", "/Keywords"))
    titles = " ".join(title for title, _page in pdf.bookmarks(3))
    assert len(titles) > 1000
    assert unaccented(f"{facts} {titles}") == set()


def test_epub_is_all_accented(epubs: dict[str, Epub]) -> None:
    epub = epubs["en_XA"]
    assert len(epub.text) > 100_000
    assert unaccented(epub.text) == set()
    for file in ("EPUB/nav.xhtml", "EPUB/toc.ncx"):
        assert unaccented(" ".join(epub.tree(file).itertext())) == set()
    drawn = (node.text or "" for root in epub.pages.values() for node in root.iter("{*}title", "{*}desc"))
    assert unaccented(" ".join(drawn)) == set()
    visible = {"title", "creator", "description", "subject"}
    facts = [node.text for node in epub.package.iter() if etree.QName(node).localname in visible]
    facts += epub.package.xpath("//*[@property='schema:accessibilitySummary']/text()")
    assert len(facts) > 6
    assert unaccented(" ".join(facts)) == set()
    spoken = [value for root in epub.pages.values() for value in root.xpath("//@aria-label | //@alt")]
    assert unaccented(" ".join(spoken)) == set()


def is_balanced(text: str) -> bool:
    """Return whether the brackets are balanced."""
    depths = [0]
    for letter in text:
        depths.append(depths[-1] + {"[": 1, "]": -1}.get(letter, 0))
    return min(depths) == depths[-1] == 0


def test_blocks_of_the_booklet_have_balanced_brackets(accented: Laid, blocks: list[Element]) -> None:
    assert [text for item in blocks if not is_balanced(text := item.text())] == []
    feet = [box.words().strip() for box in accented.each("@bottom-left", "@bottom-right")]
    heads = [text for text in feet if text and not text.isdigit()]
    assert len(heads) > 100
    assert [text for text in heads if not re.fullmatch(r"\[.+\]", text)] == []


def test_blocks_of_the_epub_have_balanced_brackets(epubs: dict[str, Epub]) -> None:
    tags = [XHTML + tag for tag in ("p", "h1", "h2", "h3", "li", "dt", "dd", "th", "td", "caption", "figcaption")]
    blocks = ["".join(node.itertext()) for root in epubs["en_XA"].pages.values() for node in root.iter(*tags)]
    assert len(blocks) > 2000
    assert [text for text in blocks if not is_balanced(text)] == []


def test_every_segment_is_printed(blocks: list[Element]) -> None:
    whole = pseudo_book(model(HANDBOOK, "en"), "en_XA")
    book = (replace(as_printed(whole), cover=None), tuple(whole.sheets()))
    unseen = {"book description", "subject", "drawing label", "running head", "placeholder", "packet"}
    read = flat(" ".join(f"{item.own_text()} {item.alt or ''}" for item in blocks))
    # Words of narrow columns are broken; links are in a message with the number of their page.
    read = re.sub(r"\[([^\[\]]*) \(þåğé\s\d+\)\s?~*\]", r"\1", read)
    read = re.sub(r"\s|-", "", read)
    # A blank or a link's page number may be inside: the beginning and the end are compared.
    missing = [
        text
        for item in segments(book)
        if item.kind not in unseen
        if (text := re.sub(r"\s|-", "", plain(item))) and (text[:12] not in read or text[-12:] not in read)
    ]
    assert missing == []


# --- both: nothing overflows ---


def test_nothing_overflows(laid: Laid) -> None:
    assert sum(len(texts(page)) for page in laid.pages) > 5000
    assert all_overflows(laid) == []


def test_nothing_overflows_on_sheets(laid_sheets: Laid) -> None:
    assert sum(len(texts(page)) for page in laid_sheets.pages) > 1000
    assert all_overflows(laid_sheets) == []


def test_drawings_fit_the_page(laid: Laid) -> None:
    assert_drawings_fit(laid, len([*drawings(printed(HANDBOOK, "en"))]))


def test_drawings_fit_the_sheets(laid_sheets: Laid) -> None:
    assert_drawings_fit(laid_sheets, sum(is_mark for _drawing, is_mark in drawings(model(HANDBOOK, "en"))))


def assert_drawings_fit(laid: Laid, count: int) -> None:
    svgs = [(box, page) for page in laid.pages for box in page.walk() if box.tag == "svg"]
    # The others are signs and boxes to tick.
    drawn = [(box, page) for box, page in svgs if box.place[2] - box.place[0] > 50]
    assert len([box for box, _page in drawn if not box.nearest("tailpiece")]) == count
    for box, page in drawn:
        assert page.content[0] - 1 <= box.place[0] < box.place[2] <= page.content[2] + 1
        assert page.content[1] - 1 <= box.place[1] < box.place[3] <= page.content[3] + 1
        assert [piece.text for piece in texts(page) if overlap(piece.place, box.place, 2)] == []


@pytest.mark.parametrize("lang", PSEUDO)
@pytest.mark.parametrize("paper", BOOKLET.papers, ids=lambda paper: paper.name)
def test_labels_stay_in_their_drawings(lang: str, paper: object) -> None:
    book = pseudo_book(model(HANDBOOK, "en"), lang)
    all_drawings = list(drawings(book))
    assert len(all_drawings) == 11
    for drawing, is_mark in all_drawings:
        smallest = min_label_size(BOOKLET, paper, drawing, is_mark)
        labels = [set_label(label, None, drawing, smallest) for label in drawing.labels]
        places = [
            [(line.extent()[0], line.top(), line.extent()[1], line.bottom()) for line in lines] for lines in labels
        ]
        for lines, rows in zip(labels, places):
            assert min(line.size for line in lines) >= smallest - 0.01, drawing.id
            for left, top, right, bottom in rows:
                assert 0 <= left < right <= drawing.width, drawing.id
                assert 0 <= top < bottom <= drawing.height, drawing.id
        rows = [(number, row) for number, lines in enumerate(places) for row in lines]
        assert [1 for one, a in rows for two, b in rows if one < two and overlap(a, b, 1)] == [], drawing.id


def sheet_pages(laid: Laid) -> dict[str, list[int]]:
    pages: dict[str, list[int]] = {}
    for number, page in enumerate(laid.pages, 1):
        for box in page.find("sheet"):
            pages.setdefault(box.attributes["id"], []).append(number)
    return pages


def test_sheets_begin_on_their_own_pages(laid: Laid) -> None:
    assert_own_pages(laid, printed(HANDBOOK, "en"))


def test_loose_sheets_begin_on_their_own_pages(laid_sheets: Laid) -> None:
    assert_own_pages(laid_sheets, model(HANDBOOK, "en"))


def assert_own_pages(laid: Laid, book: Book) -> None:
    pages = sheet_pages(laid)
    assert list(pages) == [f"sheet-{item.id}" for item in book.sheets()]
    flat_pages = [number for numbers in pages.values() for number in numbers]
    assert flat_pages == list(range(flat_pages[0], flat_pages[-1] + 1)), "each begins a page, and no page has two"
    assert max(map(len, pages.values())) <= 3
    # The rows of a sheet grow until they fill its last page, or are as high as they may be.
    last_pages = {name: laid.pages[numbers[-1] - 1] for name, numbers in pages.items()}
    assert [name for name, page in last_pages.items() if free_space(page) > 0.08 and not are_highest(page)] == []
    assert sum(free_space(page) <= 0.08 for page in last_pages.values()) >= len(last_pages) - 3


def are_highest(page: Box) -> bool:
    """Return whether all rows of a page are so high that they are not stretched further."""
    heights = [
        (box.place[3] - box.place[1]) / lines
        for box in page.walk()
        if "grow" in box.classes
        for lines in [next(int(name[6:]) for name in box.classes if name.startswith("lines-"))]
    ]
    return min(heights) >= HIGHEST - 1


def free_space(page: Box) -> float:
    """Return how much of a page is empty below its last line, as a share of its height."""
    lowest = max(box.place[3] for box in page.walk() if box.kind == "TableCellBox" or "rule" in box.classes)
    return (page.content[3] - lowest) / (page.content[3] - page.content[1])


# --- right to left: the layout is mirrored ---


def test_direction_is_right_to_left(mirrored: Laid, epubs: dict[str, Epub]) -> None:
    assert {box.attributes["dir"] for box in mirrored.each("html")} == {"rtl"}
    epub = epubs["ar_XB"]
    assert epub.package.find("{*}spine").get("page-progression-direction") == "rtl"
    assert epubs["en_XA"].package.find("{*}spine").get("page-progression-direction") in (None, "ltr")
    for root in (*epub.pages.values(), epub.nav):
        assert (root.get("lang"), root.get(XML_LANG), root.get("dir")) == ("ar-XB", "ar-XB", "rtl")


def test_epubcheck(epubs: dict[str, Epub]) -> None:
    assert {lang: check_epub(book.path.read_bytes(), lang) for lang, book in epubs.items()} == {
        "en_XA": [],
        "ar_XB": [],
    }
    assert epubcheck(*(book.path for book in epubs.values())) == {}


def test_running_heads_and_folios_are_mirrored(accented: Laid, mirrored: Laid) -> None:
    def sides(laid: Laid, flip: bool) -> set[tuple[str, bool, str, int]]:
        """Return the side of each margin text: its name, on an even page or not, where, and how far in."""
        positions = set()
        for number, page in enumerate(laid.pages, 1):
            width = page.place[2] - page.place[0]
            for box in page.children:
                for piece in texts(box) if box.tag.startswith("@") else ():
                    left, right = piece.place[0], width - piece.place[2]
                    left, right = (right, left) if flip else (left, right)
                    kind = "folio" if piece.text.strip().isdigit() else "head"
                    positions.add((kind, number % 2 == 0, "left" if left < right else "right", round(min(left, right))))
        return positions

    positions = sides(accented, flip=False)
    assert {row[:3] for row in positions} == {
        ("folio", True, "left"),
        ("folio", False, "right"),
        ("head", True, "right"),
        ("head", False, "left"),
    }
    assert sides(mirrored, flip=True) == positions
    # The cover and the back have margins of their own, and the back may be on either side.
    lefts = {page.content[0] for page in mirrored.pages[1:-1:2]}
    assert lefts == {page.content[0] for page in accented.pages[2:-1:2]}


def test_running_head_of_the_part_is_on_even_pages(mirrored: Laid) -> None:
    parts = {item.title.text for item in pseudo_book(model(HANDBOOK, "en"), "ar_XB").parts}
    for number, page in enumerate(mirrored.pages, 1):
        for box in page.find("@bottom-left", "@bottom-right"):
            if number % 2 == 0 and (head := box.words().strip()) and not head.isdigit():
                assert head in parts


def rows(laid: Laid, kind: str) -> list[list[Box]]:
    """Return the cells of each row of the tables of a kind."""
    return [
        cells
        for page in laid.pages
        for row in page.walk()
        if row.kind == "TableRowBox" and (table := row.nearest("table")) and kind in table.classes
        if (cells := [cell for cell in row.children if cell.tag in ("th", "td")])
    ]


def test_tables_are_mirrored(accented: Laid, mirrored: Laid) -> None:
    assert_rows_are_mirrored(rows(accented, "data"), rows(mirrored, "data"), 30)


def test_tables_of_sheets_are_mirrored(accented_sheets: Laid, mirrored_sheets: Laid) -> None:
    assert_rows_are_mirrored(rows(accented_sheets, "fill"), rows(mirrored_sheets, "fill"), 100)


def assert_rows_are_mirrored(straight: list[list[Box]], mirrored: list[list[Box]], least: int) -> None:
    assert len(mirrored) > least
    for cells in mirrored:
        assert all(one.place[0] >= two.place[2] - 1 for one, two in pairwise(cells))
    for cells in straight:
        assert all(one.place[2] <= two.place[0] + 1 for one, two in pairwise(cells))


def test_fill_in_tables_have_borders_on_both_sides(mirrored_sheets: Laid) -> None:
    fill = rows(mirrored_sheets, "fill")
    assert len(fill) > 100
    for cells in fill:
        assert all(cell.borders[0] > 0 for cell in cells)
        assert [cell.borders[2] > 0 for cell in cells] == [True] + [False] * (len(cells) - 1)


def test_markers_are_at_the_right(mirrored: Laid) -> None:
    markers = 0
    for page in mirrored.pages:
        for marker in page.walk():
            if marker.tag == "li::marker" and marker.kind == "TextBox":
                item = marker.nearest("li")
                assert item
                assert marker.place[0] >= item.content[2] - 1
                markers += 1
    assert markers > 300


def test_borders_are_mirrored(accented: Laid, mirrored: Laid) -> None:
    bars, turned = accented.each("summary"), mirrored.each("summary")
    assert len(turned) > 10
    assert {(box.borders[0] > 0, box.borders[2] > 0) for box in bars} == {(True, False)}
    assert {(box.borders[0] > 0, box.borders[2] > 0) for box in turned} == {(False, True)}
    inner = {(round(box.content[0] - box.place[0]), round(box.place[2] - box.content[2])) for box in bars}
    assert {(round(box.content[0] - box.place[0]), round(box.place[2] - box.content[2])) for box in turned} == {
        (right, left) for left, right in inner
    }


def first_text(box: Box) -> Box:
    return next(piece for piece in texts(box))


def test_sheets_are_mirrored(mirrored: Laid, mirrored_sheets: Laid) -> None:
    rings = [[*box.find("ring")] for box in mirrored_sheets.each("rings")]
    assert len(rings) > 100
    for row in rings:
        for one, two in pairwise(row):
            assert one.place[1] < two.place[1] or one.place[0] >= two.place[2] - 1
    names = mirrored_sheets.each("sheet-name")
    assert len(names) > 10
    for name in names:
        parts = [*name.find("label", "rule")]
        assert all(one.place[0] >= two.place[2] - 1 for one, two in pairwise(parts))
    thirds = [[*box.find("field")] for box in mirrored_sheets.each("field-line")]
    assert any(len(fields) > 1 for fields in thirds)
    for fields in thirds:
        for one, two in pairwise(fields):
            assert one.place[1] < two.place[1] or one.place[0] >= two.place[2] - 1
    lines = [line for box in mirrored.each("telephones") for line in box.find("li")]
    assert len(lines) > 10
    for line in lines:
        (label,), (blank,) = line.find("label"), line.find("blank")
        assert label.place[0] >= blank.place[2] - 1


def test_contents_are_mirrored(mirrored: Laid) -> None:
    """The page number of a row is at its right, before the title."""
    call, *lines = [line for box in mirrored.each("contents") for line in box.find("a")]
    assert "toc-call" in call.classes
    assert len(lines) > 30
    for line in lines:
        number, *title = texts(line)
        assert number.text.isdigit()
        assert title
        assert number.place[0] >= max(piece.place[2] for piece in title)


# --- right to left: doses and telephone numbers stay in order ---

DOSES = (
    "100 mcg",
    "0.5 mg/kg",
    "1–2 mL",
    "0808 800 40 40",
    "+1 (555) 010-9999",
    "37.5 °C",
    "1,000",
    "90%",
)


Letter = tuple[float, float, str]  # left, right


def lines_of_letters(path: Path, last: int | None = None) -> Iterator[list[Letter]]:
    """Yield the lines of a PDF as printed: the letters from left to right, without spaces."""
    for page in list(pypdfium2.PdfDocument(path))[:last]:
        text = page.get_textpage()
        lines: dict[float, list[Letter]] = {}
        for index in range(text.count_chars()):
            letter = text.get_text_range(index, 1)
            if letter.strip():
                left, bottom, right, _top = text.get_charbox(index, loose=True)
                lines.setdefault(round(bottom), []).append((left, right, letter))
        yield from map(sorted, lines.values())


def printed_lines(path: Path) -> Iterator[str]:
    return ("".join(letter for *_place, letter in line) for line in lines_of_letters(path))


def test_letters_do_not_overlap(mirrored: Laid) -> None:
    """The trailing space of a line is at its left; it must not push a word into the next."""

    def width(letter: Letter) -> float:
        return letter[1] - letter[0]

    # Large letters are kerned by more. Tables on sheets have captions for screen readers only, wherever they are.
    before_sheets = min(map(min, sheet_pages(mirrored).values())) - 1
    overlapping = [
        "".join(letter for *_place, letter in line)
        for line in lines_of_letters(mirrored.path, last=before_sheets)
        if any(two[0] < one[1] - max(2, 0.15 * min(map(width, (one, two)))) for one, two in pairwise(line))
    ]
    assert overlapping == []


def book_with_doses() -> Book:
    """Return a small book in ar_XB with doses and numbers in paragraphs, tables, lists and sheets."""

    def change(segment: Segment) -> Segment:
        if segment.kind == "drawing label" or not segment.has_words:
            return segment
        # A column may be narrower than a telephone number, which stays on one line.
        runs = [run for run in DOSES if len(run) < 12] if segment.kind == "table cell" else DOSES
        doses = "; ".join(f"take {run} now" for run in runs)
        long = segment.kind in ("paragraph", "list item", "table cell", "note")
        return replace(segment, source=f"{segment.source}: {doses}") if long else segment

    return pseudo_book(map_segments(model(GARDEN, "en"), change), "ar_XB")


def test_words_are_printed_right_to_left(mirrored: Laid) -> None:
    printed_text = "".join(printed_lines(mirrored.path))
    assert printed_text.count("tnemtaert") > 100
    assert "treatment" not in printed_text


def test_numbers_of_the_handbook_stay_in_order(mirrored: Laid) -> None:
    book = pseudo_book(model(HANDBOOK, "en"), "ar_XB")
    lists = [b for chapter in book.chapters() for b in chapter.blocks if isinstance(b, ResourceList)]
    addresses = [item.address for block in lists for item in block.resources if item.address]
    runs = Counter(run for item in segments(book) for run, kept in split_runs(item.text) if kept) + Counter(addresses)
    assert "0808 800 40 40" in runs
    printed_text = "\n".join(printed_lines(mirrored.path))
    assert {run: count for run, count in runs.items() if printed_text.count("".join(run.split())) < count} == {}


@pytest.mark.slow
def test_doses_and_telephone_numbers_stay_in_order(made: Path) -> None:
    book = book_with_doses()
    counts = Counter(run for item in segments(book) for run in DOSES if run in item.text)
    assert len(counts) == len(DOSES)
    assert min(counts.values()) > 20
    laid = make_pdf(book, BOOKLET, made / "careful.pdf")
    printed_text = "\n".join(printed_lines(laid.path))
    printed = {run: printed_text.count(run.replace(" ", "")) for run in DOSES}
    assert printed == {run: pytest.approx(counts[run], abs=5) for run in DOSES}
    # WeasyPrint's boxes include the trailing space of a line.
    assert all_overflows(laid, by=4.5) == []
    epub = make_epub(book, made / "careful.epub")
    isolated = Counter(
        "".join(node.itertext()).replace("\u00a0", " ")  # binds a unit to its number
        for root in epub.pages.values()
        for node in root.iter(XHTML + "bdi")
        if node.get("dir") == "ltr"
    )
    assert {run: isolated[run] > 15 for run in DOSES} == dict.fromkeys(DOSES, True)


def test_each_word_has_its_own_override() -> None:
    text = PSEUDO["ar_XB"]("Take 100 mcg, or call +1 (555) 010-9999.")
    assert text.count(OVERRIDE) == 3
    assert "100 mcg" in text
    assert "+1 (555) 010-9999" in text
