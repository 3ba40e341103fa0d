"""HTML is laid out and written as PDF by WeasyPrint, which is imported here alone and late."""

from __future__ import annotations

import gc
import io
import logging
import os
import re
import warnings
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

import pydyf
import weasyprint  # noqa: F401
from fontTools.ttLib import TTFont
from weasyprint import CSS, HTML, Document, pdf
from weasyprint.css.counters import CounterStyle
from weasyprint.document import Page
from weasyprint.html import UA
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from carepress.pdf.line_break import keep_lines_whole
from carepress.pdf.tags import own_structure
from carepress.text.fonts import FAMILY, font_css, font_folder

Texts = Mapping[str, Mapping[int, str]]  # by the name of a font in a file, its glyphs by number
Variant = Literal["pdf/a-2a", "pdf/x-4"]

# A page in every face of the family.
CASE = f'html{{font: 12pt "{FAMILY}"}}'
FACES = "</head><body><p>a<b>a</b><i>a</i><b><i>a</i></b></p></body></html>"
PICTURE = "data:image/png;base64,"
NOTES = re.compile(r"^::(?:foot)?note-.*", re.M)  # rules of style sheets


class LayoutError(Exception):
    """What WeasyPrint complained of: a fault of our templates or style sheets, or a missing glyph."""


def lay_out(html: str) -> Document:
    """Lay out a document.

    Raises LayoutError when WeasyPrint warns of anything, and when the HTML asks for any resource but
    our fonts: an output never depends on the network or on the machine.
    """
    _start_weasyprint()

    with _no_complaints():
        try:
            source = _without_notes()(string=html, url_fetcher=_font_fetcher())
            document: Document = source.render(font_config=_fonts())
        except FatalURLFetchingError as error:
            raise LayoutError(str(error.__cause__)) from None
    for page in document.pages:
        _fill_to_the_foot(page._page_box)
    return document


def _fill_to_the_foot(page: Any) -> None:
    """Repeat what is marked “more” at the end of a page down to its foot: a writing line, row or card.

    Without it a page would be left almost empty wherever a chapter or a sheet happens to end.
    """
    last, parent = _last_repeatable(page, (None, None))
    if last is None or parent is None:
        return
    step, foot = last.margin_height(), page.content_box_y() + page.height
    copies = int((foot - last.position_y) / step) - 1
    for number in range(1, copies + 1):
        line = last.deepcopy()
        line.copy_number = number
        line.translate(0, step * number)
        parent.children = (*parent.children, line)


def _last_repeatable(box: Any, found: tuple[Any, Any]) -> tuple[Any, Any]:
    """Return the last box marked “more” and its parent, unless text follows it; `found` is that so far."""
    for child in getattr(box, "children", ()):
        if type(child).__name__ == "MarginBox":
            continue
        if child.element is not None and "more" in child.element.get("class", "").split():
            found = (child, box)
        elif type(child).__name__ == "TextBox":
            found = (None, None)
        else:
            found = _last_repeatable(child, found)
    return found


def write_pdf(document: Document, revised: date) -> bytes:
    """Return the accessible PDF file of a document, the same bytes at every call.

    It is both PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2). `revised` stands for the clock wherever a
    PDF wants a date. Raises LayoutError for a letter that the fonts do not have.
    """
    _stop_clock(revised)
    with _no_complaints(), own_structure(document):
        return document.write_pdf(pdf_variant="pdf/a-2a", finisher=_claim_ua) or b""


def _stop_clock(revised: date) -> None:
    os.environ["SOURCE_DATE_EPOCH"] = str((revised - date(1970, 1, 1)).days * 86400)


def write_section(document: Document, pages: list[Page]) -> tuple[bytes, Texts]:
    """Return some of a document's pages as a file to be bound with others (carepress/pdf/bind.py), and the texts
    of its glyphs.

    It has their structure, but neither fonts nor bookmarks. Links lead to names, which may be those of other files.
    Raises LayoutError for a letter that the fonts do not have.
    """
    texts: dict[str, dict[int, str]] = {}
    part = document.copy(pages)
    with _no_complaints(), own_structure(part), _unbound(texts):
        return part.write_pdf(pdf_tags=True, uncompressed_pdf=True) or b"", texts


@contextmanager
def _unbound(texts: dict[str, dict[int, str]]) -> Iterator[None]:
    """Let WeasyPrint leave out what belongs to a whole file, and note what the glyphs of each font stand for."""

    def note(_file: Any, fonts: Any, *_options: Any) -> Any:
        for font in fonts.values():
            texts.setdefault(font.hash, {}).update(font.to_unicode)
        return pydyf.Dictionary({})

    with ExitStack() as stack:
        for name, stub in (
            ("build_fonts_dictionary", note),
            ("resolve_links", lambda pages: [(page.links, []) for page in pages]),
            ("add_outlines", lambda *_options: None),
        ):
            stack.enter_context(patch.object(pdf, name, stub))
        yield


