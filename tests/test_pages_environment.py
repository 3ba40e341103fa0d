"""The template environment: inline markup, placeholders, dates, sorting, languages."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
from jinja2 import Environment, UndefinedError

from carepress.model import Interface, Segment, Term
from carepress.pages.environment import (
    RenderContext,
    _TemplateCache,
    make_environment,
    segment_html,
    translated_environment,
)
from carepress.pages.messages import message_finder
from carepress.workspace.cache import Cache
from carepress.workspace.fingerprint import build_fingerprint
from support import GARDEN, ROOT, model


def render_context(lang: str = "en", medium: str = "epub", **values: str) -> RenderContext:
    return RenderContext(
        book=replace(model(GARDEN, "en"), lang=lang),
        templates=ROOT / "templates",
        medium=medium,
        anchor=lambda target: f"#{target}",
        values=values,
        draft=False,
    )


def environment(lang: str = "en") -> Environment:
    return make_environment(render_context(lang))


def segment(text: str, lang: str = "en") -> Segment:
    return Segment(text, "x.md", 7, "paragraph", text, lang)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("**a** *b*", "<strong>a</strong> <em>b</em>"),
        ("[a](term:b)", '<a class="term" href="#term:b">a</a>'),
        ("[a](chapter:b)", '<a class="xref" href="#chapter:b">a</a>'),
        ("[a](sheet:b)", '<a class="xref" href="#sheet:b">a</a>'),
        ("[a](https://b.org/?c&d)", '<a class="web" href="#https://b.org/?c&amp;d">a</a>'),
    ],
)
def test_inline_markup(text: str, html: str) -> None:
    assert segment_html(segment(text), render_context()) == html


@pytest.mark.parametrize(("medium", "soil"), [("pdf", "Soil”</a>"), ("epub", "Soil</a>”")])
def test_page_of_a_link_follows_its_closing_quotation_mark(medium: str, soil: str) -> None:
    """On paper, a style sheet writes the page after the link: “Soil” (page 5), not “Soil (page 5)”."""
    html = segment_html(segment("“[Soil](chapter:soil)”, “[clay](term:clay)”"), render_context(medium=medium))
    links = f'“<a class="xref" href="#chapter:soil">{soil}, “<a class="term" href="#term:clay">clay</a>”'
    assert links in html


def test_placeholder_is_a_blank_or_the_value_of_the_hospital() -> None:
    text = segment("Here: {meeting_place}")
    assert segment_html(text, render_context()).count('class="rule"') == 2
    filled = segment_html(text, render_context(meeting_place="A & B"))
    assert filled == 'Here: <span class="value">A &amp; B</span>'


@pytest.mark.parametrize(("lang", "marked"), [("en", False), ("es", True)])
def test_untranslated_text_is_marked_as_english(lang: str, marked: bool) -> None:
    html = segment_html(segment("a"), render_context(lang))
    assert ('lang="en" xml:lang="en"' in html) is marked


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "2022-11", "November 2022"),
        ("en", "2025-01-17", "January 17, 2025"),
        ("es", "2022-11", "noviembre de 2022"),
        ("es", "2025-01-17", "17 de enero de 2025"),
    ],
)
def test_review_dates(lang: str, text: str, expected: str) -> None:
    assert environment(lang).filters["reviewed"](text) == expected


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["Acid", "bed", "Élan", "end", "ñandu", "zest"]),
        ("es", ["ácido", "nube", "nz", "ñame", "oca", "¿qué?", "zumo"]),
    ],
)
def test_terms_are_sorted_by_the_rules_of_the_language(lang: str, words: list[str]) -> None:
    terms = [Term(word, segment(word), segment("x")) for word in reversed(words)]
    assert [term.id for term in environment(lang).filters["sorted_terms"](terms)] == words


@pytest.mark.parametrize(
    ("lang", "html_lang", "direction", "name"),
    [
        ("en", "en", "ltr", "English"),
        ("es_419", "es-419", "ltr", "Español (Latinoamérica)"),
        ("vi", "vi", "ltr", "Tiếng Việt"),
        ("ht", "ht", "ltr", "Kreyòl Ayisyen"),
        ("zh_Hans", "zh-Hans", "ltr", "简体中文"),
        ("ar", "ar", "rtl", "العربية"),
    ],
)
def test_language_direction_and_name(lang: str, html_lang: str, direction: str, name: str) -> None:
    names = environment(lang).globals
    assert (names["lang"], names["direction"], names["language_name"]) == (html_lang, direction, name)


def test_templates_escape_values_and_refuse_undefined_names() -> None:
    assert environment().from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"
    with pytest.raises(UndefinedError):
        environment().from_string("{{ no_such_thing }}").render()


def compiled(templates: Path, cache: _TemplateCache) -> tuple[str, bool]:
    """Return what a template prints, and whether it was compiled for that."""
    environment = translated_environment(templates, message_finder(Interface(), "ltr"))
    environment.bytecode_cache = cache
    with mock.patch.object(environment, "_generate", wraps=environment._generate) as compiler:
        return environment.get_template("x.j2").render(), compiler.called


def template_cache(folder: Path) -> _TemplateCache:
    cache = _TemplateCache()
    cache.files = Cache(folder)
    return cache


def test_template_is_compiled_once_for_all_processes(tmp_path: Path) -> None:
    path, folder = tmp_path / "x.j2", tmp_path / "cache"
    path.write_text("one")
    first = template_cache(folder)
    with mock.patch.object(sys, "dont_write_bytecode", True):
        assert compiled(tmp_path, first) == ("one", True)
    assert compiled(tmp_path, first) == ("one", False)
    with mock.patch.object(sys, "dont_write_bytecode", False):
        assert compiled(tmp_path, template_cache(folder)) == ("one", True)
    assert compiled(tmp_path, template_cache(folder)) == ("one", False)
    path.write_text("two")
    for writing in (True, False):
        with mock.patch.object(sys, "dont_write_bytecode", not writing):
            assert compiled(tmp_path, template_cache(folder)) == ("two", writing)


@pytest.mark.parametrize("fault", ["program", "damage", "unwritable"])
def test_template_is_compiled_again(fault: str, tmp_path: Path) -> None:
    (tmp_path / "x.j2").write_text("one")
    folder = tmp_path / "cache"
    with mock.patch.object(sys, "dont_write_bytecode", False):
        if fault == "unwritable":
            folder.write_text("a file")
        assert compiled(tmp_path, template_cache(folder)) == ("one", True)
        if fault == "damage":
            (entry,) = folder.iterdir()
            entry.write_bytes(entry.read_bytes()[:-1] + b"?")
        program = "another" if fault == "program" else build_fingerprint()
        with mock.patch("carepress.pages.environment.build_fingerprint", return_value=program):
            assert compiled(tmp_path, template_cache(folder)) == ("one", True)
