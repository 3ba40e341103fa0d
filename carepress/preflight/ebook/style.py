"""Rules for style sheets: the reader, not the book, chooses the colors and the text size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import dirname, join, normpath

from carepress.preflight.ebook.epub_file import Ebook, Violation
from carepress.text.contrast import WHITE, Srgb, contrast, parse_hex

COLOR_KEYWORDS = {"currentcolor", "inherit", "initial", "unset", "revert", "transparent", "none"}
# Keywords that may accompany the color in a shorthand property.
SHORTHAND_KEYWORDS = COLOR_KEYWORDS | {
    "solid", "dashed", "dotted", "double", "hidden", "thin", "medium", "thick", "auto",
    "underline", "overline", "line-through", "wavy", "from-font",
}  # fmt: skip
COLORED = re.compile(
    r"color|background(-color|-image)?|fill|stroke|(border|outline|column-rule|text-decoration|text-emphasis)"
    r"(-(top|right|bottom|left|block|inline)(-(start|end))?)?(-color)?|caret-color|accent-color"
)
BORDER_COLOR = re.compile(r"border(-(top|right|bottom|left))?-color")
BLACK: Srgb = (0.0, 0.0, 0.0)
LINE_CONTRAST = 3.0  # WCAG 2.2, success criterion 1.4.11
TEXT = {"font", "font-size", "line-height", "letter-spacing", "word-spacing", "text-indent"}
READER_SETTINGS = TEXT | {"color", "background", "background-color", "font-family", "font-weight", "text-align"}
FIXED = re.compile(r"\d(px|pt|pc|cm|mm|in|q|vw|vh|vmin|vmax)\b")


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration in a style sheet, with its selector and its line in the file `path`."""

    path: str
    line: int
    selector: str
    name: str
    value: str


def declarations(book: Ebook) -> Iterator[Declaration]:
    """Yield all declarations, including those inside @media."""
    for path, text in book.sheets:
        clean = re.sub(r"/\*.*?\*/", lambda match: re.sub(r"[^\n]", " ", match[0]), text, flags=re.DOTALL)
        for rule in re.finditer(r"([^{};]+)\{([^{}]*)\}", clean):
            for part in re.finditer(r"([\w-]+)\s*:((?:\"[^\"]*\"|[^;\"])+)", rule[2]):
                line = clean.count("\n", 0, rule.start(2) + part.start()) + 1
                yield Declaration(path, line, rule[1].strip(), part[1].lower(), part[2].strip())


def colors(book: Ebook) -> Iterator[Violation]:
    """Find fixed colors, which may be invisible in dark mode.

    A custom property may be a color that is seen on white and on black; only the lines of borders may use it.
    """
    for row in declarations(book):
        value = re.sub(r"!\s*important", "", row.value.lower())
        if row.name.startswith("--screen-") and _is_seen_everywhere(value):
            continue
        if BORDER_COLOR.fullmatch(row.name) and re.fullmatch(r"var\(--screen-[\w-]+\)", value):
            continue
        if re.search(r"#[0-9a-f]{3,8}\b|\b(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix)\(", value):
            yield _at(row)
        elif COLORED.fullmatch(row.name):
            single = row.name.endswith("color") or row.name in ("background", "fill", "stroke")
            names = set(re.findall(r"(?<![\w.%-])[a-z][a-z-]*", value)) - (
                COLOR_KEYWORDS if single else SHORTHAND_KEYWORDS
            )
            if names:
                yield _at(row)


def _is_seen_everywhere(value: str) -> bool:
    """Tell whether a color has enough contrast to both white and black for a line."""
    if not re.fullmatch(r"#[0-9a-f]{6}", value):
        return False
    color = parse_hex(value)
    return min(contrast(color, WHITE), contrast(color, BLACK)) >= LINE_CONTRAST


def sizes(book: Ebook) -> Iterator[Violation]:
    """Find fixed text sizes, fixed positions, and declarations that override the reader's settings."""
    for row in declarations(book):
        fixed_text = row.name in TEXT and FIXED.search(row.value.lower())
        fixed_place = row.name == "position" and row.value.lower() in ("fixed", "sticky")
        forced = row.name in READER_SETTINGS and "!" in row.value
        if fixed_text or fixed_place or forced:
            yield _at(row)


def addresses(book: Ebook) -> Iterator[Violation]:
    """Find external resources in style sheets."""
    for path, text in book.sheets:
        for match in re.finditer(r"@import|url\(\s*[\"']?([a-z]+:|//)", text, re.IGNORECASE):
            line = text.count("\n", 0, match.start()) + 1
            yield Violation(path, line, f"the style sheet loads an external resource ({match[0]})")


def _at(row: Declaration) -> Violation:
    return Violation(row.path, row.line, f"{row.selector} sets {row.name} to {row.value}")


def font_files(book: Ebook) -> Iterator[str]:
    """Yield the paths of the files in @font-face rules."""
    for row in declarations(book):
        if row.selector == "@font-face" and row.name == "src":
            for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", row.value):
                yield normpath(join(dirname(row.path), address))


def strings(book: Ebook) -> Iterator[str]:
    """Yield the text that style sheets add."""
    for row in declarations(book):
        if row.name in ("content", "list-style-type", "list-style", "quotes"):
            for text in re.findall(r'"([^"]*)"', row.value):
                yield re.sub(r"\\([0-9a-fA-F]{1,6})\s?", lambda match: chr(int(match[1], 16)), text)


def classes(book: Ebook) -> set[str]:
    """Return the class names that have a style."""
    return {name for row in declarations(book) for name in re.findall(r"\.([\w-]+)", row.selector)}
