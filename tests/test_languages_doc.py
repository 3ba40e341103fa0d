"""The tables of docs/languages.md say what the program has."""

from __future__ import annotations

import re

import pytest
from babel import Locale
from support_languages import HANDOUT_LANGS, LANGS

from carepress.checks.spelling import DICTIONARIES
from carepress.text.language import is_known, language_script
from carepress.text.typefaces import TYPEFACES, typeface_of
from support import ROOT

DOC = (ROOT / "docs" / "languages.md").read_text(encoding="utf-8")
ENGLISH = Locale("en")
# Names in the tables that are not CLDR's.
CODES = {
    "Dari": "fa_AF",
    "Bengali": "bn",
    "Burmese": "my",
    "Kurdish (Sorani)": "ckb",
    "Chinese, simplified (`zh_Hans`)": "zh_Hans",
    "Chinese, traditional (`zh_Hant`)": "zh_Hant",
    "Chinese (simplified)": "zh_Hans",
    **{name: code for code, name in ENGLISH.languages.items()},
}
SCRIPTS = {"Hans": "Han", "Kore": "Hangul"}


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the rows of the first table after a heading."""
    table = re.search(r"(?:\|.*\n)+", DOC[DOC.index(heading) :])
    assert table
    return [[cell.strip() for cell in line.strip("|\n ").split("|")] for line in table[0].splitlines()[2:]]


def codes(names: str) -> list[str]:
    """Return the codes of languages in a cell."""
    if names in CODES:
        return [CODES[names]]
    return [CODES[name] for name in re.split(r"[,;] ", names.replace(" …", "").replace(" …;", ";"))]


@pytest.mark.parametrize("row", rows("# Languages and scripts"), ids=lambda row: row[2])
def test_languages_are_set_in_the_typeface_of_their_row(row: list[str]) -> None:
    found = [typeface_of(lang) for lang in codes(row[0]) if is_known(lang)]  # CLDR lacks Samoan
    assert [typeface and typeface.family for typeface in found] == [row[2]] * len(found)
    assert {typeface.family for typeface in TYPEFACES} == {line[2] for line in rows("# Languages and scripts")}


def test_languages_of_the_checks_are_those_with_a_table() -> None:
    _spanish, others, _rest = rows("## What is checked")
    tables = {path.stem for path in (ROOT / "carepress" / "checks" / "languages").glob("*.toml")}
    assert {lang.partition("_")[0] for lang in codes(others[0])} == tables - {"en", "es", "quotes"}


def test_spelling_is_checked_in_the_languages_that_have_a_dictionary() -> None:
    listed = re.search(r"Spelling is checked in ([^.]+)\.", " ".join(DOC.split()))
    assert listed
    names = re.split(", | and ", listed[1])
    assert names == sorted(names)
    assert {CODES[name] for name in names} == {lang.partition("_")[0] for lang in DICTIONARIES}


def test_who_has_read_it() -> None:
    """English, Spanish, the languages of the first handout, other languages of the garden, and all others."""
    english, spanish, *translated, _others = rows("## Who has read it")
    assert [english[0], spanish[0]] == ["English", "Spanish"]
    handout, garden = (codes(row[0]) for row in translated)
    assert sorted(handout) == HANDOUT_LANGS
    assert sorted(handout + garden) == LANGS
    interface = {path.parents[1].name for path in (ROOT / "locales").glob("*/LC_MESSAGES/interface.po")}
    assert interface == {"es", *LANGS}
    for row in (english, spanish, *translated):
        names = [SCRIPTS.get(script := language_script(lang), ENGLISH.scripts[script]) for lang in codes(row[0])]
        assert row[1] in (", ".join(names), names[0] if len({*names}) == 1 else "")
        assert row[-1] == "no" or row[0] in ("English", "Spanish"), "no native reader has reviewed them"
