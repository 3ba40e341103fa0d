"""Preflight for a press: a finished file is opened again, and everything that paints is looked at."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from PIL import Image, ImageMath

from carepress.model import Paper, Problem
from carepress.pdf.press.inks import INK_LIMIT
from carepress.pdf.press.painted import CMYK, GRAY, RGB, color_space, gradients, groups, images, painted, place
from carepress.pdf.press.profile import Profile

MM = 72 / 25.4
BLEED = 3.0  # mm on each side
NEAR = 0.05  # mm
ROUNDED = 0.005  # of the sum of inks
DEVICE = {"g": GRAY, "G": GRAY, "rg": RGB, "RG": RGB}
REPORT = "report this as a fault of Carepress"
Found = tuple[str, str, str]


def check_press(data: bytes, name: str, paper: Paper, profile: Profile) -> list[Problem]:
    """Return what would make a print shop send a PDF/X-4 file (ISO 15930-7) back."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = [*_colors(pdf), *_images(pdf), *_blending(pdf), *_boxes(pdf, paper), *_intent(pdf, profile)]
    return [
        Problem(code, "error", name, None, message, hint)
        for code, message, hint in dict.fromkeys(found)  # one report for a page, not for each letter
    ]


def _colors(pdf: pikepdf.Pdf) -> Iterator[Found]:
    for part in painted(pdf):
        for instruction in pikepdf.parse_content_stream(part.content):
            name, operands = str(instruction.operator), instruction.operands
            if name in DEVICE:
                yield _not_ink(part.place, DEVICE[name])
            elif name in ("cs", "CS") and (family := color_space(operands[0], part.resources)) not in (
                CMYK,
                "/Pattern",
            ):
                yield _not_ink(part.place, family)
            elif name == "INLINE IMAGE":
                yield _not_ink(part.place, "an inline image")
            elif name in ("k", "K", "sc", "scn", "SC", "SCN") and len(operands) == 4:
                yield from _too_much(part.place, sum(float(ink) for ink in operands))


def _images(pdf: pikepdf.Pdf) -> Iterator[Found]:

    for item in images(pdf):
        family = color_space(item.get("/ColorSpace"), None)
        if family != CMYK:
            yield _not_ink(place(item), f"an image in {family}")
        elif item.get("/Filter") in (None, "/FlateDecode"):
            size = int(item.Width), int(item.Height)
            yield from _too_much(place(item), most_ink(Image.frombytes("CMYK", size, item.read_bytes())))


def most_ink(image: Any) -> float:
    """Return the sum of the inks of the pixel with the most, each from 0 to 1."""

    def total(args: Any) -> Any:
        return args["int"](args["c"]) + args["m"] + args["y"] + args["k"]

    return float(ImageMath.lambda_eval(total, **dict(zip("cmyk", image.split()))).getextrema()[1]) / 255


def _blending(pdf: pikepdf.Pdf) -> Iterator[Found]:
    for where, group in groups(pdf):
        if (family := color_space(group.CS, None)) != CMYK:
            yield _not_ink(where, f"blending in {family}")
    for where, _gradient in gradients(pdf):
        yield _not_ink(where, "a gradient")


def _not_ink(where: str, what: str) -> Found:
    return "press-rgb", f"{where}: {what.removeprefix('/')} is not CMYK", "use flat colors, written as #rrggbb"


def _too_much(where: str, total: float) -> Iterator[Found]:
    if total > INK_LIMIT + ROUNDED:
        message = f"{where}: {total:.0%} ink is more than a press can dry ({INK_LIMIT:.0%})"
        yield "press-ink", message, "use a lighter color"


def _boxes(pdf: pikepdf.Pdf, paper: Paper) -> Iterator[Found]:
    """Yield pages whose boxes (ISO 32000-1, 14.11.2) are not the paper with its bleed, or that have annotations."""
    for number, page in enumerate(pdf.pages, 1):
        for box, margin in (("/TrimBox", 0.0), ("/BleedBox", BLEED), ("/MediaBox", BLEED)):
            size = (paper.width + 2 * margin, paper.height + 2 * margin)
            if box not in page.obj or not _has_size(page.obj[box], size):
                message = f"page {number}: the {box[1:]} is not {size[0]:g} × {size[1]:g} mm"
                yield "press-boxes", message, "leave @page size and bleed to carepress"
        if "/Annots" in page.obj:
            yield "press-boxes", f"page {number}: links and fields cannot be printed", REPORT
    if len(pdf.pages) % 4:
        yield "press-boxes", f"{len(pdf.pages)} pages do not make whole sheets", REPORT


def _has_size(box: Any, size: tuple[float, float]) -> bool:
    left, bottom, right, top = (float(edge) / MM for edge in box)
    return abs(right - left - size[0]) < NEAR and abs(top - bottom - size[1]) < NEAR


def _intent(pdf: pikepdf.Pdf, profile: Profile) -> Iterator[Found]:
    intents = [item for item in pdf.Root.get("/OutputIntents", []) if item.get("/S") == "/GTS_PDFX"]
    if len(intents) != 1 or "/DestOutputProfile" not in intents[0]:
        yield "press-intent", "the file does not say for which press it is", REPORT
    elif intents[0].DestOutputProfile.read_bytes() != profile.data:
        yield "press-intent", "the file is made for another press", REPORT
    metadata = pdf.Root.Metadata.read_bytes() if "/Metadata" in pdf.Root else b""
    if b"<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>" not in metadata or "/ID" not in pdf.trailer:
        yield "press-intent", "the file does not say that it is PDF/X-4", REPORT
    if pdf.docinfo.get("/Trapped") != pikepdf.Name("/False"):
        yield "press-intent", "the file does not say whether it is trapped", REPORT
