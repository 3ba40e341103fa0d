"""The e-book has the page numbers of the printed booklet, at the words where its pages start."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from carepress.epub.page_markers import mark_pages
from carepress.model import Book, Figure, PageStart, Pagination, Table, WordsBox
from support import OPS, XHTML, Epub, Pdf, flat, interface, model, plain

NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
WORDS = 5  # compared after each marker
OTHER_WORDS = re.compile(
    r"^nav\.xhtml$|/(index|back-cover)\.xhtml$|/sheets-"
)  # documents that are worded differently in an e-book
NOT_PRINTED = {"notes", "number", "to-ask"}  # classes of elements that only the e-book has
BLOCKS = {
    XHTML + name for name in ("p", "li", "dt", "dd", "td", "th", "caption", "figcaption", "h1", "h2", "h3", "div")
}


def markers(root: etree._Element) -> list[etree._Element]:
    return [node for node in root.iter(XHTML + "span") if node.get(OPS + "type") == "pagebreak"]


def documents(epub: Epub) -> dict[str, etree._Element]:
    """Return the documents, including the contents, by address in spine order."""
    items = {item.get("id"): item.get("href") for item in epub.package.iter("{http://www.idpf.org/2007/opf}item")}
    order = [items[ref.get("idref")] for ref in epub.package.iter("{http://www.idpf.org/2007/opf}itemref")]
    return {href: epub.tree(f"EPUB/{href}") for href in order}


def text_after(marker: etree._Element) -> str:
    """Return the text of a document after a marker, with an ellipsis at the start of each block."""
    root = marker.getroottree().getroot().find(XHTML + "body")
    parts, met = [], False

    def walk(node: etree._Element) -> None:
        nonlocal met
        if node.tag in BLOCKS:
            parts.append(" ")
        if node is marker:
            met = True
        if node.tag.endswith("}svg") or node.get("class") in NOT_PRINTED:
            pass
        else:
            if met:
                parts.append(node.text or "")
            for child in node:
                walk(child)
                if met:
                    parts.append(child.tail or "")
        if node.tag in BLOCKS:
            parts.append(" ")

    walk(root)
    return flat("".join(parts))


def sheet_before(marker: etree._Element) -> str:
    """Return the letters of the title of the sheet that ends at a marker, or nothing."""
    ended = [
        node
        for node in marker.xpath("(preceding::* | ancestor::*)[contains(@class, 'sheet')]")
        if node.get("class") == "sheet"
    ]
    return letters(flat("".join(ended[-1].find(f".//{XHTML}h3").itertext()))) if ended else ""


def letters(text: str) -> str:
    """Return only the letters and digits, as spaces differ in a PDF, without page numbers in references."""
    return re.sub(r"[\W_]", "", re.sub(r"\((page|página)\s\d+\)", "", text))


class OnPaper:
    """The texts that print has alone or elsewhere: words boxes, lines to write on, columns to tick, the list of sheets,
    and captions of drawings that gave way to text.
    """

    def __init__(self, book: Book, names: dict[str, str]) -> None:
        blocks = [block for chapter in book.chapters() for block in chapter.blocks]
        terms = [term for block in blocks if isinstance(block, WordsBox) for term in block.terms]
        texts = [names["Words to know"], names["If a line is empty, ask your team to fill it in before you go home."]]
        texts += [plain(text) for term in terms for text in (term.term, term.definition)]
        texts += [plain(block.caption) for block in blocks if isinstance(block, Figure)]
        texts += [plain(item.label) for item in book.placeholders]
        texts += [plain(table.columns[-1]) for table in blocks if isinstance(table, Table)]
        self.texts = sorted({letters(text) for text in texts}, key=len, reverse=True)
        # Each sheet is listed with its page, before or after its title.
        titles = "|".join(sorted((re.escape(plain(item.title)) for item in book.sheets()), key=len, reverse=True))
        self.listed = re.compile(rf"(?<!\S)(?:\d+ (?:{titles})|(?:{titles}) \d+)(?!\S)")
        # The list of sheets begins with such a heading and ends its part.
        self.sheet_list = re.compile(rf"(?<!\S)(?:{names['Tracking sheets']}|{names['Forms']}) .*")
        self.unfilled = names["(not filled in yet: ask your team)"]

    def without(self, page: str) -> str:
        """Return the letters of a page without these texts."""
        page = letters(self.listed.sub("", self.sheet_list.sub("", flat(page))))
        for text in self.texts:
            page = page.replace(text, "") if len(text) > 12 else page
        return page


@pytest.fixture
def on_paper(folder: Path, lang: str) -> OnPaper:
    return OnPaper(model(folder, lang), interface(lang))


def test_page_list_has_every_booklet_page(epub: Epub, pdf: Pdf) -> None:
    page_list = next(nav for nav in epub.nav.iter(XHTML + "nav") if nav.get(OPS + "type") == "page-list")
    entries = [(node.text, node.get("href")) for node in page_list.iter(XHTML + "a")]
    assert [label for label, _href in entries] == [str(number) for number in range(1, len(pdf.texts) + 1)]
    placed = [(marker.get("id").removeprefix("page-"), f"{href}#{marker.get('id')}")
              for href, root in documents(epub).items() for marker in markers(root)]  # fmt: skip
    assert entries == placed
    targets = epub.tree("EPUB/toc.ncx").find(f"{NCX}pageList").iter(f"{NCX}pageTarget")
    assert [(node.get("value"), node.find(f"{NCX}content").get("src")) for node in targets] == entries


def test_markers_are_at_first_words_of_page(epub: Epub, pdf: Pdf, book_name: str, on_paper: OnPaper) -> None:
    wrong, compared = [], 0
    for href, root in documents(epub).items():
        for marker in markers(root):
            number = int(marker.get("id").removeprefix("page-"))
            # Contents, index and sheets continue differently in an e-book; only the first word is the same.
            count = 1 if OTHER_WORDS.search(href) else WORDS
            after = " ".join(text_after(marker).replace(on_paper.unfilled, "").split()[:count])
            page = pdf.texts[number - 1]
            # The text of a page starts with running heads, folios and the rest of a hyphenated word.
            places = [text.find(letters(after)) for text in (letters(page), on_paper.without(page))]
            compared += bool(after)
            if sheet := sheet_before(marker):
                # A page of nothing but a sheet's empty rows: it is marked where the sheet ends.
                places.append(0 if letters(page).startswith(sheet) or re.search(rf"{sheet}\d+$", letters(page)) else -1)
            if after and not any(0 <= place < 90 for place in places):
                wrong.append((number, href, after, page[:150]))
    assert wrong == []
    assert compared > {"garden": 12, "handbook": 120}[book_name]


def test_text_between_markers_matches_page(epub: Epub, pdf: Pdf, on_paper: OnPaper) -> None:
    """The text between two markers of a document is that of the page between them, and of no other page."""
    for href, root in documents(epub).items():
        if OTHER_WORDS.search(href):
            continue
        in_document = markers(root)
        for marker, following in pairwise(in_document):
            here, there = text_after(marker), text_after(following)
            assert here.endswith(there)
            between = here.removesuffix(there).replace(on_paper.unfilled, "")
            page = pdf.texts[int(marker.get("id").removeprefix("page-")) - 1]
            # The page also has a running head, a folio and the numbers of list items.
            assert len(on_paper.without(page)) - len(on_paper.without(between)) < 150, href
            assert on_paper.without(between)[-12:] in on_paper.without(page), href


def test_page_on_which_a_chapter_begins_is_marked_where_the_page_begins(
    epub: Epub, pdf: Pdf, folder, lang: str
) -> None:
    """In print, chapters run on: the page goes on with the end of the chapter before."""
    pages, running_on = dict(pdf.bookmarks(2)), 0
    for part in model(folder, lang).parts:
        for before, chapter in pairwise(part.chapters):
            page = pages[plain(chapter.title)]
            if letters(pdf.texts[page - 1]).startswith(letters(plain(chapter.title))):
                continue
            running_on += 1
            assert f"page-{page}" not in [marker.get("id") for marker in markers(epub.pages[chapter.id])]
            if page > pages[plain(before.title)]:
                assert f"page-{page}" in [marker.get("id") for marker in markers(epub.pages[before.id])]
    assert running_on


def test_marker_has_accessible_name(epub: Epub, lang: str) -> None:
    word = {"en": "page", "es": "página"}[lang]
    every = [marker for root in documents(epub).values() for marker in markers(root)]
    assert every
    for marker in every:
        number = marker.get("id").removeprefix("page-")
        assert (marker.get("role"), marker.get("aria-label")) == ("doc-pagebreak", f"{word} {number}")
        assert not marker.text
        assert len(marker) == 0


def test_page_source_is_declared(epub: Epub) -> None:
    metas = {node.get("property"): node.text for node in epub.package.iter("{http://www.idpf.org/2007/opf}meta")}
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", metas["pageBreakSource"])
    assert metas["pageBreakSource"] != epub.package.find(".//{http://purl.org/dc/elements/1.1/}identifier").text


def test_markers_inside_paragraphs() -> None:
    """Pages start inside paragraphs; two start at the same place if the first is empty."""
    body = etree.fromstring(
        '<body xmlns="http://www.w3.org/1999/xhtml"><section id="soil"><p>One two <strong>three</strong> four'
        ' <a href="#x"><em>five</em> six</a> sev<em>en</em></p><aside>no</aside></section></body>'
    )
    words = tuple("One two three four five six seven lines".split())
    starts = [PageStart(number, "soil", word) for number, word in enumerate((0, 1, 1, 2, 3, 4, 4, 5, 6, 8, 8), 1)]
    assert mark_pages(body, Pagination(tuple(starts), {"soil": words}, {}), "page") == list(range(1, 12))
    html = re.sub(r'<span [^>]*id="page-(\d+)"[^>]*/>', r"[\1]", etree.tostring(body).decode())
    assert html == (
        '<body xmlns="http://www.w3.org/1999/xhtml"><section id="soil"><p>[1]One [2][3]two [4]<strong>three</strong>'
        ' [5]four [6][7]<a href="#x"><em>five</em> [8]six</a> [9]sev<em>en</em></p><aside>no</aside>[10][11]'
        "</section></body>"
    )


def test_text_that_differs_from_print_is_aligned() -> None:
    body = etree.fromstring(
        '<body><section id="soil"><p>Write down each time: when where</p><p>End</p></section></body>'
    )
    words = tuple("Write down when where when where when where End".split())
    starts = [PageStart(number, "soil", word) for number, word in enumerate((0, 4, 8), 1)]
    mark_pages(body, Pagination(tuple(starts), {"soil": words}, {}), "page")
    html = re.sub(r'<[^>]*id="page-(\d+)"[^>]*/>', r"[\1]", etree.tostring(body).decode())
    assert html == (
        '<body><section id="soil"><p>[1]Write down each time: [2]when where</p><p>[3]End</p></section></body>'
    )
