"""The letters of a language, by CLDR or a translator's file."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache

from carepress.text.cldr import has_table, language_row
from carepress.text.icu_library import load_icu
from carepress.text.language import formatting_locale
from carepress.text.language_file import language_file


def letters_of(lang: str) -> tuple[str, ...]:
    """Return the letters that a language is written with, small and capital; none if neither knows them.

    Marks that are typed after a letter are letters, too.
    """
    file = language_file(lang)
    if file and file.letters:
        return tuple(sorted({*file.letters.lower(), *file.letters.upper()} - {" "}))
    return letters_by_cldr(lang)


@cache
def letters_by_cldr(lang: str) -> tuple[str, ...]:
    """Return the letters of a language, small and capital; none if CLDR does not know it."""
    exemplars = language_row(lang).letters if has_table(lang) else _letters_by_icu(lang)
    return tuple(sorted({letter for item in exemplars for form in (item, item.upper()) for letter in form}))


def _letters_by_icu(lang: str) -> Iterable[str]:
    icu, locale = load_icu(lang), formatting_locale(lang)
    if locale.partition("_")[0] not in icu.Locale.getAvailableLocales():
        return ()  # ICU would return the letters of the machine's language
    exemplars: Iterable[str] = icu.LocaleData(locale).getExemplarSet(0, 0)
    return exemplars


def marks_of(lang: str) -> list[str]:
    """Return the marks on letters of a language, which some keyboards type apart; the most frequent first."""
    parts = (unicodedata.decomposition(letter).split() for letter in letters_of(lang))
    marks = Counter(chr(int(part[1], 16)) for part in parts if len(part) == 2)
    return [mark for mark, _count in marks.most_common() if unicodedata.combining(mark)]
