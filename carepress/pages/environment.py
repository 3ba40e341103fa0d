"""The Jinja environment of every template, in one language and for one medium."""

from __future__ import annotations

import itertools
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any, get_args

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import format_decimal
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from carepress.model import (
    Book,
    Field,
    FieldWidth,
    HandoutLayout,
    Heading,
    Hospital,
    IndexEntry,
    Interface,
    Key,
    Medium,
    Placeholder,
    Provenance,
    Reason,
    ResourceKind,
    Segment,
    Translations,
)
from carepress.model.hospital import EMERGENCY
from carepress.pages.columns import two_columns
from carepress.pages.drawings import drawing_svg, ornament_svg, plain
from carepress.pages.elsewhere import explained_terms, messages_elsewhere
from carepress.pages.hospital import logo_html, qr_svg
from carepress.pages.messages import FindMessage, message_finder, message_functions
from carepress.text.bidi import direction_in, first_direction, is_right_to_left, split_runs
from carepress.text.collation import index_letter, sort_key
from carepress.text.hyphens import breakable
from carepress.text.inline import Blank, Emphasis, Inline, Link, Strong, Text, parse_inline, plain_text
from carepress.text.language import language_tag, locale_of, own_name, text_direction
from carepress.text.line_breaks import HANGUL, NO_BREAK, keep_korean
from carepress.text.nobreak import NBSP, bind_spaces, bind_units, compounds, fits_cell
from carepress.text.reading_order import SHORT_WHOLE, WHOLE
from carepress.text.typefaces import credits_of
from carepress.workspace.cache import Cache
from carepress.workspace.fingerprint import build_fingerprint

Anchor = Callable[[str], str]
SEE_LAST_PAGE = "See the last page."  # as in templates/handout.j2
NOTED = "%(words)s (%(note)s)"  # as in templates/joins.j2
CLOSING_QUOTES = ("»", "”")
# Kinds of text whose words are kept together: those in large type, and running text. In the narrow columns of tables
# and forms, every space must allow a break.
# What may be longer than a line, in scripts with spaces between words.
ONE_NUMBER = re.compile(r"[^()\[\]a-zA-Z\u00b5\u03bc\u00b0<>≤≥]+")  # to PDFium, which divides others
VERY_LONG = re.compile("[!-~\u00a1-\u052f\u1e00-\u1fff]{24,}")
# Titles, and the most letters that are bound on their last line: that of a part is in very large type.
TITLES = {"part title": 17, "chapter title": 24, "heading": 24, "sheet title": 24, "handout title": 24}
RUNNING = {
    "paragraph",
    "caption",
    "subtitle",
    "handout promise",
    "in this handout",
    "part introduction",
    "resource text",
    "source",
}


def fragment(target: str) -> str:
    """Return the id of the target of an internal link."""
    scheme, _, name = target.partition(":")
    return name.replace("#", "-") if scheme == "chapter" else f"{scheme}-{name}"


def print_anchor(target: str) -> str:
    """Return the address of a link in a book that is one document."""
    return f"#{fragment(target)}" if is_internal(target) else target


def is_internal(target: str) -> bool:
    """Tell whether a link leads to a chapter, term or sheet of the book."""
    return target.startswith(("chapter:", "term:", "sheet:"))


