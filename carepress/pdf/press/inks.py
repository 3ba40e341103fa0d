"""Conversion of colors to inks: by a table for our own colors, by the profile of the press for all others.

Inks are cyan, magenta, yellow and black, each from 0 to 1.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PIL import Image, ImageCms, ImageMath

from carepress.model.colors import COLORS, Inks
from carepress.pdf.press.profile import Profile

BLACK: Inks = (0, 0, 0, 1)
INK_LIMIT = 3.0  # of the sum of inks: more does not dry
COLOR_LIMIT = INK_LIMIT - 1  # of cyan, magenta and yellow, so that solid black may be added

TABLE: dict[str, Inks] = {color.hex: color.inks for color in COLORS.values() if color.inks}
NEUTRAL = 5  # of 255: the largest difference between red, green and blue in a gray


@dataclass(frozen=True, slots=True)
class Converter:
    """A conversion of sRGB to the inks of a profile. `blacks` has the black ink for each gray, both 0 to 255."""

    transform: Any
    blacks: tuple[int, ...]


def make_converter(profile: Profile) -> Converter:
    """Return the conversion of sRGB to the inks of a profile; lightness is relative to that of the paper."""
    press = ImageCms.ImageCmsProfile(io.BytesIO(profile.data))
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    intent, flags = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION
    transform = ImageCms.buildTransform(srgb, press, "RGB", "CMYK", intent, flags)
    grays = _lightness(ImageCms.buildTransform(srgb, lab, "RGB", "LAB", intent), "RGB", [(n, n, n) for n in range(256)])
    inks = _lightness(
        ImageCms.buildTransform(press, lab, "CMYK", "LAB", intent), "CMYK", [(0, 0, 0, n) for n in range(256)]
    )
    darkest = inks[255]
    targets = [darkest + (255 - darkest) * gray / 255 for gray in grays]
    return Converter(transform, tuple(min(range(256), key=lambda n: (abs(inks[n] - target), n)) for target in targets))


def _lightness(transform: Any, mode: str, colors: Sequence[tuple[int, ...]]) -> list[int]:
    """Return L* of colors, scaled to 0 to 255."""
    row = Image.new(mode, (len(colors), 1))
    row.putdata(colors)
    converted = ImageCms.applyTransform(row, transform)
    assert converted is not None
    return list(converted.getchannel("L").tobytes())


def to_inks(color: Sequence[float], converter: Converter) -> Inks:
    """Return the inks of an sRGB color whose components are from 0 to 1."""
    return _color_inks(bytes(round(min(max(part, 0), 1) * 255) for part in color), converter)


@lru_cache(maxsize=4096)  # a book has few colors, each on many pages
def _color_inks(parts: bytes, converter: Converter) -> Inks:
    if inks := TABLE.get(f"#{parts.hex()}"):
        return inks
    if max(parts) - min(parts) <= NEUTRAL:
        return 0, 0, 0, _share(converter.blacks[parts[1]])
    cyan, magenta, yellow, black = image_to_inks(Image.frombytes("RGB", (1, 1), parts), converter).tobytes()
    return _share(cyan), _share(magenta), _share(yellow), _share(black)


def _share(value: int) -> float:
    """Return an amount of ink, from 0 to 255, as a share of 1."""
    return round(value / 255, 3)


def image_to_inks(image: Image.Image, converter: Converter) -> Image.Image:
    """Return an image in CMYK within the ink limits; a gray image uses only black."""
    if image.mode in ("1", "L"):
        black = image.convert("L").point(converter.blacks)
        none = Image.new("L", image.size)
        return Image.merge("CMYK", (none, none, none, black))
    if image.mode != "CMYK":
        converted = ImageCms.applyTransform(image.convert("RGB"), converter.transform)
        assert converted is not None
        image = converted
    return limit_ink(image)


def limit_ink(image: Image.Image) -> Image.Image:
    """Reduce cyan, magenta and yellow in proportion wherever a CMYK image has more than COLOR_LIMIT of them."""
    *colors, black = image.split()

    def reduce(args: Any) -> Any:
        total = args["float"](args["c"]) + args["m"] + args["y"]
        factor = args["min"](COLOR_LIMIT * 255 / args["max"](total, 1), 1)
        return args["convert"](args["ink"] * factor, "L")  # rounded down: rounding up could pass the limit

    bands = dict(zip("cmy", colors))
    return Image.merge("CMYK", (*(ImageMath.lambda_eval(reduce, ink=color, **bands) for color in colors), black))
