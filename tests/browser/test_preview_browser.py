"""The translator's page in a real browser: display, mouse and keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from support_browser import CONTRAST, chromium
from support_preview import Client, Copy, copy_garden, previewing, save
from support_wait import WAIT, Found, wait_for

pytestmark = pytest.mark.browser

SQUEEZE = "Take a handful of moist soil"
COMPOST = "Spread [compost](term:compost)"
# Whether the frame surrounds the current passage on the displayed page.
FRAMED = """
const wanted = (pageData.spots[current] ?? []).filter((spot) => spot.page === pageIndex);
const shown = [...document.querySelectorAll(".spot")];
const picture = pageData.pages[pageIndex]?.address;
return wanted.length > 0 && shown.length === wanted.length && find("page").src.endsWith(picture)
  && Math.abs(parseFloat(shown[0].style.top) - wanted[0].y * 100) < 0.01;
"""
# The elements that cover the focused button; there should be none.
COVER = """
const box = document.activeElement.getBoundingClientRect();
const inset = 2;
return [[box.left + inset, box.top + inset], [box.right - inset, box.bottom - inset]]
  .map(([x, y]) => document.elementFromPoint(x, y))
  .filter((top) => !document.activeElement.contains(top))
  .map((top) => `${document.activeElement.innerText} under ${top?.className || top?.tagName}`);
"""
# The axe-core rules that can fail on this page.
STRUCTURE = """
const faults = [];
const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`id ${id} twice`);
for (const node of document.querySelectorAll("[aria-controls], [aria-labelledby]")) {
  for (const name of ["aria-controls", "aria-labelledby"]) {
    const id = node.getAttribute(name);
    if (id && !document.getElementById(id)) faults.push(`${name}=${id} leads nowhere`);
  }
}
const name = (node) => (node.getAttribute("aria-label") || node.textContent).trim();
for (const node of document.querySelectorAll("button, a, summary, nav, section, [role=group]")) {
  const label = document.getElementById(node.getAttribute("aria-labelledby"));
  if (!name(label ?? node)) faults.push(`no name: ${node.outerHTML.slice(0, 80)}`);
}
for (const node of document.querySelectorAll("img")) if (!node.alt && !node.hidden) faults.push("a picture without words");
for (const node of document.querySelectorAll("button, summary, .tools a")) {
  const box = node.getBoundingClientRect();
  if (box.width && (box.width < 24 || box.height < 24)) faults.push(`too small: ${node.outerHTML.slice(0, 80)}`);
}
if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
if (document.querySelectorAll("main, header").length !== 2) faults.push("landmarks");
if (!document.documentElement.lang || !document.title) faults.push("no language or title");
return faults;
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    with chromium("--window-size=1440,900") as chrome:
        yield chrome


@pytest.fixture
def garden(tmp_path: Path) -> Copy:
    return copy_garden(tmp_path)


class Page:
    """The page as a user sees it."""

    def __init__(self, browser: Chrome, client: Client) -> None:
        self.browser = browser
        self.root = f"http://127.0.0.1:{client.port}"

    def open(self, address: str = "/section/chapter-soil") -> None:
        self.browser.get(self.root + address)

        wait_for(lambda: self.text("#problem-count") not in ("", "Checking …"))

    def find(self, selector: str) -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def part(self, source: str, part: str) -> WebElement:
        """Return a part of the row of an English text."""
        script = (
            "return [...document.querySelectorAll('.row')]"
            ".find((row) => row.querySelector('.source').innerText.includes(arguments[0]))"
            "?.querySelector(arguments[1])"
        )
        element = self.browser.execute_script(script, source, part)  # type: ignore[no-untyped-call]
        assert isinstance(element, WebElement), f"no {part} of “{source}”"
        return element

    def click(self, source: str, part: str = ".source") -> None:
        steady(lambda: self.part(source, part).click())

    def entry(self, source: str) -> str:
        """Return the text of the open entry of a passage, or an empty text if it is closed."""
        return steady(lambda: self.part(source, ".entry").text)

    def text(self, selector: str) -> str:
        """Return the visible text of the first matching element in one step, as a save may replace it at any time."""
        script = "return document.querySelector(arguments[0])?.innerText ?? ''"
        return str(self.browser.execute_script(script, selector))  # type: ignore[no-untyped-call]

    def is_current(self, source: str) -> bool:
        return source in self.text(".row.current .source")

    def script(self, code: str) -> Any:
        return self.browser.execute_script(code)  # type: ignore[no-untyped-call]

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.browser.switch_to.active_element.send_keys(key)

    def focused(self) -> str:
        """Return the number of the focused passage, or the text of another focused element."""
        return str(self.script("return document.activeElement.textContent.trim().replace(/\\s+/g, ' ')"))

    def look(self, scheme: str = "light", width: int = 1440, height: int = 900) -> None:
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def has_page(self) -> bool:
        return bool(self.script("const image = document.getElementById('page'); return image.naturalWidth > 0"))

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.browser.get_log("browser")]  # type: ignore[no-untyped-call]


