"""Everything that is built is built once: by the command, and for all workers of a test run."""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path

import pytest

from support import GARDEN, HANDBOOK, LANGS, Epub, Pdf, open_epub, open_pdf, publish

FOLDERS = {"handbook": HANDBOOK, "garden": GARDEN}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Keep a module that is marked xdist_group on one worker.

    pytest 9.2 does not show the name by which pytest-xdist 3.8 tells groups apart: each worker built all anew.
    """
    from xdist.scheduler import LoadGroupScheduling

    @cache
    def is_group(path: str) -> bool:
        return "xdist_group(" in (config.rootpath / path).read_text(encoding="utf-8")

    class Scheduling(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0]
            return path if is_group(path) else nodeid

    return Scheduling(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of this test run, the same in all its workers."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def build_once(out: Path, *args: object) -> Path:
    """Build into `out` unless another worker has done it, or is at it."""
    lock, done = out.with_suffix(".lock"), out.with_suffix(".done")
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        for _ in range(2800):
            if done.exists():
                break
            time.sleep(0.1)
    else:
        result = publish("build", "--out", out, *args)
        done.with_suffix(".new").write_text(result.stdout + result.stderr if result.returncode else "")
        done.with_suffix(".new").rename(done)
    assert done.read_text() == "", "the build failed"
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
    """Return where a book is built, in all languages and editions."""
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
def half_letter(shared: Path) -> Pdf:
    """Return the garden's booklet on the other paper."""
    args = ("--book", GARDEN, "--lang", "en", "--edition", "booklet", "--paper", "half-letter")
    return open_pdf(build_once(shared / "built-half-letter", *args) / "generic" / "en" / "garden-booklet-en.pdf")


@pytest.fixture(scope="session")
def handbook_out(shared: Path) -> Path:
    """Return where the real handbook is built, for tests that need no other book."""
    return build_once(shared / "built-handbook", "--book", HANDBOOK)
