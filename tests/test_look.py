"""The look of the print editions: color, sizes, boxes, breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import lxml.html
import pytest
from structure import read_structure
from support_pages import garden_document, render_context

from carepress.model import EDITIONS, Edition, RenderedBook, Segment
from carepress.model.colors import COLORS
from carepress.pages.bilingual import render_bilingual
from carepress.pages.environment import segment_html
from carepress.pages.render import render_book
from carepress.pdf.boxes import children, has_class, is_line, is_text
from carepress.pdf.fill_page import MAX_NOTES
from carepress.pdf.weasyprint_patches import page_boxes
from carepress.pdf.write import lay_out
from support import GARDEN, Pdf, model

MM = 96 / 25.4
SIZES = {9, 10.5, 12, 15, 21, 28}


def rendered(name: str, lang: str = "en") -> RenderedBook:
    edition: Edition = EDITIONS[name]
    context, paper = render_context(model(GARDEN, lang)), edition.papers[0]
    if edition.paired:
        return render_bilingual(context, edition, paper)
    return render_book(context, edition, paper)


@pytest.fixture(scope="module")
def booklet() -> list[Any]:
    return page_boxes(garden_document("booklet", "en").pages)


@pytest.fixture(scope="module")
def bilingual() -> list[Any]:
    return page_boxes(garden_document("bilingual", "es").pages)


@pytest.fixture(scope="module")
def large_print() -> list[Any]:
    return page_boxes(garden_document("large-print", "en").pages)


def walk(box: Any) -> Iterator[Any]:
    yield box
    for child in children(box):
        yield from walk(child)


def find(pages: list[Any], name: str) -> list[tuple[int, Any]]:
    """Return the boxes with a class, each with the number of its page."""
    return [(number, box) for number, page in enumerate(pages, 1) for box in walk(page) if has_class(box, name)]


def margin_box(page: Any, *keywords: str) -> Any:
    return next((box for box in children(page) if getattr(box, "at_keyword", "") in keywords), None)


def words(box: Any) -> str:
    return " ".join(item.text for item in walk(box) if is_text(item)).strip()


def color(box: Any, name: str) -> str:
    return "#" + bytes(round(255 * part) for part in box.style[name].to("srgb").coordinates).hex()


# --- color ---


def test_each_part_has_a_band_and_tabs_of_its_color(booklet: list[Any]) -> None:
    bands = find(booklet, "part-band")
    assert len(bands) == len(model(GARDEN, "en").parts)
    for number, (first, band) in enumerate(bands, 1):
        expected = COLORS[f"part-{number}"].hex
        assert color(band, "background_color") == expected
        assert color(band, "color") == COLORS["paper"].hex
        assert band.border_width() == pytest.approx(booklet[first - 1].width)
        assert band.border_height() > 24 * MM
        folio = margin_box(booklet[first - 1], "@bottom-left" if first % 2 == 0 else "@bottom-right")
        assert words(folio) == str(first)
        assert color(folio, "background_color") == expected
    last = max(number for number, box in find(booklet, "part-run") if has_class(box, "color-1"))
    assert last > bands[0][0], "the part has a second page"
    assert color(margin_box(booklet[last - 1], f"@bottom-{'right' if last % 2 else 'left'}"), "background_color") == (
        COLORS["part-1"].hex
    )


def test_nothing_is_printed_near_the_edge(booklet: list[Any]) -> None:
    """Office printers leave 10 mm blank."""
    edge = 10 * MM - 0.5
    for page in booklet:
        for box in walk(page):
            painted = is_text(box) or getattr(box.style["background_color"], "alpha", 0) > 0
            if painted and box is not page and box.width:
                left, top = box.position_x + box.margin_left, box.position_y + box.margin_top
                assert left >= edge
                assert top >= edge
                assert left + box.border_width() <= page.margin_width() - edge
                assert top + box.border_height() <= page.margin_height() - edge


def test_cover_has_a_panel_with_a_white_title(booklet: list[Any]) -> None:
    number, panel = find(booklet, "cover-panel")[0]
    _number, title = find(booklet, "book-title")[0]
    assert number == 1
    assert color(panel, "background_color") == COLORS["teal"].hex
    assert color(title, "color") == COLORS["paper"].hex
    assert 10 * MM <= panel.border_box_x() < 10.5 * MM


def test_boxes_are_told_apart_without_color(booklet: list[Any]) -> None:
    """A bar, a ground and a frame, and a sign for each."""
    [summary, key, call] = (find(booklet, name)[0][1] for name in ("summary", "key", "call"))
    assert (summary.border_left_width > 2, summary.border_top_width) == (True, 0)
    assert (key.border_left_width, key.border_top_width) == (0, 0)
    assert call.border_left_width == call.border_top_width > 1
    for box in (summary, key, call):
        assert sum(has_class(item, "pictogram") for item in walk(box)) == 1


@pytest.mark.parametrize("lang", ["en"], indirect=True)
def test_pictograms_are_not_read_aloud(garden_booklet: Pdf) -> None:
    figures = [node for node in read_structure(garden_booklet.path).walk() if node.role == "Figure"]
    assert figures
    assert all(node.alt for node in figures)


# --- type ---


@pytest.mark.parametrize("lang", ["en", "es"], indirect=True)
def test_six_type_sizes(garden_booklet: Pdf, lang: str) -> None:
    assert {round(size * 2) / 2 for size in garden_booklet.sizes()} <= SIZES


def test_last_line_of_a_paragraph_is_more_than_one_short_word(booklet: list[Any]) -> None:
    texts = [box.text for page in booklet for box in walk(page) if is_text(box)]
    assert any("\N{NO-BREAK SPACE}" in text for text in texts)


# --- breaks ---


def test_words_and_questions_are_not_divided(booklet: list[Any]) -> None:
    for name in ("words", "ask", "summary", "key", "telephones"):
        elements = [box.element for _number, box in find(booklet, name)]
        assert elements
        assert len(elements) == len(set(elements)), name


@pytest.mark.parametrize("name", ["booklet", "large-print"])
def test_call_box_breaks_only_before_its_telephones(name: str) -> None:
    book = rendered(name)
    section = next(item for item in book.sections if 'class="box call"' in item.html)
    html = section.html
    call = html[html.index('<div class="box call">') :]
    call = call[: call.index("</div>") + len("</div>")].replace(
        "</ul>", "<li>One more</li>\n<li>And another</li></ul>", 1
    )
    broken = 0
    for filler in range(60, 240, 12):
        body = f'<section class="part-run color-1"><p style="height:{filler}mm">x</p>{call}</section>'
        pages = page_boxes(lay_out(book.document(book.styles + book.binding_css, body)).pages)
        [telephones] = find(pages, "telephones")
        boxes = find(pages, "call")
        broken += len(boxes) == 2
        assert {number for number, _box in find(pages, "empty-line")} == {telephones[0]}
        title = next(number for number, box in find(pages, "box-title"))
        assert any(number == title for number, box in boxes if any(item.element_tag == "li" for item in walk(box)))
        for _number, box in boxes:  # no frame goes on below its text
            lines = max(item.position_y + item.height for item in walk(box) if is_line(item))
            assert box.position_y + box.border_height() - lines < 12 * MM
    assert broken, "some fillers break the box"


def test_divided_frame_of_two_languages_ends_below_its_text() -> None:
    book = rendered("bilingual", "es")
    section = next(item.html for item in book.sections if 'class="box call"' in item.html)
    call = lxml.html.tostring(lxml.html.fromstring(section).find_class("call")[0], encoding="unicode", with_tail=False)
    boxes = find(pages_of(book, f'<p style="height: 200mm">x</p>{call}'), "call")
    assert [number for number, _box in boxes] == [1, 2]
    for _number, box in boxes:
        lines = max(item.position_y + item.height for item in walk(box) if is_line(item))
        assert box.position_y + box.border_height() - lines < 12 * MM


def pages_of(book: RenderedBook, body: str) -> list[Any]:
    section = f'<section class="part-run color-1">{body}</section>'
    return page_boxes(lay_out(book.document(book.styles + book.binding_css, section)).pages)


def test_call_box_of_large_print_begins_with_two_lines() -> None:
    book = rendered("large-print")
    rows = "".join(f'<li>{name}<span class="rule"></span><span class="rule"></span></li>' for name in ("a", "b", "c"))
    call = f'<div class="box call"><p class="box-title">T</p><ul>{rows}</ul></div>'
    first = set()
    for filler in range(60, 250, 10):
        pages = pages_of(book, f'<p style="height:{filler}mm">x</p>{call}')
        title = next(number for number, box in find(pages, "box-title"))
        first.add(len({id(item.element) for item in walk(pages[title - 1]) if item.element_tag == "li"}))
    assert first == {2, 3}


def test_lines_to_write_on_are_below_what_they_are_for() -> None:
    book = rendered("booklet")
    lines = '<span class="blank"><span class="rule"></span><span class="rule"></span><span class="rule"></span></span>'
    for filler in range(120, 200, 5):
        pages = pages_of(book, f'<p style="height:{filler}mm">x</p><p class="advice">Advice {lines}</p>')
        assert len({number for number, _box in find(pages, "rule") + find(pages, "advice")}) == 1, filler


def test_no_question_of_large_print_is_alone_on_its_page() -> None:
    book = rendered("large-print")
    rows = "".join(f"<li>{name}</li>" for name in "abcde")
    last = set()
    for filler in range(150, 260, 5):
        pages = pages_of(book, f'<p style="height:{filler}mm">x</p><section class="box ask"><ul>{rows}</ul></section>')
        last.add(len({id(item.element) for item in walk(pages[-1]) if item.element_tag == "li"}))
    assert {2, 5} <= last <= {2, 3, 4, 5}


def test_caption_in_two_languages_is_on_the_page_of_its_table() -> None:
    book = rendered("bilingual", "es")
    caption = '<caption><span class="first">A</span><span class="second">B</span></caption>'
    table = f'<table class="data">{caption}<tbody><tr><td>C</td></tr></tbody></table>'
    for filler in range(200, 280, 4):
        pages = pages_of(book, f'<p style="height:{filler}mm">x</p>{table}')
        texts = [{box.text for box in walk(page) if is_text(box)} & {"A", "B", "C"} for page in pages]
        assert {"A", "B", "C"} in texts, filler


@pytest.mark.parametrize(("name", "ends"), [("Cytosar-U", set()), ("Longish-names", {"Longish-"})])
def test_name_with_a_hyphen_is_divided_in_a_table_only_if_it_is_long(name: str, ends: set[str]) -> None:
    """And never before its hyphen. Cytosar-U ended a line after its hyphen, with room on the next."""
    book = rendered("large-print")
    text = f"Cytarabine ({name})"
    html = segment_html(Segment(text, "x.md", 1, "table cell", text, "en"), render_context(model(GARDEN, "en")))
    cells = (f'<table class="data" style="width:{mm / 2}mm"><tr><th>{html}</th></tr></table>' for mm in range(80, 200))
    pages = pages_of(book, "".join(cells))
    lines = {box.text for page in pages for box in walk(page) if is_text(box) and name[:4] in box.text}
    assert lines == {name, *ends}


def test_notes_have_at_most_five_lines() -> None:
    book = rendered("booklet")
    notes = '<p class="own">N<span class="ruled"><span class="rule"></span><span class="rule more"></span></span></p>'
    body = f'<section class="part-run">{notes}</section>'
    pages = page_boxes(lay_out(book.document(book.styles + book.binding_css, body)).pages)
    assert len(find(pages, "rule")) == MAX_NOTES == 5


# --- two languages, large print ---


def test_bilingual_pages_have_running_heads(bilingual: list[Any]) -> None:
    starts = {number for number, _box in find(bilingual, "part-band")}
    pages = {number for number, _box in find(bilingual, "part-run")} - starts
    heads = {
        number: words(margin_box(bilingual[number - 1], f"@bottom-{'left' if number % 2 else 'right'}"))
        for number in pages
    }
    assert any(number % 2 for number in heads)
    assert [number for number, head in heads.items() if not head] == []


def test_second_language_is_upright(bilingual: list[Any]) -> None:
    seconds = [box for _number, box in find(bilingual, "second")]
    assert seconds
    assert {box.style["font_style"] for box in seconds} == {"normal"}


def test_no_line_is_a_lone_stop(bilingual: list[Any]) -> None:
    lines = [words(box) for page in bilingual for box in walk(page) if type(box).__name__ == "LineBox"]
    assert [line for line in lines if line in {".", "/", ":"}] == []


def test_languages_have_a_line_between(bilingual: list[Any]) -> None:
    sides = [box for _number, box in find(bilingual, "side")]
    assert any(0 < box.border_left_width < 1 for box in sides)


def test_large_print_is_large_everywhere(large_print: list[Any]) -> None:
    texts = [box for page in large_print for box in walk(page) if is_text(box) and box.text.strip()]
    sizes = {round(box.style["font_size"] * 0.75, 1) for box in texts}
    assert min(sizes) >= 18
    for name in ("summary", "key", "telephones"):
        elements = [box.element for _number, box in find(large_print, name)]
        assert len(elements) == len(set(elements)), name


@pytest.mark.parametrize("name", ["booklet", pytest.param("bilingual", marks=pytest.mark.slow)])
def test_names_of_sheets_are_below_each_other(name: str) -> None:
    """With a page or without: its number has a column of its own. In two languages they are side by side."""
    garden = model(GARDEN, "es" if name == "bilingual" else "en")
    *others, part = garden.parts
    sheets = (*part.sheets, replace(part.sheets[0], id="other", in_book=False))
    context = render_context(replace(garden, parts=(*others, replace(part, sheets=sheets))))
    edition = EDITIONS[name]
    render = render_bilingual if edition.paired else render_book
    pages = page_boxes(lay_out(render(context, edition, edition.papers[0]).html).pages)
    ((_number, names),) = find(pages, "sheet-list")
    titles = [box for box in walk(names) if is_text(box) and box.element_tag in ("a", "span")]
    assert len(titles) == 3 * (1 + edition.paired)
    assert len({round(box.position_x) for box in titles}) == 1 + edition.paired
