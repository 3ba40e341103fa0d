"""The e-books: container, documents and text."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree
from support_validators import epubcheck

from carepress.model import (
    Book,
    DrawingPart,
    Figure,
    Glossary,
    GridPart,
    PublishError,
    Segment,
    Table,
    TablePart,
    WordsBox,
    segments,
)
from carepress.text.fonts import FACES
from support import (
    LANGS,
    OPS,
    SVG,
    XHTML,
    XML_LANG,
    Epub,
    flat,
    interface,
    model,
    open_epub,
    page_words,
    plain,
    read_out,
    words,
)

HEADINGS = [f"{XHTML}h{level}" for level in range(1, 7)]
# The name of a service, which the Spanish text explains beside it.
ENGLISH_NAMES = {"Find a Clinical Trial"}
# Kinds of text that an e-book lacks: labels are outlines; only the booklet has running heads and a back cover.
NOT_TEXT = {"book description", "subject", "drawing label", "running head", "placeholder", "packet"}


def test_epubcheck(out: Path, folder: Path) -> None:
    assert epubcheck(*(out / "generic" / lang / f"{folder.name}-epub-{lang}.epub" for lang in LANGS)) == {}


def test_container(epub: Epub) -> None:
    first = epub.archive.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert epub.archive.read("mimetype") == b"application/epub+zip"
    assert {item.date_time for item in epub.archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_embeds_four_small_fonts(epub: Epub) -> None:
    fonts = [item for item in epub.archive.infolist() if item.filename.startswith("EPUB/fonts/")]
    assert len(fonts) == len(FACES)
    assert sum(item.file_size for item in fonts) < 100_000
    css = epub.archive.read("EPUB/css/book.css").decode()
    assert {f"EPUB/fonts/{name}" for name in re.findall(r"\.\./fonts/([^\")]+)", css)} == {
        item.filename for item in fonts
    }


def test_package(epub: Epub, folder: Path, lang: str) -> None:
    def values(name: str) -> list[str]:
        return [node.text for node in epub.package.iter("{http://purl.org/dc/elements/1.1/}" + name)]

    book = model(folder, lang)
    assert epub.package.get(XML_LANG) == lang
    assert values("language") == [lang]
    assert values("title") == [plain(book.title), plain(book.subtitle)]
    assert values("identifier") == [book.urn]
    assert values("description") == [plain(book.description)]
    assert values("subject") == [plain(item) for item in book.subjects]
    assert "schema:accessibilitySummary" in epub.archive.read("EPUB/content.opf").decode()


def test_every_document_declares_its_language(epub: Epub, lang: str) -> None:
    for root in (*epub.pages.values(), epub.nav):
        assert (root.get("lang"), root.get(XML_LANG), root.get("dir")) == (lang, lang, "ltr")
    assert b"untranslated" not in b"".join(etree.tostring(root) for root in epub.pages.values())


def test_headings(epub: Epub) -> None:
    for name, root in epub.pages.items():
        levels = [int(node.tag[-1]) for node in root.iter(*HEADINGS)]
        assert levels[:1] == ([] if name == "cover" else [1]), name
        assert levels.count(1) <= 1, name
        assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == [], name


def test_tables(epub: Epub) -> None:
    tables = [table for root in epub.pages.values() for table in root.iter(XHTML + "table")]
    assert len(tables) >= 2
    for table in tables:
        assert table[0].tag == XHTML + "caption"
        assert flat("".join(table[0].itertext()))
        assert {head.get("scope") for head in table.iter(XHTML + "th")} <= {"row", "col"}
        width = len(table.find(f"{XHTML}thead/{XHTML}tr"))
        assert width <= 4
        assert {len(row) for row in table.iter(XHTML + "tr")} == {width}


def test_drawings(epub: Epub, folder: Path, lang: str) -> None:
    book = model(folder, lang)
    figures = [item.drawing for page in book.chapters() for item in page.blocks if isinstance(item, Figure)]
    descriptions = []
    for root in epub.pages.values():
        for drawing in root.iter(SVG + "svg"):
            assert drawing.get("role") == "img"
            assert re.fullmatch(r"0 0 \d+ \d+", drawing.get("viewBox") or "")
            assert [drawing[0].tag, drawing[1].tag] == [SVG + "title", SVG + "desc"]
            # The name is short; the long description is apart.
            assert drawing.get("aria-labelledby") == drawing[0].get("id")
            assert drawing.get("aria-describedby") == drawing[1].get("id")
            assert next(drawing.iter(SVG + "text"), None) is None
            assert next(drawing.iterfind(".//*[@class]"), None) is None
            descriptions.append(drawing[1].text)
    assert Counter(descriptions) == Counter(plain(drawing.description) for drawing in figures)


def test_navigation(epub: Epub, folder: Path, lang: str) -> None:
    book = model(folder, lang)
    toc, pages, landmarks = epub.nav.iter(XHTML + "nav")
    assert [nav.get(OPS + "type") for nav in (toc, pages, landmarks)] == ["toc", "page-list", "landmarks"]
    depths = {sum(1 for _ in node.iterancestors(XHTML + "ol")) for node in toc.iter(XHTML + "a")}
    assert depths == {1, 2}
    front, names = [plain(item.title) for item in book.front], interface(lang)
    titles = [*front]
    for part in book.parts:
        titles += [f"{part.number} {plain(part.title)}", *(plain(item.title) for item in part.chapters)]
        titles += [names["Sheets"]] * bool(part.sheets)
    titles += [names["About this handbook"], names["Call your team"]]
    assert [flat("".join(node.itertext())) for node in toc.iter(XHTML + "a")] == titles
    bold = [flat("".join(node[0].itertext())) for node in toc.iter(XHTML + "li") if node.get("class") == "toc-part"]
    assert bold == [f"{part.number} {plain(part.title)}" for part in book.parts]
    start = next(node for node in landmarks.iter(XHTML + "a") if node.get(OPS + "type") == "bodymatter")
    assert start.get("href") == f"text/{book.front[0].id}.xhtml", "where a family starts"
    assert {"toc", "bodymatter", "cover", "glossary", "appendix", "colophon"} == {
        node.get(OPS + "type") for node in landmarks.iter(XHTML + "a")
    }
    ncx = epub.tree("EPUB/toc.ncx")
    points = ncx.iter("{http://www.daisy.org/z3986/2005/ncx/}navPoint")
    assert [flat("".join(point[0].itertext())) for point in points] == titles
    assert ncx.find(".//*[@name='dtb:uid']").get("content") == book.urn


def test_internal_links_resolve(epub: Epub) -> None:
    ids = {f"{name}.xhtml#{key}" for name, root in epub.pages.items() for key in root.xpath("//@id")}
    files = {f"{name}.xhtml" for name in epub.pages}
    for name, root in epub.pages.items():
        assert len(root.xpath("//@id")) == len(set(root.xpath("//@id")))
        for target in root.xpath("//@href[not(starts-with(., 'http')) and not(contains(., '.css'))]"):
            place = f"{name}.xhtml{target}" if target.startswith("#") else str(target)
            assert place in ids | files or re.fullmatch(r"mailto:.+|tel:.+|\.\./nav\.xhtml.*", target), (
                f"{name}: {target}"
            )


def test_both_languages_have_the_same_structure(epub: Epub, lang: str, out: Path, folder: Path) -> None:
    def things(book: Epub) -> dict[str, tuple]:
        tags = [
            XHTML + tag for tag in ("a", "table", "tr", "th", "td", "figure", "section", "li", "p", "dt", "h1", "h2")
        ]
        return {
            name: (
                # Each language has its own letters in the index.
                Counter(
                    node.tag
                    for node in root.iter(*tags, SVG + "svg", SVG + "path")
                    if node.get("class") != "index-letter"
                ),
                # Page breaks differ between languages.
                sorted(name for name in root.xpath("//@id") if not name.startswith("page-")),
                sorted(root.xpath("//@href")),
            )
            for name, root in book.pages.items()
        }

    other = LANGS[1 - LANGS.index(lang)]
    twin = open_epub(out / "generic" / other / f"{folder.name}-epub-{other}.epub")
    assert things(epub) == things(twin)
    names = [item.filename for item in epub.archive.infolist()]
    assert names == [item.filename for item in twin.archive.infolist()]


def test_contains_the_whole_text(epub: Epub, folder: Path, lang: str) -> None:
    book = replace(read_out(model(folder, lang)), cover=None)
    on_paper = set(only_on_paper(book))
    visible = (segment for segment in segments(book) if segment.kind not in NOT_TEXT and segment not in on_paper)
    assert [segment.text for segment in visible if plain(segment) not in epub.text] == []


def only_on_paper(book: Book) -> Iterator[Segment]:
    """Yield the texts for a pen: drawings to mark, gray examples, and the headings of columns to tick or to fill in."""
    for part in (part for sheet in book.sheets() for part in sheet.parts):
        if isinstance(part, DrawingPart):
            yield from segments(part.drawing)
        elif isinstance(part, TablePart):
            yield from part.example
        elif isinstance(part, GridPart):
            yield from (row.example for row in part.rows if row.example)
    for table in (block for chapter in book.chapters() for block in chapter.blocks if isinstance(block, Table)):
        for index, column in enumerate(table.columns):
            if all(re.fullmatch(r"(\{\w+\})*", "".join(item.text for item in row[index].items)) for row in table.rows):
                yield column


def test_no_english_remains(epub: Epub, folder: Path, lang: str) -> None:
    if lang == "en":
        assert epub.text.count(" the ") > 10
        return
    sources, translated = segments(model(folder, "en")), segments(model(folder, lang))
    pairs = {plain(source): plain(segment) for source, segment in zip(sources, translated)} | interface(lang)
    text = epub.text
    for name in sorted((english for english, foreign in pairs.items() if english in foreign), key=len, reverse=True):
        if len(name.split()) > 2:  # names of documents and people are not translated
            text = text.replace(name, "")
    assert [english for english in pairs.keys() - ENGLISH_NAMES if len(english.split()) > 3 and english in text] == []


def test_sentences_are_separated(epub: Epub) -> None:
    joined = re.findall(r"\w*[a-zé][.?!][A-ZÁÉÍÓÚÑ¿¡]\w*", epub.text)
    assert [word for word in joined if word != "Cancer.Net"] == []


def test_malformed_page_is_named() -> None:
    from carepress.epub.documents import _parse

    with pytest.raises(PublishError, match=r"soil\.xhtml.*:2: .*not well-formed"):
        _parse("soil.xhtml", "<html>\n<p></html>")


def test_glossary_terms_open_notes(epub: Epub, folder: Path, lang: str) -> None:
    """A term links to its note and back; the note repeats the glossary's text."""
    book = model(folder, lang)
    terms = {
        term.id: term for page in book.chapters() for b in page.blocks if isinstance(b, Glossary) for term in b.terms
    }
    glossary = next(page.id for page in book.chapters() if any(isinstance(block, Glossary) for block in page.blocks))
    entries = flat(page_words(epub.pages[glossary]))
    checked = 0
    for root in epub.pages.values():
        notes = {node.get("id"): node for node in root.iter(XHTML + "div") if node.get("role") == "doc-footnote"}
        links = [node for node in root.iter(XHTML + "a") if node.get("role") == "doc-noteref"]
        assert {link.get("href") for link in links} == {f"#{key}" for key in notes}
        assert all(link.get(OPS + "type") == "noteref" for link in links)
        for key, note in notes.items():
            term = terms[key.removeprefix("note-")]
            assert (note.get(OPS + "type"), note.get("role")) == ("footnote", "doc-footnote")
            to_glossary, *_others, back = note.iter(XHTML + "a")
            assert to_glossary.get("href") == f"{glossary}.xhtml#term-{term.id}"
            assert back.get("href").removeprefix("#") in {link.get("id") for link in links}
            assert plain(term.definition) in flat(words(note))
            assert plain(term.definition) in entries
            checked += 1
    assert (checked > 0) == any(
        "(term:" in segment.source for page in book.chapters() if page.id != glossary for segment in segments(page)
    )


