"""The shelf in a real browser: phone and desktop, keyboard, no scripts, visitor's language, dark theme, downloads."""

from __future__ import annotations

import functools
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import build_once
from PIL import Image
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By
from support_browser import chromium
from support_shelf import BOOKLET, add, build_folder, facts_of, manifest
from support_wait import wait_for

from support import GARDEN, publish

pytestmark = pytest.mark.browser

# The visible focus: the outline of the focused element.
RING = "const s = getComputedStyle(document.activeElement); return [s.outlineStyle, parseFloat(s.outlineWidth)]"
SHOWN = "const r = document.activeElement.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight"
WIDEST = """return [...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && !e.closest(".unseen"))
    .map(e => e.getBoundingClientRect()).every(r => r.left >= 0 && r.right <= innerWidth)
    && document.documentElement.scrollWidth <= innerWidth"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def folder(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = build_once(shared / "built-garden", "--book", GARDEN)
    out = build_folder(built, tmp_path_factory.mktemp("shelf") / "build")
    add(out, "generic/en/garden-sheets-en-2020-01-06.pdf", BOOKLET, edition="sheets", weeks=["2020-01-06"])
    facts_of(out, "generic/en/garden-sheets-en-2020-01-06.pdf", review_due="2021-01-06")
    assert publish("shelf", "--out", out).returncode == 0
    return out


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    server.server_close()


Browser = Callable[..., Chrome]


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    opened = ExitStack()

    def start(width: int = 1200, lang: str = "en", scripts: bool = True, dark: bool = False) -> Chrome:
        javascript = {"profile.managed_default_content_settings.javascript": 1 if scripts else 2}
        folders = {"download.default_directory": str(tmp_path), "plugins.always_open_pdf_externally": True}
        prefs = {"intl.accept_languages": lang, **folders, **javascript}
        chrome = opened.enter_context(chromium(f"--lang={lang}", prefs=prefs))
        size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
        chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        return chrome

    with opened:
        yield start


def blocks(chrome: Chrome) -> list[str]:
    return [str(node.get_attribute("lang")) for node in chrome.find_elements(By.CSS_SELECTOR, "main > section")]


def downloads(chrome: Chrome) -> list[str]:
    return [str(node.get_attribute("href")) for node in chrome.find_elements(By.CSS_SELECTOR, "a[download]")]


@pytest.mark.parametrize("width", [320, 768, 1200])
def test_no_horizontal_overflow(browser: Browser, address: str, width: int) -> None:
    chrome = browser(width, "es")
    chrome.get(address)
    assert chrome.execute_script("return innerWidth") == width
    assert chrome.execute_script(WIDEST)
    # Touch targets are at least 44 px (WCAG 2.2, 2.5.5).
    heights = [node.size["height"] for node in chrome.find_elements(By.CSS_SELECTOR, "a[download]")]
    assert min(heights) >= 44


def test_keyboard_reaches_every_download_in_order(browser: Browser, address: str) -> None:
    chrome = browser()
    chrome.get(address)
    links, reached = chrome.find_elements(By.TAG_NAME, "a"), []
    for _link in links:
        chrome.switch_to.active_element.send_keys(Keys.TAB)
        reached.append(chrome.switch_to.active_element)
        style, width = chrome.execute_script(RING)
        assert (style, width >= 2) == ("solid", True)
        assert chrome.execute_script(SHOWN)
    assert reached == links


def test_works_without_scripts(browser: Browser, address: str, folder: Path) -> None:
    chrome = browser(320, "es", scripts=False)
    chrome.get(address)
    assert blocks(chrome) == ["en", "es"]
    expected = [path for path, facts in manifest(folder).items() for _lang in facts["langs"]]
    assert sorted(unquote(link).split("/", 3)[3] for link in downloads(chrome)) == sorted(expected)
    assert all(node.is_displayed() for node in chrome.find_elements(By.CSS_SELECTOR, "a[download], .due, h2, h3"))
    chrome.find_element(By.CSS_SELECTOR, "nav a[hreflang=es]").click()
    top = chrome.find_element(By.ID, "es").rect["y"]
    scrolled = chrome.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssVisualViewport"]["pageY"]
    assert abs(top - scrolled) < 2


@pytest.mark.parametrize(
    ("lang", "first"), [("es", "es"), ("es-MX,en", "es"), ("fr,es", "es"), ("en-US,es", "en"), ("fr", "en")]
)
def test_visitor_language_comes_first(browser: Browser, address: str, lang: str, first: str) -> None:
    chrome = browser(lang=lang)
    chrome.get(address)
    assert blocks(chrome)[0] == first
    assert chrome.execute_script("return document.documentElement.lang") == first
    titles = {"en": "Handbooks for families", "es": "Libros para las familias"}
    assert chrome.title.startswith(titles[first])
    assert chrome.find_element(By.CSS_SELECTOR, "h1 span").text == titles[first]
    assert chrome.find_element(By.CSS_SELECTOR, "nav a").get_attribute("hreflang") == first


@pytest.mark.parametrize(
    ("place", "shown"), [("es.generic.garden", "es.generic.garden"), ("es.generic.garden.gone", "es"), ("es", "es")]
)
def test_code_leads_to_a_handout_or_else_to_its_language(
    browser: Browser, address: str, place: str, shown: str
) -> None:
    chrome = browser()
    chrome.get(f"{address}#{place}")
    assert chrome.execute_script("return location.hash") == f"#{shown}"
    top = chrome.execute_script("return document.getElementById(arguments[0]).getBoundingClientRect().top", shown)
    assert abs(top) < 2 or chrome.execute_script("return innerHeight + scrollY >= document.body.scrollHeight - 2")


def test_overdue_review_is_shown(browser: Browser, address: str) -> None:
    chrome = browser()
    chrome.get(address)
    (late,) = [node for node in chrome.find_elements(By.CSS_SELECTOR, ".overdue") if node.is_displayed()]
    assert late.text == "That day has passed. Ask your team for a newer version."


def test_light_and_dark_themes(browser: Browser, address: str) -> None:
    grounds = []
    for dark in (False, True):
        chrome = browser(dark=dark)
        chrome.get(address)
        picture = Image.open(io.BytesIO(chrome.get_screenshot_as_png())).convert("L")
        shades = picture.histogram()
        grounds.append(shades.index(max(shades)))
        assert sum(count > 20 for count in shades) > 50, "the page is blank"
    assert grounds[0] > 200
    assert grounds[1] < 60


def test_link_downloads_the_file(browser: Browser, address: str, folder: Path, tmp_path: Path) -> None:
    chrome = browser()
    chrome.get(address)
    for node in chrome.find_elements(By.CSS_SELECTOR, "#en .family a[download]")[:5]:
        path = unquote(str(node.get_attribute("href"))).split("/", 3)[3]
        node.send_keys(Keys.ENTER)
        file = tmp_path / Path(path).name
        wait_for(file.exists)
        # The browser first creates an empty file with that name.
        expected = manifest(folder)[path]["sha256"]
        wait_for(lambda file=file, expected=expected: sha256(file.read_bytes()).hexdigest() == expected)
    addresses = [node.text for node in chrome.find_elements(By.CSS_SELECTOR, ".catalog")]
    assert addresses == [address.replace("index.html", "opds.xml")] * 2
