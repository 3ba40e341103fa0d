"""Find the changes in an edit of the source that its translation must follow.

This compares the source with the source; `carepress.checks` compares it with its translation. Words have a meaning in
English alone: in another language, only numbers, units and markup are compared.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from carepress.text.inline import (
    Emphasis,
    InlineError,
    Strong,
    link_targets,
    parse_inline,
    placeholders,
    plain_text,
    strip_markup,
    walk,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference between two texts; `old` and `new` are for display."""

    what: str
    old: tuple[str, ...]
    new: tuple[str, ...]

    def __str__(self) -> str:
        old, new = (", ".join(f"“{item}”" for item in side) for side in (self.old, self.new))
        if old and new:
            return f"{self.what} changed: {old} → {new}"
        return f"{self.what} changed: {old or new} {'removed' if old else 'added'}"


def meaning_differences(old: str, new: str, lang: str = "en") -> tuple[Difference, ...]:
    """Return the differences that make a translation of `old` dangerous for `new`, two texts in `lang`."""
    before, after = _words_only(old), _words_only(new)
    rows = _MEANING if is_english(lang) else _IN_ANY_LANGUAGE
    differences = [_compared(what, find(before), find(after)) for what, find in rows]
    opposites = _opposites(before, after) if is_english(lang) else None
    return tuple(difference for difference in (*differences, opposites) if difference)


def is_english(lang: str) -> bool:
    """Tell whether the words of a language are known here."""
    return lang.partition("_")[0] == "en"


def all_differences(old: str, new: str, lang: str = "en") -> tuple[Difference, ...]:
    """Return the differences of meaning, and those of links, placeholders and emphasis."""
    markup = (_compared(what, find(old), find(new)) for what, find in _MARKUP)
    return (*meaning_differences(old, new, lang), *(difference for difference in markup if difference))


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _compared(what: str, old: tuple[str, ...], new: tuple[str, ...]) -> Difference | None:
    """Compare in order: two swapped numbers are as dangerous as a new one."""
    if old == new:
        return None
    removed, added = Counter(old) - Counter(new), Counter(new) - Counter(old)
    if not removed and not added:
        return Difference(what, old, new)
    return Difference(what, tuple(removed.elements()), tuple(added.elements()))


def _words_only(text: str) -> str:
    """Return the visible words, without link addresses and placeholder names."""
    with suppress(InlineError):
        text = strip_markup(text)
    text = re.sub(r"\{\w*\}|%\(\w+\)[sd]", " ", text)
    return text.replace("’", "'").replace("\N{MICRO SIGN}", "\N{GREEK SMALL LETTER MU}")


# --- Numbers ---------------------------------------------------------------------------------

_NUMBER = re.compile(
    r"(?:(?<![\w.,])[-\N{MINUS SIGN}])?"
    r"(?:\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d{1,3}(?:[\u00a0\u202f]\d{3})+(?:\.\d+)?|\d*\.\d+|\d+)"
    r"|[½¼¾⅓⅔⅛]"
)


def _numbers(text: str) -> tuple[str, ...]:
    """Return the numbers by value: 50,000 equals 50 000, and 38 equals 38.0."""
    return tuple(_value(number) for number in _NUMBER.findall(text))


def _value(number: str) -> str:
    if not number[-1].isdecimal():
        return f"{unicodedata.numeric(number):.4g}"
    digits = re.sub(r"[,\u00a0\u202f]", "", number).replace("\N{MINUS SIGN}", "-")
    return f"{Decimal(digits).normalize():f}"


