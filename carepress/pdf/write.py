"""Lay out HTML and write PDF files with WeasyPrint."""

from __future__ import annotations

import gc
import io
import logging
import os
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any, Literal

from fontTools.ttLib import TTFont
from weasyprint import Document
from weasyprint.document import Page
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from carepress.pdf import own_fonts_only
from carepress.pdf.boxes import children, has_class, is_margin, is_text
from carepress.pdf.tags import tag_structure
from carepress.pdf.weasyprint_patches import (
    Fonts,
    NotelessHTML,
    chosen_fonts,
    has_lost_folder,
    make_font_config,
    page_box,
    patch_line_splitting,
    without_fonts_and_outlines,
)
from carepress.text.fonts import FAMILY, font_css, font_folder

GlyphTexts = Mapping[str, Mapping[int, str]]  # the text of each glyph, by hash of the font name and glyph number
Variant = Literal["pdf/a-2a", "pdf/x-4"]

# The page of a shell: one letter in each face of the family, so that WeasyPrint loads all four.
SHELL_STYLE = f'html{{font: 12pt "{FAMILY}"}}'
SHELL_BODY = "</head><body><p>a<b>a</b><i>a</i><b><i>a</i></b></p></body></html>"
PNG_DATA = "data:image/png;base64,"
MAX_NOTES = 5  # lines for notes, apart from sheets


class LayoutError(Exception):
    """WeasyPrint logged a warning: an error in our templates or style sheets, or a missing glyph."""


# --- Layout ----------------------------------------------------------------------------------


def lay_out(html: str) -> Document:
    """Lay out a document.

    Raises LayoutError for any warning of WeasyPrint, and for any resource other than our fonts and PNG data: output
    never depends on the network or the machine.
    """
    _start_weasyprint()
    with _warnings_as_errors():
        try:
            source = NotelessHTML(string=html, url_fetcher=_FontFetcher(fail_on_errors=True))
            document: Document = source.render(font_config=_shared_fonts())
        except FatalURLFetchingError as error:
            raise LayoutError(str(error.__cause__)) from None
    for page in document.pages:
        _fill_page(page_box(page))
    return document


def _fill_page(page: Any) -> None:
    """Repeat the last row or card of class “more” until the page is full, and a writing line up to `MAX_NOTES` lines.

    Only a sheet is better the more it has to write on; elsewhere, ruled lines would only hide an empty page. The
    attribute `copy_number` numbers the copies from 1.
    """
    last, parent = _last_repeatable(page, (None, None))
    if last is None or parent is None:
        return
    step, bottom = last.margin_height(), page.content_box_y() + page.height
    copies = int((bottom - last.position_y) / step) - 1
    if has_class(last, "rule"):
        copies = min(copies, MAX_NOTES - sum(has_class(line, "rule") for line in parent.children))
    for number in range(1, copies + 1):
        copy = last.deepcopy()
        copy.copy_number = number
        copy.translate(0, step * number)
        parent.children = (*parent.children, copy)


def _last_repeatable(box: Any, last: tuple[Any, Any]) -> tuple[Any, Any]:
    """Return the last box of class “more” and its parent, or two None if text follows it.

    `last` is the result for the boxes before this one.
    """
    for child in children(box):
        if is_margin(child):
            continue
        if has_class(child, "more"):
            last = (child, box)
        elif is_text(child):
            last = (None, None)
        else:
            last = _last_repeatable(child, last)
    return last


# --- PDF files -------------------------------------------------------------------------------


def write_pdf(document: Document, revised: date) -> bytes:
    """Return a document as an accessible PDF file, the same bytes in every call.

    The file conforms to PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2). `revised` is used for all dates in the
    file. Raises LayoutError for a character that the fonts do not have.
    """
    _freeze_clock(revised)
    with _warnings_as_errors(), tag_structure(document):
        return document.write_pdf(pdf_variant="pdf/a-2a", finisher=_claim_ua) or b""


def _freeze_clock(revised: date) -> None:
    """Make WeasyPrint write midnight UTC of this day for all dates in a file."""
    os.environ["SOURCE_DATE_EPOCH"] = str((revised - date(1970, 1, 1)).days * 86400)


def write_section(document: Document, pages: list[Page]) -> tuple[bytes, GlyphTexts]:
    """Return some pages of a document as a PDF file, and the texts of its glyphs.

    The file is to be bound with others (carepress/pdf/bind.py). It has its structure tree, but neither fonts nor bookmarks. Links may lead to names in other files. Raises
    LayoutError for a character that the fonts do not have.
    """
    texts: dict[str, dict[int, str]] = {}

    def collect(fonts: Fonts) -> None:
        for font in fonts.values():
            texts.setdefault(font.hash, {}).update(font.to_unicode)

    part = document.copy(pages)
    with _warnings_as_errors(), tag_structure(part), without_fonts_and_outlines(collect):
        return part.write_pdf(pdf_tags=True, uncompressed_pdf=True) or b"", texts


def write_shell(html: str, revised: date, texts: GlyphTexts, variant: Variant) -> bytes:
    """Return a file of one page with the metadata of a book's HTML and the fonts for these glyphs.

    The pages of the book are bound into it. It is PDF/A-2a with the claim of PDF/UA-1, or PDF/X-4 with random
    identifiers.
    """

    def choose(fonts: Fonts) -> None:
        for key, font in list(fonts.items()):
            if font.hash not in texts:
                del fonts[key]
                continue
            widths, font_texts = _glyph_data(font.file_content)
            font.to_unicode = {glyph: font_texts.get(glyph, text) for glyph, text in sorted(texts[font.hash].items())}
            font.widths = {glyph: widths[glyph] for glyph in font.to_unicode}

    _freeze_clock(revised)
    style = f"<style>{font_css(font_folder().as_uri() + '/')}{SHELL_STYLE}</style>"
    head = html[: html.index("</head>")]
    head = head[: head.index("<style>")] + style + head[head.rindex("</style>") + len("</style>") :]
    document = lay_out(head + SHELL_BODY)
    finisher = _claim_ua if variant == "pdf/a-2a" else None
    with _warnings_as_errors(), chosen_fonts(choose):
        return document.write_pdf(pdf_variant=variant, finisher=finisher) or b""


@cache
def _glyph_data(font_file: bytes) -> tuple[list[int], dict[int, str]]:
    """Return the widths of a font's glyphs in thousandths of its size, and the texts of those in its character map.

    A glyph with several code points has the lowest one as its text.
    """
    font = TTFont(io.BytesIO(font_file), lazy=True)
    names, unit = font.getGlyphOrder(), font["head"].unitsPerEm
    widths = [round(font["hmtx"][name][0] * 1000 / unit) for name in names]
    numbers = {name: number for number, name in enumerate(names)}
    texts: dict[int, str] = {}
    for code, name in sorted(font.getBestCmap().items()):
        texts.setdefault(numbers[name], chr(code))
    return widths, texts


# The claim of PDF/UA in a PDF/A file (ISO 14289-1, 5), with the extension schema that explains it to PDF/A
# (ISO 19005-2, 6.6.2.3.3).
UA_CLAIM = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of the standard that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def _claim_ua(_document: Document, file: Any) -> None:
    """Add the claim of PDF/UA to the metadata that WeasyPrint has written for PDF/A."""
    metadata = next(item for item in file.objects if getattr(item, "extra", {}).get("Type") == "/Metadata")
    metadata.stream = [part.replace(b"</rdf:RDF>", UA_CLAIM + b"</rdf:RDF>") for part in metadata.stream]


# --- The environment of WeasyPrint -----------------------------------------------------------


@contextmanager
def _warnings_as_errors() -> Iterator[None]:
    """Raise LayoutError at the end of the block if WeasyPrint has logged a warning in it."""
    collector = _WarningCollector()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(collector)
    try:
        yield
    finally:
        logger.removeHandler(collector)
    if collector.messages:
        raise LayoutError("; ".join(dict.fromkeys(collector.messages)))


class _WarningCollector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@cache
def _start_weasyprint() -> None:
    """Prepare this process for WeasyPrint: patches, and a garbage collector that runs rarely."""
    patch_line_splitting()
    # The layout of a book has a million objects, nearly all of which live until its end: searching them for garbage
    # after every 700 new ones takes a third of the time. carepress/pdf/typeset.py collects once, at the end.
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def _shared_fonts() -> FontConfiguration:
    """Return the font configuration of this process. WeasyPrint leaks 200 kB with each one, so it is shared."""
    fonts = _loaded_fonts()
    if has_lost_folder(fonts):
        _loaded_fonts.cache_clear()
        fonts = _loaded_fonts()
    return fonts


@cache
def _loaded_fonts() -> FontConfiguration:
    with own_fonts_only():
        return make_font_config()


class _FontFetcher(URLFetcher):  # type: ignore[misc]
    """Opens our font files and PNG data in the HTML; any other address stops the layout, even that of a font."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        if url.startswith(PNG_DATA):
            return URLFetcherResponse(url, b64decode(url.removeprefix(PNG_DATA)))
        base = font_folder().as_uri() + "/"
        name = url.removeprefix(base)
        if name == url or "/" in name:
            raise ValueError(f"{url} is not one of the book's fonts")
        return URLFetcherResponse(url, (font_folder() / name).read_bytes())
