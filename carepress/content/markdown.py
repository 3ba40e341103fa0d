"""Parse a chapter's Markdown into typed blocks; each text is a segment with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeVar, cast, get_args

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from carepress.content.slips import line_slip, nested, number_slip, override_slip
from carepress.model import (
    Block,
    Box,
    BoxKind,
    Definition,
    DefinitionList,
    Drawing,
    Figure,
    Glossary,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    PublishError,
    Resource,
    ResourceList,
    Segment,
    Table,
    Term,
    WordsBox,
)
from carepress.text.emphasis import with_emphasis_in_any_script
from carepress.text.inline import InlineError, one_line, parse_inline, plain_text
from carepress.text.visible import is_blank

BOX_KINDS = get_args(BoxKind)
ONCE = ("ask", "next")  # boxes of which a chapter has one: they end it, and links lead to them
EMPTY = ("table", "words", "resources", "glossary")  # boxes that hold no text
HINTS = {
    "table": "put it into tables/NAME.toml, and write ::: table NAME",
    "code block": "remove the spaces before the line; a list in a list needs two",
    "hr": "remove the line; a page has no rules between paragraphs",
    "blockquote": "write \\> for the sign itself, or use a box, such as ::: key",
    "fence": "remove the lines of ``` or ~~~; a page has no code",
}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Resources:
    """What the boxes of a chapter can refer to, by name."""

    drawings: Callable[[str], Drawing]
    tables: Callable[[str], Table]
    terms: Mapping[str, Term]
    help: tuple[Resource, ...] = ()


@dataclass(frozen=True, slots=True)
class ChapterText:
    """A chapter file, split into TOML front matter, with its first line, and a syntax tree."""

    front_matter: str
    front_line: int
    tree: SyntaxTreeNode
    lines: tuple[str, ...]


@cache
def _parser() -> MarkdownIt:
    # Link definitions print nothing: they stay text, which is reported. Tables are parsed to be reported.
    parser = with_emphasis_in_any_script(MarkdownIt("commonmark", {"html": False}))
    parser.enable("table").disable("reference")
    # One container accepts every name, so the reader can report an unknown one.
    container_plugin(parser, "box", validate=lambda params, markup: True)
    return parser.use(front_matter_plugin).use(deflist_plugin)


def split_chapter(text: str, path: str) -> ChapterText:
    """Split a chapter into front matter and a syntax tree. Raises PublishError without front matter."""
    lines = re.split(r"\r\n|\r|\n", text)  # as CommonMark divides them: U+2028 ends no line
    end = next((index for index, line in enumerate(lines) if index and line.rstrip() == "---"), 0)
    tree = SyntaxTreeNode(_parser().parse("\n".join((*lines[:end], *nested(lines[end:])))))
    first = tree.children[0] if tree.children else None
    if first is None or first.type != "front_matter":
        raise PublishError(
            path, 1, "the chapter has no front matter", "begin the file with a line ---, TOML, and a line ---"
        )
    return ChapterText(first.content, 2, tree, tuple(lines))


def read_blocks(chapter: ChapterText, path: str, lang: str, resources: Resources) -> tuple[Block, ...]:
    """Return the blocks of a chapter. Raises PublishError with the line of the error."""
    reader = _ChapterReader(path, lang, resources, chapter.lines)
    return reader.blocks(node for node in chapter.tree.children if node.type != "front_matter")


class _ChapterReader:
    """Walks the syntax tree, with what every block needs from its chapter."""

    def __init__(self, path: str, lang: str, resources: Resources, lines: tuple[str, ...]) -> None:
        self.path, self.lang, self.resources, self.lines = path, lang, resources, lines
        self.ids: set[str] = set()
        self.boxes: dict[str, int] = {}

    def error(self, line: int, message: str, hint: str) -> PublishError:
        return PublishError(self.path, line, message, hint)

    def blocks(self, nodes: Iterable[SyntaxTreeNode]) -> tuple[Block, ...]:
        return tuple(self.block(node) for node in nodes)

    def block(self, node: SyntaxTreeNode) -> Block:
        match node.type:
            case "heading":
                return self.heading(node)
            case "paragraph":
                self.check_continuation(node)
                return Paragraph(self.segment(node.children[0], "paragraph"))
            case "bullet_list" | "ordered_list":
                return self.list_block(node)
            case "dl":
                return DefinitionList(tuple(self.definitions(node)))
            case "container_box":
                return self.container(node)
            case other:
                name = other.replace("_", " ")
                hint = HINTS.get(name, "see docs/writing.md for what a chapter can contain")
                raise self.error(_line(node), f"unsupported Markdown: {name}", hint)

    def segment(self, node: SyntaxTreeNode, kind: str, text: str | None = None) -> Segment:
        content = node.content if text is None else text
        if slip := line_slip(content, self.lang, is_paragraph=kind in ("paragraph", "caption")):
            raise self.error(_line(node) + slip[0], *slip[1:])
        if override := override_slip(content):
            raise self.error(_line(node), *override)
        # Join soft line breaks: re-wrapping a paragraph must not invalidate its translation.
        source = one_line(content)
        try:
            words = plain_text(parse_inline(source))
        except InlineError as error:
            raise self.error(_line(node), *error.args) from None
        if is_blank(words):
            raise self.error(_line(node), f"empty {kind}", "write its text, or remove it")
        return Segment(source, self.path, _line(node), kind, source, self.lang)

    def list_block(self, node: SyntaxTreeNode) -> ListBlock:
        is_ordered = node.type == "ordered_list"
        numbers = [int(item.info) for item in node.children] if is_ordered else [1]
        if slip := number_slip(numbers):
            raise self.error(_line(node.children[slip[0]]), *slip[1:])
        items = tuple(ListItem(self.inside(item, "list item")) for item in node.children)
        return ListBlock(is_ordered, items, numbers[0], is_ordered and node.markup == ")")

    def check_continuation(self, node: SyntaxTreeNode) -> None:
        """Raise PublishError for a line below a list item or a definition that is not indented: it would belong to it."""
        assert node.map is not None
        if node.parent is not None and node.parent.type in ("list_item", "dd"):
            mark = _indent(self.lines[_line(node.parent) - 1])
            for number, line in enumerate(self.lines[node.map[0] + 1 : node.map[1]], node.map[0] + 2):
                if _indent(line) < max(mark, 1):
                    hint = "indent it to go on with it, or put an empty line before it for a paragraph"
                    what = "definition" if node.parent.type == "dd" else "list item"
                    raise self.error(number, f"the line “{line.strip()[:24]}” is not indented below its {what}", hint)

    def inside(self, node: SyntaxTreeNode, what: str) -> tuple[Block, ...]:
        """Return the blocks in a node. Raises PublishError if there are none."""
        if not node.children:
            raise self.error(_line(node), f"empty {what}", "write its text, or remove it")
        return self.blocks(node.children)

    def heading(self, node: SyntaxTreeNode) -> Heading:
        # "## Heading {#id}" is the syntax that writers know. The attributes plug-in accepts an id only on the line
        # above a heading, and would parse a placeholder after a link as attributes.
        level, inline = int(node.tag[1]), node.children[0]
        if "#" not in node.markup:
            message = f"a line of “{node.markup}” makes the text above it a heading"
            raise self.error(_line(node), message, "put an empty line between them; a heading begins with ##")
        match = re.fullmatch(r"(.*?)\s*\{#([a-z][a-z0-9-]*)\}", inline.content)
        if level not in (2, 3):
            raise self.error(
                _line(node), "a heading in a chapter must have two or three #", "put the title into the front matter"
            )
        if not match:
            raise self.error(_line(node), "the heading has no id", "end it with {#a-short-id}")
        self.take_id(match[2], _line(node))
        return Heading(match[2], level, self.segment(inline, "heading", match[1]))

    def definitions(self, node: SyntaxTreeNode) -> Iterable[Definition]:
        term: Segment | None = None
        for child in node.children:
            if child.type == "dt":
                term = self.segment(child.children[0], "term")
            elif term is not None:
                yield Definition(term, self.inside(child, "definition"))

    def container(self, node: SyntaxTreeNode) -> Block:
        name, _, argument = str(node.info).strip().partition(" ")
        line, argument = _line(node), argument.strip()
        self.check_closed(node, name)
        if name in BOX_KINDS:
            if argument:
                raise self.error(
                    line, f"the box “{name}” takes no argument", "remove it; the heading is added automatically"
                )
            self.check_once(name, line)
            return Box(cast(BoxKind, name), self.inside(node, f"box “{name}”"), line)
        if name in EMPTY and node.children:
            hint = "close it with ::: on the next line, and move the text below it"
            raise self.error(_line(node.children[0]), f"text in the box “{name}”, which would not be printed", hint)
        match name:
            case "figure":
                self.take_id(f"figure {argument}", line)
                return Figure(self.named(self.resources.drawings, argument, line), self.caption(node))
            case "table":
                self.take_id(f"table {argument}", line)
                return self.named(self.resources.tables, argument, line)
            case "words":
                return WordsBox(tuple(self.term(term.strip(), line) for term in argument.split(",")), line)
            case "resources":
                self.take_id(name, line)
                if not self.resources.help:
                    raise self.error(line, "there are no resources", "add resources.toml, or remove the box")
                return ResourceList(self.resources.help)
            case "glossary":
                return Glossary(tuple(self.resources.terms.values()))
        boxes = ", ".join((*BOX_KINDS, "figure", "table", "words", "resources", "glossary"))
        raise self.error(line, f"unknown box “{name}”", f"use one of: {boxes}")

    def check_closed(self, node: SyntaxTreeNode, name: str) -> None:
        assert node.map is not None
        closing = self.lines[node.map[1]] if node.map[1] < len(self.lines) else ""
        nested = any(child.type == "container_box" for child in node.children)
        if not name:
            raise self.error(
                _line(node), "the line ::: closes no box", "remove it, or open the box with ::: and its name"
            )
        if nested or closing.strip() != ":::":
            raise self.error(_line(node), f"the box “{name}” is not closed", "end it with a line :::")

    def check_once(self, name: str, line: int) -> None:
        """Raise PublishError for the second box of a kind that a chapter has once."""
        if name in ONCE and line != (first := self.boxes.setdefault(name, line)):
            hint = f"move its text into the first, on line {first}"
            raise self.error(line, f"the chapter has a second box “{name}”", hint)

    def take_id(self, name: str, line: int) -> None:
        """Raise PublishError if the chapter already has that heading, figure or table."""
        if name in self.ids:
            raise self.error(line, f"duplicate “{name}” in the chapter", "remove one, or give it another id")
        self.ids.add(name)

    def caption(self, node: SyntaxTreeNode) -> Segment:
        if len(node.children) != 1 or node.children[0].type != "paragraph":
            raise self.error(
                _line(node),
                "a figure must contain one paragraph, its caption",
                "write the caption between the ::: lines",
            )
        return self.segment(node.children[0].children[0], "caption")

    def named(self, get: Callable[[str], T], name: str, line: int) -> T:
        try:
            return get(name)
        except KeyError as error:
            raise self.error(line, f"there is no “{name}”", str(error.args[0])) from None

    def term(self, name: str, line: int) -> Term:
        if name not in self.resources.terms:
            raise self.error(line, f"the glossary has no term “{name}”", "add it to glossary.toml, or correct the id")
        return self.resources.terms[name]


def _indent(line: str) -> int:
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())


def _line(node: SyntaxTreeNode) -> int:
    while node.map is None and node.parent is not None:
        node = node.parent
    return node.map[0] + 1 if node.map else 1
