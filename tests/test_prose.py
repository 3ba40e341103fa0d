"""The English of code and documents avoids the idiom that CONTRIBUTING.md bans.

The tests check comments, docstrings, messages and identifiers of Python files, comments of the Makefile, the templates
and TOML, and the text of Markdown files. Families' text (content/, locales/) has its own rules.
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
    "carepress",
    "publish.py",
    "setup.py",
    "templates",
    "tests",
)
SAMPLES = {ROOT / "tests" / name for name in ("books", "catalogs")}  # books for tests are families' text
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
# Phrases that have a banned word in its ordinary sense, in prose or in an identifier.
ALLOWED = re.compile(r"stand-in|stand-alone|\bstand in for\b|stands? out|told apart", re.IGNORECASE)
# Words that a file needs as data, such as a list of English negations.
EXCEPTIONS = {
    "carepress/catalogs/differences.py": {"nobody"},
    "tests/test_signoff_digest.py": {"stand"},  # a changed text changes the digest
}
PATTERN = re.compile(
    "|".join(rf"(?P<w{number}>\b(?:{words})\b)" for number, words in enumerate(BANNED.values())), re.IGNORECASE
)


def covered() -> list[Path]:
    """Return the files that are checked."""
    paths = []
    for name in COVERED:
        path = ROOT / name
        paths += [path] if path.is_file() else [p for p in sorted(path.rglob("*")) if p.suffix in SUFFIXES]
    return [path for path in paths if path != Path(__file__) and not SAMPLES.intersection(path.parents)]


def relative_name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def python_prose(source: str) -> Iterator[tuple[int, str]]:
    """Yield the comments and strings of a Python file, with their lines."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def python_names(source: str) -> Iterator[tuple[int, str]]:
    """Yield the identifiers that a Python file defines, with their lines."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case (
                ast.FunctionDef(name=str(name))
                | ast.AsyncFunctionDef(name=str(name))
                | ast.ClassDef(name=str(name))
                | ast.arg(arg=str(name))
                | ast.Name(id=str(name), ctx=ast.Store())
                | ast.Attribute(attr=str(name), ctx=ast.Store())
                | ast.alias(asname=str(name))
                | ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                yield node.lineno, name


def split_name(name: str) -> str:
    """Return the words of an identifier, separated by spaces."""
    return re.sub(r"_+|(?<=[a-z0-9])(?=[A-Z])", " ", name).strip()


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
    assert [(line, passage) for line, passage in prose(path) if passage.strip()] == passages


def test_names_are_found() -> None:
    source = """
import a as mended
class SaidWords:
    nobody: int = 1
    def test_files_are_told(self, anew, /, *stood):
        self.said_x = self.told
        for _standing in (): pass
        async def mend(): return b.said
        match x:
            case [nobody_1, *told_2]: pass
        try: pass
        except E as tells: lambda said_again: 0
"""
    assert {name for _line, name in python_names(source)} == set(
        "mended SaidWords nobody test_files_are_told self anew stood said_x _standing mend nobody_1 told_2 tells said_again".split()
    )
    assert dict(python_names(source[1:]))[1] == "mended"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("test_files_are_told_again", "test files are told again"),
        ("_SaidWords", "Said Words"),
        ("NOBODY", "NOBODY"),
        ("standard", "standard"),
    ],
)
def test_names_are_split(name: str, words: str) -> None:
    assert split_name(name) == words


def test_covered_files_exist() -> None:
    assert [name for name in COVERED if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", covered(), ids=relative_name)
def test_english_is_current(path: Path) -> None:
    name = relative_name(path)
    problems = [
        f"{name}:{line + offset}: “{word}”: write {better}"
        for line, text in prose(path)
        for offset, word, better in find_banned(text)
        if word.lower() not in EXCEPTIONS.get(name, ())
    ]
    assert problems == [], "\n" + "\n".join(problems)


@pytest.mark.parametrize("path", [path for path in covered() if path.suffix == ".py"], ids=relative_name)
def test_identifiers_are_current(path: Path) -> None:
    problems = [
        f"{relative_name(path)}:{line}: “{name}”: “{word}”: write {better}"
        for line, name in python_names(path.read_text(encoding="utf-8"))
        for _line, word, better in find_banned(split_name(name))
    ]
    assert problems == [], "\n" + "\n".join(problems)
