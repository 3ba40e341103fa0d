"""The press pass: WeasyPrint's PDF/X-4 becomes a file that a print shop can take as it is.

Every color becomes ink, nothing is left to click, the pages make whole sheets, and the file says for which
press it is made (ISO 15930-7).
"""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator, String

from carepress.pdf.inks import BLACK, Converter, image_to_inks, make_converter, to_inks
from carepress.pdf.painted import CMYK, GRAY, RGB, color_space, groups, images, painted
from carepress.pdf.profile import Profile

Instruction = tuple[Any, Operator]

# Operators that set a color or a space, and the one that sets inks in its stead: k to fill, K for lines.
DEVICE = {"g": "k", "rg": "k", "G": "K", "RG": "K"}
SPACE = {"cs": "k", "CS": "K"}
IN_SPACE = {"sc": "k", "scn": "k", "SC": "K", "SCN": "K"}
SHEET = 4  # pages: a folded sheet has no fewer


def make_press(data: bytes, profile: Profile, urn: str, revised: date) -> bytes:
    """Return a PDF/X-4 file (ISO 15930-7) of what WeasyPrint has written as such, the same bytes at every call.

    `urn` names the book in its language; with the day of its text it names the file.
    """
    converter = make_converter(profile)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        _remove_what_is_not_printed(pdf)
        _fill_sheets(pdf)
        _convert_colors(pdf, converter)
        _convert_images(pdf, converter)
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
        _remove(page.obj, "/Annots")
    _remove(pdf.Root, "/Outlines", "/Names", "/Dests", "/AcroForm", "/OpenAction", "/PageMode")


def _remove(item: pikepdf.Object, *keys: str) -> None:
    for key in keys:
        if key in item:
            del item[key]


def _fill_sheets(pdf: pikepdf.Pdf) -> None:
    """Put blank pages before the back cover until the pages make whole sheets."""
    while len(pdf.pages) % SHEET:
        like = pdf.pages[-1].obj
        blank = Dictionary(Type=Name.Page, Resources=Dictionary(), Contents=pdf.make_stream(b""))
        for box in ("/MediaBox", "/BleedBox", "/TrimBox"):
            blank[box] = Array(like[box])
        pdf.pages.insert(len(pdf.pages) - 1, pikepdf.Page(pdf.make_indirect(blank)))


# --- Colors ----------------------------------------------------------------------------------


def _convert_colors(pdf: pikepdf.Pdf, converter: Converter) -> None:
    for part in list(painted(pdf)):
        content = pikepdf.unparse_content_stream(list(_in_inks(part.content, part.resources, converter)))
        if isinstance(part.content, pikepdf.Page):
            part.content.obj.Contents = pdf.make_stream(_begin_in_black() + content)
        else:
            # A form goes on with the color of the page that shows it; a pattern begins anew.
            begin = b"" if part.content.get("/Subtype") == "/Form" else _begin_in_black()
            part.content.write(begin + content)
        _remove_unused_spaces(part.resources)
    for _place, group in groups(pdf):
        group.CS = Name.DeviceCMYK


def _begin_in_black() -> bytes:
    """Return operators for the color at the beginning: PDF begins in gray (ISO 32000-1, 8.4.1)."""
    return b"0 0 0 1 k\n0 0 0 1 K\n"


def _in_inks(content: Any, resources: Any, converter: Converter) -> Iterator[Instruction]:
    """Yield the instructions of a content stream with inks for colors.

    Those in spaces that we do not use stay as they are, for preflight to find.
    """
    spaces = {"k": CMYK, "K": CMYK}
    saved = []
    for instruction in pikepdf.parse_content_stream(content):
        operands, operator = instruction.operands, instruction.operator
        name = str(operator)
        if name in DEVICE:
            spaces[DEVICE[name]] = CMYK
            yield _paint(operands, DEVICE[name], converter)
        elif name in SPACE:
            target, family = SPACE[name], color_space(operands[0], resources)
            spaces[target] = family
            yield ([*BLACK], Operator(target)) if family in (GRAY, RGB, CMYK) else (operands, operator)
        elif name in IN_SPACE and spaces[IN_SPACE[name]] in (GRAY, RGB, CMYK):
            yield _paint(operands, IN_SPACE[name], converter)
        else:
            if name == "q":
                saved.append(dict(spaces))
            elif name == "Q" and saved:
                spaces = saved.pop()
            yield operands, operator


def _paint(operands: Any, target: str, converter: Converter) -> Instruction:
    parts = [float(part) for part in operands]
    if len(parts) == 1:
        parts *= 3
    return (parts if len(parts) == 4 else [*to_inks(parts, converter)]), Operator(target)


def _remove_unused_spaces(resources: Any) -> None:
    """Remove the color spaces that WeasyPrint names on every page. Preflight finds the use of a name that is gone."""
    spaces = (resources or {}).get("/ColorSpace", {})
    for name in list(spaces.keys()):
        if color_space(Name(name), resources) in (GRAY, RGB, CMYK, "/Lab"):
            del spaces[name]


def _convert_images(pdf: pikepdf.Pdf, converter: Converter) -> None:
    for stream in list(images(pdf)):
        image = image_to_inks(_pixels(stream), converter)
        _remove(stream, "/Decode", "/Intent")
        stream.ColorSpace, stream.BitsPerComponent = Name.DeviceCMYK, 8
        stream.write(image.tobytes())


def _pixels(stream: pikepdf.Stream) -> Any:
    from PIL import Image

    if stream.get("/Filter") == "/DCTDecode":
        return Image.open(io.BytesIO(stream.read_raw_bytes()))
    return pikepdf.PdfImage(stream).as_pil_image()


# --- What the file says of itself ------------------------------------------------------------


def _say_for_which_press(pdf: pikepdf.Pdf, profile: Profile) -> None:
    """Add the output intent (ISO 15930-7, 6.2.4). The profile is inside: a name alone is PDF/X-4p's."""
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
    """Put identifiers that stay the same where WeasyPrint has put random ones (ISO 15930-7, 6.7.2)."""
    identifier = uuid.uuid5(uuid.UUID(urn), f"press {revised.isoformat()}")
    metadata = re.sub(rb"xmp\.did:[0-9a-f-]+", f"xmp.did:{identifier}".encode(), pdf.Root.Metadata.read_bytes())
    pdf.Root.Metadata.write(metadata)
    del pdf.trailer["/ID"]  # a hash of the file before; another is made as this one is saved
