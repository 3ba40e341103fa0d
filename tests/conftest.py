"""Build each book once for all workers of a test run, and put each test into its tier."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
import tiers
from filelock import FileLock
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import junkdrawer, providers

from support import ECOLE, GARDEN, HANDBOOK, LANGS, Epub, Pdf, SharedPages, open_epub, open_pdf, publish

FOLDERS = {"handbook": HANDBOOK, "garden": GARDEN}
LEFT_OUT = pytest.StashKey[Counter[str]]()
MODULE = pytest.StashKey[Path]()  # of the last test

# Hypothesis generates the same inputs in each run, except with HYPOTHESIS_PROFILE=random, which make test-all sets outside
# of CI. The speed of the machine decides nothing.
STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("seeded", STEADY, derandomize=True)
settings.register_profile("random", STEADY, print_blob=True)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "seeded")
settings.load_profile(PROFILE)
# It measures searches for garbage. One near the recursion limit, as in a test of deeply nested TOML, would abort Python.
junkdrawer._gc_initialized = True
if PROFILE == "seeded":
    # It also takes constants from the modules that are loaded, and so from the tests that ran before in this process.
    providers._get_local_constants = providers.Constants


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with what it needs, as tests/tiers.py finds it, and begin with the longest modules.

    A long test at the end of a run would leave the other worker idle.
    """
    length: dict[Path, int] = {}
    for item in items:
        for mark in tiers.marks(item):
            item.add_marker(mark)
        length[item.path] = max(length.get(item.path, 0), tiers.length(item))
    items.sort(key=lambda item: -length[item.path])


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT_OUT] = Counter()


def pytest_deselected(items: Iterable[pytest.Item]) -> None:
    for item in items:
        item.config.stash[LEFT_OUT].update([tiers.reason(item)])


def pytest_sessionfinish(session: pytest.Session) -> None:
    if output := getattr(session.config, "workeroutput", None):
        output["left_out"] = dict(session.config.stash[LEFT_OUT])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Take the counts of deselected tests from a worker; all workers have the same."""
    node.config.stash[LEFT_OUT] = Counter(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in () if config.option.keyword else tiers.summary(config.stash[LEFT_OUT]):
        terminalreporter.write_line(line)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """Let no search for garbage look at what the modules before have left: their tables, books and dictionaries.

    carepress/pdf/typeset.py searches after each layout, which took most of the time of layouts of a few pages.
    """
    if item.config.stash.get(MODULE, None) != item.path:
        item.config.stash[MODULE] = item.path
        gc.collect()
        gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let the builds of a test and of its fixtures share typeset pages, unless it replaces code or tests the cache."""
    own = "monkeypatch" in getattr(item, "fixturenames", ()) or item.get_closest_marker("cold")
    SharedPages.folder = None if own else run_folder(item.config._tmp_path_factory) / "pages"


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the temporary folder that all workers of this run share."""
    return run_folder(tmp_path_factory)


def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def building(out: Path) -> FileLock:
    """Return the lock that lets only one worker at a time build into a folder. It is freed when its holder ends."""
    return FileLock(out.with_suffix(".lock"))


def build_once(out: Path, *args: object) -> Path:
    """Build into `out` unless this run has already done so with the same arguments; other workers wait.

    Editions of a book that are built into one folder share their typeset pages.
    """
    made = out.with_suffix(".made")
    line = repr(list(map(str, args)))
    with building(out):
        if line not in (made.read_text().splitlines() if made.exists() else ()):
            result = publish("build", "--out", out, *args)
            assert result.returncode == 0, result.stdout + result.stderr
            with made.open("a") as file:
                file.write(f"{line}\n")
    return out


@pytest.fixture(scope="session", params=FOLDERS)
def book_name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session", params=LANGS)
def lang(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def folder(book_name: str) -> Path:
    return FOLDERS[book_name]


@pytest.fixture(scope="session")
def out(book_name: str, shared: Path) -> Path:
    """Return the folder with a book in all languages and its default editions."""
    return build_once(shared / f"built-{book_name}", "--book", FOLDERS[book_name])


@pytest.fixture(scope="session")
def pdf_path(out: Path, folder: Path, lang: str) -> Path:
    return out / "generic" / lang / f"{folder.name}-booklet-{lang}.pdf"


@pytest.fixture(scope="session")
def epub_path(out: Path, folder: Path, lang: str) -> Path:
    return out / "generic" / lang / f"{folder.name}-epub-{lang}.epub"


@pytest.fixture(scope="session")
def pdf(pdf_path: Path) -> Pdf:
    return open_pdf(pdf_path)


@pytest.fixture(scope="session")
def epub(epub_path: Path) -> Epub:
    return open_epub(epub_path)


@pytest.fixture(scope="session")
def garden_out(shared: Path) -> Path:
    """Return the folder with the garden book's generic editions."""
    return build_once(shared / "built-garden", "--book", GARDEN) / "generic"


@pytest.fixture(scope="session")
def garden_booklet(garden_out: Path, lang: str) -> Pdf:
    return open_pdf(garden_out / lang / f"garden-booklet-{lang}.pdf")


@pytest.fixture(scope="session")
def garden_ebook(garden_out: Path, lang: str) -> Epub:
    return open_epub(garden_out / lang / f"garden-epub-{lang}.epub")


@pytest.fixture(scope="session")
def half_letter(shared: Path) -> Pdf:
    """Return the garden's booklet on half-letter paper."""
    args = ("--book", GARDEN, "--lang", "en", "--edition", "booklet", "--paper", "half-letter")
    return open_pdf(build_once(shared / "built-half-letter", *args) / "generic" / "en" / "garden-booklet-en.pdf")


@pytest.fixture(scope="session")
def ecole_out(shared: Path) -> Path:
    """Return the folder with the generic editions of the book that is written in French."""
    editions = ("booklet", "epub", "sheets", "bilingual")
    args = (argument for edition in editions for argument in ("--edition", edition))
    return build_once(shared / "built-ecole", "--book", ECOLE, *args) / "generic"


@pytest.fixture(scope="session")
def handbook_out(shared: Path) -> Path:
    """Return the folder with the built handbook, for tests that need no other book."""
    return build_once(shared / "built-handbook", "--book", HANDBOOK)
