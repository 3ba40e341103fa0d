"""Languages: BCP 47 tags, text direction, and the locale that formats dates and numbers.

A language is named as gettext and Babel name its locale, such as `es_419`. HTML, EPUB, PDF and OPDS need the
BCP 47 tag (RFC 5646), such as `es-419`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from carepress.model import PublishError
from carepress.text.babel_patches import corrected_locale, give_each_locale_its_own_data
from carepress.text.language_file import LanguageFile, language_file, language_path

# CLDR's pseudo-locales for testing, which Babel does not know: accented English, and English set right to left.
# Each has the locale that formats its dates and numbers, and its direction.
PSEUDO_LOCALES = {"en_XA": ("en", "ltr"), "ar_XB": ("en", "rtl")}

give_each_locale_its_own_data()


def language_tag(locale: str) -> str:
    """Return the BCP 47 tag of a locale: `es-419` for `es_419`."""
    return locale.replace("_", "-")


def base_language(code: str) -> str:
    """Return the code of a language in two letters if it has one, without its region: `es` for `es_419` and `spa`."""
    base = re.split(r"[-_]", code.casefold())[0]
    return str(get_global("language_aliases").get(base, base))


def formatting_locale(lang: str) -> str:
    """Return the locale that formats dates and numbers: the language itself, except for a pseudo-locale."""
    return PSEUDO_LOCALES[lang][0] if lang in PSEUDO_LOCALES else lang


def is_known(lang: str) -> bool:
    """Tell whether CLDR has a language, or a translator describes it. Raises PublishError for a broken description."""
    try:
        return bool(locale_of(lang))
    except (UnknownLocaleError, ValueError):
        return False


def check_known(lang: str) -> None:
    """Raise PublishError for a language that CLDR lacks and no language.toml describes."""
    if not is_known(lang):
        hint = f"use a code such as en, es or es_419, or describe the language in {language_path(lang)}"
        raise PublishError(lang, None, "unknown language", hint)


def locale_of(lang: str) -> Locale:
    """Return the locale of a language, with the corrections of its language.toml.

    Raises PublishError for a broken file, and UnknownLocaleError or ValueError for an unknown language.
    """
    return _locale(formatting_locale(lang), language_file(lang))


@lru_cache(maxsize=64)
def _locale(lang: str, file: LanguageFile | None) -> Locale:
    return corrected_locale(lang, file) if file else Locale.parse(lang)


def language_name(lang: str, shown_in: str = "en") -> str:
    """Return the name of a language with its region in another, or else its name in itself, or its code.

    In English, `es_419` is `Spanish (Latin America)`.
    """
    locale, file = locale_of(lang), language_file(lang)
    if file and file.english_name and shown_in.split("_")[0] == "en":
        return file.english_name
    name = locale.get_display_name(locale_of(shown_in))
    return str(name or locale.get_display_name(locale) or lang)


def source_name(lang: str) -> str:
    """Return the English name of the language that a book is written in, without a region: `English` for `en_GB`."""
    return language_name(locale_of(lang).language)


def own_name(lang: str) -> str:
    """Return the name of a language in itself, as a title: with a capital at its beginning, as CLDR has it elsewhere."""
    locale = locale_of(lang)
    with_script = locale.languages.get(f"{locale.language}_{locale.script}")  # 简体中文, not 中文 (简体)
    name = str(with_script or language_name(lang, lang))
    return name[:1].title() + name[1:]


def text_direction(lang: str) -> str:
    """Return the direction of a language: `ltr` or `rtl`."""
    return PSEUDO_LOCALES[lang][1] if lang in PSEUDO_LOCALES else locale_of(lang).text_direction


def language_script(lang: str) -> str:
    """Return the script that a language is written in, by ISO 15924: `Cyrl` for `ru`, `Hant` for `zh_TW`."""
    locale = locale_of(lang)
    if locale.script:
        return str(locale.script)
    likely = get_global("likely_subtags")
    names = (f"{locale.language}_{locale.territory}", locale.language)
    return next((str(likely[name].split("_")[1]) for name in names if name in likely), "Latn")
