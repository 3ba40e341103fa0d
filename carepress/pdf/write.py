"""HTML is laid out and written as PDF by WeasyPrint, which is imported here alone and late."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carepress.fonts import font_folder
from carepress.pdf.line_break import keep_lines_whole
from carepress.pdf.tags import own_structure

if TYPE_CHECKING:
    from weasyprint import Document


class LayoutError(Exception):
    """What WeasyPrint complained of: a fault of our templates or style sheets, or a missing glyph."""


def lay_out(html: str) -> Document:
    """Lay out a document.

    Raises LayoutError when WeasyPrint warns of anything, and when the HTML asks for any resource but
    our fonts: an output never depends on the network or on the machine.
    """
    weasyprint = _weasyprint()
    from weasyprint.urls import FatalURLFetchingError

    with _no_complaints():
        try:
            document: Document = weasyprint.HTML(string=html, url_fetcher=_font_fetcher()).render()
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


def write_pdfx(document: Document, revised: date) -> bytes:
    """Return a document as PDF/X-4, in the colors of its style sheets and under a random identifier:
    carepress/pdf/press.py finishes it. Raises LayoutError for a letter that the fonts do not have.
    """
    _stop_clock(revised)
    with _no_complaints():
        return document.write_pdf(pdf_variant="pdf/x-4") or b""


def _stop_clock(revised: date) -> None:
    os.environ["SOURCE_DATE_EPOCH"] = str((revised - date(1970, 1, 1)).days * 86400)


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


def _weasyprint() -> Any:
    # Fontconfig reads this once, when the library is loaded; without it the machine's fonts leak in.
    os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fonts.conf"))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No fonts configured")
        import weasyprint

    keep_lines_whole()
    return weasyprint


def _font_fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    base = font_folder().as_uri() + "/"

    class FontFetcher(URLFetcher):  # type: ignore[misc]
        """Opens the font files and nothing else; a page without its font must never be laid out."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            name = url.removeprefix(base)
            if name == url or "/" in name:
                raise ValueError(f"{url} is not one of the book's fonts")
            return URLFetcherResponse(url, (font_folder() / name).read_bytes())

    return FontFetcher(fail_on_errors=True)
