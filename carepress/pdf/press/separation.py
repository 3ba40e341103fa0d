"""Every color in a PDF becomes inks: in content streams, images and blending groups."""

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
from carepress.pdf.press.painted import CMYK, GRAY, RGB, Painted, color_space, groups, images, painted

Instruction = tuple[Any, Operator]

SETS_COLOR = set("g rg k cs sc scn G RG K CS SC SCN".split())  # in lower case for areas, in upper case for lines
MARKS = {"BMC", "BDC", "EMC"}  # of the structure
PATH = set("m l c v y h re".split())
PAINTS_BOTH = {"B": ("f", "S"), "B*": ("f*", "S"), "b": ("f", "s"), "b*": ("f*", "s")}
OVERPRINT = {
    (False, False): "OverNone",
    (True, False): "OverAreas",
    (False, True): "OverLines",
    (True, True): "OverBoth",
}
# A page begins in gray (ISO 32000-1, 8.4.1).
BEGIN_IN_BLACK = b"0 0 0 1 k 0 0 0 1 K /OverBoth gs\n"


@dataclass(frozen=True, slots=True)
class Brush:
    """How areas or lines are painted: in which color space, and whether over what lies below."""

    space: str
    over: bool


def convert_colors(pdf: pikepdf.Pdf, converter: Converter) -> None:
    """Make inks of all colors but those of images, in place."""
    states = _overprint_states(pdf)
    parts = [part if part.resources else replace(part, resources=Dictionary()) for part in painted(pdf)]
    for part in parts:
        _convert_content(pdf, part, converter)
    for part in parts:  # now, for pages share their resources
        _remove_unused_spaces(part.resources)
        _add_states(part, states)
    for _place, group in groups(pdf):
        group.CS = Name.DeviceCMYK


def _convert_content(pdf: pikepdf.Pdf, part: Painted, converter: Converter) -> None:
    # A form goes on with the color of the page that shows it; a page or a pattern begins anew.
    begins = part.content.get("/Subtype") != "/Form"
    content = pikepdf.unparse_content_stream(list(_in_inks(_areas_before_lines(part.content), part, converter, begins)))
    if begins:
        content = BEGIN_IN_BLACK + content
    if isinstance(part.content, pikepdf.Page):
        part.content.obj.Contents = pdf.make_stream(content)
    else:
        part.content.write(content)


def _overprint_states(pdf: pikepdf.Pdf) -> dict[str, pikepdf.Object]:
    """Return graphics states for solid black, which is printed over other inks: where it left them out, plates
    that lie a hair off would show the paper (ISO 32000-1, 8.6.7).
    """
    return {
        name: pdf.make_indirect(Dictionary(Type=Name.ExtGState, op=areas, OP=lines, OPM=1))
        for (areas, lines), name in OVERPRINT.items()
    }


def _add_states(part: Painted, states: dict[str, pikepdf.Object]) -> None:
    if "/ExtGState" not in part.resources:
        part.resources.ExtGState = Dictionary()
    for name, state in states.items():
        part.resources.ExtGState[f"/{name}"] = state
    part.content.Resources = part.resources


def _areas_before_lines(content: Any) -> Iterator[Instruction]:
    """Yield the instructions of a content stream with areas and their outlines painted one after the other,
    without what only matters to readers.

    Ghostscript applies the overprint of the lines to the areas where one operator paints both.
    """
    path: list[Instruction] = []
    for instruction in pikepdf.parse_content_stream(content):
        step: Instruction = (instruction.operands, instruction.operator)
        name = str(instruction.operator)
        if name in MARKS:
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


def _in_inks(steps: Iterable[Instruction], part: Painted, converter: Converter, begins: bool) -> Iterator[Instruction]:
    """Yield the instructions of a content stream with inks for colors; `begins` when black has been chosen before.

    Those in spaces that we do not use stay as they are, for preflight to find.
    """
    brushes = {"k": Brush(CMYK, begins), "K": Brush(CMYK, begins)}
    chosen = (True, True) if begins else None
    saved = []
    for operands, operator in steps:
        name = str(operator)
        if name not in SETS_COLOR:
            if name == "q":
                saved.append((dict(brushes), chosen))
            elif name == "Q" and saved:
                brushes, chosen = saved.pop()
            yield operands, operator
            continue
        target = "k" if name.islower() else "K"
        space = _space(name, operands, part.resources) or brushes[target].space
        inks = None
        if space in (GRAY, RGB, CMYK):
            inks = BLACK if name in ("cs", "CS") else _inks(operands, converter)
        yield ([*inks], Operator(target)) if inks else (operands, operator)
        brushes[target] = Brush(space, inks == BLACK)
        wanted = brushes["k"].over, brushes["K"].over
        if wanted != chosen:
            chosen = wanted
            yield [Name(f"/{OVERPRINT[chosen]}")], Operator("gs")


def _space(operator: str, operands: Any, resources: Any) -> str | None:
    """Return the color space that an operator chooses, if it does."""
    if operator in ("cs", "CS"):
        return color_space(operands[0], resources)
    return None if operator.lower() in ("sc", "scn") else CMYK


def _inks(operands: Any, converter: Converter) -> Inks:
    parts = tuple(float(part) for part in operands)
    if len(parts) == 4:
        return parts
    return to_inks(parts * 3 if len(parts) == 1 else parts, converter)


def _remove_unused_spaces(resources: Any) -> None:
    """Remove the color spaces that WeasyPrint names on every page. Preflight finds the use of a name that is gone."""
    spaces = (resources or {}).get("/ColorSpace", {})
    for name in list(spaces.keys()):
        if color_space(Name(name), resources) in (GRAY, RGB, CMYK, "/Lab"):
            del spaces[name]


def convert_images(pdf: pikepdf.Pdf, converter: Converter) -> None:
    """Make inks of all images, in place, without loss; masks stay as they are."""
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
