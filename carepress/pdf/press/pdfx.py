"""Convert WeasyPrint's PDF/X-4 output into a file that a print shop accepts (ISO 15930-7).

All colors become inks, links and bookmarks are removed, blank pages complete the last sheet, and the output intent
names the press.
"""

from __future__ import annotations

import io
import re
import uuid
from datetime import date

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from carepress.pdf.press.inks import make_converter
from carepress.pdf.press.profile import Profile
from carepress.pdf.press.separation import convert_colors, convert_images

SHEET = 4  # pages of a folded sheet


def make_press(data: bytes, profile: Profile, urn: str, revised: date) -> bytes:
    """Return a PDF/X-4 file for a press, the same bytes in every call.

    `urn` identifies the book in its language; the document identifier is derived from it and from `revised`.
    """
    converter = make_converter(profile)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        _remove_interactive_parts(pdf)
        _fill_sheets(pdf)
        convert_colors(pdf, converter)
        convert_images(pdf, converter)
        _add_output_intent(pdf, profile)
        _set_identifiers(pdf, urn, revised)
        file = io.BytesIO()
        pdf.save(
            file,
            deterministic_id=True,
            min_version="1.6",
            fix_metadata_version=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return file.getvalue()


def _remove_interactive_parts(pdf: pikepdf.Pdf) -> None:
    """Remove annotations, bookmarks and destinations: PDF/X allows only printer's marks on a page."""
    for page in pdf.pages:
        if "/Annots" in page:
            del page["/Annots"]
    for key in ("/Outlines", "/Names", "/Dests", "/AcroForm", "/OpenAction", "/PageMode"):
        if key in pdf.Root:
            del pdf.Root[key]


def _fill_sheets(pdf: pikepdf.Pdf) -> None:
    """Insert blank pages before the back cover until the pages fill whole sheets."""
    while len(pdf.pages) % SHEET:
        back_cover = pdf.pages[-1].obj
        blank = Dictionary(Type=Name.Page, Resources=Dictionary(), Contents=pdf.make_stream(b""))
        for box in ("/MediaBox", "/BleedBox", "/TrimBox"):
            blank[box] = Array(back_cover[box])
        pdf.pages.insert(len(pdf.pages) - 1, pikepdf.Page(pdf.make_indirect(blank)))


# --- Metadata --------------------------------------------------------------------------------


def _add_output_intent(pdf: pikepdf.Pdf, profile: Profile) -> None:
    """Add the output intent (ISO 32000-1, 14.11.5) with its profile: only PDF/X-4p may refer to one by name."""
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=String(profile.condition),
        Info=String(profile.info),
        DestOutputProfile=pdf.make_stream(profile.data, N=4),
    )
    if profile.registry:
        intent.RegistryName = String(profile.registry)
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])


def _set_identifiers(pdf: pikepdf.Pdf, urn: str, revised: date) -> None:
    """Replace WeasyPrint's random identifiers with constant ones."""
    identifier = uuid.uuid5(uuid.UUID(urn), f"press {revised.isoformat()}")
    metadata = re.sub(rb"xmp\.did:[0-9a-f-]+", f"xmp.did:{identifier}".encode(), pdf.Root.Metadata.read_bytes())
    pdf.Root.Metadata.write(metadata)
    del pdf.trailer["/ID"]  # a hash of WeasyPrint's file; saving adds that of this file
