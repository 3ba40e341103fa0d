"""The e-books: container, documents and text."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from carepress.model import DrawingPart, Figure, Glossary, PublishError, segments
from carepress.text.fonts import FACES
from support import (
    LANGS,
    OPS,
    SVG,
    XHTML,
    XML_LANG,
    Epub,
    epubcheck,
    flat,
    interface,
    model,
    open_epub,
    page_words,
    plain,
    words,
)

HEADINGS = [f"{XHTML}h{level}" for level in range(1, 7)]
# The name of a service, which the Spanish text explains beside it.
ENGLISH_NAMES = {"Find a Clinical Trial"}
# Kinds of text that an e-book lacks: labels are outlines; only the booklet has running heads and a back cover.
NOT_TEXT = {"book description", "subject", "drawing label", "running head", "placeholder"}


def test_epubcheck(epub_path: Path, tmp_path: Path) -> None:
    assert epubcheck(epub_path, tmp_path / "report.json") == []


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
    parts = [item.drawing for sheet in book.sheets() for item in sheet.parts if isinstance(item, DrawingPart)]
    descriptions = []
    for root in epub.pages.values():
        for drawing in root.iter(SVG + "svg"):
            assert drawing.get("role") == "img"
            assert re.fullmatch(r"0 0 \d+ \d+", drawing.get("viewBox") or "")
            assert [drawing[0].tag, drawing[1].tag] == [SVG + "title", SVG + "desc"]
            assert drawing.get("aria-labelledby").split() == [drawing[0].get("id"), drawing[1].get("id")]
            assert next(drawing.iter(SVG + "text"), None) is None
            assert next(drawing.iterfind(".//*[@class]"), None) is None
            descriptions.append(drawing[1].text)
    assert Counter(descriptions) == Counter(plain(drawing.description) for drawing in (*figures, *parts))


def test_navigation(epub: Epub, folder: Path, lang: str) -> None:
    book = model(folder, lang)
    toc, pages, landmarks = epub.nav.iter(XHTML + "nav")
    assert [nav.get(OPS + "type") for nav in (toc, pages, landmarks)] == ["toc", "page-list", "landmarks"]
    depths = {sum(1 for _ in node.iterancestors(XHTML + "ol")) for node in toc.iter(XHTML + "a")}
    assert depths == {1, 2}
    titles = [plain(item.title) for part in book.parts for item in (part, *part.chapters, *part.sheets)]
    titles += [interface(lang)["About this handbook"], interface(lang)["Call your team"]]
    assert [flat("".join(node.itertext())) for node in toc.iter(XHTML + "a")][-len(titles) :] == titles
    assert {"toc", "bodymatter", "cover", "glossary", "appendix", "colophon"} == {
        node.get(OPS + "type") for node in landmarks.iter(XHTML + "a")
    }
    ncx = epub.tree("EPUB/toc.ncx")
    points = ncx.iter("{http://www.daisy.org/z3986/2005/ncx/}navPoint")
    names = [flat("".join(point[0].itertext())) for point in points]
    assert names[-len(titles) :] == titles
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
    book = replace(model(folder, lang), cover=None, schedules=(), handouts=())
    visible = (segment for segment in segments(book) if segment.kind not in NOT_TEXT)
    assert [segment.text for segment in visible if plain(segment) not in epub.text] == []


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
        notes = {node.get("id"): node for node in root.iter(XHTML + "aside")}
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
