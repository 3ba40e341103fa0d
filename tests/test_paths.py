"""Paths in messages are relative to the current folder, whichever that is."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path
from unittest import mock

import pytest

from carepress.cli import main
from carepress.cli.paths import display_path, make_translator
from carepress.workspace.project import Project, find_root
from support import GARDEN, ROOT, SharedPages

pytestmark = pytest.mark.builds

Run = Callable[..., str]
FOLDERS = {
    "root": ".",
    "templates": "templates/styles",
    "beside the book": "tests",
    "elsewhere": "../../elsewhere",
}
BOOK = "tests/books/garden"
MARK = "FAULT"  # marks the line with the fault


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the project with the garden book and a hospital."""
    root = tmp_path / "group" / "project"
    for name in ("templates", "locales", BOOK, "content/hospitals/riverbend"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "publish.py", root)
    (tmp_path / "elsewhere").mkdir()
    return root


@pytest.fixture(params=FOLDERS)
def run(request: pytest.FixtureRequest, project: Path, capfd: pytest.CaptureFixture) -> Iterator[Run]:
    """Make one of the folders the current one; return a function that runs the command and returns its output."""

    def run(*args: object) -> str:
        command = ["publish.py", *map(str, args)]
        with mock.patch.object(sys, "argv", command), SharedPages.used(), pytest.raises(SystemExit):
            main(home=project)
        return "".join(capfd.readouterr())

    with chdir(project / FOLDERS[request.param]):
        yield run


def change(path: Path, old: str, new: str) -> Path:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def named_places(output: str) -> list[tuple[Path, int]]:
    """Return the files and lines that the output names; assert that each file exists from the current folder."""
    places = re.findall(r"(?<!\S)([^\s:]+\.\w+):(\d+)", output)
    assert places, output
    for path, _line in places:
        assert Path(path).is_file(), f"{path} does not open from {Path.cwd()}: {output}"
    return [(Path(path).resolve(), int(line)) for path, line in places]


def assert_opens(output: str, path: Path, mark: str = MARK) -> None:
    """Assert that the output names `path` first, and the line with the mark."""
    named, line = named_places(output)[0]
    assert named == path.resolve()
    assert mark in path.read_text(encoding="utf-8").splitlines()[line - 1], output


def test_faults_in_a_book(project: Path, run: Run) -> None:
    book = project / BOOK
    faults = {
        "book.toml": ("[placeholders", f"{MARK} = 1\n[placeholders"),
        "sheets/plan.toml": ("title =", f"{MARK} ="),
        "drawings/bed.svg": ("</svg>", f"</{MARK}>"),
    }
    for name, pair in faults.items():
        path = book / name
        before = path.read_text(encoding="utf-8")
        change(path, *pair)
        assert_opens(run("check", "--book", book), path)
        path.write_text(before, encoding="utf-8")
    path = change(book / "chapters/sowing.md", "\n- Sow one row", f"\n- [{MARK}](#nowhere) Sow one row")
    for command in (("check",), ("build", "--edition", "epub", "--lang", "en"), ("reading",)):
        assert_opens(run(*command, "--book", book), path)


def test_faults_in_catalogs_and_templates(project: Path, run: Run) -> None:
    book = project / BOOK
    for path, command in (
        (book / "locales/es/LC_MESSAGES/garden.po", ("build", "--edition", "epub", "--lang", "es")),
        (project / "locales/es/LC_MESSAGES/interface.po", ("catalogs", "status")),
    ):
        before = path.read_text(encoding="utf-8")
        path.write_text(f"{before}\n{MARK}\n", encoding="utf-8")
        assert_opens(run(*command, "--book", book), path)
        path.write_text(before, encoding="utf-8")
    path = change(project / "templates/chapter.j2", "{% macro", f"{{% {MARK} %}}{{% macro")
    assert_opens(run("check", "--book", book), path)


def test_hint_names_the_file_of_accepted_words(project: Path, run: Run) -> None:
    change(project / BOOK / "chapters/soil.md", "soil", "soyl")
    change(project / BOOK / "locales/es/LC_MESSAGES/garden.po", "tierra", "tierrra")
    command = ("check", "--book", project / BOOK, "--code", "spelling")
    for lang in ("en", "es"):
        (name,) = set(re.findall(r"add the word to (.*/words.txt)$", run(*command, "--lang", lang), re.MULTILINE))
        path = Path(name)
        assert path.resolve() == project / BOOK / "locales" / lang / "words.txt"
        path.parent.mkdir(exist_ok=True)
        with path.open("a", encoding="utf-8") as words:
            words.write("soyl\ntierrra\n")
        assert run(*command, "--lang", lang) == ""


