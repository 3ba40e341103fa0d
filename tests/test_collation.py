"""Words are sorted as ICU sorts them, without ICU in languages in Latin, Greek and Cyrillic letters."""

from __future__ import annotations

import random
import re
import sys
from bisect import bisect
from collections import Counter
from itertools import pairwise
from pathlib import Path
from unicodedata import category

import icu
import polib
import pytest
from support_cldr import LOCALES, NO_LETTER, collator_of, index_of, tables
from support_languages import CATALOGS, add_garden_languages

from carepress.model import PublishError
from carepress.text import collation, line_breaks
from carepress.text.alphabet import letters_by_cldr
from carepress.text.cldr import FOLDER, has_table, language_row
from carepress.text.collation import OPENING_MARKS, index_letter, sort_key
from carepress.text.line_breaks import line_pieces
from support import ECOLE, GARDEN, ROOT, copy_project, publish_process

SIGNS = [*" -–’'./0123½²ª&%+"]
BOUNDS = "09az"
OTHERS = "Über naïve Æon œuf ångström ŁÓDŹ đà 水 αβγ Ёж ель".split()
WITH_A_ROW = [lang for lang in LOCALES if language_row(lang).name == lang]


def exemplars(lang: str) -> list[str]:
    """Return the letters of a language, also those of several characters, in small, capital and title case."""
    letters = [*icu.LocaleData(lang).getExemplarSet(0, 0)] or ["a"]
    return [*letters, *map(str.upper, letters), *map(str.title, letters)]


def made_words(lang: str) -> list[str]:
    """Return words of the letters of a language, some of them with signs or letters of other languages."""
    chance, letters = random.Random(lang), exemplars(lang)
    mixed = [*letters, *SIGNS, *exemplars(chance.choice(LOCALES))]
    sources = [letters] * 60 + [mixed] * 40
    return ["".join(chance.choices(source, k=chance.randint(1, 6))) for source in sources] + OTHERS


def differences(lang: str, texts: list[str]) -> list[tuple[str, ...]]:
    """Return the texts that are sorted unlike ICU does, with the text after them, or that have another index letter."""
    collator, index = collator_of(lang), index_of(lang)
    bare = {text.lstrip(OPENING_MARKS) for text in texts}
    by_icu = {text: bytes(collator.getSortKey(text)) for text in bare}
    keys = {text: sort_key(text, lang) for text in bare}
    in_order = sorted(bare, key=lambda text: (by_icu[text], text))
    found: list[tuple[str, ...]] = [
        (lang, text, after)
        for text, after in pairwise(in_order)
        if (by_icu[text] < by_icu[after], False) != (keys[text] < keys[after], keys[text] > keys[after])
    ]
    labels = {text: index.getBucket(index.getBucketIndex(text))[0].replace(NO_LETTER, "") for text in bare}
    return found + [(lang, text) for text, label in labels.items() if label != index_letter(text, lang)]


def test_the_tables_are_those_of_icu() -> None:
    """If this fails, run tests/support_cldr.py."""
    files = [(FOLDER / name).read_text(encoding="utf-8") for name in ("cldr-languages.tsv", "cldr-weights.tsv")]
    assert files == [*tables()]


@pytest.mark.parametrize("lang", WITH_A_ROW)
def test_words_are_sorted_as_icu_sorts_them(lang: str) -> None:
    assert differences(lang, made_words(lang)) == []


@pytest.mark.slow
def test_words_of_every_locale_are_sorted_as_icu_sorts_them() -> None:
    assert len(LOCALES) > 600
    assert [row for lang in LOCALES for row in differences(lang, made_words(lang))] == []


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_terms_of_the_books_are_sorted_as_icu_sorts_them(path: Path) -> None:
    catalog = polib.pofile(str(path))
    lang = catalog.metadata["Language"]
    terms = [(entry.msgid, entry.msgstr) for entry in catalog if len(entry.msgid) < 60]
    source = "fr" if path.is_relative_to(ECOLE) else "en"
    assert differences(source, [term for term, _translation in terms]) == []
    if has_table(lang):
        assert differences(lang, [translation for _term, translation in terms]) == []


def places(texts: list[str], lang: str) -> list[tuple[str, int]]:
    """Return the index letter of each text, and how many of the first and last digit and letter are before it."""
    bounds = [sort_key(bound, lang) for bound in BOUNDS]
    return [(index_letter(text, lang), bisect(bounds, sort_key(text, lang))) for text in texts]


