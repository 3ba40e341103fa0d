"""Render print editions as HTML with their style sheets: books in sections, and the edition of sheets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment
from markupsafe import Markup

from carepress.model import (
    Block,
    Book,
    Chapter,
    Drawing,
    Edition,
    Heading,
    Paper,
    Paragraph,
    Part,
    RenderedBook,
    RenderedSection,
    Sheet,
)
from carepress.pages.drawings import drawing_svg, plain
from carepress.pages.environment import RenderContext, fill_typefaces, make_environment, untagged
from carepress.pages.handout import handout_sections
from carepress.pages.tables import fit_sheet_table, fit_table
from carepress.text.fonts import font_css, font_folder
from carepress.text.palette import accent_defaults, print_colors
from carepress.text.typefaces import face_rules, find_typefaces, set_typefaces

HANDOUT_STYLES = {"large-print"}  # style sheets that have one for handouts
# A selector of right-to-left pages, and its pseudo-element: not of a left-to-right column on them.
MIRRORED = re.compile(r'(:where\(\[dir="rtl"\]\) (?:[^{},(]|\([^)]*\))+?)(::[\w-]+)?(?=\s*[,{])')


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
        contents=cast(Any, environment.get_template("booklet.j2").module).contents,
        chapter_tag=chapter.chapter_tag,
        part_tag=chapter.part_tag,
        part_band=chapter.part_band,
        chapter_head=chapter.chapter_head,
        block=cast(Any, environment.get_template("blocks.j2").module).block,
        sheet_list=chapter.sheet_list,
        tailpiece=chapter.tailpiece,
        sheet=lambda item, part: cast(Any, environment.get_template("sheets.j2").module).sheet(item, part=part),
        imprint=chapter.imprint,
        back_cover=chapter.back_cover,
    )
    return assemble_book(context, environment, macros, edition, paper, context.direction)


def _print_environment(context: RenderContext, edition: Edition, paper: Paper) -> Environment:
    environment = make_environment(replace(context, fillable=edition.fillable))
    environment.globals["drawing"] = partial(_drawing, edition, paper)
    add_table_filter(environment, context, edition, paper)
    return environment


def render_head(context: RenderContext) -> RenderedBook:
    """Return the head of a file that is joined from others: only metadata, neither styles nor sections."""
    head: Any = make_environment(context).get_template("print-head.j2").module
    return RenderedBook(context.html_lang, context.direction, str(head.metadata()), "", "", (), 0, "")


def add_table_filter(environment: Environment, context: RenderContext, edition: Edition, paper: Paper) -> None:
    """Let templates fit tables to the pages of an edition."""
    words: Any = environment.get_template("joins.j2").module
    lang = context.html_lang

    def label(text: str) -> str:
        return untagged(words.labeled(text, ""))

    environment.filters["fit_table"] = lambda html: fit_table(html, edition, paper, lang, label)
    environment.filters["fit_sheet_table"] = lambda html, turn: fit_sheet_table(html, edition, paper, lang, turn)


OF_BOOK = "/* Rules with text of the book */\n"
SIDES = 4  # pages of a sheet of paper that is folded once


# --- A book in sections ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SectionMacros:
    """The template macros of a print edition; each returns HTML."""

    cover: Callable[[], str]
    contents: Callable[[], str]
    chapter_tag: Callable[..., str]
    """The start tag of a chapter with pages of its own; `resumed` for the pages that continue it."""
    part_tag: Callable[..., str]
    """The start tag of a part; `resumed` for the pages that continue it."""
    part_band: Callable[[Part], str]
    chapter_head: Callable[[Chapter, Part | None], str]
    block: Callable[[Block, Chapter], str]
    sheet_list: Callable[[Part], str]
    tailpiece: Callable[[Drawing], str]
    sheet: Callable[[Sheet, Part], str]
    imprint: Callable[[], str]
    back_cover: Callable[[], str]


def assemble_book(
    context: RenderContext,
    environment: Environment,
    macros: SectionMacros,
    edition: Edition,
    paper: Paper,
    *directions: str,
    second: str = "",
) -> RenderedBook:
    """Render the head and the sections of a print book, in reading order.

    `directions` are those of the pages and of the `second` language, if there is one. Raises PublishError for a letter that no typeface has.
    """
    head: Any = environment.get_template("print-head.j2").module
    sections = tuple(_sections(environment, macros))
    css = _page_css(edition, paper, context.templates, *directions)
    css += _handout_css(context, edition) + OF_BOOK + str(head.page_styles())
    texts = (css, *(section.html for section in sections))
    css = with_typefaces(css, texts, *filter(None, (context.book.lang, second)))
    sections = tuple(_with_credits(section, css, environment) for section in sections)
    css, _, page_css = css.partition(OF_BOOK)
    return RenderedBook(
        context.html_lang,
        context.direction,
        str(head.metadata()),
        css,
        binding_styles(context.templates, edition) + str(head.binding_colors()),
        sections,
        SIDES if context.book.cut else 0,
        page_css,
    )


def _with_credits(section: RenderedSection, css: str, environment: Environment) -> RenderedSection:
    """Return a section that names the typefaces of the book if it is the imprint."""
    if section.name != "imprint":
        return section
    sides: Any = environment.globals["sides"]
    chapter: Any = environment.get_template("chapter.j2").module
    macros = {side.lang: side.chapter.typeface_words for side in sides}
    macros = macros or {str(environment.globals["lang"]): chapter.typeface_words}
    return replace(section, opening=fill_typefaces(section.opening, css, macros))


def with_typefaces(css: str, texts: Iterable[str], *langs: str) -> str:
    """Return a style sheet with the typefaces that texts in these languages need beside Atkinson Hyperlegible.

    The first language is that of the pages. Raises PublishError for a letter that no typeface has.
    """
    typefaces = find_typefaces(set[str]().union(*texts), *langs)
    return face_rules(typefaces) + set_typefaces(css, typefaces, *langs) if typefaces else css


def _sections(environment: Environment, macros: SectionMacros) -> Iterator[RenderedSection]:
    book = cast(Book, environment.globals["book"])
    if book.cut:
        for section in handout_sections(environment, macros.chapter_head, macros.block, macros.sheet):
            unwrapped = tuple(map(unwrap_passages, section.blocks))
            yield replace(section, opening=unwrap_passages(section.opening), blocks=unwrapped)
        return
    yield undivided_section("cover", macros.cover())
    yield undivided_section("contents", macros.contents())
    for item in book.front:
        tag, (head, *blocks) = partial(macros.chapter_tag, item), chapter_blocks(macros, item, None)
        if book.front_drawing and item is book.front[-1]:
            blocks.append(str(macros.tailpiece(book.front_drawing)))
        yield divided_section(item.id, tag, head, blocks)
    for part in book.parts:
        running = [block for item in part.chapters for block in chapter_blocks(macros, item, part)]
        after = [macros.sheet_list(part)] if part.sheets else []
        after += [macros.tailpiece(part.drawing)] if part.drawing else []
        tag = partial(macros.part_tag, part)
        yield divided_section(f"part-{part.id}", tag, macros.part_band(part), [*running, *after])
        for sheet in (item for item in part.sheets if item.in_book):
            yield undivided_section(f"sheet-{sheet.id}", macros.sheet(sheet, part))
    yield undivided_section("imprint", macros.imprint())
    yield undivided_section("back-cover", macros.back_cover())


BRIEF = 110  # characters: a paragraph of no more than two lines on the smallest page


def chapter_blocks(macros: SectionMacros, item: Chapter, part: Part | None) -> Iterator[str]:
    """Yield the head of a chapter, then its blocks.

    A brief paragraph below a heading is kept with what follows, so that three lines follow the heading on its page.
    """
    yield macros.chapter_head(item, part)
    for before, block in zip((None, *item.blocks), item.blocks):
        html = str(macros.block(block, item))
        if isinstance(before, Heading) and isinstance(block, Paragraph) and len(plain(block.text)) < BRIEF:
            html = html.replace("<p>", '<p class="brief">', 1)
        yield html


def divided_section(name: str, tag: Callable[..., str], opening: str, blocks: Iterable[str]) -> RenderedSection:
    """Return a section with each of its blocks as a separate string of HTML. `tag` returns its start tag."""
    return RenderedSection(
        name,
        unwrap_passages(f"{tag()}\n{opening}\n"),
        tuple(map(unwrap_passages, blocks)),
        "</section>",
        str(tag(resumed=True)),
    )


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

MARK_WIDTH = 105.0  # mm, the least width of a drawing on a loose sheet, as in templates/styles/loose-sheets.css
SIDE_MARGINS = 30.0  # mm, left and right together, as in templates/styles/print.css


def _drawing(
    edition: Edition, paper: Paper, drawing: Drawing, key: str, mark: bool = False, ground: bool = True
) -> Markup:
    min_size = min_label_size(edition, paper, drawing, mark)
    return drawing_svg(drawing, key, min_size=min_size, ground=ground, marks_lines=True)


def min_label_size(edition: Edition, paper: Paper, drawing: Drawing, mark: bool) -> float:
    """Return the minimum size of a label, in units of the drawing, for the minimum type size of the edition.

    The drawing is as wide as the text area, or as high as the edition allows.
    """
    height = paper.height * (edition.mark if mark else edition.figure)
    width = MARK_WIDTH if mark and edition.fillable else paper.width - SIDE_MARGINS
    scale = min(width / drawing.width, height / drawing.height)  # mm
    return edition.smallest / (scale / 25.4 * 72)


def print_page(
    template: str, environment: Environment, edition: Edition, paper: Paper, templates: Path, *directions: str
) -> str:
    """Render a template with the style sheets of a print edition on a paper size.

    `directions` are those of the pages and of the second language, if there is one.
    """
    css = _page_css(edition, paper, templates, *directions) + binding_styles(templates, edition)
    page = environment.get_template(template).render(css=css)
    book: Book = environment.globals["book"]  # type: ignore[assignment]
    return page.replace(css, with_typefaces(css, [page], book.lang), 1)


def _page_css(edition: Edition, paper: Paper, templates: Path, *directions: str) -> str:
    figure, mark = edition.figure * paper.height, edition.mark * paper.height
    size = f":root{{--paper-height:{paper.height}mm;--figure:{figure:.1f}mm;--mark:{mark:.1f}mm}}\n"
    size += f"@page{{size:{paper.width}mm {paper.height}mm}}@page wide{{size:{paper.height}mm {paper.width}mm}}\n"
    css = font_css(font_folder().as_uri() + "/") + print_colors() + size
    return css + styles(templates, edition, *directions)


def _handout_css(context: RenderContext, edition: Edition) -> str:
    names = ["handout", *(f"handout-{name}" for name in edition.styles if name in HANDOUT_STYLES)]
    names += [f"{name}-rtl" for name in names] if context.direction == "rtl" else []
    return _read_styles(context.templates, names) if context.book.cut else ""


def binding_styles(templates: Path, edition: Edition) -> str:
    """Return the accent colors for typeset pages when they are bound, and the style sheets that change them."""
    return accent_defaults() + _read_styles(templates, edition.binding_styles)


def styles(templates: Path, edition: Edition, *directions: str) -> str:
    """Return an edition's style sheets in order, then those for right-to-left text if needed.

    `directions` are those of the pages and of the second language, if there is one.
    """
    names = list(edition.styles)
    if "rtl" in directions:
        names += [f"{name}-rtl" for name in edition.styles]
    if directions[:1] == ("rtl",) and edition.medium == "pdf" and not edition.fillable:  # sheets have one foot
        names.append("pages-rtl")
    css = _read_styles(templates, names)
    return MIRRORED.sub(r'\1:not(:where([dir="ltr"], [dir="ltr"] *))\2', css) if directions == ("rtl", "ltr") else css


def _read_styles(templates: Path, names: Sequence[str]) -> str:
    return "".join((templates / "styles" / f"{name}.css").read_text(encoding="utf-8-sig") for name in names)
