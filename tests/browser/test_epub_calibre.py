"""The e-books in calibre: displayed in its viewer, and converted to Kindle's format."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from support_browser import chromium, until
from support_readers import SOUGHT, entries, files_with, handbook_epub, shown_words, spine, squeezed
from support_wait import LONG

from support import LANGS, SVG, XHTML, Epub, flat, needs, page_words

pytestmark = pytest.mark.browser

NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
WINDOW = "--window-size=800,900"


class Calibre:
    """Debian's calibre with its own settings folder."""

    def __init__(self, home: Path) -> None:
        needs(shutil.which("calibre-server"), "calibre")
        self.home = home

    def start(self, name: str, *command: object) -> subprocess.Popen[bytes]:
        """Start a program of calibre. Concurrent programs would corrupt each other's settings."""
        own = self.home / name
        folders = {"HOME": own, "CALIBRE_CONFIG_DIRECTORY": own / "config", "CALIBRE_CACHE_DIRECTORY": own / "cache"}
        for folder in folders.values():
            folder.mkdir()
        variables = {name: str(folder) for name, folder in folders.items()}
        variables |= {"CALIBRE_OVERRIDE_LANG": "en", "QT_QPA_PLATFORM": "offscreen"}
        with (self.home / f"{name}.log").open("wb") as log:
            return subprocess.Popen(list(map(str, command)), env=os.environ | variables, stdout=log, stderr=log)

    def log(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text()

    def run(self, name: str, *command: object) -> None:
        assert self.start(name, *command).wait(LONG) == 0, self.log(name)


@pytest.fixture(scope="module")
def books(shared: Path) -> dict[str, Epub]:
    return {lang: handbook_epub(shared, lang) for lang in LANGS}


@pytest.fixture(scope="module")
def calibre(tmp_path_factory: pytest.TempPathFactory) -> Calibre:
    return Calibre(tmp_path_factory.mktemp("calibre"))


class Converted(Epub):
    """An e-book written by calibre, which moves the files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.archive = zipfile.ZipFile(path)
        self.package = self.tree("content.opf")


# --- Kindle's format -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kindle(calibre: Calibre, books: dict[str, Epub]) -> dict[str, Converted]:
    """Return the books after conversion to KF8 and back; the languages are converted in parallel."""
    for kind, earlier in (("azw3", None), ("epub", "azw3")):
        running = {}
        for lang, book in books.items():
            source = calibre.home / f"{lang}.{earlier}" if earlier else book.path
            running[lang] = calibre.start(f"{lang}-{kind}", "ebook-convert", source, calibre.home / f"{lang}.{kind}")
        ended = {lang: process.wait(LONG) for lang, process in running.items()}
        assert not any(ended.values()), (ended, [path.read_text() for path in calibre.home.glob("*.log")])
    return {lang: Converted(calibre.home / f"{lang}.epub") for lang in LANGS}


@pytest.mark.parametrize("lang", LANGS)
def test_kindle_conversion_keeps_content(books: dict[str, Epub], kindle: dict[str, Converted], lang: str) -> None:
    book, made = books[lang], kindle[lang]
    roots = [made.tree(name) for name in spine(made)]
    text = squeezed(" ".join(page_words(root) for root in roots))
    assert [name for name, root in book.pages.items() if shown_words(root) not in text] == []
    assert cells(roots) == cells(list(book.pages.values()))
    drawn = [
        made.tree(os.path.normpath(Path(name).parent / image.get("src")))
        for name, root in zip(spine(made), roots)
        for image in root.iter(XHTML + "img")
        if image.get("src").endswith(".svg")
    ]
    expected = [drawing for name in spine(book) for drawing in tree(book, name).iter(SVG + "svg")]
    assert [shapes(drawing) for drawing in drawn] == [shapes(drawing) for drawing in expected]
    names = [flat("".join(label.itertext())) for label in made.tree("toc.ncx").iter(NCX + "navLabel")]
    assert names == [title for _href, title in entries(book, "toc")]


def tree(book: Epub, name: str) -> etree._Element:
    return book.tree(f"EPUB/{name}")


def cells(roots: list[etree._Element]) -> list[int]:
    """Return the number of cells in each table."""
    tables = [table for root in roots for table in root.iter(XHTML + "table")]
    return [sum(1 for _ in table.iter(XHTML + "th", XHTML + "td")) for table in tables]


def shapes(drawing: etree._Element) -> tuple[str, list[str]]:
    return drawing.get("viewBox"), [path.get("d") for path in drawing.iter(SVG + "path")]


# --- The viewer ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(calibre: Calibre, books: dict[str, Epub]) -> Iterator[str]:
    """Yield the address of calibre's server with both books; it has the same viewer as the desktop program."""
    library = calibre.home / "library"
    library.mkdir()
    calibre.run("add", "calibredb", "add", "--with-library", library, *(book.path for book in books.values()))
    options = ("--listen-on", "127.0.0.1", "--port", 0, "--disable-use-bonjour", "--disable-auth")
    process = calibre.start("server", "calibre-server", *options, library)
    try:
        yield f"http://{until(lambda: re.search('listening on (.+:[1-9][0-9]*)', calibre.log('server')))[1]}"
    finally:
        process.kill()
        process.wait(LONG)


class Viewer:
    """A book in calibre's viewer. Its pages are in a frame that outside scripts cannot access.

    While the viewer opens a book, it may lose an address, a key or a click: they are repeated.
    """

    def __init__(self, chrome: Chrome, server: str, book: Epub, number: int) -> None:
        self.chrome, self.book, self.files = chrome, book, spine(book)
        self.lang = book.nav.get("lang")
        self.server, self.place = server, f"book_id={number}&fmt=EPUB&library_id=library&mode=read_book"
        self.open()
        # On first use, help about the controls covers the book.
        self.do("document.elementFromPoint(innerWidth / 2, innerHeight / 2).click()")

    def open(self) -> None:
        until(lambda: self.shows(self.files[0]) and self.draws(1), self.load)

    def load(self, index: int = 0) -> None:
        self.chrome.get("about:blank")
        self.chrome.get(f"{self.server}/#{self.address(index)}")

    def address(self, index: int) -> str:
        return f"{self.place}&bookpos=epubcfi(/{2 * index + 2}/2/4)"

    def do(self, script: str, *args: object) -> Any:
        return self.chrome.execute_script(script, *args)  # type: ignore[no-untyped-call]

    def inside(self, script: str) -> Any:
        self.chrome.switch_to.frame(self.chrome.find_element(By.TAG_NAME, "iframe"))
        try:
            return self.do(script)
        finally:
            self.chrome.switch_to.default_content()

    def shows(self, file: str) -> bool:
        words = squeezed(self.inside("return document.body?.innerText ?? ''"))
        return words == shown_words(tree(self.book, file))

    def draws(self, count: int) -> bool:
        seen = "return [...document.querySelectorAll('svg, img')].filter((item) => item.clientWidth > 20).length"
        return self.inside(seen) == count

    def found(self) -> set[str]:
        """Return the titles of the sections with search results."""
        rows = "return [...document.querySelectorAll('li[data-result-num]')].map((row) => row.title)"
        return {title.split("➤")[-1].strip() for title in self.do(rows)}

    def go(self, index: int, drawings: int) -> None:
        """Show a document with its drawings, first by the address alone, then by loading the page again."""
        self.do("location.hash = arguments[0]", self.address(index))
        ways = chain([lambda: None], repeat(lambda: self.load(index)))
        until(lambda: self.shows(self.files[index]) and self.draws(drawings), lambda: next(ways)())

    def type(self, *keys: str) -> None:
        ActionChains(self.chrome).send_keys(*keys).perform()

    def contents(self) -> list[tuple[str, str]]:
        """Open the contents and return them as (address, words)."""
        item = "[...document.querySelectorAll('li')].find((item) => item.title === 'Browse the Table of Contents')"
        until(lambda: self.do(f"return {item}"), lambda: self.type(Keys.ESCAPE))
        rows = "return [...document.querySelectorAll('[data-toc-dest]')].map((row) => [row.dataset.tocDest, row.querySelector('a').textContent])"
        return [(href, title) for href, title in until(lambda: self.do(rows), lambda: self.do(f"{item}?.click()"))]

    def follow(self, index: int) -> None:
        """Follow an entry of the contents."""
        if not self.do("return document.querySelector('[data-toc-dest]')?.checkVisibility()"):
            self.contents()
        self.do("document.querySelectorAll('[data-toc-dest]')[arguments[0]].querySelector('a').click()", index)

    def search(self, words: str) -> None:
        self.open()
        until(lambda: self.do("return document.activeElement.name === 'search-in-book'"), lambda: self.type("/"))
        self.type(words, Keys.ENTER)


@pytest.fixture(scope="module", params=LANGS)
def viewer(request: pytest.FixtureRequest, server: str, books: dict[str, Epub]) -> Iterator[Viewer]:
    with chromium(WINDOW) as chrome:
        yield Viewer(chrome, server, books[request.param], LANGS.index(request.param) + 1)


def test_documents_are_displayed(viewer: Viewer, tmp_path: Path) -> None:
    """Check a sample per language: both have the same structure, and calibre takes a second per page."""
    for index in range(LANGS.index(viewer.lang), len(viewer.files), 6):
        file = viewer.files[index]
        drawings = sum(1 for _ in tree(viewer.book, file).iter(SVG + "svg", XHTML + "img"))
        viewer.go(index, drawings)
        if drawings:
            assert viewer.chrome.save_screenshot(tmp_path / f"{Path(file).stem}.png")


def test_contents(viewer: Viewer) -> None:
    expected = [(f"EPUB/{href}", title) for href, title in entries(viewer.book, "toc")]
    assert viewer.contents() == expected
    for index in range(0, len(expected), 12):
        until(
            lambda href=expected[index][0]: viewer.shows(href.removeprefix("EPUB/")),
            lambda index=index: viewer.follow(index),
        )


def test_search(viewer: Viewer) -> None:
    titles = dict(entries(viewer.book, "toc"))
    for words in SOUGHT[viewer.lang][:3]:
        expected = {titles[file] for file in files_with(viewer.book, words) if file in titles}
        assert expected
        # calibre also finds words that are interrupted by a link.
        until(lambda expected=expected: viewer.found() >= expected, lambda words=words: viewer.search(words))
        until(
            lambda words=words: flat(viewer.inside("return getSelection().toString()")).lower() == words.lower(),
            lambda: viewer.do("[...document.querySelectorAll('li[data-result-num]')].at(-1).click()"),
        )
