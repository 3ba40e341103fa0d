"""What the templates render, tested on built files."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from lxml import html as parser
from support_pages import garden_pages, render_context, texts

from carepress import model as model_types
from carepress.model import EDITIONS, Box, Segment, Term
from carepress.pages.bilingual import render_bilingual
from carepress.pages.columns import two_columns
from carepress.pages.environment import fragment
from carepress.pages.render import binding_styles, render_book, styles
from support import GARDEN, ROOT, Epub, Pdf, flat, interface, model, page_words, plain, words


@pytest.mark.parametrize(
    ("target", "key"),
    [
        ("chapter:soil", "soil"),
        ("chapter:soil#feeding", "soil-feeding"),
        ("term:acid", "term-acid"),
        ("sheet:plan", "sheet-plan"),
    ],
)
def test_fragment(target: str, key: str) -> None:
    assert fragment(target) == key


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_style_sheets_contain_no_words_and_load_nothing(edition) -> None:
    css = styles(ROOT / "templates", edition) + binding_styles(ROOT / "templates", edition)
    assert re.findall(r'content:\s*"[^"]*\w[^"]*"', css) == []
    assert "url(" not in css
    assert "@import" not in css


@pytest.mark.parametrize("paired", [False, True])
def test_each_section_is_one_element(paired: bool) -> None:
    book = model(GARDEN, "es")
    edition = EDITIONS["bilingual" if paired else "booklet"]
    paper, context = edition.papers[0], render_context(book)
    rendered = render_bilingual(context, edition, paper) if paired else render_book(context, edition, paper)
    names = [section.name for section in rendered.sections]
    assert names[:2] == ["cover", "contents"]
    assert names[-2:] == ["imprint", "back-cover"]
    assert len({*names}) == len(names)
    for section in rendered.sections:
        [element] = parser.fragments_fromstring(section.html.strip())
        assert section.name in (element.get("id"), element.get("class").split()[0])
        children = sum(len(parser.fragments_fromstring(block)) for block in section.blocks)
        if section.blocks:
            assert len(element) == children + 1, "the header of the chapter or the part, then whole blocks"
    parts = [section.name for section in rendered.sections if section.blocks]
    assert parts == [*(item.id for item in book.front), *(f"part-{part.id}" for part in book.parts)]


BOXES = (
    "In short",
    "Keep in mind",
    "Call your team",
    "A note on dates",
    "What you can do next",
    "Questions to ask",
    "Words to know",
)


@pytest.mark.parametrize("title", BOXES)
def test_every_box_has_a_heading_in_pdf_and_epub(pdf: Pdf, epub: Epub, folder, lang: str, title: str) -> None:
    blocks = (block for chapter in model(folder, lang).chapters() for block in chapter.blocks)
    dated = any(isinstance(block, Box) and block.kind == "dated" for block in blocks)
    printed = dated or title != "A note on dates"  # the handbook's dates are in its dossier
    assert (interface(lang)[title] in " ".join(pdf.texts)) is printed
    # In an e-book, the words are in one list with the notes.
    assert (interface(lang)[title] in epub.text) is (printed and title != "Words to know")


def test_every_call_box_lists_the_telephones(epub: Epub, folder, lang: str) -> None:
    lines = [plain(item.label) for item in model(folder, lang).placeholders if item.call]
    assert lines
    boxes = [box for root in epub.pages.values() for box in root.iterfind(".//*[@class='box call']")]
    assert boxes
    for box in boxes:
        text = flat(words(box))
        assert [line for line in lines if line not in text] == []


@pytest.mark.parametrize("edition", ["booklet", "large-print", pytest.param("bilingual", marks=pytest.mark.slow)])
def test_each_question_has_one_box_to_tick_and_no_lines(edition: str) -> None:
    book = model(GARDEN, "en")
    pages = garden_pages(edition, "es" if edition == "bilingual" else "en")
    questions = [
        entry
        for chapter in book.chapters()
        for box in chapter.blocks
        if isinstance(box, model_types.Box) and box.kind == "ask"
        for block in box.blocks
        for entry in block.items
    ]
    asked = [box for page in pages for box in page.find("ask")]
    ticks = [box for ask in asked for box in ask.walk() if box.tag == "li::before" and all(box.borders)]
    assert len(ticks) == len(questions) > 6
    assert [box for ask in asked for box in ask.find("rule", "ruled")] == []
    for tick in ticks:
        item = tick.nearest("li")
        assert tick.place[2] < min(text.place[0] for text in texts(item)), "the box is beside the question"


def test_chapters_name_no_sources(pdf: Pdf, epub: Epub, folder, lang: str) -> None:
    """Sources are for the dossier; the imprint lists them once."""
    names = [plain(source.name) for source in model(folder, lang).sources]
    for name in names:
        assert [number for number, text in enumerate(pdf.texts) if name in text] == [len(pdf.texts) - 2]
        assert [key for key, root in epub.pages.items() if name in page_words(root)] == ["imprint"]


def test_back_cover_lists_every_placeholder(pdf: Pdf, folder, lang: str) -> None:
    placeholders = model(folder, lang).placeholders
    assert placeholders
    for item in placeholders:
        assert (plain(item.label) in pdf.texts[-1]) is not item.optional


def test_imprint_lists_the_sources(pdf: Pdf, epub: Epub, folder, lang: str) -> None:
    book = model(folder, lang)
    for text in (pdf.texts[-2], page_words(epub.pages["imprint"])):
        for source in book.sources:
            assert [part for part in (source.name, source.publisher, source.reviewed) if plain(part) not in text] == []
        assert book.license in text
        assert book.version in text


def test_cover_shows_the_language(pdf: Pdf, lang: str) -> None:
    assert {"en": "English", "es": "Español"}[lang] in pdf.texts[0]


@pytest.mark.parametrize(
    ("lengths", "left"),
    [((30, 30, 30, 30), 2), ((150, 30, 30, 30), 1), ((30, 30, 30, 150), 3), ((30,), 1), ((), 0)],
)
def test_definitions_are_divided_into_columns_of_the_same_height(lengths: tuple[int, ...], left: int) -> None:
    term, definition = (Segment("", "glossary.toml", 1, "term", text, "en") for text in ("term", ""))
    terms = [Term(str(size), term, replace(definition, text="a" * size)) for size in lengths]
    columns = two_columns(terms)
    assert [*columns[0], *columns[1]] == terms
    assert len(columns[0]) == left
