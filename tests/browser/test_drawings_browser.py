"""Every drawing looks the same on paper as in a browser: WeasyPrint draws SVG with code of its own."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageFilter
from support_browser import chromium

from carepress.content.drawing import read_drawing
from carepress.pages.drawings import drawing_svg
from carepress.pdf.write import lay_out
from support import GARDEN, HANDBOOK

COLUMNS, SIZE = 6, 200  # drawings in a row; CSS px of each
SCALE = 2
TOLERANCE = 15  # gray levels, after blurring
BOOKS = [HANDBOOK, GARDEN]
STYLE = f"""
@page {{ size: {COLUMNS * SIZE}px HEIGHTpx; margin: 0 }}
html, body {{ margin: 0; background: white }}
div {{ position: absolute; width: {SIZE}px; height: {SIZE}px }}
svg {{ display: block; width: {SIZE}px; height: {SIZE}px }}
"""


def page(paths: list[Path], book: Path) -> tuple[str, int]:
    """Return an HTML page with the drawings in rows, and its height in CSS px."""
    height = -(-len(paths) // COLUMNS) * SIZE
    cells = []
    for number, path in enumerate(paths):
        place = f"left: {number % COLUMNS * SIZE}px; top: {number // COLUMNS * SIZE}px"
        cells.append(f'<div style="{place}">{drawing_svg(read_drawing(path, path.name, "en"), f"d{number}")}</div>')
    head = f'<meta charset="utf-8"><style>{STYLE.replace("HEIGHT", str(height))}</style>'
    return f"<!DOCTYPE html><html><head>{head}</head><body>{''.join(cells)}</body></html>", height


def gray_cells(picture: Image.Image, count: int) -> list[Image.Image]:
    """Return each drawing in gray, blurred so that the edges of lines do not count."""
    gray = picture.convert("L").filter(ImageFilter.GaussianBlur(2 * SCALE))
    step = SIZE * SCALE
    places = [(number % COLUMNS * step, number // COLUMNS * step) for number in range(count)]
    return [gray.crop((x, y, x + step, y + step)) for x, y in places]


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.name)
def test_drawings_look_the_same_on_paper_and_on_screen(book: Path, tmp_path: Path) -> None:
    paths = sorted((book / "drawings").glob("*.svg"))
    html, height = page(paths, book)
    pdf = pypdfium2.PdfDocument(lay_out(html).write_pdf())
    paper = pdf[0].render(scale=SCALE * 4 / 3).to_pil()
    (tmp_path / "page.html").write_text(html)
    with chromium(f"--window-size={COLUMNS * SIZE},{height}", f"--force-device-scale-factor={SCALE}") as browser:
        browser.get((tmp_path / "page.html").as_uri())
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": COLUMNS * SIZE, "height": height, "deviceScaleFactor": SCALE, "mobile": False},
        )
        browser.save_screenshot(str(tmp_path / "screen.png"))
    screen = Image.open(tmp_path / "screen.png")
    assert screen.size == paper.size
    pairs = zip(paths, gray_cells(paper, len(paths)), gray_cells(screen, len(paths)))
    faults = {path.name: largest for path, *pair in pairs if (largest := difference(*pair)) > TOLERANCE}
    assert faults == {}


def difference(one: Image.Image, other: Image.Image) -> int:
    """Return the largest difference of gray, from 0 to 255."""
    return int(ImageChops.difference(one, other).getextrema()[1])
