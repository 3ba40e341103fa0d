"""Random handbooks: each word that was typed is printed, or the book is refused with the file that is wrong."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest
from support_books import LANG, PUBLISHED, Author, Typed, translated, write_catalog

from carepress.model import PublishError
from support import Epub, Pdf, publish

# Each book is built in one edition, some in two languages and some for a hospital.
COUNT = int(os.environ.get("FUZZ_BOOKS", 200))
FIRST = int(os.environ.get("FUZZ_FIRST", 0))
GROUPS = 4
INVISIBLE = re.compile(r"[\s\u00ad\u2010\ufffe-]")  # spaces, and the hyphens of broken words


def built(typed: Typed, edition: str, folder: Path, lang: str = "en", hospital: str = "") -> tuple[str, str]:
    """Build a book in an edition; return its text without spaces and hyphens, or the messages that refuse it."""
    root = folder / "project"
    book = typed.write(root)
    try:
        write_catalog(book, random.Random(folder.name))
    except PublishError as error:
        return "", str(error)
    options = ["--hospital", hospital] if hospital else []
    done = publish("build", "--book", "typed", "--lang", lang, "--edition", edition, *options, root=root)
    if done.returncode:
        return "", done.stderr
    (path,) = (root / "build").glob("*/*/typed-*.[ep]*")
    text = Epub(path).text if path.suffix == ".epub" else "".join(Pdf(path).texts)
    return INVISIBLE.sub("", text), ""


def faults(seed: int, folder: Path) -> list[str]:
    """Return what is wrong with a random book: lost words, an internal error, or a refusal without a place."""
    typed, chance = Author(seed).type(), random.Random(seed)
    edition, hospital = PUBLISHED[seed % len(PUBLISHED)], chance.choice(("", "odd"))
    lang = LANG if edition == "bilingual" else chance.choice(("en", "en", LANG))
    text, refusal = built(typed, edition, folder, lang, hospital)
    name = f"{seed} {edition} {lang} {hospital}".rstrip()
    if refusal:
        lines = refusal.splitlines()
        odd = [line for line in lines if "internal error" in line or line.count(": ") < 2]
        return [f"{name}: {line}" for line in odd]
    words = {"sheets": typed.sheets, "epub": typed.text}.get(edition, typed.text + typed.sheets)
    if hospital:
        words = [*words, *typed.hospital, *([] if edition == "sheets" else typed.own)]
    return [f"{name}: “{word}” is lost" for word in words if not printed(word, text, edition)]


def printed(word: str, text: str, edition: str) -> bool:
    """Tell whether a word or its translation is in a text; in the bilingual edition, whether the word itself is."""
    return is_in(word, text) or (edition != "bilingual" and is_in(translated(word), text))


def is_in(word: str, text: str) -> bool:
    """Tell whether a word is in a text; a running head may be between its parts on two pages."""
    parts = ((word[:end], word[end:]) for end in range(6, len(word) - 2))
    return word in text or any(first in text and rest in text for first, rest in parts)


@pytest.mark.slow
@pytest.mark.parametrize("group", range(GROUPS))
def test_random_books_lose_no_word(group: int, tmp_path: Path) -> None:
    found = [
        fault for seed in range(FIRST + group, FIRST + COUNT, GROUPS) for fault in faults(seed, tmp_path / str(seed))
    ]
    assert found == []


def test_equal_seeds_give_equal_books() -> None:
    one, other, third = (Author(seed).type() for seed in (1, 1, 2))
    assert one == other != third
    assert len(set(one.text)) == len(one.text) > 20


def test_single_part_and_long_numbered_list(tmp_path: Path) -> None:
    """The title of the only part was not in the e-book, and a list of ten points did not fit on the page."""
    author = Author(1)
    typed = author.type()
    points = "\n".join(f"{number}. {author.words(2, 4, plain=True)}" for number in range(1, 13))
    for name in [name for name in typed.files if name.startswith("chapters/")]:
        front = typed.files[name].split("---")[1]
        typed.files[name] = f"---{front}---\n\n{points}\n"
    typed.text = [
        word for word in typed.text if any(word in text for name, text in typed.files.items() if name[0] in "bc")
    ]
    for edition in ("booklet", "epub"):
        text, refusal = built(typed, edition, tmp_path / edition)
        assert refusal == ""
        assert [word for word in typed.text if word not in text] == []
