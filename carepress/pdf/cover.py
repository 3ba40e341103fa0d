"""The first page of a PDF as a picture: the e-book's cover is the booklet's own."""

from __future__ import annotations

import io


def cover_image(pdf: bytes, height: int = 1600) -> bytes:
    """Return the first page as a JPEG of `height` pixels."""
    import pypdfium2

    page = pypdfium2.PdfDocument(pdf)[0]
    picture = page.render(scale=height / page.get_height()).to_pil().convert("RGB")
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=88, optimize=True)
    return data.getvalue()
