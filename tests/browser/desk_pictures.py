"""Make the pictures of the print desk in docs/, as `make picture` does: the page of a handout, on a desktop and a phone.

With a folder as argument, all pages of the nurse's way are also pictured there, in both widths, light and dark.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from selenium.webdriver import Chrome  # noqa: E402
from support_browser import chromium  # noqa: E402
from support_preview import serving  # noqa: E402
from support_wait import wait_for  # noqa: E402

from carepress.desk.app import make_app  # noqa: E402
from carepress.desk.security import LOOPBACK  # noqa: E402
from carepress.workspace.project import Project  # noqa: E402

SHELF = "https://books.example.org/"
HANDOUT = "lang=es&what=handout:chemotherapy"
# The pages that are looked at: their names and addresses, with the staff's language.
PAGES = {
    "home": "?staff=en",
    "choose": "choose?staff=en&lang=es",
    "choose-es": "choose?staff=es&lang=en&q=fiebre",
    "make": f"make?staff=en&{HANDOUT}",
    "sheets": "make?staff=en&lang=es&what=sheet:pain&what=sheet:temperature&week=2026-12-07",
    "packet": "make?staff=es&lang=es&what=packet:first-day",
    "draft": f"make?staff=en&hospital=riverbend&{HANDOUT}",
    "plan": "make?staff=es&lang=es&what=plan&ended=2026-11-30",
    "lost": "lost?staff=en",
}
WIDTHS = {"": (1000, 760), "-phone": (390, 844)}  # CSS px


def picture(chrome: Chrome, address: str, path: Path, size: tuple[int, int], dark: bool = False) -> None:
    """Save a picture of a page, once its frame has the pages of the file."""
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    chrome.get(address)
    ready = (
        "const f = document.querySelector('iframe'); return !f || f.contentDocument?.querySelector('.pages') != null"
    )
    wait_for(lambda: chrome.execute_script(ready))
    data = chrome.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"]
    path.write_bytes(base64.b64decode(data))


def main() -> None:
    project = Project(ROOT)
    app = make_app(project, project.book("childhood-all"), ROOT / "build", LOOPBACK, shelf=SHELF)
    with serving(app) as client, chromium() as chrome:
        desk = f"http://127.0.0.1:{client.port}/"
        for suffix, size in WIDTHS.items():
            picture(chrome, f"{desk}{PAGES['make']}", ROOT / "docs" / f"desk{suffix}.png", size)
        for folder in map(Path, sys.argv[1:]):
            folder.mkdir(parents=True, exist_ok=True)
            for name, address in PAGES.items():
                for suffix, size in WIDTHS.items():
                    for dark in (False, True):
                        path = folder / f"{name}{suffix}{'-dark' if dark else ''}.png"
                        picture(chrome, f"{desk}{address}", path, size, dark)


if __name__ == "__main__":
    main()
