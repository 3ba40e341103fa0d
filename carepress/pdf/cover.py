"""The first page of a PDF as a picture: the e-book's cover is the booklet's own."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
from PIL.Image import Image


def cover_image(pdf: bytes, height: int = 1600) -> bytes:
    """Return the first page as a JPEG of `height` pixels."""
    return jpeg(first_page(pdf, height))


def first_page(pdf: bytes | Path, height: int) -> Image:
    """Return the first page as a picture of `height` pixels, cut where the print shop will cut it."""

    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        left, low, right, high = page.get_mediabox()
        trim = page.get_trimbox()
        crop = (trim[0] - left, trim[1] - low, right - trim[2], high - trim[3])
        picture: Image = page.render(scale=height / (trim[3] - trim[1]), crop=crop).to_pil().convert("RGB")
    return picture


def jpeg(picture: Image) -> bytes:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=88, optimize=True)
    return data.getvalue()
