"""The print desk in a real browser: the nurse's way in two languages, axe-core, a phone's width, the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from support_browser import CONTRAST, chromium
from support_desk import PATIENT, garden_project, sign_shed
from support_preview import Client, serving
from support_wait import wait_for

from carepress.desk.app import make_app
from carepress.desk.security import LOOPBACK
from support import NODE, needs, open_pdf

pytestmark = pytest.mark.browser

AXE = NODE / "axe-core" / "axe.min.js"
RULES = """
const done = arguments[0];
axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
  .then((found) => done(found.violations.map((item) => [item.id, item.nodes.map((node) => node.html)])));
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    project = garden_project(tmp_path_factory.mktemp("desk"))
    sign_shed(project)
    with serving(
        make_app(project, project.book("garden"), project.root / "build", LOOPBACK, settings=PATIENT)
    ) as client:
        yield client


@pytest.fixture(scope="module")
def chrome() -> Iterator[Chrome]:
    with chromium() as chrome:
        yield chrome


def show(chrome: Chrome, width: int, dark: bool) -> None:
    size = {"width": width, "height": 850, "deviceScaleFactor": 1, "mobile": width < 500}
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


def check_page(chrome: Chrome) -> None:
    """Check the page that is shown: no fault of axe-core, enough contrast, no overflow, large targets."""
    assert chrome.execute_script(CONTRAST)[1] == []
    assert chrome.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    buttons = chrome.find_elements(By.CSS_SELECTOR, ".button, button, .row, .way, summary")
    assert min(button.size["height"] for button in buttons if button.is_displayed()) >= 44
    needs(AXE.is_file(), "axe-core")
    chrome.execute_script(AXE.read_text(encoding="utf-8"))
    assert chrome.execute_async_script(RULES) == []


@pytest.mark.parametrize(
    ("staff", "lang", "hospital", "number", "title"),
    [
        ("en", "es", "The Shed & Sons", "+1 555-555-0150", "Agua y semilla"),
        ("es", "en", "El cobertizo", "+1 555-555-0150", "Water and seed"),
    ],
)
@pytest.mark.parametrize(("width", "dark"), [(1200, False), (390, True)])
def test_nurse_prints_in_three_clicks(
    chrome: Chrome, client: Client, tmp_path: Path, staff: str, lang: str, hospital: str, number: str, title: str,
    width: int, dark: bool,
) -> None:  # fmt: skip
    show(chrome, width, dark)
    chrome.get(f"http://127.0.0.1:{client.port}/?staff={staff}")
    assert chrome.execute_script("return document.documentElement.lang") == staff
    check_page(chrome)
    (site,) = [part for part in chrome.find_elements(By.CSS_SELECTOR, ".site") if hospital in part.text]
    site.find_element(By.CSS_SELECTOR, f"a[href*='&lang={lang}']").click()
    check_page(chrome)
    chrome.find_element(By.XPATH, f"//a[contains(@class, 'row')][.//*[.='{title}']]").click()
    wait_for(lambda: _pages_shown(chrome))
    check_page(chrome)
    button = chrome.find_element(By.CSS_SELECTOR, ".button.main")
    address = str(button.get_attribute("href"))
    answer, pdf = client.ask(address.partition(f":{client.port}")[2])
    assert answer.status == 200
    (tmp_path / "file.pdf").write_bytes(pdf)
    text = " ".join(open_pdf(tmp_path / "file.pdf").texts)
    assert title in text
    assert number in text.replace("\u00a0", " ").replace("\u2011", "-")
    button.click()
    wait_for(lambda: chrome.current_url == address)
    assert not [entry for entry in chrome.get_log("browser") if "Content Security Policy" in entry["message"]]


def _pages_shown(chrome: Chrome) -> bool:
    """Tell whether the frame shows the pages."""
    frame = chrome.find_element(By.TAG_NAME, "iframe")
    return bool(chrome.execute_script("return arguments[0].contentDocument.images.length > 3", frame))


def test_every_page_is_used_with_the_keyboard(chrome: Chrome, client: Client) -> None:
    show(chrome, 1200, False)
    chrome.get(f"http://127.0.0.1:{client.port}/make?staff=en&lang=en&what=sheet:plan")
    reached = set()
    for _step in range(30):
        chrome.switch_to.active_element.send_keys("\ue004")
        node = chrome.switch_to.active_element
        style = chrome.execute_script("const s = getComputedStyle(arguments[0]); return s.outlineStyle", node)
        if node.tag_name in ("a", "summary", "button"):
            assert style == "solid", node.get_attribute("outerHTML")
        reached.add(node.get_attribute("class"))
    assert "button main" in reached


@pytest.mark.parametrize(("staff", "side"), [("ar", "right"), ("en", "left")])
def test_titles_in_either_direction_begin_on_the_same_side(
    chrome: Chrome, client: Client, staff: str, side: str
) -> None:
    chrome.get(f"http://127.0.0.1:{client.port}/choose?staff={staff}&lang=es")
    for node in chrome.find_elements(By.CSS_SELECTOR, "h1, .title, .second"):
        assert chrome.execute_script("return getComputedStyle(arguments[0]).textAlign", node) == side
