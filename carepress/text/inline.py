"""Inline markup: the inside of one segment, as a small tree.

A segment is CommonMark inline text with strong, emphasis and links, and placeholders in braces. HTML,
images and code are not part of the language of a handbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from carepress.text.visible import CONTROL_CHARACTERS


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A placeholder, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Strong:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link; `target` is `chapter:ID#HEADING`, `term:ID`, `sheet:ID` or a web address."""

    target: str
    children: tuple[Inline, ...]


Inline = Text | Blank | Strong | Emphasis | Link

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class InlineError(ValueError):
    """Markup that a segment must not hold; the message says what, the second argument the remedy."""


@cache
def _parser() -> MarkdownIt:

    # "zero" knows no syntax at all; only what is enabled here can ever reach a page.
    return MarkdownIt("zero").enable(["emphasis", "link", "autolink", "escape", "entity", "newline"])


@lru_cache(maxsize=16384)  # twice the texts of a handbook in two languages: the preview reads them at every save
def parse_inline(text: str) -> tuple[Inline, ...]:
    """Parse the inline Markdown of one segment.

    Raises InlineError for HTML, for hard line breaks, and for control characters.
    """

    if found := CONTROL_CHARACTERS.search(text):
        raise InlineError(f"the character U+{ord(found[0]):04X}, which nobody sees, stands in the text", "take it out")
    root = SyntaxTreeNode(_parser().parseInline(text))
    return tuple(node for child in root.children for node in _nodes(child.children))


def _nodes(tree: list[SyntaxTreeNode]) -> Iterator[Inline]:
    for node in tree:
        match node.type:
            case "text" | "text_special":
                yield from _text(node.content)
            case "softbreak":
                yield Text(" ")
            case "strong":
                yield Strong(tuple(_nodes(node.children)))
            case "em":
                yield Emphasis(tuple(_nodes(node.children)))
            case "link":
                yield Link(str(node.attrs["href"]), tuple(_nodes(node.children)))
            case other:
                raise InlineError(f"{other} is not allowed inside a text", "take it out")


def _text(content: str) -> Iterator[Inline]:
    if found := re.search(r"</?[A-Za-z][^<>]*>|<!--", content):
        raise InlineError(f"HTML is not allowed: {found.group()}", "use Markdown, or take it out")
    for index, piece in enumerate(PLACEHOLDER.split(content)):
        if index % 2:
            yield Blank(piece)
        elif piece:
            yield Text(piece)


def walk(nodes: tuple[Inline, ...]) -> Iterator[Inline]:
    """Yield every node in reading order, parents before children."""
    for node in nodes:
        yield node
        if isinstance(node, Strong | Emphasis | Link):
            yield from walk(node.children)


def plain_text(nodes: tuple[Inline, ...]) -> str:
    """Return the words without markup; a placeholder keeps its braces."""
    return "".join(
        node.text if isinstance(node, Text) else f"{{{node.name}}}"
        for node in walk(nodes)
        if isinstance(node, Text | Blank)
    )


def strip_markup(text: str) -> str:
    """Return the plain text of a segment's Markdown. Raises InlineError."""
    return plain_text(parse_inline(text))


def link_targets(nodes: tuple[Inline, ...]) -> list[str]:
    return [node.target for node in walk(nodes) if isinstance(node, Link)]


def placeholders(nodes: tuple[Inline, ...]) -> list[str]:
    return [node.name for node in walk(nodes) if isinstance(node, Blank)]
