"""Parse inline markup: the content of one segment becomes a small tree.

A segment is CommonMark inline text with strong, emphasis, links, and placeholders in braces. HTML, images and code
are not supported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from carepress.model.document import PLACEHOLDER
from carepress.text.visible import CONTROL_CHARACTERS

# The syntax "zero" enables nothing: only what is listed here can reach a page.
SYNTAX = ("emphasis", "link", "autolink", "escape", "entity", "newline")


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A placeholder."""

    name: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Strong emphasis: bold."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Emphasis: italics."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link; `target` is `chapter:ID#HEADING`, `term:ID`, `sheet:ID` or a web address."""

    target: str
    children: tuple[Inline, ...]


Inline = Text | Blank | Strong | Emphasis | Link


class InlineError(ValueError):
    """Unsupported markup or a control character in a segment; the arguments are the message and the hint."""


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("zero").enable([*SYNTAX])


@lru_cache(
    maxsize=16384
)  # twice the number of segments of a handbook in two languages: the preview parses them at every save
def parse_inline(text: str) -> tuple[Inline, ...]:
    """Parse the inline Markdown of one segment.

    Raises InlineError for HTML, for hard line breaks, and for control characters.
    """
    if match := CONTROL_CHARACTERS.search(text):
        raise InlineError(f"invisible character U+{ord(match[0]):04X} in the text", "remove it")
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
                raise InlineError(f"{other} is not allowed in a text", "remove it")


def _text(content: str) -> Iterator[Inline]:
    if match := re.search(r"</?[A-Za-z][^<>]*>|<!--", content):
        raise InlineError(f"HTML is not allowed: {match[0]}", "use Markdown, or remove it")
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
    """Return the text without markup; a placeholder keeps its braces."""
    return "".join(
        node.text if isinstance(node, Text) else f"{{{node.name}}}"
        for node in walk(nodes)
        if isinstance(node, Text | Blank)
    )


def strip_markup(text: str) -> str:
    """Return the plain text of a segment's Markdown. Raises InlineError."""
    return plain_text(parse_inline(text))


def link_targets(nodes: tuple[Inline, ...]) -> list[str]:
    """Return the targets of all links, in order."""
    return [node.target for node in walk(nodes) if isinstance(node, Link)]


def placeholders(nodes: tuple[Inline, ...]) -> list[str]:
    """Return the names of all placeholders, in order."""
    return [node.name for node in walk(nodes) if isinstance(node, Blank)]