def places_by_icu(texts: list[str], lang: str) -> list[tuple[str, int]]:
    collator, index = collator_of(lang), index_of(lang)
    bounds = [bytes(collator.getSortKey(bound)) for bound in BOUNDS]
    labels = [index.getBucket(index.getBucketIndex(text))[0].replace(NO_LETTER, "") for text in texts]
    return [(label, bisect(bounds, bytes(collator.getSortKey(text)))) for text, label in zip(texts, labels)]


@pytest.mark.parametrize("lang", ["en", "vi", "ru", "el"])
def test_other_characters_have_the_place_that_icu_gives_them(lang: str) -> None:
    """“Ⅳ” is under I and “ａ” under A; emoji are before the letters, Hebrew after them; control characters are ignored."""
    texts = [f"{sign}x" for sign in "ⅣⅳＡａⒷⓑ㎎㏄\0\x9f\ufff9\u0591\u20dd١❷☃😀🎈🩸漢א"]
    assert dict(zip(texts, places(texts, lang))) == dict(zip(texts, places_by_icu(texts, lang)))


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_character_has_about_the_place_that_icu_gives_it(lang: str) -> None:
    """Less than a hundredth has another: vowel signs, numbers and radicals of other scripts, which begin no word of these."""
    signs = (chr(code) for code in range(0x10000) if category(chr(code)) not in ("Cn", "Co", "Cs"))
    texts = [f"{sign}x" for sign in signs if sign not in OPENING_MARKS]
    compared = zip(texts, places(texts, lang), places_by_icu(texts, lang))
    assert len(texts) > 50_000
    others = Counter(category(text[0]) for text, place, by_icu in compared if place != by_icu)
    assert others == Counter(So=118, No=107, Nl=30, Lo=26, Lm=27, Mn=131, Mc=37, Cc=6, Po=2)


def test_letters_are_those_of_icu() -> None:
    for lang in LOCALES:
        assert (lang, set(letters_by_cldr(lang))) == (lang, {letter for text in exemplars(lang) for letter in text})


# --- without ICU ---


@pytest.fixture
def without_icu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide ICU, also what other tests have made with it."""
    monkeypatch.setitem(sys.modules, "icu", None)
    for function in (collation._collator, collation._index, line_breaks._iterator):
        function.cache_clear()


@pytest.mark.usefixtures("without_icu")
@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("es", "lápiz nube ñame Ñu oca"),
        ("cs", "cihla Český dům had chata Jana"),
        ("hu", "cukor csont gyerek lusta lyuk"),
        ("da", "aftale zebra æble ØL ål"),
        ("vi", "an ăn ân da đá"),
        ("ru", "Ёж ель яма yam"),
        ("el", "άλφα Βήτα ωμέγα alpha"),
        ("gn", "mitã ñandu yvy"),
    ],
)
def test_sorting_needs_no_icu(lang: str, words: str) -> None:
    in_order = words.split()
    shuffled = in_order[::-1]
    assert sorted(shuffled, key=lambda word: sort_key(word, lang)) == in_order
    assert all(index_letter(word, lang) for word in in_order)
    assert line_pieces(words, lang) == in_order


@pytest.mark.usefixtures("without_icu")
def test_another_script_needs_icu() -> None:
    message = 'yi: the library ICU is not installed: run "make fonts SCRIPTS=icu" or "pip install carepress[icu]"'
    with pytest.raises(PublishError, match=re.escape(message)):
        sort_key("א", "yi")


def outputs(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.suffix in (".pdf", ".epub")}


@pytest.mark.slow
def test_a_book_in_latin_letters_is_built_without_icu(tmp_path: Path) -> None:
    (tmp_path / "icu.py").write_text("raise ImportError", encoding="utf-8")
    book = ("--book", GARDEN, "--lang", "es")
    editions = ("--edition", "booklet", "--edition", "epub")
    for name, path in (("with", ""), ("without", str(tmp_path))):
        for selected in ((), ("--handout", "all")):
            done = publish_process("build", *book, *editions, *selected, "--out", tmp_path / name, PYTHONPATH=path)
            assert done.returncode == 0, done.stderr
    assert len(outputs(tmp_path / "with")) == 6
    assert outputs(tmp_path / "with") == outputs(tmp_path / "without")
    done = publish_process("check", *book, PYTHONPATH=str(tmp_path))
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_book_in_arabic_letters_says_what_to_install(tmp_path: Path) -> None:
    root = copy_project(tmp_path / "project")
    add_garden_languages(root)
    (tmp_path / "icu.py").write_text("raise ImportError", encoding="utf-8")
    book = ("--book", "tests/books/garden", "--lang", "ar", "--edition", "epub")
    done = publish_process("build", *book, root=root, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert 'the library ICU is not installed: run "make fonts SCRIPTS=icu"' in done.stderr
    assert "Traceback" not in done.stderr