@dataclass(frozen=True, slots=True)
class RenderContext:
    """Everything that rendering a book needs: templates, language, medium and a hospital's values."""

    book: Book
    templates: Path
    interface: Interface = field(default_factory=Interface)
    values: Mapping[str, str] = field(default_factory=dict)
    """The hospital's text for each placeholder; the others become lines to write on."""
    draft: bool = False
    reason: Reason = "translation"
    """Why a draft is one."""
    weeks: tuple[date, ...] = ()
    """The first day of each week that fillable sheets are dated for."""
    hospital: Hospital | None = None
    """Provides its own covers, imprint and colors."""
    provenance: Provenance | None = None
    medium: Medium = "pdf"
    anchor: Anchor = print_anchor
    """The function from the target of a link to its address."""
    lines_apart: bool = False
    """Leave out a placeholder without a value: the template prints its lines elsewhere."""
    narrow: bool = False
    """Titles are in columns too narrow for a long last line."""
    fillable: bool = False
    """Sheets are forms to type in."""
    in_cell: bool = False
    """The text is in a cell of a table, where every space must allow a break."""
    layout: HandoutLayout = field(default_factory=HandoutLayout)
    """How the pages of a handout are filled."""
    elsewhere: Mapping[str, tuple[str, int | None]] = field(default_factory=dict)
    """For each target that these pages do not have, the message that says where it is, and the number of a handout."""
    explained: frozenset[str] | None = None
    """The terms that these pages explain, or None for all."""
    unfit: frozenset[str] = frozenset()
    """The source positions, as "path:line", of texts that do not fit: a draft marks them."""
    value_langs: tuple[str, ...] = ()
    """The languages of `values`, two in the bilingual edition; () for that of the book."""
    source_words: Interface = field(default_factory=Interface)
    """The interface in the language that the book is written in, for the bilingual edition; otherwise English."""

    def on_last_page(self, name: str) -> bool:
        """Tell whether the text of a handout refers to its back cover for a placeholder without a value."""
        places = self.book.placeholders if self.book.cut and not self.values.get(name) else ()
        return any(item.id == name and (item.call or item.needed or item.id == EMERGENCY) for item in places)

    def message_finder(self) -> FindMessage:
        """Return the function that finds the messages in the language of the pages."""
        return message_finder(self.interface, self.direction)

    def bound_message(self, message: str, **values: str) -> Markup:
        """Return a message with no-break spaces; `values` are filled in, and others left to fill in."""

        def find(key: Key, plural: str | None, count: int) -> str:
            text = self.interface.lookup(key, plural, count)
            for name, value in values.items():
                text = text.replace(f"%({name})s", value)
            return bind_spaces(text)

        return message_finder(Interface(find, self.interface.missing), self.direction)((None, message), None, 1)

    @property
    def locale(self) -> Locale:
        """The locale that formats dates and numbers."""
        return locale_of(self.book.lang)

    @property
    def direction(self) -> str:
        """The direction of the text: ltr or rtl."""
        return text_direction(self.book.lang)

    @property
    def html_lang(self) -> str:
        """The language as a BCP 47 tag: es-419, not es_419."""
        return language_tag(self.book.lang)


