"""Render the text of an e-book: XHTML documents, contents, and page numbers of the printed booklet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, cast

from jinja2 import Environment
from lxml import etree

from carepress.epub.page_markers import OPS, XHTML, mark_pages
from carepress.epub.screen import box_terms, fit_to_screen, terms_of
from carepress.model import Book, Chapter, Document, Edition, EpubText, Glossary, Pagination, Part, PublishError, Term
from carepress.pages.drawings import plain
from carepress.pages.elsewhere import explained_terms
from carepress.pages.environment import RenderContext, fill_typefaces, fragment, is_internal, make_environment
from carepress.pages.render import styles
from carepress.text.inline import one_line
from carepress.text.palette import screen_colors
from carepress.text.reading_order import local_name
from carepress.text.safe_xml import parse_xml
from carepress.text.typefaces import ebook_css

# HTML elements without an end tag. All others get one, for readers that parse XHTML as HTML.
VOID = {"br", "col", "hr", "img", "link", "meta"}
TITLE_PAGES = 2  # documents before the contents: the cover and the title page


def render_epub(context: RenderContext, edition: Edition, pagination: Pagination) -> EpubText:
    """Return all the text of an e-book, each document as the bytes of its XHTML.

    `pagination` is that of the booklet whose page numbers the e-book has.
    Raises PublishError for a document that is not well-formed XML, and for a letter that no typeface has.
    """
    glossary = next((item.id for item in context.book.chapters() if _glossary_terms(item)), "")
    context = replace(context, medium="epub", anchor=_anchor(context.book, glossary))
    context = replace(context, explained=explained_terms(context.book, context.layout.words))
    words: Any = make_environment(context).get_template("epub/words.j2").module
    filled = {name for name, value in context.values.items() if value}
    environment = make_environment(
        replace(context, book=fit_to_screen(context.book, filled, words.unfilled)),
    )
    book: Book = environment.globals["book"]  # type: ignore[assignment]
    writer = _Writer(environment, context.book, pagination, glossary, words)
    opening = [
        writer.document("cover", "cover", words.cover),
        writer.document("title", "title", plain(book.title)),
    ]
    # The contents are here in the spine and the page list, but are rendered last, when all entries are known.
    pages_before = len(writer.pages)
    front = [writer.chapter(item) for item in book.front]
    # The part of a handout is the handout: the title page has its title already.
    opens = [plain(part.title) for part in book.parts] != [plain(book.title)]
    parts = [(part, writer.part(part, opens)) for part in book.parts]
    ending = [
        writer.document("imprint", "imprint", words.about),
        writer.document("back-cover", "back", words.back),
    ]
    toc = [*map(_entry, front), *(entry for part, inside in parts for entry in _entries(part, inside))]
    toc += map(_entry, ending)
    documents = [*opening, *front, *(item for _part, inside in parts for item in inside), *ending]
    landmarks = _landmarks(documents, glossary, words)
    nav, pages = writer.navigation(pages_before, toc=toc, landmarks=landmarks)
    ncx = environment.get_template("epub/toc.ncx.j2").render(toc=toc, pages=pages, identifier=book.urn)
    css = screen_colors() + styles(context.templates, edition, context.direction)
    css = ebook_css(css, (css, *(document.xhtml.decode() for document in documents), nav.decode()), book.lang)
    macros = {context.html_lang: cast(Any, environment.get_template("chapter.j2").module).typeface_words}
    return EpubText(
        documents=tuple(
            replace(item, xhtml=fill_typefaces(item.xhtml.decode(), css, macros).encode()) for item in documents
        ),
        certifier=context.hospital.name[book.lang] if context.hospital else plain(book.author),
        credential=words.credential,
        direction=context.direction,
        summary=words.summary,
        nav=nav,
        ncx=ncx.strip().encode(),
        css=css,
    )


def _anchor(book: Book, glossary: str) -> Callable[[str], str]:
    """Return the function from the target of a link to its address; `glossary` is the chapter with all terms."""
    sheets = {sheet.id: _sheets_name(part) for part in book.parts for sheet in part.sheets}

    def anchor(target: str) -> str:
        if not is_internal(target):
            return target
        scheme, _, name = target.partition(":")
        file = {"chapter": name.partition("#")[0], "term": glossary, "sheet": sheets.get(name)}[scheme]
        return f"{file}.xhtml#{fragment(target)}"

    return anchor


def _sheets_name(part: Part) -> str:
    """Return the name of the document that lists the sheets of a part."""
    return f"sheets-{part.id}"


def _entry(document: Document) -> dict[str, Any]:
    """Return the entry of a document in the contents."""
    return {"href": f"text/{document.name}.xhtml", "title": document.title, "part": None, "children": []}


def _entries(part: Part, documents: list[Document]) -> list[dict[str, Any]]:
    """Return the entries of a part: one with the others inside, unless the part has no opening."""
    opener, *inside = documents
    if opener.kind != "part":
        return [_entry(item) for item in documents]
    return [_entry(opener) | {"part": part, "children": [_entry(item) for item in inside]}]


def _landmarks(documents: list[Document], glossary: str, words: Any) -> list[dict[str, str]]:
    """Return the landmarks, which a reading system offers beside the contents (EPUB 3.3, section 7.4.4)."""
    named = {document.name: document for document in documents}
    first = documents[TITLE_PAGES]
    with_sheets = next((document for document in documents if document.kind == "sheets"), None)
    rows = [
        ("cover", "text/cover.xhtml", words.cover),
        ("toc", "nav.xhtml#contents", words.contents),
        ("bodymatter", f"text/{first.name}.xhtml", first.title),
        *(("glossary", f"text/{glossary}.xhtml", named[glossary].title) for _ in [1] if glossary),
        *(("appendix", f"text/{item.name}.xhtml", item.title) for item in [with_sheets] if item),
        *(("colophon", "text/imprint.xhtml", words.about) for _ in [1] if "imprint" in named),
    ]
    return [{"type": kind, "href": href, "title": title} for kind, href, title in rows]


@dataclass(frozen=True, slots=True)
class _PageLink:
    """An entry of the page list."""

    number: int
    href: str


class _Writer:
    """Renders documents and finishes them with notes and page markers; `pages` is the page list so far.

    `book` still has its words boxes, `words` are those of templates/epub/words.j2.
    """

    def __init__(self, environment: Environment, book: Book, pagination: Pagination, glossary: str, words: Any) -> None:
        self.environment, self.pagination, self.glossary, self.words = environment, pagination, glossary, words
        self.template = environment.get_template("epub/document.xhtml.j2")
        self.notes: Any = environment.get_template("epub/notes.j2").module
        self.terms = {term.id: term for chapter in book.chapters() for term in terms_of(chapter)}
        self.box_terms = {chapter.id: box_terms(chapter) for chapter in book.chapters()}
        self.note = cache(lambda term, linked: str(self.notes.note(self.terms[term], linked, bool(glossary))))
        self.pages: list[_PageLink] = []

    def chapter(self, item: Chapter) -> Document:
        """Render a chapter."""
        return self.document(item.id, "chapter", plain(item.title), item)

    def part(self, part: Part, opens: bool) -> list[Document]:
        """Render the opening of a part, if it `opens`, then its chapters and the list of its sheets."""
        opener = [self.document(f"part-{part.id}", "part", plain(part.title), part)] if opens else []
        chapters = [self.chapter(item) for item in part.chapters]
        sheets = [self.document(_sheets_name(part), "sheets", self.words.sheets, part)] if part.sheets else []
        return [*opener, *chapters, *sheets]

    def document(self, name: str, kind: Any, title: str, item: object = None) -> Document:
        """Render a document, and add its pages to the page list."""
        root = _parse(f"{name}.xhtml", self.template.render(kind=kind, title=title, item=item))
        body = root.find(XHTML + "body")
        label_cells(body, self.words.cell_label)
        if name != self.glossary:
            self.add_notes(body, name)
        numbers = mark_pages(body, self.pagination, self.words.page)
        self.pages += [_PageLink(number, f"text/{name}.xhtml#page-{number}") for number in numbers]
        return Document(name, kind, title, _serialize(root))

    def add_notes(self, body: etree._Element, name: str) -> None:
        """Link each glossary word to a note at the end of its document, which links back to it.

        The words of a words box that the text of the chapter does not link to follow the notes.
        """
        linked: list[str] = []
        for link in body.iter(XHTML + "a"):
            if link.get("class") == "term":
                term = link.get("href").partition("#term-")[2]
                link.attrib.update({OPS + "type": "noteref", "role": "doc-noteref", "href": f"#note-{term}"})
                if term not in linked:
                    link.set("id", f"ref-{term}")
                    linked.append(term)
        others = [term for term in self.box_terms.get(name, ()) if term not in linked]
        notes = [*(self.note(term, True) for term in linked), *(self.note(term, False) for term in others)]
        if notes:
            body.append(_parse("notes.j2", str(self.notes.notes(name, notes))))

    def navigation(self, before: int, **lists: Any) -> tuple[bytes, tuple[_PageLink, ...]]:
        """Return the navigation document and the page list. Its own pages come after `before` others."""
        own_pages = [
            _PageLink(s.page, f"nav.xhtml#page-{s.page}") for s in self.pagination.starts if s.section == "contents"
        ]
        pages = (*self.pages[:before], *own_pages, *self.pages[before:])
        root = _parse("nav.xhtml", self.environment.get_template("epub/nav.xhtml.j2").render(pages=pages, **lists))
        mark_pages(root.find(XHTML + "body"), self.pagination, self.words.page)
        return _serialize(root), pages


def label_cells(body: etree._Element, words: str = "{label}") -> None:
    """Give each cell of a table the heading of its column as data-label, and each table a <div> around it.

    `words` are those of the label, with its colon.

    If the <div> is narrow, templates/styles/epub.css turns rows into blocks with the label before the text of a cell.
    """
    for table in list(body.iter(XHTML + "table")):
        around = etree.Element(XHTML + "div", {"class": "table"})
        around.tail, table.tail = table.tail, None
        table.getparent().replace(table, around)
        around.append(table)
        labels = [one_line("".join(head.itertext())) for head in table.find(f"{XHTML}thead/{XHTML}tr")]
        for row in table.iterfind(f"{XHTML}tbody/{XHTML}tr"):
            for label, cell in zip(labels, row, strict=True):
                if cell.tag == XHTML + "td":
                    cell.set("data-label", words.replace("{label}", label))


def _glossary_terms(chapter: Chapter) -> tuple[Term, ...]:
    return tuple(term for block in chapter.blocks if isinstance(block, Glossary) for term in block.terms)


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
