"""The templates print no text and no punctuation of their own: other languages have others, in another order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from jinja2 import Environment

from carepress.catalogs.extract import interface_messages
from carepress.epub.documents import render_epub
from carepress.handouts.cut import cut
from carepress.model import EDITIONS, Interface, Key, PageStart, Pagination, map_segments
from carepress.model.interface import english
from carepress.pages.environment import RenderContext, make_environment
from carepress.pages.messages import in_english
from carepress.pages.render import render_book, render_sheets
from support import GARDEN, ROOT, model

TEMPLATES = ROOT / "templates"
# In English alone: what reviewers and translators read.
ENGLISH = ("changes.html.j2", "dossier.html.j2", "preview/")
NAMES = sorted(
    name for path in TEMPLATES.rglob("*.j2") if not (name := path.relative_to(TEMPLATES).as_posix()).startswith(ENGLISH)
)
VALUE = "\ue000"
MESSAGE = re.compile(r'(?:(?<=\b_)|(?<=\bpgettext))\((?:\s*"[^"]*",?)+')  # of _() or pgettext()
# Attributes that are read aloud or shown.
SPOKEN = re.compile(
    r'\s(?:alt|title|aria-label|data-foot|data-label|data-numbered|data-choice|data-short|data-head)="([^"]*)"'
)
# What separates, in a string of an expression; ids and addresses have hyphens, and colons at their end.
SEPARATES = re.compile(r"[\s,;.()/·…–—]|^:")
CONTENT = re.compile(r"content: *([^;}]*)")
ALLOWED = {
    "chapter.j2": ('in-part"', '"'),  # attributes and classes, which macros return
    "pairs.j2": (" ", "/"),  # between the same words in two languages
    "sheets.j2": (" ", "-", "sheet", "long", "beside", "yes"),
    "print-head.j2": (", ", ") > a.xref"),  # keywords of a PDF; a selector
    "reminders.html.j2": ("–",),  # a day without a dose
    "shelf/index.html.j2": ("OPDS 1.2", "OPDS 2.0", f"{VALUE} · ", "·"),  # standards; between languages
}


def tokens(source: str) -> Iterator[tuple[str, str]]:
    for _line, kind, text in Environment(trim_blocks=True, lstrip_blocks=True).lex(source):
        if kind not in ("whitespace", "comment", "comment_begin", "comment_end"):
            yield kind, text


def literals(source: str) -> Iterator[str]:
    """Yield the text of a template that no message has, apart from spaces."""
    html, before, in_message = "", ("", ""), False
    for kind, text in tokens(MESSAGE.sub("(", source)):
        if kind == "data":
            html += "" if in_message else text
        elif kind == "variable_end":
            html += VALUE
        else:
            in_message = (in_message or text == "trans") and text != "endtrans"
            yield from joins(before, kind, text)
        before = (kind, text)
    for rule in CONTENT.findall(html):
        if '"' in rule:
            yield rule
    html = re.sub(
        r"<style.*?</style>|^[^\n]*\{[^\n]*\}$|^:root[^\n]*|<\?xml[^>]*>|<!DOCTYPE[^>]*>",
        "",
        html,
        flags=re.DOTALL | re.MULTILINE,
    )
    yield from (words for words in SPOKEN.findall(html) if words.replace(VALUE, "").strip())
    # Macros return attributes, too.
    text = re.sub(r'<[^<>]*>|[\w:-]+="[^"]*"', "", html)
    yield from (piece for piece in re.split(rf"[\s{VALUE}]+", text) if piece)


def joins(before: tuple[str, str], kind: str, text: str) -> Iterator[str]:
    """Yield a string that an expression joins to others."""
    if kind == "name" and text == "join":
        yield text
    if kind == "string":
        words = text[1:-1]
        if words not in (r"\n", "") and (before == ("operator", "~") or not re.search(r"\w", words)):
            yield from [words] if SEPARATES.search(words) else []


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_joined_by_messages(name: str) -> None:
    found = set(literals((TEMPLATES / name).read_text(encoding="utf-8")))
    assert found == set(ALLOWED.get(name, ()))


@pytest.mark.parametrize(
    "source",
    [
        "<p>{{ a }}: {{ b }}</p>",
        "<p>{{ a }}{{ ', ' if b }}</p>",
        '<p>{{ a ~ ". " ~ b }}</p>',
        '<p>{{ a | join("; ") }}</p>',
        "<p>See {{ a }}</p>",
        '<img alt="{{ a }}. {{ b }}">',
        'a::after { content: " (" attr(b) }',
        "{% if a %}<b>{{ a }}</b> ({{ b }}){% endif %}",
    ],
)
def test_joined_text_is_found(source: str) -> None:
    assert list(literals(source))


@pytest.mark.parametrize(
    "source",
    [
        '<p>{{ _("See %(a)s: %(b)s.", a=a, b=b) }} {{ pgettext("a. b", "; ") }}</p>',
        '{# A comment. #}<p class="a, b">{% trans a=b %}{{ a }}, and more.{% endtrans %}</p>',
        '<a href="#{{ "term:" ~ a }}" id="{{ a ~ "-" ~ b }}">{{ a }}</a> {{ b }}',
    ],
)
def test_message_may_have_punctuation(source: str) -> None:
    assert list(literals(source)) == []


# --- in another language ---

CHINESE = {
    ("label", "%(label)s: %(value)s"): "%(label)s：%(value)s",
    ("list", "%(before)s, %(last)s"): "%(before)s、%(last)s",
    ("sentences", "%(first)s %(second)s"): "%(first)s%(second)s",
    ("remark", "%(words)s (%(note)s)"): "%(words)s（%(note)s）",
    ("glossary", "%(term)s: %(definition)s"): "%(term)s：%(definition)s",
    ("foot of a page", "%(number)s / %(total)s"): "共 %(total)s 页，第 %(number)s 页",
    (None, "%(words)s (page %(number)s)"): "（第%(number)s页）%(words)s",
    (None, "page %(number)s"): "第%(number)s页",
}


@pytest.fixture(scope="module")
def chinese() -> RenderContext:
    """The garden, of which only some messages are translated."""

    def lookup(key: Key, plural: str | None, count: int) -> str:
        return CHINESE.get(key) or english(key, plural, count)

    missing = tuple(message.key for message in interface_messages(TEMPLATES) if message.key not in CHINESE)
    book = replace(map_segments(model(GARDEN, "en"), lambda segment: replace(segment, lang="es")), lang="es")
    return RenderContext(book, TEMPLATES, Interface(lookup, missing))


def test_texts_are_joined_as_in_the_language(chinese: RenderContext) -> None:
    joins = make_environment(chinese).get_template("joins.j2").module
    assert joins.labeled("a", "b") == "a：b"
    assert joins.listed(["a", "b", "c"]) == "a、b、c"
    assert joins.listed([]) == ""
    assert joins.sentences("a。", "", None, "b。") == "a。b。"
    assert joins.noted("a", "<b>") == "a（&lt;b&gt;）"


def test_pages_have_the_punctuation_and_order_of_the_language(chinese: RenderContext) -> None:
    book = render_book(chinese, EDITIONS["booklet"], EDITIONS["booklet"].papers[0])
    assert 'a.xref::before { content: "\\ff08 第" target-counter(attr(href), page) "页\\ff09 " }' in book.page_css
    assert "a.xref::after" not in book.page_css
    epub = render_epub(chinese, EDITIONS["epub"], Pagination((PageStart(3, "welcome", 0),), {"welcome": ("a",)}, {}))
    pages = {document.name: document.xhtml.decode() for document in epub.documents}
    assert "</dfn>：" in pages["sowing"]
    assert 'aria-label="第3页"' in pages["welcome"]
    assert 'data-label="Depth："' in pages["sowing"]


def test_handout_counts_its_pages_in_the_order_of_the_language(chinese: RenderContext) -> None:
    small = cut(chinese.book, chinese.book.handouts[0])
    book = render_book(replace(chinese, book=small), EDITIONS["booklet"], EDITIONS["booklet"].papers[0])
    assert 'content: "共 " counter(pages, total) " 页\\ff0c 第 " counter(page) " 页"; width: 10.08em' in book.page_css


def test_untranslated_words_of_a_draft_are_marked_as_english(chinese: RenderContext) -> None:
    book = render_book(chinese, EDITIONS["booklet"], EDITIONS["booklet"].papers[0])
    html = "".join(section.html for section in book.sections)
    assert '<span lang="en" xml:lang="en">Words to know</span>' in html
    # A value is in the language of the page.
    assert '<span lang="en" xml:lang="en">Text and drawings: </span>CC0 1.0<span lang="en" xml:lang="en">. You' in html
    assert not re.search(r'="[^"]*<span', book.metadata + html)
    # The documents are XML, in which an attribute cannot have an element.
    render_epub(chinese, EDITIONS["epub"], Pagination((), {}, {}))
    sheets = render_sheets(chinese, EDITIONS["sheets"], EDITIONS["sheets"].papers[0])
    assert not re.search(r'="[^"]*(?:<|&lt;)span', sheets)


@pytest.mark.parametrize(("direction", "attribute"), [("ltr", ""), ("rtl", ' dir="ltr"')])
def test_only_words_are_marked(direction: str, attribute: str) -> None:
    marked = in_english("Sheet <%(number)s: %(title)s!", direction)
    assert marked == f'<span lang="en" xml:lang="en"{attribute}>Sheet &lt;</span>%(number)s: %(title)s!'


# --- typefaces in the imprint ---


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        ("", "Typeface: Atkinson Hyperlegible, Braille Institute, SIL Open Font License 1.1. Made with Carepress."),
        (
            "Ж",
            "Typefaces: Atkinson Hyperlegible, Braille Institute, SIL Open Font License 1.1;"
            " Noto Sans, The Noto Project Authors, SIL Open Font License 1.1. Made with Carepress.",
        ),
    ],
)
def test_imprint_names_the_typefaces_of_the_file(letters: str, words: str) -> None:
    book = model(GARDEN, "en")
    book = replace(book, author=replace(book.author, text=f"A. Ruiz {letters}"))
    context = RenderContext(book, TEMPLATES)
    printed = render_book(context, EDITIONS["booklet"], EDITIONS["booklet"].papers[0])
    (imprint,) = (section.html for section in printed.sections if section.name == "imprint")
    assert words in imprint
    epub = render_epub(context, EDITIONS["epub"], Pagination((), {}, {}))
    (imprint,) = (document.xhtml.decode() for document in epub.documents if document.name == "imprint")
    # An e-book leaves Cyrillic letters to the reading device.
    assert "Typeface: Atkinson Hyperlegible, Braille Institute, SIL Open Font License 1.1. Made" in imprint


def test_names_of_typefaces_keep_their_order_in_right_to_left_text() -> None:
    book = replace(model(GARDEN, "en"), lang="ar")
    printed = render_book(RenderContext(book, TEMPLATES), EDITIONS["booklet"], EDITIONS["booklet"].papers[0])
    (imprint,) = (section.html for section in printed.sections if section.name == "imprint")
    names = ("Atkinson Hyperlegible", "Braille Institute", "SIL Open Font License 1.1")
    assert ", ".join(f'<bdi dir="ltr">{name}</bdi>' for name in names) in imprint


def test_first_variable_of_a_plural_is_its_number() -> None:
    """Jinja chooses the form by the first variable; of a formatted text, gettext raises TypeError in most languages."""
    found = []
    for path in sorted((ROOT / "templates").rglob("*.j2")):
        for start in re.finditer(
            r"\{% trans (\w+)=((?:(?!%\}).)*)%\}(?:(?!endtrans).)*?\{% pluralize %\}", path.read_text(), re.S
        ):
            found.append((path.name, start[1]))
            assert not re.search(r"\| *(?!length\b)\w", start[2].partition(",")[0]), (path, start[0])
    assert ("make.html.j2", "count") in found
    assert len(found) > 3


def test_no_caption_is_positioned_absolutely() -> None:
    """A table would have a row without height for it, with which its head alone fits at the foot of a page."""
    texts = {path: path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.j2")}
    assert [path for path, text in texts.items() if re.search(r"<caption[^>]*\bunseen\b", text)] == []
    assert sum('<caption class="bare"><span class="unseen">' in text for text in texts.values()) == 4