class _TemplateCache(BytecodeCache):
    """Compiled templates, in memory and next to the bytecode that Python itself caches.

    They are not in the output folder, which others may write to: bytecode is code. There is one entry for each name; a
    template is compiled again if its text or this program has changed.
    """

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}
        self.files = Cache(Path(cache_from_source(__file__)).parent)

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the key of a template: the copies of a project share entries."""
        return f"{name.replace('/', '-')}.{sys.implementation.cache_tag}"

    def get_source_checksum(self, source: str) -> str:
        return sha256(f"{build_fingerprint()}\0{source}".encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.code.get(bucket.key) or self.files.read(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.code[bucket.key] = code = bucket.bytecode_to_string()
        if not sys.dont_write_bytecode:
            self.files.write(bucket.key, code)


TEMPLATE_CACHE = _TemplateCache()


def translated_environment(templates: Path, find: FindMessage) -> Environment:
    """Return an environment whose `_()`, `pgettext()` and `{% trans %}` print the messages that `find` returns."""
    environment = Environment(
        loader=FileSystemLoader(templates, encoding="utf-8-sig"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=TEMPLATE_CACHE,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals |= message_functions(find)
    environment.filters["untagged"] = untagged
    return environment


def make_environment(context: RenderContext, find: FindMessage | None = None) -> Environment:
    """Return the environment with the filters and globals of every template, in the language of the book.

    `find` returns the messages, if they are not only in that language.
    """
    environment = translated_environment(context.templates, find or context.message_finder())
    context = with_targets(context)
    locale, book, provenance = context.locale, context.book, context.provenance
    titles = cache(lambda: _target_titles(book))
    filters: dict[str, Any] = {
        "date": lambda day: format_date(day, "long", locale=locale),
        "reviewed": lambda text: _reviewed(text, locale),
        "days": lambda week: format_interval(week[0], week[1], "yMMMMd", locale=locale),
        "weekday": lambda day: _weekday(day, locale),
        "number": lambda value: format_decimal(value, locale=locale),
        "kind_of": _kind_of,
        "text": lambda segment: segment_html(segment, context),
        "sorted_terms": lambda terms: sorted(terms, key=lambda term: sort_key(plain(term.term), book.lang)),
        "in_columns": lambda terms: filter(None, two_columns(terms)) if context.medium == "pdf" else [terms],
        "by_letter": lambda entries: by_letter(
            [entry for entry in entries if not set(entry.targets) <= context.elsewhere.keys()], book.lang
        ),
        "in_book_order": lambda targets: [
            target for target in titles() if target in targets and target not in context.elsewhere
        ],
        "field_lines": field_lines,
        "fit_table": Markup,
        "fit_sheet_table": lambda html, _orientation: Markup(html),
    }
    environment.filters |= filters
    environment.globals |= {
        "book": book,
        "medium": context.medium,
        "draft": context.draft,
        "reason": context.reason,
        "provenance": provenance,
        "signatures": [item for item in provenance.signatures if item.lang == book.lang] if provenance else [],
        "digest": provenance.digests.get(book.lang, "") if provenance else "",
        "sides": (),
        "weeks": [(day, day + timedelta(days=6)) for day in context.weeks],
        "fillable": context.fillable,
        "day_heads": lambda week: _day_heads(week, locale),
        "layout": context.layout,
        "order_code": order_code(context),
        "css_content": css_content,
        "folio_width": folio_width,
        "around": around,
        "typeface_mark": typeface_mark,
        "lang": context.html_lang,
        "direction": context.direction,
        "language_name": own_name(book.lang),
        "kind_of": _kind_of,
        "text": lambda segment: segment_html(segment, context),
        "plain": plain,
        "call_lines": lambda: call_lines(context.book),
        "bound": lambda words: Markup(bind_spaces(str(escape(words)))) if context.medium == "pdf" else words,
        "anchor": context.anchor,
        "resource_kinds": get_args(ResourceKind),
        "target_title": lambda target: titles()[target],
        "blank": lambda name: blank_html(name, context),
        "drawing": lambda drawing, key, mark=False, ground=True: drawing_svg(drawing, key, ground=ground),
        "ornament": ornament_svg,
        "hospital": context.hospital,
        "values": context.values,
        "localized": lambda texts: localized_html(texts, context),
        "in_first_language": lambda texts: localized_html(texts, context),
        "logo": logo_html,
        "qr": qr_svg,
    }
    return environment


def with_targets(context: RenderContext) -> RenderContext:
    """Return a context that knows which targets its pages have."""
    elsewhere = messages_elsewhere(context.book, context.medium)
    explained = explained_terms(context.book, context.layout.words) if context.explained is None else context.explained
    return replace(context, elsewhere=elsewhere, explained=explained)


def order_code(context: RenderContext) -> str:
    """Return what a hospital orders more copies of a handout by: book, handout, language, version, content code."""
    book = context.book
    handout = f"-{'+'.join((book.cut.handout.id, *book.cut.exposures))}" if book.cut else ""
    digest = context.provenance.digests.get(book.lang, "") if context.provenance else ""
    return " ".join(filter(None, (f"{book.id}{handout}-{book.lang}", book.version, digest[:12])))


def css_content(text: str, **values: str) -> Markup:
    """Return a text as the content of CSS, safe in HTML; in place of {name} is a value, which is CSS."""
    pieces = re.split(r"\{(\w+)\}", keep_korean(text))
    return Markup(" ").join(
        Markup(values[piece]) if index % 2 else _css_string(piece) for index, piece in enumerate(pieces) if piece
    )


def _css_string(text: str) -> Markup:
    return Markup('"{}"').format(
        Markup("").join(char if char.isalnum() or char in " ,.-" else f"\\{ord(char):x} " for char in text)
    )


def folio_width(text: str) -> float:
    """Return the width in em of the number of a page, in which {number} and {total} have two digits; 4 at least."""
    letters = [letter for letter in re.sub(r"\{\w+\}", "00", text) if not unicodedata.combining(letter)]
    units = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in letters)
    return max(4, round(0.56 * units, 2))


def around(text: str) -> list[tuple[str, str]]:
    """Return what is before and after the words of a link, with no line break at a number."""
    before, _words, after = re.sub(" (?={number})|(?<={number}) ", NBSP, text).partition("{words}")
    if HANGUL.search(after):
        after += NO_BREAK  # a particle follows
    return [("before", before), ("after", after)]


def untagged(html: str) -> str:
    """Return the text of a message, as attributes need it; unlike that of `striptags`, with its no-break spaces."""
    return Markup(re.sub("<[^>]*>", "", html)).unescape() if hasattr(html, "__html__") else html


def typeface_mark(lang: str) -> Markup:
    """Return what an imprint has in place of its typefaces until the file is complete."""
    return Markup("<!-- typefaces {} -->").format(lang)


def fill_typefaces(html: str, css: str, macros: Mapping[str, Any]) -> str:
    """Return HTML whose marks are replaced with the typefaces of a style sheet; `macros` are those of each language."""
    for lang, macro in macros.items():
        mark = str(typeface_mark(lang))
        if mark in html:
            html = html.replace(mark, str(macro(credits_of(css))))
    return html


def _target_titles(book: Book) -> dict[str, Segment]:
    """Return the title of each chapter, heading and sheet, by its target as in links and in the order of the book.

    A heading has the short title of its chapter.
    """
    titles: dict[str, Segment] = {}
    for chapter in book.chapters():
        headings = (f"#{block.id}" for block in chapter.blocks if isinstance(block, Heading))
        titles |= {f"chapter:{chapter.id}{heading}": chapter.short for heading in ("", *headings)}
    return titles | {f"sheet:{sheet.id}": sheet.title for sheet in book.sheets()}


def _day_heads(week: tuple[date, date] | None, locale: Locale) -> list[str]:
    """Return the names of the days from Monday, or the dates of a week: "Mon", "Mon, Nov 23"."""
    if week is None:
        return [locale.days["stand-alone"]["abbreviated"][day] for day in range(7)]
    return [_weekday(week[0] + timedelta(days=step), locale) for step in range(7)]


def _weekday(day: date, locale: Locale) -> str:
    return str(format_skeleton("MMMEd", day, locale=locale))


FIELD_WIDTHS: Mapping[FieldWidth, int] = {"full": 6, "two-thirds": 4, "half": 3, "third": 2}  # of a line's sixths


def field_lines(fields: Iterable[Field]) -> list[list[Field]]:
    """Return the fields of a form in lines, as many in each as fit."""
    lines: list[list[Field]] = [[]]
    for item in fields:
        if sum(FIELD_WIDTHS[other.width] for other in (*lines[-1], item)) > FIELD_WIDTHS["full"]:
            lines.append([])
        lines[-1].append(item)
    return lines


def _kind_of(node: object) -> str:
    return type(node).__name__


def _reviewed(text: str, locale: Locale) -> str:
    """Format an ISO 8601 date, a month or a day: "November 2022", "January 17, 2025"."""
    if len(text) == len("2022-11"):
        return str(format_skeleton("yMMMM", date.fromisoformat(f"{text}-01"), locale=locale))
    return str(format_date(date.fromisoformat(text), "long", locale=locale))


def by_letter(entries: Iterable[IndexEntry], lang: str) -> list[tuple[str, list[IndexEntry]]]:
    """Return the entries of an index in the order of its language, in groups with the same first letter.

    Groups without a letter have the entries that begin with a number or a sign.
    """
    rows = sorted(((plain(entry.text), entry) for entry in entries), key=lambda row: sort_key(row[0], lang))
    groups = itertools.groupby(rows, key=lambda row: index_letter(row[0], lang))
    return [(letter, [entry for _text, entry in group]) for letter, group in groups]


def segment_html(segment: Segment, context: RenderContext) -> Markup:
    """Return a segment's text as HTML. An untranslated one is marked with its language."""
    nodes = parse_inline(segment.text)
    if context.medium == "pdf" and segment.kind in TITLES.keys() | RUNNING:
        nodes = _bind(nodes, title=0 if context.narrow else TITLES.get(segment.kind, 0))
    elif segment.kind == "table cell":
        context = replace(context, in_cell=True)
    html = _html(nodes, context)
    if context.medium == "pdf":
        # Layout boxes refer to this element: carepress/pdf/pagination.py finds the page of a segment by it.
        place = f"{segment.path}:{segment.line}"
        html = Markup('<span data-at="{}">{}</span>').format(place, html)
        if place in context.unfit:
            html = Markup('<span class="unfit">{}</span>').format(html)
    if segment.lang == context.book.lang:
        return html
    lang, direction = language_tag(segment.lang), text_direction(segment.lang)
    dir_attribute = Markup(' dir="{}"').format(direction) if direction != context.direction else ""
    return Markup('<span class="untranslated" lang="{0}" xml:lang="{0}"{1}>{2}</span>').format(
        lang, dir_attribute, html
    )


