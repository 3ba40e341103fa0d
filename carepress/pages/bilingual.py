"""The bilingual edition: each segment of a translated book has both languages, which are printed side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar, cast

from jinja2 import Environment
from markupsafe import Markup, escape

from carepress.model import (
    Book,
    Chapter,
    Drawing,
    Edition,
    Key,
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
    with_targets,
)
from carepress.pages.messages import FindMessage
from carepress.pages.render import SectionMacros, add_table_filter, assemble_book, min_label_size
from carepress.text.collation import sort_key
from carepress.text.inline import parse_inline, placeholders

Node = TypeVar("Node")

MIN_LABEL_SIZE = 9.0  # pt, in a drawing


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two languages: its text, and the macros of the booklet in it.

    `of` returns a part of the translated book in this language.
    """

    lang: str
    direction: str
    name: str
    of: Callable[[Any], Any]
    text: Callable[[Segment], Markup]
    plain: Callable[[Segment], str]
    localized: Callable[[Any], Markup]
    find: FindMessage
    drawing: Callable[[Drawing, str], Markup]
    day_heads: Callable[[Any], list[str]]
    blocks: Any
    chapter: Any
    sheets: Any


def render_bilingual(context: RenderContext, edition: Edition, paper: Paper) -> RenderedBook:
    """Return a translated book side by side with its source."""
    book, source_lang = context.book, context.book.source_lang
    context = replace(context, lines_apart=True, narrow=True)
    original = replace(
        context,
        book=replace(in_source(book, source_lang), lang=source_lang),
        interface=context.source_words,
    )
    min_size = MIN_LABEL_SIZE / (column_width(paper) / 360)
    sides = (
        _side(original, partial(in_source, lang=source_lang), min_size),
        _side(context, lambda node: node, min_size),
    )
    environment = make_environment(original, partial(_both_messages, sides))
    _add_bilingual_globals(environment, book, sides, original)
    environment.globals["drawing"] = lambda drawing, key, mark=False, ground=True: drawing_svg(
        in_source(drawing, source_lang),
        key,
        second=drawing,
        min_size=min_label_size(edition, paper, drawing, mark),
        ground=ground,
        marks_lines=True,
    )
    add_table_filter(environment, original, edition, paper)
    directions = [side.direction for side in sides]
    bilingual: Any = environment.get_template("bilingual.j2").module
    common: Any = environment.get_template("chapter.j2").module
    macros = SectionMacros(
        cover=common.cover,
        contents=bilingual.contents,
        chapter_tag=common.chapter_tag,
        part_tag=common.part_tag,
        part_band=bilingual.part_band,
        chapter_head=bilingual.chapter_head,
        block=cast(Any, environment.get_template("pairs.j2").module).row,
        sheet_list=bilingual.sheet_list,
        tailpiece=common.tailpiece,
        sheet=bilingual.sheet,
        imprint=bilingual.imprint,
        back_cover=common.back_cover,
    )
    return assemble_book(original, environment, macros, edition, paper, *directions, second=book.lang)


MARGIN, GUTTER = 15.0, 8.0  # mm, as in templates/styles/bilingual.css


def column_width(paper: Paper) -> float:
    """Return the width of the column of one language in pt."""
    return (paper.width - 2 * MARGIN - GUTTER) / 2 / 25.4 * 72


def in_source(node: Node, lang: str) -> Node:
    """Return a part of a translated book in its source language, `lang`."""
    return map_segments(node, lambda segment: replace(segment, text=segment.source, lang=lang, state="source"))


def _side(context: RenderContext, of: Callable[[Any], Any], min_size: float) -> Side:
    """Return the side of a language; `of` as in `Side`, `min_size` in units of a drawing."""
    environment = make_environment(context)
    context = with_targets(context)
    lang = context.html_lang
    return Side(
        lang=lang,
        direction=context.direction,
        name=str(environment.globals["language_name"]),
        of=of,
        text=lambda segment: segment_html(of(segment), context),
        plain=lambda segment: plain(of(segment)),
        localized=lambda texts: localized_html(texts, context),
        find=context.message_finder(),
        drawing=lambda drawing, key: drawing_svg(drawing, f"{key}-{lang}", min_size=min_size, marks_lines=True),
        day_heads=cast(Any, environment.globals["day_heads"]),
        blocks=environment.get_template("blocks.j2").module,
        chapter=environment.get_template("chapter.j2").module,
        sheets=environment.get_template("sheets.j2").module,
    )


def _add_bilingual_globals(
    environment: Environment, book: Book, sides: tuple[Side, Side], context: RenderContext
) -> None:
    """Make the templates of one language print both: one below the other, or separated by a slash."""
    first, second = sides

    def blanks_of(node: object) -> list[str]:
        return [name for name in _blanks(node) if not context.on_last_page(name)]

    def text(segment: Segment) -> Markup:
        blanks = (blank_html(name, context) for name in blanks_of(segment))
        return _both(sides, first.text(segment), second.text(segment)) + Markup("").join(blanks)

    def sorted_in(side: Side, lang: str) -> Callable[[Iterable[Term]], list[Term]]:
        return lambda terms: sorted(terms, key=lambda term: sort_key(side.plain(term.term), lang))

    def day_heads(week: object) -> list[Markup]:
        return [_both(sides, *map(escape, pair)) for pair in zip(*(side.day_heads(week) for side in sides))]

    environment.filters["sorted_terms"] = sorted_in(first, context.book.lang)
    environment.filters["sorted_by_second"] = sorted_in(second, book.lang)
    environment.globals |= {
        "book": book,
        "sides": sides,
        "language_name": f"{first.name} / {second.name}",
        "text": text,
        "plain": lambda segment: " / ".join(dict.fromkeys(side.plain(segment) for side in sides)),
        "blanks": blanks_of,
        "day_heads": day_heads,
        "localized": lambda texts: _both(sides, first.localized(texts), second.localized(texts)),
        "in_first_language": first.localized,
    }


def _both_messages(sides: tuple[Side, Side], key: Key, plural: str | None, count: int) -> Markup:
    return _both(sides, *(side.find(key, plural, count) for side in sides))


def _both(sides: tuple[Side, Side], first: Markup, second: Markup) -> Markup:
    """Return two texts as one, each with its style and language; of two equal texts only the first."""
    if first.striptags() == second.striptags():
        return first
    return Markup(
        '<span class="first" lang="{}" dir="{}">{}</span><span class="slash"> / </span>'
        '<span class="second" lang="{}" dir="{}">{}</span>'
    ).format(sides[0].lang, sides[0].direction, first, sides[1].lang, sides[1].direction, second)


def _blanks(node: object) -> list[str]:
    """Return the placeholders of a block; () for a chapter, part or sheet, whose blocks have them."""
    if isinstance(node, Chapter | Part | Sheet):
        return []
    return [name for segment in segments(node) for name in placeholders(parse_inline(segment.source))]