@pytest.mark.parametrize("run", ["beside the book", "elsewhere"], indirect=True)
def test_untranslated_passage_names_its_source_and_its_catalog(project: Path, run: Run) -> None:
    catalog = project / BOOK / "locales/es/LC_MESSAGES/garden.po"
    change(catalog, 'msgid "For 1 year"', '#, fuzzy\nmsgid "For 1 year"')
    output = run("build", "--book", project / BOOK, "--edition", "epub", "--lang", "es", "--release")
    files = {path for path, _line in named_places(output)}
    assert catalog.resolve() in files, "the hint names the entry"
    assert len(files) == 2, "and the message the English"


def test_faults_in_a_profile(project: Path, run: Run) -> None:
    path = project / "content/hospitals/riverbend/hospital.toml"
    change(path, "languages =", f'{MARK} = ""\nlanguages =')
    assert_opens(run("hospital", "check", "--book", project / BOOK), path)


def test_faults_in_a_reminders_file(project: Path, run: Run, tmp_path: Path) -> None:
    for path in (tmp_path / "medicines.toml", project / "content" / "medicines.toml"):
        path.write_text(f'[[medicines]]\nname = "A"\n{MARK} = 1\n', encoding="utf-8")
        assert_opens(run("reminders", path, "--book", project / BOOK), path)


# Typesetting a book is slow: only two folders are tested.
@pytest.mark.parametrize("run", ["beside the book", "elsewhere"], indirect=True)
def test_warnings_on_pages(project: Path, run: Run) -> None:
    command = ("build", "--book", project / BOOK, "--edition", "booklet", "--lang", "en", "--out", project / "built")
    output = run(*command)
    assert re.search(r"page \d+, “", output)
    assert (project / BOOK / "sheets/plan.toml").resolve() in {path for path, _line in named_places(output)}
    assert output.splitlines()[-1] in run(*command), "an unchanged file repeats its warnings"


def test_typed_path_is_printed_as_typed(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture
) -> None:
    """A folder of the same name in the project does not matter."""
    below = project / "templates"
    (below / "content").mkdir()
    (below / "content" / "medicines.toml").write_text("FAULT\n")
    monkeypatch.chdir(below)
    monkeypatch.setattr(sys, "argv", ["publish.py", "reminders", "content/medicines.toml", "--book", "../" + BOOK])
    with pytest.raises(SystemExit):
        main()
    assert capfd.readouterr().err.startswith("content/medicines.toml:1: ")


def test_project_is_found_from_the_current_folder(tmp_path: Path) -> None:
    assert find_root(ROOT / "carepress" / "content") == ROOT, "a package named content is not a project"
    assert find_root(GARDEN / "sheets") == ROOT
    assert find_root(tmp_path) is None
    (tmp_path / "content/hospitals").mkdir(parents=True)
    assert find_root(tmp_path / "content/hospitals") == tmp_path


def test_display() -> None:
    assert display_path(Path("/a/b/c"), Path("/a")) == "b/c"
    assert display_path(Path("/a/b/c"), Path("/a/d")) == "../b/c"
    assert display_path(Path("/a/b"), Path("/1/2/3/4/5")) == "/a/b", "a long way up is an absolute path"


@pytest.mark.parametrize("run", ["beside the book", "elsewhere"], indirect=True)
def test_printed_commands_are_on_the_same_book(project: Path, run: Run) -> None:
    book = os.path.relpath(project / BOOK)
    created = run("hospital", "new", "st-ann", "--book", book)
    assert f"then run: publish.py hospital check --book {book} st-ann\n" in created
    profile = (project / "content/hospitals/st-ann/hospital.toml").read_text(encoding="utf-8")
    assert f"#   publish.py hospital check st-ann --book {book}\n" in profile
    assert f"publish.py catalogs add --book {book} fr" in run("build", "--lang", "fr", "--book", book)
    listed = run("hospital", "list", "--book", book)
    assert f"see publish.py hospital check --book {book} st-ann" in listed


def test_text_that_only_looks_like_a_path_is_unchanged(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    translate = make_translator(Project(tmp_path), None, tmp_path / "docs").translate
    assert translate("a/b: either/or: see docs/writing.md") == "a/b: either/or: see writing.md"
    assert translate("no/docs/writing.md, xdocs/y, docs/gone/x.md") == "no/docs/writing.md, xdocs/y, docs/gone/x.md"