def _bind(nodes: tuple[Inline, ...], title: int, before: str = "", after: str = "") -> tuple[Inline, ...]:
    """Return nodes with no-break spaces; `before` and `after` are the text around them in their segment.

    `title` is as in `bind_spaces`. Lines to write on are below the words before them.
    """
    bound: list[Inline] = []
    for index, node in reversed(list(enumerate(nodes))):
        head = before + plain_text(nodes[:index])
        match node:
            case Text(text):
                bound.append(Text(bind_spaces(text, before=head, after=after, title=title)))
            case Strong(children) | Emphasis(children) | Link(_, children):
                bound.append(replace(node, children=_bind(children, title, head, after)))
            case _:
                bound.append(node)
        after = "" if isinstance(node, Blank) else plain_text((node,)) + after
    return tuple(reversed(bound))


def _html(nodes: tuple[Inline, ...], context: RenderContext) -> Markup:
    return Markup("").join(_node(node, context) for node in _with_closing_quotes(nodes, context))


def _with_closing_quotes(nodes: tuple[Inline, ...], context: RenderContext) -> Iterator[Inline]:
    """Yield nodes; a quotation mark after a link to a chapter or sheet moves into its text, if words follow the link.

    Then the page or the handout of its target follows the mark: «La remisión» (folleto 6).
    """
    nodes = (*nodes, Text(""))
    moved = ""
    for node, following in itertools.pairwise(nodes):
        if isinstance(node, Text) and moved:
            node, moved = Text(node.text.removeprefix(moved)), ""
        if isinstance(node, Link) and isinstance(following, Text) and _says_where(node.target, context):
            moved = following.text[:1] if following.text[:1] in CLOSING_QUOTES else ""
            node = Link(node.target, (*node.children, Text(moved)))
        yield node