_NUMBER_WORDS = _set(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand
    thousands million millions billion half halves third thirds quarter quarters dozen dozens couple pair both
    first second fourth fifth sixth seventh eighth ninth tenth once twice thrice single double triple twofold
    last next"""
)

# Numerals of phases, stages and grades. “I” is also a pronoun, and X a chromosome.
_ROMAN = re.compile(r"\b(?:II|III|IV|VI{1,3}|IX)\b")


def _number_words(text: str) -> tuple[str, ...]:
    return (*(word for word in _tokens(text) if word in _NUMBER_WORDS), *_ROMAN.findall(text))


# --- Negation --------------------------------------------------------------------------------

_NEGATIONS = _set(
    """not no never none nobody nothing nowhere neither nor cannot without unless except avoid stop don't
    hardly barely rarely seldom unable instead forbidden prohibited"""
)


def _negations(text: str) -> tuple[str, ...]:
    """Return each negation with the word it governs: a “not” that moved to another verb is a change."""
    text = re.sub(r"\bcan(?:not|'t)\b|\bcan not\b", "not", text, flags=re.IGNORECASE)
    text = re.sub(r"\bwon't\b|(?<=[a-z])n't\b", " not", text, flags=re.IGNORECASE)
    words = _tokens(text)
    return tuple(
        f"{word} {words[index + 1]}" if index + 1 < len(words) else word
        for index, word in enumerate(words)
        if word in _NEGATIONS
    )


def _tokens(text: str) -> list[str]:
    """Return the words in lower case; ALL, the disease, is not the word “all”."""
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text)
    return [word if word == "ALL" else word.casefold() for word in words]


# --- Units and doses -------------------------------------------------------------------------

_UNIT_SIGNS = re.compile(
    r"(?<![^\W\d_])(?:mcg|μg|ug|mg|kg|mL|dL|μL|IU|mmol|mol|cm|mm|km|kcal|ppm|mmHg|mSv|Gy|cGy)(?![^\W\d_])"
    r"|(?<=\d)[ \u00a0\u202f]?(?:g|L|m|h|min|s|oz|lb|lbs|in|ft|C|F|K|U)(?![^\W_])"
    r"|(?<=/)[ ]?(?:kg|L|h|m|day|dose|hour|min|m²|m2)\b|°[ ]?[CF]?|%|‰|[<>≤≥±]",
    re.IGNORECASE,
)
_UNIT_WORDS = _set(
    """gram kilogram milligram microgram liter litre milliliter millilitre microliter deciliter unit percent degree
    fahrenheit celsius second minute hour day night week month year hourly daily nightly weekly monthly yearly
    morning noon evening bedtime time tablet pill capsule drop teaspoon teaspoonful tablespoon tablespoonful tsp
    tbsp cup spoon spoonful ounce pound inch foot feet dose dosage puff spray patch injection syringe vial
    suppository per"""
)
_ONE_SIGN = {"μg": "mcg", "ug": "mcg"}


def _units(text: str) -> tuple[str, ...]:
    """Return units and dose words in text order, plurals as singulars."""
    signs = [(match.start(), match[0].strip(" /\u00a0\u202f").casefold()) for match in _UNIT_SIGNS.finditer(text)]
    words = [(match.start(), _singular(match[0].casefold())) for match in re.finditer(r"[^\W\d_]+", text)]
    units = signs + [(place, word) for place, word in words if word in _UNIT_WORDS]
    return tuple(_ONE_SIGN.get(unit, unit) for _place, unit in sorted(dict(units).items()))


def _singular(word: str) -> str:
    if word in ("inches", "patches"):
        return word[:-2]
    return "suppository" if word == "suppositories" else word.removesuffix("s")


# --- Words that reverse a meaning ------------------------------------------------------------

_REVERSING = _set(
    """before after until till since during while above below over under more less fewer most least higher lower
    high low increase increases decrease decreases raise raises reduce reduces gain loss always only sometimes often
    must should may might can could all any some every each if or start starts begin left right hot cold warm cool
    inside outside up down off early late sooner later mild severe safe dangerous good bad yes true false same
    different minimum maximum enough too"""
)


def _reversing_words(text: str) -> tuple[str, ...]:
    text = re.sub(r"(?<=\w)-(?:up|down|off)\b", "", text)  # “follow-up” has no direction
    return tuple(word for word in _tokens(text) if word in _REVERSING)


# un-safe, hypo-tension: a prefix or an ending that makes the opposite of a word.
_PREFIXES = ("un", "in", "im", "ir", "il", "non", "dis", "mis", "anti")
_TWINS = (("hypo", "hyper"), ("intra", "inter"), ("ful", "less"), ("pre", "post"), ("sub", "super"))


def _opposites(old: str, new: str) -> Difference | None:
    """Find words whose opposite is in the other text: usual and unusual, painful and painless."""
    removed, added = set(_tokens(old)) - set(_tokens(new)), set(_tokens(new)) - set(_tokens(old))
    pairs = [(one, other) for one in sorted(removed) for other in sorted(added) if _opposite(one, other)]
    if not pairs:
        return None
    return Difference("words of opposite meaning", tuple(one for one, _ in pairs), tuple(other for _, other in pairs))


def _opposite(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if any(long == prefix + short for prefix in _PREFIXES) and len(short) > 2:
        return True
    return any(_swapped(one, left, right) == other or _swapped(one, right, left) == other for left, right in _TWINS)


def _swapped(word: str, old: str, new: str) -> str | None:
    if word.startswith(old):
        return new + word[len(old) :]
    return word[: -len(old)] + new if word.endswith(old) else None


_Finder = Callable[[str], tuple[str, ...]]

_MEANING: tuple[tuple[str, _Finder], ...] = (
    ("numbers", _numbers),
    ("number words", _number_words),
    ("negation", _negations),
    ("units and dose words", _units),
    ("words that reverse the meaning", _reversing_words),
)
_IN_ANY_LANGUAGE = tuple(row for row in _MEANING if row[1] in (_numbers, _units))

# --- Markup ----------------------------------------------------------------------------------


def _placeholders(text: str) -> tuple[str, ...]:
    named = re.findall(r"%\(\w+\)[sd]", text)
    try:
        return (*placeholders(parse_inline(text)), *named)
    except InlineError:
        return tuple(named)


def _links(text: str) -> tuple[str, ...]:
    try:
        return tuple(link_targets(parse_inline(text)))
    except InlineError:
        return ()


def _emphasis(text: str) -> tuple[str, ...]:
    """Return each emphasized passage by its kind and words: emphasis on another word is a change."""
    try:
        nodes = list(walk(parse_inline(text)))
    except InlineError:
        return ("broken markup",)
    return tuple(
        f"{type(node).__name__.lower()} “{' '.join(_tokens(plain_text(node.children)))}”"
        for node in nodes
        if isinstance(node, Strong | Emphasis)
    )


_MARKUP: tuple[tuple[str, _Finder], ...] = (
    ("placeholders", _placeholders),
    ("links", _links),
    ("emphasis", _emphasis),
)