def write_case(html: str, revised: date, texts: Texts, variant: Variant) -> bytes:
    """Return a file of one page with the metadata of a book's HTML and the fonts for these glyphs.

    Pages are bound into it. It is PDF/A-2a that claims PDF/UA-1 as well, or PDF/X-4 under a random identifier.
    """

    build = pdf.build_fonts_dictionary

    def fill(file: Any, fonts: Any, compress: bool, subset: bool, options: Any) -> Any:
        for key, font in list(fonts.items()):
            if font.hash not in texts:
                del fonts[key]
                continue
            widths, known = _face(font.file_content)
            font.to_unicode = {glyph: known.get(glyph, text) for glyph, text in sorted(texts[font.hash].items())}
            font.widths = {glyph: widths[glyph] for glyph in font.to_unicode}
        return build(file, fonts, compress, subset, options) if fonts else pydyf.Dictionary({})

    _stop_clock(revised)
    style = f"<style>{font_css(font_folder().as_uri() + '/')}{CASE}</style>"
    head = html[: html.index("</head>")]
    head = head[: head.index("<style>")] + style + head[head.rindex("</style>") + len("</style>") :]
    document = lay_out(head + FACES)
    finisher = _claim_ua if variant == "pdf/a-2a" else None
    with _no_complaints(), patch.object(pdf, "build_fonts_dictionary", fill):
        return document.write_pdf(pdf_variant=variant, finisher=finisher) or b""


@cache
def _face(data: bytes) -> tuple[list[int], dict[int, str]]:
    """Return the widths of a font's glyphs in thousandths of its size, and the text of those that have one of
    their own: the lowest of their code points.
    """

    font = TTFont(io.BytesIO(data), lazy=True)
    names, unit = font.getGlyphOrder(), font["head"].unitsPerEm
    widths = [round(font["hmtx"][name][0] * 1000 / unit) for name in names]
    numbers = {name: number for number, name in enumerate(names)}
    texts: dict[int, str] = {}
    for code, name in sorted(font.getBestCmap().items()):
        texts.setdefault(numbers[name], chr(code))
    return widths, texts


# What a PDF/A file must say to be PDF/UA as well: the claim (ISO 14289-1, 5), and what the words of the
# claim mean, for PDF/A does not know them (ISO 19005-2, 6.6.2.3.3).
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


def _claim_ua(_document: Document, pdf: Any) -> None:
    """Add the claim of PDF/UA to the metadata that WeasyPrint has written for PDF/A."""
    metadata = next(item for item in pdf.objects if getattr(item, "extra", {}).get("Type") == "/Metadata")
    metadata.stream = [part.replace(b"</rdf:RDF>", UA_CLAIM + b"</rdf:RDF>") for part in metadata.stream]


@contextmanager
def _no_complaints() -> Iterator[None]:
    """Raise LayoutError if WeasyPrint has logged a warning by the end of the block."""
    complaints = _Complaints()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(complaints)
    try:
        yield
    finally:
        logger.removeHandler(complaints)
    if complaints.messages:
        raise LayoutError("; ".join(dict.fromkeys(complaints.messages)))


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@cache
def _start_weasyprint() -> None:
    # Fontconfig reads this once, when the library is loaded; without it the machine's fonts leak in.
    os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fonts.conf"))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No fonts configured")

    keep_lines_whole()
    # A book is a million objects, nearly all of which live to its end: to look among them for garbage at every
    # seven hundred new ones takes a third of the time. carepress/pdf/typeset.py does it once, at the end.
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@cache
def _without_notes() -> Any:
    """Return WeasyPrint's HTML without its styles for notes, which no page of ours has.

    They are five for every element, nearly a fifth of the memory of a book.
    """

    styles = CSS(string=NOTES.sub("", UA), counter_style=CounterStyle())  # the counters are there already

    class Plain(HTML):  # type: ignore[misc]
        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
            return [styles, *super()._ua_stylesheets(forms)[1:]]

    return Plain


def _fonts() -> Any:
    """Return the fonts of this process. Of each such object 200 kB are never given back, in WeasyPrint or below it."""
    fonts = _loaded_fonts()
    if fonts._folder and not fonts._folder.exists():  # whoever clears old temporary files has taken them
        _loaded_fonts.cache_clear()
        fonts = _loaded_fonts()
    return fonts


@cache
def _loaded_fonts() -> Any:

    fonts = FontConfiguration()
    Finalize(None, fonts.__del__, exitpriority=1)  # removes its folder, also at the end of a process of a pool
    return fonts


def _font_fetcher() -> Any:

    base = font_folder().as_uri() + "/"

    class FontFetcher(URLFetcher):  # type: ignore[misc]
        """Opens the font files, and pictures that the page itself holds; nothing else.

        A page without its font must never be laid out.
        """

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            if url.startswith(PICTURE):
                return URLFetcherResponse(url, b64decode(url.removeprefix(PICTURE)))
            name = url.removeprefix(base)
            if name == url or "/" in name:
                raise ValueError(f"{url} is not one of the book's fonts")
            return URLFetcherResponse(url, (font_folder() / name).read_bytes())

    return FontFetcher(fail_on_errors=True)
