"""Helpers that several test modules share: running the command, reading the two books, PDFs and EPUBs."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import ExitStack, chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import fields, replace
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from unittest import mock

import pikepdf
import polib
import pypdfium2
import pytest
from lxml import etree
from pypdfium2 import raw
from support_wait import LONG

from carepress.build import run
from carepress.build.executor import Backend
from carepress.catalogs.translate import translate_book
from carepress.cli import COMMANDS, main
from carepress.content import read_book
from carepress.model import Block, Book, FileRecord, Index, Segment, SignedBy
from carepress.model.document import map_blocks
from carepress.model.units import MM_TO_PT
from carepress.pdf.typeset import EXTENT_ENTRY, SECTION_ENTRY
from carepress.text.inline import parse_inline, plain_text
from carepress.workspace.cache import Cache
from carepress.workspace.outputs import output_cache
from carepress.workspace.project import Project

ROOT = Path(__file__).resolve().parent.parent
GARDEN = ROOT / "tests" / "books" / "garden"
ECOLE = ROOT / "tests" / "books" / "ecole"  # written in French
HANDBOOK = ROOT / "content" / "childhood-all"
NODE = ROOT / ".venv" / "node" / "node_modules"  # installed from tests/validators/package.json
LANGS = ("en", "es")
XHTML, SVG, OPS = "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/2000/svg}", "{http://www.idpf.org/2007/ops}"
PROCESSES = run.local_processes  # replaced in publish()
SHARED_ENTRIES = (SECTION_ENTRY, EXTENT_ENTRY)  # a revision of an earlier text is made only from a build's own cache
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
INLINE = {XHTML + name for name in ("a", "strong", "em", "span", "cite", "dfn")}


class SharedPages:
    """Typeset sections that the builds of a test run share, wherever their output folders are.

    Their keys contain all that a section depends on, except code that a test has replaced: such tests share no pages,
    and neither do those of the cache itself (marked `cold`). Only what is missing in a build's own cache is looked up,
    also among the pages that `make book` has left.
    """

    folder: Path | None = None  # conftest.py sets it for each test
    earlier = ROOT / "build"

    @classmethod
    @contextmanager
    def used(cls) -> Iterator[None]:
        if cls.folder is None:
            yield
            return
        shared, read, write = Cache(cls.folder), Cache.read, Cache.write
        places = (shared, output_cache(cls.earlier))

        def read_shared(cache: Cache, key: str) -> bytes | None:
            others = places if key.startswith(SHARED_ENTRIES) else ()
            return next(filter(None, (read(place, key) for place in (cache, *others))), None)

        def write_shared(cache: Cache, key: str, data: bytes) -> None:
            for place in (cache, shared) if key.startswith(SHARED_ENTRIES) else (cache,):
                write(place, key, data)

        with mock.patch.object(Cache, "read", read_shared), mock.patch.object(Cache, "write", write_shared):
            yield


class InProcess(Executor):
    """An executor that runs each job at once in this process, which has all modules, fonts and templates loaded."""

    def submit(self, function: Callable[..., object], /, *args: object, **options: object) -> Future[object]:
        future: Future[object] = Future()
        try:
            future.set_result(function(*args, **options))
        except Exception as error:
            future.set_exception(error)
        return future


def one_process(project: Project, workers: int | None) -> Backend:
    """Return the usual backend if a test asks for a number of workers, else one that starts no process.

    The tests occupy all processors already.
    """
    usual = PROCESSES(project, workers)
    return usual if workers else replace(usual, start=lambda _limit: InProcess(), limit=1)


def publish(*args: object, root: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command in this process and in the folder of a project, with the code of this checkout.

    Without --jobs, a build starts no other process. An unexpected exception of the program propagates.
    """
    command, status = ["publish.py", *map(str, args)], 0
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with (
        in_project(root),
        environment(variables),
        SharedPages.used(),
        mock.patch.object(run, "local_processes", one_process),
        mock.patch.object(sys, "argv", command),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            status = end.code
    return subprocess.CompletedProcess(command, status, *(_printed(stream) for stream in (out, err)))


@contextmanager
def environment(variables: dict[str, str]) -> Iterator[None]:
    """Set some environment variables for the block; variables that the program itself sets are kept."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _printed(stream: io.TextIOWrapper) -> str:
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode("utf-8")


@contextmanager
def in_project(root: Path) -> Iterator[None]:
    """Make a project the current one, as if the command had been started in its folder."""
    project = Project(root)
    modules = [import_module(f"carepress.cli.{module}") for module, *_rest in COMMANDS.values()]
    with ExitStack() as stack:
        for module in modules:
            if hasattr(module, "PROJECT"):
                stack.enter_context(mock.patch.object(module, "PROJECT", project))
        stack.enter_context(chdir(root))
        yield


def outer_environment() -> dict[str, str]:
    """Return the environment without the variables that the program has set in this process."""
    own = {"FONTCONFIG_FILE", "SOURCE_DATE_EPOCH"}
    return {name: value for name, value in os.environ.items() if name not in own}


def publish_process(*args: object, root: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a new process, with the code of that project."""
    command = [sys.executable, root / "publish.py", *args]
    return subprocess.run(
        list(map(str, command)),
        cwd=root,
        env=outer_environment() | variables,
        capture_output=True,
        text=True,
        timeout=LONG,
    )


def needs(available: object, what: str) -> None:
    """Skip the test if a program that it needs is missing; fail it in CI."""
    if not available:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{what}: make test-all installs it")


def copy_project(to: Path) -> Path:
    """Copy a project with both books, without tests and tools, to another folder. Its code is compiled already."""
    for name in ("carepress", "templates", "locales", "content", "tests/books"):
        shutil.copytree(
            ROOT / name, to / name, ignore=shutil.ignore_patterns("*.pyc.*", "*.j2.*")
        )  # being written, and templates
    shutil.copy(ROOT / "publish.py", to)
    return to


def file_record(path: str, **changed: object) -> FileRecord:
    """Return a manifest's record of a file."""
    day, signed = date(2026, 11, 28), (SignedBy("es", "clinical reviewer", "A. Ruiz", date(2026, 10, 1)),)
    texts = {field.name: field.name for field in fields(FileRecord) if field.type == "str"}
    values = {"langs": ("en", "es"), "paper": "a4", "weeks": (day,), "subjects": ("Gardens",), "bytes": 3, "pages": 7}
    counts = {"content": {"es": "0f"}, "signed": signed, "segments": {"source": 4}}
    return FileRecord(**{**texts, **values, **counts, "path": path, "revised": day, "review_due": day, **changed})


def flat(text: str) -> str:
    return " ".join(text.split())


def plain(segment: Segment) -> str:
    """Return the text of a segment as a page shows it, without placeholders."""
    return flat(re.sub(r"\{[a-z_]+\}", "", plain_text(parse_inline(segment.text))))


@cache
def model(folder: Path, lang: str) -> Book:
    """Return a book in a language."""
    book = read_book(folder)
    if lang == "en":
        return book
    catalog = locales(folder) / lang / "LC_MESSAGES" / f"{book.id}.po"
    return translate_book(book, catalog, catalog.name, lang)


@cache
def printed(folder: Path, lang: str) -> Book:
    """Return a book in a language as it is printed: see `as_printed`."""
    return as_printed(model(folder, lang))


def as_printed(book: Book) -> Book:
    """Return what is read out of a book, with the sheets that are printed in it, and without index entries for others."""
    left_out = {f"sheet:{item.id}" for item in book.sheets() if not item.in_book}

    def listed(block: Block) -> Block:
        if not isinstance(block, Index):
            return block
        return replace(block, entries=tuple(item for item in block.entries if not left_out.issuperset(item.targets)))

    mute = read_out(book)
    parts = (replace(part, sheets=tuple(item for item in part.sheets if item.in_book)) for part in mute.parts)
    return map_blocks(replace(mute, parts=tuple(parts)), listed)


def read_out(book: Book) -> Book:
    """Return a book without its schedules and handouts, which are files of their own, and without mute drawings."""
    parts = tuple(replace(part, drawing=None) for part in book.parts)
    return replace(book, parts=parts, front_drawing=None, schedules=(), handouts=())


def locales(folder: Path) -> Path:
    return folder / "locales" if (folder / "locales").is_dir() else ROOT / "locales"


@cache
def interface(lang: str) -> dict[str, str]:
    """Return the interface strings in `lang` by their English."""
    catalog = polib.pofile(str(ROOT / "locales" / "es" / "LC_MESSAGES" / "interface.po"))
    return {entry.msgid: entry.msgid if lang == "en" else text_of(entry) for entry in catalog if not entry.obsolete}


def text_of(entry: polib.POEntry) -> str:
    """Return the translation of an entry; for plurals, the first form."""
    return entry.msgstr or entry.msgstr_plural.get(0, "")


def words(node: etree._Element) -> str:
    """Return the text of an element, with a space at the start and end of each block."""
    inside = (node.text or "") + "".join(words(child) + (child.tail or "") for child in node)
    return inside if node.tag in INLINE else f" {inside} "


def page_words(root: etree._Element) -> str:
    return flat(words(root.find(XHTML + "body")))


class Pdf:
    """A PDF with its texts, sizes and bookmarks."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.reader = pypdfium2.PdfDocument(path)
        self.file = pikepdf.open(path)
        self.height = self.reader[0].get_height()
        self.texts = [self._text(index) for index in range(len(self.reader))]
        self.outline = self._outline()

    def _text(self, index: int, *box: float) -> str:
        text = self.reader[index].get_textpage()
        # PDFium returns a hyphen at the end of a line as U+FFFE.
        return flat(text.get_text_bounded(*box) if box else text.get_text_range()).replace("\ufffe", "-")

    def strip(self, number: int, bottom: float, top: float) -> str:
        """Return the text of page `number` (from 1) between two heights in mm, from the foot of the page."""
        return self._text(number - 1, 0, bottom * MM_TO_PT, self.reader[number - 1].get_width(), top * MM_TO_PT)

    def foot(self, number: int) -> tuple[str, str]:
        """Return the folio and the running head at the foot of page `number`, the folio at the outer side."""
        words = flat(self.strip(number, 0, 17))
        folio, _, head = words.partition(" ") if number % 2 == 0 else reversed(words.rpartition(" "))
        return folio, head

    def _outline(self) -> list[tuple[str, int, list]]:
        """Return the bookmarks as (title, page from 1, bookmarks inside)."""
        numbers = {page.objgen: number for number, page in enumerate(self.file.pages, 1)}

        def entries(items: list) -> list:
            return [(flat(item.title), numbers[item.destination[0].objgen], entries(item.children)) for item in items]

        with self.file.open_outline() as outline:
            return entries(outline.root)

    def bookmarks(self, depth: int) -> list[tuple[str, int]]:
        """Return the bookmarks down to `depth` as (title, page), in order."""

        def walk(entries: list, left: int) -> list:
            return [row for entry in entries for row in (entry[:2], *(walk(entry[2], left - 1) if left > 1 else ()))]

        return walk(self.outline, depth)

    def sizes(self) -> dict[float, int]:
        """Return how many characters are printed in each size, in pt."""
        counts: dict[float, int] = {}
        for page in self.reader:
            text = page.get_textpage()
            for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], textpage=text):
                size = round(item.get_font_size() * item.get_matrix().d, 1)
                counts[size] = counts.get(size, 0) + len(item.extract().strip())
        return counts

    def lowest_line(self, number: int) -> float:
        """Return the distance of the lowest line from the foot of page `number`, in mm."""
        lines = self.reader[number - 1].get_objects(filter=[raw.FPDF_PAGEOBJ_PATH])
        return min((line.get_bounds()[1] for line in lines), default=self.height) / MM_TO_PT


class Epub:
    """An EPUB: `pages` are the XHTML files of the spine by their names."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.archive = zipfile.ZipFile(path)
        self.package = self.tree("EPUB/content.opf")
        self.nav = self.tree("EPUB/nav.xhtml")
        names = [name for name in self.archive.namelist() if name.startswith("EPUB/text/")]
        self.pages = {Path(name).stem: self.tree(name) for name in names}
        self.text = " ".join(page_words(root) for root in self.pages.values())

    def tree(self, name: str) -> etree._Element:
        return etree.fromstring(self.archive.read(name))


open_pdf, open_epub = cache(Pdf), cache(Epub)
