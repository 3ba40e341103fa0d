"""The ICC profile of a press, and its name in the output intent of a file."""

from __future__ import annotations

import io
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from PIL import ImageCms

from carepress.model import PublishError

# ISO Coated v2 300 %: offset on coated paper, FOGRA39, at most 300 % ink; its license (zlib) is next to it.
DEFAULT = Path(__file__).with_name("ISOcoated_v2_300_bas.icc")
DEFAULT_SHA256 = "b424c77f40c3423c925536f8ae08634985ccd0fe80eb253d5d229197ded7e886"


@dataclass(frozen=True, slots=True)
class Profile:
    """An output profile and its entries in the output intent (ISO 15930-7; ISO 32000-1, 14.11.5).

    `condition` is a name in the `registry`, or “Custom”; `info` is a description for people.
    """

    data: bytes
    condition: str
    info: str
    registry: str | None = None


def read_profile(path: Path | None, default: Path = DEFAULT) -> Profile:
    """Return the profile of a print shop, or the default. Raises PublishError if it cannot be used."""
    return _default(default) if path is None else _custom(path)


def _default(path: Path) -> Profile:
    """Return the default profile. A changed file is refused: a book must not depend on the machine that builds it."""
    if path.is_file() and sha256(data := path.read_bytes()).hexdigest() == DEFAULT_SHA256:
        return Profile(data, "FOGRA39", "Coated FOGRA39 (ISO 12647-2:2004), ink 300 %", "http://www.color.org")
    raise PublishError(
        path,
        None,
        "this color profile, the default for a press, is missing or has been changed",
        "install Carepress again, or give your print shop's profile: --profile FILE.icc",
    )


def _custom(path: Path) -> Profile:
    """Return the profile in a file of the user."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PublishError(path, None, f"cannot be read ({error.strerror})", "check the path of --profile") from None
    # ICC.1:2010, 7.2: signature, device class and color space are in the header.
    if (data[36:40], data[12:16], data[16:20]) != (b"acsp", b"prtr", b"CMYK"):
        raise PublishError(
            path, None, "this is not the ICC profile of a CMYK press", "ask the print shop for its output profile"
        )
    return Profile(data, "Custom", _description(path, data))


def _description(path: Path, data: bytes) -> str:
    """Return the description in a profile. Raises PublishError if it cannot convert colors."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
        ImageCms.buildTransform(ImageCms.createProfile("sRGB"), profile, "RGB", "CMYK")
        ImageCms.buildTransform(profile, ImageCms.createProfile("LAB"), "CMYK", "LAB")
        return ImageCms.getProfileDescription(profile).strip()
    except (ImageCms.PyCMSError, OSError):
        raise PublishError(path, None, "this ICC profile is damaged", "ask the print shop for it again") from None
