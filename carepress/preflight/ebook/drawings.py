"""Rules for drawings: SVG names are case-sensitive, and readers ignore unknown ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element as Element

from carepress.pages.drawings import MARKS
from carepress.preflight.ebook.epub_file import SVG, XHTML, Ebook, Violation, XmlFile, quote, words
from carepress.preflight.ebook.style import classes
from carepress.text.contrast import Srgb, contrast, parse_hex

ELEMENTS = {
    "svg", "g", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "defs", "use",
    "symbol", "marker", "pattern", "clipPath", "mask", "linearGradient", "radialGradient", "stop",
}  # fmt: skip
ATTRIBUTES = {
    "id", "class", "role", "aria-labelledby", "aria-describedby", "aria-label", "aria-hidden", "lang", "dir",
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
LABEL_CONTRAST, LINE_CONTRAST = 4.5, 3.0  # WCAG 2.2, success criteria 1.4.3 and 1.4.11


def drawings(book: Ebook) -> Iterator[tuple[XmlFile, Element]]:
    """Yield all drawings with their documents."""
    for page in book.documents:
        for node in page.root.iter(SVG + "svg"):
            yield page, node


def names(book: Ebook) -> Iterator[Violation]:
    """Find elements and attributes that SVG does not have, or spells in another case."""
    for page, drawing in drawings(book):
        for node in drawing.iter("*"):
            name = node.tag.removeprefix(SVG)
            if name not in ELEMENTS | UNSAFE:
                yield page.violation(node, _unknown("element", name))
            for key in node.attrib:
                if "}" not in key and key not in ATTRIBUTES and key != "style" and not key.startswith(("on", "data-")):
                    yield page.violation(node, _unknown("attribute", key))
    for page in book.documents:
        for node in page.all("svg", *(ELEMENTS - {"title"})):
            yield page.violation(node, f"<{node.tag.removeprefix(XHTML)}> is not in the SVG namespace")


def _unknown(kind: str, name: str) -> str:
    right = CAPITALS.get(name.lower())
    return f"{name} is not an SVG {kind}" + (f"; {right} is" if right else "")


def alternatives(book: Ebook) -> Iterator[Violation]:
    """Find drawings without a title and a description for screen readers."""
    for page, drawing in drawings(book):
        if drawing.get("role") != "img":
            yield page.violation(drawing, "the drawing has no role img")
        for kind, name in (("title", "aria-labelledby"), ("desc", "aria-describedby")):
            found = drawing.find(SVG + kind)
            if found is None or not words(found):
                yield page.violation(drawing, f"the drawing has no <{kind}>")
            elif drawing.get(name) != found.get("id"):
                yield page.violation(drawing, f"{name} does not name the <{kind}> of the drawing")


def labels(book: Ebook) -> Iterator[Violation]:
    """Find labels that do not fit into their drawing, as carepress.pages.drawings marks them."""
    for _page, drawing in drawings(book):
        for mark in filter(None, (drawing.get("data-crowded") or "").split(MARKS)):
            at, _, message = mark.partition(": ")
            path, _, line = at.rpartition(":")
            yield Violation(path, int(line), message, in_source=True)


def boxes(book: Ebook) -> Iterator[Violation]:
    """Find drawings whose viewBox is not four whole numbers."""
    for page, drawing in drawings(book):
        box = drawing.get("viewBox") or ""
        if not re.fullmatch(r"-?\d+ -?\d+ [1-9]\d* [1-9]\d*", box):
            yield page.violation(drawing, f"the viewBox is {quote(box)}")


def safe(book: Ebook) -> Iterator[Violation]:
    """Find elements that some readers drop (such as text), external references, and classes without a style."""
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
    """Find labels and lines with too little contrast to the drawing's background.

    A logo has any colors: WCAG 2.2, 1.4.3 and 1.4.11 (logotypes).
    """
    for page, drawing in drawings(book):
        ground = _background(drawing)
        if ground is None:
            yield page.violation(drawing, "the drawing has no background, so it is invisible on a dark screen")
            continue
        if drawing.get("class") == "logo":
            continue
        groups = [node for node in drawing.iterchildren(SVG + "g") if (node.get("id") or "").endswith("-labels")]
        labels = {label for group in groups for label in group.iter("*")}
        for node in drawing.iter("*"):
            colors = [("line", node.get("stroke"), LINE_CONTRAST)]
            if node in labels:
                colors.append(("label", node.get("fill"), LABEL_CONTRAST))
            for kind, color, minimum in colors:
                if color not in (None, "none") and (ratio := _ratio(color, ground)) < minimum:
                    yield page.violation(node, f"a {kind} in {color} has a contrast of {ratio:.1f} to 1, not {minimum}")


def _background(drawing: Element) -> str | None:
    """Return the color of the rectangle that fills the drawing."""
    box = (drawing.get("viewBox") or "").split()
    first = next((node for node in drawing if node.tag not in (SVG + "title", SVG + "desc")), None)
    if first is None or first.tag != SVG + "rect" or [first.get("width"), first.get("height")] != box[2:]:
        return None
    return first.get("fill") if _rgb(first.get("fill")) else None


def _ratio(color: str | None, ground: str) -> float:
    one, other = _rgb(color), _rgb(ground)
    # Any other value, such as currentColor, may be the color of the background.
    return contrast(one, other) if one and other else 1.0


def _rgb(color: str | None) -> Srgb | None:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", color or ""):
        return None
    assert color
    return parse_hex(color)
