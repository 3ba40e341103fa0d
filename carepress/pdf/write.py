"""Lay out HTML and write PDF files with WeasyPrint."""

from __future__ import annotations

import gc
import io
import logging
import os
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache, lru_cache
from math import inf
from typing import Any, Literal

from fontTools.ttLib import TTFont
from weasyprint import CSS, Document
from weasyprint.document import Page
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from carepress.pdf import own_fonts_only
from carepress.pdf.boxes import is_text
from carepress.pdf.fill_page import fill_page
from carepress.pdf.tags import tag_structure
from carepress.pdf.weasyprint_patches import (
    CounterStyle,
    Fonts,
    LeanHTML,
    chosen_fonts,
    clean_bookmarks,
    glyph_texts,
    has_lost_folder,
    make_font_config,
    page_box,
    patch_line_splitting,
    patch_path_drawing,
    patch_text_drawing,
    patch_text_maps,
    unbroken_languages,
    without_fonts_and_outlines,
)
from carepress.pdf.word_order import read_line
from carepress.text.bidi import is_right_to_left
from carepress.text.fonts import FAMILY, font_css, font_folder
from carepress.text.line_breaks import mark_html_breaks
from carepress.text.typefaces import SCHEME, Typeface, face_rules, is_rtl_typeface, read_face, typefaces_in

GlyphTexts = Mapping[str, Mapping[int, str]]  # the text of each glyph, by hash of the font name and glyph number
Variant = Literal["pdf/a-2a", "pdf/x-4"]

# The page of a shell: one letter in each face of the family, so that WeasyPrint loads all four.
SHELL_STYLE = f'html{{font: 12pt "{FAMILY}"}}'
SHELL_LETTERS = "{0}<b>{0}</b><i>{0}</i><b><i>{0}</i></b>"
STYLE = re.compile("<style>(.*?)</style>", re.S)
SAME_LINE = 2  # how far PDFium lets baselines differ, about, in CSS px: half the width of a narrow letter
PNG_DATA = "data:image/png;base64,"


class LayoutError(Exception):
    """WeasyPrint logged a warning: an error in our templates or style sheets, or a missing glyph."""


# --- Layout ----------------------------------------------------------------------------------


def lay_out(html: str, css: str = "") -> Document:
    """Lay out a document.

    `css` is a style sheet that many documents share; without it, the first one in the head of the document is. It is
    parsed once in this process, and the other ones override it. Raises LayoutError for any warning of WeasyPrint, and for
    any resource other than our fonts and PNG data: output never depends on the network or the machine.
    """
    _start_weasyprint()
    with _warnings_as_errors():
        try:
            typefaces = typefaces_in(css + html)
            fonts = _shared_fonts(typefaces)
            if not css:
                html, css = _without_style(html)
            marked = mark_html_breaks(html, unbroken_languages())
            source = LeanHTML(marked, _FontFetcher(fail_on_errors=True))
            sheet, counters = _style_sheet(css, fonts)
            document: Document = source.render(font_config=fonts, stylesheets=[sheet], counter_style=counters.copy())
        except FatalURLFetchingError as error:
            raise LayoutError(str(error.__cause__)) from None
    has_right_to_left = any(map(is_rtl_typeface, typefaces))
    for page in document.pages:
        fill_page(page_box(page))
        clean_bookmarks(page)
        if has_right_to_left:
            _mark_directions(page_box(page))
    return document


def _without_style(html: str) -> tuple[str, str]:
    """Return a document without the first style sheet of its head, and that style sheet; or the document and none."""
    head, body, _rest = html.partition("<body")
    found = STYLE.search(head) if body else None  # a drawing in the body may have a style, too
    return (html[: found.start()] + html[found.end() :], found[1]) if found else (html, "")


