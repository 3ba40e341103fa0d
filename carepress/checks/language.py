"""The tables of a language in languages/*.toml, read once.

A language without tables, or with only some of them (fr.toml), still has the checks that need none: structure,
figures, addresses, names, typography and length.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from babel import Locale

from carepress.checks.lexicon import Phrases
from carepress.workspace.project import SOURCE_LANGUAGE

TABLES = Path(__file__).parent / "languages"

Arrow = Literal["=>", "<=", "<=>"]


@dataclass(frozen=True, slots=True)
class Convention:
    """How a locale writes figures (CLDR): 1,000.5 in en_US, 1.000,5 in es_ES, 1 000,5 in fr."""

    decimal: str
    groups: str


@dataclass(frozen=True, slots=True)
class Passive:
    """The words by which `publish.py reading` estimates the passive voice.

    A participle has one of the `endings` or is in `participles`. It is an adjective after one of `before`, and never if
    it is in `excluded`.
    """

    auxiliaries: frozenset[str]
    endings: tuple[str, ...]
    participles: frozenset[str]
    excluded: frozenset[str]
    before: frozenset[str]

    def is_participle(self, word: str) -> bool:
        """Tell whether a word is a participle, by its form."""
        return word not in self.excluded and (word in self.participles or word.endswith(self.endings))


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """The words of one language for numbers, units, times and negation.

    `number_words` and `number_hints` give values: a hint (“both”, “a dozen”) may replace a number that
    the other language writes out. In `intervals`, `rates` go with a count alone (“twice a day”).
    """

    code: str
    convention: Convention
    number_words: dict[str, float]
    number_hints: dict[str, float]
    ranges: Phrases
    units: Phrases
    months: Phrases
    ages: frozenset[str]
    every: Phrases
    rates: Phrases
    counts: frozenset[str]
    ones: frozenset[str]
    other: frozenset[str]
    interval_words: Phrases
    negations: frozenset[str]
    concordant_negations: frozenset[str]
    coordinated_negations: frozenset[str]
    ignored_negations: Phrases
    pronouns: frozenset[str]
    quotes: str
    enclitics: tuple[str, ...]
    joiners: frozenset[str]
    both: frozenset[str]
    either: frozenset[str]
    ignored_joiners: Phrases
    list_openers: frozenset[str]
    spaced: str
    repeats: frozenset[str]
    openers: frozenset[str]
    passive: Passive | None


@dataclass(frozen=True, slots=True)
class Meaning:
    """A row of the lexicon: a meaning, the code of its check, and the direction in which it is required."""

    name: str
    code: str
    arrow: Arrow


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases of English and another language for the same meanings.

    `demands` are phrases whose meaning the other text must have, by the code of the check; `answers` are phrases that
    satisfy such a demand, and `names` those answers that can mean nothing else.
    """

    contrasts: tuple[frozenset[str], ...]
    source_demands: dict[str, Phrases]
    target_demands: dict[str, Phrases]
    source_answers: Phrases
    target_answers: Phrases
    target_names: Phrases
    source_idioms: Phrases
    target_idioms: Phrases


@cache
def read_language(code: str) -> Language:
    """Return the tables of a language such as es or es_ES."""
    tables = _tables(code)
    numbers, intervals, negation = (tables.get(name, {}) for name in ("numbers", "intervals", "negation"))
    return Language(
        code=code,
        convention=_convention(code, numbers.get("convention", code)),
        number_words=numbers.get("words", {}),
        number_hints=numbers.get("also", {}),
        ranges=_phrases([("range", numbers.get("ranges", "")), ("share", numbers.get("shares", ""))]),
        units=_phrases(tables.get("units", {}).items()),
        months=_phrases(tables.get("dates", {}).items()),
        ages=frozenset(_items(tables.get("ages", {}).get("before", ""))),
        every=_phrases([("every", intervals.get("every", ""))]),
        rates=_phrases([("per", intervals.get("per", ""))]),
        counts=frozenset(_items(intervals.get("counts", ""))),
        ones=frozenset(_items(intervals.get("ones", ""))),
        other=frozenset(_items(intervals.get("other", ""))),
        interval_words=_phrases(intervals.get("words", {}).items()),
        negations=frozenset(_items(negation.get("words", ""))),
        concordant_negations=frozenset(_items(negation.get("concordant", ""))),
        coordinated_negations=frozenset(_items(negation.get("coordinated", ""))),
        ignored_negations=_phrases([("ignored", negation.get("ignored", ""))]),
        joiners=frozenset(_items(tables.get("lists", {}).get("joiners", ""))),
        both=frozenset(_items(tables.get("lists", {}).get("and", ""))),
        either=frozenset(_items(tables.get("lists", {}).get("or", ""))),
        ignored_joiners=_phrases([("ignored", tables.get("lists", {}).get("ignored", ""))]),
        list_openers=frozenset(_items(tables.get("lists", {}).get("openers", ""))),
        enclitics=tuple(_items(tables.get("spelling", {}).get("enclitics", ""))),
        quotes=tables.get("quotes", {}).get("marks", ""),
        spaced=tables.get("spaces", {}).get("marks", ""),
        repeats=frozenset(_items(tables.get("repeats", {}).get("words", ""))),
        pronouns=frozenset(_items(tables.get("pronouns", {}).get("words", ""))),
        openers=frozenset(_items(tables.get("openers", {}).get("words", ""))),
        passive=_passive(tables["passive"]) if "passive" in tables else None,
    )