def test_each_word_is_explained_once_in_a_chapter(epub: Epub, folder: Path, lang: str) -> None:
    """The words that a chapter links to and those of its words boxes are one list under a heading, at its end."""
    listed = 0
    for chapter in model(folder, lang).chapters():
        body = epub.pages[chapter.id].find(XHTML + "body")
        assert body.xpath(".//*[contains(@class, 'words')]") == []
        boxed = {plain(term.term) for block in chapter.blocks if isinstance(block, WordsBox) for term in block.terms}
        notes = [node for node in body.iter(XHTML + "section") if node.get("role") == "doc-endnotes"]
        names = [
            flat(words(node.find(f".//{XHTML}dfn"))) for section in notes for node in section.iterfind(XHTML + "div")
        ]
        if any(isinstance(block, Glossary) for block in chapter.blocks):
            assert notes == []
            continue
        linked = [node.get("href") for node in body.iter(XHTML + "a") if node.get("role") == "doc-noteref"]
        assert len(names) == len(set(names)) >= len(set(linked)), chapter.id
        assert boxed <= set(names), chapter.id
        if names:
            assert body[-1] is notes[0]
            assert flat(words(notes[0][0])) == interface(lang)["Words in this chapter"]
            listed += 1
    assert listed


def test_numbers_are_inside_headings(epub: Epub, folder: Path, lang: str) -> None:
    """A converter that starts a page at each heading leaves no number alone on the page before."""
    book = model(folder, lang)
    for kind, items in (("Chapter", book.chapters()), ("Part", book.parts)):
        for item in items:
            if item.number is None:
                continue
            root = epub.pages[item.id if kind == "Chapter" else f"part-{item.id}"]
            number = interface(lang)[f"{kind} %(number)s"] % {"number": item.number}
            head = root.find(f".//{XHTML}h1")
            assert flat(words(head)) == f"{number} {plain(item.title)}"
            assert flat(words(root.find(XHTML + "body"))).startswith(flat(words(head)))
            assert root.find(f".//{XHTML}title").text == plain(item.title)


