"""The texts of the shelf in one language, for the page and the catalogs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit
from jinja2 import Environment
from markupsafe import Markup

from carepress.pages.environment import translated_environment, untagged
from carepress.pages.messages import message_finder
from carepress.shelf.entries import ShelfFile
from carepress.text.language import language_name, language_script, language_tag, locale_of, own_name, text_direction
from carepress.translation.load import translate_interface
from carepress.workspace.project import Project


@dataclass(frozen=True, slots=True)
class ShelfWords:
    """A language of the shelf: its template environment, and the names in templates/shelf/words.j2."""

    lang: str
    locale: Locale
    environment: Environment
    title: str
    choice: str
    names: dict[str, str]
    purposes: dict[str, str]

    @property
    def html_lang(self) -> str:
        """The language tag (BCP 47)."""
        return language_tag(self.lang)

    @property
    def direction(self) -> str:
        """The writing direction: ltr or rtl."""
        return text_direction(self.lang)

    @property
    def language(self) -> str:
        """The language's name for itself."""
        return own_name(self.lang)

    def latin_name(self, lang: str) -> tuple[str, str]:
        """Return the language's name in Latin letters, if its own has others, which a device may lack.

        It is in another language, or in English if that has other letters too; its tag (BCP 47) is the first item.
        """
        if language_script(self.lang) == "Latn":
            return "", ""
        lang = lang if language_script(lang) == "Latn" else "en"
        return language_tag(lang), language_name(self.lang, lang)

    def name(self, entry: ShelfFile) -> str:
        """Return the name of an edition, with the first day of a dated one."""
        name = self.names[entry.edition]
        return self.joined("dated", name, self.date(entry.weeks[0])) if entry.weeks else name

    def joined(self, macro: str, *texts: str | tuple[str, ...]) -> str:
        """Return texts as a macro of templates/shelf/words.j2 joins them."""
        module = self.environment.get_template("shelf/words.j2").module
        return untagged(getattr(module, macro)(*texts))

    def date(self, day: date) -> str:
        """Return a date in words."""
        return format_date(day, "long", locale=self.locale)

    def languages(self, langs: tuple[str, ...]) -> str:
        """Return the names of languages, such as “English and Spanish”."""
        names = [language_name(lang, self.lang) for lang in langs]
        return format_list(names, locale=self.locale)

    def size(self, count: int) -> str:
        """Return a number of bytes in decimal kB or MB, as phones show it."""
        if count < 1_000_000:
            return format_unit(max(1, round(count / 1000)), "kilobyte", "short", locale=self.locale)
        return format_unit(round(count / 1_000_000, 1), "megabyte", "short", locale=self.locale)


def shelf_words(project: Project, lang: str, books: Iterable[Path] = ()) -> ShelfWords:
    """Return the words of a language; one of the `books` may bring their catalog. Raises PublishError for a bad one."""
    interface = translate_interface(project, lang, books)
    environment = translated_environment(project.templates, message_finder(interface, text_direction(lang)))
    locale = locale_of(lang)
    environment.filters["number"] = lambda value: format_decimal(value, locale=locale)
    module = vars(environment.get_template("shelf/words.j2").make_module())
    title, choice = (Markup(module[name]).unescape() for name in ("title", "choice"))
    names, purposes = (
        {edition: Markup(text).unescape() for edition, text in module[table].items()} for table in ("names", "purposes")
    )
    return ShelfWords(lang, locale, environment, title, choice, names, purposes)
