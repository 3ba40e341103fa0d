"""Stage 4, write: XHTML becomes EPUB 3.3 by EbookLib, through subclasses that keep our bytes.

EbookLib 0.20 sends chapters through an HTML 4 parser, which breaks drawings silently, and stamps the
clock and a random identifier on every file. What is overridden here is private there, hence pinned.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

from ebooklib import epub
from lxml import etree

from carepress.model import Book, Booklet, Document, EpubText, Segment
from carepress.text.fonts import FACES, subset_font
from carepress.text.inline import strip_markup
from carepress.text.language import language_tag

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ACCESS = {
    "schema:accessMode": ("textual", "visual"),
    "schema:accessModeSufficient": ("textual", "textual,visual"),
    "schema:accessibilityFeature": (
        "alternativeText", "longDescription", "structuralNavigation", "tableOfContents", "readingOrder",
        "pageBreakMarkers", "pageNavigation", "displayTransformability", "unlocked",
    ),
    "schema:accessibilityHazard": ("none",),
}  # fmt: skip
OF_PAGES = {"pageBreakMarkers", "pageNavigation"}
CONFORMS_TO = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
# Zip files cannot say an earlier time; the content's date is in the package document.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def write_epub(book: Book, text: EpubText, booklet: Booklet, label: str = "") -> bytes:
    """Return an EPUB file, the same bytes at every call.

    `booklet` is the printed one that it shares its cover and page numbers with. `label` tells what it is made from.
    """
    lang = language_tag(book.lang)
    package = epub.EpubBook()
    _describe(package, book, lang)
    if label:
        package.add_metadata(None, "meta", label, {"property": "dcterms:provenance"})
    _vouch(package, text, booklet)
    image = epub.EpubCover(file_name="img/cover.jpg")
    image.content = booklet.cover
    package.add_item(image)
    package.add_item(epub.EpubItem("style", "css/book.css", "text/css", text.css.encode()))
    letters = _letters(text)
    for name, _style, _weight in FACES.values():
        face = next(key for key, row in FACES.items() if row[0] == name)
        package.add_item(epub.EpubItem(f"font-{face}", f"fonts/{name}", "font/ttf", subset_font(face, letters)))
    pages = [package.add_item(_Page(document)) for document in text.documents]
    package.add_item(_nav(text.nav))
    package.add_item(epub.EpubNcx())
    if text.direction == "rtl":
        package.set_direction("rtl")
    package.spine = [*pages[:3], "nav", *pages[3:]]
    package.guide = [
        {"type": "cover", "href": "text/cover.xhtml", "title": text.documents[0].title},
        {"type": "toc", "href": "nav.xhtml", "title": "nav"},
    ]
    return _Writer(package, text.ncx, lang, book).to_bytes()


def _words(segment: Segment) -> str:
    return strip_markup(segment.text)


def _describe(package: Any, book: Book, lang: str) -> None:
    """Fill in the metadata (EPUB 3.3, section 5)."""
    package.metadata.clear()
    package.set_identifier(book.urn)
    package.set_title(_words(book.title))
    package.set_language(lang)
    package.metadata[epub.NAMESPACES["DC"]]["title"] = [(_words(book.title), {"id": "main-title"})]

    def dc(name: str, value: str, **attributes: str) -> None:
        package.add_metadata("DC", name, value, attributes)

    def meta(prop: str, value: str, **attributes: str) -> None:
        package.add_metadata(None, "meta", value, {"property": prop, **attributes})

    meta("title-type", "main", refines="#main-title")
    dc("title", _words(book.subtitle), id="subtitle")
    meta("title-type", "subtitle", refines="#subtitle")
    dc("creator", _words(book.author), id="creator")
    meta("role", "aut", refines="#creator", scheme="marc:relators")
    dc("publisher", "Carepress")
    dc("description", _words(book.description))
    dc("date", book.revised.isoformat())
    dc("rights", f"{book.license} {book.license_url}")
    for subject in book.subjects:
        dc("subject", _words(subject))
    package.add_metadata(None, "meta", "", {"name": "cover", "content": "cover-img"})


def _vouch(package: Any, text: EpubText, booklet: Booklet) -> None:
    """Say what makes the book accessible, and who vouches for it (EPUB Accessibility 1.1, sections 2 and 3)."""
    has_pages = bool(booklet.pagination.starts)

    def meta(prop: str, value: str, **attributes: str) -> None:
        package.add_metadata(None, "meta", value, {"property": prop, **attributes})

    for prop, values in ACCESS.items():
        for value in values:
            if has_pages or value not in OF_PAGES:
                meta(prop, value)
    meta("schema:accessibilitySummary", text.summary)
    meta("dcterms:conformsTo", CONFORMS_TO, id="conformance")
    meta("a11y:certifiedBy", text.certifier, refines="#conformance", id="certifier")
    meta("a11y:certifierCredential", text.credential, refines="#certifier")
    if has_pages:
        meta("pageBreakSource", booklet.urn)
    report = {"href": "text/imprint.xhtml#imprint-access", "media-type": "application/xhtml+xml"}
    package.add_metadata(None, "link", "", {"rel": "a11y:certifierReport", "refines": "#certifier", **report})


def _letters(text: EpubText) -> set[int]:
    shown = [*(document.xhtml.decode() for document in text.documents), text.nav.decode(), text.css]
    return {ord(letter) for part in shown for letter in set(part)} | set(range(0x20, 0x7F))


class _Page(epub.EpubHtml):  # type: ignore[misc]
    """A document whose bytes are ours, with its manifest properties found in its tree."""

    def __init__(self, document: Document) -> None:
        self.bytes = document.xhtml
        super().__init__(
            uid=document.name,
            file_name=f"text/{document.name}.xhtml",
            media_type="application/xhtml+xml",
            title=document.title,
            content=self.bytes,
        )
        self.properties = ["svg"] if b"<svg" in document.xhtml else []

    def get_content(self, default: object = None) -> bytes:
        return self.bytes


class _Nav(epub.EpubNav):  # type: ignore[misc]
    def get_content(self, default: object = None) -> bytes:
        return bytes(self.content)


def _nav(content: bytes) -> _Nav:
    nav = _Nav(uid="nav", file_name="nav.xhtml")
    nav.content = content
    return nav


class _FixedZip(zipfile.ZipFile):
    """A zip file whose members carry neither the clock nor the machine."""

    def writestr(
        self, name: Any, data: Any, compress_type: int | None = None, compresslevel: int | None = None
    ) -> None:
        member = zipfile.ZipInfo(name if isinstance(name, str) else name.filename, ZIP_TIME)
        member.external_attr, member.create_system = 0o100644 << 16, 3
        kind = self.compression if compress_type is None else compress_type
        super().writestr(member, data, kind, compresslevel or 9)


class _Writer(epub.EpubWriter):  # type: ignore[misc]
    def __init__(self, package: Any, ncx: bytes, lang: str, book: Book) -> None:
        modified = datetime(book.revised.year, book.revised.month, book.revised.day)
        super().__init__("", package, {"mtime": modified, "epub3_pages": False, "raise_exceptions": True})
        self.ncx, self.lang = ncx, lang

    def _get_nav(self, item: Any) -> bytes:
        return bytes(item.content)

    def _get_ncx(self) -> bytes:
        return self.ncx

    def _write_opf_file(self, root: etree._Element) -> None:
        root.set(XML_LANG, self.lang)
        root.attrib.pop("prefix", None)
        manifest = root.find("manifest")
        assert manifest is not None
        for item in manifest:
            item.attrib.pop("duration", None)
        super()._write_opf_file(root)

    def to_bytes(self) -> bytes:
        self.process()
        data = io.BytesIO()
        # The writer's own write() hides every OSError.
        with _FixedZip(data, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as self.out:
            self.out.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
            self._write_container()
            self._write_opf()
            self._write_items()
        return data.getvalue()
