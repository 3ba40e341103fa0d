"""Checks of a finished PDF/X-4 file (ISO 15930-7): colors, ink, page boxes and output intent."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from PIL import Image, ImageMath

from carepress.model import Paper, Problem
from carepress.model.counts import counted
from carepress.model.units import MM_TO_PT
from carepress.pdf.press.inks import INK_LIMIT
from carepress.pdf.press.painted import (
    CMYK,
    GRAY,
    RGB,
    color_space,
    gradients,
    images,
    object_label,
    painted_content,
    transparency_groups,
)
from carepress.pdf.press.profile import Profile
from carepress.preflight import REPORT
from carepress.preflight.pdf import ProblemText

BLEED = 3.0  # mm on each side
TOLERANCE = 0.05  # mm
ROUNDING = 0.005  # tolerance of the sum of inks
DEVICE = {"g": GRAY, "G": GRAY, "rg": RGB, "RG": RGB}
SETS_INKS = ("k", "K", "sc", "scn", "SC", "SCN")  # operators, with four operands


def check_press(data: bytes, name: str, paper: Paper, profile: Profile) -> list[Problem]:
    """Return the problems for which a print shop would reject a file. `name` is the path in the problems."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        problems = [*_colors(pdf), *_images(pdf), *_blending(pdf), *_boxes(pdf, paper), *_intent(pdf, profile)]
    return [
        Problem(code, "error", name, None, message, hint)
        for code, message, hint in dict.fromkeys(problems)  # one per page, not one per operator
    ]


def _colors(pdf: pikepdf.Pdf) -> Iterator[ProblemText]:
    """Yield colors in content streams that are not CMYK or use too much ink."""
    for part in painted_content(pdf):
        for instruction in pikepdf.parse_content_stream(part.content):
            name, operands = str(instruction.operator), instruction.operands
            if name in DEVICE:
                yield _not_ink(part.label, DEVICE[name])
            elif name in ("cs", "CS"):
                family = color_space(operands[0], part.resources)
                if family not in (CMYK, "/Pattern"):
                    yield _not_ink(part.label, family)
            elif name == "INLINE IMAGE":
                yield _not_ink(part.label, "an inline image")
            elif name in SETS_INKS and len(operands) == 4:
                yield from _too_much(part.label, sum(float(ink) for ink in operands))


def _images(pdf: pikepdf.Pdf) -> Iterator[ProblemText]:
    """Yield images that are not CMYK or use too much ink."""
    for item in images(pdf):
        family = color_space(item.get("/ColorSpace"), None)
        if family != CMYK:
            yield _not_ink(object_label(item), f"an image in {family}")
        elif item.get("/Filter") in (None, "/FlateDecode"):
            size = int(item.Width), int(item.Height)
            yield from _too_much(object_label(item), most_ink(Image.frombytes("CMYK", size, item.read_bytes())))


def most_ink(image: Any) -> float:
    """Return the largest sum of inks of a pixel in a CMYK image; each ink is from 0 to 1."""

    def total(args: Any) -> Any:
        return args["int"](args["c"]) + args["m"] + args["y"] + args["k"]

    return float(ImageMath.lambda_eval(total, **dict(zip("cmyk", image.split()))).getextrema()[1]) / 255


def _blending(pdf: pikepdf.Pdf) -> Iterator[ProblemText]:
    """Yield transparency groups that are not CMYK, and all gradients."""
    for label, group in transparency_groups(pdf):
        if (family := color_space(group.CS, None)) != CMYK:
            yield _not_ink(label, f"blending in {family}")
    for label, _gradient in gradients(pdf):
        yield _not_ink(label, "a gradient")


def _not_ink(label: str, what: str) -> ProblemText:
    return "press-rgb", f"{label}: {what.removeprefix('/')} is not CMYK", "use flat colors, written as #rrggbb"


def _too_much(label: str, total: float) -> Iterator[ProblemText]:
    if total > INK_LIMIT + ROUNDING:
        message = f"{label}: {total:.0%} ink is more than a press can dry ({INK_LIMIT:.0%})"
        yield "press-ink", message, "use a lighter color"


def _boxes(pdf: pikepdf.Pdf, paper: Paper) -> Iterator[ProblemText]:
    """Yield pages with annotations or wrong page boxes (ISO 32000-1, 14.11.2), and an incomplete last sheet."""
    for number, page in enumerate(pdf.pages, 1):
        for box, margin in (("/TrimBox", 0.0), ("/BleedBox", BLEED), ("/MediaBox", BLEED)):
            size = (paper.width + 2 * margin, paper.height + 2 * margin)
            if box not in page.obj or not _has_size(page.obj[box], size):
                message = f"page {number}: the {box[1:]} is not {size[0]:g} × {size[1]:g} mm"
                yield "press-boxes", message, "remove @page size and bleed from the style sheets"
        if "/Annots" in page.obj:
            yield "press-boxes", f"page {number}: links and fields cannot be printed", REPORT
    if len(pdf.pages) % 4:
        yield "press-boxes", f"{counted(len(pdf.pages), 'page does', 'pages do')} not make whole sheets", REPORT


def _has_size(box: Any, size: tuple[float, float]) -> bool:
    left, bottom, right, top = (float(edge) / MM_TO_PT for edge in box)
    return abs(right - left - size[0]) < TOLERANCE and abs(top - bottom - size[1]) < TOLERANCE


def _intent(pdf: pikepdf.Pdf, profile: Profile) -> Iterator[ProblemText]:
    """Yield what PDF/X-4 lacks: the output intent and its profile, the version key, the file identifier."""
    intents = [item for item in pdf.Root.get("/OutputIntents", []) if item.get("/S") == "/GTS_PDFX"]
    if len(intents) != 1 or "/DestOutputProfile" not in intents[0]:
        yield "press-intent", "the file has no output intent", REPORT
    elif intents[0].DestOutputProfile.read_bytes() != profile.data:
        yield "press-intent", "the output intent has another profile", REPORT
    metadata = pdf.Root.Metadata.read_bytes() if "/Metadata" in pdf.Root else b""
    if b"<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>" not in metadata or "/ID" not in pdf.trailer:
        yield "press-intent", "the file is not marked as PDF/X-4", REPORT
    if pdf.docinfo.get("/Trapped") != pikepdf.Name("/False"):
        yield "press-intent", "the file is not marked as untrapped", REPORT
