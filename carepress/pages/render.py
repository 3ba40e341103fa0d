"""Render print editions as HTML with their style sheets: books in sections, and the edition of sheets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment
from markupsafe import Markup

from carepress.model import Book, Chapter, Drawing, Edition, Paper, Part, RenderedBook, RenderedSection, Sheet
from carepress.pages.drawings import drawing_svg
from carepress.pages.environment import RenderContext, make_environment
from carepress.pages.handout import handout_sections
from carepress.text.fonts import font_css, font_folder
from carepress.text.palette import accent_defaults, print_colors

SYMMETRIC = {"planner"}  # style sheets without a right-to-left version


def render_sheets(context: RenderContext, edition: Edition, paper: Paper) -> str:
    """Return the HTML of the edition of fillable sheets, style sheets included.

    The only external resources are the font files; drawings are inline.
    """
    environment = _print_environment(context, edition, paper)
    return print_page("sheets.html.j2", environment, edition, paper, context.templates, context.direction)


def render_book(context: RenderContext, edition: Edition, paper: Paper) -> RenderedBook:
    """Return a print edition of the whole book. The only external resources are the font files."""
    environment = _print_environment(context, edition, paper)
    chapter: Any = environment.get_template("chapter.j2").module
    macros = SectionMacros(
        cover=chapter.cover,
        imprint=chapter.imprint,
        contents=cast(Any, environment.get_template("booklet.j2").module).contents,
        part_opener=chapter.part_opener,
        chapter=partial(_chapter_in_blocks, chapter, environment.get_template("blocks.j2").module),
        sheet=lambda item, part: cast(Any, environment.get_template("sheets.j2").module).sheet(item, part=part),
        back_cover=chapter.back_cover,
        content=partial(_blocks, environment.get_template("blocks.j2").module),
    )
    return assemble_book(context, environment, macros, edition, paper, context.direction)


def _print_environment(context: RenderContext, edition: Edition, paper: Paper) -> Environment:
    environment = make_environment(replace(context, fillable=edition.fillable))
    environment.globals["drawing"] = partial(_drawing, edition, paper)
    return environment


def _chapter_in_blocks(macros: Any, blocks: Any, item: Chapter, part: Part | None) -> RenderedSection:
    """Return a chapter, with each of its blocks as a separate string of HTML."""
    return RenderedSection(
        item.id,
        f"{macros.chapter_tag(item, part)}\n{macros.chapter_head(item)}\n",
        _blocks(blocks, item),
        "</section>",
        str(macros.chapter_tag(item, part, resumed=True)),
    )


def _blocks(blocks: Any, item: Chapter) -> tuple[str, ...]:
    return tuple(unwrap_passages(blocks.block(block, item)) for block in item.blocks)


# --- A book in sections ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SectionMacros:
    """The template macros of a print edition, one for each kind of section; each returns HTML, except `chapter`."""

    cover: Callable[[], str]
    imprint: Callable[[], str]
    contents: Callable[[], str]
    part_opener: Callable[[Part], str]
    chapter: Callable[[Chapter, Part | None], RenderedSection]
    sheet: Callable[[Sheet, Part], str]
    back_cover: Callable[[], str]
    content: Callable[[Chapter], tuple[str, ...]]
    """The blocks of a chapter."""


def assemble_book(
    context: RenderContext,
    environment: Environment,
    macros: SectionMacros,
    edition: Edition,
    paper: Paper,
    *directions: str,
) -> RenderedBook:
    """Render the head and the sections of a print book, in reading order.

    `directions` are those of the pages and of the second language, if there is one.
    """
    head: Any = environment.get_template("print-head.j2").module
    return RenderedBook(
        context.html_lang,
        context.direction,
        str(head.metadata()),
        _page_css(edition, paper, context.templates, *directions) + _handout_css(context) + str(head.page_styles()),
        binding_styles(context.templates, edition) + str(head.binding_colors()),
        tuple(_sections(environment, macros)),
    )


def _sections(environment: Environment, macros: SectionMacros) -> Iterator[RenderedSection]:
    book = cast(Book, environment.globals["book"])
    if book.cut:
        for section in handout_sections(environment, macros.content, macros.sheet):
            yield replace(section, opening=unwrap_passages(section.opening))
        return
    yield undivided_section("cover", macros.cover())
    yield undivided_section("imprint", macros.imprint())
    yield undivided_section("contents", macros.contents())
    for item in book.front:
        yield macros.chapter(item, None)
    for part in book.parts:
        yield undivided_section(f"part-{part.id}", macros.part_opener(part))
        for item in part.chapters:
            yield macros.chapter(item, part)
        for sheet in part.sheets:
            yield undivided_section(f"sheet-{sheet.id}", macros.sheet(sheet, part))
    yield undivided_section("back-cover", macros.back_cover())


def undivided_section(name: str, html: str) -> RenderedSection:
    """Return a section that is not divided into blocks."""
    return RenderedSection(name, unwrap_passages(html))


# An element whose only content is the span of a passage.
SOLE_PASSAGE = re.compile(r'<(\w+)([^<>]*)><span (data-at="[^"]*")>([^<]*(?:<(?!/?span)[^<]*)*)</span></\1>')


def unwrap_passages(html: str) -> str:
    """Move the source line of a passage from its span to its element if that has no other content.

    This saves one layout box per passage: about 20 % of the layout time.
    """
    return SOLE_PASSAGE.sub(r"<\1\2 \3>\4</\1>", str(html))


# --- Drawings and style sheets ---------------------------------------------------------------

SIDE_MARGINS = 34.0  # mm, left and right together, as in templates/styles/print.css


def _drawing(edition: Edition, paper: Paper, drawing: Drawing, key: str, mark: bool = False) -> Markup:
    return drawing_svg(drawing, key, min_size=min_label_size(edition, paper, drawing, mark))


def min_label_size(edition: Edition, paper: Paper, drawing: Drawing, mark: bool) -> float:
    """Return the minimum size of a label, in units of the drawing, for the minimum type size of the edition.

    The drawing is as wide as the text area, or as high as the edition allows.
    """
    height = paper.height * (edition.mark if mark else edition.figure)
    scale = min((paper.width - SIDE_MARGINS) / drawing.width, height / drawing.height)  # mm
    return edition.smallest / (scale / 25.4 * 72)


def print_page(
    template: str, environment: Environment, edition: Edition, paper: Paper, templates: Path, *directions: str
) -> str:
    """Render a template with the style sheets of a print edition on a paper size.

    `directions` are those of the pages and of the second language, if there is one.
    """
    css = _page_css(edition, paper, templates, *directions) + binding_styles(templates, edition)
    return environment.get_template(template).render(css=css)


def _page_css(edition: Edition, paper: Paper, templates: Path, *directions: str) -> str:
    figure, mark = edition.figure * paper.height, edition.mark * paper.height
    size = f":root{{--paper-height:{paper.height}mm;--figure:{figure:.1f}mm;--mark:{mark:.1f}mm}}\n"
    size += f"@page{{size:{paper.width}mm {paper.height}mm}}@page wide{{size:{paper.height}mm {paper.width}mm}}\n"
    css = font_css(font_folder().as_uri() + "/") + print_colors() + size
    return css + styles(templates, edition, *directions)


def _handout_css(context: RenderContext) -> str:
    return _read_styles(context.templates, ["handout"]) if context.book.cut else ""


def binding_styles(templates: Path, edition: Edition) -> str:
    """Return the accent colors for typeset pages when they are bound, and the style sheets that change them."""
    return accent_defaults() + _read_styles(templates, edition.binding_styles)


def styles(templates: Path, edition: Edition, *directions: str) -> str:
    """Return an edition's style sheets in order, then those for right-to-left text if needed.

    `directions` are those of the pages and of the second language, if there is one.
    """
    names = list(edition.styles)
    if "rtl" in directions:
        names += [f"{name}-rtl" for name in edition.styles if name not in SYMMETRIC]
    if directions[:1] == ("rtl",) and edition.medium == "pdf":
        names.append("pages-rtl")
    return _read_styles(templates, names)


def _read_styles(templates: Path, names: Sequence[str]) -> str:
    return "".join((templates / "styles" / f"{name}.css").read_text(encoding="utf-8") for name in names)