def test_there_is_nothing_to_write_on_or_to_tick(epub: Epub) -> None:
    for name, root in epub.pages.items():
        assert root.xpath("//*[contains('blank rule tick fill', @class) and string(@class)]") == [], name
        for node in root.iter(XHTML + "li", XHTML + "p", XHTML + "dd", XHTML + "td"):
            assert flat(words(node)), name


def test_unfilled_lines_are_told_apart(epub: Epub, folder: Path, lang: str) -> None:
    """Where a hospital fills in nothing, no line ends after a colon: it says so, and the numbers are to be asked for."""
    names, book = interface(lang), model(folder, lang)
    ask = names["Before you go home, ask your team for these, and keep them in your phone:"]
    assert names["(not filled in yet: ask your team)"] in epub.text
    assert names["If a line is empty, ask your team to fill it in before you go home."] not in epub.text
    boxes = [box for root in epub.pages.values() for box in root.iterfind(".//*[@class='box call']")]
    assert boxes
    assert [box for box in boxes if ask not in flat(words(box))] == []
    back = flat(words(epub.pages["back-cover"].find(XHTML + "body")))
    assert [item.id for item in book.placeholders if not item.optional and plain(item.label) not in back] == []


def test_sheets_are_one_page_of_lists(epub: Epub, folder: Path, lang: str) -> None:
    book = model(folder, lang)
    [part] = [part for part in book.parts if part.sheets]
    page = epub.pages[f"sheets-{part.id}"]
    assert [name for name in epub.pages if name.startswith("sheet-")] == []
    assert list(page.iter(XHTML + "table", SVG + "svg")) == []
    sections = {node.get("id"): flat(words(node)) for node in page.iter(XHTML + "section")}
    for sheet in book.sheets():
        text = sections[f"sheet-{sheet.id}"]
        assert plain(sheet.purpose) in text
        assert sheet.call is None or interface(lang)["Call your team when:"] in text
    links = {node.get("href") for root in epub.pages.values() for node in root.iter(XHTML + "a")}
    assert {f"sheets-{part.id}.xhtml#sheet-{sheet.id}" for sheet in book.sheets()} & links
    assert f"sheets-{part.id}.xhtml" in {node.get("href") for node in epub.pages[f"part-{part.id}"].iter(XHTML + "a")}


def test_cells_are_labeled_with_their_columns(epub: Epub) -> None:
    """On a narrow screen, where rows are blocks, the label is before the text of the cell."""
    for table in (table for root in epub.pages.values() for table in root.iter(XHTML + "table")):
        heads = [flat(words(head)) for head in table.find(f"{XHTML}thead/{XHTML}tr")]
        for row in table.iterfind(f"{XHTML}tbody/{XHTML}tr"):
            assert [cell.get("data-label") for cell in row] == [None, *(f"{head}: " for head in heads[1:])]


def test_reading_order(epub: Epub, folder: Path, lang: str) -> None:
    files = {item.get("id"): item.get("href") for item in epub.package.iter("{http://www.idpf.org/2007/opf}item")}
    order = [files[item.get("idref")] for item in epub.package.iter("{http://www.idpf.org/2007/opf}itemref")]
    first = [f"text/{item.id}.xhtml" for item in model(folder, lang).front]
    assert order[: 3 + len(first)] == ["text/cover.xhtml", "text/title.xhtml", "nav.xhtml", *first]
    assert order[-2:] == ["text/imprint.xhtml", "text/back-cover.xhtml"]