def steady(act: Callable[[], Found]) -> Found:
    """Repeat an action if the page was reloaded during it."""
    started = time.monotonic()
    while True:
        try:
            return act()
        except StaleElementReferenceException:
            assert time.monotonic() - started < WAIT, "the page keeps reloading"


@pytest.fixture
def page(browser: Chrome, garden: Copy) -> Iterator[Page]:
    with previewing(garden, pdf=True) as client:
        result = Page(browser, client)
        result.look()
        result.complaints()
        try:
            yield result
            assert result.complaints() == []
        finally:
            browser.get("about:blank")


def test_click_shows_entry_and_page(page: Page, garden: Copy) -> None:
    garden.edit(SQUEEZE, tcomment="Ana: revisar.")
    page.open()
    wait_for(page.has_page)
    assert page.entry("What not to add") == ""
    page.click("What not to add", ".target")
    entry = page.entry("What not to add")
    assert "Translated." in entry
    assert "books/garden/chapters/soil.md:" in entry
    assert "books/garden/locales/es/LC_MESSAGES/garden.po:" in entry
    wait_for(lambda: page.script(FRAMED))
    page.click(SQUEEZE)
    wait_for(lambda: "Ana: revisar." in page.entry(SQUEEZE))
    assert page.entry("What not to add") == ""
    page.click(SQUEEZE, ".mark")
    assert page.entry(SQUEEZE) == ""


def test_click_on_page_selects_passage(page: Page) -> None:
    page.open()
    wait_for(lambda: page.has_page() and page.script(FRAMED))
    page.click("What not to add")
    page.keys(Keys.HOME)
    wait_for(lambda: page.is_current("Know your soil") and page.script(FRAMED))
    spot = page.script("return document.querySelector('.spot').getBoundingClientRect().toJSON()")
    page.click(SQUEEZE)
    assert page.is_current(SQUEEZE)
    page.script(
        f"document.elementFromPoint({spot['x'] + 20}, {spot['y'] + 5}).dispatchEvent("
        f"new MouseEvent('click', {{bubbles: true, clientX: {spot['x'] + 20}, clientY: {spot['y'] + 5}}}))"
    )
    assert page.is_current("Know your soil")


def test_save_updates_text_and_page(page: Page, garden: Copy) -> None:
    page.open()
    wait_for(page.has_page)
    page.click(SQUEEZE)
    picture = page.script("return find('page').src")
    garden.edit(SQUEEZE, msgstr="Una frase nueva, recién guardada.")
    wait_for(lambda: "Una frase nueva" in page.text("#rows"))
    wait_for(lambda: page.script("return find('page').src") != picture)
    wait_for(lambda: "problem" in page.text(".row.current .mark"))  # the results of checks do not count as a save
    assert page.text("#status") == "Saved: 1 passage has changed"
    assert page.find("#status").get_attribute("role") == "status"
    assert page.is_current(SQUEEZE)
    assert page.entry(SQUEEZE)
    assert page.focused().startswith("Entry of passage")


def test_external_save_is_announced(page: Page, garden: Copy) -> None:
    page.open()
    assert page.text("#status") == "Waiting for a save"
    garden.edit("A First Vegetable Garden", msgstr="Una huerta")
    wait_for(lambda: page.text("#status") == "Saved: no text has changed here")


