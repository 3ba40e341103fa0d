"""Locales of Babel 2.18 that share no data, and those with the corrections of a translator.

Babel has no public way to make them: this module replaces private attributes of `Locale`.
"""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from babel import Locale, UnknownLocaleError, localedata

from carepress.text.language_file import DAYS, LanguageFile

CORRECTED = "carepress_data"
ORDERS = {"ltr": "left-to-right", "rtl": "right-to-left"}


@cache
def own_data(name: str) -> localedata.LocaleDataDict:
    """Return the data of a locale, or of "root", which share nothing with those of others.

    `babel.localedata.load` returns data that locales share: never read a value from them.
    """
    data: Any = copy.deepcopy(localedata.load(name))
    return localedata.LocaleDataDict(data)


def give_each_locale_its_own_data() -> None:
    """Load the data of each locale so that it shares nothing with others; a corrected one has its own.

    Babel resolves aliases in data that locales share: French has the weekdays of Swahili if those were asked for
    before.
    """
    Locale._data = property(  # type: ignore[assignment]
        lambda self: getattr(self, CORRECTED, None) or own_data(str(self))
    )


def corrected_locale(lang: str, file: LanguageFile) -> Locale:
    """Return the locale of a language with what a translator says about it.

    Raises PublishError if CLDR lacks the language and the file does not have all that is needed.
    """
    try:
        locale = Locale.parse(lang)
        data = own_data(str(locale))
    except UnknownLocaleError:
        file.check_complete(lang)
        locale, data = Locale.parse("en"), own_data("root")
        locale.language = lang.split("_")[0]
    corrected = copy.deepcopy(data)
    _correct(corrected, lang, file)
    setattr(locale, CORRECTED, corrected)
    return locale


def _correct(data: localedata.LocaleDataDict, lang: str, file: LanguageFile) -> None:
    from babel.dates import parse_pattern  # late: it reads the zones of the system, and few languages have a file

    if file.name:
        data["languages"][lang] = data["languages"][lang.split("_")[0]] = file.name
    if file.direction:
        data["character_order"] = ORDERS[file.direction]
    if file.first_day:
        data["week_data"]["first_day"] = DAYS.index(file.first_day)
    for kind, full, short, first in (
        ("months", file.months, file.months_short, 1),
        ("days", file.weekdays, file.weekdays_short, 0),
    ):
        if full or short:
            data[kind] = _names(data[kind]["format"], dict(enumerate(full, first)), dict(enumerate(short, first)))
    for key, pattern in _patterns(file).items():
        data["datetime_skeletons"][key] = parse_pattern(pattern)
    if file.date:
        data["date_formats"]["long"] = parse_pattern(file.date)
        # Without patterns of their own, the two days of a period are written in full.
        for skeleton in ("yMMMMd", "yMMMd"):
            data["interval_formats"][skeleton] = {}


def _names(known: Any, full: dict[int, str], short: dict[int, str]) -> dict[str, Any]:
    """Return names as Babel has them: for dates and for use by themselves, in three lengths."""
    short = short or full
    lengths = {"wide": full or dict(known["wide"]), "abbreviated": short, "narrow": short}
    return {"format": lengths, "stand-alone": copy.deepcopy(lengths)}


def _patterns(file: LanguageFile) -> dict[str, str]:
    """Return the patterns of a file by their skeletons in CLDR."""
    patterns = {
        "yMMMMd": file.date,
        "yMMMd": file.date.replace("MMMM", "MMM"),
        "yMMMM": file.month,
        "MMMEd": file.day,
    }
    return {key: pattern for key, pattern in patterns.items() if pattern}
