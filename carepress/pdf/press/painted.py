"""Everything in a PDF that can put ink on a page: content streams, images, blending groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

GRAY, RGB, CMYK = "/DeviceGray", "/DeviceRGB", "/DeviceCMYK"
SPACES = {"/CalGray": GRAY, "/CalRGB": RGB}
ICC_SPACES = {1: GRAY, 3: RGB, 4: CMYK}


@dataclass(frozen=True, slots=True)
class Painted:
    """Operators that paint. `content` is a page, or the stream of a form or a pattern."""

    place: str
    content: Any
    resources: Any


def painted(pdf: pikepdf.Pdf) -> Iterator[Painted]:
    """Yield the content of pages, of form XObjects, those of soft masks too, and of tiling patterns."""
    for number, page in enumerate(pdf.pages, 1):
        yield Painted(f"page {number}", page, page.obj.get("/Resources"))
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and (item.get("/Subtype") == "/Form" or item.get("/PatternType") == 1):
            yield Painted(place(item), item, item.get("/Resources"))


def images(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Stream]:
    """Yield the images that have colors: not stencils, nor the masks of others."""
    masks = {item.SMask.objgen for item in pdf.objects if isinstance(item, pikepdf.Stream) and "/SMask" in item}
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Stream) or item.get("/Subtype") != "/Image":
            continue
        if not item.get("/ImageMask", False) and item.objgen not in masks:
            yield item


def groups(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """Yield transparency groups that say in which space they blend (ISO 32000-1, 11.6.6), and where they are."""
    for item in pdf.objects:
        if isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)) and "/CS" in item.get("/Group", {}):
            yield place(item), item.Group


def gradients(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    for item in pdf.objects:
        if isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)) and "/ShadingType" in item:
            yield place(item), item


def place(item: Any) -> str:
    return f"object {item.objgen[0]}"


def color_space(space: Any, resources: Any) -> str:
    """Return the family of a color space, calibrated ones as the device's that has the same parts.

    `space` is an entry of the resources, the name of one, or that of a device's space.
    """
    if isinstance(space, pikepdf.Name):
        known = (resources or {}).get("/ColorSpace", {})
        if str(space) not in known:
            return str(space)
        space = known[str(space)]
        if isinstance(space, pikepdf.Name):
            return str(space)
    if space is None:
        return "none"
    family = str(space[0])
    if family == "/ICCBased":
        return ICC_SPACES.get(int(space[1].get("/N", 0)), family)
    return SPACES.get(family, family)
