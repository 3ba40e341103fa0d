"""Render a section of a snapshot as HTML: its passages and their entries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from carepress.catalogs.gate import word_difference
from carepress.model import Problem, PublishError
from carepress.preview.state import PreviewPassage, PreviewSection, Snapshot
from carepress.text.inline import (
    Blank,
    Emphasis,
    Inline,
    InlineError,
    Link,
    Strong,
    Text,
    link_targets,
    parse_inline,
    placeholders,
)
from carepress.text.language import language_name, language_tag, source_name, text_direction
from carepress.workspace.project import INTERFACE_LANGUAGE

STATES = {
    "source": "Source text",
    "translated": "Translated",
    "fuzzy": "Fuzzy",
    "missing": "Missing",
    "unprintable": "Not fit to print",
}
MEANING = {
    "source": "This is the text as it is written.",
    "translated": "The translation is printed.",
    "unprintable": "The book cannot be built until this is corrected. Until then the {source} is shown here.",
    "fuzzy": "The translation is marked as unsure, so the {source} is printed. "
    "Correct it and remove the mark: “fuzzy” in the file, “Needs work” in Poedit.",
    "missing": "There is no translation yet, so the {source} is printed.",
}
HEADING_KINDS = {"book title", "part title", "chapter title", "sheet title", "heading", "sheet heading"}
PLAIN_KINDS = HEADING_KINDS | {"paragraph"}


@dataclass(frozen=True, slots=True)
class View:
    """The content of a page: the selected section, if the book was ever readable, and the current error, if any."""

    title: str
    lang: str
    version: str
    save: str
    checked: bool
    pdf: bool
    snapshot: Snapshot | None
    section: PreviewSection | None
    error: PublishError | None
    back: Mapping[str, str] = field(default_factory=dict)
    """Translations back into the source language, by the text."""
    back_problem: str = ""
    """Why there are none, if the program failed."""

    @property
    def html_lang(self) -> str:
        """The language tag of the translation (BCP 47)."""
        return language_tag(self.lang)

    @property
    def direction(self) -> str:
        """The writing direction of the translation: ltr or rtl."""
        return text_direction(self.lang)

    @property
    def language(self) -> str:
        """The English name of the language."""
        return language_name(self.lang)

    @property
    def source_lang(self) -> str:
        """The language of the source texts: English for the words that every book shares."""
        is_book = self.snapshot and not (self.section and self.section.kind == "interface")
        return self.snapshot.source.lang if self.snapshot and is_book else INTERFACE_LANGUAGE

    @property
    def source_language(self) -> str:
        """The English name of the source language."""
        return source_name(self.source_lang)

    @property
    def source_attributes(self) -> Markup:
        """The language and direction of an element with a source text."""
        tag, direction = language_tag(self.source_lang), text_direction(self.source_lang)
        return Markup('lang="{}" dir="{}"').format(tag, direction)

    def meaning(self, state: str) -> str:
        """Return what a state means for the printed page."""
        return MEANING[state].replace("{source}", self.source_language)

    @property
    def translated(self) -> bool:
        """Whether the page shows a translation, not the source language."""
        return self.lang != self.source_lang

    @property
    def sections(self) -> tuple[PreviewSection, ...]:
        """The sections of the book; none if it was never readable."""
        return self.snapshot.sections if self.snapshot else ()

    @property
    def groups(self) -> list[tuple[str, list[PreviewSection]]]:
        """The sections under the headings of the table of contents."""
        return [(name, list(group)) for name, group in groupby(self.sections, key=lambda section: section.group)]

    @property
    def neighbors(self) -> tuple[PreviewSection | None, PreviewSection | None]:
        """The sections before and after this one."""
        if self.section is None:
            return None, None
        row: list[PreviewSection | None] = [None, *self.sections, None]
        index = [section and section.id for section in row].index(self.section.id)
        return row[index - 1], row[index + 1]

    @property
    def problems(self) -> list[tuple[PreviewSection, PreviewPassage, Problem]]:
        """Every problem once: those of this section first, then in the order of the book."""
        sections = sorted(self.sections, key=lambda section: section is not self.section)
        problems: dict[Problem, tuple[PreviewSection, PreviewPassage, Problem]] = {}
        for section in sections:
            for passage in section.passages:
                for problem in passage.problems:
                    problems.setdefault(problem, (section, passage, problem))
        return list(problems.values())


def page_environment(templates: Path) -> Environment:
    """Return the environment of the page, with the templates of templates/preview."""
    environment = Environment(
        loader=FileSystemLoader(templates / "preview", encoding="utf-8-sig"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "inline": inline_html,
        "difference": difference_html,
        "print": _fingerprint,
        "targets": _targets,
    }
    environment.globals |= {
        "STATES": STATES,
        "HEADING_KINDS": HEADING_KINDS,
        "PLAIN_KINDS": PLAIN_KINDS,
    }
    return environment


def inline_html(text: str) -> Markup:
    """Return inline markup as HTML; text that does not parse is shown verbatim."""
    try:
        return _html(parse_inline(text))
    except InlineError:
        return escape(text)


def _html(nodes: tuple[Inline, ...]) -> Markup:
    return Markup("").join(_node(node) for node in nodes)


def _node(node: Inline) -> Markup:
    match node:
        case Text(text):
            return escape(text)
        case Strong(children):
            return Markup("<strong>{}</strong>").format(_html(children))
        case Emphasis(children):
            return Markup("<em>{}</em>").format(_html(children))
        case Blank(name):
            return Markup('<span class="blank">{{{}}}</span>').format(name)
        case Link(_target, children):
            return Markup('<span class="link">{}</span>').format(_html(children))


def difference_html(old: str, new: str) -> Markup:
    """Return both texts merged, with deletions and insertions marked."""
    pieces = re.split(r"(\[-.*?-\]|\{\+.*?\+\})", word_difference(old, new))
    return Markup("").join(_change(piece) for piece in pieces)


def _change(piece: str) -> Markup:
    if piece.startswith("[-"):
        return Markup("<del>{}</del>").format(piece[2:-2])
    if piece.startswith("{+"):
        return Markup("<ins>{}</ins>").format(piece[2:-2])
    return escape(piece)


def _targets(text: str) -> list[str]:
    """Return the link targets and placeholders, which the translation must keep."""
    try:
        nodes = parse_inline(text)
    except InlineError:
        return []
    return [*link_targets(nodes), *(f"{{{name}}}" for name in placeholders(nodes))]


def _fingerprint(value: Any) -> str:
    """Return a digest that changes when a row changes."""
    return sha256(repr(value).encode()).hexdigest()[:12]
