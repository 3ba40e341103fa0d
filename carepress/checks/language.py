"""The tables of a language in languages/*.toml, read once.

A language without tables, or with only some of them (fr.toml), still has the checks that need none: structure,
figures, addresses, names, typography and length.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal

from carepress.checks.lexicon import Phrases
from carepress.text.language import locale_of

TABLES = Path(__file__).parent / "languages"

Arrow = Literal["=>", "<=", "<=>"]


@dataclass(frozen=True, slots=True)
class Convention:
    """How a locale writes figures (CLDR): 1,000.5 in en_US, 1.000,5 in es_ES, 1 000,5 in fr, 1,00,000 in hi."""

    decimal: str
    groups: str
    pairs: bool = False
    """Digits above the thousands are grouped in pairs."""


@dataclass(frozen=True, slots=True)
class Passive:
    """The words by which `publish.py reading` estimates the passive voice.

    A participle has one of the `endings` or is in `participles`. It is an adjective after one of `before`, and never if
    it is in `excluded`.
    """

    auxiliaries: frozenset[str]
    reflexive: frozenset[str]
    """The pronoun that another passive has in place of an auxiliary."""
    endings: tuple[str, ...]
    participles: frozenset[str]
    excluded: frozenset[str]
    before: frozenset[str]

    def is_participle(self, word: str) -> bool:
        """Tell whether a word is a participle, by its form."""
        return word not in self.excluded and (word in self.participles or word.endswith(self.endings))


@dataclass(frozen=True, slots=True)
class Concord:
    """The words of a language that deny after its verb only if something denies before it: «no … nada».

    They are `supported` by one of `supports`, with none of `separators` between. First in their clause, which one of
    `openers` may begin, or after `leaders` alone, they need no support. A coordinated one before `adverbs` does even there.
    """

    supported: frozenset[str]
    supports: frozenset[str]
    separators: frozenset[str]
    openers: frozenset[str]
    leaders: frozenset[str]
    adverbs: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Gender:
    """The grammatical genders of a language, by their names in its table.

    `determiners` show the gender of a noun; after `articles` it must agree, unless they are `pronouns` before a verb, which
    has one of the `infinitives` in the dictionary. A noun with one of the `endings`
    has that gender, unless it is in `both` or has one of `both_endings`. `senses` are phrases of English for nouns that
    have another meaning in each gender, and without a determiner under an empty name.
    """

    determiners: dict[str, frozenset[str]]
    articles: dict[str, frozenset[str]]
    endings: dict[str, tuple[str, ...]]
    both: frozenset[str]
    both_endings: tuple[str, ...]
    pronouns: frozenset[str]
    infinitives: tuple[str, ...]
    senses: dict[str, dict[str, Phrases]]

    @property
    def all_determiners(self) -> frozenset[str]:
        """The determiners of every gender."""
        return frozenset().union(*self.determiners.values(), *self.articles.values())


@dataclass(frozen=True, slots=True)
class Register:
    """The words of a language that address a reader as a friend (tú) or politely (usted).

    `imperatives` give the ending of a familiar imperative by that of the infinitive, and `denied` that of a forbidding
    one, with the words that forbid. An imperative is first in its clause, or comes after one of `before`.
    """

    familiar: frozenset[str]
    polite: frozenset[str]
    imperatives: dict[str, str]
    denied: dict[str, str]
    forbidding: frozenset[str]
    before: frozenset[str]


@dataclass(frozen=True, slots=True)
class Imperatives:
    """What shows that a word of a source is an imperative: the words before it, and those that only come after nouns."""

    before: frozenset[str]
    conditions: frozenset[str]
    after_nouns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Order:
    """The words of a source around which two others may change places in a translation."""

    genitive: frozenset[str]
    agent: frozenset[str]
    dative: frozenset[str]
    possessive: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tenses:
    """The words and the endings of verbs that show a tense; a sentence with an `open` word has none that is plain.

    `imperfect` are endings by those of the infinitive. A form of `going`, one of `before_infinitives` and an infinitive
    are a future: «van a sembrar». A phrase of `recent` and an infinitive are a past: «acaba de sembrar».
    """

    past: frozenset[str]
    future: frozenset[str]
    open: frozenset[str]
    going: frozenset[str]
    before_infinitives: frozenset[str]
    recent: frozenset[str]
    past_endings: tuple[str, ...]
    future_endings: tuple[str, ...]
    imperfect: dict[str, tuple[str, ...]]


Endings = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Inflection:
    """The endings of verbs: of `persons`, the first that fits; of each of the `moods` and of `impersonal` forms, by those
    of the infinitive. `indicative` words are of no mood, whatever their endings. `nouns` are the endings of their plural.
    """

    persons: Endings
    moods: dict[str, Endings]
    impersonal: Endings
    indicative: frozenset[str]
    nouns: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """The words of one language for numbers, units, times and negation.

    `number_words` and `number_hints` give values: a hint (“both”, “a dozen”) may replace a number that
    the other language writes out. `number_digits` are words that another language may write in digits. A scale multiplies the figure before it: 5万 is 50,000. Years differ by `era`. `months` are all forms of their
    names if `all_months`, otherwise those of CLDR. In
    `intervals`, `rates` go with a count alone (“twice a day”). `repeats` may occur twice in a row; it is None where
    doubling a word is grammar. `prefixes` and `endings` are what the words of a term may have attached. `derivations` are endings, and what
    to put in their place, of words that are translated like the words they are derived from.
    """

    code: str
    convention: Convention
    own_digits: Convention | None
    """How figures in the digits of the language are written, if otherwise: ៥០.០០០ is 50,000 in Khmer."""
    number_words: dict[str, float]
    number_hints: dict[str, tuple[float, ...]]
    number_endings: dict[str, tuple[float, ...]]
    """The same by the endings of words, such as those of the dual in Arabic."""
    number_digits: dict[str, float]
    scales: dict[str, float]
    kept_order: bool
    era: int
    ranges: Phrases
    units: Phrases
    months: Phrases
    all_months: bool
    ages: frozenset[str]
    opening: Phrases
    """Words near “9 to 5” that show that these are hours; only English needs them."""
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
    concord: Concord
    pronouns: frozenset[str]
    quotes: str
    abbreviations: frozenset[str]
    label_ends: frozenset[str]
    """Abbreviations whose period need not end a label; at the end of a sentence, it is the period of the sentence too."""
    ignored_drugs: Phrases
    prefixes: tuple[str, ...]
    endings: tuple[str, ...] | None
    enclitics: tuple[str, ...]
    derivations: tuple[tuple[str, str], ...]
    denying_prefixes: tuple[str, ...]
    denying_endings: tuple[str, ...]
    joiners: frozenset[str]
    both: frozenset[str]
    either: frozenset[str]
    ignored_joiners: Phrases
    list_openers: frozenset[str]
    subordinators: frozenset[str]
    spaced: str
    repeats: frozenset[str] | None
    openers: frozenset[str]
    passive: Passive | None
    function: frozenset[str]
    light: frozenset[str]
    vague: frozenset[str]
    """Words that a text that was written again may say in others; never a symptom, a place of care, food or drink."""
    loose: frozenset[str]
    weak: frozenset[str]
    same: dict[str, str]
    """For words of grammar that may replace each other, the first of their row."""
    same_phrases: dict[str, list[tuple[str, ...]]]
    """The phrases among them, by their first words."""
    directions: dict[str, str]
    """The prepositions among the `loose` words that lead to or away from what is after them."""
    persons: dict[str, tuple[str, ...]]
    """The endings of words that show a person or a gender, by those of their dictionary forms."""
    subjects: frozenset[str]
    """Pronouns that say who does something."""
    plurals: tuple[str, ...]
    """The endings of verbs that show that several do something."""
    possessives: frozenset[str]
    things: frozenset[str]
    """Pronouns attached to a verb that say what is done, such as “-los”."""
    objects: frozenset[str]
    """Pronouns that say to whom something is done, such as «nos»."""
    converses: tuple[tuple[frozenset[str], frozenset[str]], ...]
    """Dictionary forms of verbs for one act from both sides: what one receives is given to them."""
    reversals: tuple[tuple[frozenset[str], frozenset[str]], ...]
    """Dictionary forms of actions, and those of which none may replace them."""
    polarities: tuple[tuple[frozenset[str], frozenset[str]], ...]
    """Dictionary forms of words of which a rewording does not replace one side with the other."""
    relations: Phrases
    """Words that join clauses, by what they say of them, such as a cause."""
    questions: Phrases
    """Words that ask, by what they ask for, such as a time."""
    amounts: frozenset[str]
    """Words that say how much of what is beside them, such as «poco»."""
    comparing: frozenset[str]
    strict: frozenset[str]
    """The words of grammar that may neither be lost, added nor moved, such as negations."""
    register: Register
    gender: Gender
    apart: frozenset[str]
    """The words between a number and a unit that does not belong to it: “4 visits a year”."""
    between: frozenset[str]
    """Words that imply two things: “between” visits is «entre dos citas»."""
    imperatives: Imperatives
    order: Order
    tenses: Tenses
    free: frozenset[str]
    """Words of grammar that may replace each other, be lost or added, such as articles."""
    prepositions: frozenset[str]
    """Those of which one may replace another only in a text that was reworded."""
    inflection: Inflection

    @property
    def has_number_words(self) -> bool:
        """Whether the language has a table of the words that represent numbers."""
        return bool(self.number_words or self.number_hints)


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
    links: dict[str, frozenset[str]]
    """Words of grammar between others, with their translations."""
    determiners: frozenset[str]
    """Words of the translation before nouns."""


# The fields of a language that are the words of one list, by its table and its key there.
SETS = {
    "ages": ("ages", "before"),
    "counts": ("intervals", "counts"),
    "ones": ("intervals", "ones"),
    "other": ("intervals", "other"),
    "apart": ("numbers", "apart"),
    "between": ("numbers", "between"),
    "negations": ("negation", "words"),
    "concordant_negations": ("negation", "concordant"),
    "coordinated_negations": ("negation", "coordinated"),
    "joiners": ("lists", "joiners"),
    "both": ("lists", "and"),
    "either": ("lists", "or"),
    "list_openers": ("lists", "openers"),
    "subordinators": ("lists", "clauses"),
    "abbreviations": ("abbreviations", "words"),
    "label_ends": ("abbreviations", "labels"),
    "pronouns": ("pronouns", "words"),
    "openers": ("openers", "words"),
    "function": ("function", "words"),
    "loose": ("function", "loose"),
    "free": ("function", "free"),
    "prepositions": ("function", "prepositions"),
    "weak": ("function", "weak"),
    "amounts": ("function", "amounts"),
    "comparing": ("function", "comparing"),
    "light": ("function", "light"),
    "vague": ("function", "vague"),
    "subjects": ("subjects", "words"),
    "possessives": ("subjects", "possessives"),
    "objects": ("subjects", "objects"),
    "things": ("subjects", "things"),
}
TUPLES = {
    "enclitics": ("spelling", "enclitics"),
    "denying_prefixes": ("denial", "prefixes"),
    "denying_endings": ("denial", "endings"),
    "prefixes": ("terms", "prefixes"),
    "plurals": ("subjects", "endings"),
}


@cache
def read_language(code: str) -> Language:
    """Return the tables of a language such as es or es_ES."""
    tables = _tables(code)
    return Language(
        code=code,
        **_listed(SETS, frozenset, tables),
        **_listed(TUPLES, tuple, tables),
        **_number_fields(code, tables),
        **_writing_fields(code, tables),
        **_grammar_fields(tables),
    )


def _listed(fields: dict[str, tuple[str, str]], kind: type, tables: dict[str, Any]) -> dict[str, Any]:
    return {field: kind(_items(tables.get(table, {}).get(name, ""))) for field, (table, name) in fields.items()}


def _number_fields(code: str, tables: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of numbers, units and times."""
    numbers, intervals = tables.get("numbers", {}), tables.get("intervals", {})
    also = numbers.get("also", {})
    return {
        "convention": _convention(code, numbers.get("convention", code)),
        "own_digits": _own_digits(code),
        "number_words": numbers.get("words", {}),
        "number_hints": {word: _values(value) for word, value in also.items() if word[0] != "*"},
        "number_endings": {word[1:]: _values(value) for word, value in also.items() if word[0] == "*"},
        "number_digits": numbers.get("digits", {}),
        "scales": numbers.get("scales", {}),
        "kept_order": numbers.get("order") == "kept",
        "era": numbers.get("era", 0),
        "ranges": _phrases([("range", numbers.get("ranges", "")), ("share", numbers.get("shares", ""))]),
        "opening": _phrases([("opening", numbers.get("opening", ""))]),
        "units": _phrases(tables.get("units", {}).items()),
        "months": _phrases((tables.get("dates") or ({} if numbers.get("era") else _month_names(code))).items()),
        "all_months": "dates" in tables,
        "every": _phrases([("every", intervals.get("every", ""))]),
        "rates": _phrases([("per", intervals.get("per", ""))]),
        "interval_words": _phrases(intervals.get("words", {}).items()),
    }


