"""Render the first page of a PDF file as a picture: the cover of an e-book and of the download page."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
from PIL.Image import Image


def cover_image(pdf: bytes, height: int = 1600) -> bytes:
    """Return the first page as a JPEG file `height` pixels high."""
    return jpeg(first_page(pdf, height))


def first_page(pdf: bytes | Path, height: int) -> Image:
    """Return the first page, cropped to its trim box, as a picture `height` pixels high."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        left, bottom, right, top = page.get_mediabox()
        trim = page.get_trimbox()
        crop = (trim[0] - left, trim[1] - bottom, right - trim[2], top - trim[3])
        picture: Image = page.render(scale=height / (trim[3] - trim[1]), crop=crop).to_pil().convert("RGB")
    return picture


def jpeg(picture: Image) -> bytes:
    """Return a picture as a JPEG file."""
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=88, optimize=True)
    return data.getvalue()
