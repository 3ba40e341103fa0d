"""language.toml: languages that CLDR lacks, corrections of CLDR, and the check that dates are not another language's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from babel.dates import format_date, format_interval, format_skeleton, get_day_names

from carepress.build.cluster import Sender
from carepress.catalogs.plurals import plural_forms, shared_form
from carepress.model import Job, PublishError
from carepress.text import language_file
from carepress.text.language import language_name, language_script, locale_of, text_direction
from carepress.text.language_file import bind_languages
from carepress.text.plural_header import read_forms
from carepress.translation.language_data import check_language_data
from carepress.workspace.fingerprint import Inputs
from carepress.workspace.project import Project
from support import ROOT, Pdf, copy_project, publish

GARDEN = "tests/books/garden"
# White Hmong, which CLDR lacks.
HMONG = """\
name = "Hmoob"
english_name = "White Hmong"
direction = "ltr"
plurals = "nplurals=1; plural=0;"
first_day = "sunday"
months = ["Lub Ib Hlis", "Lub Ob Hlis", "Lub Peb Hlis", "Lub Plaub Hlis", "Lub Tsib Hlis", "Lub Rau Hli",
  "Lub Xya Hli", "Lub Yim Hli", "Lub Cuaj Hli", "Lub Kaum Hli", "Lub Kaum Ib Hlis", "Lub Kaum Ob Hlis"]
weekdays = ["Zwj Hli", "Zwj Quas", "Zwj Feeb", "Zwj Teeb", "Zwj Kuab", "Zwj Cag", "Zwj Hnub"]
weekdays_short = ["Hli", "Quas", "Feeb", "Teeb", "Kuab", "Cag", "Hnub"]
date = "d MMMM y"
month = "MMMM y"
day = "E d MMM"
"""
HAITIAN = """\
months = ["janvye", "fevriye", "mas", "avril", "me", "jen", "jiyè", "out", "septanm", "oktòb", "novanm", "desanm"]
weekdays = ["lendi", "madi", "mèkredi", "jedi", "vandredi", "samdi", "dimanch"]
"""
SHORT_DAYS = (("sw", "short"), ("es", "abbreviated"), ("fr", "abbreviated"))
JANUARY, FEBRUARY = date(2026, 1, 27), date(2026, 2, 3)


@pytest.fixture
def languages(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder for files of languages, and restore the former one."""
    before = (language_file._binding.find, language_file._binding.shown)
    bind_languages(lambda lang: tmp_path / lang / "language.toml", lambda path: path.relative_to(tmp_path).as_posix())
    yield tmp_path
    bind_languages(*before)


def describe(folder: Path, lang: str, text: str) -> None:
    (folder / lang).mkdir(parents=True, exist_ok=True)
    (folder / lang / "language.toml").write_text(text, encoding="utf-8")


# --- languages that CLDR lacks ---


def test_language_that_cldr_lacks(languages: Path) -> None:
    describe(languages, "hmn", HMONG)
    locale = locale_of("hmn")
    assert (language_name("hmn", "hmn"), language_name("hmn", "en"), language_name("hmn", "es")) == (
        "Hmoob",
        "White Hmong",
        "hmong",
    )
    assert (text_direction("hmn"), language_script("hmn"), locale.first_week_day) == ("ltr", "Latn", 6)
    assert plural_forms("hmn") == "nplurals=1; plural=0;"
    assert format_date(JANUARY, "long", locale=locale) == "27 Lub Ib Hlis 2026"
    assert format_skeleton("yMMMM", JANUARY, locale=locale) == "Lub Ib Hlis 2026"
    assert format_skeleton("MMMEd", JANUARY, locale=locale) == "Quas 27 Lub Ib Hlis"
    for skeleton in ("yMMMMd", "yMMMd"):
        text = format_interval(JANUARY, FEBRUARY, skeleton, locale=locale).replace("\u2009", " ")
        assert text == "27 Lub Ib Hlis 2026 – 3 Lub Ob Hlis 2026"