def _says_where(target: str, context: RenderContext) -> bool:
    """Tell whether a link is followed by words on where its target is: on paper the page, in a style sheet."""
    return target in context.elsewhere or (context.medium == "pdf" and target.startswith(("chapter:", "sheet:")))


def _node(node: Inline, context: RenderContext) -> Markup:
    """Return one node of a segment's text as HTML."""
    match node:
        case Text(text):
            return _words(text, context)
        case Strong(children):
            return Markup("<strong>{}</strong>").format(_html(children, context))
        case Emphasis(children):
            return Markup("<em>{}</em>").format(_html(children, context))
        case Blank(name):
            if context.on_last_page(name):
                find = context.message_finder()
                words = (
                    find((None, SEE_LAST_PAGE), None, 1) if context.in_cell else context.bound_message(SEE_LAST_PAGE)
                )
                return Markup('<em class="last-page">{}</em>').format(words)
            return Markup("") if context.lines_apart else blank_html(name, context)
        case Link(target, children):
            if target in context.elsewhere:
                message, number = context.elsewhere[target]
                shown = format_decimal(number, locale=context.locale) if number else ""
                words = _html(children, context)
                return context.bound_message(message, number=shown) % {"words": words} if message else words
            scheme, _, name = target.partition(":")
            if scheme == "term" and context.explained is not None and name not in context.explained:
                return _html(children, context)
            css_class = {"term": "term", "chapter": "xref", "sheet": "xref"}.get(scheme, "web")
            html = _html(children, context)
            if css_class == "web" and context.direction == "rtl" and not is_right_to_left(plain_text(children)):
                html = Markup('<bdi dir="ltr">{}</bdi>').format(html)
            return Markup('<a class="{}" href="{}">{}</a>').format(css_class, context.anchor(target), html)


