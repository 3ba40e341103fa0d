"""Tests are put into the right tiers, and the names that tiers.py looks for exist."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
import tiers

from carepress.workspace.cache import Cache
from support import ROOT, SharedPages


def defined_names(path: Path) -> Iterator[str]:
    """Yield the functions, classes and attributes that a file defines, imports or calls."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                yield from (alias.asname or alias.name for alias in aliases)
            case ast.Call(func=ast.Attribute(attr=attribute)):
                yield attribute


@pytest.fixture(scope="module")
def defined() -> set[str]:
    """Return every name that the program and its tests define, import or call."""
    paths = [path for folder in ("carepress", "tests") for path in (ROOT / folder).rglob("*.py")]
    return {name for path in paths if path.name not in ("tiers.py", "test_tiers.py") for name in defined_names(path)}


@pytest.mark.parametrize("mark", tiers.USES)
def test_every_name_in_the_tables_exists(mark: str, defined: set[str]) -> None:
    assert tiers.USES[mark] - defined == set()


@pytest.mark.parametrize("mark", tiers.ONLY_IN_ALL)
def test_every_mark_is_registered(mark: str, pytestconfig: pytest.Config) -> None:
    assert mark in {line.partition(":")[0].strip() for line in pytestconfig.getini("markers")}


# Unmarked tests read and compare; the others build, start a process, or need a book or a tool that make test leaves out.
EXAMPLES: dict[str, set[str]] = {
    "test_catalogs_po.py::test_catalog_path": set(),
    "test_tiers.py::test_every_name_in_the_tables_exists[builds]": set(),
    "test_colors.py::test_hospital_accents_are_painted[booklet]": {"builds"},
    "test_bare_debian.py::test_readme_commands_work_in_bare_debian": {"process"},
    "test_bilingual.py::test_paper_sizes[garden]": {"builds"},
    "test_bilingual.py::test_paper_sizes[handbook]": {"builds", "handbook"},
    "test_epub.py::test_container[garden-en]": {"builds", "process"},
    "test_epub.py::test_container[handbook-en]": {"builds", "process", "handbook"},
    "test_hospital_release.py::test_renamed_or_altered_file[riverbend-epub]": {"builds", "process", "handbook"},
    "test_epub.py::test_epubcheck[garden]": {"builds", "process", "validator"},
    "browser/test_preview_browser.py::test_keyboard_only": {"builds", "browser"},
}


@pytest.fixture(scope="module")
def items(request: pytest.FixtureRequest) -> dict[str, pytest.Item]:
    """Return the tests of the modules in EXAMPLES by their ids, whichever of them this run selects."""
    folder = request.node.parent
    paths = {folder.path / test.partition("::")[0] for test in EXAMPLES}
    modules = [pytest.Module.from_parent(folder, path=path) for path in sorted(paths)]
    collected = [item for module in modules for item in module.collect()]
    return {f"{item.path.relative_to(folder.path).as_posix()}::{item.name}": item for item in collected}


@pytest.mark.parametrize("test", EXAMPLES)
def test_a_test_has_the_marks_of_what_it_uses(test: str, items: dict[str, pytest.Item]) -> None:
    assert tiers.marks(items[test]) == EXAMPLES[test]


def test_the_longest_tests_begin_first(items: dict[str, pytest.Item]) -> None:
    debian, container = (
        items[name]
        for name in (
            "test_bare_debian.py::test_readme_commands_work_in_bare_debian",
            "test_epub.py::test_container[garden-en]",
        )
    )
    assert (tiers.length(debian), tiers.length(container)) == (2, 0), "its marks are not yet added"
    container.add_marker("builds")
    assert tiers.length(container) == 1


def test_the_summary_lists_the_most_frequent_reason_first() -> None:
    assert list(
        tiers.summary(Counter({tiers.OTHERS: 3, "browsers and calibre": 1, "veraPDF, EPUBCheck and Ace": 2}))
    ) == [
        "Only make test and make test-all cover 3 tests of what builds a file or starts a process.",
        "Only make test-all covers:",
        "      2 tests  veraPDF, EPUBCheck and Ace",
        "      1 tests  browsers and calibre",
    ]
    assert list(tiers.summary(Counter())) == []


def test_builds_share_typeset_pages(shared: Path, tmp_path: Path) -> None:
    assert SharedPages.folder == shared / "pages"
    with SharedPages.used():
        Cache(tmp_path / "one").write("section-1", b"page")
        Cache(tmp_path / "one").write("job-1", b"result")
        assert Cache(tmp_path / "two").read("section-1") == b"page"
        assert Cache(tmp_path / "two").read("job-1") is None
    assert Cache(tmp_path / "two").read("section-1") is None
    (shared / "pages" / "section-1").unlink()
    Cache(tmp_path / ".cache").write("section-2", b"page of make book")
    with mock.patch.object(SharedPages, "earlier", tmp_path), SharedPages.used():
        assert Cache(tmp_path / "two").read("section-2") == b"page of make book"


def test_a_test_that_replaces_code_shares_no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    assert SharedPages.folder is None


@pytest.mark.cold
def test_a_test_of_the_cache_shares_no_pages() -> None:
    assert SharedPages.folder is None
