"""The e-books in a phone-sized reader: epub.js in Chromium, 360 px wide."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from posixpath import join, normpath
from typing import Any

import pytest
from lxml import etree
from selenium.webdriver import Chrome
from support_browser import CONTRAST, chromium
from support_readers import SOUGHT, entries, files_with, handbook_epub, shown_words, squeezed

from support import LANGS, NODE, SVG, XHTML, Epub, flat, needs

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
PHONE = {"width": 360, "height": 640, "deviceScaleFactor": 2, "mobile": True}
TABLET_HEIGHT = 1024
# One document of each kind, for screenshots.
PICTURES = (
    "find-fast", "the-way#the-way-figure-the-way", "late-effects#late-effects-table-late-effects-by-organ", "chemotherapy",
    "chemotherapy#chemotherapy-figure-treatment-road", "part-sheets", "sheets-sheets", "glossary",
)  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    def __init__(self, files: dict[str, Path], *args: Any) -> None:
        self.files = files
        super().__init__(*args)

    def do_GET(self) -> None:
        path = self.files.get(self.path)
        self.send_response(200 if path else 404)
        kinds = {".html": "text/html", ".js": "text/javascript"}
        self.send_header("Content-Type", kinds.get(path.suffix, "application/epub+zip") if path else "text/plain")
        self.end_headers()
        self.wfile.write(path.read_bytes() if path else b"")

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def serving(files: dict[str, Path]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, files))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


class Reader:
    """A reader that shows an e-book; `book` is the same file, parsed by us."""

    def __init__(self, chrome: Chrome, book: Epub, address: str) -> None:
        self.chrome, self.book = chrome, book
        chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
        chrome.get(address)
        assert self.do("return innerWidth") == PHONE["width"]

    def do(self, script: str, *args: object) -> Any:
        return self.chrome.execute_script(script, *args)  # type: ignore[no-untyped-call]

    def open(self, flow: str = "paginated", theme: str = "day", size: str = "100%") -> None:
        self.do("return openBook(...arguments)", flow, theme, size)

    def look(self, name: str) -> dict[str, Any]:
        result: dict[str, Any] = self.do("return look(...arguments)", f"text/{name}.xhtml")
        return result

    def pictures(self, folder: Path) -> None:
        for address in PICTURES:
            name, _, key = address.partition("#")
            self.do("return show(...arguments)", f"text/{name}.xhtml" + (f"#{key}" if key else ""))
            assert self.chrome.save_screenshot(folder / f"{key or name}.png")


@pytest.fixture(scope="module", params=LANGS)
def reader(request: pytest.FixtureRequest, shared: Path) -> Iterator[Reader]:
    book = handbook_epub(shared, request.param)
    files = {
        "/": HERE / "reader.html",
        "/reader.js": HERE / "reader.js",
        "/epub.js": NODE / "epubjs" / "dist" / "epub.min.js",
        "/jszip.js": NODE / "jszip" / "dist" / "jszip.min.js",
        "/book.epub": book.path,
    }
    needs(all(file.is_file() for file in files.values()), "epub.js")
    with serving(files) as address, chromium() as chrome:
        yield Reader(chrome, book, address)


def drawings(root: etree._Element) -> int:
    return sum(1 for _ in root.iter(SVG + "svg", XHTML + "img"))


@pytest.mark.parametrize("size", ["100%", "200%"])
def test_every_document_is_displayed_completely(reader: Reader, size: str, tmp_path: Path) -> None:
    reader.open(size=size)
    by_document = {}
    for name, root in reader.book.pages.items():
        seen = reader.look(name)
        assert squeezed(seen["words"]) == shown_words(root, heads=False), name
        assert (seen["drawings"], seen["language"]) == (drawings(root), root.get("lang")), name
        assert seen["fonts"] >= 1 or name == "cover", name
        by_document[name] = seen["cutOff"]
    reader.pictures(tmp_path)
    assert {name: problems for name, problems in by_document.items() if problems} == {}


def test_dark_theme(reader: Reader, tmp_path: Path) -> None:
    reader.open("scrolled-doc", "night")
    by_document = {}
    for name in reader.book.pages:
        seen = reader.look(name)
        assert reader.do("return getComputedStyle(page().body).backgroundColor") == "rgb(0, 0, 0)"
        count, faint = reader.do(CONTRAST, reader.do("return frame()"))
        assert count > 1 or name == "cover"
        by_document[name] = faint + seen["dullLines"] + seen["cutOff"]
    reader.pictures(tmp_path)
    assert {name: problems for name, problems in by_document.items() if problems} == {}


def with_tables(book: Epub) -> list[str]:
    return [name for name, root in book.pages.items() if next(root.iter(XHTML + "table"), None) is not None]


@pytest.mark.parametrize(("width", "size"), [(360, "100%"), (360, "200%"), (768, "100%"), (768, "200%")])
def test_tables_have_whole_words(reader: Reader, width: int, size: str) -> None:
    """On a phone, and in large letters on a tablet, the rows of a table are blocks with labels."""
    narrow = (width, size) != (768, "100%")
    with screen(reader, width):
        reader.open("scrolled-doc", size=size)
        for name in with_tables(reader.book):
            heads = [[flat("".join(head.itertext())) for head in table.find(f"{XHTML}thead/{XHTML}tr")]
                     for table in reader.book.pages[name].iter(XHTML + "table")]  # fmt: skip
            for columns, seen in zip(
                heads, reader.do("return tables(...arguments)", f"text/{name}.xhtml"), strict=True
            ):
                assert (seen["isBlocks"], seen["hasHead"]) == (narrow, not narrow), name
                labels = [f"{column}: " for column in columns[1:]] if narrow else [""] * (len(columns) - 1)
                assert [row for row in seen["labels"] if row != labels] == [], name
                assert (seen["divided"], seen["over"] <= 0) == ([], True), name


@pytest.mark.parametrize("size", ["100%", "200%"])
def test_drawings_fit_a_tablet(reader: Reader, size: str) -> None:
    """A drawing is no wider than 26 em and fits on the screen."""
    with screen(reader, 1366):
        reader.open("scrolled-doc", size=size)
        for name, root in reader.book.pages.items():
            if root.find(f".//{XHTML}figure") is not None:
                reader.do("return show(...arguments)", f"text/{name}.xhtml")
                for seen in reader.do("return figures()"):
                    assert 200 < seen["width"] <= 26 * seen["em"] + 1, name
                    assert seen["height"] <= TABLET_HEIGHT, name


@contextmanager
def screen(reader: Reader, width: int) -> Iterator[None]:
    """Give the reader a screen of this width for the block, that of a tablet unless it is that of a phone."""
    size = {} if width == PHONE["width"] else {"width": width, "height": TABLET_HEIGHT}
    reader.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE | size)
    try:
        yield
    finally:
        reader.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)


def test_contents(reader: Reader) -> None:
    reader.open()
    actual = reader.do(
        "const all = (list) => list.flatMap((e) => [e.href, ...all(e.subitems)]); return all(book.navigation.toc)"
    )
    expected = entries(reader.book, "toc")
    assert actual == [href for href, _title in expected]
    for href, title in expected:
        there = reader.do("return goTo(...arguments)", href)
        title = re.sub(r"^\d+ ", "", title)  # the number of a part
        assert (there["file"], there["words"], there["seen"]) == (href.partition("#")[0], title, True)


def test_page_list(reader: Reader) -> None:
    reader.open()
    expected = entries(reader.book, "page-list")
    actual = reader.do("return book.pageList.pageList.map((entry) => entry.href)")
    assert actual == [href for href, _number in expected]
    for href, number in expected[::7]:  # test_epub_pages.py checks all targets
        there = reader.do("return goTo(...arguments)", href)
        assert (there["file"], there["label"].split()[-1:]) == (href.partition("#")[0], [number]), href
        assert there["seen"], href


def test_internal_links(reader: Reader) -> None:
    """Follow the first link of each document that leads to a new target."""
    reader.open()
    tried = set()
    for name, root in reader.book.pages.items():
        for href in root.xpath("//@href[not(contains(., ':')) and contains(., '.xhtml')]"):
            target = normpath(join("text", href))
            if target not in tried:
                there = reader.do("return press(...arguments)", f"text/{name}.xhtml", href)
                assert there == {"file": target.partition("#")[0], "seen": True}, f"{name}: {href}"
                tried.add(target)
                break
    assert len(tried) > 30


def test_search(reader: Reader) -> None:
    reader.open()
    sought = SOUGHT[reader.book.nav.get("lang")]
    for words, hits in reader.do("return search(...arguments)", sought).items():
        expected = files_with(reader.book, words)
        assert hits.keys() - {"nav.xhtml"} == expected != set(), words
        for cfi in list(hits.values())[:4]:
            there = reader.do("return goToHit(...arguments)", cfi)
            assert (flat(there["words"]).lower(), there["seen"]) == (words.lower(), True)
