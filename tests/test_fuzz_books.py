"""Random handbooks: each word that was typed is printed, or the book is refused with the file that is wrong."""

from __future__ import annotations

import os
import random
import re
import subprocess
import unicodedata
from pathlib import Path

import pytest
from support_books import Author, Typed, translated, write_catalogs

from carepress.model import PublishError
from support import Epub, Pdf, publish

# Each book is built in one edition: all of it, a handout or the packet; some in two languages, some for a hospital.
COUNT = int(os.environ.get("FUZZ_BOOKS", 200))
FIRST = int(os.environ.get("FUZZ_FIRST", 0))
GROUPS = 4
# Sheets are made in a sixth of the time of the others: an e-book, for example, has the page numbers of its booklet.
TURNS = ("booklet", "sheets", "epub", "large-print", "print", "sheets", "bilingual", "epub", "press", "sheets")
# Characters between the parts of a word that is divided between two pages: the running head and the folio. In Chinese,
# where any word may be divided, also those of the pages that are between them on the side of a sheet.
HEAD, SHEET = 160, 3000
GAP = "\0"  # in place of the letters of a word that was found
# Spaces, the hyphens of broken words, marks of direction, and the stretched letters of Arabic.
INVISIBLE = re.compile(r"[\s\u00ad\u2010\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufffe\u0640-]")


def built(typed: Typed, edition: str, folder: Path, *options: str) -> tuple[str, str]:
    """Build a book in an edition; return its text without spaces and hyphens, or the messages that refuse it."""
    root = folder / "project"
    book = typed.write(root)
    try:
        write_catalogs(book, typed.lang, random.Random(folder.name))
    except PublishError as error:
        return "", str(error)
    done = publish("build", "--book", "typed", "--edition", edition, *options, root=root)
    if done.returncode:
        return "", done.stderr
    (path,) = (path for path in (root / "build").rglob("typed-*") if path.suffix in (".pdf", ".epub"))
    return INVISIBLE.sub("", Epub(path).text if path.suffix == ".epub" else "".join(Pdf(path).texts)), ""


def faults(seed: int, folder: Path) -> list[str]:
    """Return what is wrong with a random book: lost words, an internal error, or a refusal without a place."""
    typed, chance = Author(seed).type(), random.Random(seed)
    edition, hospital = TURNS[seed % len(TURNS)], chance.choice(("", "odd"))
    lang = typed.lang if edition == "bilingual" else chance.choice(("en", "en", typed.lang))
    product = chance.choice((*["book"] * 16, *(chance.choice(list(typed.handouts)) for _ in range(2)), "packet"))
    options = ["--lang", lang, *(["--hospital", hospital] if hospital else [])]
    if product == "packet":
        edition = "print" if edition == "press" else edition
        options += ["--packet", "day"]
    elif product != "book":
        options += ["--handout", f"about-{product}"]
    text, refusal = built(typed, edition, folder, *options)
    name = f"{seed} {edition} {product} {lang} {hospital}".rstrip()
    if refusal:
        lines = refusal.splitlines()
        odd = [line for line in lines if "internal error" in line or line.count(": ") < 2]
        return [f"{name}: {line}" for line in odd]
    words = typed.words(product, edition, bool(hospital))
    lost = lost_words(words, text, edition, lang)
    if lost and lang == "ar" and edition != "epub":  # PDFium drops letters that are set below others
        others = lost_words(words, read_by_poppler(folder), edition, lang)
        lost = [word for word in lost if word in others]
    return [f"{name}: “{word}” is lost" for word in lost]


def read_by_poppler(folder: Path) -> str:
    """Return the text of the PDF that was built, without spaces and with each letter in its usual form."""
    (path,) = (folder / "project" / "build").rglob("typed-*.pdf")
    done = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True)
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", done.stdout))


def lost_words(words: list[str], text: str, edition: str, lang: str) -> list[str]:
    """Return the words that are not in a text, neither as typed nor translated; in the bilingual edition, as typed.

    Words that are found are removed from the text: letters of other words are no parts of a word that is divided.
    """
    forms = {
        word: (word, translated(word, lang)) if edition != "bilingual" and lang != "en" else (word,) for word in words
    }
    between = SHEET if edition == "print" and lang == "zh_Hans" else HEAD
    apart = []
    for word in sorted(words, key=len, reverse=True):  # the letters of a short word may be in a longer one
        if found := [form for form in forms[word] if form in text]:
            text = text.replace(found[0], GAP * len(found[0]))
        else:
            apart.append(word)
    lost = []
    for word in apart:
        if rest := next(filter(None, (without_parts(form, text, between) for form in forms[word])), ""):
            text = rest
        else:
            lost.append(word)
    return lost


def without_parts(word: str, text: str, between: int) -> str:
    """Return a text without the two parts of a word, or "" if it has none.

    At most `between` characters may be between the parts, which are on two pages.
    """
    for end in range(1, len(word)):
        parts = re.escape(word[:end]), re.escape(word[end:])
        if match := re.search(f"{parts[0]}(.{{0,{between}}}?){parts[1]}", text):
            return text[: match.start()] + GAP * end + match[1] + GAP * (len(word) - end) + text[match.end() :]
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("group", range(GROUPS))
def test_random_books_lose_no_word(group: int, tmp_path: Path) -> None:
    found = [
        fault for seed in range(FIRST + group, FIRST + COUNT, GROUPS) for fault in faults(seed, tmp_path / str(seed))
    ]
    assert found == []


def test_letters_of_other_words_are_no_parts_of_a_lost_one() -> None:
    """“qabcq” was found in the “qa” of one word and the “bcq” of another."""
    others = ["qadeqx", "qxbcqtail", "qxyzqabc", "qdefqend"]
    assert lost_words([*others, "qabcq"], "".join(others), "booklet", "en") == ["qabcq"]
    divided = "qadeqxqxbc1/8qxyzqabcqtail"
    assert lost_words(others[:3], divided, "booklet", "en") == []
    assert lost_words(others, divided, "booklet", "en") == ["qdefqend"]
    assert lost_words(["qabcq", "qxyzq"], "wabcqqxyzq", "booklet", "es") == []
    assert lost_words(["qabcq"], translated("qabcq"), "bilingual", "es") == ["qabcq"]


def test_equal_seeds_give_equal_books() -> None:
    one, other, third = (Author(seed).type() for seed in (1, 1, 2))
    assert one == other != third
    words = one.words("book", "booklet", hospital=False)
    assert len(set(words)) == len(words) > 20


def test_single_part_and_long_numbered_list(tmp_path: Path) -> None:
    """The title of the only part was not in the e-book, and a list of ten points did not fit on the page."""
    author = Author(1)
    typed = author.type()
    points = "\n".join(f"{number}. {author.words(2, 4, plain=True)}" for number in range(1, 13))
    for name in [name for name in typed.files if name.startswith("chapters/")]:
        front = typed.files[name].split("---")[1]
        heading = f"## {author.words(1, 3, plain=True)} {{#first}}"  # the index may lead to it
        typed.files[name] = f"---{front}---\n\n{heading}\n\n{points}\n"
    words = [
        word
        for word in typed.words("book", "epub", hospital=False)
        if any(word in text for name, text in typed.files.items() if name[0] in "bc")
    ]
    for edition in ("booklet", "epub"):
        text, refusal = built(typed, edition, tmp_path / edition, "--lang", "en")
        assert refusal == ""
        assert [word for word in words if word not in text] == []