def _writing_fields(code: str, tables: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of typography, and of what may be attached to words."""
    return {
        "quotes": tables.get("quotes", {}).get("marks", "") or _quotes(code),
        "spaced": tables.get("spaces", {}).get("marks", ""),
        "repeats": frozenset(_items(tables["repeats"]["words"])) if "repeats" in tables else None,
        "endings": tuple(_items(tables["terms"].get("endings", ""))) if "terms" in tables else None,
        "derivations": tuple(
            (ending, "" if item == "-" else item)
            for ending, items in tables.get("derivations", {}).items()
            for item in _items(items)
        ),
        "ignored_drugs": _phrases([("ignored", tables.get("drugs", {}).get("ignored", ""))]),
    }


def _grammar_fields(tables: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of grammar, and of words that may replace each other."""
    negation = tables.get("negation", {})
    return {
        "ignored_negations": _phrases([("ignored", negation.get("ignored", ""))]),
        "concord": Concord(**_sets(Concord, negation)),
        "strict": frozenset((*_items(negation.get("words", "")), *_items(negation.get("limits", "")))),
        "ignored_joiners": _phrases([("ignored", tables.get("lists", {}).get("ignored", ""))]),
        "passive": _passive(tables["passive"]) if "passive" in tables else None,
        "same": {word: row[0] for row in map(_items, tables.get("same", {}).values()) for word in row},
        "same_phrases": _by_first_word(tables.get("same", {})),
        "directions": {word: name for name, row in tables.get("directions", {}).items() for word in _items(row)},
        "persons": _endings(tables.get("persons", {})),
        "converses": tuple(_reversal(row) for row in tables.get("converse", {}).values()),
        "reversals": tuple(_reversal(row) for row in tables.get("reversed", {}).values()),
        "polarities": tuple(_reversal(row) for row in tables.get("polar", {}).values()),
        "relations": _phrases(tables.get("relations", {}).items()),
        "questions": _phrases(tables.get("questions", {}).items()),
        "register": _register(tables.get("register", {})),
        "gender": _gender(tables.get("gender", {})),
        "imperatives": Imperatives(**_sets(Imperatives, tables.get("imperatives", {}))),
        "order": Order(**_sets(Order, tables.get("order", {}))),
        "tenses": _tenses(tables.get("tenses", {})),
        "inflection": _inflection(tables.get("inflection", {})),
    }


def is_english(code: str) -> bool:
    """Tell whether a language is English, from which the lexicons lead to others."""
    return code.partition("_")[0] == "en"


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
    links = {word: frozenset(_items(items)) for word, items in tables.get("links", {}).items()}
    determiners = frozenset(_items(tables.get("nouns", {}).get("determiners", "")))
    phrases = Phrases(), Phrases(), Phrases(), Phrases(), Phrases()
    lexicon = Lexicon(contrasts, source_demands, target_demands, *phrases, links, determiners)
    for meaning, source, target in _meanings(tables["lexicon"]):
        _add_side(source, meaning, "=>", lexicon.source_demands[meaning.code], lexicon.source_answers)
        _add_side(target, meaning, "<=", lexicon.target_demands[meaning.code], lexicon.target_answers)
        for item in target:
            lexicon.target_names.add(item.lstrip("?!"), "" if item[0] in "?!" else meaning.name)
    for name, row in tables["negation"]["idioms"].items():
        source, _arrow, target = _sides(row)
        for items, idioms in ((source, lexicon.source_idioms), (target, lexicon.target_idioms)):
            for item in items:
                idioms.add(item.lstrip("!"), f"!{name}" if item.startswith("!") else name)
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


def _sets(kind: type, table: dict[str, Any]) -> dict[str, frozenset[str]]:
    """Return the words of a table for each field of a dataclass."""
    return {field.name: frozenset(_items(table.get(field.name, ""))) for field in fields(kind)}


def _gender(table: dict[str, Any]) -> Gender:
    both = _items(table.get("both", ""))
    senses = {}
    for noun, row in table.get("senses", {}).items():
        parts = (part.partition(":") for part in row.split("/"))
        senses[noun] = {name.strip(): _phrases([(noun, items)]) for name, _colon, items in parts}
    return Gender(
        determiners={name: frozenset(_items(items)) for name, items in table.get("determiners", {}).items()},
        articles={name: frozenset(_items(items)) for name, items in table.get("articles", {}).items()},
        endings={name: tuple(_items(items)) for name, items in table.get("endings", {}).items()},
        both=frozenset(item for item in both if not item.startswith("*")),
        both_endings=tuple(item[1:] for item in both if item.startswith("*")),
        pronouns=frozenset(_items(table.get("pronouns", ""))),
        infinitives=tuple(_items(table.get("infinitives", ""))),
        senses=senses,
    )


def _register(table: dict[str, Any]) -> Register:
    lists = {name: frozenset(_items(table.get(name, ""))) for name in ("familiar", "polite", "forbidding", "before")}
    return Register(**lists, imperatives=table.get("imperatives", {}), denied=table.get("denied", {}))


def _reversal(row: str) -> tuple[frozenset[str], frozenset[str]]:
    one, other = (frozenset(_items(side)) for side in row.split("/"))
    return one, other


def _tenses(table: dict[str, Any]) -> Tenses:
    names = ("past", "future", "open", "going", "before_infinitives", "recent")
    words = {name: frozenset(_items(table.get(name, ""))) for name in names}
    past, future = (tuple(_items(table.get(f"{name}_endings", ""))) for name in ("past", "future"))
    imperfect = _endings(table.get("imperfect", {}))
    return Tenses(**words, past_endings=past, future_endings=future, imperfect=imperfect)


def _inflection(table: dict[str, Any]) -> Inflection:
    return Inflection(
        persons=_endings(table.get("persons", {})),
        moods={mood: _endings(rows) for mood, rows in table.get("moods", {}).items()},
        impersonal=_endings(table.get("impersonal", {})),
        indicative=frozenset(_items(table.get("indicative", ""))),
        nouns=tuple(_items(table.get("nouns", ""))),
    )


def _endings(rows: dict[str, str]) -> Endings:
    return {name: tuple(_items(items)) for name, items in rows.items()}


def _passive(table: dict[str, str]) -> Passive:
    lists = {name: _items(text) for name, text in table.items()}
    return Passive(
        reflexive=frozenset(lists.get("reflexive", ())),
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


def _values(value: float | list[float]) -> tuple[float, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _by_first_word(rows: dict[str, str]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in (tuple(item.split()) for row in rows.values() for item in _items(row)):
        if len(phrase) > 1:
            found.setdefault(phrase[0], []).append(phrase)
    return found


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


MONTHS = tuple("january february march april may june july august september october november december".split())


def _month_names(code: str) -> dict[str, str]:
    """Return the names of the months in CLDR, in sentences and by themselves; none if CLDR has only numbers."""
    months = locale_of(code).months
    names = [(months["format"]["wide"][month], months["stand-alone"]["wide"][month]) for month in range(1, 13)]
    worded = all(name[0].isalpha() and not re.search(r"\d", name) for pair in names for name in pair)
    return {month: ", ".join(dict.fromkeys(pair)) for month, pair in zip(MONTHS, names)} if worded else {}


def month_names(code: str, number: int) -> tuple[str, str]:
    """Return the names of a month in CLDR, in full and shortened: 三月 and 3月."""
    names = locale_of(code).months["format"]
    return names["wide"][number], names["abbreviated"][number]


def hour_name(code: str) -> str:
    """Return the word for hours of the day in CLDR, such as «Uhr» in German, or an empty text."""
    pattern = locale_of(code).datetime_skeletons.get("H")
    return pattern.pattern.replace("'", "").strip("H .\u00a0\u202f") if pattern else ""


def _convention(code: str, plain: str) -> Convention:
    """Return how a locale writes figures; `plain` is the locale of a code without a region."""
    locale = locale_of(code if "_" in code else plain)
    symbols = locale.number_symbols["latn"]
    # A space may group digits too, but not in English (ISO 80000-1, 7.3.2; Ortografía de la RAE, 2010).
    spaces = "" if is_english(code) else " \u00a0\u2009\u202f"
    pairs = locale.decimal_formats[None].grouping != (3, 3)
    return Convention(symbols["decimal"], symbols["group"] + spaces, pairs)


def _own_digits(code: str) -> Convention | None:
    locale = locale_of(code)
    symbols = locale.number_symbols.get(locale.other_numbering_systems.get("native"), {})
    decimal, group = symbols.get("decimal"), symbols.get("group")
    # Arabic and Persian separators are known in every language (carepress/checks/numbers.py).
    is_other = {decimal, group} == {".", ","} and decimal != locale.number_symbols["latn"]["decimal"]
    return Convention(str(decimal), str(group)) if is_other else None


def _quotes(code: str) -> str:
    """Return the quotation marks of a language that has no row of its own: CLDR's, and those that books use too."""
    tables = tomllib.loads((TABLES / "quotes.toml").read_text(encoding="utf-8"))
    names = [code.rsplit("_", count)[0] for count in range(code.count("_") + 1)]
    rows = {lang: marks for marks, langs in tables["cldr"].items() for lang in langs.split()}
    main = next((rows[name] for name in names if name in rows), "")
    return main + next((tables["also"][name] for name in names if name in tables["also"]), "") if main else ""


@cache
def _tables(code: str) -> dict[str, Any]:
    """Read the tables of a language; a regional variant uses those of its language."""
    for name in (code, code.partition("_")[0]):
        path = TABLES / f"{name}.toml"
        if path.is_file():
            return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    return {}
