"""A headless browser, and the scripts that inspect its pages."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from support_wait import LONG, WAIT, Found, wait_for

from support import needs

STARTS = 3  # another process may take the port of the driver before the driver does

SWITCHES = (
    "--headless=new --no-sandbox --disable-dev-shm-usage --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
# The contrast of each text with the nearest background below it (WCAG 2.2, 1.4.3), in the page or in a
# given frame.
CONTRAST = """
const parse = (color) => {
  const [r, g, b, a = 1] = color.match(/[\\d.]+/g).map(Number);
  return { r, g, b, a };
};
const over = (top, under) => ({
  r: top.r * top.a + under.r * (1 - top.a),
  g: top.g * top.a + under.g * (1 - top.a),
  b: top.b * top.a + under.b * (1 - top.a),
  a: 1,
});
const light = ({ r, g, b }) => [r, g, b]
  .map((value) => value / 255)
  .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
  .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
const ground = (node) => {
  const layers = [];
  for (let at = node; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
  return layers.reverse().reduce((under, layer) => over(layer, under), { r: 255, g: 255, b: 255, a: 1 });
};
const faults = [];
const page = arguments[0]?.contentDocument ?? document;
const walker = document.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
let seen = 0;
while (walker.nextNode()) {
  const node = walker.currentNode.parentElement;
  const style = getComputedStyle(node);
  if (!walker.currentNode.data.trim() || !node.checkVisibility({ visibilityProperty: true })) continue;
  if (node.closest(".unseen, .skip, [aria-disabled=true], script, style")) continue;
  const under = ground(node);
  const [high, low] = [light(over(parse(style.color), under)), light(under)].sort((a, b) => b - a);
  const size = parseFloat(style.fontSize);
  const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
  const ratio = (high + 0.05) / (low + 0.05);
  seen++;
  if (ratio < least) faults.push(`${ratio.toFixed(2)} “${walker.currentNode.data.trim().slice(0, 40)}” .${node.className}`);
}
return [seen, faults];
"""


def until(done: Callable[[], Found], act: Callable[[], object] | None = None) -> Found:
    """Wait for a page; see `wait_for`. While a page is replaced, its elements and frames may be missing."""
    return wait_for(done, act, (WebDriverException,))


@contextmanager
def chromium(*switches: str, prefs: Mapping[str, object] | None = None) -> Iterator[Chrome]:
    """Yield Debian's Chromium."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    needs(program and driver, "Chromium and its driver")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        options = ChromeOptions()
        options.binary_location = program
        for switch in (*SWITCHES, *switches, f"--user-data-dir={folder}"):
            options.add_argument(switch)
        options.add_experimental_option("prefs", dict(prefs or {}))
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        for left in reversed(range(STARTS)):
            try:
                chrome = Chrome(options=options, service=Service(driver))
                break
            except WebDriverException:
                if not left:
                    raise
        chrome.command_executor.client_config.timeout = LONG  # of its requests to the driver
        chrome.set_script_timeout(WAIT)
        try:
            yield chrome
        finally:
            chrome.quit()
