"""The English of code and documents avoids the idiom that CONTRIBUTING.md bans.

Checked are comments, docstrings and messages of Python files, comments of the Makefile, the templates and TOML, and
the text of Markdown files. Families' text (content/, locales/) has rules of its own.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import ROOT

# Files and folders whose English is checked. Add a folder when its English is clean.
COVERED = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs",
    "Makefile",
    "bench",
    "carepress/__init__.py",
    "carepress/catalogs",
    "carepress/checks",
    "carepress/content",
    "carepress/preview",
    "carepress/shelf",
    "carepress/translation",
    "templates/hospital",
)
SUFFIXES = {".py", ".md", ".toml", ".j2", ".css", ".js"}

STYLE_NOTE = "## English in code, messages and docs"  # its pairs quote what is banned
BANNED = {
    "is, appears, is used": r"stands?|stood|standing",
    "fix": r"mend(?:s|ed|ing)?",
    "again": r"anew",
    "no one, or name the reader": r"nobody",
    "report, list, show": r"tells? of|tells? (?:how|what|which)|tells (?:when|whether|who|why)|told|telling",
    "text, message": r"said",
    "is (an inversion)": r"so that (?:\w+ ){1,4}is",
    "listen, read": r"hear, what",
}
# Phrases that have a banned word in its ordinary sense.
ALLOWED = re.compile(r"stand-in|stands? out|told apart", re.IGNORECASE)
# Words that a file needs as data, such as a list of English negations.
EXCEPTIONS = {"carepress/catalogs/differences.py": {"nobody"}}
PATTERN = re.compile(
    "|".join(rf"(?P<w{number}>\b(?:{words})\b)" for number, words in enumerate(BANNED.values())), re.IGNORECASE
)


def covered() -> list[Path]:
    """Return the files that are checked."""
    paths = []
    for name in COVERED:
        path = ROOT / name
        paths += [path] if path.is_file() else [p for p in sorted(path.rglob("*")) if p.suffix in SUFFIXES]
    return [path for path in paths if path != Path(__file__)]


def python_prose(source: str) -> Iterator[tuple[int, str]]:
    """Yield the comments and strings of a Python file, with their lines."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def markdown_prose(text: str) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs of a Markdown file, with their first lines, without the style note."""
    line = 1
    in_style_note = False
    for paragraph in re.split(r"(\n\s*\n)", text):
        if paragraph.startswith("## "):
            in_style_note = paragraph.startswith(STYLE_NOTE)
        if not in_style_note:
            yield line, paragraph
        line += paragraph.count("\n")


def comments(text: str, pattern: str) -> Iterator[tuple[int, str]]:
    """Yield what a pattern matches, with its line."""
    for match in re.finditer(pattern, text, re.DOTALL | re.MULTILINE):
        yield text.count("\n", 0, match.start()) + 1, match[0]


HASH = r"(?<![\w&\"'])#(?!\{)[^\n]*(?:\n[ \t]*#[^\n]*)*"
COMMENTS = {
    ".j2": r"\{#.*?#\}",
    ".css": r"/\*.*?\*/",
    ".js": r"/\*.*?\*/|//[^\n]*",
}


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the English of a file as (line, text)."""
    text = path.read_text(encoding="utf-8")
    match path.suffix:
        case ".py":
            yield from python_prose(text)
        case ".md":
            yield from markdown_prose(text)
        case suffix:
            yield from comments(text, COMMENTS.get(suffix, HASH))


def find_banned(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the banned words of a text: the line in it from 0, the word, and what to write."""
    allowed = [match.span() for match in ALLOWED.finditer(text)]
    for match in PATTERN.finditer(text):
        if not any(start <= match.start() and match.end() <= end for start, end in allowed):
            assert match.lastgroup
            yield text.count("\n", 0, match.start()), match[0], list(BANNED)[int(match.lastgroup[1:])]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The term stands twice:\nmend the line.", [(0, "stands"), (1, "mend")]),
        ("Nobody is told of it. It tells how.", [(0, "Nobody"), (0, "told"), (0, "tells how")]),
        ("moved, so that the cover is outside", [(0, "so that the cover is")]),
        ("As said, drawn anew.", [(0, "said"), (0, "anew")]),
        ("standard, understand, standalone, amend, recommended, a stand-in", []),
    ],
)
def test_banned_words_are_found(text: str, words: list[tuple[int, str]]) -> None:
    assert [(line, word) for line, word, _ in find_banned(text)] == words


@pytest.mark.parametrize(
    ("name", "text", "passages"),
    [
        ("a.py", '"""Doc."""\nx = f"a {y} b"  # note\n', [(2, "# note"), (1, "Doc."), (2, "a "), (2, " b")]),
        ("a.md", f"One.\n\n## Two\n\n{STYLE_NOTE}\n\nno\n\n## Three\n", [(1, "One."), (3, "## Two"), (9, "## Three\n")]),
        ("Makefile", "# one\n# two\nall:  # three\n", [(1, "# one\n# two"), (3, "# three")]),
        ("a.toml", '# {{ one }}\ncolor = "#123456"\n', [(1, "# {{ one }}")]),
        ("a.html.j2", "<p>{# one #}{{ two }}</p>", [(1, "{# one #}")]),
        ("a.css", "/* one */ a { color: #123456 }", [(1, "/* one */")]),
    ],
)  # fmt: skip
def test_prose_is_read(name: str, text: str, passages: list[tuple[int, str]], tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert [(line, found) for line, found in prose(path) if found.strip()] == passages


def test_everything_that_is_listed_exists() -> None:
    assert [name for name in COVERED if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", covered(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_english_is_current(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    problems = [
        f"{name}:{line + more}: “{word}”: write {better}"
        for line, text in prose(path)
        for more, word, better in find_banned(text)
        if word.lower() not in EXCEPTIONS.get(name, ())
    ]
    assert problems == [], "\n" + "\n".join(problems)
