"""Compare numbers, units, ranges, intervals and dates by value, not by notation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import TypeVar

from carepress.checks.language import MONTHS, Convention, Language, hour_name, month_names
from carepress.checks.measures import unit_after
from carepress.checks.script import ALPHABET, normal
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText, Word
from carepress.text.language import language_name

# Digits with spaces between them are a telephone number if there are at least this many.
PHONE_DIGITS = 7
PHONE = re.compile(rf"(?<![{ALPHABET}\d_.,])\+?\(?\d[\d\s().-]{{5,}}\d(?![{ALPHABET}\d_]|[.,]\d)")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text. `at` is its first word, `after` the word that follows it, and `end` where its letters end."""

    value: float
    text: str
    at: int
    after: int
    sentence: int
    worded: bool
    end: int


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit, or None."""

    number: Number
    unit: str | None


# --- Finding numbers -------------------------------------------------------------------------

# A time of day as it is written in French and Portuguese: 8 h 30, 8h30.
_HOURS = re.compile(r"(?<=\d)\s?h\s?(?=[0-5]\d(?!\d))")
# A decimal point in any language: names keep it (“License 1.1”), and no language groups two digits.
_DOTTED = re.compile(r"\d+\.\d{1,2}")


@cache
def _figures(convention: Convention) -> re.Pattern[str]:
    group, decimal = re.escape(convention.groups) + _ARABIC_GROUP, re.escape(convention.decimal) + _ARABIC_DECIMAL
    grouped = rf"\d{{1,3}}(?:[{group}]\d{{3}})+(?!\d)"
    if convention.pairs:
        grouped += rf"|\d{{1,2}}(?:[{group}]\d{{2}})+[{group}]\d{{3}}(?!\d)"
    return re.compile(rf"(?<![{ALPHABET}])(?:{_DOTTED.pattern}(?!\d)|(?:{grouped}|\d+)(?:[{decimal}]\d+)?)")


_ARABIC_DECIMAL, _ARABIC_GROUP = "٫", "٬"


def phone_numbers(text: str) -> list[str]:
    """Return telephone numbers, with uniform spaces."""
    candidates = (re.sub(r"\s+", " ", match[0]).strip() for match in PHONE.finditer(normal(text)))
    return [candidate for candidate in candidates if _is_phone(candidate)]


def _is_phone(text: str) -> bool:
    grouped = re.fullmatch(r"\d{1,3}(?: \d{3})+|\d+\.\d{1,2}", text)
    return sum(letter.isdigit() for letter in text) >= PHONE_DIGITS and not grouped


# Several checks need the numbers of a text; those of the current pair are cached.
_cached = lru_cache(maxsize=8)


@_cached
def figures(side: ParsedText, language: Language) -> tuple[Number, ...]:
    """Return the numbers written in digits, except telephone numbers."""
    text = PHONE.sub(lambda match: " " * len(match[0]) if _is_phone(match[0]) else match[0], side.normal)
    text = _HOURS.sub(lambda match: match[0][:-1].replace("h", " ") + ":", text)
    numbers = []
    is_own = any(letter.isdecimal() and not letter.isascii() for letter in side.plain)
    convention = language.own_digits if language.own_digits and is_own else language.convention
    for item in _figures(convention).finditer(text):
        inside = [at for at, word in enumerate(side.words) if item.start() <= word.start < item.end()]
        if inside and not (item[0] == "00" and text[item.start() - 1] == ":"):  # 20:00 is 8 p.m.
            at, after = inside[0], inside[-1] + 1
            value = _value(item[0], convention)
            scale = _scale(text[item.end() :], language)
            shown = side.plain[item.start() : item.end()]
            numbers.append(Number(value * scale, shown, at, after, side.words[at].sentence, False, item.end()))
    return tuple(numbers)


def _value(text: str, convention: Convention) -> float:
    if _DOTTED.fullmatch(text):
        return float(text)
    plain = re.sub(f"[{re.escape(convention.groups)}{_ARABIC_GROUP}]", "", text)
    return float(plain.replace(convention.decimal, ".").replace(_ARABIC_DECIMAL, "."))


def _scale(rest: str, language: Language) -> float:
    """Return what the word after a figure multiplies it by: 10,000 in «5万»."""
    after = rest.lstrip(" \u00a0")
    longest = sorted(language.scales.items(), key=lambda item: len(item[0]), reverse=True)
    return next((value for word, value in longest if re.match(rf"{word}(?![{ALPHABET}])", after)), 1)


@_cached
def number_words(side: ParsedText, language: Language) -> tuple[Number, ...]:
    """Return the numbers written in words: “fifty thousand”, «treinta y ocho»; “one” may be an article."""
    numbers: list[Number] = []
    percent = {sense.start + 1 for sense in language.units.find(side.words) if sense.length > 1}
    at = 0
    while at < len(side.words):
        if side.words[at].key in language.scales and at and side.words[at - 1].key[0].isdigit():
            at += 1  # it belongs to the figure before it
            continue
        total, after = _read_words(side.words, at, language)
        if after > at and at not in percent:
            text = " ".join(word.text for word in side.words[at:after])
            numbers.append(Number(total, text, at, after, side.words[at].sentence, True, side.words[after - 1].end))
        at = max(after, at + 1)
    return tuple(numbers)


def _read_words(words: tuple[Word, ...], at: int, language: Language) -> tuple[float, int]:
    """Read one number in words; return its value and the word after it."""
    total = part = 0.0
    last = float("inf")
    start = at
    while at < len(words):
        value = language.number_words.get(words[at].key)
        if value is None:
            joined = at > start and last in _TENS and words[at].key in ("y", "and", "-") and at + 1 < len(words)
            if joined and 0 < language.number_words.get(words[at + 1].key, 0) < 10:
                at += 1
                continue
            break
        if value in _SCALES:
            if value == _SCALES[0]:
                part = (part or 1) * value
            elif total and total < value:
                total, part = (total + part) * value, 0  # «dos mil millones»
            else:
                total, part = total + (part or 1) * value, 0
        elif value >= last or words[at].clause != words[start].clause:
            break
        else:
            part += value
        last = value
        at += 1
    return total + part, at


_TENS = (20, 30, 40, 50, 60, 70, 80, 90)
_SCALES = (100, 1000, 1_000_000, 1_000_000_000, 1_000_000_000_000)


@_cached
def amounts(side: ParsedText, language: Language) -> tuple[Amount, ...]:
    """Return all numbers with their units; in “1 to 4 weeks” both numbers are weeks."""
    numbers = sorted((*figures(side, language), *number_words(side, language)), key=lambda number: number.at)
    pairs: list[Amount] = []
    for number in reversed(numbers):
        unit = _unit_after(side, language, number)
        if unit is None and pairs and _joiner(side, language, number, pairs[-1].number):
            unit = pairs[-1].unit
        if unit is None and number.at and side.words[number.at - 1].key in language.ages:
            unit = "year"
        pairs.append(Amount(number, unit))
    pairs.reverse()
    return _spread_ages(side, language, pairs)


def _spread_ages(side: ParsedText, language: Language, pairs: list[Amount]) -> tuple[Amount, ...]:
    """Give the second number of “aged 0 to 14” the unit of the first."""
    for index in range(1, len(pairs)):
        first, second = pairs[index - 1], pairs[index]
        if second.unit is None and first.unit and _joiner(side, language, first.number, second.number):
            pairs[index] = Amount(second.number, first.unit)
    return tuple(pairs)


def _unit_after(side: ParsedText, language: Language, number: Number) -> str | None:
    """Return the unit that follows a number, with at most one word between (“5 more years”)."""
    for sense in language.units.find(side.words[number.after : number.after + 3]):
        words = side.words[number.at : number.after + sense.start + 1]
        between = words[number.after - number.at : -1]
        plain = all(not word.key[0].isdigit() for word in between)
        near = sense.start == 0 or (sense.start == 1 and plain and between[0].key not in language.apart)
        if near and words[0].clause == words[-1].clause:
            return sense.meaning
    return None


def _joiner(side: ParsedText, language: Language, first: Number, second: Number) -> str | None:
    """Return whether two numbers are joined as a range (“2 to 5”) or a share (“3 out of 4”)."""
    if first.sentence != second.sentence:
        return None
    between = [word for word in side.words[first.after : second.at] if word.key != "%"]
    if not between:
        gap = side.normal[side.words[first.after - 1].end : side.words[second.at].start]
        return "range" if gap.strip() in ("-", "–", "—", "~", "〜") else None
    senses = language.ranges.find(tuple(between))
    return senses[0].meaning if senses and senses[0].length == len(between) else None


# --- Checks ----------------------------------------------------------------------------------


def check_number(subject: Subject) -> Iterator[Finding]:
    """Compare the numbers in digits by value, in any order.

    A number may be written out on one side: “2” equals «dos». In a language without a table of such words, a small
    number may be one of them.
    """
    (source, english), (target, language) = subject.sides
    expected, actual = (Counter(number.value for number in figures(*side)) for side in subject.sides)
    source_words, target_words = (Counter(number.value for number in number_words(*side)) for side in subject.sides)
    missing, added = expected - actual, actual - expected
    for at, fewer, more in ((0, missing, added), (1, added, missing)):
        late = _afternoon_hours(*subject.sides[at])
        _drop_same(fewer, more, Counter(late.values()), _unmeasured(*subject.sides[1 - at], late), 12)
    years = _years(expected, language.era)
    _drop_same(missing, added, years, added, language.era)
    _drop_same(added, missing, _years(actual, english.era), missing, english.era)
    added -= Counter({value + language.era: count for value, count in years.items()})  # both years
    source_named, target_named = _named(source, english), _named(target, language)
    source_months, target_months = _months(source, english), _months(target, language)
    missing = missing - (target_words - source_words) - _hints(target, language) - (target_named - source_named)
    missing -= (target_months - source_months) & _dated(source, english)
    added = added - (source_words - target_words) - _hints(source, english) - source_named
    added -= source_months & _dated(target, language)
    missing[1.0] -= _articles(subject) if missing[1.0] > 0 else 0
    missing, added = _without_full(subject, missing, added)
    if not added and not language.has_number_words:
        missing = Counter({value: count for value, count in missing.items() if value > WRITTEN_OUT})
    texts = [{number.value: _in_full(number, side) for number in figures(side, lang)} for side, lang in subject.sides]
    for lost, new in _paired(sorted(missing.elements()), sorted(added.elements())):
        before, after = texts[0].get(lost or 0), texts[1].get(new or 0)
        yield _other_signs(before or "", after or "", english, language) or _changed(before, after)


def _without_full(
    subject: Subject, missing: Counter[float], added: Counter[float]
) -> tuple[Counter[float], Counter[float]]:
    """Leave out the “7” of “7 days a week” if the other text says “every day” or “24 hours”."""
    always = [DAILY in _intervals(*side) or 24 in (n.value for n in figures(*side)) for side in subject.sides]
    full = [_full(*side) for side in subject.sides]
    return (+(missing - full[0]) if always[1] else +missing), (added - full[1] if always[0] else added)


_FRACTION = re.compile(r"(?:[.,]\d+)*")


def _in_full(number: Number, side: ParsedText) -> str:
    """Return a number with the digits after a sign that does not belong to numbers in the language: 100,4 in Mexico."""
    rest = _FRACTION.match(side.plain, number.end)
    return number.text + (rest[0] if rest else "")


def _other_signs(source: str, target: str, english: Language, language: Language) -> Finding | None:
    """Return a finding if a number has signs at the digits of the English, but they mean another number in the language."""
    if not re.search("[.,]", target) or re.sub(r"\D", ".", source) != re.sub(r"\D", ".", target):
        return None
    theirs, ours = english.convention, language.convention
    right = "".join(
        ours.decimal if sign == theirs.decimal else ours.groups[0] if sign in theirs.groups else sign for sign in source
    )
    name = language_name(language.code)
    is_number = _figures(ours).fullmatch(target)
    means = f"means {_value(target, ours):.15g} in {name}" if is_number else f"is not a number in {name}"
    return Finding(f"“{target}” {means}", f"write “{right}” for the “{source}” of the English")


def _articles(subject: Subject) -> int:
    """Count the figures “1” before a word that has an article for “one” in the translation: “1 page”, «una página»."""
    if not subject.correspondences:
        return 0
    words, hits = subject.target.words, subject.correspondences[0].hits
    ones = (number for number in figures(subject.source, subject.source_language) if number.value == 1)
    return sum(
        any(at and words[at - 1].key in subject.language.ones for at in hits.get(number.after, ())) for number in ones
    )


# The greatest number that is often written as a word.
WRITTEN_OUT = 10
# 2:30 p.m. is 14:30 in most languages.
_AFTERNOON = re.compile(r"(?::\d\d)?\s?p\.?m\b", re.IGNORECASE)
# The most words between “9 to 5” and those that show that it is a time: “Monday to Friday, from 9 to 5”.
NEAR = 3


def _afternoon_hours(side: ParsedText, language: Language) -> dict[int, float]:
    """Return the hours after noon, by their places among the numbers: “2 p.m.”, both in “2 to 4 p.m.”, the end of “Monday to Friday, 9 to 5”."""
    pairs = amounts(side, language)
    late: set[int] = set()
    for at in reversed(range(len(pairs))):
        number, following = pairs[at].number, pairs[at + 1] if at + 1 < len(pairs) else None
        if number.value >= 12:
            continue
        if _AFTERNOON.match(side.normal, number.end):
            late.add(at)
        elif following and _joiner(side, language, number, following.number):
            if at + 1 in late and number.value < following.number.value:
                late.add(at)
            elif following.number.value < number.value and _is_opening(side, language, pairs[at], following):
                late.add(at + 1)
    return {at: pairs[at].number.value for at in late}


def _is_opening(side: ParsedText, language: Language, first: Amount, second: Amount) -> bool:
    """Tell whether two numbers are the hours at which something opens and closes; a dose may be lowered from 10 to 5, too."""
    start, end = max(first.number.at - NEAR, 0), second.number.after + NEAR
    parts = (side.words[start : first.number.at], side.words[second.number.after : end])
    senses = (sense for part in parts for sense in language.opening.find(part))
    has_word = any(sense.sentence == first.number.sentence for sense in senses)
    return has_word and first.unit is None and second.unit is None


def _unmeasured(side: ParsedText, language: Language, late: dict[int, float]) -> Counter[float]:
    """Count the numbers that may be hours of the day: those without a unit, and without “p. m.” in the text.

    Where a text has both 8 and 20, 20 is an hour only if it is named as one, or if 8 is not and 20 is at the place of
    “8 p.m.” in the other text: «20 Tabletten vor 8 Uhr» is not “8 tablets before 8 p.m.”
    """
    if re.search(r"\dp\.?m\b", re.sub(r"\s", "", side.normal), re.IGNORECASE):
        return Counter()
    items = [(at, item) for at, item in enumerate(amounts(side, language)) if _may_be_hour(side, item)]
    named = {item.number.value: False for _at, item in items}
    for _at, item in items:
        named[item.number.value] |= _is_named_hour(side, language, item)

    def is_hour(at: int, value: float) -> bool:
        early = value - 12
        return early not in named or named[value] or (not named[early] and late.get(at) == early)

    return Counter(item.number.value for at, item in items if is_hour(at, item.number.value))


def _may_be_hour(side: ParsedText, amount: Amount) -> bool:
    return amount.unit in (None, "hour") and unit_after(side, amount.number.end) in (None, "hour")


def _is_named_hour(side: ParsedText, language: Language, amount: Amount) -> bool:
    """Tell whether a number has minutes or the word for hours after it: 20:00, «20 Uhr», 20時."""
    rest, name = side.normal[amount.number.end :], hour_name(language.code)
    is_followed = bool(name) and rest.lstrip().lower().startswith(name.lower())
    return amount.unit == "hour" or is_followed or bool(re.match(r":\d\d", rest))


def _years(numbers: Counter[float], era: int) -> Counter[float]:
    """Return the numbers that may be years, for a language with another era."""
    return Counter({value: count for value, count in numbers.items() if value in YEARS and era})


def _drop_same(
    missing: Counter[float], added: Counter[float], from_: Counter[float], to: Counter[float], difference: int
) -> None:
    """Remove the pairs that are the same time of day or year, counted from another beginning."""
    for value in from_:
        same = min(missing[value], added[value + difference], from_[value], to[value + difference])
        missing[value] -= same
        added[value + difference] -= same


def _hints(side: ParsedText, language: Language) -> Counter[float]:
    """Count the words that may represent a number; where no spaces separate words, wherever they occur."""
    if side.script.words:
        found = (_hint(word.key, language) for word in side.words)
    else:
        found = (language.number_hints[text] for text in _any_hint(language).findall(side.plain))
    return Counter(value for values in found for value in values)


def _hint(key: str, language: Language) -> tuple[float, ...]:
    hints = language.number_hints
    prefix = next((part for part in language.prefixes if key.startswith(part) and key[len(part) :] in hints), "")
    by_ending = next((value for ending, value in language.number_endings.items() if key.endswith(ending)), ())
    return hints.get(key) or hints.get(key[len(prefix) :]) or by_ending


@cache
def _any_hint(language: Language) -> re.Pattern[str]:
    """Return a pattern of all words that represent a number, the longest first; without any, it matches nothing."""
    return re.compile("|".join(sorted(language.number_hints, key=len, reverse=True)) or "(?!)")


def _named(side: ParsedText, language: Language) -> Counter[float]:
    """Count the words that another language may write in digits: “once”, “first”."""
    return Counter(language.number_digits[word.key] for word in side.words if word.key in language.number_digits)


def _months(side: ParsedText, language: Language) -> Counter[float]:
    """Count the names of months, by their numbers."""
    months = (sense.meaning for sense in language.months.find(side.words) if sense.phrase[0].isupper())
    return Counter(float(MONTHS.index(month) + 1) for month in months)


def _dated(side: ParsedText, language: Language) -> Counter[float]:
    """Count the figures that may be months in a date: 3/14, 2026-03-14, 3月, «tháng 3»."""
    spans = [match.span() for match in _date_in_digits(language.code).finditer(side.normal)]
    dated = (n for n in figures(side, language) if any(start < n.end <= end for start, end in spans))
    return Counter(number.value for number in dated)


@cache
def _date_in_digits(lang: str) -> re.Pattern[str]:
    parts = [name.partition("3") for name in month_names(lang, 3)]
    names = "|".join(rf"{re.escape(before)}\d{{1,2}}\s?{re.escape(after)}" for before, number, after in parts if number)
    joined = r"\d{1,4}([/.-])\d{1,2}\1\d{1,4}(?!\d)|\d{1,2}/\d{1,2}(?!\d)"
    return re.compile(rf"(?<!\d)(?:{joined}|{names or '(?!)'})", re.IGNORECASE)


def check_number_order(subject: Subject) -> Iterator[Finding]:
    """Find numbers that changed places: «2 años … 3 meses» for “3 years … 2 months”.

    Some languages keep the order of the numbers in a sentence, even in a date. Only a temperature in
    both scales begins with the scale of the country: “100.4 °F (38 °C)”.
    """
    source, target = (_in_order(amounts(side, lang)) for side, lang in subject.sides)
    if source != target and sorted(source) == sorted(target):
        first, second = next((a, b) for a, b in zip(source, target) if a != b)
        yield Finding(
            f"“{first:g}” and “{second:g}” are in another order", "keep the numbers in the order of the English"
        )


def _in_order(pairs: tuple[Amount, ...]) -> list[float]:
    """Return the numbers in digits whose order matters."""
    both = {"fahrenheit", "celsius"} <= {amount.unit for amount in pairs}
    digits = (amount for amount in pairs if not amount.number.worded)
    return [amount.number.value for amount in digits if not (both and amount.unit in ("fahrenheit", "celsius"))]


def check_number_word(subject: Subject) -> Iterator[Finding]:
    """Compare the numbers in words: “two” is not «tres». Hints such as “both” may replace one.

    A language that has only hints need not write out its numbers, and only a small number may be missing.
    """
    (source, english), (target, language) = subject.sides
    source_words, target_words = number_words(source, english), number_words(target, language)
    expected, actual = Counter(n.value for n in source_words), Counter(n.value for n in target_words)
    missing = expected - actual - _spare(target, language, source, english)
    added = actual - expected - _spare(source, english, target, language)
    if any(word.key in english.between for word in source.words):
        added -= Counter(number.value for number in _between_two(target, language))
    if subject.is_reworded:
        added -= Counter(number.value for number in _repeated_numbers(target, language) if number.value in expected)
    if not language.number_words:
        missing = Counter({value: count for value, count in missing.items() if value <= WRITTEN_OUT})
    if not english.number_words:
        added = Counter({value: count for value, count in added.items() if value <= WRITTEN_OUT})
    texts = [{number.value: number.text for number in words} for words in (source_words, target_words)]
    for lost, new in _paired(sorted(missing.elements()), sorted(added.elements())):
        yield _changed(texts[0].get(lost or 0), texts[1].get(new or 0))


def _repeated_numbers(side: ParsedText, language: Language) -> Iterator[Number]:
    """Yield the numbers in words that add nothing: before a noun that has the same number elsewhere, or «las dos» alone.

    «A las dos» may be an hour, and «dos veces» another amount.
    """
    seen = set[tuple[float, str]]()
    for number in number_words(side, language):
        before, noun = _around(side, language, number)
        is_led = language.directions.get(before[0]) == "to" or before[0] in language.prepositions
        if (number.value, noun) in seen or (not noun and before[1] in language.free and not is_led):
            yield number
        elif noun:
            seen.add((number.value, noun))


def _between_two(side: ParsedText, language: Language) -> Iterator[Number]:
    """Yield the numbers that “between” implies: «entre dos citas», «entre los dos», but not «entre las dos dosis»."""
    for number in number_words(side, language):
        before, noun = _around(side, language, number)
        is_alone = not noun and before[1] in language.free and before[0] in language.between
        if number.value == 2 and (before[1] in language.between or is_alone):
            yield number


def _around(side: ParsedText, language: Language, number: Number) -> tuple[list[str], str]:
    """Return the two words before a number, and the noun after it; an empty text where there is none."""
    words = side.words
    before = ["", "", *(word.key for word in words[max(number.at - 2, 0) : number.at])][-2:]
    following = words[number.after] if number.after < len(words) else None
    is_noun = following and following.clause == words[number.at].clause and not _is_grammar(following.key, language)
    return before, following.key if following and is_noun else ""


def _is_grammar(key: str, language: Language) -> bool:
    return key in language.loose or key in language.function


def _spare(side: ParsedText, language: Language, other: ParsedText, other_language: Language) -> Counter[float]:
    """Return what may replace a number word in a text: hints, and digits that the other text lacks."""
    digits = Counter(n.value for n in figures(side, language))
    return _hints(side, language) + (digits - Counter(n.value for n in figures(other, other_language)))


def _paired(lost: Sequence[T], new: Sequence[T]) -> Iterator[tuple[T | None, T | None]]:
    """Pair missing with added items, in order, to report a change as one finding."""
    for index in range(max(len(lost), len(new))):
        yield (lost[index] if index < len(lost) else None, new[index] if index < len(new) else None)


def _changed(lost: str | None, new: str | None) -> Finding:
    if lost and new:
        return Finding(f"“{lost}” has become “{new}”", "write the number of the English")
    if lost:
        return Finding(f"“{lost}” is missing", "write the number of the English")
    return Finding(f"“{new}” is not in the English", "remove it, or write the number of the English")


def check_range(subject: Subject) -> Iterator[Finding]:
    """Find reversed ranges and shares: “38 to 39” and «39 a 38», “3 out of 4” and «4 de cada 3»."""
    source, target = (_joined(side, language) for side, language in subject.sides)
    for first, second in source:
        if (second, first) in target and (first, second) not in target:
            yield Finding(
                f"“{first:g} … {second:g}” is reversed in the translation", f"write {first:g} before {second:g}"
            )


def _joined(side: ParsedText, language: Language) -> set[tuple[float, float]]:
    numbers = [amount.number for amount in amounts(side, language)]
    return {
        (first.value, second.value)
        for first, second in pairwise(numbers)
        if first.value != second.value and _joiner(side, language, first, second)
    }


# Units of doses and measures, which must be in both texts even without a number.
MEASURES = frozenset(
    "microgram milligram gram kilogram microliter milliliter deciliter liter millimeter centimeter meter ounce pound "
    "fahrenheit celsius percent tablet capsule drop teaspoon tablespoon puff spray patch".split()
)


def check_unit(subject: Subject) -> Iterator[Finding]:
    """Compare each number's unit: 250 mg is not 250 g, and 12 months are not 12 years.

    Of a language without a table, only the units that CLDR names are known: none must have become another one.
    """
    yield from _changed_units(*(_named_amounts(side, language) for side, language in subject.sides))
    if not all(language.units.exact for _side, language in subject.sides):
        return
    expected, actual = (_measures(side, lang) for side, lang in subject.sides)
    for unit in sorted(expected - actual):
        yield Finding(f"the unit “{unit}” is missing", "write the unit of the English")
    for unit in sorted(actual - expected):
        yield Finding(f"the unit “{unit}” is not in the English", "write the unit of the English")


def _named_amounts(side: ParsedText, language: Language) -> tuple[Amount, ...]:
    if language.units.exact:
        return amounts(side, language)
    return tuple(Amount(number, unit_after(side, number.end)) for number in figures(side, language))


def _changed_units(source: tuple[Amount, ...], target: tuple[Amount, ...]) -> Iterator[Finding]:
    """Match amounts of the same value: first those of the same unit, then those without one."""
    left = list(target)
    unmatched = [amount for amount in source if not _take(left, amount.number.value, amount.unit)]
    unmatched = [amount for amount in unmatched if amount.unit and not _take(left, amount.number.value, None)]
    for amount in unmatched:
        other = next((item for item in left if item.number.value == amount.number.value and item.unit), None)
        if other:
            left.remove(other)
            yield Finding(
                f"“{amount.number.text}” has the unit “{amount.unit}” in English, but “{other.unit}” in the translation",
                "write the unit of the English",
            )


def _take(amounts_left: list[Amount], value: float, unit: str | None) -> bool:
    for amount in amounts_left:
        if amount.number.value == value and amount.unit == unit:
            amounts_left.remove(amount)
            return True
    return False


def _measures(side: ParsedText, language: Language) -> set[str]:
    return {sense.meaning for sense in language.units.find(side.words)} & MEASURES


def check_interval(subject: Subject) -> Iterator[Finding]:
    """Compare intervals: “every 3 months”, “twice a day”, “monthly”."""
    (source, english), (target, language) = subject.sides
    expected, actual = set(_intervals(source, english)), set(_intervals(target, language))
    if any(_full(side, lang) for side, lang in subject.sides):
        expected, actual = expected - {DAILY}, actual - {DAILY}
    for lost, new in _paired(sorted(expected - actual), sorted(actual - expected)):
        yield _changed(lost and _often(lost), new and _often(new))


TIMES = ("minute", "hour", "day", "week", "month", "year")


def _often(interval: tuple[float, str]) -> str:
    number, unit = interval
    return f"every {unit}" if number == 1 else f"every {number:g} {unit}s"


def _intervals(side: ParsedText, language: Language) -> Iterator[tuple[float, str]]:
    """Yield intervals as (number, unit): (3, "month") for “every 3 months”, (1, "day") for “twice a day”."""
    numbers = {amount.number.at: amount for amount in amounts(side, language)}
    for sense in language.interval_words.find(side.words):
        number, _, unit = sense.meaning.rpartition(" ")
        yield float(number or 1), unit
    for sense in language.every.find(side.words):
        yield from _period(side, language, numbers, sense.start + sense.length)
    for sense in language.rates.find(side.words):
        counted = numbers.get(sense.start - 2)
        is_full = counted is not None and (counted.number.value, counted.unit) in FULL
        if _is_counted(side, language, sense.start) and not is_full:
            yield from _period(side, language, numbers, sense.start + sense.length)


def _period(side: ParsedText, language: Language, numbers: dict[int, Amount], at: int) -> Iterator[tuple[float, str]]:
    if at in numbers and numbers[at].unit in TIMES:
        yield numbers[at].number.value, str(numbers[at].unit)
        return
    double = at < len(side.words) and side.words[at].key in language.other
    senses = language.units.find(side.words[at + double : at + double + 1])
    if senses and senses[0].meaning in TIMES:
        yield 2.0 if double else 1.0, senses[0].meaning


FULL = {(24, "hour"), (7, "day"), (12, "month")}
DAILY = (1.0, "day")


def _full(side: ParsedText, language: Language) -> Counter[float]:
    """Return the numbers that count a period in full: “24 hours a day, 7 days a week”, which is every day."""
    rated = {sense.start for sense in language.rates.find(side.words)}
    found = (amount for amount in amounts(side, language) if amount.number.after + 1 in rated)
    return Counter(amount.number.value for amount in found if (amount.number.value, amount.unit) in FULL)


def _is_counted(side: ParsedText, language: Language, at: int) -> bool:
    """Return whether a count precedes “a day”: “twice a day”, “4 visits a year”, “one row a day”."""
    before = side.words[max(at - 2, 0) : at]
    one = len(before) == 2 and (before[0].key[0].isdigit() or before[0].key in language.ones)
    return one or any(word.key in language.counts for word in before[-1:])


def check_date(subject: Subject) -> Iterator[Finding]:
    """Compare dates as day, month and year."""
    (source, english), (target, language) = subject.sides
    expected, actual = Counter(_dates(source, english)), Counter(_dates(target, language))
    for lost, new in zip(sorted((expected - actual).elements()), sorted((actual - expected).elements())):
        yield Finding(f"the date “{lost}” has become “{new}”", "write the date of the English")
    if language.all_months and set(expected) - set(actual) and not actual - expected:
        yield Finding(f"the date “{min(set(expected) - set(actual))}” is missing", "write the date of the English")


YEARS = range(1800, 2200)


def _dates(side: ParsedText, language: Language) -> Iterator[str]:
    numbers = figures(side, language)
    for sense in language.months.find(side.words):
        if language.code.startswith("en") and not side.words[sense.start].text[0].isupper():
            continue
        near = [n for n in numbers if -3 <= n.at - sense.start <= 3 and n.sentence == sense.sentence]
        days = [n for n in near if 1 <= n.value <= 31 and abs(n.at - sense.start) <= 2]
        days.sort(key=lambda number: abs(number.at - sense.start))
        years = [n for n in near if n.value in YEARS and n.at > sense.start]
        if days or years:
            day = f"{days[0].value:g} " if days else ""
            yield f"{day}{sense.meaning}{f' {years[0].value:g}' if years else ''}"
