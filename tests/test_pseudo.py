"""The handbook in languages that nobody speaks: no string escapes the catalogs, nothing overflows, all is mirrored."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from lxml import etree
from structure import BLOCKS, Element, read_structure
from support_pages import Box, Laid, all_overflows, drawings, make_epub, make_pdf, overlap, texts
from support_pseudo import OVERRIDE, PSEUDO, pseudo_book, pseudo_gettext

from carepress.model import EDITIONS, Book, CardsPart, Segment, TablePart, map_segments, segments
from carepress.pages.drawings import set_label
from carepress.pages.render import min_label_size
from carepress.preflight.ebook import check_epub
from carepress.text.bidi import split_runs
from support import GARDEN, HANDBOOK, XHTML, XML_LANG, Epub, epubcheck, flat, model, open_pdf, plain

pytestmark = pytest.mark.xdist_group("pseudo")  # each book is laid out once
BOOKLET = EDITIONS["booklet"]
# Letters that have an accented twin in the font.
PLAIN_LETTER = re.compile(r"[aAcCdDeEfgGhHiIkKlLnNoOpPrRsStTuUyYzZ]")
# Dates are Babel's, who speaks no pseudo-language; names of sites, a license, a language and units are kept.
KEPT = {"January", "February", "November", "Cancer.Net", "www.survivorshipguidelines.org", "CC", "BY", "English", "°C"}
WORD = re.compile(r"[^\s\[\](){},;:“”~]+")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pseudo")


def booklet(lang: str, made: Path) -> Laid:
    return make_pdf(pseudo_book(model(HANDBOOK, "en"), lang), BOOKLET, made / f"{lang}.pdf")


@pytest.fixture(scope="session")
def accented(made: Path) -> Laid:
    return booklet("en_XA", made)


@pytest.fixture(scope="session")
def mirrored(made: Path) -> Laid:
    return booklet("ar_XB", made)


@pytest.fixture(params=[pytest.param(lang, marks=pytest.mark.handbook) for lang in PSEUDO])
def laid(request: pytest.FixtureRequest) -> Laid:
    return request.getfixturevalue({"en_XA": "accented", "ar_XB": "mirrored"}[request.param])


@pytest.fixture(scope="session")
def tree(accented: Laid) -> Element:
    return read_structure(accented.path)


@pytest.fixture(scope="session")
def epubs(made: Path) -> dict[str, Epub]:
    book = model(HANDBOOK, "en")
    return {lang: make_epub(pseudo_book(book, lang), made / f"{lang}.epub") for lang in PSEUDO}


def escaped(text: str) -> set[str]:
    """Return the words of a text that have a letter without an accent."""
    words = {word.rstrip(".").removesuffix("’š") for word in WORD.findall(text)}
    return {word for word in words if PLAIN_LETTER.search(word)} - KEPT


# --- accented: nothing escapes the catalogs, nothing is lost ---


def test_pseudo_text_is_a_third_longer_and_keeps_what_a_translator_keeps() -> None:
    change = pseudo_gettext("en_XA")
    text = change("See [the plan](chapter:plan) by {date}: 100 mcg, www.example.org.")
    assert text.startswith("[Šéé [ţħé þļåñ](chapter:plan) bý {date}: 100 mcg, www.example.org. ~")
    assert text.endswith("~]")
    assert escaped(re.sub(r"\(\S+\)|\{\w+\}|100 mcg|www\S+", "", text)) == set()
    text = "Write down what your child eats, and when."
    assert 1.3 * len(text) < len(change(text)) < 1.6 * len(text)


def test_no_letter_of_the_booklet_is_plain(accented: Laid, tree: Element) -> None:
    blocks = [item for item in tree.walk() if item.role in BLOCKS]
    assert len(blocks) > 3000
    assert set().union(*(escaped(f"{item.own_text()} {item.alt or ''}") for item in blocks)) == set()
    margins = [box.words() for page in accented.pages for box in page.children if box.tag.startswith("@")]
    assert len(margins) > 300
    assert escaped(" ".join(margins)) == set()


def test_no_letter_of_its_metadata_is_plain(accented: Laid) -> None:
    pdf = open_pdf(accented.path)
    facts = " ".join(str(pdf.file.docinfo[name]) for name in ("/Title", "/Author", "/Subject", "/Keywords"))
    titles = " ".join(title for title, _page in pdf.bookmarks(3))
    assert len(titles) > 1000
    assert escaped(f"{facts} {titles}") == set()


def test_no_letter_of_the_epub_is_plain(epubs: dict[str, Epub]) -> None:
    epub = epubs["en_XA"]
    assert len(epub.text) > 100_000
    assert escaped(epub.text) == set()
    for file in ("EPUB/nav.xhtml", "EPUB/toc.ncx"):
        assert escaped(" ".join(epub.tree(file).itertext())) == set()
    drawn = (node.text or "" for root in epub.pages.values() for node in root.iter("{*}title", "{*}desc"))
    assert escaped(" ".join(drawn)) == set()
    shown = {"title", "creator", "description", "subject"}
    facts = [node.text for node in epub.package.iter() if etree.QName(node).localname in shown]
    facts += epub.package.xpath("//*[@property='schema:accessibilitySummary']/text()")
    assert len(facts) > 6
    assert escaped(" ".join(facts)) == set()
    spoken = [value for root in epub.pages.values() for value in root.xpath("//@aria-label | //@alt")]
    assert escaped(" ".join(spoken)) == set()


def is_whole(text: str) -> bool:
    """Return whether each bracket that opens is closed, and closes after it has opened."""
    depths = [0]
    for letter in text:
        depths.append(depths[-1] + {"[": 1, "]": -1}.get(letter, 0))
    return min(depths) == depths[-1] == 0


def test_every_block_of_the_booklet_is_whole(accented: Laid, tree: Element) -> None:
    blocks = [item.text() for item in tree.walk() if item.role in BLOCKS]
    assert [text for text in blocks if not is_whole(text)] == []
    heads = [box.words().strip() for box in accented.each("@top-left", "@top-right")]
    assert [text for text in heads if text and not re.fullmatch(r"\[.+\]", text)] == []


def test_every_block_of_the_epub_is_whole(epubs: dict[str, Epub]) -> None:
    tags = [XHTML + tag for tag in ("p", "h1", "h2", "h3", "li", "dt", "dd", "th", "td", "caption", "figcaption")]
    blocks = ["".join(node.itertext()) for root in epubs["en_XA"].pages.values() for node in root.iter(*tags)]
    assert len(blocks) > 3000
    assert [text for text in blocks if not is_whole(text)] == []


def test_every_segment_is_printed(accented: Laid, tree: Element) -> None:
    book = replace(pseudo_book(model(HANDBOOK, "en"), "en_XA"), cover=None, schedules=())
    unseen = {"book description", "subject", "drawing label", "running head", "placeholder"}
    read = flat(" ".join(f"{item.own_text()} {item.alt or ''}" for item in tree.walk() if item.role in BLOCKS))
    # Words of narrow columns are broken; links are followed by a page number.
    read = re.sub(r" \(\[þåğé~~\]\s\d+\)|\s|-", "", read)
    # A blank or a link's page number may stand inside; the beginning and the end tell that all is there.
    missing = [
        text
        for item in segments(book)
        if item.kind not in unseen
        if (text := re.sub(r"\s|-", "", plain(item))) and (text[:12] not in read or text[-12:] not in read)
    ]
    assert missing == []


# --- both: nothing reaches out of its box ---


def test_nothing_reaches_out_of_its_box(laid: Laid) -> None:
    assert sum(len(texts(page)) for page in laid.pages) > 8000
    assert all_overflows(laid) == []


def test_no_drawing_reaches_out_of_the_page(laid: Laid) -> None:
    drawn = [(box, page) for page in laid.pages for box in page.walk() if box.tag == "svg"]
    assert len(drawn) == 10
    for box, page in drawn:
        assert page.content[0] - 1 <= box.place[0] < box.place[2] <= page.content[2] + 1
        assert page.content[1] - 1 <= box.place[1] < box.place[3] <= page.content[3] + 1
        assert [piece.text for piece in texts(page) if overlap(piece.place, box.place, 2)] == []


@pytest.mark.parametrize("lang", PSEUDO)
@pytest.mark.parametrize("paper", BOOKLET.papers, ids=lambda paper: paper.name)
def test_labels_stay_in_their_drawings(lang: str, paper: object) -> None:
    book = pseudo_book(model(HANDBOOK, "en"), lang)
    found = list(drawings(book))
    assert len(found) == 10
    for drawing, is_mark in found:
        least = min_label_size(BOOKLET, paper, drawing, is_mark)
        labels = [set_label(label, None, drawing, least) for label in drawing.labels]
        places = [
            [(line.extent()[0], line.top(), line.extent()[1], line.bottom()) for line in lines] for lines in labels
        ]
        for lines, rows in zip(labels, places):
            assert min(line.size for line in lines) >= least - 0.01, drawing.id
            for left, top, right, bottom in rows:
                assert 0 <= left < right <= drawing.width, drawing.id
                assert 0 <= top < bottom <= drawing.height, drawing.id
        rows = [(number, row) for number, lines in enumerate(places) for row in lines]
        assert [1 for one, a in rows for two, b in rows if one < two and overlap(a, b, 1)] == [], drawing.id


def sheet_pages(laid: Laid) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, page in enumerate(laid.pages, 1):
        for box in page.find("sheet"):
            found.setdefault(box.attributes["id"], []).append(number)
    return found


def test_sheets_stay_on_their_pages(laid: Laid) -> None:
    pages = sheet_pages(laid)
    assert list(pages) == [f"sheet-{item.id}" for item in model(HANDBOOK, "en").sheets()]
    flat_pages = [number for numbers in pages.values() for number in numbers]
    assert flat_pages == list(range(flat_pages[0], flat_pages[-1] + 1)), "each begins a page, and no page has two"
    assert max(map(len, pages.values())) <= 4
    # What is repeated goes down to the foot of the sheet's last page.
    ends = {f"sheet-{item.id}": item.parts[-1] for item in model(HANDBOOK, "en").sheets()}
    long = [name for name, part in ends.items() if isinstance(part, CardsPart) or is_repeated(part)]
    assert len(long) > 5
    assert [name for name in long if free_space(laid.pages[pages[name][-1] - 1]) > 0.3] == []


def is_repeated(part: object) -> bool:
    return isinstance(part, TablePart) and not part.row_labels


def free_space(page: Box) -> float:
    """Return how much of a page is empty below its last line, as a share of its height."""
    lowest = max(box.place[3] for box in page.walk() if box.kind == "TableCellBox" or box.classes & {"rule", "card"})
    return (page.content[3] - lowest) / (page.content[3] - page.content[1])


# --- right to left: all is mirrored ---


def test_the_booklet_runs_from_right_to_left(mirrored: Laid, epubs: dict[str, Epub]) -> None:
    assert {box.attributes["dir"] for box in mirrored.each("html")} == {"rtl"}
    epub = epubs["ar_XB"]
    assert epub.package.find("{*}spine").get("page-progression-direction") == "rtl"
    assert epubs["en_XA"].package.find("{*}spine").get("page-progression-direction") in (None, "ltr")
    for root in (*epub.pages.values(), epub.nav):
        assert (root.get("lang"), root.get(XML_LANG), root.get("dir")) == ("ar-XB", "ar-XB", "rtl")


@pytest.mark.parametrize("lang", PSEUDO)
def test_epubcheck(lang: str, epubs: dict[str, Epub], tmp_path: Path) -> None:
    assert check_epub(epubs[lang].path.read_bytes(), lang) == []
    assert epubcheck(epubs[lang].path, tmp_path / "report.json") == []


def test_running_heads_and_folios_are_at_the_other_side(accented: Laid, mirrored: Laid) -> None:
    def sides(laid: Laid, turned: bool) -> set[tuple[str, bool, str, int]]:
        """Return the side of each margin text: its name, on an even page or not, where, and how far in."""
        found = set()
        for number, page in enumerate(laid.pages, 1):
            width = page.place[2] - page.place[0]
            for box in page.children:
                for piece in texts(box) if box.tag.startswith("@") else ():
                    left, right = piece.place[0], width - piece.place[2]
                    left, right = (right, left) if turned else (left, right)
                    kind = "folio" if piece.text.strip().isdigit() else "head"
                    found.add((kind, number % 2 == 0, "left" if left < right else "right", round(min(left, right))))
        return found

    found = sides(accented, turned=False)
    assert {row[:3] for row in found} == {
        ("folio", True, "left"),
        ("folio", False, "right"),
        ("head", True, "left"),
        ("head", False, "right"),
    }
    assert sides(mirrored, turned=True) == found
    # The cover and the back have margins of their own, and the back may be on either side.
    lefts = {page.content[0] for page in mirrored.pages[1:-1:2]}
    assert lefts == {page.content[0] for page in accented.pages[2:-1:2]}


def test_head_of_the_part_is_on_even_pages(mirrored: Laid) -> None:
    parts = {item.title.text for item in pseudo_book(model(HANDBOOK, "en"), "ar_XB").parts}
    for number, page in enumerate(mirrored.pages, 1):
        for box in page.find("@top-left", "@top-right"):
            if number % 2 == 0 and box.words().strip():
                assert box.words().strip() in parts


def rows(laid: Laid, kind: str) -> list[list[Box]]:
    """Return the cells of each row of the tables of a kind."""
    return [
        cells
        for page in laid.pages
        for row in page.walk()
        if row.kind == "TableRowBox" and (table := row.nearest("table")) and kind in table.classes
        if (cells := [cell for cell in row.children if cell.tag in ("th", "td")])
    ]


@pytest.mark.parametrize("kind", ["data", "fill"])
def test_tables_begin_at_the_right(kind: str, accented: Laid, mirrored: Laid) -> None:
    found = rows(mirrored, kind)
    assert len(found) > 10
    for cells in found:
        assert all(one.place[0] >= two.place[2] - 1 for one, two in pairwise(cells))
    for cells in rows(accented, kind):
        assert all(one.place[2] <= two.place[0] + 1 for one, two in pairwise(cells))


def test_grids_to_write_in_are_closed_at_both_sides(mirrored: Laid) -> None:
    for cells in rows(mirrored, "fill"):
        assert all(cell.borders[0] > 0 for cell in cells)
        assert [cell.borders[2] > 0 for cell in cells] == [True] + [False] * (len(cells) - 1)


def test_markers_stand_at_the_right(mirrored: Laid) -> None:
    found = 0
    for page in mirrored.pages:
        for marker in page.walk():
            if marker.tag == "li::marker" and marker.kind == "TextBox":
                item = marker.nearest("li")
                assert item
                assert marker.place[0] >= item.content[2] - 1
                found += 1
    assert found > 500


def test_borders_are_mirrored(accented: Laid, mirrored: Laid) -> None:
    keys, turned = accented.each("key"), mirrored.each("key")
    assert len(turned) > 20
    assert {(box.borders[0] > 0, box.borders[2] > 0) for box in keys} == {(True, False)}
    assert {(box.borders[0] > 0, box.borders[2] > 0) for box in turned} == {(False, True)}
    inner = {(round(box.content[0] - box.place[0]), round(box.place[2] - box.content[2])) for box in keys}
    assert {(round(box.content[0] - box.place[0]), round(box.place[2] - box.content[2])) for box in turned} == {
        (right, left) for left, right in inner
    }


def first_text(box: Box) -> Box:
    return next(piece for piece in texts(box))


def test_sheets_are_mirrored(mirrored: Laid) -> None:
    choices = [box for fields in mirrored.each("choices") for box in fields.find("choice")]
    choices = [box for box in choices if list(box.find("tick"))]
    assert len(choices) > 10
    for choice in choices:
        (tick,) = choice.find("tick")
        assert tick.place[0] >= first_text(choice).place[2] - 1
    for name in mirrored.each("sheet-name"):
        parts = [*name.find("label", "rule")]
        assert all(one.place[0] >= two.place[2] - 1 for one, two in pairwise(parts))
    thirds = [[*box.find("third")] for box in mirrored.each("fields")]
    assert any(len(fields) > 1 for fields in thirds)
    for fields in thirds:
        for one, two in pairwise(fields):
            assert one.place[1] < two.place[1] or one.place[0] >= two.place[2] - 1
    lines = [line for box in mirrored.each("telephones") for line in box.find("li")]
    assert len(lines) > 10
    for line in lines:
        (label,), (blank,) = line.find("label"), line.find("blank")
        assert label.place[0] >= blank.place[2] - 1


def test_contents_begin_at_the_right(mirrored: Laid) -> None:
    lines = [line for box in mirrored.each("contents") for line in box.find("a")]
    assert len(lines) > 30
    for line in lines:
        pieces = [piece for piece in texts(line) if piece.text.strip(" .")]
        assert pieces[-1].text.isdigit()
        assert pieces[-1].place[0] == min(piece.place[0] for piece in pieces)
        assert pieces[0].place[2] == max(piece.place[2] for piece in pieces)


# --- right to left: doses and telephone numbers stay in order ---

CAREFUL = (
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
    """Yield the lines of a PDF as they are seen: the letters from left to right, without spaces."""
    for page in list(pypdfium2.PdfDocument(path))[:last]:
        text = page.get_textpage()
        found: dict[float, list[Letter]] = {}
        for index in range(text.count_chars()):
            letter = text.get_text_range(index, 1)
            if letter.strip():
                left, bottom, right, _top = text.get_charbox(index, loose=True)
                found.setdefault(round(bottom), []).append((left, right, letter))
        yield from map(sorted, found.values())


def seen_lines(path: Path) -> Iterator[str]:
    return ("".join(letter for *_place, letter in line) for line in lines_of_letters(path))


def test_no_letter_stands_on_another(mirrored: Laid) -> None:
    """The space at the end of a line is at its left; it must not push a word into the next."""
    # Tables on sheets have captions that are read aloud only, wherever they stand.
    before_sheets = min(map(min, sheet_pages(mirrored).values())) - 1
    found = [
        "".join(letter for *_place, letter in line)
        for line in lines_of_letters(mirrored.path, last=before_sheets)
        if any(two[0] < one[1] - 2 for one, two in pairwise(line))
    ]
    assert found == []


def careful_book() -> Book:
    """Return a small book, in ar_XB, that has doses and numbers in paragraphs, tables, lists and sheets."""

    def change(segment: Segment) -> Segment:
        if segment.kind == "drawing label" or not segment.has_words:
            return segment
        more = "; ".join(f"take {run} now" for run in CAREFUL)
        long = segment.kind in ("paragraph", "list item", "table cell", "note")
        return replace(segment, source=f"{segment.source}: {more}") if long else segment

    return pseudo_book(map_segments(model(GARDEN, "en"), change), "ar_XB")


def test_words_run_from_right_to_left(mirrored: Laid) -> None:
    seen = "".join(seen_lines(mirrored.path))
    assert seen.count("tnemtaert") > 100
    assert "treatment" not in seen


def test_numbers_of_the_handbook_stay_in_order(mirrored: Laid) -> None:
    book = pseudo_book(model(HANDBOOK, "en"), "ar_XB")
    runs = Counter(run for item in segments(book) for run, kept in split_runs(item.text) if kept)
    assert "0808 800 40 40" in runs
    seen = "\n".join(seen_lines(mirrored.path))
    assert {run: count for run, count in runs.items() if seen.count("".join(run.split())) < count} == {}


def test_doses_and_telephone_numbers_stay_in_order(made: Path) -> None:
    book = careful_book()
    counts = Counter(run for item in segments(book) for run in CAREFUL if run in item.text)
    assert len(counts) == len(CAREFUL)
    assert min(counts.values()) > 20
    laid = make_pdf(book, BOOKLET, made / "careful.pdf")
    seen = "\n".join(seen_lines(laid.path))
    printed = {run: seen.count(run.replace(" ", "")) for run in CAREFUL}
    assert printed == {run: pytest.approx(counts[run], abs=5) for run in CAREFUL}
    # WeasyPrint's boxes reach out by the space that ends a line; its words do not.
    assert all_overflows(laid, by=4.5) == []
    epub = make_epub(book, made / "careful.epub")
    isolated = Counter(
        "".join(node.itertext())
        for root in epub.pages.values()
        for node in root.iter(XHTML + "bdi")
        if node.get("dir") == "ltr"
    )
    assert {run: isolated[run] > 15 for run in CAREFUL} == dict.fromkeys(CAREFUL, True)


def test_every_word_is_turned_by_itself() -> None:
    text = pseudo_gettext("ar_XB")("Take 100 mcg, or call +1 (555) 010-9999.")
    assert text.count(OVERRIDE) == 3
    assert "100 mcg" in text
    assert "+1 (555) 010-9999" in text
