"""The fillable sheets in the PDF viewer of a real browser: typed text and ticks appear on the page."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from conftest import build_once
from PIL import Image, ImageChops
from selenium.webdriver import Chrome
from support_browser import chromium
from support_wait import WAIT, wait_for

from support import GARDEN

pytestmark = pytest.mark.browser

PX = 96 / 72  # CSS px per pt at 100 %
ACCENTED = "ÁÉÍÓÚÑüáéíóúñ¿¡"


class Viewer:
    """A PDF in Chromium's viewer at 100 %; positions are in pt from the top left of the first page."""

    def __init__(self, chrome: Chrome, path: Path) -> None:
        self.chrome = chrome
        chrome.get(f"{path.as_uri()}#toolbar=0&navpanes=0&zoom=100")
        self.page = self._page()

    def _page(self) -> tuple[int, int, int, int]:
        """Return the position of the white page in the window, once it has stopped moving."""
        last = None
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            picture = self.picture()
            white = picture.convert("L").point(lambda value: 255 if value == 255 else 0).getbbox()
            if white and white[2] - white[0] > 500 and last and picture.tobytes() == last:
                return white
            last = picture.tobytes()
            time.sleep(0.3)
        raise AssertionError("the viewer shows no page")

    def picture(self) -> Image.Image:
        # Leave out the scroll bar at the right, which appears and disappears.
        return Image.open(io.BytesIO(self.chrome.get_screenshot_as_png())).convert("RGB").crop((0, 0, 970, 1300))

    def at(self, left: float, top: float) -> tuple[float, float]:
        return self.page[0] + left * PX, self.page[1] + top * PX

    def click(self, left: float, top: float) -> None:
        x, y = self.at(left, top)
        # As with a real mouse, move the pointer first: the viewer tracks the field under it.
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = {} if kind == "mouseMoved" else {"button": "left", "clickCount": 1}
            event = {"type": kind, "x": x, "y": y, **button}
            self.chrome.execute_cdp_cmd("Input.dispatchMouseEvent", event)

    def type(self, text: str) -> None:
        self.chrome.execute_cdp_cmd("Input.insertText", {"text": text})

    def ink(self, box: tuple[float, float, float, float]) -> Image.Image:
        """Return a part of the page as a black and white image: text and lines are black."""
        left, top = self.at(*box[:2])
        right, bottom = self.at(*box[2:])
        part = self.picture().crop((round(left), round(top), round(right), round(bottom)))
        return part.convert("L").point(lambda value: 0 if value < 140 else 255)


def letters(ink: Image.Image) -> int:
    """Count the pieces that blank columns separate."""
    inverted = ImageChops.invert(ink)
    columns = [inverted.crop((x, 0, x + 1, ink.height)).getbbox() is not None for x in range(ink.width)]
    return sum(here and not before for before, here in zip([False, *columns], columns))


@pytest.fixture
def chrome() -> Iterator[Chrome]:
    with chromium("--window-size=1000,1400") as browser:
        yield browser


@pytest.fixture(scope="module")
def sheets(shared: Path) -> Path:
    out = build_once(shared / "built-sheets-garden", "--book", GARDEN, "--edition", "sheets")
    return out / "generic" / "en" / "garden-sheets-en.pdf"


def place(path: Path, name: str, kid: int | None = None) -> tuple[float, float, float, float]:
    """Return the left, top, right and bottom of a field of the first page, in pt from its top left."""
    with pikepdf.open(path) as pdf:
        field = next(field for field in pdf.Root.AcroForm.Fields if str(field.T) == name)
        widget = field if kid is None else field.Kids[kid]
        left, low, right, high = map(float, widget.Rect)
        height = float(pdf.pages[0].MediaBox[3])
    return left, height - high, right, height - low


def middle(box: tuple[float, float, float, float]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def test_field_accepts_accented_letters(chrome: Chrome, sheets: Path) -> None:
    viewer = Viewer(chrome, sheets)
    left, top, right, bottom = place(sheets, "watering-child")
    inside = (left + 1, top + 1, right - 1, bottom - 2)
    assert letters(viewer.ink(inside)) == 0

    def fill() -> None:
        """Open the file again and type: a viewer that was just opened may lose a click."""
        nonlocal viewer
        viewer = Viewer(chrome, sheets)
        viewer.click(*middle((left, top, right, bottom)))
        viewer.type(ACCENTED)

    wait_for(lambda: letters(viewer.ink(inside)) >= len(ACCENTED) - 2, fill)


def test_only_one_choice_is_ticked(chrome: Chrome, sheets: Path) -> None:
    viewer = Viewer(chrome, sheets)
    boxes = [place(sheets, "watering-1-1-2", kid) for kid in range(3)]
    before = [dark(viewer, box) for box in boxes]
    wait_for(lambda: ticked(viewer, boxes[1]) > before[1] + 100)
    # Part of the focus frame of its neighbor remains.
    wait_for(lambda: ticked(viewer, boxes[2]) > before[2] + 100 and dark(viewer, boxes[1]) < before[1] + 50)


def ticked(viewer: Viewer, box: tuple[float, float, float, float]) -> int:
    """Click and check. A second click keeps a button on, and a viewer that was just opened may lose a click."""
    viewer.click(*middle(box))
    time.sleep(0.5)
    return dark(viewer, box)


def dark(viewer: Viewer, box: tuple[float, float, float, float]) -> int:
    return viewer.ink(box).histogram()[0]
