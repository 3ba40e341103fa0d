"""Plural forms: which numbers a form is printed for, and where it may leave its number out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import polib
from babel.messages.plurals import get_plural
from babel.plural import PluralRule, to_gettext

from carepress.text.inline import one_line
from carepress.text.language import locale_of
from carepress.text.language_file import language_file
from carepress.text.plural_header import COUNTS, GERMANIC, NUMBERS, PluralForms, read_forms

HEADER = "Plural-Forms"
PRINTF = re.compile(r"%\(\w+\)s")
# In the order of CLDR and of gettext's own headers.
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
NAMED = 3


def forms_of(catalog: polib.POFile) -> PluralForms:
    """Return the plural forms of a catalog that `read_po` has accepted."""
    forms = read_forms(catalog.metadata.get(HEADER, ""))
    assert forms is not None
    return forms


@cache
def served_by(form: int, forms: PluralForms) -> tuple[int, ...]:
    """Return the numbers that a form is printed for."""
    return tuple(number for number in NUMBERS if forms.form(number) == form)


# --- The count -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LostCount:
    """A plural form that does not say its number: what is wrong, and what to do."""

    message: str
    hint: str


def lost_counts(entry: polib.POEntry, forms: PluralForms) -> Iterator[LostCount]:
    """Yield the placeholders that the plural forms of an entry lack.

    A form for a single number may spell it out (“every month”); in one for several, all would read alike. So would two
    forms for single numbers that have the same text.
    """
    singular, plural = (Counter(PRINTF.findall(text)) for text in (entry.msgid, entry.msgid_plural))
    # Which placeholder is the number? That of the plural alone; if the singular has all, it may be any.
    counts = set(plural - singular or plural)
    spelled: dict[str, int] = {}
    for form, text in entry.msgstr_plural.items():
        lost, served = plural - Counter(PRINTF.findall(text)), served_by(form, forms)
        if not served or not lost:
            continue
        if len(served) > 1 or lost.total() > 1 or not counts.issuperset(lost):
            yield _lost(form, min(lost), served)
        elif text.strip() and served[0] in COUNTS:
            earlier = spelled.setdefault(one_line(text), served[0])
            if earlier != served[0]:
                message = f"the translation in msgstr[{form}], printed for {served[0]}, is the one for {earlier}"
                yield LostCount(message, f"spell out {served[0]}, or write {min(lost)}")


def _lost(form: int, name: str, served: tuple[int, ...]) -> LostCount:
    if len(served) == 1:
        where, hint = f"for {served[0]}", "keep each placeholder of the English, but the number"
    else:
        where = f"for {', '.join(map(str, served[:NAMED]))}{' and more' if len(served) > NAMED else ''}"
        hint = f"write {name} there, since only a form for a single number may leave it out"
    return LostCount(f"the translation lacks the placeholder “{name}” in msgstr[{form}], printed {where}", hint)


def english_of(entry: polib.POEntry, form: int, forms: PluralForms) -> str:
    """Return the source to compare a plural form with: the singular or the plural.

    If the form leaves its number out, so does the source; if it writes it in figures, so does the source.
    """
    text, served = entry.msgstr_plural[form], served_by(form, forms)
    one, placed = served == (1,), Counter(PRINTF.findall(text))
    lost = Counter(PRINTF.findall(entry.msgid_plural)) - placed
    if not lost:
        has_all = Counter(PRINTF.findall(entry.msgid)) == placed
        return str(entry.msgid if one and has_all else entry.msgid_plural)
    if len(served) == 1 and _has_figure(text, served[0]):
        return _filled(entry.msgid_plural, lost, str(served[0]))
    return _filled(entry.msgid if one else entry.msgid_plural, lost, "")


def _has_figure(text: str, number: int) -> bool:
    """Return whether a text has a number in figures of any script."""
    return any(len(digits) < 10 and int(digits) == number for digits in re.findall(r"\d+", text))


def _filled(text: str, lost: Counter[str], number: str) -> str:
    for name in lost:
        text = text.replace(name, number)
    return one_line(text)


# --- The rules of languages ------------------------------------------------------------------


def plural_forms(lang: str) -> str:
    """Return the header for a language: that of its language.toml, or Babel's, which is customary, or else CLDR's."""
    if own := _own_forms(lang):
        return own.header
    customary, rule = read_forms(str(get_plural(lang))), _rule(lang)
    if rule is None or (customary and all(customary.form(n) == _place(rule, n) for n in COUNTS)):
        return customary.header if customary else GERMANIC
    return _header_of(rule)


def _own_forms(lang: str) -> PluralForms | None:
    """Return the rule in the language.toml of a language, or None if it has none."""
    file = language_file(lang)
    return read_forms(file.plurals) if file and file.plurals else None


def _rule(lang: str) -> PluralRule | None:
    """Return the rule of a language; None if it has a single form, or is unknown to CLDR: Babel does not say which."""
    rule = locale_of(lang).plural_form
    return rule if rule.rules else None


def _place(rule: PluralRule, number: int) -> int:
    return _categories(rule).index(rule(number))


@cache
def _categories(rule: PluralRule) -> tuple[str, ...]:
    """Return the categories of whole numbers; those of fractions and millions need no form."""
    used = {rule(number) for number in (0, *COUNTS)}
    return tuple(category for category in CATEGORIES if category in used)


def _header_of(rule: PluralRule) -> str:
    """Return the header of a CLDR rule; its last form has the numbers that no other has."""
    return to_gettext(PluralRule({category: _of_whole(rule.rules[category]) for category in _categories(rule)[:-1]}))


def _of_whole(condition: str) -> str:
    """Return a condition of CLDR without its terms on the digits of fractions, which whole numbers do not have."""
    kept = []
    for branch in condition.split(" or "):
        terms = branch.split(" and ")
        fixed = [term for term in terms if term[0] in "vwftce"]
        if all(PluralRule({"one": term})(1) == "one" for term in fixed):
            kept.append(" and ".join(term for term in terms if term not in fixed))
    return " or ".join(kept)


def shared_form(forms: PluralForms, lang: str) -> tuple[int, int] | None:
    """Return two numbers that have one form in a catalog, but two in the language; None if there are none.

    A catalog may have more forms than the language, and in another order.
    """
    own, rule = _own_forms(lang), _rule(lang)
    category: Callable[[int], object] | None = own.form if own else rule
    first: dict[int, int] = {}
    for number in COUNTS if category else ():
        earlier = first.setdefault(forms.form(number), number)
        if category and category(earlier) != category(number):
            return earlier, number
    return None
