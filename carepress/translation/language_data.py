"""Check that dates are in the language of the book: what CLDR lacks, Babel fills with the data of another language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from babel import Locale
from babel.core import get_global
from babel.dates import format_interval

from carepress.model import Problem
from carepress.text.babel_patches import own_data
from carepress.text.language import language_name, locale_of
from carepress.text.language_file import FIRST, LISTS, language_path

LANGUAGE_DATA = "language-data"
# A key of language.toml, the data of Babel, and what they are for.
NAMES = (("months", "months"), ("weekdays", "days"))
PERIOD = (date(2025, 1, 27), date(2025, 2, 3))


def check_language_data(lang: str) -> Iterator[Problem]:
    """Yield a warning for each part of a language's dates that is not its own, or lacks a month."""
    locale = locale_of(lang)
    for key, kind in NAMES:
        if owner := _owner(locale, kind):
            message = f"the names of {key} in {language_name(lang)} dates are {owner}"
            yield _problem(lang, message, f"write {key} there: {LISTS[key]} names, from {FIRST[LISTS[key]]}")
    for skeleton in ("yMMMMd", "yMMMd"):
        text = format_interval(*PERIOD, skeleton, locale=locale)
        if not all(_names_month(text, day.month, locale) for day in PERIOD):
            message = f"January 27 to February 3 is “{text}” in {language_name(lang)}, which lacks a month"
            pattern = locale.date_formats["long"].pattern
            yield _problem(lang, message, f'write date = "{pattern}" there')
            return


def _owner(locale: Locale, kind: str) -> str:
    """Return whose names of months or days a locale has, if they are not its own: “those of French”."""
    names = _names(getattr(locale, kind))
    if names == _names(own_data("root")[kind]):
        return f"none, only {names[0]}, {names[1]} …"
    parent = get_global("parent_exceptions").get(str(locale), "")
    # Norwegian is the parent of Bokmål and Nynorsk.
    is_other = parent and parent.split("_")[0] not in (locale.language, "no")
    if is_other and names == _names(getattr(Locale.parse(parent), kind)):
        return f"those of {Locale(parent.split('_')[0]).english_name}"
    return ""


def _names(data: Mapping[str, Any]) -> list[str]:
    names = data["format"]["wide"]
    return [names[number] for number in sorted(names)]


def _names_month(text: str, month: int, locale: Locale) -> bool:
    """Tell whether a text has a month, as a name or as a number."""
    names = {locale.months[use][size][month] for use in ("format", "stand-alone") for size in ("wide", "abbreviated")}
    return any(name in text for name in names) or bool(re.search(rf"(?<!\d)0?{month}(?!\d)", text))


def _problem(lang: str, message: str, hint: str) -> Problem:
    return Problem(LANGUAGE_DATA, "warning", language_path(lang), None, message, f"{hint}; see docs/translating.md")
