"""The private parts of WeasyPrint that Carepress patches or uses are unchanged: an upgrade may change any of them."""

from __future__ import annotations

import ast
import inspect
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from support_pages import render_context
from weasyprint import HTML, pdf, svg
from weasyprint.draw import text as draw_text
from weasyprint.formatting_structure.boxes import BlockBox, Box
from weasyprint.html import UA
from weasyprint.layout import inline
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.pdf import fonts as pdf_fonts
from weasyprint.pdf.stream import Stream
from weasyprint.text import fonts, line_break
from weasyprint.urls import URLFetcher

from carepress.handouts.cut import cut
from carepress.handouts.select import find_handout
from carepress.model import EDITIONS, Selection
from carepress.pages.render import render_book
from carepress.pdf import weasyprint_patches as patches
from carepress.pdf.write import lay_out
from carepress.text.fonts import FAMILY, font_css, font_folder
from support import GARDEN, ROOT, model

PATCHES = {
    ROOT / "carepress" / "pdf" / "weasyprint_patches.py",
    ROOT / "carepress" / "epub" / "ebooklib_patches.py",
    ROOT / "carepress" / "text" / "babel_patches.py",
}
# The modules of WeasyPrint that other modules may import: its public interface, and the classes of boxes.
PUBLIC = {"weasyprint", "weasyprint.document", "weasyprint.text.fonts", "weasyprint.urls"}
BOXES = {"weasyprint.formatting_structure", "weasyprint.images"}
NOT_PRIVATE = {"etree._Element", "lxml.etree._Element", "os._exit"}  # lxml's type of elements; a documented function

# The parameters of each function that is replaced, overridden or called.
SIGNATURES = {
    (Stream, "marked"): "self box tag",
    (pdf, "add_tags"): "pdf document pdf_version page_streams",
    (pdf, "resolve_links"): "pages",
    (pdf, "add_outlines"): "pdf bookmarks parent",
    (pdf, "build_fonts_dictionary"): "pdf fonts compress subset options",
    (svg, "path"): "svg node font_size",
    (draw_text, "draw_first_line"): "stream textbox text_overflow block_ellipsis matrix",
    (Stream, "add_font"): "self pango_font",
    (Stream, "set_font_size"): "self font size",
    (inline, "split_first_line"): "text style context max_width justification_spacing is_line_start minimum",
    (HTML, "_ua_stylesheets"): "self forms",
    (fonts.FontConfiguration, "__del__"): "self",
    (line_break, "Layout"): "style justification_spacing max_width",
    (line_break, "line_size"): "line style",
    (line_break, "can_break_text"): "text lang",
}
# The functions that look up a replaced function by its global name, in the module where it is replaced.
CALLERS = {
    "add_tags": pdf.generate_pdf,
    "resolve_links": pdf.generate_pdf,
    "add_outlines": pdf.generate_pdf,
    "build_fonts_dictionary": pdf.generate_pdf,
    "split_first_line": inline.split_text_box,
    "draw_first_line": draw_text.draw_text,
}
PAGE = (
    f"<style>{font_css(font_folder().as_uri() + '/')}html {{font-family: '{FAMILY}'}}</style>"
    '<html lang="en"><title>t</title><body><p style="position: absolute">a</p>'
)


def test_patches_are_for_the_installed_version() -> None:
    assert version("weasyprint") == patches.WRITTEN_FOR, "read carepress/pdf/weasyprint_patches.py for the new version"


@pytest.mark.parametrize(("owner", "name"), SIGNATURES, ids=lambda part: getattr(part, "__name__", part))
def test_signature_is_unchanged(owner: Any, name: str) -> None:
    assert list(inspect.signature(getattr(owner, name)).parameters) == SIGNATURES[owner, name].split()


@pytest.mark.parametrize("name", CALLERS)
def test_caller_looks_up_the_replaced_function(name: str) -> None:
    assert name in CALLERS[name].__code__.co_names


def test_split_first_line_returns_six_values() -> None:
    results = []

    def split_first_line(*args: Any, **kwargs: Any) -> Any:
        results.append(original(*args, **kwargs))
        return results[-1]

    original = inline.split_first_line
    with patches._replaced(inline, "split_first_line", split_first_line):
        lay_out(PAGE)
    _layout, length, resume_index, *_sizes = results[0]
    assert (len(results[0]), length, resume_index) == (6, 1, None)


