"""Languages: BCP 47 tags, text direction, and the locale that formats dates and numbers.

A language is named as gettext and Babel name its locale, such as `es_419`. HTML, EPUB, PDF and OPDS need the
BCP 47 tag (RFC 5646), such as `es-419`.
"""

from __future__ import annotations

from babel import Locale
from babel.core import get_global

# CLDR's pseudo-locales for testing, which Babel does not know: accented English, and English set right to left.
# Each has the locale that formats its dates and numbers, and its direction.
PSEUDO_LOCALES = {"en_XA": ("en", "ltr"), "ar_XB": ("en", "rtl")}


def language_tag(locale: str) -> str:
    """Return the BCP 47 tag of a locale: `es-419` for `es_419`."""
    return locale.replace("_", "-")


def formatting_locale(lang: str) -> str:
    """Return the locale that formats dates and numbers: the language itself, except for a pseudo-locale."""
    return PSEUDO_LOCALES[lang][0] if lang in PSEUDO_LOCALES else lang


def text_direction(lang: str) -> str:
    """Return the direction of a language: `ltr` or `rtl`."""
    return PSEUDO_LOCALES[lang][1] if lang in PSEUDO_LOCALES else Locale.parse(lang).text_direction


def language_script(lang: str) -> str:
    """Return the script that a language is written in, by ISO 15924: `Cyrl` for `ru`, `Hant` for `zh_TW`."""
    locale = Locale.parse(formatting_locale(lang))
    if locale.script:
        return str(locale.script)
    likely = get_global("likely_subtags")
    names = (f"{locale.language}_{locale.territory}", locale.language)
    return next((str(likely[name].split("_")[1]) for name in names if name in likely), "Latn")
