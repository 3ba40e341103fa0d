"""Everything in a PDF file that can put ink on a page: content streams, images, transparency groups, gradients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

GRAY, RGB, CMYK = "/DeviceGray", "/DeviceRGB", "/DeviceCMYK"
SPACES = {"/CalGray": GRAY, "/CalRGB": RGB}
ICC_SPACES = {1: GRAY, 3: RGB, 4: CMYK}


@dataclass(frozen=True, slots=True)
class PaintedContent:
    """A content stream. `content` is a page, or the stream of a form XObject or a pattern; `label` is for messages."""

    label: str
    content: Any
    resources: Any


def painted_content(pdf: pikepdf.Pdf) -> Iterator[PaintedContent]:
    """Yield the content of pages, of form XObjects (including soft masks), and of tiling patterns."""
    for number, page in enumerate(pdf.pages, 1):
        yield PaintedContent(f"page {number}", page, page.obj.get("/Resources"))
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and (item.get("/Subtype") == "/Form" or item.get("/PatternType") == 1):
            yield PaintedContent(object_label(item), item, item.get("/Resources"))


def images(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Stream]:
    """Yield the images with colors, without stencil masks and soft masks."""
    masks = {item.SMask.objgen for item in pdf.objects if isinstance(item, pikepdf.Stream) and "/SMask" in item}
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Stream) or item.get("/Subtype") != "/Image":
            continue
        if not item.get("/ImageMask", False) and item.objgen not in masks:
            yield item


def transparency_groups(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """Yield the transparency groups with a color space (ISO 32000-1, 11.6.6), each with its label."""
    for item in pdf.objects:
        if isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)) and "/CS" in item.get("/Group", {}):
            yield object_label(item), item.Group


def gradients(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """Yield the shadings, each with its label."""
    for item in pdf.objects:
        if isinstance(item, (pikepdf.Dictionary, pikepdf.Stream)) and "/ShadingType" in item:
            yield object_label(item), item


def object_label(item: Any) -> str:
    """Return what messages call an object of a PDF file: “object 12”."""
    return f"object {item.objgen[0]}"


def color_space(space: Any, resources: Any) -> str:
    """Return the family of a color space; a calibrated one as the device space with the same components.

    `space` is a color space, the name of one in the resources, or the name of a device space.
    """
    if isinstance(space, pikepdf.Name):
        named = (resources or {}).get("/ColorSpace", {})
        if str(space) not in named:
            return str(space)
        space = named[str(space)]
        if isinstance(space, pikepdf.Name):
            return str(space)
    if space is None:
        return "none"
    family = str(space[0])
    if family == "/ICCBased":
        return ICC_SPACES.get(int(space[1].get("/N", 0)), family)
    return SPACES.get(family, family)
