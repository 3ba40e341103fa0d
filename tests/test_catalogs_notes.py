from __future__ import annotations

import json
from pathlib import Path

import polib
import pytest

from carepress.catalogs.extract import Message
from carepress.catalogs.notes import Notes, read_pages, without_warnings
from carepress.catalogs.terms import blank_terms, index_terms, read_terms
from carepress.model import PublishError
from carepress.text.termbase import TermTranslation

TERMS = index_terms(
    TermTranslation(source, source.upper())
    for source in (
        "stem cell",
        "stem cell transplant",
        "complete blood count (CBC)",
        "acute lymphoblastic leukemia (ALL)",
        "biopsy",
        "clot (blood)",
        "sign",
    )
)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("A stem cell is young.", ["stem cell"]),
        ("Before the **stem cell transplant**, ask.", ["stem cell transplant"]),
        ("Stem cells, then a stem-cell transplant", ["stem cell", "stem cell transplant"]),
        ("Two biopsies and one biopsy", ["biopsy"]),
        ("The CBC is a complete blood count (CBC).", ["complete blood count (CBC)"]),
        ("All children have it.", []),
        ("Children with ALL", ["acute lymphoblastic leukemia (ALL)"]),
        ("See [the clots](term:sign).", ["clot (blood)"]),
        ("Assign {sign} to a design.", []),
        ("The child’s sign", ["sign"]),
        ("", []),
    ],
)
def test_find_terms(text: str, terms: list[str]) -> None:
    assert [pair.source for pair in TERMS.find(text)] == terms


def test_read_terms(tmp_path: Path) -> None:
    path = tmp_path / "terms.toml"
    assert read_terms(path, "terms.toml", "es") == ()
    path.write_text(
        '[[terms]]\nen = "fever"\nes = "fiebre"\n[[terms]]\nen = "rash"\nes = " "\n[[terms]]\nen = "car"\nes_MX = "carro"\navoid = ["coche"]\n',
        encoding="utf-8",
    )
    assert read_terms(path, "terms.toml", "es") == (TermTranslation("fever", "fiebre"),)
    assert read_terms(path, "terms.toml", "es_MX") == (
        TermTranslation("fever", "fiebre"),
        TermTranslation("car", "carro", ("coche",)),
    )


def test_terms_of_another_source_language_are_left_out(tmp_path: Path) -> None:
    """A French book with a Spanish translation beside an English one; a term may be the same in both languages."""
    path = tmp_path / "terms.toml"
    path.write_text('[[terms]]\nen = "anemia"\nes = "anemia"\n[[terms]]\nfr = "spray"\nes = "inhalador"\n')
    assert read_terms(path, "terms.toml", "es", "fr") == (TermTranslation("spray", "inhalador"),)
    assert read_terms(path, "terms.toml", "es") == (TermTranslation("anemia", "anemia"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"terms = 1", r"^t: “terms” is not a list of terms"),
        (b'[[terms]]\nen = "a"\n\n[[terms]]\nes = "x"', r"^t:4: a term without English: add a line en = "),
        (b'[[terms]]\nen = "x"\nes = "y"\navoid = "z"', r"^t:1: “avoid” is not a list of words"),
        (b"[[terms]]\nen = x", r"^t:2: broken TOML"),
        (b"\xff", r"^t: the list of terms is not UTF-8"),
    ],
)
def test_invalid_terms(tmp_path: Path, text: bytes, message: str) -> None:
    (tmp_path / "t").write_bytes(text)
    with pytest.raises(PublishError, match=message):
        read_terms(tmp_path / "t", "t", "es")


def test_terms_template_is_valid_when_uncommented(tmp_path: Path) -> None:
    text = blank_terms("French", "fr")
    path = tmp_path / "terms.toml"
    path.write_text(text, encoding="utf-8")
    assert read_terms(path, "terms.toml", "fr") == ()
    example = text[text.index("# [[") :].replace("# ", "").replace('fr = ""', 'fr = "moelle osseuse"')
    path.write_text(example, encoding="utf-8")
    assert read_terms(path, "terms.toml", "fr") == (TermTranslation("bone marrow", "moelle osseuse"),)


def entry(**attributes: object) -> polib.POEntry:
    return polib.POEntry(msgid="Count 2 stem cells", msgstr="x", flags=[], **attributes)


def test_note_order() -> None:
    fuzzy = entry(previous_msgid="Count 3 stem cells")
    fuzzy.fuzzy = True
    notes = Notes(TERMS, {(None, fuzzy.msgid): (23, 41)})
    comment = notes.comment(fuzzy, "paragraph, chapter “A”\nheading, chapter “B”", "page 7\nTerms: old")
    assert comment.splitlines() == [
        "WARNING: numbers changed: “3” → “2”",
        "paragraph, chapter “A”",
        "heading, chapter “B”",
        "pages 23, 41",
        "Terms: stem cell = STEM CELL",
    ]
    assert without_warnings(comment) == "\n".join(comment.splitlines()[1:])


def test_page_numbers_are_kept_until_updated() -> None:
    assert Notes().comment(entry(), "paragraph", "paragraph\npage 7") == "paragraph\npage 7"
    assert Notes(pages={}).comment(entry(), "paragraph", "paragraph\npage 7") == "paragraph"
    many = Notes(pages={(None, entry().msgid): tuple(range(1, 9))})
    assert many.comment(entry(), "paragraph", "") == "paragraph\npages 1, 2, 3, 4, 5, 6, …"


def test_read_pages(tmp_path: Path) -> None:
    path = tmp_path / "pages.json"
    path.write_text(json.dumps({"segments": {"a.md:3": 5, "a.md:9": 4, "b.md:1": 5, "c.md:1": 9}}), encoding="utf-8")
    messages = [
        Message("One", None, None, "a.md", "", 3),
        Message("One", None, None, "a.md", "", 9),
        Message("One", None, None, "b.md", "", 1),
        Message("One", None, "verb", "c.md", "", 1),
        Message("Two", None, None, "c.md", "", 2),
    ]
    assert read_pages(path, "x", messages) == {(None, "One"): (4, 5), ("verb", "One"): (9,)}


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"segments": {"a.md:3": "x"}}', '{"segments": 1}'])
def test_invalid_page_list(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pages.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PublishError, match="not a page map"):
        read_pages(path, "x", [Message("One", None, None, "a.md", "", 3)])
