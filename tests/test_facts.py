"""No fact of the sources gets lost: tests/facts/BOOK.toml lists them, each with the passage that carries it.

An entry::

    [[facts]]
    fact = "About 75% of people under 20 with leukemia in the US have ALL"
    source = "guide: Statistics"
    passage = "numbers#how-many"    # as in the dossier: chapter, chapter#heading, glossary:id, table:id, sheet:id …
    en = "75%"                      # what the passage says in English; “one … two” are two phrases
    es = "75"                       # and in Spanish

Case, kinds of spaces and kinds of apostrophes make no difference.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support_facts import lost_facts, normalized, read_facts

from carepress.dossier.passages import visible_texts
from support import GARDEN, HANDBOOK, LANGS, ROOT, model

FACTS = ROOT / "tests" / "facts"
BOOKS = {"garden": GARDEN, "childhood-all": HANDBOOK}


@pytest.mark.parametrize("name", BOOKS)
def test_book_keeps_every_fact(name: str) -> None:
    lost = list(lost_facts(read_facts(FACTS / f"{name}.toml"), {lang: model(BOOKS[name], lang) for lang in LANGS}))
    assert lost == [], "\n" + "\n".join(lost)


# --- the test itself -------------------------------------------------------------------------

FACT = {"fact": "A bed is dug", "source": "notes: Digging", "passage": "soil#feeding", "en": "compost", "es": "abono"}


def lost(**changed: str) -> list[str]:
    return list(lost_facts([FACT | changed], {lang: model(GARDEN, lang) for lang in LANGS}))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"en": "3 square miles"}, "passage soil#feeding no longer says “3 square miles” in en; it carried: A bed is dug"),
        ({"es": "compost"}, "passage soil#feeding no longer says “compost” in es; it carried: A bed is dug"),
        ({"en": "compost … two feet deep"}, "passage soil#feeding no longer says “two feet deep” in en"),
        ({"en": "compost … worms"}, "passage soil#feeding no longer says “worms” in en"),
        ({"passage": "soil#weeding"}, "there is no passage soil#weeding any more; it carried: A bed is dug"),
        ({"passage": "table:tools"}, "there is no passage table:tools any more"),
        ({"source": "book: Digging"}, "unknown source “book: Digging”"),
    ],
)  # fmt: skip
def test_lost_fact_is_reported(changed: dict[str, str], message: str) -> None:
    (found,) = lost(**changed)
    assert found.startswith(message)


def test_kept_fact_is_silent() -> None:
    assert lost() == []
    assert lost(en="SPREAD compost … two\u00a0fingers") == []


def test_changed_book_loses_its_fact(tmp_path: Path) -> None:
    """The sentence of a fact is deleted from a copy of the book."""
    folder = tmp_path / "books" / "garden"
    for path in GARDEN.rglob("*"):
        if path.is_file():
            copy = folder / path.relative_to(GARDEN)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    chapter = folder / "chapters" / "soil.md"
    text = chapter.read_text(encoding="utf-8")
    assert text.count("3 square meters") == 1
    chapter.write_text(text.replace("3 square meters", "a few square meters"), encoding="utf-8")
    found = list(lost_facts(read_facts(FACTS / "garden.toml"), {lang: model(folder, lang) for lang in LANGS}))
    assert [re.sub(r";.*", "", message) for message in found] == [
        "passage soil#feeding no longer says “3 square meters” in en",
        # The outdated translation is not used.
        "passage soil#feeding no longer says “dos dedos” in es",
        "passage soil#feeding no longer says “3 metros cuadrados” in es",
    ]


@pytest.mark.parametrize(
    "text", ["facts = []", '[[facts]]\nfact = "x"', "[[facts]]\n" + "".join(f'{key} = ""\n' for key in FACT)]
)
def test_incomplete_file_fails(text: str, tmp_path: Path) -> None:
    path = tmp_path / "facts.toml"
    path.write_text(text)
    with pytest.raises(AssertionError):
        read_facts(path)


def test_missing_file_fails(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_facts(tmp_path / "facts.toml")


def test_visible_text() -> None:
    assert visible_texts(model(GARDEN, "en"))["soil#ask"] == (
        "What grew here last year?\nIs the water from the barrel clean enough for salad?\nWho turns the compost?"
    )
    assert normalized("It’s\u00a0 “X”") == 'it\'s "x"'
