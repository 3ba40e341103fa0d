"""Read an SVG drawing into shapes, labels and its text alternative; docs/drawing.md has the rules."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, cast

from lxml import etree

from carepress.content.svg import GEOMETRY, SHAPES, SVG, parse_svg, svg_markup, svg_name
from carepress.content.tomlfile import read_text
from carepress.model import Drawing, Label, PublishError, Segment
from carepress.text.inline import InlineError, one_line, parse_inline

CLASSES = {
    "line", "thin", "lead", "dash", "ink", "paper",
    "tint1", "tint2", "tint3", "flat1", "flat2", "flat3",
}  # fmt: skip
LABEL_SIZES = {"": 14.0, "strong": 14.0, "small": 12.0}  # units of the drawing, by class


def read_drawing(path: Path, display_path: str, lang: str) -> Drawing:
    """Read a drawing. Raises PublishError for anything that docs/drawing.md does not allow."""
    root = parse_svg(read_text(path, display_path).encode(), display_path, "drawing")
    reader = _DrawingReader(display_path, lang)
    width, height = reader.view_box(root)
    title, description = reader.alternative(root, "title"), reader.alternative(root, "desc")
    labels = tuple(reader.label(node) for node in list(root.iter(SVG + "text")))
    shapes = "".join(reader.shape(child) for child in root if svg_name(child) not in ("title", "desc"))
    return Drawing(path.stem, width, height, shapes, labels, title, description)


class _DrawingReader:
    def __init__(self, display_path: str, lang: str) -> None:
        self.display_path, self.lang = display_path, lang

    def error(self, node: etree._Element, message: str, hint: str) -> PublishError:
        return PublishError(self.display_path, cast(int, node.sourceline), message, hint)

    def segment(self, node: etree._Element, kind: str) -> Segment:
        text = one_line("".join(node.itertext()))
        try:
            parse_inline(text)
        except InlineError as error:
            raise self.error(node, *error.args) from None
        return Segment(text, self.display_path, cast(int, node.sourceline), kind, text, self.lang)

    def view_box(self, root: etree._Element) -> tuple[int, int]:
        try:
            x, y, width, height = (int(value) for value in (root.get("viewBox") or "").split())
            if x or y or width <= 0 or height <= 0:
                raise ValueError
        except ValueError:
            raise self.error(
                root, "the drawing has no usable viewBox", 'write viewBox="0 0 360 H" with whole numbers'
            ) from None
        return width, height

    def alternative(self, root: etree._Element, name: str) -> Segment:
        """Return the title or description, which screen readers read aloud."""
        node = root.find(SVG + name)
        if node is None or not "".join(node.itertext()).strip():
            raise self.error(root, f"the drawing has no <{name}>", "add a <title> and a <desc> with text")
        return self.segment(node, "drawing " + ("title" if name == "title" else "description"))

    def label(self, node: etree._Element) -> Label:
        css_class = node.get("class") or ""
        if css_class not in LABEL_SIZES:
            raise self.error(node, f"unknown class “{css_class}” of a label", "use strong, small, or none")
        if any(item.get("transform") for item in (node, *node.iterancestors())):
            hint = "remove transform from it and from the groups around it, and change its x and y"
            raise self.error(node, "a label cannot be transformed", hint)
        label = Label(
            text=self.segment(node, "drawing label"),
            x=self.number(node, "x"),
            y=self.number(node, "y"),
            anchor=self.choice(node, "text-anchor", ("start", "middle", "end")),
            valign=self.choice(node, "data-valign", ("top", "middle", "bottom")),
            width=self.number(node, "data-width") if node.get("data-width") else None,
            size=LABEL_SIZES[css_class],
            strong=css_class == "strong",
        )
        if not label.text.source or len(node):
            raise self.error(node, "a label is plain text", "put the text directly into <text>, without elements")
        return label

    def number(self, node: etree._Element, name: str) -> float:
        try:
            value = float(node.get(name) or "")
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.error(node, f"a label needs {name}", "give it as a number")
        return value

    def choice(self, node: etree._Element, name: str, values: tuple[str, ...]) -> Any:
        value = node.get(name) or values[0]
        if value not in values:
            raise self.error(node, f"unknown {name} “{value}”", "use one of: " + ", ".join(values))
        return value

    def shape(self, node: etree._Element, inherited: bool = False) -> str:
        """Return the markup of a shape and its children, limited to the allow-list.

        `inherited` is whether a group around it has a class.
        """
        name, css_class = svg_name(node), node.get("class")
        if name == "text":
            return ""
        if name not in SHAPES:
            raise self.error(node, f"<{name}> is not allowed in a drawing", "draw it with paths and simple shapes")
        if css_class is not None and css_class not in CLASSES:
            raise self.error(node, f"unknown class “{css_class}”", "use one of: " + ", ".join(sorted(CLASSES)))
        if css_class is None and not inherited and name != "g":
            raise self.error(node, "the shape has no class", "add one to it or to its group; see docs/drawing.md")
        for key in node.attrib:
            if key not in GEOMETRY and key != "class":
                raise self.error(node, f"the attribute {key} is not allowed", "use a class for colors and strokes")
        inside = "".join(self.shape(child, inherited or css_class is not None) for child in node)
        return svg_markup(name, ((str(key), str(value)) for key, value in node.attrib.items()), inside)