@cache
def read_lexicon(code: str) -> Lexicon | None:
    """Return the lexicon from English to another language, or None where there is none."""
    tables = _tables(code)
    if "lexicon" not in tables:
        return None
    rows = tables.get("contrasts", {}).values()
    assert not any("=" in row for row in rows), "a contrast names meanings; rows with an arrow belong to the lexicon"
    contrasts = tuple(frozenset(_items(row)) for row in rows)
    codes = tuple(tables["lexicon"])
    source_demands, target_demands = ({code: Phrases() for code in codes} for _ in range(2))
    lexicon = Lexicon(contrasts, source_demands, target_demands, *(Phrases() for _ in range(5)))
    for meaning, source, target in _meanings(tables["lexicon"]):
        _add_side(source, meaning, "=>", lexicon.source_demands[meaning.code], lexicon.source_answers)
        _add_side(target, meaning, "<=", lexicon.target_demands[meaning.code], lexicon.target_answers)
        for item in target:
            lexicon.target_names.add(item.lstrip("?!"), "" if item[0] in "?!" else meaning.name)
    for name, row in tables["negation"]["idioms"].items():
        source, _arrow, target = _sides(row)
        lexicon.source_idioms.add_all(source, name)
        lexicon.target_idioms.add_all(target, name)
    return lexicon


def _meanings(tables: dict[str, dict[str, str]]) -> Iterator[tuple[Meaning, list[str], list[str]]]:
    for code, table in tables.items():
        for name, row in table.items():
            source, arrow, target = _sides(row)
            yield Meaning(name, code, arrow), source, target


def _sides(row: str) -> tuple[list[str], Arrow, list[str]]:
    match = re.fullmatch(r"(.*?)\s*(<=>|=>|<=)\s*(.*)", row)
    assert match, f"a row of the lexicon needs an arrow: {row}"
    arrow: Any = match[2]
    return _items(match[1]), arrow, _items(match[3])


def _add_side(items: list[str], meaning: Meaning, arrow: str, demands: Phrases, answers: Phrases) -> None:
    """Add one side of a row to the lexicon.

    A phrase after "?" satisfies the meaning but does not demand it; a phrase after "!" does neither, and its words do
    not count on their own («un poco» is not «poco»).
    """
    for item in items:
        text = item.lstrip("?!")
        answers.add(text, f"!{meaning.name}" if item.startswith("!") else meaning.name)
        if arrow in meaning.arrow:
            # Add phrases that demand nothing too: they keep their words from matching a shorter phrase.
            demands.add(text, meaning.name if text == item else "")


def _passive(table: dict[str, str]) -> Passive:
    lists = {name: _items(text) for name, text in table.items()}
    return Passive(
        auxiliaries=frozenset(lists["auxiliaries"]),
        endings=tuple(lists["endings"]),
        participles=frozenset(lists["participles"]),
        excluded=frozenset(lists["not"]),
        before=frozenset(lists["before"]),
    )


def _phrases(rows: Iterable[tuple[str, str]]) -> Phrases:
    phrases = Phrases()
    for name, items in rows:
        phrases.add_all(_items(items), name)
    return phrases


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _convention(code: str, plain: str) -> Convention:
    """Return how a locale writes figures; `plain` is the locale of a code without a region."""
    symbols = Locale.parse(code if "_" in code else plain).number_symbols["latn"]
    # A space may group digits too, but not in English (ISO 80000-1, 7.3.2; Ortografía de la RAE, 2010).
    spaces = "" if code.startswith(SOURCE_LANGUAGE) else " \u00a0\u2009\u202f"
    return Convention(symbols["decimal"], symbols["group"] + spaces)


@cache
def _tables(code: str) -> dict[str, Any]:
    """Read the tables of a language; a regional variant uses those of its language."""
    for name in (code, code.partition("_")[0]):
        path = TABLES / f"{name}.toml"
        if path.is_file():
            return tomllib.loads(path.read_text(encoding="utf-8"))
    return {}
