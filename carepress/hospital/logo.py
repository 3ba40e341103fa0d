"""A hospital's logo is read into what we know to be harmless: plain shapes of SVG, or the dots of a PNG."""

from __future__ import annotations

import base64
import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from lxml import etree
from PIL import Image, ImageChops, ImageFile, UnidentifiedImageError

from carepress.hospital.schema import FILL_IN
from carepress.model import Logo, PublishError
from carepress.model.colors import COLORS

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {"g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon"}
WORDS = {"title", "desc", "metadata"}  # left out: the hospital's name is what is read aloud
GEOMETRY = {
    "d",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "width",
    "height",
    "points",
    "transform",
}
PAINT = {"fill", "stroke"}
LOOK = PAINT | {
    "fill-rule", "clip-rule", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
    "stroke-dasharray", "opacity", "fill-opacity", "stroke-opacity",
}  # fmt: skip
NAMES = {"id", "class", "version", "data-name", "{http://www.w3.org/XML/1998/namespace}space"}  # left out
COLOR = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?|none|black|white|currentColor")
GRAYS = re.compile(r"#([0-9a-fA-F])\1\1|#([0-9a-fA-F]{2})\2\2|none|black|white|currentColor")
SVG_BYTES, SVG_PARTS = 200_000, 2000
PNG_BYTES, PNG_DOTS = 2_000_000, 4000 * 4000
WIDEST, HIGHEST = 60.0, 16.0  # mm: the largest logo of templates/styles/print.css
DOTS = 200 / 25.4  # to the mm: the least that preflight takes
COLORED = 12  # of 255: how far red, green and blue of a gray may differ


def read_logo(path: Path, shown: str, mono: bool = False) -> Logo:
    """Read a logo; a `mono` one has no color but grays. Raises PublishError for anything else than plain shapes
    or dots, and for what is too large, or too small to print.
    """
    data = path.read_bytes()
    if path.suffix == ".svg":
        return _Shapes(shown, mono).logo(data)
    return _read_png(data, shown, mono)


class _Shapes:
    def __init__(self, shown: str, mono: bool) -> None:
        self.shown, self.mono, self.count = shown, mono, 0

    def fault(self, node: etree._Element | None, message: str, hint: str) -> PublishError:
        return PublishError(self.shown, None if node is None else cast(int, node.sourceline), message, hint)

    def logo(self, data: bytes) -> Logo:
        if len(data) > SVG_BYTES:
            hint = f"simplify it, to {SVG_BYTES // 1000} kB or less"
            raise self.fault(None, f"the logo has {len(data) // 1000} kB", hint)
        # Before any parser sees it: entities are how a small file becomes a large one, or reads another.
        if re.search(rb"<!(DOCTYPE|ENTITY)", data, re.IGNORECASE) or b"\x00" in data:
            raise self.fault(None, "a logo has no document type and no entity", "take out the line <!DOCTYPE …>")
        if FILL_IN.encode() in data:
            raise self.fault(None, "this is the picture of a new profile", "put your hospital’s logo in its place")
        try:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            hint = "open it in a drawing program and save it as plain SVG"
            raise PublishError(self.shown, line, f"broken SVG: {error}", hint) from None
        if root.tag != SVG + "svg":
            raise self.fault(root, "this is not an SVG drawing", "the outermost element must be <svg>")
        width, height, corner = self.size(root)
        self.refuse(root, {*GEOMETRY, *LOOK, *NAMES, "viewBox", "style", "role", "aria-label", "preserveAspectRatio"})
        inside = "".join(self.shape(child) for child in root)
        if not self.count:
            raise self.fault(root, "the logo is empty", "draw it with paths and simple shapes")
        look = "".join(f' {key}="{value}"' for key, value in self.looks(root))
        move = f' transform="translate({0 - corner[0]:g} {0 - corner[1]:g})"' if any(corner) else ""
        return Logo("svg", f"<g{look}{move}>{inside}</g>", width, height)

    def size(self, root: etree._Element) -> tuple[float, float, tuple[float, float]]:
        box = (root.get("viewBox") or f"0 0 {root.get('width')} {root.get('height')}").replace(",", " ").split()
        if len(box) != 4 or not all(re.fullmatch(r"-?[0-9]{1,5}(\.[0-9]{1,6})?", number) for number in box):
            raise self.fault(root, "the logo has no usable viewBox", 'write viewBox="0 0 WIDTH HEIGHT" into <svg>')
        x, y, width, height = map(float, box)
        if width <= 0 or height <= 0 or not 0.2 <= width / height <= 8:
            hint = "make it at most eight times as wide as high, and five times as high as wide"
            raise self.fault(root, "the logo is too long or too high", hint)
        return width, height, (x, y)

    def refuse(self, node: etree._Element, known: set[str]) -> None:
        for key in node.attrib:
            if str(key) not in known:
                name = str(key).rpartition("}")[2]
                raise self.fault(node, f"the attribute {name} is not allowed in a logo", "save it as plain SVG")

    def shape(self, node: etree._Element) -> str:
        """Return the markup of a shape and those inside it, with nothing but what is allowed."""
        name = str(node.tag).removeprefix(SVG)
        if name in WORDS:
            return ""
        if name not in SHAPES:
            hint = "turn text, gradients and pictures into paths, and save it as plain SVG"
            raise self.fault(node, f"<{name.rpartition('}')[2]}> is not allowed in a logo", hint)
        self.count += name != "g"
        if self.count > SVG_PARTS:
            raise self.fault(node, f"the logo has more than {SVG_PARTS} shapes", "simplify it")
        self.refuse(node, GEOMETRY | LOOK | NAMES | {"style"})
        found = [(key, self.value(node, key)) for key in map(str, node.attrib) if key in GEOMETRY]
        attributes = "".join(f' {key}="{value}"' for key, value in (*found, *self.looks(node)))
        return f"<{name}{attributes}>{''.join(map(self.shape, node))}</{name}>"

    def value(self, node: etree._Element, key: str) -> str:
        value = " ".join((node.get(key) or "").split())
        if not re.fullmatch(r"[A-Za-z0-9.,()% +-]*", value):
            raise self.fault(node, f"{key}=“{value[:60]}” is not allowed in a logo", "save it as plain SVG")
        return value

    def looks(self, node: etree._Element) -> list[tuple[str, str]]:
        """Return the colors and strokes of an element, those of its style too, as attributes."""
        found = {key: node.get(key) or "" for key in map(str, node.attrib) if key in LOOK}
        for rule in (node.get("style") or "").split(";"):
            if rule.strip():
                key, _, value = rule.partition(":")
                if key.strip() not in LOOK:
                    raise self.fault(
                        node, f"the style “{key.strip()[:40]}” is not allowed in a logo", "save it as plain SVG"
                    )
                found[key.strip()] = value
        return [(key, self.look(node, key, value.strip())) for key, value in found.items()]

    def look(self, node: etree._Element, key: str, value: str) -> str:
        if key not in PAINT:
            if not re.fullmatch(r"[a-z0-9.,% -]{1,60}", value):
                raise self.fault(node, f"{key}=“{value[:60]}” is not allowed in a logo", "save it as plain SVG")
        elif not COLOR.fullmatch(value):
            raise self.fault(
                node, f"{key}=“{value[:60]}” is no plain color", f"use colors such as {COLORS['teal'].hex}"
            )
        elif self.mono and not GRAYS.fullmatch(value):
            raise self.fault(
                node, f"{key}=“{value}” is a color, and this is the logo of one ink", "use black and white"
            )
        return value


