"""The bilingual edition: one walk over a translated book, whose segments know both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from jinja2 import Environment
from markupsafe import Markup

from carepress.model import (
    Book,
    Chapter,
    Drawing,
    Edition,
    Paper,
    Part,
    RenderedBook,
    Segment,
    Sheet,
    Term,
    map_segments,
    segments,
)
from carepress.pages.drawings import drawing_svg, plain
from carepress.pages.environment import (
    RenderContext,
    blank_html,
    localized_html,
    make_environment,
    segment_html,
    term_key,
)
from carepress.pages.render import SectionMacros, assemble_book, least_label, undivided_section
from carepress.text.inline import parse_inline, placeholders

Node = TypeVar("Node")

SMALLEST = 9.0  # pt: the smallest label of a drawing


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two languages: its words, and the macros of the booklet in it.

    `of` turns a part of the translated book into this language.
    """

    lang: str
    direction: str
    name: str
    of: Callable[[Any], Any]
    text: Callable[[Segment], Markup]
    plain: Callable[[Segment], str]
    localized: Callable[[Any], Markup]
    gettext: Callable[[str], str]
    drawing: Callable[[Drawing, str], Markup]
    blocks: Any
    chapter: Any
    sheets: Any


def render_bilingual(context: RenderContext, source_lang: str, edition: Edition, paper: Paper) -> RenderedBook:
    """Return a translated book beside its source."""
    book = context.book
    context = replace(context, lines_apart=True)
    original = replace(
        context,
        book=replace(in_source(book, source_lang), lang=source_lang),
        gettext=str,
        ngettext=lambda one, many, count: one if count == 1 else many,
    )
    least = SMALLEST / (column_width(paper) / 360)
    sides = (
        _side(original, partial(in_source, lang=source_lang), least),
        _side(context, lambda node: node, least),
    )
    environment = make_environment(replace(original, gettext=partial(_both_messages, sides)))
    _speak_both(environment, book, sides, original)
    environment.globals["drawing"] = lambda drawing, key, mark=False: drawing_svg(
        in_source(drawing, source_lang), key, second=drawing, least=least_label(edition, paper, drawing, mark)
    )
    directions = [side.direction for side in sides]
    own: Any = environment.get_template("bilingual.j2").module
    common: Any = environment.get_template("chapter.j2").module
    macros = SectionMacros(
        cover=common.cover,
        imprint=own.imprint,
        contents=own.contents,
        part_opener=own.part_opener,
        chapter=lambda item, part: undivided_section(item.id, own.chapter(item, part)),
        sheet=own.sheet,
        back_cover=common.back_cover,
    )
    return assemble_book(original, environment, macros, edition, paper, *directions)


MARGIN, GUTTER = 17.0, 8.0  # mm: templates/styles/bilingual.css has the same


def column_width(paper: Paper) -> float:
    """Return the width of one language's column in pt."""
    return (paper.width - 2 * MARGIN - GUTTER) / 2 / 25.4 * 72


def in_source(node: Node, lang: str) -> Node:
    """Return a part of a translated book in the language it was written in."""
    return map_segments(node, lambda segment: replace(segment, text=segment.source, lang=lang, state="source"))


def _side(context: RenderContext, of: Callable[[Any], Any], least: float) -> Side:
    environment = make_environment(context)
    lang = context.html_lang
    return Side(
        lang=lang,
        direction=context.direction,
        name=str(environment.globals["language_name"]),
        of=of,
        text=lambda segment: segment_html(of(segment), context),
        plain=lambda segment: plain(of(segment)),
        localized=lambda texts: localized_html(texts, context),
        gettext=context.gettext,
        drawing=lambda drawing, key: drawing_svg(drawing, f"{key}-{lang}", least=least),
        blocks=environment.get_template("blocks.j2").module,
        chapter=environment.get_template("chapter.j2").module,
        sheets=environment.get_template("sheets.j2").module,
    )


def _speak_both(environment: Environment, book: Book, sides: tuple[Side, Side], context: RenderContext) -> None:
    """Let the templates of one language print both: one under the other, or with a slash in one line."""
    first, second = sides

    def text(segment: Segment) -> Markup:
        lines = (blank_html(name, context) for name in _blanks(segment))
        return _both(sides, first.text(segment), second.text(segment)) + Markup("").join(lines)

    def sort_key(term: Term) -> str:
        return term_key(first.of(term), context.book.lang)

    environment.filters["sorted_terms"] = lambda terms: sorted(terms, key=sort_key)
    environment.globals |= {
        "book": book,
        "sides": sides,
        "language_name": f"{first.name} / {second.name}",
        "text": text,
        "plain": lambda segment: " / ".join(dict.fromkeys(side.plain(segment) for side in sides)),
        "blanks": _blanks,
        "localized": lambda texts: _both(sides, first.localized(texts), second.localized(texts)),
    }


def _both_messages(sides: tuple[Side, Side], message: str) -> Markup:
    return _both(sides, *(Markup(side.gettext(message)) for side in sides))


def _both(sides: tuple[Side, Side], first: Markup, second: Markup) -> Markup:
    """Return two texts as one, told apart by style and language; two equal texts become one."""
    if first.striptags() == second.striptags():
        return first
    return Markup(
        '<span class="first" lang="{}" dir="{}">{}</span><span class="slash"> / </span>'
        '<span class="second" lang="{}" dir="{}">{}</span>'
    ).format(sides[0].lang, sides[0].direction, first, sides[1].lang, sides[1].direction, second)


def _blanks(node: object) -> list[str]:
    """Return the placeholders of a block; those of larger pieces belong to the blocks inside."""
    if isinstance(node, Chapter | Part | Sheet):
        return []
    return [name for segment in segments(node) for name in placeholders(parse_inline(segment.source))]