def _words(text: str, context: RenderContext, direction: str = "") -> Markup:
    """Return plain text, with each number next to its unit; its direction is that of the pages, if no other is given.

    In right-to-left text, doses and telephone numbers are isolated from left to right.
    """
    text = bind_units(text)
    direction = direction or context.direction
    if direction == "ltr" and context.medium == "epub":
        return escape(text)
    if direction == "ltr":
        text = VERY_LONG.sub(lambda run: breakable(run[0], context.html_lang), text)
        return Markup("").join(
            Markup('<span class="{}">{}</span>').format(SHORT_WHOLE if fits_cell(piece) else WHOLE, piece)
            if is_whole
            else escape(piece)
            for piece, is_whole in compounds(text)
        )
    return Markup("").join(
        Markup('<bdi class="ltr" dir="ltr">{}</bdi>').format(_spaced(run)) if is_isolated else escape(run)
        for run, is_isolated in split_runs(text)
    )


def _spaced(run: str) -> str:
    """Return a run whose spaces PDFium copies: it would leave a no-break one out of “250 mg”.

    But in “555 555-0110”, it keeps the order of the parts only with them. The run is on one line anyway.
    """
    return run.replace(" ", NBSP) if ONE_NUMBER.fullmatch(run) else run.replace(NBSP, " ")


def localized_html(texts: Translations | Mapping[str, tuple[str, ...]], context: RenderContext) -> Markup:
    """Return a hospital's text in the language of the pages, with line breaks between its lines."""
    text = texts[context.book.lang]
    lines = (text,) if isinstance(text, str) else text
    return Markup("<br/>").join(_line(line, context) for line in lines)


def _line(text: str, context: RenderContext, langs: Sequence[str] = ()) -> Markup:
    """Return a hospital's text in the language of the pages, or in those of `langs`, separated by a slash.

    A text in other letters than those of its language has their direction: “100 Mill Lane” in an Arabic profile begins
    with its number.
    """
    parts = _directions(text.split(" / "), list(map(text_direction, langs or (context.book.lang,))))
    if all(direction == context.direction for _part, direction in parts):
        return _words(text, context)
    return Markup(" / ").join(
        _words(part, context)
        if direction == context.direction
        else Markup('<bdi dir="{}">{}</bdi>').format(direction, _words(part, context, direction))
        for part, direction in parts
    )


def _directions(parts: Sequence[str], own: Sequence[str]) -> list[tuple[str, str]]:
    """Return each part of a text with its direction; `own` are those of the languages of the text."""
    if len(own) == len(parts):
        return [(part, direction_in(part, direction)) for part, direction in zip(parts, own)]
    if len(own) > 1 < len(parts):  # a text has a slash of its own
        return [(part, first_direction(part, own[0])) for part in parts]
    # A text in one language, or one that is the same in both.
    return [(part, direction_in(part, own[0])) for part in parts]


def call_lines(book: Book) -> list[Placeholder]:
    """Return what a family needs to call: what to do first, the telephones, then the rules."""
    first = [item for item in book.placeholders if item.id == EMERGENCY]
    telephones = [item for item in book.placeholders if item.call]
    rules = [item for item in book.placeholders if item.needed and item not in telephones and item not in first]
    return [*first, *telephones, *rules]


def blank_html(name: str, context: RenderContext) -> Markup:
    """Return the hospital's text for a placeholder, or lines to write it on."""
    if value := context.values.get(name):
        uri = _dialed(name, context.hospital)
        html = _number_and_hours(value, uri, context) if uri else _line(value, context, context.value_langs)
        return Markup('<span class="value">{}</span>').format(html)
    lines = next(item.lines for item in context.book.placeholders if item.id == name)
    rules = Markup('<span class="rule"></span>') * lines
    return Markup('<span class="blank">{}</span>').format(rules)


def _number_and_hours(value: str, uri: str, context: RenderContext) -> Markup:
    """Return the value of a telephone as carepress/hospital/adapt.py has it: the number, then its hours in brackets."""
    # A number has no plain space, so the first one separates it from the hours.
    number, _space, hours = value.partition(" ")
    html = _words(number, context)
    if context.medium == "epub":
        html = Markup('<a class="tel" href="{}">{}</a>').format(uri, html)
    if not hours:
        return html
    noted = context.message_finder()(("remark", NOTED), None, 1)
    return noted % {"words": html, "note": _line(hours[1:-1], context, context.value_langs)}


def _dialed(name: str, hospital: Hospital | None) -> str | None:
    """Return the tel: link of the telephone whose number is the value of a placeholder, or None."""
    telephones = hospital.telephones if hospital else ()
    return next((telephone.uri for telephone in telephones if telephone.fills == name), None)
