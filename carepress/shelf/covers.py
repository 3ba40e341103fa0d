"""Draw the cover of each file: its first page, or the cover inside the e-book."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lxml import etree
from PIL import Image
from PIL.Image import Resampling

from carepress.pdf.cover import first_page, jpeg
from carepress.shelf.entries import ShelfFile
from carepress.workspace.files import atomic_write

# Heights in pixels: for the full screen of an e-reader, and for a list on a phone with a high-resolution screen.
LARGE, SMALL = 1200, 440
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"
_ITEM = "{http://www.idpf.org/2007/opf}item"


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG: its path in the build folder and its size in pixels."""

    path: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Cover:
    """The two pictures of a cover."""

    large: Picture
    small: Picture


def write_cover(out: Path, entry: ShelfFile) -> Cover:
    """Write the two pictures of a file to shelf/."""
    picture, (large, small) = _cover(out / entry.path, entry), _names(entry)
    return Cover(_write(out, large, picture, LARGE), _write(out, small, picture, SMALL))


def keep_cover(out: Path, entry: ShelfFile, to: Path) -> Cover:
    """Return the two pictures of a file, which are kept in `to`, in a folder with the digest of the file."""
    folder, (large, small) = to / entry.sha256, _names(entry)
    if not (folder / small).is_file():  # the last one that is written
        picture = _cover(out / entry.path, entry)
        return Cover(_write(folder, large, picture, LARGE), _write(folder, small, picture, SMALL))
    return Cover(_read(folder, large), _read(folder, small))


def _read(folder: Path, path: str) -> Picture:
    with Image.open(folder / path) as picture:
        return Picture(path, picture.width, picture.height)


def _cover(file: Path, entry: ShelfFile) -> Image.Image:
    return _inside(file) if entry.format == "epub" else _page(file)


def _names(entry: ShelfFile) -> tuple[str, str]:
    name = f"shelf/{entry.hospital}.{PurePosixPath(entry.path).stem}".replace("+", "_")
    return f"{name}.jpg", f"{name}.small.jpg"


def _page(file: Path) -> Image.Image:
    return first_page(file, LARGE)


def _inside(file: Path) -> Image.Image:
    """Return the picture that the package names as its cover (EPUB 3.3, section 5.5.5)."""
    with zipfile.ZipFile(file) as archive:
        container = etree.fromstring(archive.read("META-INF/container.xml"))
        package = PurePosixPath(next(container.iter(_CONTAINER)).get("full-path"))
        items = etree.fromstring(archive.read(str(package))).iter(_ITEM)
        href = next(item.get("href") for item in items if "cover-image" in (item.get("properties") or "").split())
        return Image.open(io.BytesIO(archive.read(str(package.parent / href)))).convert("RGB")


def _write(out: Path, path: str, picture: Image.Image, height: int) -> Picture:
    width = round(picture.width * height / picture.height)
    atomic_write(out / path, jpeg(picture.resize((width, height), Resampling.LANCZOS)))
    return Picture(path, width, height)
