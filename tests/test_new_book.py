"""publish.py book new, and the documentation of every key and kind of a book's files."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from carepress.content import read_book, schema
from carepress.content.markdown import BOX_KINDS
from carepress.model import FieldKind, FieldWidth, Orientation, ResourceKind
from support import ROOT, publish

WRITING = (ROOT / "docs" / "writing.md").read_text(encoding="utf-8")
SKELETON = (ROOT / "templates" / "book" / "book.toml").read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "content" / "hospitals").mkdir(parents=True)
    return tmp_path


def models(*names: str) -> list[type[BaseModel]]:
    """Return the schemas of these names, or all."""
    found = {name: item for name, item in vars(schema).items() if inspect.isclass(item) and issubclass(item, BaseModel)}
    return [found[name] for name in names or found if name != "BaseModel"]


def kinds() -> set[str]:
    """Return the kinds of chapters, boxes, resources, sheets, their parts and fields."""
    parts = (model for model in models() if "kind" in model.model_fields)
    literals = [get_args(model.model_fields["kind"].annotation) for model in parts]
    literals += [get_args(item) for item in (FieldKind, FieldWidth, Orientation, ResourceKind)]
    return {kind for row in literals for kind in row} | set(BOX_KINDS)


# --- publish.py book new ---------------------------------------------------------------------


def test_new_book_builds_at_once(project: Path) -> None:
    created = publish("book", "new", "asthma", "--title", "The asthma school", root=project)
    assert created.stdout.splitlines() == [
        "created content/asthma: write in content/asthma/book.toml and its chapters",
        "Build it with: publish.py build --book asthma",
    ]
    editions = ("--edition", "booklet", "--edition", "sheets", "--edition", "epub")
    done = publish("build", "--book", "asthma", "--release", *editions, root=project)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in (project / "build" / "generic" / "en").glob("asthma-*-en.*")) == [
        "asthma-booklet-en.pdf",
        "asthma-epub-en.epub",
        "asthma-sheets-en.pdf",
    ]
    assert publish("check", "--book", "asthma", root=project).stdout == ""


def test_new_book_in_another_language_is_a_draft_until_the_interface_is_translated(project: Path) -> None:
    created = publish("book", "new", "asma", "--lang", "pt", "--title", "A escola da asma", root=project)
    first, samples, waiting, last = created.stdout.splitlines()
    assert first.startswith("created content/asma: ")
    assert samples == "The sample texts in content/asma are in English: replace all of them"
    assert re.fullmatch(r"locales/pt/LC_MESSAGES/interface\.po: \d+ messages to translate", waiting)
    assert last == "Build it with: publish.py build --book asma"
    book = read_book(project / "content" / "asma")
    assert (book.lang, book.title.text) == ("pt", "A escola da asma")
    done = publish("build", "--book", "asma", "--edition", "sheets", root=project)
    assert done.returncode == 0, done.stderr
    assert (project / "build" / "generic" / "pt" / "asma-sheets-pt-draft.pdf").is_file()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("Asthma", "--title", "x"), "Asthma: invalid book id: use lowercase letters"),
        (("hospitals", "--title", "x"), "hospitals: invalid book id: "),
        (("../x", "--title", "x"), "../x: invalid book id: "),
        (("asthma", "--title", "x", "--lang", "klingon"), "klingon: unknown language: use a code such as en, fr or"),
        (("asthma", "--title", "x", "--lang", "xx"), "xx: unknown language: use a code such as en, es or es_419, or"),
        (("asthma", "--title", "x", "--lang", "chr"), "chr: no typeface has the script of this language, Cherokee: "),
        (("asthma", "--title", 'A "title"'), "--title: the title has markup or straight quotation marks: write plain"),
        (("asthma", "--title", " "), "--title: the title has markup"),
    ],
)
def test_new_book_refuses(project: Path, args: tuple[str, ...], message: str) -> None:
    done = publish("book", "new", *args, root=project)
    assert done.returncode == 1
    assert done.stderr.startswith(message)
    assert [path.name for path in (project / "content").iterdir()] == ["hospitals"]


def test_new_book_overwrites_nothing(project: Path) -> None:
    folder = project / "content" / "asthma"
    folder.mkdir()
    done = publish("book", "new", "asthma", "--title", "x", root=project)
    assert done.stderr == "content/asthma: the folder already exists: use another id\n"
    assert list(folder.iterdir()) == []


# --- documentation ---------------------------------------------------------------------------


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_key_is_documented(model: type[BaseModel]) -> None:
    shown = r"`(?:\[\[?)?{0}\]?\]?`|^\s*(?:\{{ ?)?{0} = |[{{,] ?{0} = |^\[\[?{0}\]"
    missing = [name for name in model.model_fields if not re.search(shown.format(name), WRITING, re.MULTILINE)]
    assert missing == []


def test_every_kind_is_documented() -> None:
    missing = [kind for kind in kinds() if not re.search(rf'`{kind}`|"{kind}"|::: {kind}\b', WRITING)]
    assert missing == []


def test_new_book_explains_every_key_of_its_settings() -> None:
    names = ("BookFile", "SourceEntry", "PlaceholderEntry", "FrontEntry", "PartEntry", "HandoutEntry")
    keys = {key for model in models(*names) for key in model.model_fields}
    missing = [key for key in keys if not re.search(rf"^(# )?(\[\[?)?{key}\]?\]?( =|$)|[{{,] {key} =", SKELETON, re.M)]
    assert missing == []
