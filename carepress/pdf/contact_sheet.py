"""Contact sheets: many pages of a PDF file in one picture, to see all of them at once."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
from PIL import Image

from carepress.model import PublishError
from carepress.model.colors import COLORS
from carepress.model.counts import counted

GAP = 8  # pixels between pages


def contact_sheet(path: Path, pages: list[int] | None, columns: int, width: int) -> bytes:
    """Return a PNG file of some `pages` of a PDF file (from 1; None for all), each `width` pixels wide.

    Raises PublishError for a file that is not a PDF, and for a page number that it does not have.
    """
    try:
        document = pypdfium2.PdfDocument(path)
    except (pypdfium2.PdfiumError, FileNotFoundError):
        raise PublishError(
            path, None, "this is not a PDF that can be opened", "name a file that publish.py has built"
        ) from None
    pictures = []
    for number in pages or range(1, len(document) + 1):
        if not 1 <= number <= len(document):
            raise PublishError(
                path, None, f"there is no page {number}", f"the file has {counted(len(document), 'page', 'pages')}"
            )
        page = document[number - 1]
        pictures.append(page.render(scale=width / page.get_width()).to_pil().convert("RGB"))
    height = max(picture.height for picture in pictures)
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * (width + GAP) + GAP, rows * (height + GAP) + GAP), COLORS["mat"].hex)
    for index, picture in enumerate(pictures):
        row, column = divmod(index, columns)
        sheet.paste(picture, (GAP + column * (width + GAP), GAP + row * (height + GAP)))
    data = io.BytesIO()
    sheet.quantize(256, Image.Quantize.MAXCOVERAGE).save(data, "PNG", optimize=True)
    return data.getvalue()