def _mark_directions(page: Any) -> None:
    """Give each text box of a page the attribute `read_as`: how PDFium reads the line that it is in.

    Boxes that follow each other on the same baseline are one line to PDFium, such as those of two cells. In lines without
    a right-to-left letter, boxes do not have the attribute.
    """
    lines: list[list[Any]] = []
    last = -inf
    for box in filter(is_text, page.descendants()):
        baseline = box.position_y + box.baseline
        if abs(baseline - last) > SAME_LINE:
            lines.append([])
        lines[-1].append(box)
        last = baseline
    for line in lines:
        texts = [box.text for box in line]
        if any(map(is_right_to_left, texts)):
            for box, reading in zip(line, read_line(texts)):
                box.read_as = reading


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
            widths = _glyph_widths(font.file_content)
            font_texts = glyph_texts(font.hash, font.file_content)
            font.to_unicode = {glyph: font_texts.get(glyph, text) for glyph, text in sorted(texts[font.hash].items())}
            font.widths = {glyph: widths[glyph] for glyph in font.to_unicode}

    _freeze_clock(revised)
    typefaces = typefaces_in(html)
    css = font_css(font_folder().as_uri() + "/") + face_rules(typefaces) + SHELL_STYLE
    style = f"<style>{css}</style>"
    head = html[: html.index("</head>")]
    head = head[: head.index("<style>")] + style + head[head.rindex("</style>") + len("</style>") :]
    document = lay_out(f"{head}</head><body><p>{SHELL_LETTERS.format('a')}</p>{_samples(typefaces)}</body></html>")
    finisher = _claim_ua if variant == "pdf/a-2a" else None
    with _warnings_as_errors(), chosen_fonts(choose):
        return document.write_pdf(pdf_variant=variant, finisher=finisher) or b""


def _samples(typefaces: tuple[Typeface, ...]) -> str:
    """Return a paragraph for each typeface, with a letter in each face."""
    return "".join(
        f"<p style=\"font-family:'{typeface.family}'\">{SHELL_LETTERS.format(typeface.sample)}</p>"
        for typeface in typefaces
    )


@cache
def _glyph_widths(font_file: bytes) -> list[int]:
    """Return the widths of a font's glyphs in thousandths of its size."""
    font = TTFont(io.BytesIO(font_file), lazy=True)
    unit = font["head"].unitsPerEm
    return [round(font["hmtx"][name][0] * 1000 / unit) for name in font.getGlyphOrder()]


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
    patch_path_drawing()
    patch_text_drawing()
    patch_text_maps()
    # The layout of a book has a million objects, nearly all of which live until its end: searching them for garbage
    # after every 700 new ones takes a third of the time. carepress/pdf/typeset.py collects once, at the end.
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def _shared_fonts(typefaces: tuple[Typeface, ...]) -> FontConfiguration:
    """Return the font configuration of this process for documents with these typefaces.

    WeasyPrint leaks 200 kB with each one, so it is shared; but letters fall back to every font in it, so that a
    document with more typefaces has another one.
    """
    fonts = _loaded_fonts(typefaces)
    if has_lost_folder(fonts):
        _loaded_fonts.cache_clear()
        fonts = _loaded_fonts(typefaces)
    return fonts


@lru_cache(maxsize=8)
def _style_sheet(css: str, fonts: FontConfiguration) -> tuple[CSS, CounterStyle]:
    """Return a parsed style sheet, and the counter styles that it defines. Raises LayoutError, each time.

    It has the origin of a user's style sheet: those of a document, and attributes, override it (CSS Cascade 4, 6.1).
    """
    counters, fetcher = CounterStyle(), _FontFetcher(fail_on_errors=True)
    with _warnings_as_errors():
        sheet = CSS(string=css, url_fetcher=fetcher, font_config=fonts, counter_style=counters)
    return sheet, counters


@cache
def _loaded_fonts(_typefaces: tuple[Typeface, ...]) -> FontConfiguration:
    with own_fonts_only():
        return make_font_config()


class _FontFetcher(URLFetcher):  # type: ignore[misc]
    """Opens our font files and PNG data in the HTML; any other address stops the layout, even that of a font."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        if url.startswith(PNG_DATA):
            return URLFetcherResponse(url, b64decode(url.removeprefix(PNG_DATA)))
        if url.startswith(SCHEME):
            return URLFetcherResponse(url, read_face(url))
        base = font_folder().as_uri() + "/"
        name = url.removeprefix(base)
        if name == url or "/" in name:
            raise ValueError(f"{url} is not one of the book's fonts")
        return URLFetcherResponse(url, (font_folder() / name).read_bytes())