def test_language_from_right_to_left(languages: Path) -> None:
    describe(languages, "rhg", HMONG.replace("ltr", "rtl"))
    assert text_direction("rhg") == "rtl"


def test_plural_rule_of_the_file_is_checked(languages: Path) -> None:
    one, two = (read_forms(rule) for rule in ("nplurals=1; plural=0;", "nplurals=2; plural=(n != 1);"))
    assert one
    assert two
    describe(languages, "hmn", HMONG)
    assert shared_form(one, "hmn") is None
    describe(languages, "hmn", HMONG.replace("nplurals=1; plural=0;", two.header))
    assert shared_form(one, "hmn") == (1, 2)


# --- corrections ---


def test_corrections_change_one_language_only(languages: Path) -> None:
    describe(languages, "ht", HAITIAN)
    assert format_date(JANUARY, "full", locale=locale_of("ht")) == "madi 27 janvye 2026"
    assert format_date(JANUARY, "full", locale=locale_of("fr")) == "mardi 27 janvier 2026"
    assert language_name("ht", "ht") == "Kreyòl Ayisyen"
    describe(languages, "ht", 'name = "Kreyòl"')
    assert (language_name("ht", "ht"), language_name("ht", "en")) == ("Kreyòl", "Haitian Creole")
    (languages / "ht" / "language.toml").unlink()
    assert format_date(JANUARY, "full", locale=locale_of("ht")) == "mardi 27 janvier 2026"


def test_short_names_alone(languages: Path) -> None:
    describe(languages, "sw", 'weekdays_short = ["Jtt", "Jnn", "Jtn", "Alh", "Iju", "Jms", "Jpl"]')
    assert format_skeleton("MMMEd", JANUARY, locale=locale_of("sw")) == "Jnn, 27 Jan"
    assert format_date(JANUARY, "full", locale=locale_of("sw")) == "Jumanne, 27 Januari 2026"


# --- mistakes ---


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('name = "Hmoob', "broken TOML: Illegal character"),
        ('nam = "Hmoob"', "unknown key “nam”: use one of name, english_name"),
        ("[dates]", "unknown key “dates”"),
        ("name = 3", "“name” is 3: write words in straight quotation marks"),
        ('name = ""', "“name” is '': write words"),
        ('name = "Hm\u200boob"', "“name” is 'Hm\\u200boob': write words"),
        ('direction = "left"', "“direction” is 'left': write \"ltr\""),
        ('first_day = "Lundi"', "“first_day” is 'Lundi': write one of monday, tuesday"),
        ('plurals = "two"', "“plurals” is 'two': write a rule as in a catalog"),
        ('plurals = "nplurals=1; plural=n;"', "“plurals” is"),
        ('date = "d MMMM"', "“date” is 'd MMMM': write a pattern such as \"d MMMM y\""),
        ('date = "d de MMMM y"', "“date” is 'd de MMMM y'"),
        ('date = "d MMMM y HH"', "“date” is"),
        ('month = "MMMM y d"', "“month” is"),
        ('day = "d MMM"', "“day” is"),
        ('months = "Lub Ib Hlis"', "“months” is 'Lub Ib Hlis': write a list of 12 names, from January"),
        ('weekdays = ["a", "b"]', "“weekdays” has 2 names: write a list of 7 names, from Monday"),
        ('weekdays = ["a", "b", "c", "d", "e", "f", "a"]', "“weekdays” has “a” twice: give each its own name"),
        ('weekdays = ["a", "b", "c", "d", "e", "f", " "]', "“weekdays” has an empty or invisible name"),
    ],
)
def test_mistakes_have_their_line(languages: Path, line: str, message: str) -> None:
    describe(languages, "ht", f"# corrections\n\n{line}\n")
    with pytest.raises(PublishError) as error:
        locale_of("ht")
    assert str(error.value).startswith(f"ht/language.toml:3: {message}")


def test_incomplete_description(languages: Path) -> None:
    describe(languages, "mam", 'name = "Qyol Mam"\nenglish_name = "Mam"\n')
    with pytest.raises(PublishError, match="CLDR does not have “mam”, and the file lacks direction, plurals, months"):
        locale_of("mam")


