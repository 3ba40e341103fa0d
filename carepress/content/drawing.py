"""An SVG drawing is read into shapes, labels and its text alternative; docs/drawing.md has the rules."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, cast

from lxml import etree

from carepress.content.tomlfile import read_text
from carepress.model import Drawing, Label, PublishError, Segment
from carepress.text.inline import InlineError, parse_inline

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {"g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon"}
LOOKS = {
    "line", "thin", "lead", "dash", "ink", "paper",
    "tint1", "tint2", "tint3", "flat1", "flat2", "flat3",
}  # fmt: skip
GEOMETRY = {
    "class", "d", "cx", "cy", "r", "rx", "ry", "x", "y", "x1", "y1", "x2", "y2",
    "width", "height", "points", "transform",
}  # fmt: skip
LABEL_SIZES = {"": 14.0, "strong": 14.0, "small": 12.0}


def read_drawing(path: Path, shown: str, lang: str) -> Drawing:
    """Read a drawing. Raises PublishError for anything that docs/drawing.md does not allow."""
    text = read_text(path, shown)
    try:
        # No entities and no network: a drawing may come from a stranger.
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise PublishError(
            shown, error.lineno, f"broken SVG: {error.msg}", "open it in a drawing program and save it again"
        ) from None
    if root.tag != SVG + "svg":
        raise PublishError(shown, 1, "this is not an SVG drawing", "the outermost element must be <svg>")
    reader = _Reader(shown, lang)
    if root.getroottree().docinfo.doctype:
        raise reader.fault(root, "a drawing has no document type and no entity", "take out the line <!DOCTYPE …>")
    width, height = reader.view_box(root)
    title, description = reader.words(root, "title"), reader.words(root, "desc")
    labels = tuple(reader.label(node) for node in list(root.iter(SVG + "text")))
    shapes = "".join(reader.shape(child) for child in root if _name(child) not in ("title", "desc"))
    return Drawing(path.stem, width, height, shapes, labels, title, description)


class _Reader:
    def __init__(self, shown: str, lang: str) -> None:
        self.shown, self.lang = shown, lang

    def fault(self, node: etree._Element, message: str, hint: str) -> PublishError:
        return PublishError(self.shown, cast(int, node.sourceline), message, hint)

    def segment(self, node: etree._Element, kind: str) -> Segment:
        text = " ".join("".join(node.itertext()).split())
        try:
            parse_inline(text)
        except InlineError as error:
            raise self.fault(node, *error.args) from None
        return Segment(text, self.shown, cast(int, node.sourceline), kind, text, self.lang)

    def view_box(self, root: etree._Element) -> tuple[int, int]:
        try:
            x, y, width, height = (int(value) for value in (root.get("viewBox") or "").split())
            if x or y or width <= 0 or height <= 0:
                raise ValueError
        except ValueError:
            raise self.fault(
                root, "the drawing has no usable viewBox", 'write viewBox="0 0 360 H" with whole numbers'
            ) from None
        return width, height

    def words(self, root: etree._Element, name: str) -> Segment:
        node = root.find(SVG + name)
        if node is None or not "".join(node.itertext()).strip():
            raise self.fault(
                root, f"the drawing has no <{name}>", "every drawing needs a title and a description in words"
            )
        return self.segment(node, "drawing " + ("title" if name == "title" else "description"))

    def label(self, node: etree._Element) -> Label:
        look = node.get("class") or ""
        if look not in LABEL_SIZES:
            raise self.fault(node, f"a label has no class “{look}”", "use strong, small, or none")
        label = Label(
            text=self.segment(node, "drawing label"),
            x=self.number(node, "x"),
            y=self.number(node, "y"),
            anchor=self.choice(node, "text-anchor", ("start", "middle", "end")),
            valign=self.choice(node, "data-valign", ("top", "middle", "bottom")),
            width=self.number(node, "data-width") if node.get("data-width") else None,
            size=LABEL_SIZES[look],
            strong=look == "strong",
        )
        if not label.text.source or len(node):
            raise self.fault(node, "a label is plain text", "put one text, without parts, into <text>")
        return label

    def number(self, node: etree._Element, name: str) -> float:
        try:
            value = float(node.get(name) or "")
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.fault(node, f"a label needs {name}", "give it as a number")
        return value

    def choice(self, node: etree._Element, name: str, values: tuple[str, ...]) -> Any:
        value = node.get(name) or values[0]
        if value not in values:
            raise self.fault(node, f"{name}=“{value}” is not known", "use one of: " + ", ".join(values))
        return value

    def shape(self, node: etree._Element, inherited: bool = False) -> str:
        """Return the markup of a shape and those inside it, with nothing but what is allowed."""
        name = _name(node)
        if name == "text":
            return ""
        if name not in SHAPES:
            raise self.fault(node, f"<{name}> is not allowed in a drawing", "draw it with paths and simple shapes")
        look = node.get("class")
        if look is not None and look not in LOOKS:
            raise self.fault(node, f"there is no class “{look}”", "use one of: " + ", ".join(sorted(LOOKS)))
        if look is None and not inherited and name != "g":
            raise self.fault(node, "the shape has no class", "give it or its group one; see docs/drawing.md")
        for key in node.attrib:
            if key not in GEOMETRY:
                raise self.fault(node, f"the attribute {key} is not allowed", "give the look by a class")
        attributes = "".join(f' {key}="{_safe(str(value))}"' for key, value in node.attrib.items())
        inside = "".join(self.shape(child, inherited or look is not None) for child in node)
        return f"<{name}{attributes}>{inside}</{name}>"


def _name(node: etree._Element) -> str:
    return str(node.tag).removeprefix(SVG)


def _safe(value: str) -> str:
    return " ".join(value.split()).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
