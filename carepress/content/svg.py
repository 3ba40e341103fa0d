"""The part of SVG that a drawing or logo may use: an allow-list of shapes, and of the attributes that place them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from carepress.model import PublishError
from carepress.text.safe_xml import parse_xml

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {"g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon"}
GEOMETRY = {
    "d", "cx", "cy", "r", "rx", "ry", "x", "y", "x1", "y1", "x2", "y2", "width", "height", "points", "transform",
}  # fmt: skip
NUMBER = r"(?>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"  # atomic: no digits are tried in other numbers
# An arc of a path: two radii, the rotation, two flags and the end point (SVG 2, 9.3.8). Flags need no separator.
ARC = re.compile(
    rf"[\s,]*({NUMBER})[\s,]*({NUMBER})[\s,]*({NUMBER})[\s,]*([01])[\s,]*([01])[\s,]*({NUMBER})[\s,]*({NUMBER})"
)
ARCS = re.compile(rf"([Aa])((?:{ARC.pattern})+)")


def parse_svg(data: bytes, display_path: str, kind: str) -> etree._Element:
    """Return the root element of an SVG file, which `kind` names in messages: a drawing, a logo.

    Raises PublishError for broken XML, for anything but SVG, and for a document type or an entity.
    """
    # Checked before any parser reads the file: entities can expand without limit, or include another file.
    match = re.search(rb"<!(DOCTYPE|ENTITY)|\x00", data, re.IGNORECASE)
    if match:
        line = data[: match.start()].count(b"\n") + 1
        message = f"document type, entity or NUL character in a {kind}"
        raise PublishError(display_path, line, message, "remove it; plain SVG needs none")
    try:
        root = parse_xml(data)
    except (etree.XMLSyntaxError, ValueError) as error:
        hint = "open it in a drawing program and save it as plain SVG"
        raise PublishError(display_path, getattr(error, "lineno", None), f"broken SVG: {error}", hint) from None
    if etree.QName(root).localname != "svg":
        raise PublishError(display_path, 1, "not an SVG file", "use <svg> as the outermost element")
    if (bare := next(root.iter("{}*"), None)) is not None:  # HTML gives it the namespace, but XML and e-books do not
        message = f"<{bare.tag}> is not in the namespace of SVG"
        raise PublishError(
            display_path, bare.sourceline, message, 'write xmlns="http://www.w3.org/2000/svg" into <svg>'
        )
    return root


def svg_name(node: etree._Element) -> str:
    """Return the name of an SVG element; an element of another namespace keeps its namespace."""
    return str(node.tag).removeprefix(SVG)


def with_straight_arcs(path: str) -> str:
    """Return the data of a path with lines for its arcs of radius 0, which are straight (SVG 2, 9.5.1).

    WeasyPrint 70.0 takes the end point of such an arc for a distance.
    """

    def straighten(arcs: re.Match[str]) -> str:
        letter = arcs[1]
        line = "L" if letter == "A" else "l"
        rows = ARC.findall(arcs[2])
        return "".join(
            f"{letter}{' '.join(row)}" if float(row[0]) and float(row[1]) else f"{line}{row[5]} {row[6]}"
            for row in rows
        )

    return ARCS.sub(straighten, path)


def svg_markup(name: str, attributes: Iterable[tuple[str, str]], inside: str) -> str:
    """Return the markup of an element, with each attribute escaped and on one line."""
    shown = ((key, with_straight_arcs(value) if key == "d" else value) for key, value in attributes)
    markup = "".join(f' {key}="{_escaped(value)}"' for key, value in shown)
    return f"<{name}{markup}>{inside}</{name}>"


def _escaped(value: str) -> str:
    return " ".join(value.split()).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
