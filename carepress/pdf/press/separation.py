"""Separate colors: convert content streams, images and transparency groups of a PDF file to inks."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Operator
from PIL import Image

from carepress.model.colors import Inks
from carepress.pdf.press.inks import BLACK, Converter, image_to_inks, to_inks
from carepress.pdf.press.painted import (
    CMYK,
    GRAY,
    RGB,
    PaintedContent,
    color_space,
    images,
    painted_content,
    transparency_groups,
)

Instruction = tuple[Any, Operator]

SETS_COLOR = set("g rg k cs sc scn G RG K CS SC SCN".split())  # lower case for areas, upper case for lines
MARKED_CONTENT = {"BMC", "BDC", "EMC"}
PATH = set("m l c v y h re".split())
PAINTS_BOTH = {"B": ("f", "S"), "B*": ("f*", "S"), "b": ("f", "s"), "b*": ("f*", "s")}
OVERPRINT = {
    (False, False): "OverNone",
    (True, False): "OverAreas",
    (False, True): "OverLines",
    (True, True): "OverBoth",
}
# The initial color of a page is DeviceGray black (ISO 32000-1, 8.4.1).
INITIAL_BLACK = b"0 0 0 1 k 0 0 0 1 K /OverBoth gs\n"


@dataclass(frozen=True, slots=True)
class PaintState:
    """The current color space of areas or lines, and whether they overprint what is below."""

    space: str
    overprints: bool


def convert_colors(pdf: pikepdf.Pdf, converter: Converter) -> None:
    """Convert all colors except those of images to inks, in place."""
    graphics_states = _overprint_states(pdf)
    parts = [part if part.resources else replace(part, resources=Dictionary()) for part in painted_content(pdf)]
    for part in parts:
        _convert_content(pdf, part, converter)
    for part in parts:  # in a second loop, because pages share their resources
        _remove_unused_spaces(part.resources)
        _add_graphics_states(part, graphics_states)
    for _label, group in transparency_groups(pdf):
        group.CS = Name.DeviceCMYK


def _convert_content(pdf: pikepdf.Pdf, part: PaintedContent, converter: Converter) -> None:
    """Convert the colors of a content stream, in place."""
    # A form XObject inherits the color of its page; a page or a pattern starts with the initial color.
    has_initial_color = part.content.get("/Subtype") != "/Form"
    content = pikepdf.unparse_content_stream(
        list(_in_inks(_areas_before_lines(part.content), part, converter, has_initial_color))
    )
    if has_initial_color:
        content = INITIAL_BLACK + content
    if isinstance(part.content, pikepdf.Page):
        part.content.obj.Contents = pdf.make_stream(content)
    else:
        part.content.write(content)


def _overprint_states(pdf: pikepdf.Pdf) -> dict[str, pikepdf.Object]:
    """Return graphics states by name in which solid black overprints other inks (ISO 32000-1, 8.6.7).

    If black knocked them out instead, misregistered plates would leave gaps of bare paper.
    """
    return {
        name: pdf.make_indirect(Dictionary(Type=Name.ExtGState, op=areas, OP=lines, OPM=1))
        for (areas, lines), name in OVERPRINT.items()
    }


def _add_graphics_states(part: PaintedContent, states: dict[str, pikepdf.Object]) -> None:
    if "/ExtGState" not in part.resources:
        part.resources.ExtGState = Dictionary()
    for name, state in states.items():
        part.resources.ExtGState[f"/{name}"] = state
    part.content.Resources = part.resources


def _areas_before_lines(content: Any) -> Iterator[Instruction]:
    """Yield the instructions of a content stream without marked content, with areas and their outlines painted by
    separate operators.

    If one operator paints both, Ghostscript applies the overprint of the lines to the areas too.
    """
    path: list[Instruction] = []
    for instruction in pikepdf.parse_content_stream(content):
        step: Instruction = (instruction.operands, instruction.operator)
        name = str(instruction.operator)
        if name in MARKED_CONTENT:
            continue
        if name in PATH:
            path.append(step)
        elif name in PAINTS_BOTH:
            area, line = PAINTS_BOTH[name]
            yield [], Operator(area)
            yield from path
            step = ([], Operator(line))
        if name not in PATH and name not in ("W", "W*"):
            path = []
        yield step


def _in_inks(
    steps: Iterable[Instruction], part: PaintedContent, converter: Converter, has_initial_color: bool
) -> Iterator[Instruction]:
    """Yield the instructions of a content stream with inks instead of colors.

    `has_initial_color` is true if INITIAL_BLACK precedes them. Colors in other spaces are unchanged; preflight
    reports them.
    """
    states = {"k": PaintState(CMYK, has_initial_color), "K": PaintState(CMYK, has_initial_color)}
    current = (True, True) if has_initial_color else None
    saved = []
    for operands, operator in steps:
        name = str(operator)
        if name not in SETS_COLOR:
            if name == "q":
                saved.append((dict(states), current))
            elif name == "Q" and saved:
                states, current = saved.pop()
            yield operands, operator
            continue
        target = "k" if name.islower() else "K"
        space = _space(name, operands, part.resources) or states[target].space
        inks = None
        if space in (GRAY, RGB, CMYK):
            inks = BLACK if name in ("cs", "CS") else _inks(operands, converter)
        yield ([*inks], Operator(target)) if inks else (operands, operator)
        states[target] = PaintState(space, inks == BLACK)
        wanted = states["k"].overprints, states["K"].overprints
        if wanted != current:
            current = wanted
            yield [Name(f"/{OVERPRINT[current]}")], Operator("gs")


def _space(operator: str, operands: Any, resources: Any) -> str | None:
    """Return the color space that an operator sets, or None if it keeps the current one."""
    if operator in ("cs", "CS"):
        return color_space(operands[0], resources)
    return None if operator.lower() in ("sc", "scn") else CMYK


def _inks(operands: Any, converter: Converter) -> Inks:
    parts = tuple(float(part) for part in operands)
    if len(parts) == 4:
        return parts
    return to_inks(parts * 3 if len(parts) == 1 else parts, converter)


def _remove_unused_spaces(resources: Any) -> None:
    """Remove the color spaces that WeasyPrint names on every page. Preflight reports any use that is left."""
    spaces = (resources or {}).get("/ColorSpace", {})
    for name in list(spaces.keys()):
        if color_space(Name(name), resources) in (GRAY, RGB, CMYK, "/Lab"):
            del spaces[name]


def convert_images(pdf: pikepdf.Pdf, converter: Converter) -> None:
    """Convert all images to inks, in place and losslessly compressed; masks are kept."""
    for stream in list(images(pdf)):
        image = image_to_inks(_pixels(stream), converter)
        if "/Decode" in stream:
            del stream.Decode
        stream.ColorSpace, stream.BitsPerComponent = Name.DeviceCMYK, 8
        stream.write(image.tobytes())


def _pixels(stream: pikepdf.Stream) -> Any:
    if stream.get("/Filter") == "/DCTDecode":
        return Image.open(io.BytesIO(stream.read_raw_bytes()))
    return pikepdf.PdfImage(stream).as_pil_image()
