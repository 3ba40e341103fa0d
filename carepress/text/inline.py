"""Parse inline markup: the content of one segment becomes a small tree.

A segment is CommonMark inline text with strong, emphasis, links, and placeholders in braces. Other markup, and marks
that mark nothing, are errors: they would be printed as signs. A backslash makes a sign of a mark.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from carepress.model.document import PLACEHOLDER
from carepress.text.emphasis import with_emphasis_in_any_script
from carepress.text.visible import CONTROL_CHARACTERS

# The syntax "zero" enables nothing. What UNSUPPORTED lists is parsed to be reported.
NUMBERS = {"Nd", "No"}  # Unicode categories: digits and fractions
SYNTAX = ("emphasis", "link", "autolink", "escape", "entity", "newline", "backticks", "strikethrough", "image")
UNSUPPORTED = {
    "code_inline": ("code (`…`) is not supported", "remove the marks, or write \\` for the sign itself"),
    "s": ("struck-out text (~~…~~) is not supported", "delete what no longer holds"),
    "image": ("an image is not allowed in a text", "draw an SVG, and show it in a ::: figure box"),
    "hardbreak": ("a line break is not allowed in a text", "write a list, or a paragraph for each line"),
}
# Marks that mark nothing, with what to do. Escaped signs and entities are not searched.
LEFTOVERS = tuple(
    (re.compile(pattern), hint)
    for pattern, hint in (
        (r"^\[[ xX]?\](?=\s|$)", "use a ::: ask box, or a sheet, for boxes to tick"),
        (r"\]\(|\] +\((?=(?:chapter|term|sheet|https?):)|\]\[[^\]]*\]?|\[\^[^\]]*\]?", "write a link as [text](target), without spaces before the (; or \\[ for a bracket"),
        (r"(?!(?<!\S)\*(?!\S))\*+[^\s*]*", "open and close each mark next to a word, with a space outside it; or write \\* for an asterisk"),
        (r"(?<!\w)_+\w*|\w*_+(?!\w)|__+", "write **bold** or *italics*; or \\_ for the sign itself"),
        (r"`[^`]*`?", "remove it, or write \\` for the sign itself"),
        (r"(?<!~)~~(?=\w)|(?<=[\w.])~~(?=\s|$)|(?<!~)~(?=[^\s~])[^~]*(?<=\S)~(?![\w~])|==(?=\S)|(?<!\w)\+\+(?=\w)[^+]*(?<=[\w.])\+\+(?!\w)", "remove it, or write a backslash before it for the sign itself"),
        (r"\^\w{1,6}\^|(?<=\w)~\w{1,6}~", "write the raised or lowered character itself, such as ² or ₂"),
        (r"&#?\w+;", "correct the name of the character, or write &amp; for the sign &"),
        (r":::+", "put ::: on a line of its own"),
    )
)  # fmt: skip
LOST = "\N{REPLACEMENT CHARACTER}"  # what programs write for letters that they cannot read
SPACES = re.compile(r"[ \t\n\r\f\v]+")


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


def one_line(text: str) -> str:
    """Return a text on one line, with one space for each run of plain spaces; no-break and thin spaces stay."""
    return SPACES.sub(" ", text).strip(" ")


@cache
def _parser() -> MarkdownIt:
    # Without text_join, escaped signs and entities stay apart from the text that is searched for leftover marks.
    return with_emphasis_in_any_script(MarkdownIt("zero").enable([*SYNTAX]).disable("text_join"))


@lru_cache(
    maxsize=16384
)  # twice the number of segments of a handbook in two languages: the preview parses them at every save
def parse_inline(text: str) -> tuple[Inline, ...]:
    """Parse the inline Markdown of one segment.

    Raises InlineError for unsupported and leftover markup, a misspelled placeholder, and control characters.
    """
    if match := CONTROL_CHARACTERS.search(text):
        raise InlineError(f"invisible character U+{ord(match[0]):04X} in the text", "remove it")
    if LOST in text:
        raise InlineError(f"“{LOST}” (U+FFFD) in the text, in place of a letter that was lost", "write that letter")
    root = SyntaxTreeNode(_parser().parseInline(text))
    return tuple(node for child in root.children for node in _joined(_nodes(child.children)))


def _nodes(tree: list[SyntaxTreeNode]) -> Iterator[Inline]:
    for before, node in zip((None, *tree), tree):
        _check_digits(before, node)
        match node.type:
            case "text":
                yield from _text(node.content)
            case "text_special":
                yield _special(node.content)
            case "softbreak":
                yield Text(" ")
            case "strong":
                yield Strong(_marked(node, "bold"))
            case "em":
                yield Emphasis(_marked(node, "italic"))
            case "link":
                yield _link(node)
            case other:
                raise InlineError(*UNSUPPORTED.get(other, (f"{other} is not allowed in a text", "remove it")))


def _joined(nodes: Iterable[Inline]) -> Iterator[Inline]:
    """Yield nodes; neighboring texts become one."""
    for is_text, group in groupby(nodes, lambda node: isinstance(node, Text)):
        if is_text:
            yield Text("".join(node.text for node in group if isinstance(node, Text)))
        else:
            yield from group


def _marked(node: SyntaxTreeNode, what: str) -> tuple[Inline, ...]:
    children = tuple(_joined(_nodes(node.children)))
    if not plain_text(children).strip():
        raise InlineError(f"{what} text without words", "write them between the marks, or remove the marks")
    return children


def _link(node: SyntaxTreeNode) -> Link:
    if title := node.attrs.get("title"):
        raise InlineError(f"a link has the title “{title}”, which is not printed", "remove it, or write it as text")
    return Link(str(node.attrs["href"]), _marked(node, "link"))


def _special(content: str) -> Text:
    if content in ("{", "}"):
        raise InlineError(f"“{content}” in the text", "braces are for placeholders only: use other brackets")
    if content.startswith("\\") and len(content) > 1:  # a backslash escapes only signs (CommonMark 0.31, 2.4)
        raise InlineError(
            f"“{content}” has no effect and would be printed", "remove the backslash, or write two for one"
        )
    return Text(content)


def _check_digits(before: SyntaxTreeNode | None, node: SyntaxTreeNode) -> None:
    """Raise InlineError for a mark between digits: “2*5 mg, 3*2 mg” would be printed as 25 mg, 32 mg.

    Italics are also refused between a digit and a letter, as in “2*x”. Bold words after a number are common in Chinese.
    """
    if before is None or not {before.type, node.type} & {"em", "strong"}:
        return
    end, start = _words(before)[-1:], _words(node)[:1]
    has_letter = "em" in (before.type, node.type) and any(sign.isascii() and sign.isalpha() for sign in (end, start))
    digits = [sign for sign in (end, start) if sign and unicodedata.category(sign) in NUMBERS]
    if len(digits) == 2 or (has_letter and digits):
        digit = digits[-1] if before.type in ("em", "strong") else digits[0]
        raise InlineError(
            f"a mark of bold or italics is next to the digit {digit}, and would not be printed",
            "write × for a product, \\* for an asterisk, or put the whole number inside the marks",
        )


def _words(node: SyntaxTreeNode) -> str:
    return "".join(item.content for item in node.walk() if item.type == "text")


def _text(content: str) -> Iterator[Inline]:
    if match := re.search(r"</?[A-Za-z][^<>]*>|<!--", content):
        raise InlineError(f"HTML is not allowed: {match[0]}", "use Markdown, or remove it")
    for index, piece in enumerate(PLACEHOLDER.split(content)):
        if index % 2:
            yield Blank(piece)
        elif piece:
            _check_text(piece)
            yield Text(piece)


def _check_text(text: str) -> None:
    """Raise InlineError for marks that would be printed as signs."""
    if match := re.search(r"\{([^{}]*)\}|[{}]", text):
        name = re.sub(r"[^a-z0-9]+", "_", (match[1] or "").lower()).strip("_")
        hint = f"write {{{name}}}" if PLACEHOLDER.fullmatch(f"{{{name}}}") else "correct its name and both braces"
        raise InlineError(f"“{match[0]}” is not a placeholder", f"{hint}: small letters, digits and _")
    for pattern, hint in LEFTOVERS:
        if match := pattern.search(text):
            raise InlineError(f"“{match[0]}” has no effect and would be printed", hint)


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


def links(nodes: tuple[Inline, ...]) -> list[Link]:
    """Return all links, in order."""
    return [node for node in walk(nodes) if isinstance(node, Link)]


def link_targets(nodes: tuple[Inline, ...]) -> list[str]:
    """Return the targets of all links, in order."""
    return [link.target for link in links(nodes)]


def placeholders(nodes: tuple[Inline, ...]) -> list[str]:
    """Return the names of all placeholders, in order."""
    return [node.name for node in walk(nodes) if isinstance(node, Blank)]
