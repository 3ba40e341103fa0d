"""The release gate through the command: missing or outdated translations never pass as finished."""

from __future__ import annotations

import shutil
from pathlib import Path

import polib
import pytest

from carepress.catalogs.gate import word_difference
from support import GARDEN, flat, open_epub, open_pdf, publish

STALE_FROM = "A first garden."


@pytest.fixture(scope="module")
def stale(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """Return a garden book whose Spanish lacks one sentence and has one outdated translation."""
    book = tmp_path_factory.mktemp("stale") / "books" / "garden"
    shutil.copytree(GARDEN, book)
    path = book / "locales/es/LC_MESSAGES/garden.po"
    catalog = polib.pofile(str(path), wrapwidth=0)
    paragraphs = [entry for entry in catalog if "paragraph" in entry.comment and "[" not in entry.msgid]
    missing, old = paragraphs[0], paragraphs[1]
    missing.msgstr = ""
    old.flags.append("fuzzy")
    old.previous_msgid = STALE_FROM
    catalog.save(str(path))
    return book, missing.msgid, old.msgid


def test_draft_is_marked_everywhere(stale: tuple[Path, str, str], tmp_path: Path) -> None:
    book, missing, old = stale
    done = publish("build", "--book", book, "--lang", "es", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    made = sorted(path.name for path in (tmp_path / "generic" / "es").iterdir())
    assert made == ["garden-booklet-es-draft.pdf", "garden-epub-es-draft.epub"]

    pdf = open_pdf(tmp_path / "generic" / "es" / made[0])
    assert "Borrador: no es para las familias" in flat(pdf.texts[0])
    inside = [text for text in pdf.texts[1:] if "Borrador" not in text]
    assert inside == [], "every page except the cover has the word at its foot"

    epub = open_epub(tmp_path / "generic" / "es" / made[1])
    marked = {
        flat("".join(node.itertext()))
        for root in epub.pages.values()
        for node in root.iter("{*}span")
        if node.get("class") == "untranslated"
    }
    assert {text for text in (missing, old) if flat(text) not in marked} == set()
    langs = {
        node.get("lang")
        for root in epub.pages.values()
        for node in root.iter("{*}span")
        if node.get("class") == "untranslated"
    }
    assert langs == {"en"}


def test_release_rejects_and_lists_incomplete_text(stale: tuple[Path, str, str], tmp_path: Path) -> None:
    book, missing, old = stale
    done = publish("build", "--book", book, "--lang", "es", "--edition", "epub", "--out", tmp_path, "--release")
    assert done.returncode == 1
    assert not list(tmp_path.rglob("*.epub"))
    lines = done.stderr.splitlines()
    assert [line for line in lines if f"not translated: “{missing}”" in line]
    assert [line for line in lines if f"the English has changed: {word_difference(STALE_FROM, old)}" in line]
    assert all(":" in line and "garden" in line for line in lines)


def test_release_accepts_complete_translation(tmp_path: Path) -> None:
    done = publish("build", "--book", GARDEN, "--edition", "epub", "--out", tmp_path, "--release")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.rglob("*.epub")) == ["garden-epub-en.epub", "garden-epub-es.epub"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Give one tablet.", "Give two tablets.", "Give [-one tablet.-] {+two tablets.+}"),
        ("Do not run.", "Do run.", "Do [-not-] run."),
        ("Run.", "Run fast.", "[-Run.-] {+Run fast.+}"),
    ],
)
def test_word_difference(old: str, new: str, expected: str) -> None:
    assert word_difference(old, new) == expected