def test_new_paragraph_appears_in_order(page: Page, garden: Copy) -> None:
    page.open()
    count = len(page.all(".row"))
    path = garden.folder / "chapters" / "soil.md"
    save(path, path.read_text().replace("Sand\n:", "A new paragraph.\n\nSand\n:"))
    wait_for(lambda: len(page.all(".row")) == count + 1)
    assert steady(lambda: page.part("A new paragraph.", ".mark").text).endswith("missing")
    assert steady(lambda: page.part("A new paragraph.", ".target").text) == "Not translated yet"
    assert "1 missing" in page.text("#tally")


def test_problem_links_to_passage(page: Page, garden: Copy) -> None:
    garden.edit(COMPOST, msgstr="Extienda el abono.")
    page.open("/section/chapter-welcome")
    missing = "The link “term:compost” is missing"
    page.find("#problems summary").click()
    wait_for(lambda: missing in page.text("#problem-list"))
    steady(lambda: page.browser.find_element(By.PARTIAL_LINK_TEXT, missing).click())
    wait_for(lambda: "chapter-soil" in page.browser.current_url and page.is_current("Spread compost"))
    wait_for(lambda: missing.lower() in page.entry("Spread compost").lower())
    wait_for(lambda: page.script("return document.activeElement.closest('.row.current') !== null"))


def test_markup_in_translation_is_escaped(page: Page, garden: Copy) -> None:
    evil = "<img src=x onerror='window.ran=1'><b>x</b>"
    page.open()
    garden.edit(SQUEEZE, msgstr=evil, tcomment=evil)
    wait_for(lambda: evil in page.text("#rows"))
    page.click(SQUEEZE)
    wait_for(lambda: evil in page.entry(SQUEEZE))
    assert page.all("#rows img, #rows b, #problem-list b") == []
    assert page.script("return window.ran") is None


@pytest.mark.parametrize("width", [1440, 800, 390])
def test_focused_button_is_not_obscured(page: Page, width: int) -> None:
    page.look(width=width)
    page.open()
    wait_for(page.has_page)
    count = len(page.all(".row"))
    page.find(".row button").send_keys(Keys.ENTER)
    covered = []
    for key in (*["j"] * (count - 1), *["k"] * (count - 1)):
        page.keys(key)
        covered += page.script(COVER)
    assert covered == []


def test_phone_switches_between_page_and_text(page: Page) -> None:
    page.look(width=390, height=844)
    page.open()
    wait_for(page.has_page)
    page.click(SQUEEZE)
    on_screen = "const box = {}.getBoundingClientRect(); return box.top < innerHeight && box.bottom > 0"
    picture, row = on_screen.format("find('page')"), on_screen.format("find(current)")
    assert not page.script(picture)
    page.find(".to-page").click()
    wait_for(lambda: page.script(picture))
    assert not page.script(row)
    page.find("#to-text").click()
    wait_for(lambda: page.script(row))
    assert page.is_current(SQUEEZE)


def test_error_appears_and_clears(page: Page, garden: Copy) -> None:
    page.open()
    good = garden.po.read_text()
    save(garden.po, good.replace("msgstr", "msgst", 5))
    wait_for(lambda: page.all(".fault"))
    assert "garden.po:" in page.text("#fault")
    assert page.find("#fault").get_attribute("role") == "alert"
    assert len(page.all(".row")) > 20
    save(garden.po, good)
    wait_for(lambda: not page.all(".fault"))


