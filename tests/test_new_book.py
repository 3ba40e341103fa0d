"""publish.py book new, and the documentation of every key and kind of a book's files."""

from __future__ import annotations

import inspect
import re
import shutil
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from carepress.content import read_book, schema
from carepress.content.markdown import BOX_KINDS
from carepress.model import FieldKind, FieldWidth, Orientation, ResourceKind
from carepress.model.unfinished import has_sample
from support import ROOT, Pdf, publish

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


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def keep_samples(folder: Path) -> None:
    """Keep all sample texts of a new book, as an author may who agrees with them."""
    for path in files(folder):
        path.write_text(path.read_text(encoding="utf-8").replace("FILL IN: ", ""), encoding="utf-8")


def test_new_book_is_a_draft_until_its_samples_are_replaced(project: Path) -> None:
    """The samples were printed in a finished book, in English in any language."""
    created = publish("book", "new", "asthma", "--title", "The asthma school", root=project)
    assert created.stdout.splitlines() == [
        "created content/asthma: write in content/asthma/book.toml and its chapters",
        "Replace each FILL IN in content/asthma with your own text: until then, its editions are drafts",
        "Build it with: publish.py build --book asthma",
    ]
    build = ("build", "--book", "asthma", "--edition", "booklet", "--edition", "sheets", "--edition", "epub")
    done = publish(*build, root=project)
    assert done.returncode == 0
    names = ("asthma-booklet-en{}.pdf", "asthma-epub-en{}.epub", "asthma-sheets-en{}.pdf")
    folder = project / "build" / "generic" / "en"
    assert sorted(path.name for path in folder.glob("asthma-*-en*")) == [name.format("-draft") for name in names]
    text = " ".join(" ".join(Pdf(folder / "asthma-booklet-en-draft.pdf").texts).split())
    assert "Parts of its text are still to be written." in text
    place = "content/asthma/chapters/first-chapter.md:2"
    samples = "6 lines are not filled in: 2, 7, 10, 12, 14, 17"
    hint = "write your own text in place of FILL IN and the sample; to keep a sample, remove only FILL IN"
    assert f"{place}: {samples}: {hint}" in done.stderr
    checked = publish("check", "--book", "asthma", root=project)
    lines = checked.stdout.splitlines()
    assert f"{place}: fill-in: {samples}: {hint}" in lines
    named = {line.split(":")[0] for line in lines}
    everything = {path.relative_to(project).as_posix() for path in files(project / "content" / "asthma")}
    assert named == everything
    assert {line.split(": ")[1] for line in lines} == {"fill-in", "evidence"}
    refused = publish(*build, "--release", root=project)
    assert refused.returncode == 1
    assert f"{place}: {samples}" in refused.stderr


def test_new_book_with_its_samples_replaced_is_released(project: Path) -> None:
    publish("book", "new", "asthma", "--title", "The asthma school", root=project)
    keep_samples(project / "content" / "asthma")
    editions = ("--edition", "booklet", "--edition", "sheets", "--edition", "epub")
    done = publish("build", "--book", "asthma", "--release", *editions, root=project)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in (project / "build" / "generic" / "en").glob("asthma-*-en.*")) == [
        "asthma-booklet-en.pdf",
        "asthma-epub-en.epub",
        "asthma-sheets-en.pdf",
    ]
    assert publish("check", "--book", "asthma", root=project).stdout == ""


@pytest.mark.parametrize(
    "text",
    [
        "REFILL IN 30 DAYS",
        "FULFILL IN",
        "FILL INSIDE",
        "FILL IN BOTH SIDES",
        "FILL IN 2 COPIES",
        "PLEASE FILL IN: NAME",
    ],
)
def test_words_in_capitals_are_not_the_mark_of_a_sample(text: str) -> None:
    """Such a heading made the book a draft, and the hint was to remove two of its words."""
    assert not has_sample(text)


@pytest.mark.parametrize(
    "text",
    [
        "FILL IN",
        "FILL IN: Notes",
        "FILL IN: ICU",
        "https://FILL IN",
        "**FILL IN:** Notes",
        "See FILL IN.",
        "FILL IN Mill",
    ],
)
def test_mark_of_a_sample_is_found_anywhere_in_a_text(text: str) -> None:
    assert has_sample(text)


def test_heading_in_capitals_and_its_evidence_are_not_samples(project: Path) -> None:
    publish("book", "new", "asthma", "--title", "The asthma school", root=project)
    folder = project / "content" / "asthma"
    keep_samples(folder)
    for name, old, new in (
        ("chapters/first-chapter.md", "## First section", "## FILL IN BOTH SIDES"),
        ("evidence/sheets.toml", "The sheet.", "REFILL IN 30 DAYS"),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    assert publish("check", "--book", "asthma", root=project).stdout == ""


def test_new_book_in_another_language_is_a_draft_until_the_interface_is_translated(project: Path) -> None:
    created = publish("book", "new", "asma", "--lang", "pt", "--title", "A escola da asma", root=project)
    first, samples, waiting, last = created.stdout.splitlines()
    assert first.startswith("created content/asma: ")
    assert samples == "Replace each FILL IN in content/asma with your own text: until then, its editions are drafts"
    assert re.fullmatch(r"locales/pt/LC_MESSAGES/interface\.po: \d+ messages to translate", waiting)
    assert last == "Build it with: publish.py build --book asma"
    book = read_book(project / "content" / "asma")
    assert (book.lang, book.title.text) == ("pt", "A escola da asma")
    done = publish("build", "--book", "asma", "--edition", "sheets", root=project)
    assert done.returncode == 0, done.stderr
    assert (project / "build" / "generic" / "pt" / "asma-sheets-pt-draft.pdf").is_file()


def test_samples_keep_a_book_a_draft_in_a_language_that_has_its_interface(project: Path) -> None:
    shutil.copytree(ROOT / "locales" / "vi", project / "locales" / "vi")
    publish("book", "new", "hen", "--lang", "vi", "--title", "Trường học về hen", root=project)
    build = ("build", "--book", "hen", "--edition", "sheets")
    folder = project / "build" / "generic" / "vi"
    assert publish(*build, root=project).returncode == 0
    assert [path.name for path in folder.iterdir()] == ["hen-sheets-vi-draft.pdf"]
    keep_samples(project / "content" / "hen")
    assert publish(*build, "--release", root=project).returncode == 0
    assert (folder / "hen-sheets-vi.pdf").is_file()


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
