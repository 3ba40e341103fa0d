"""The evidence of a book: where each passage comes from, and the check for passages without it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from carepress.content import read_book
from carepress.content.evidence import check_evidence, read_evidence
from carepress.model import Index, PublishError, chapter_places, passages, segments
from carepress.workspace.fingerprint import Inputs
from carepress.workspace.project import Project
from support import GARDEN, HANDBOOK, ROOT, model, publish

SOIL = "evidence/soil.toml"


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    return shutil.copytree(GARDEN, tmp_path / "books" / "garden")


def change(garden: Path, name: str, old: str, new: str) -> int:
    """Replace a text that a file has once; return its line."""
    path = garden / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems(garden: Path) -> list[str]:
    return [str(problem) for problem in check_evidence(read_book(garden))]


# --- passages --------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [GARDEN, HANDBOOK], ids=["garden", "handbook"])
def test_passages_are_every_text_once(folder: Path) -> None:
    book = model(folder, "en")
    listed = list(passages(book))
    assert len({passage.id for passage in listed}) == len(listed)
    blocks = [block for chapter in book.chapters() for block in chapter.blocks]
    index = {segment for block in blocks if isinstance(block, Index) for segment in segments(block)}
    assert {passage.segment for passage in listed} == set(segments(book)) - index


def test_places_of_passages() -> None:
    listed = reversed(list(passages(model(GARDEN, "en"))))  # a handout may have the title of its chapter
    found = {passage.segment.source: (passage.id, passage.within) for passage in listed}
    assert found["Know your soil"] == ("soil.1", "soil")
    assert found["meat and fish"] == ("soil#not-add.5", "soil#not-add")
    assert found["Squeeze a handful from three places."] == ("soil#next.1", "soil#next")
    assert found["Radish"] == ("table:depths.5", "sowing#depth")
    assert found["Straw"] == ("drawing:bed.2", "soil#feeding")
    assert found["How dry is the ground?"] == ("sheet:watering.6", "sheet:watering")
    assert found["acid soil"] == ("glossary:acid.1", "glossary:acid")


def test_terms_are_listed_in_the_glossary_only() -> None:
    ids = [passage.id for passage in passages(model(GARDEN, "en"))]
    first = ids.index("glossary:compost.1")
    assert ids[first - 1] == "glossary.2"
    assert ids[first : first + 4] == [
        "glossary:compost.1",
        "glossary:compost.2",
        "glossary:mulch.1",
        "glossary:mulch.2",
    ]


def test_translation_has_the_same_passages() -> None:
    ids = [[(item.id, item.within) for item in passages(model(GARDEN, lang))] for lang in ("en", "es")]
    assert ids[0] == ids[1]


def test_places_of_a_chapter_that_have_texts() -> None:
    places = {chapter.id: list(chapter_places(chapter)) for chapter in model(GARDEN, "en").chapters()}
    assert places["soil"] == ["soil", "soil#feeding", "soil#not-add", "soil#worms", "soil#next", "soil#ask"]
    assert places["glossary"] == ["glossary"]


# --- reading ---------------------------------------------------------------------------------


def test_evidence_of_the_garden() -> None:
    evidence = read_evidence(model(GARDEN, "en"))
    fed = evidence["soil#feeding"]
    assert [(use.source, use.section, use.reviewed) for use in fed.sources] == [("notes", "Feeding the bed", "2025-03")]
    assert (fed.ours, fed.disagrees[:25]) == ("", "The notebook gives one ba")
    assert evidence["soil#ask"].ours == "The questions."
    assert evidence["glossary:acid"].ours
    assert evidence["glossary:compost"].sources == fed.sources
    assert evidence["sheet:watering"].ours.startswith("The sheet")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('at = "feeding"', 'at = "weeding"', "the chapter has no passage “weeding”: use one of intro, feeding, not-add"),
        ('at = "not-add"', 'at = "intro"', "duplicate passage “intro”: remove one"),
        ('["notes: Feeding the bed", ', '["notes: Seeds", ', "the chapter has no source “notes: Seeds”: use one of notes: D"),
        ('["notes: Feeding the bed", ', '["book: Digging", ', "the chapter has no source “book: Digging”"),
        ('["notes: Feeding the bed", ', '["notes: Digging", ', "duplicate source “notes: Digging”: remove one"),
        ('at = "ask"\nours = "The questions."', 'at = "ask"', "the passage “ask” has neither sources nor ours"),
        ("The notebook gives", "\U00010330 The notebook gives", "“disagrees” cannot be printed in the dossier: expected: other letters"),
        ("disagrees =", "disagree =", "unknown key “passages.1.disagree”"),
    ],
)  # fmt: skip
def test_errors_have_their_line(garden: Path, old: str, new: str, message: str) -> None:
    line = change(garden, SOIL, old, new)
    with pytest.raises(PublishError) as error:
        read_evidence(read_book(garden))
    place = f"books/garden/{SOIL}:{line}: "
    # An entry without a key is reported at its first line.
    assert str(error.value).startswith((place, f"books/garden/{SOIL}:{line - 1}: "))
    assert message in str(error.value)


def test_other_errors(garden: Path) -> None:
    (garden / SOIL).rename(garden / "evidence/sand.toml")
    line = change(garden, "evidence/sheets.toml", 'at = "plan"', 'at = "plans"')
    term = change(garden, "glossary.toml", 'definition = "A young plant with its first few leaves."\nsources = ["notes: Seeds"]', 'definition = "A young plant."\nsources = ["notes: Weeds"]')  # fmt: skip
    heading = change(garden, "chapters/sowing.md", "{#where-to-ask}", "{#next}")
    change(garden, "evidence/welcome.toml", 'at = "begin"', 'at = "intro"')
    found = "\n".join(problems(garden))
    for text in (
        "evidence/sand.toml: there is no chapter “sand”: name the file after a chapter, or sheets.toml",
        f"evidence/sheets.toml:{line}: the book has no passage “plans”: use one of watering, plan",
        f"glossary.toml:{term + 1}: the book has no source “notes: Weeds”",
        f"chapters/sowing.md:{heading}: “next” has a meaning of its own in the evidence",
        "evidence/welcome.toml:6: duplicate passage “intro”",
        "chapters/soil.md:10: no evidence for “soil”",
    ):
        assert f"books/garden/{text}" in found, text


# --- the check -------------------------------------------------------------------------------


def test_complete_evidence_has_no_problems(garden: Path) -> None:
    assert problems(garden) == []


@pytest.mark.parametrize(
    ("name", "start", "text"),
    [
        (SOIL, 'at = "intro"\nsources = ["notes: Digging"]', "chapters/soil.md:10: no evidence for “soil”"),
        (SOIL, 'at = "feeding"\nsources = ["notes: Feeding the bed"]\ndisagrees', "soil.md:24: no evidence for “soil#feeding”"),
        (SOIL, 'at = "ask"\nours', "soil.md:72: no evidence for “soil#ask”"),
        ("evidence/sheets.toml", 'at = "plan"', "sheets/plan.toml:1: no evidence for “sheet:plan”"),
    ],
)  # fmt: skip
def test_passage_without_evidence(garden: Path, name: str, start: str, text: str) -> None:
    path = garden / name
    entries = path.read_text(encoding="utf-8").split("[[passages]]\n")
    kept = [entry for entry in entries if not entry.startswith(start)]
    assert len(kept) == len(entries) - 1
    path.write_text("[[passages]]\n".join(kept), encoding="utf-8")
    (problem,) = problems(garden)
    assert f"{text}: add its sources, or what is ours, to books/garden/{name}" in problem


def test_term_without_evidence(garden: Path) -> None:
    line = change(garden, "glossary.toml", "ours = true\n", "")
    (problem,) = problems(garden)
    assert problem.startswith(f"books/garden/glossary.toml:{line - 2}: no evidence for “glossary:acid”")


def test_book_without_evidence_has_one_warning(garden: Path) -> None:
    shutil.rmtree(garden / "evidence")
    (problem,) = check_evidence(read_book(garden))
    assert (problem.severity, problem.path) == ("warning", "books/garden/evidence")


def test_command_reports_missing_evidence(garden: Path) -> None:
    (garden / "evidence/sowing.toml").unlink()
    done = publish("check", "--book", garden, "--code", "evidence")
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert len(lines) == 6
    assert all("sowing.md:" in line and ": evidence: no evidence for “sowing" in line for line in lines)
    assert publish("check", "--book", garden, "--code", "evidence", "--lang", "es").stdout == ""


def test_evidence_rebuilds_no_file(garden: Path) -> None:
    """Evidence is not printed, so a change of it leaves every file up to date."""
    before = Inputs(Project(ROOT)).digest(garden, "en", None)
    (garden / "evidence/sowing.toml").unlink()
    assert Inputs(Project(ROOT)).digest(garden, "en", None) == before
    (garden / "sheets/plan.toml").unlink()
    assert Inputs(Project(ROOT)).digest(garden, "en", None) != before
