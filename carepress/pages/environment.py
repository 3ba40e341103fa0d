"""The Jinja environment: what every template can use, in one language and for one medium."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from carepress.inline import Blank, Emphasis, Inline, Link, Strong, Text, parse_inline
from carepress.model import Book, Medium, Segment, Term
from carepress.pages.drawings import drawing_svg, plain

Anchor = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Setting:
    """What pages are rendered for: the book in its language, the medium, and a hospital's values."""

    book: Book
    medium: Medium
    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]
    anchor: Anchor
    values: Mapping[str, str]
    draft: bool

    @property
    def locale(self) -> Locale:
        return Locale.parse(self.book.lang)

    @property
    def html_lang(self) -> str:
        """The language as BCP 47 has it: es-419, not es_419."""
        return self.book.lang.replace("_", "-")


def make_environment(templates: Path, setting: Setting) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        setting.gettext, setting.ngettext, newstyle=True
    )
    locale, book = setting.locale, setting.book
    environment.filters |= {
        "date": lambda day: format_date(day, "long", locale=locale),
        "reviewed": lambda text: _reviewed(text, locale),
        "number": lambda value: format_decimal(value, locale=locale),
        "sorted_terms": lambda terms: sorted(terms, key=lambda term: _term_key(term, book.lang)),
    }
    environment.globals |= {
        "book": book,
        "medium": setting.medium,
        "draft": setting.draft,
        "lang": setting.html_lang,
        "direction": locale.text_direction,
        "language_name": (locale.get_display_name(locale) or book.lang).capitalize(),
        "kind_of": lambda node: type(node).__name__,
        "text": lambda segment: segment_html(segment, setting),
        "plain": plain,
        "anchor": setting.anchor,
        "blank": lambda name: blank_html(name, setting),
        "drawing": drawing_svg,
    }
    return environment


def _reviewed(text: str, locale: Locale) -> str:
    """Format an ISO date of month precision or day precision: "November 2022", "January 17, 2025"."""
    if len(text) == len("2022-11"):
        return str(format_skeleton("yMMMM", date.fromisoformat(f"{text}-01"), locale=locale))
    return str(format_date(date.fromisoformat(text), "long", locale=locale))


def _term_key(term: Term, lang: str) -> str:
    """Return a key that sorts words as a dictionary does: accents last, and Spanish ñ after n."""
    word = plain(term.term).casefold().lstrip("«“\"‘'¿¡(")
    if lang.split("_")[0] == "es":
        word = word.replace("ñ", "n\uffff")
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def segment_html(segment: Segment, setting: Setting) -> Markup:
    """Return a segment's inline markup. What is not translated is marked as English."""
    html = _html(parse_inline(segment.text), setting)
    if setting.medium == "pdf":
        # Tells after layout on which page a segment stands: carepress/pdf/write.py.
        html = Markup('<span data-at="{}:{}">{}</span>').format(segment.path, segment.line, html)
    if segment.lang == setting.book.lang:
        return html
    lang = segment.lang.replace("_", "-")
    return Markup('<span class="untranslated" lang="{0}" xml:lang="{0}">{1}</span>').format(lang, html)


def _html(nodes: tuple[Inline, ...], setting: Setting) -> Markup:
    return Markup("").join(_node(node, setting) for node in nodes)


def _node(node: Inline, setting: Setting) -> Markup:
    match node:
        case Text(text):
            return escape(text)
        case Strong(children):
            return Markup("<strong>{}</strong>").format(_html(children, setting))
        case Emphasis(children):
            return Markup("<em>{}</em>").format(_html(children, setting))
        case Blank(name):
            return blank_html(name, setting)
        case Link(target, children):
            scheme = target.partition(":")[0]
            look = {"term": "term", "chapter": "xref", "sheet": "xref"}.get(scheme, "web")
            return Markup('<a class="{}" href="{}">{}</a>').format(
                look, setting.anchor(target), _html(children, setting)
            )


def blank_html(name: str, setting: Setting) -> Markup:
    """Return the hospital's words for a placeholder, or lines to write them on."""
    if value := setting.values.get(name):
        return Markup('<span class="value">{}</span>').format(value)
    lines = next(item.lines for item in setting.book.placeholders if item.id == name)
    rules = Markup('<span class="rule"></span>') * lines
    return Markup('<span class="blank">{}</span>').format(rules)