def _read_png(data: bytes, shown: str, mono: bool) -> Logo:
    """Read a PNG and write it anew: only its dots are kept, on white paper."""

    def fault(message: str, hint: str) -> PublishError:
        return PublishError(shown, None, message, hint)

    if len(data) > PNG_BYTES:
        raise fault(f"the logo has {len(data) / 1e6:.1f} MB", f"make it smaller, {PNG_BYTES // 1_000_000} MB or less")
    try:
        with warnings.catch_warnings(), _whole_pictures():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=["PNG"])
            width, height = picture.size
            if width * height > PNG_DOTS:
                raise fault(f"the logo has {width} × {height} dots", "make it smaller, 1200 dots wide or so")
            if width / height > 8 or height / width > 5:
                raise fault("the logo is too long or too high", "make it at most eight times as wide as high")
            if max(width / WIDEST, height / HIGHEST) < DOTS:
                hint = f"use one of {WIDEST * DOTS:.0f} dots or more in width, or an SVG"
                raise fault(f"the logo has {width} × {height} dots, too few to print", hint)
            dots = picture.convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise fault("the logo has far too many dots", "make it smaller, 1200 dots wide or so") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise fault("this is not a PNG picture", "save it as PNG, or use an SVG") from None
    paper = Image.new("RGB", dots.size, "white")
    paper.paste(dots, mask=dots.getchannel("A"))
    if mono:
        _refuse_color(paper, shown)
        paper = paper.convert("L").convert("RGB")
    written = io.BytesIO()
    paper.save(written, "PNG", optimize=False)
    return Logo("png", base64.b64encode(written.getvalue()).decode(), width, height)


@contextmanager
def _whole_pictures() -> Iterator[None]:
    """Refuse pictures that end too early: WeasyPrint, where it is loaded, has Pillow fill them in."""

    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _refuse_color(picture: object, shown: str) -> None:

    assert isinstance(picture, Image.Image)
    red, green, blue = picture.split()
    for other in (green, blue):
        _least, most = ImageChops.difference(red, other).getextrema()
        if isinstance(most, int | float) and most > COLORED:
            raise PublishError(shown, None, "the logo of one ink has a color", "use black and white")
