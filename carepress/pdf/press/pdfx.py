"""The press pass: WeasyPrint's PDF/X-4 becomes a file that a print shop can take as it is.

Every color becomes ink, nothing is left to click, the pages make whole sheets, and the file says for which
press it is made (ISO 15930-7).
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

SHEET = 4  # pages: a folded sheet has no fewer


def make_press(data: bytes, profile: Profile, urn: str, revised: date) -> bytes:
    """Return a PDF/X-4 file (ISO 15930-7) of what WeasyPrint has written as such, the same bytes at every call.

    `urn` names the book in its language; with the day of its text it names the file.
    """
    converter = make_converter(profile)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        _remove_what_is_not_printed(pdf)
        _fill_sheets(pdf)
        convert_colors(pdf, converter)
        convert_images(pdf, converter)
        _say_for_which_press(pdf, profile)
        _name_document(pdf, urn, revised)
        made = io.BytesIO()
        pdf.save(
            made,
            deterministic_id=True,
            min_version="1.6",
            fix_metadata_version=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return made.getvalue()


def _remove_what_is_not_printed(pdf: pikepdf.Pdf) -> None:
    """Remove links, bookmarks and their targets: on a page of PDF/X only printer's marks may be annotations."""
    for page in pdf.pages:
        if "/Annots" in page:
            del page["/Annots"]
    for key in ("/Outlines", "/Names", "/Dests", "/AcroForm", "/OpenAction", "/PageMode"):
        if key in pdf.Root:
            del pdf.Root[key]


def _fill_sheets(pdf: pikepdf.Pdf) -> None:
    """Put blank pages before the back cover until the pages make whole sheets."""
    while len(pdf.pages) % SHEET:
        like = pdf.pages[-1].obj
        blank = Dictionary(Type=Name.Page, Resources=Dictionary(), Contents=pdf.make_stream(b""))
        for box in ("/MediaBox", "/BleedBox", "/TrimBox"):
            blank[box] = Array(like[box])
        pdf.pages.insert(len(pdf.pages) - 1, pikepdf.Page(pdf.make_indirect(blank)))


# --- What the file says of itself ------------------------------------------------------------


def _say_for_which_press(pdf: pikepdf.Pdf, profile: Profile) -> None:
    """Add the output intent (ISO 32000-1, 14.11.5). The profile is inside: a name alone is PDF/X-4p's."""
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


def _name_document(pdf: pikepdf.Pdf, urn: str, revised: date) -> None:
    """Put identifiers that stay the same where WeasyPrint has put random ones."""
    identifier = uuid.uuid5(uuid.UUID(urn), f"press {revised.isoformat()}")
    metadata = re.sub(rb"xmp\.did:[0-9a-f-]+", f"xmp.did:{identifier}".encode(), pdf.Root.Metadata.read_bytes())
    pdf.Root.Metadata.write(metadata)
    del pdf.trailer["/ID"]  # a hash of the file before; another is made as this one is saved