def test_page_boxes_and_placeholders() -> None:
    box = patches.page_boxes(lay_out(PAGE).pages)[0]
    assert isinstance(box, Box)
    placeholders = [
        child for part in box.descendants() for child in part.children if isinstance(child, AbsolutePlaceholder)
    ]
    assert [type(patches.without_placeholder(child)) for child in placeholders] == [BlockBox]
    assert patches.without_placeholder(box) is box


def test_marked_content() -> None:
    document = lay_out(PAGE)
    contents = []

    def add_tags(_file: Any, _document: Any, _version: Any, streams: list[Any]) -> None:
        contents.extend(patches.marked_content(stream) for stream in streams)

    with patches.replaced_tags(add_tags, {}):
        document.write_pdf(pdf_tags=True)
    assert [content["mcid"] for content in contents[0].values()] == [0]
    # Every box is an artifact: nothing is marked for the structure.
    artifacts = dict.fromkeys(contents.pop(), "/Layout")
    with patches.replaced_tags(add_tags, artifacts):
        data = document.write_pdf(pdf_tags=True, uncompressed_pdf=True)
    assert contents == [{}]
    assert re.search(rb"/Artifact\s*<</Type /Layout>>\s*BDC", data)


def test_fonts_are_collected() -> None:
    document = lay_out(PAGE)
    collected: dict[str, Any] = {}
    with patches.without_fonts_and_outlines(collected.update):
        document.write_pdf()
    (font,) = collected.values()
    assert isinstance(font, pdf_fonts.Font)
    assert list(font.to_unicode.values()) == ["a"]
    assert font.widths.keys() == font.to_unicode.keys()
    assert font.hash
    assert font.file_content


def test_note_rules_are_removed() -> None:
    rules = patches.NOTE_RULES.findall(UA)
    assert {rule.split()[0].rstrip("{") for rule in rules} >= {"::footnote-call", "::footnote-marker"}
    assert "::note-" not in (rest := patches.NOTE_RULES.sub("", UA))
    assert "::footnote-" not in rest


def test_user_agent_style_sheet_is_replaced() -> None:
    html = HTML(string="<p>")
    assert len(html._ua_stylesheets()) == 1
    assert len(html._ua_stylesheets(forms=True)) == 2
    assert len(patches.LeanHTML("<p>", URLFetcher())._ua_stylesheets()) == 1


def test_pages_are_parsed_as_by_weasyprint() -> None:
    """By expat, which gives the same elements, attributes, texts and comments in a twentieth of the time."""
    html = (
        '<!DOCTYPE html>\n<html lang="es">\n<head>\n<meta charset="utf-8"><title>A &amp; B</title></head>\n<body>\n'
        '<!--block--><p title="1 &gt; 0">a<br>b &#8195; <b>c</b> d</p><table><colgroup><col style="width: 9%"></colgroup>'
        '<tbody><tr><td></td></tr></tbody></table><img src="a.png" alt="1 &lt; 2"/></body></html>'
    )
    with mock.patch("tinyhtml5.parse", side_effect=AssertionError):
        fast = patches.LeanHTML(html, URLFetcher())
    assert _body(fast) == _body(HTML(string=html))
    loose = patches.LeanHTML("<p>a&nbsp;b<p>c", URLFetcher())
    assert _body(loose) == _body(HTML(string="<p>a&nbsp;b<p>c"))


def test_templates_are_well_formed() -> None:
    edition = EDITIONS["booklet"]
    garden = model(GARDEN, "en")
    for book in (garden, cut(garden, find_handout(garden, Selection("soil")))):
        rendered = render_book(render_context(book), edition, edition.papers[0])
        with mock.patch("tinyhtml5.parse", side_effect=AssertionError):
            page = patches.LeanHTML(rendered.html, URLFetcher())
        names = {element.tag for element in page.etree_element.iter() if isinstance(element.tag, str)}
        assert "{http://www.w3.org/2000/svg}svg" in names
        assert "svg" not in names, "XML gives it no namespace without xmlns: it would not be drawn"


def _body(html: HTML) -> list[tuple[Any, dict[str, str], str | None, str | None]]:
    (body,) = html.etree_element.iter("body")
    return [(item.tag, item.attrib, item.text, item.tail if item is not body else "") for item in body.iter()]


def test_font_folder_is_removed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise WeasyPrint removes it again at exit, when `rmtree` is None, and prints a TypeError."""
    font_config = patches.make_font_config()
    HTML(string=PAGE).render(font_config=font_config)
    folder = font_config._folder
    assert folder.is_dir()
    assert not patches.has_lost_folder(font_config)
    patches._remove_font_folder(font_config)
    assert not folder.exists()
    monkeypatch.setattr(fonts, "rmtree", None)
    font_config.__del__()


def test_originals_are_restored_after_an_error() -> None:
    originals = (Stream.marked, pdf.add_tags, pdf.resolve_links, pdf.add_outlines, pdf.build_fonts_dictionary)
    with (
        pytest.raises(ZeroDivisionError),
        patches.replaced_tags(lambda *_args: None, {}),
        patches.without_fonts_and_outlines(lambda _fonts: None),
        patches.chosen_fonts(lambda _fonts: None),
    ):
        raise ZeroDivisionError
    after = (Stream.marked, pdf.add_tags, pdf.resolve_links, pdf.add_outlines, pdf.build_fonts_dictionary)
    assert after == originals


def test_line_splitting_is_patched_once() -> None:
    patches.patch_line_splitting()
    patched = inline.split_first_line
    patches.patch_line_splitting()
    assert inline.split_first_line is patched
    assert not hasattr(patched.__wrapped__, "__wrapped__")


def test_paths_are_drawn_alike_from_memory() -> None:
    """The first file parses each path, the second has its operators from memory; they depend on the sizes around it."""
    curve = '<path d="M1 1 C 2 3 4 5 6 7 L 50% 8 z" fill="none" stroke="black" marker-end="url(#dot)"/>'
    dot = '<marker id="dot" orient="auto"><rect width="1" height="1"/></marker>'
    groups = f'{curve}<g transform="scale(2)">{curve}</g>'
    html = "".join(f'<svg viewBox="0 0 {side} {side}" width="40">{dot}{groups}</svg>' for side in (20, 30))
    with pytest.MonkeyPatch.context() as unpatched:
        unpatched.setitem(svg.TAGS, "path", getattr(svg.TAGS["path"], "__wrapped__", svg.TAGS["path"]))
        plain = HTML(string=html).write_pdf(uncompressed_pdf=True)
    patches.patch_path_drawing()
    patched = svg.TAGS["path"]
    patches.patch_path_drawing()
    assert svg.TAGS["path"] is patched
    assert not hasattr(patched.__wrapped__, "__wrapped__")
    for _time in range(2):
        assert HTML(string=html).write_pdf(uncompressed_pdf=True) == plain


# --- No other module uses private parts ------------------------------------------------------


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def private_names(path: Path) -> set[str]:
    """Return the private attributes of other objects that a file uses."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            owner, name = ast.unparse(node.value), node.attr
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "hasattr", "setattr"):
            owner, name = ast.unparse(node.args[0]), ast.unparse(node.args[1]).strip("'")
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names if is_private(alias.name)}
            continue
        else:
            continue
        if is_private(name) and owner not in ("self", "cls", "super()"):
            names.add(f"{owner}.{name}")
    return names - NOT_PRIVATE


def weasyprint_modules(path: Path) -> set[str]:
    """Return the modules of WeasyPrint that a file imports from."""
    modules = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
        elif isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
    return {name for name in modules if name.partition(".")[0] == "weasyprint"}


def test_only_the_patches_use_private_names() -> None:
    paths = sorted(set((ROOT / "carepress").rglob("*.py")) - PATCHES)
    used = {str(path.relative_to(ROOT)): names for path in paths if (names := private_names(path))}
    assert used == {}
    assert all(private_names(path) for path in PATCHES if path.name.startswith("weasyprint"))


def test_only_the_patches_import_internal_modules() -> None:
    for path in sorted(set((ROOT / "carepress").rglob("*.py")) - PATCHES):
        allowed = PUBLIC | BOXES if path.name == "boxes.py" else PUBLIC
        assert weasyprint_modules(path) <= allowed, path
