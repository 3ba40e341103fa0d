"""Read a hospital's logo, keeping only harmless parts: plain SVG shapes, or the pixels of a PNG."""

from __future__ import annotations

import base64
import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from lxml import etree
from PIL import Image, ImageChops, ImageFile, ImageMath, UnidentifiedImageError

from carepress.content.svg import GEOMETRY, SHAPES, parse_svg, svg_markup, svg_name
from carepress.model import Logo, PublishError
from carepress.model.colors import COLORS
from carepress.model.unfinished import has_sample
from carepress.text.contrast import WHITE, contrast, parse_hex

TEXT_ELEMENTS = {"title", "desc", "metadata"}  # dropped: screen readers read the hospital's name
PAINT = {"fill", "stroke"}
PRESENTATION = PAINT | {
    "fill-rule", "clip-rule", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
    "stroke-dasharray", "opacity", "fill-opacity", "stroke-opacity",
}  # fmt: skip
IGNORED = {"id", "class", "version", "data-name", "{http://www.w3.org/XML/1998/namespace}space"}  # dropped
COLOR = re.compile(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?|none|black|white|currentColor")
GRAY = re.compile(r"#([0-9a-fA-F])\1\1|#([0-9a-fA-F]{2})\2\2|none|black|white|currentColor")
MAX_SVG_BYTES, MAX_SVG_SHAPES = 200_000, 2000
MAX_PNG_BYTES, MAX_PNG_PIXELS = 2_000_000, 4000 * 4000
MAX_WIDTH, MAX_HEIGHT = 60.0, 16.0  # mm: the largest logo of templates/styles/print.css
PIXELS_PER_MM = 200 / 25.4  # the least that preflight accepts
MAX_LIGHT = 215  # of 255: lighter than this does not show on white paper
MIN_VISIBLE = 1.4  # the contrast of the same color with white
INVISIBLE = "the logo would not show on white paper"
GRAY_TOLERANCE = 12  # of 255: how far the red, green and blue of a gray may differ


def read_logo(path: Path, display_path: str, mono: bool = False) -> Logo:
    """Read a logo; a `mono` one may only use grays.

    Raises PublishError for anything but plain shapes or pixels, for a file that is too large, and for a picture with
    too few pixels to print.
    """
    data = path.read_bytes()
    if path.suffix.lower() == ".svg":
        return _SvgReader(display_path, mono).logo(data)
    return _read_pixels(data, display_path, mono)


@dataclass(frozen=True, slots=True)
class Paint:
    """How a shape is painted, with what it inherits."""

    fill: str = "black"
    stroke: str = "none"
    opacity: float = 1.0

    def of(self, styles: list[tuple[str, str]]) -> Paint:
        """Return the paint of a child with these styles."""
        values = dict(styles)
        opacity = self.opacity * _number(values.get("opacity", "1"))
        return Paint(values.get("fill", self.fill), values.get("stroke", self.stroke), opacity)

    def shows(self, styles: list[tuple[str, str]]) -> bool:
        """Return whether a shape with this paint is visible on white paper."""
        values = dict(styles)
        colors = ((self.fill, values.get("fill-opacity", "1")), (self.stroke, values.get("stroke-opacity", "1")))
        return any(_contrast(color) >= MIN_VISIBLE and _number(o) * self.opacity > 0.2 for color, o in colors)


def _number(text: str) -> float:
    """Return a number or a percentage; what is neither counts as 1."""
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        return 1.0


def _contrast(color: str) -> float:
    """Return the contrast of a color of `COLOR` with white."""
    white, black = COLORS["paper"].hex, COLORS["black"].hex
    names = {"none": white, "white": white, "black": black, "currentColor": black}
    code = names.get(color, color)
    code = code if len(code) == 7 else "#" + "".join(digit * 2 for digit in code[1:])
    return contrast(parse_hex(code), WHITE)


def _shows(node: etree._Element, paint: Paint, reader: _SvgReader) -> bool:
    """Return whether any shape in an element is visible."""
    name = svg_name(node)
    if name in TEXT_ELEMENTS:
        return False
    styles = reader.styles(node)
    own = paint.of(styles)
    return any(_shows(child, own, reader) for child in node) if name == "g" else own.shows(styles)


class _SvgReader:
    """Reads an SVG logo by an allow-list of elements, attributes and values."""

    def __init__(self, display_path: str, mono: bool) -> None:
        self.display_path, self.mono, self.count = display_path, mono, 0

    def error(self, node: etree._Element | None, message: str, hint: str) -> PublishError:
        return PublishError(self.display_path, None if node is None else cast(int, node.sourceline), message, hint)

    def logo(self, data: bytes) -> Logo:
        if len(data) > MAX_SVG_BYTES:
            hint = f"simplify it to {MAX_SVG_BYTES // 1000} kB or less"
            raise self.error(None, f"the logo has {len(data) // 1000} kB", hint)
        if has_sample(data.decode("utf-8", "replace")):
            raise self.error(None, "this is the sample logo of a new profile", "replace it with your hospital’s logo")
        root = parse_svg(data, self.display_path, "logo")
        width, height, corner = self.size(root)
        self.check_attributes(
            root, {*GEOMETRY, *PRESENTATION, *IGNORED, "viewBox", "style", "role", "aria-label", "preserveAspectRatio"}
        )
        inside = "".join(self.shape(child) for child in root)
        if not self.count:
            raise self.error(root, "the logo is empty", "draw it with paths and simple shapes")
        if not any(_shows(child, Paint().of(self.styles(root)), self) for child in root):
            raise self.error(root, INVISIBLE, "use the version of your logo for white paper")
        move = [("transform", f"translate({0 - corner[0]:g} {0 - corner[1]:g})")] if any(corner) else []
        return Logo("svg", svg_markup("g", (*self.styles(root), *move), inside), width, height)

    def size(self, root: etree._Element) -> tuple[float, float, tuple[float, float]]:
        box = (root.get("viewBox") or f"0 0 {root.get('width')} {root.get('height')}").replace(",", " ").split()
        if len(box) != 4 or not all(re.fullmatch(r"-?[0-9]{1,5}(\.[0-9]{1,6})?", number) for number in box):
            raise self.error(root, "the logo has no usable viewBox", 'write viewBox="0 0 WIDTH HEIGHT" into <svg>')
        x, y, width, height = map(float, box)
        if width <= 0 or height <= 0 or not 0.2 <= width / height <= 8:
            hint = "make it at most eight times as wide as tall, and at most five times as tall as wide"
            raise self.error(root, "the logo is too wide or too tall", hint)
        return width, height, (x, y)

    def check_attributes(self, node: etree._Element, allowed: set[str]) -> None:
        for key in node.attrib:
            if str(key) not in allowed:
                name = str(key).rpartition("}")[2]
                raise self.error(node, f"the attribute {name} is not allowed in a logo", "save it as plain SVG")

    def shape(self, node: etree._Element) -> str:
        """Return the markup of a shape and its children, limited to the allow-list."""
        name = svg_name(node)
        if name in TEXT_ELEMENTS:
            return ""
        if name not in SHAPES:
            hint = "convert text, gradients and pictures to paths, and save it as plain SVG"
            raise self.error(node, f"<{name.rpartition('}')[2]}> is not allowed in a logo", hint)
        self.count += name != "g"
        if self.count > MAX_SVG_SHAPES:
            raise self.error(node, f"the logo has more than {MAX_SVG_SHAPES} shapes", "simplify it")
        self.check_attributes(node, GEOMETRY | PRESENTATION | IGNORED | {"style"})
        geometry = [(key, self.value(node, key)) for key in map(str, node.attrib) if key in GEOMETRY]
        return svg_markup(name, (*geometry, *self.styles(node)), "".join(map(self.shape, node)))

    def value(self, node: etree._Element, key: str) -> str:
        value = " ".join((node.get(key) or "").split())
        if not re.fullmatch(r"[A-Za-z0-9.,()% +-]*", value):
            raise self.error(node, f"{key}=“{value[:60]}” is not allowed in a logo", "save it as plain SVG")
        return value

    def styles(self, node: etree._Element) -> list[tuple[str, str]]:
        """Return the colors and strokes of an element, also those of its `style`, as attributes."""
        values = {key: node.get(key) or "" for key in map(str, node.attrib) if key in PRESENTATION}
        for rule in (node.get("style") or "").split(";"):
            if rule.strip():
                key, _, value = rule.partition(":")
                if key.strip() not in PRESENTATION:
                    raise self.error(
                        node, f"the style “{key.strip()[:40]}” is not allowed in a logo", "save it as plain SVG"
                    )
                values[key.strip()] = value
        return [(key, self.style(node, key, value.strip())) for key, value in values.items()]

    def style(self, node: etree._Element, key: str, value: str) -> str:
        if key not in PAINT:
            if not re.fullmatch(r"[a-z0-9.,% -]{1,60}", value):
                raise self.error(node, f"{key}=“{value[:60]}” is not allowed in a logo", "save it as plain SVG")
        elif not COLOR.fullmatch(value):
            raise self.error(
                node, f"{key}=“{value[:60]}” is not a plain color", f"use colors such as {COLORS['teal'].hex}"
            )
        elif self.mono and not GRAY.fullmatch(value):
            raise self.error(
                node, f"{key}=“{value}” is not gray, and this is the one-ink logo", "use black, white and grays"
            )
        return value


def _read_pixels(data: bytes, display_path: str, mono: bool) -> Logo:
    """Read a PNG, or a JPEG of that name, and encode its pixels on white: no metadata and no other chunk survives."""

    def error(message: str, hint: str) -> PublishError:
        return PublishError(display_path, None, message, hint)

    if len(data) > MAX_PNG_BYTES:
        raise error(f"the logo has {len(data) / 1e6:.1f} MB", f"reduce it to {MAX_PNG_BYTES // 1_000_000} MB or less")
    try:
        with warnings.catch_warnings(), _refuse_truncated_pictures():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=["PNG", "JPEG"])
            width, height = picture.size
            if width * height > MAX_PNG_PIXELS:
                raise error(f"the logo has {width} × {height} pixels", "reduce it to about 1200 pixels in width")
            if width / height > 8 or height / width > 5:
                raise error(
                    "the logo is too wide or too tall",
                    "make it at most eight times as wide as tall, and at most five times as tall as wide",
                )
            if max(width / MAX_WIDTH, height / MAX_HEIGHT) < PIXELS_PER_MM:
                hint = f"use one that is at least {MAX_WIDTH * PIXELS_PER_MM:.0f} pixels wide, or an SVG"
                raise error(f"the logo has {width} × {height} pixels, too few to print", hint)
            pixels = _rgba(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise error("the logo has far too many pixels", "reduce it to about 1200 pixels in width") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise error("not a PNG picture", "save it as PNG, or use an SVG") from None
    paper = Image.new("RGB", pixels.size, "white")
    paper.paste(pixels, mask=pixels.getchannel("A"))
    if _darkest(paper) > MAX_LIGHT:
        raise error(INVISIBLE, "use the version of your logo for white paper")
    if mono:
        _refuse_color(paper, display_path)
        paper = paper.convert("L").convert("RGB")
    output = io.BytesIO()
    paper.save(output, "PNG", optimize=False)
    return Logo("png", base64.b64encode(output.getvalue()).decode(), width, height)


def _rgba(picture: Image.Image) -> Image.Image:
    """Return a picture of any mode with 8 bits per channel; Pillow itself clips 16 bits of gray to white."""
    if not picture.mode.startswith("I"):
        return picture.convert("RGBA")
    gray = picture.convert("I")
    pixels = gray.point(lambda value: value * (1 / 257)).convert("L").convert("RGBA")
    key = picture.info.get("transparency")
    if isinstance(key, int):  # the one gray that is transparent
        shown = ImageMath.lambda_eval(lambda values: (values["gray"] != key) * 255, gray=gray)
        pixels.putalpha(shown.convert("L"))
    return pixels


def _darkest(picture: Image.Image) -> float:
    """Return the least luminance of a picture, from 0 to 255."""
    least = picture.convert("L").getextrema()[0]
    return float(least) if isinstance(least, int | float) else 0.0


@contextmanager
def _refuse_truncated_pictures() -> Iterator[None]:
    """Make Pillow reject truncated pictures; importing WeasyPrint makes it complete them."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _refuse_color(picture: object, display_path: str) -> None:
    """Raise PublishError for a picture that is not gray."""
    assert isinstance(picture, Image.Image)
    red, green, blue = picture.split()
    for other in (green, blue):
        _least, most = ImageChops.difference(red, other).getextrema()
        if isinstance(most, int | float) and most > GRAY_TOLERANCE:
            raise PublishError(display_path, None, "the one-ink logo has a color", "use black, white and grays")
