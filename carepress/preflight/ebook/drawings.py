"""Rules for drawings: SVG names are case-sensitive, and readers ignore unknown ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element as Element

from carepress.preflight.ebook.epub_file import SVG, XHTML, Ebook, Violation, XmlFile, quote, words
from carepress.preflight.ebook.style import classes
from carepress.text.contrast import contrast

ELEMENTS = {
    "svg", "g", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "defs", "use",
    "symbol", "marker", "pattern", "clipPath", "mask", "linearGradient", "radialGradient", "stop",
}  # fmt: skip
ATTRIBUTES = {
    "id", "class", "role", "aria-labelledby", "aria-label", "aria-hidden", "lang", "dir",
    "viewBox", "preserveAspectRatio", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry",
    "fx", "fy", "d", "points", "transform", "pathLength", "href", "version",
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin",
    "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "stroke-opacity", "opacity", "color",
    "vector-effect", "paint-order", "clip-path", "clip-rule", "mask", "marker-start", "marker-mid", "marker-end",
    "gradientUnits", "gradientTransform", "spreadMethod", "offset", "stop-color", "stop-opacity",
    "clipPathUnits", "maskUnits", "maskContentUnits", "patternUnits", "patternContentUnits", "patternTransform",
    "markerUnits", "markerWidth", "markerHeight", "refX", "refY", "orient",
}  # fmt: skip
CAPITALS = {name.lower(): name for name in ELEMENTS | ATTRIBUTES}
UNSAFE = {"text", "tspan", "textPath", "script", "image", "foreignObject", "style", "a", "animate", "set"}
LABELS, LINES = 4.5, 3.0  # WCAG 2.2, success criteria 1.4.3 and 1.4.11


def drawings(book: Ebook) -> Iterator[tuple[XmlFile, Element]]:
    for page in book.documents:
        for node in page.root.iter(SVG + "svg"):
            yield page, node


def names(book: Ebook) -> Iterator[Violation]:
    """Find names that SVG does not have, or has in another case."""
    for page, drawing in drawings(book):
        for node in drawing.iter("*"):
            name = node.tag.removeprefix(SVG)
            if name not in ELEMENTS | UNSAFE:
                yield page.violation(node, _unknown("an element", name))
            for key in node.attrib:
                if "}" not in key and key not in ATTRIBUTES and key != "style" and not key.startswith("on"):
                    yield page.violation(node, _unknown("an attribute", key))
    for page in book.documents:
        for node in page.all("svg", *(ELEMENTS - {"title"})):
            yield page.violation(node, f"<{node.tag.removeprefix(XHTML)}> is not marked as SVG: it lost its namespace")


def _unknown(kind: str, name: str) -> str:
    right = CAPITALS.get(name.lower())
    return f"{name} is not {kind} of a drawing" + (f"; {right} is" if right else "")


def alternatives(book: Ebook) -> Iterator[Violation]:
    """Find drawings that are not described in words."""
    for page, drawing in drawings(book):
        if drawing.get("role") != "img":
            yield page.violation(drawing, "the drawing has no role img")
        inside = {node.get("id"): words(node) for node in drawing if node.tag in (SVG + "title", SVG + "desc")}
        if len(inside) != 2 or not all(inside.values()):
            yield page.violation(drawing, "the drawing has no title and description with words")
        if (drawing.get("aria-labelledby") or "").split() != list(inside):
            yield page.violation(drawing, "the drawing is not named by its title and description")


def boxes(book: Ebook) -> Iterator[Violation]:
    for page, drawing in drawings(book):
        box = drawing.get("viewBox") or ""
        if not re.fullmatch(r"-?\d+ -?\d+ [1-9]\d* [1-9]\d*", box):
            yield page.violation(drawing, f"the viewBox is {quote(box)}")


def safe(book: Ebook) -> Iterator[Violation]:
    """Find elements that some readers drop (text), and external references."""
    styled = classes(book)
    for page, drawing in drawings(book):
        for node in drawing.iter("*"):
            name = node.tag.removeprefix(SVG)
            if name in UNSAFE:
                yield page.violation(node, f"the drawing has <{name}>")
            for key, value in node.attrib.items():
                if (key.endswith("href") and not value.startswith("#")) or re.search(r"url\(\s*[\"']?[^#\"']", value):
                    yield page.violation(node, f"the drawing loads {quote(value)}")
            if stray := set((node.get("class") or "").split()) - styled:
                yield page.violation(node, f"no style sheet has the class {' '.join(sorted(stray))}")


# --- Colors ----------------------------------------------------------------------------------


def contrasts(book: Ebook) -> Iterator[Violation]:
    """Find labels and lines with too little contrast to the drawing's background."""
    for page, drawing in drawings(book):
        sheet = _sheet(drawing)
        if sheet is None:
            yield page.violation(drawing, "the drawing has no sheet under it, and is lost on a dark screen")
            continue
        groups = [node for node in drawing.iterchildren(SVG + "g") if (node.get("id") or "").endswith("-labels")]
        labels = {label for group in groups for label in group.iter("*")}
        for node in drawing.iter("*"):
            colors = [("line", node.get("stroke"), LINES)]
            if node in labels:
                colors.append(("label", node.get("fill"), LABELS))
            for kind, color, least in colors:
                if color not in (None, "none") and (ratio := _ratio(color, sheet)) < least:
                    yield page.violation(node, f"a {kind} in {color} has a contrast of {ratio:.1f} to 1, not {least}")


def _sheet(drawing: Element) -> str | None:
    """Return the color of the rectangle that fills the drawing."""
    box = (drawing.get("viewBox") or "").split()
    first = next((node for node in drawing if node.tag not in (SVG + "title", SVG + "desc")), None)
    if first is None or first.tag != SVG + "rect" or [first.get("width"), first.get("height")] != box[2:]:
        return None
    return first.get("fill") if _rgb(first.get("fill")) else None


def _ratio(color: str | None, sheet: str) -> float:
    one, other = _rgb(color), _rgb(sheet)
    # A color of another kind, such as currentColor, may be that of the sheet.
    return contrast(one, other) if one and other else 1.0


def _rgb(color: str | None) -> tuple[float, float, float] | None:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", color or ""):
        return None
    assert color
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue
