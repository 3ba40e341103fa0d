"""Write EPUB 3.3 packages with EbookLib: metadata, documents, fonts and cover."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from typing import Any

from ebooklib import epub

from carepress.epub.documents import TITLE_PAGES
from carepress.epub.ebooklib_patches import NavDocument, XhtmlDocument, write_package
from carepress.model import Book, Booklet, Document, EpubText, Segment
from carepress.text.inline import strip_markup
from carepress.text.language import language_tag
from carepress.text.typefaces import ebook_fonts

ACCESSIBILITY = {
    "schema:accessMode": ("textual", "visual"),
    "schema:accessModeSufficient": ("textual", "textual,visual"),
    "schema:accessibilityFeature": (
        "alternativeText", "longDescription", "structuralNavigation", "tableOfContents", "readingOrder",
        "pageBreakMarkers", "pageNavigation", "displayTransformability", "unlocked",
    ),
    "schema:accessibilityHazard": ("none",),
}  # fmt: skip
PAGE_FEATURES = {"pageBreakMarkers", "pageNavigation"}  # only for a book with page numbers
EMBEDDED = re.compile(rb"data:image/png;base64,([A-Za-z0-9+/=]+)")
CONFORMS_TO = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"


def write_epub(book: Book, text: EpubText, booklet: Booklet, label: str = "") -> bytes:
    """Return an EPUB file, the same bytes in every call.

    The cover and the page numbers are those of `booklet`. `label` is the provenance in the metadata.
    """
    lang = language_tag(book.lang)
    package = epub.EpubBook()
    _add_metadata(package, book, lang)
    if label:
        package.add_metadata(None, "meta", label, {"property": "dcterms:provenance"})
    _add_accessibility(package, text, booklet)
    image = epub.EpubCover(file_name="img/cover.jpg")
    image.content = booklet.cover
    package.add_item(image)
    package.add_item(epub.EpubItem("style", "css/book.css", "text/css", text.css.encode()))
    for key, (name, font) in ebook_fonts(text.css, _characters(text)).items():
        package.add_item(epub.EpubItem(key, f"fonts/{name}", "font/ttf", font))
    pictures: dict[bytes, str] = {}
    documents = [package.add_item(XhtmlDocument(_with_files(document, pictures))) for document in text.documents]
    for data, name in pictures.items():
        package.add_item(epub.EpubItem(f"picture-{name}", f"img/{name}.png", "image/png", base64.b64decode(data)))
    package.add_item(NavDocument(text.nav))
    package.add_item(epub.EpubNcx())
    if text.direction == "rtl":
        package.set_direction("rtl")
    package.spine = [*documents[:TITLE_PAGES], "nav", *documents[TITLE_PAGES:]]
    package.guide = [
        {"type": "cover", "href": "text/cover.xhtml", "title": text.documents[0].title},
        {"type": "toc", "href": "nav.xhtml", "title": "nav"},
    ]
    return write_package(package, text.ncx, lang, book.revised)


def _with_files(document: Document, pictures: dict[bytes, str]) -> Document:
    """Return a document whose embedded pictures are files, and add them to `pictures`: many readers show only files."""

    def link(picture: re.Match[bytes]) -> bytes:
        return f"../img/{pictures.setdefault(picture[1], f'logo-{len(pictures) + 1}')}.png".encode()

    return replace(document, xhtml=EMBEDDED.sub(link, document.xhtml))


def _plain(segment: Segment) -> str:
    return strip_markup(segment.text)


def _add_metadata(package: Any, book: Book, lang: str) -> None:
    """Add the publication's metadata (EPUB 3.3, section 5.5)."""
    package.metadata.clear()
    package.set_identifier(book.urn)
    package.set_title(_plain(book.title))
    package.set_language(lang)
    package.metadata[epub.NAMESPACES["DC"]]["title"] = [(_plain(book.title), {"id": "main-title"})]

    def dc(name: str, value: str, **attributes: str) -> None:
        package.add_metadata("DC", name, value, attributes)

    def meta(prop: str, value: str, **attributes: str) -> None:
        package.add_metadata(None, "meta", value, {"property": prop, **attributes})

    meta("title-type", "main", refines="#main-title")
    dc("title", _plain(book.subtitle), id="subtitle")
    meta("title-type", "subtitle", refines="#subtitle")
    dc("creator", _plain(book.author), id="creator")
    meta("role", "aut", refines="#creator", scheme="marc:relators")
    dc("publisher", "Carepress")
    dc("description", _plain(book.description))
    dc("date", book.revised.isoformat())
    dc("rights", f"{book.license} {book.license_url}")
    for subject in book.subjects:
        dc("subject", _plain(subject))
    package.add_metadata(None, "meta", "", {"name": "cover", "content": "cover-img"})


def _add_accessibility(package: Any, text: EpubText, booklet: Booklet) -> None:
    """Add the accessibility metadata and the certifier (EPUB Accessibility 1.1, sections 2 and 3)."""
    has_pages = bool(booklet.pagination.starts)

    def meta(prop: str, value: str, **attributes: str) -> None:
        package.add_metadata(None, "meta", value, {"property": prop, **attributes})

    for prop, values in ACCESSIBILITY.items():
        for value in values:
            if has_pages or value not in PAGE_FEATURES:
                meta(prop, value)
    meta("schema:accessibilitySummary", text.summary)
    meta("dcterms:conformsTo", CONFORMS_TO, id="conformance")
    meta("a11y:certifiedBy", text.certifier, refines="#conformance", id="certifier")
    meta("a11y:certifierCredential", text.credential, refines="#certifier")
    if has_pages:
        meta("pageBreakSource", booklet.urn)
    report = {"href": "text/imprint.xhtml#imprint-access", "media-type": "application/xhtml+xml"}
    package.add_metadata(None, "link", "", {"rel": "a11y:certifierReport", "refines": "#certifier", **report})


def _characters(text: EpubText) -> set[int]:
    """Return the code points that the fonts need: those of all documents and the style sheet."""
    parts = [*(document.xhtml.decode() for document in text.documents), text.nav.decode(), text.css]
    return {ord(character) for part in parts for character in set(part)}