def test_keyboard_only(page: Page) -> None:
    page.open()
    wait_for(page.has_page)
    page.keys(Keys.TAB)
    assert page.focused() == "To the passages"
    page.keys(Keys.ENTER)
    page.keys(Keys.TAB)
    assert page.focused().startswith("Entry of passage 1,")
    page.keys("j", Keys.ARROW_DOWN)
    assert page.focused().startswith("Entry of passage 3,")
    page.keys("k")
    assert page.focused().startswith("Entry of passage 2,")
    page.keys(Keys.ENTER)
    assert page.find(".row.current .entry").is_displayed()
    page.keys("j")
    assert page.find(".row.current .entry").is_displayed()
    page.keys(Keys.END)
    count = page.script("return pageData.pages.length")
    wait_for(lambda: page.text("#page-name") == f"Page {count} of {count}")
    last = len(page.all(".row"))
    assert page.focused().startswith(f"Entry of passage {last},")
    outline = page.script("return getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"
    page.keys(Keys.TAB)
    assert page.focused().endswith("Page before")
    page.keys(Keys.ENTER)
    wait_for(lambda: page.text("#page-name") == f"Page {count - 1} of {count}")
    page.find("#chapters summary").send_keys(Keys.ENTER)
    assert page.find("#chapter-list").is_displayed()
    page.keys(Keys.TAB)
    assert page.script("return document.activeElement.closest('#chapter-list') !== null")
    page.keys(Keys.ESCAPE)
    assert not page.find("#chapter-list").is_displayed()
    assert page.focused() == "Chapters"


def test_letter_shortcuts_work_only_in_the_list(page: Page) -> None:
    """WCAG 2.2, 2.1.4: a single letter may act only where the focus is."""
    page.open()
    page.find("#keys summary").send_keys("j")
    assert page.find(".row").get_attribute("id") == page.find(".row.current").get_attribute("id")


def test_next_passage_that_needs_work(page: Page, garden: Copy) -> None:
    garden.edit(COMPOST, flags=["fuzzy"], previous_msgid="Spread compost thinly.")
    page.open()
    wait_for(lambda: "1 fuzzy" in page.text("#tally"))
    steady(lambda: page.find(".row button").send_keys("n"))
    assert "fuzzy" in page.text(".row.current .mark")
    page.keys(Keys.ENTER)
    assert "Change in English" in page.text(".row.current .entry")
    assert page.all(".row.current ins")
    assert page.all(".row.current del")


@pytest.mark.parametrize("width", [320, 390, 760, 1100])
def test_narrow_screen_has_no_horizontal_scrolling(page: Page, garden: Copy, width: int) -> None:
    garden.edit(COMPOST, msgstr="<b>x</b>")
    page.look(width=width, height=700)
    page.open()
    wait_for(lambda: page.has_page() and page.all(".broken"))
    page.click("Spread compost")
    for menu in ("#chapters", "#problems", "#keys"):
        page.script(f"document.querySelector('{menu}').open = true")
        assert page.script("return document.documentElement.scrollWidth") <= width
        sheet = page.find(f"{menu} > .sheet").rect
        assert (sheet["x"] >= 0, sheet["x"] + sheet["width"] <= width) == (True, True)
        page.script(f"document.querySelector('{menu}').open = false")
    assert page.script("return document.querySelector('.frame').getBoundingClientRect().right") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_and_structure(page: Page, garden: Copy, scheme: str, tmp_path: Path) -> None:
    garden.edit(COMPOST, msgstr="<b>x</b>")
    garden.edit(SQUEEZE, msgstr="")
    garden.edit("What not to add", flags=["fuzzy"], previous_msgid="What to add")
    page.look(scheme)
    page.open()
    wait_for(lambda: page.has_page() and page.all(".broken"))
    page.script("document.getAnimations().forEach((animation) => animation.finish())")
    expected = "rgb(26, 33, 38)" if scheme == "dark" else "rgb(255, 255, 255)"
    assert page.script("return getComputedStyle(document.querySelector('.top')).backgroundColor") == expected
    for selector in (".broken", ".missing", ".fuzzy"):
        steady(lambda selector=selector: page.find(f"{selector} .mark button").click())  # type: ignore[misc]
        assert page.text(f"{selector} .entry")
        seen, faults = page.script(CONTRAST)
        assert (seen > 60, faults) == (True, [])
    for menu in ("#chapters", "#problems", "#keys"):
        page.find(f"{menu} summary").click()
        assert page.script(CONTRAST)[1] == []
    save(garden.po, garden.po.read_text() + "\nnonsense")
    wait_for(lambda: page.all(".fault"))
    assert page.script(CONTRAST)[1] == []
    assert page.script(STRUCTURE) == []
    assert page.browser.save_screenshot(tmp_path / f"{scheme}.png")


def test_content_security_policy_is_enforced(browser: Chrome, garden: Copy) -> None:
    """A script in a translation could not run, even if it reached the page as markup."""
    with previewing(garden) as client:
        page = Page(browser, client)
        page.open()
        page.script("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">')")
        page.script("const s = document.createElement('script'); s.text = 'window.ran = 2'; document.body.append(s)")
        wait_for(lambda: any("Content Security Policy" in line for line in page.complaints()))
        assert page.script("return window.ran") is None
        browser.get("about:blank")