# --- the command ---


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_project(tmp_path_factory.mktemp("languages"))


def run(project: Path, *args: str) -> str:
    done = publish(*args, "--book", GARDEN, root=project)
    return f"{done.returncode} {done.stdout}{done.stderr}"


def test_a_book_in_a_language_that_cldr_lacks(project: Path) -> None:
    hint = "describe the language in locales/hmn/language.toml"
    assert re.fullmatch(rf"1 hmn: unknown language: .*{hint}\n", run(project, "catalogs", "add", "hmn"))
    describe(project / "locales", "hmn", HMONG)
    assert run(project, "catalogs", "add", "hmn").startswith("0 ")
    catalog = project / GARDEN / "locales" / "hmn" / "LC_MESSAGES" / "garden.po"
    assert "# White Hmong translation of “garden”." in catalog.read_text(encoding="utf-8")
    assert '"Plural-Forms: nplurals=1; plural=0;\\n"' in catalog.read_text(encoding="utf-8")
    assert run(project, "check", "--lang", "hmn", "--code", "language-data") == "0 "
    dates = ("--edition", "sheets", "--sheet", "watering", "--start", "2026-11-30")
    assert run(project, "build", "--lang", "hmn", *dates).startswith("0 ")
    (path,) = (project / "build" / "generic" / "hmn").glob("*.pdf")
    text = Pdf(path).texts[0]
    assert "30 Lub Kaum Ib Hlis 2026 – 6 Lub Kaum Ob Hlis 2026" in text
    assert "Hli 30 Lub Kaum Ib Hlis" in text


@pytest.mark.parametrize(
    ("lang", "found", "correction"),
    [
        ("ht", ["months in Haitian Creole dates are those of French", "weekdays in Haitian Creole"], HAITIAN),
        ("sw", ["“27 – 3 Feb 2025” in Swahili, which lacks a month: write date"], 'date = "d MMMM y"'),
        ("vi", [], ""),
    ],
)
def test_data_of_another_language(project: Path, lang: str, found: list[str], correction: str) -> None:
    (project / "locales" / lang / "language.toml").unlink(missing_ok=True)
    assert run(project, "catalogs", "add", lang).startswith("0 ")
    lines = run(project, "check", "--lang", lang, "--code", "language-data").replace("\u2009", " ").splitlines()
    lines = [line for line in lines if line != "0 "]
    assert [text in line for text, line in zip(found, lines, strict=True)] == [True] * len(found)
    assert all(f"locales/{lang}/language.toml: language-data: " in line for line in lines)
    describe(project / "locales", lang, correction)
    assert run(project, "check", "--lang", lang, "--code", "language-data") == "0 "


def test_check_of_a_language_leaves_the_data_of_others(languages: Path) -> None:
    for lang in ("sw", "ht", "es"):
        list(check_language_data(lang))
    days = [get_day_names(width, "stand-alone", locale_of(lang))[0] for lang, width in SHORT_DAYS]
    assert days == ["Jumatatu", "lun", "lun."]


def test_data_that_locales_share_are_read_in_one_place() -> None:
    """Babel writes into the data that it loads, in which other locales then find them."""
    users = [
        path.name for path in (ROOT / "carepress").rglob("*.py") if "localedata" in path.read_text(encoding="utf-8")
    ]
    assert users == ["babel_patches.py"]


def test_files_depend_on_the_description(project: Path) -> None:
    def digests() -> list[object]:
        inputs = Inputs(Project(project))
        return [inputs.digest(project / GARDEN, lang, None) for lang in ("es", "en")]

    before = digests()
    describe(project / "locales", "es", 'first_day = "sunday"')
    after = digests()
    assert [one == other for one, other in zip(before, after)] == [False, True]
    job = Job(project / GARDEN, "es", "booklet", project / "out")
    assert b"locales/es/language.toml" in Sender(Project(project)).encode_job(job)[2]  # type: ignore[operator]
