"""What the checks know of a language: tables in languages/*.toml, read once.

A language without a table still has the checks that need no knowledge of it: structure, figures,
addresses, typography and length.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from carepress.checks.lexicon import Phrases

TABLES = Path(__file__).parent / "languages"

Direction = Literal["=>", "<=", "<=>"]


@dataclass(frozen=True, slots=True)
class Convention:
    """How a locale writes figures (CLDR): 1,000.5 in en_US, 1.000,5 in es_ES, 1 000,5 in fr."""

    decimal: str
    groups: str

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(
            rf"(?<![^\W\d_])(?:\d{{1,3}}(?:[{re.escape(self.groups)}]\d{{3}})+(?!\d)(?:{re.escape(self.decimal)}\d+)?"
            rf"|\d+(?:{re.escape(self.decimal)}\d+)?)"
        )


@dataclass(frozen=True, slots=True)
class Meaning:
    """A row of a lexicon: a meaning, the check that answers for it, and which way it is demanded."""

    name: str
    code: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the source language and another say for the same meaning.

    `demands` are phrases that ask for their meaning on the other side, `answers` those that give it.
    """

    meanings: dict[str, Meaning]
    source_demands: Phrases
    source_answers: Phrases
    target_demands: Phrases
    target_answers: Phrases
    source_idioms: Phrases
    target_idioms: Phrases


@dataclass(frozen=True, slots=True)
class Language:
    """One language: what its words for numbers, units, times and negation are."""

    code: str
    convention: Convention
    number_words: dict[str, int] = field(default_factory=dict)
    units: Phrases = field(default_factory=Phrases)
    tables: dict[str, Any] = field(default_factory=dict)

    def words(self, table: str, key: str) -> frozenset[str]:
        """Return a list of words such as `negation.heads`; none where the language has no table."""
        return frozenset(_items(self.tables.get(table, {}).get(key, "")))

    def phrases(self, table: str, key: str) -> tuple[str, ...]:
        return tuple(self.tables.get(table, {}).get(key, ()))


@cache
def read_language(code: str) -> Language:
    """Return what is known of a language such as es or es_ES."""
    tables = _table(code)
    words = {word: value for word, value in tables.get("numbers", {}).get("words", {}).items()}
    units = Phrases()
    for name, row in tables.get("units", {}).items():
        for text in _items(row):
            units.add(text, name)
    return Language(code, convention(code), words, units, tables)


@cache
def read_lexicon(code: str) -> Lexicon | None:
    """Return the lexicon from the source language to another, or None where there is none."""
    tables = _table(code)
    rows = list(_rows(tables))
    if not rows:
        return None
    lexicon = Lexicon({}, *(Phrases() for _ in range(6)))
    for meaning, source, target in rows:
        lexicon.meanings[meaning.name] = meaning
        _file(source, meaning, "=>", lexicon.source_demands, lexicon.source_answers)
        _file(target, meaning, "<=", lexicon.target_demands, lexicon.target_answers)
    for name, row in tables.get("negation", {}).get("idioms", {}).items():
        source, _arrow, target = row.partition("<=>")
        for text in _items(source):
            lexicon.source_idioms.add(text, name)
        for text in _items(target):
            lexicon.target_idioms.add(text, name)
    return lexicon


def _rows(tables: dict[str, Any]) -> Iterator[tuple[Meaning, list[str], list[str]]]:
    for code, table in tables.get("lexicon", {}).items():
        for name, row in table.items():
            found = re.fullmatch(r"(.*?)\s*(<=>|=>|<=)\s*(.*)", row)
            assert found, f"a row of the lexicon needs an arrow: {name}"
            direction: Any = found[2]
            yield Meaning(name, code, direction), _items(found[1]), _items(found[3])


def _file(items: list[str], meaning: Meaning, arrow: str, demands: Phrases, answers: Phrases) -> None:
    """File a side of a row: a phrase after "?" answers for the meaning but does not demand it."""
    for item in items:
        text = item.removeprefix("?")
        answers.add(text, meaning.name)
        if text == item and arrow in meaning.direction:
            demands.add(text, meaning.name)


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


@cache
def convention(code: str) -> Convention:
    """Return how a locale writes figures. Spaces group digits too where the comma is the decimal sign."""
    from babel import Locale

    plain = _table(code).get("numbers", {}).get("convention", code) if "_" not in code else code
    symbols = Locale.parse(plain).number_symbols["latn"]
    groups = symbols["group"]
    if symbols["decimal"] == ",":
        groups += " \u00a0\u2009\u202f"
    return Convention(symbols["decimal"], groups)


@cache
def _table(code: str) -> dict[str, Any]:
    """Read the table of a language; a regional variant uses that of its language."""
    for name in (code, code.partition("_")[0]):
        path = TABLES / f"{name}.toml"
        if path.is_file():
            return tomllib.loads(path.read_text(encoding="utf-8"))
    return {}
