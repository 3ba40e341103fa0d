"""The print desk in a real browser: the nurse's way in two languages, axe-core, a phone's width, the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from support_browser import CONTRAST, chromium
from support_desk import PATIENT, garden_project, sign_shed
from support_preview import Client, serving
from support_wait import wait_for

from carepress.desk.app import make_app
from carepress.desk.security import LOOPBACK
from carepress.workspace.project import Project
from support import NODE, needs, open_pdf

pytestmark = pytest.mark.browser

AXE = NODE / "axe-core" / "axe.min.js"
RULES = """
const done = arguments[0];
axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
  .then((found) => done(found.violations.map((item) => [item.id, item.nodes.map((node) => node.html)])));
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = garden_project(tmp_path_factory.mktemp("desk"))
    sign_shed(project)
    return project


@pytest.fixture(scope="module")
def client(project: Project) -> Iterator[Client]:
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
    """Check the page that is shown: its contents, and that it has targets and all are large."""
    check_contents(chrome)
    buttons = chrome.find_elements(By.CSS_SELECTOR, ".button, button, .row, .way, summary")
    heights = [button.size["height"] for button in buttons if button.is_displayed()]
    assert heights
    assert min(heights) >= 44


def check_contents(chrome: Chrome) -> None:
    """Check the page or frame that is shown: no fault of axe-core, enough contrast, no overflow."""
    assert chrome.execute_script(CONTRAST)[1] == []
    assert chrome.execute_script("return document.documentElement.scrollWidth <= innerWidth")
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


OUTSIDE = """
return [...document.querySelectorAll("body *")].filter((node) => {
  const box = node.getBoundingClientRect();
  return box.width && (box.left < -1 || box.right > innerWidth + 1) && !node.closest(".skip, .unseen");
}).map((node) => node.outerHTML.slice(0, 80));
"""


@pytest.mark.parametrize("staff", ["en", "es", "ar", "ru"])
def test_nothing_is_cut_at_320_pixels(chrome: Chrome, client: Client, staff: str) -> None:
    """WCAG 2.2, 1.4.10: as much as a window of 1280 pixels shows at 400 %."""
    show(chrome, 320, False)
    for address in ("?", "choose?lang=es&", "make?lang=es&what=handout:water&", "choose?lang=es&q=zebra&", "fax?"):
        chrome.get(f"http://127.0.0.1:{client.port}/{address}staff={staff}")
        chrome.find_element(By.TAG_NAME, "summary").click()
        assert chrome.execute_script("return document.documentElement.scrollWidth <= innerWidth"), address
        assert chrome.execute_script(OUTSIDE) == [], address


def test_what_is_chosen_is_seen_in_forced_colors(chrome: Chrome, client: Client) -> None:
    show(chrome, 1200, False)
    chrome.get(f"http://127.0.0.1:{client.port}/make?staff=en&lang=es&what=handout:water")
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "forced-colors", "value": "active"}]})
    style = "return getComputedStyle(document.querySelector(arguments[0])).borderTopStyle"
    ways = [chrome.execute_script(style, f".way{state}") for state in ("[aria-current]", ":not([aria-current])")]
    assert ways == ["double", "solid"]


def _preview(chrome: Chrome, client: Client, query: str) -> WebElement:
    """Return the frame with the pages of a handout, when they are there."""
    show(chrome, 1200, False)
    chrome.get(f"http://127.0.0.1:{client.port}/make?staff=en&{query}&what=handout:water")
    wait_for(lambda: _pages_shown(chrome))
    return chrome.find_element(By.TAG_NAME, "iframe")


def test_frame_of_the_pages_has_a_visible_focus_and_is_scrolled_with_the_keyboard(
    chrome: Chrome, client: Client
) -> None:
    frame = _preview(chrome, client, "lang=es")
    outline = "return getComputedStyle(arguments[0].contentDocument.querySelector('main')).outlineStyle"
    assert chrome.execute_script(outline, frame) == "none"
    for _step in range(30):
        ActionChains(chrome).send_keys(Keys.TAB).perform()
        if chrome.switch_to.active_element == frame:
            break
    assert chrome.execute_script(outline, frame) == "solid"
    ActionChains(chrome).send_keys(Keys.END).perform()
    wait_for(lambda: chrome.execute_script("return arguments[0].contentWindow.scrollY > 0", frame))


def test_change_is_announced_and_the_pages_stay_where_they_are(
    chrome: Chrome, client: Client, project: Project
) -> None:
    frame = _preview(chrome, client, "hospital=shed&lang=en")
    status = "const status = arguments[0].contentDocument.querySelector('[role=status]');"
    assert "8 pages" in chrome.execute_script(f"{status} return status.innerText", frame)
    # What a screen reader follows: the same element, with other words.
    chrome.execute_script(f"{status} status.kept = true; arguments[0].contentWindow.scrollTo(0, 300)", frame)
    profile = project.hospital("shed") / "hospital.toml"
    before = profile.read_text()
    try:
        profile.write_text(before.replace("The Shed & Sons", "The Barn"))
        chrome.execute_async_script("arguments[0].contentWindow.look().then(arguments[1])", frame)
    finally:
        profile.write_text(before)
    kept, words, place = chrome.execute_script(
        f"{status} return [status.kept, status.innerText, arguments[0].contentWindow.scrollY]", frame
    )
    assert (kept, place) == (True, 300)
    assert "New on most pages: Draft · Water and seed" in words
    assert "Changed pages: 1, 8" in words
    chrome.switch_to.frame(frame)
    check_contents(chrome)
    chrome.switch_to.default_content()


def test_keyboard_alone_leads_from_the_first_page_to_the_file(chrome: Chrome, client: Client) -> None:
    show(chrome, 1200, False)
    chrome.get(f"http://127.0.0.1:{client.port}/?staff=en")
    for name, page in (("Español", "/choose?"), ("Agua y semilla", "/make?"), ("Print", "/file?")):
        for _step in range(60):
            ActionChains(chrome).send_keys(Keys.TAB).perform()
            here = chrome.switch_to.active_element
            if here.tag_name == "a" and name in here.text.splitlines():
                break
        ActionChains(chrome).send_keys(Keys.ENTER).perform()
        wait_for(lambda page=page: page in chrome.current_url)


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
