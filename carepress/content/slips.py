"""What authors type that CommonMark reads in another way: nest lists as meant, and report what it would lose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from carepress.text.language import base_language

MARKER = re.compile(r"([-+*]|\d{1,9}[.)])( +|$)")
LEAST_INDENT = 2  # spaces before a nested list; CommonMark wants 3 below "1."
HARD_BREAK = re.compile(r"(  |(?<!\\)(?:\\\\)*\\)$")  # CommonMark 0.31, 6.7
# They show the letters after them in reverse; text from right to left needs none (Unicode, UAX 9, 2.2).
OVERRIDES = re.compile("[\u202d\u202e]")
# A number, a period and the end of an ordinal, as in “3.ª planta” or, in these languages, “1.er piso”.
ORDINAL = re.compile(r"\d+\.[ºª]")
ORDINALS = {
    "es": re.compile(r"\d+\.(?:er|[ao]s?)\b"),
    "gl": re.compile(r"\d+\.[ao]s?\b"),
    "pt": re.compile(r"\d+\.[ao]s?\b"),
}
# What a line of a paragraph must not begin with. The first two are also for its first line.
SLIPS = tuple(
    (re.compile(pattern), message, hint)
    for pattern, message, hint in (
        (r"\[[^\]]+\]:", "is a link definition in Markdown, which prints nothing", "write the address into the link, as [text](target), or write \\[ for a bracket"),
        (r"[•·▪◦‣●]", "begins with a bullet, which makes no list", "write - and a space, or remove the bullet"),
        (r"#{1,6}(?=[^\s#])", "has no space after #", "add one for a heading, or write \\# for the sign itself"),
        (r"[-+](?=[^\s\d+-])", "has no space after the mark of a list", "add one, or write a backslash before the mark"),
        (r"\d{1,2}[.)](?![\s\d]|$)", "has no space after the number of a list", "add one, or write \\ before the point"),
        (r":(?=\s|$)", "begins with a definition, but has no term above it", "write the term on the line above"),
        (r"::", "begins with ::", "open a box with ::: and its name"),
        (r"\|.*\|\s*$", "is a row of a table", "put the table into tables/NAME.toml, and write ::: table NAME"),
    )
)  # fmt: skip
# A list that begins at another number than 1 does not interrupt a paragraph (CommonMark 0.31, 5.3).
LATE_NUMBER = re.compile(r"\d{1,2}[.)] ")
# Two lines that begin like these are meant as a list: “a)”, “b.”, “(1)”, “ii.”, a dash, a check mark or an arrow.
UNKNOWN_MARK = re.compile(r"(?![ap]\. m\.)([A-Za-z][.)]|\(\w\)|[ivx]{1,4}\.|[–—→⇒➔➜►▶✓✔✗☐☑□■○★☆※]) ")

LETTERED = re.compile(r"[A-Za-z]\. ")


@dataclass(frozen=True, slots=True)
class _Item:
    """An open list item: the column of its mark as typed, how far it was moved, and the column of its text."""

    typed: int
    shift: int
    content: int


def nested(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a chapter; what is below a list item by two spaces or more is indented as far as its text."""
    stack: list[_Item] = []
    after_blank = True
    for line in lines:
        text = line.lstrip(" \t")
        indent = len(line[: len(line) - len(text)].expandtabs(4))
        marker = MARKER.match(text)
        if text and (marker or after_blank or text.startswith((":::", "#"))):
            while stack and indent < stack[-1].typed + LEAST_INDENT:
                stack.pop()
            column = max(indent + stack[-1].shift, stack[-1].content) if stack else indent
            if marker:
                width = len(marker[1]) + (len(marker[2]) if 1 <= len(marker[2]) <= 4 else 1)
                stack.append(_Item(indent, column - indent, column + width))
            yield " " * column + text if stack else line
        else:
            yield line
        after_blank = not text


def line_slip(content: str, lang: str, *, is_paragraph: bool) -> tuple[int, str, str] | None:
    """Return the index of the first line of a block that has a slip, what is wrong and what to do; None without one."""
    lines = content.split("\n")
    for index, line in enumerate(lines):
        if index < len(lines) - 1 and HARD_BREAK.search(line):
            message = "the line ends with two spaces or a backslash, which is a line break in Markdown"
            return index, message, "remove them, or write a list, or a paragraph for each line"
        if index == len(lines) - 1 and line.endswith("\\") and HARD_BREAK.search(line):
            return index, "the text ends with a backslash, which would be printed", "remove it, or write two for one"
        if not is_paragraph:
            continue
        for pattern, message, hint in SLIPS:
            if (match := pattern.match(line)) and not _is_ordinal(line, lang):
                return index, f"the line “{_start(match, line)}” {message}", hint
        if index and (match := LATE_NUMBER.match(line)):
            message = f"the line “{_start(match, line)}” goes on with the paragraph, and begins no list"
            return index, message, "put an empty line before a list, or move the number to the line above"
        if (match := UNKNOWN_MARK.match(line)) and _goes_on(lines[:index], match[0]):
            message = f"the line “{_start(match, line)}” goes on with the line above, and begins no list"
            return index, message, "write a list with - or 1., or a paragraph for each line"
    return None


def _is_ordinal(line: str, lang: str) -> bool:
    """Tell whether a line begins with an ordinal of a language."""
    letters = ORDINALS.get(base_language(lang))
    return bool(ORDINAL.match(line) or (letters and letters.match(line)))


def _goes_on(before: list[str], mark: str) -> bool:
    """Tell whether a line with such a mark is below one of the same list.

    Capitals may also be initials of names: they count only if they follow one another from A or I.
    """
    above = [match[0] for line in reversed(before) if (match := UNKNOWN_MARK.match(line))] if before else []
    if not above or not before[-1].startswith(above[0]):
        return False
    if mark[0].islower() or not (LETTERED.match(mark) and LETTERED.match(above[0])):
        return True
    return ord(mark[0]) == ord(above[0][0]) + 1 and above[-1][0] in "AI"


def override_slip(text: str) -> tuple[str, str] | None:
    """Return what is wrong with a text that shows letters in reverse, and what to do."""
    if match := OVERRIDES.search(text):
        return f"invisible character U+{ord(match[0]):04X} in the text, which reverses letters", "remove it"
    return None


def number_slip(numbers: list[int]) -> tuple[int, str, str] | None:
    """Return the index of the first list item that would be printed with another number; None without one."""
    first = numbers[0]
    if first >= 100:
        hint = f"write {first}\\. for a sentence that begins with it, or put another word before it"
        return 0, f"the line begins with “{first}.”, which is the number of a list", hint
    if first == 1 and set(numbers) == {1}:
        return None
    for index, number in enumerate(numbers):
        if number != first + index:
            message = f"the list goes on with {number} after {numbers[index - 1]}"
            return index, message, f"write {first + index}, or begin another list below a paragraph"
    return None


def _start(match: re.Match[str], line: str) -> str:
    return line[: max(match.end(), 24)] + ("…" if len(line) > 24 else "")
