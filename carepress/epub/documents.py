"""Render the text of an e-book: XHTML documents, contents, and page numbers of the printed booklet."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from jinja2 import Environment
from lxml import etree

from carepress.epub.page_markers import OPS, XHTML, mark_pages
from carepress.model import (
    Book,
    Chapter,
    Document,
    Edition,
    EpubText,
    Glossary,
    Pagination,
    PublishError,
    Term,
    WordsBox,
)
from carepress.pages.drawings import plain
from carepress.pages.environment import RenderContext, fragment, is_internal, make_environment
from carepress.pages.render import styles
from carepress.text.fonts import font_css
from carepress.text.reading_order import local_name
from carepress.text.safe_xml import parse_xml

# HTML elements without an end tag. All others get one, for readers that parse XHTML as HTML.
VOID = {"br", "col", "hr", "img", "link", "meta"}
TITLE_PAGES = 2  # documents before the contents: the cover and the title page


def render_epub(context: RenderContext, edition: Edition, pagination: Pagination) -> EpubText:
    """Return all the text of an e-book, each document as the bytes of its XHTML.

    `pagination` is that of the booklet whose page numbers the e-book has.
    Raises PublishError for a document that is not well-formed XML.
    """
    book = context.book
    glossary = next((item.id for item in book.chapters() if _glossary_terms(item, book)), "")
    context = replace(context, medium="epub", anchor=_anchor(glossary))
    environment = make_environment(context)
    words: Any = environment.get_template("epub/words.j2").module
    writer = _Writer(environment, book, pagination, glossary, words.page)
    documents = [
        writer.document("cover", "cover", words.cover),
        writer.document("title", "title", plain(book.title)),
    ]
    # The contents are here in the spine and the page list, but are rendered last, when all entries are known.
    pages_before = len(writer.pages)
    documents += [writer.document(item.id, "chapter", plain(item.title), item) for item in book.front]
    toc = [_entry(item) for item in documents[TITLE_PAGES:]]
    for part in book.parts if not book.cut else ():
        opener = writer.document(f"part-{part.id}", "part", plain(part.title), part)
        inside = [writer.document(item.id, "chapter", plain(item.title), item) for item in part.chapters]
        inside += [writer.document(f"sheet-{item.id}", "sheet", plain(item.title), item) for item in part.sheets]
        documents += [opener, *inside]
        toc.append(_entry(opener) | {"children": [_entry(item) for item in inside]})
    for part in book.parts if book.cut else ():
        inside = [writer.document(item.id, "chapter", plain(item.title), item) for item in part.chapters]
        inside += [writer.document(f"sheet-{item.id}", "sheet", plain(item.title), item) for item in part.sheets]
        documents += inside
        toc += [_entry(item) for item in inside]
    if not book.cut:
        documents.append(writer.document("imprint", "imprint", words.about))
        toc.append(_entry(documents[-1]))
    documents.append(writer.document("back-cover", "back", words.back))
    toc.append(_entry(documents[-1]))
    landmarks = _landmarks(documents, book, glossary, words)
    nav, pages = writer.navigation(pages_before, toc=toc, landmarks=landmarks)
    ncx = environment.get_template("epub/toc.ncx.j2").render(toc=toc, pages=pages, identifier=book.urn)
    return EpubText(
        documents=tuple(documents),
        certifier=context.hospital.name[book.lang] if context.hospital else plain(book.author),
        credential=words.credential,
        direction=context.direction,
        summary=words.summary,
        nav=nav,
        ncx=ncx.strip().encode(),
        css=font_css("../fonts/") + styles(context.templates, edition, context.direction),
    )


def _anchor(glossary: str) -> Callable[[str], str]:
    """Return the function from the target of a link to its address; `glossary` is the chapter with all terms."""

    def anchor(target: str) -> str:
        if not is_internal(target):
            return target
        scheme, _, name = target.partition(":")
        file = {"chapter": name.partition("#")[0], "term": glossary, "sheet": f"sheet-{name}"}[scheme]
        return f"{file}.xhtml#{fragment(target)}"

    return anchor


def _entry(document: Document) -> dict[str, Any]:
    """Return the entry of a document in the contents."""
    return {"href": f"text/{document.name}.xhtml", "title": document.title, "children": []}


def _landmarks(documents: list[Document], book: Book, glossary: str, words: Any) -> list[dict[str, str]]:
    """Return the landmarks, which a reading system offers beside the contents (EPUB 3.3, section 7.4.4)."""
    named = {document.name: document for document in documents}
    first = next(item for item in documents if item.kind == ("chapter" if book.cut else "part"))
    with_sheets = next((f"part-{part.id}" for part in book.parts if part.sheets and not book.cut), "")
    rows = [
        ("cover", "text/cover.xhtml", words.cover),
        ("toc", "nav.xhtml#contents", words.contents),
        ("bodymatter", f"text/{first.name}.xhtml", first.title),
        *(("glossary", f"text/{glossary}.xhtml", named[glossary].title) for _ in [1] if glossary and not book.cut),
        *(("appendix", f"text/{with_sheets}.xhtml", named[with_sheets].title) for _ in [1] if with_sheets),
        *(("colophon", "text/imprint.xhtml", words.about) for _ in [1] if not book.cut),
    ]
    return [{"type": kind, "href": href, "title": title} for kind, href, title in rows]


@dataclass(frozen=True, slots=True)
class _PageLink:
    """An entry of the page list."""

    number: int
    href: str


class _Writer:
    """Renders documents and finishes them with notes and page markers; `pages` is the page list so far."""

    def __init__(self, environment: Environment, book: Book, pagination: Pagination, glossary: str, page: str) -> None:
        self.environment, self.pagination, self.glossary, self.page = environment, pagination, glossary, page
        self.template = environment.get_template("epub/document.xhtml.j2")
        self.is_cut = book.cut is not None  # its words are explained at the end of a chapter
        self.terms = {term.id: term for chapter in book.chapters() for term in _glossary_terms(chapter, book)}
        self.note = cache(self.render_note)
        self.pages: list[_PageLink] = []

    def document(self, name: str, kind: Any, title: str, item: object = None) -> Document:
        """Render a document, and add its pages to the page list."""
        root = _parse(f"{name}.xhtml", self.template.render(kind=kind, title=title, item=item))
        body = root.find(XHTML + "body")
        if name != self.glossary or self.is_cut:
            self.add_notes(body)
        numbers = mark_pages(body, self.pagination, self.page)
        self.pages += [_PageLink(number, f"text/{name}.xhtml#page-{number}") for number in numbers]
        return Document(name, kind, title, _serialize(root))

    def add_notes(self, body: etree._Element) -> None:
        """Link each glossary word to a note at the end of its document, which links back to it."""
        linked: list[str] = []
        for link in body.iter(XHTML + "a"):
            if link.get("class") == "term":
                term = link.get("href").partition("#term-")[2]
                link.attrib.update({OPS + "type": "noteref", "role": "doc-noteref", "href": f"#note-{term}"})
                if term not in linked:
                    link.set("id", f"ref-{term}")
                    linked.append(term)
        body.extend(deepcopy(self.note(term)) for term in linked)

    def render_note(self, term: str) -> etree._Element:
        """Return the note of a term; `note` caches it."""
        notes: Any = self.environment.get_template("epub/note.j2").module
        return _parse("note.j2", str(notes.note(self.terms[term])))

    def navigation(self, before: int, **lists: Any) -> tuple[bytes, tuple[_PageLink, ...]]:
        """Return the navigation document and the page list. Its own pages come after `before` others."""
        own_pages = [
            _PageLink(s.page, f"nav.xhtml#page-{s.page}") for s in self.pagination.starts if s.section == "contents"
        ]
        pages = (*self.pages[:before], *own_pages, *self.pages[before:])
        root = _parse("nav.xhtml", self.environment.get_template("epub/nav.xhtml.j2").render(pages=pages, **lists))
        mark_pages(root.find(XHTML + "body"), self.pagination, self.page)
        return _serialize(root), pages


def _glossary_terms(chapter: Chapter, book: Book) -> tuple[Term, ...]:
    """Return the terms that a glossary explains: in a handout, the box at the end."""
    kind = WordsBox if book.cut else Glossary
    return tuple(term for block in chapter.blocks if isinstance(block, kind) for term in block.terms)


def _parse(name: str, text: str) -> etree._Element:
    try:
        return parse_xml(text.strip().encode(), keep_comments=True)
    except etree.XMLSyntaxError as error:
        raise PublishError(
            f"templates/epub ({name})",
            error.lineno,
            f"the page is not well-formed: {error.msg}",
            "fix the template",
        ) from None


def _serialize(root: etree._Element) -> bytes:
    for element in root.iter(etree.Element):
        if element.text is None and not len(element) and local_name(element) not in VOID:
            element.text = ""
    data: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, doctype="<!DOCTYPE html>")
    return data
