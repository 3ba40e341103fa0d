"""Whole documents for paper: one page of HTML each, style sheets included."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from carepress.model import Drawing, Edition, Paper
from carepress.pages.drawings import drawing_svg
from carepress.pages.environment import RenderContext, make_environment
from carepress.text.fonts import font_css, font_folder

SYMMETRIC = {"press", "planner"}  # style sheets that need no mirror


def render_pdf(context: RenderContext, edition: Edition, paper: Paper) -> str:
    """Return the HTML of a print edition, style sheets included.

    The only addresses in it are those of the font files; drawings are inline.
    """
    environment = make_environment(replace(context, fillable=edition.fillable))
    environment.globals["drawing"] = partial(_drawing, edition, paper)
    template = "sheets.html.j2" if edition.fillable else "booklet.html.j2"
    return print_page(template, environment, edition, paper, context.templates, context.direction)


SIDES = 34.0  # mm: the margins beside the text; templates/styles/print.css has the same


def _drawing(edition: Edition, paper: Paper, drawing: Drawing, key: str, mark: bool = False) -> Markup:
    return drawing_svg(drawing, key, least=least_label(edition, paper, drawing, mark))


def least_label(edition: Edition, paper: Paper, drawing: Drawing, mark: bool) -> float:
    """Return the size, in a drawing's units, of a label that is as small in print as the edition allows.

    The drawing is as wide as the text, or as high as it may be.
    """
    height = paper.height * (edition.mark if mark else edition.figure)
    scale = min((paper.width - SIDES) / drawing.width, height / drawing.height)  # mm
    return edition.smallest / (scale / 25.4 * 72)


def print_page(
    template: str, environment: Environment, edition: Edition, paper: Paper, templates: Path, *directions: str
) -> str:
    """Render a template with the style sheets of a print edition on a paper.

    `directions` are that of the pages, and that of a second language.
    """
    figure, mark = edition.figure * paper.height, edition.mark * paper.height
    size = f":root{{--paper-height:{paper.height}mm;--figure:{figure:.1f}mm;--mark:{mark:.1f}mm}}\n"
    size += f"@page{{size:{paper.width}mm {paper.height}mm}}@page wide{{size:{paper.height}mm {paper.width}mm}}\n"
    css = font_css(font_folder().as_uri() + "/") + size + styles(templates, edition, *directions)
    return environment.get_template(template).render(css=css)


def styles(templates: Path, edition: Edition, *directions: str) -> str:
    """Return an edition's style sheets, joined in their order, then those that mirror them.

    `directions` are that of the pages, and that of a second language.
    """
    names = list(edition.styles)
    if "rtl" in directions:
        names += [f"{name}-rtl" for name in edition.styles if name not in SYMMETRIC]
    if directions[:1] == ("rtl",) and edition.medium == "pdf":
        names.append("pages-rtl")
    return "".join((templates / "styles" / f"{name}.css").read_text(encoding="utf-8") for name in names)
