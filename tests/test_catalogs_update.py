"""The garden's catalogs as its text is edited, removed and restored; the catalogs of both books are current."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from support import copy_project, publish

UPDATE = ("catalogs", "update", "--book", "tests/books/garden")
PO = Path("tests/books/garden/locales/es/LC_MESSAGES/garden.po")
SOIL = Path("tests/books/garden/chapters/soil.md")


def update(project: Path, *args: str) -> None:
    done = publish(*UPDATE, *args, root=project)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the project whose catalogs are up to date."""
    update(copy_project(tmp_path))
    return tmp_path


def files(project: Path) -> dict[str, bytes]:
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in project.rglob("*.po*")}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def find(project: Path, start: str) -> polib.POEntry:
    return next(entry for entry in polib.pofile(str(project / PO)) if entry.msgid.startswith(start))


@pytest.mark.parametrize("book", ["tests/books/garden", "tests/books/ecole", "childhood-all"])
def test_catalogs_are_up_to_date(tmp_path: Path, book: str) -> None:
    """If this fails, run publish.py catalogs update --book BOOK."""
    before = files(copy_project(tmp_path))
    update(tmp_path, "--book", book)
    assert [name for name, data in files(tmp_path).items() if before.get(name) != data] == []


def test_second_update_changes_nothing(project: Path) -> None:
    edit(project / SOIL, "Never dig when the ground is wet.", "Never walk on wet ground.")
    edit(project / SOIL, "  - bread\n", "")
    update(project)
    before = files(project)
    update(project)
    assert files(project) == before


def test_human_text_is_preserved(project: Path) -> None:
    edit(project / PO, 'msgstr "Arcilla"', 'msgstr "Barro"')
    edit(project / PO, 'msgid "Straw"', '#, fuzzy\nmsgid "Straw"')
    sand = next(line for line in (project / PO).read_text(encoding="utf-8").split("\n\n") if 'msgid "Sand"' in line)
    edit(project / PO, sand, f"# asked Ana\n{sand}")
    edit(project / SOIL, "Never dig", "Do not dig")
    update(project)
    assert find(project, "Clay").msgstr == "Barro"
    assert find(project, "Sand").tcomment == "asked Ana"
    assert find(project, "Straw").fuzzy


def test_removed_message_is_obsolete_until_restored(project: Path) -> None:
    before = files(project)
    edit(project / SOIL, "- Your hands itch after weeding.\n", "")
    update(project)
    gone = find(project, "Your hands")
    assert (bool(gone.obsolete), gone.msgstr) == (True, "Le pican las manos después de desyerbar.")
    edit(project / SOIL, "- The ground smells", "- Your hands itch after weeding.\n- The ground smells")
    update(project)
    assert files(project) == before


def test_changed_message_is_not_published_with_old_translation(project: Path) -> None:
    edit(project / SOIL, "Never dig when the ground is wet.", "Never dig when the ground is dry.")
    update(project)
    entry = find(project, "Never dig when the ground is dry.")
    assert entry.fuzzy or not entry.msgstr
    assert find(project, "Never dig when the ground is wet.").obsolete


def test_new_language_starts_empty(project: Path) -> None:
    update(project, "--lang", "fr")
    catalog = polib.pofile(str(project / "tests/books/garden/locales/fr/LC_MESSAGES/garden.po"))
    assert catalog.metadata["Language"] == "fr"
    assert {entry.msgid for entry in catalog} == {e.msgid for e in polib.pofile(str(project / PO)) if not e.obsolete}
    assert [entry.msgstr for entry in catalog if entry.msgstr] == []


def test_unknown_language_is_rejected(project: Path) -> None:
    before = files(project)
    done = publish(*UPDATE, "--lang", "xx", root=project)
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert files(project) == before
