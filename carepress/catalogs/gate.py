"""The release gate: missing translations, and translations of an older source text."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

import polib

from carepress.catalogs.po import read_po
from carepress.model import Book, Key, Problem, Segment, segments
from carepress.model.counts import counted
from carepress.text.language import source_name

INTERFACE = "interface"  # the code of what the interface lacks


def book_problems(book: Book, path: Path, display_path: str) -> Iterator[Problem]:
    """Yield a problem for each missing or fuzzy segment of a translated book.

    Each is reported once, at its source text. A stale one includes the word difference between the text it was
    translated from and the current one.
    """
    missing = [segment for segment in segments(book) if segment.state in ("missing", "fuzzy")]
    if not missing:
        return
    entries = {(entry.msgctxt, entry.msgid): entry for entry in read_po(path, display_path) if not entry.obsolete}
    seen: set[tuple[str | None, str]] = set()
    for segment in missing:
        key = (segment.context, segment.source)
        if key not in seen:
            seen.add(key)
            yield _problem(segment, entries.get(key), display_path, source_name(book.source_lang))


def _problem(segment: Segment, entry: polib.POEntry | None, display_path: str, source: str) -> Problem:
    if entry is None or not entry.msgstr:
        return Problem(
            "missing",
            "error",
            segment.path,
            segment.line,
            f"not translated: “{segment.source}”",
            f"translate it in {display_path}",
        )
    if entry.previous_msgid:
        what = f"the {source} has changed: {word_difference(entry.previous_msgid, segment.source)}"
    else:
        what = f"the translation is marked as unsure: “{segment.source}”"
    return Problem(
        "stale",
        "error",
        segment.path,
        segment.line,
        what,
        f"{display_path}:{entry.linenum}: correct the translation and remove its fuzzy flag",
    )


def interface_problems(missing: tuple[Key, ...], display_path: str) -> Iterator[Problem]:
    """Yield a problem for each interface string without a current translation."""
    for _context, message in missing:
        yield Problem(
            INTERFACE,
            "error",
            display_path,
            None,
            f"not translated: “{message}”",
            "translate it, and remove its fuzzy flag",
        )


def no_interface(display_path: str, lang: str, count: int) -> Problem:
    """Return the problem of a language without a catalog of the interface, which has `count` strings."""
    message = (
        f"the words that every book shares have no translation into “{lang}” ({counted(count, 'message', 'messages')})"
    )
    hint = f"create the catalog with: publish.py catalogs update --lang {lang}, and translate it"
    return Problem(INTERFACE, "error", display_path, None, message, hint)


def interface_alone(untranslated: Sequence[Problem]) -> Iterator[Problem]:
    """Yield a warning for each catalog of the interface if what makes a book a draft is only there.

    No one would look there: the book itself is complete.
    """
    if any(problem.code != INTERFACE for problem in untranslated):
        return
    for path in dict.fromkeys(problem.path for problem in untranslated):
        first, *others = (problem for problem in untranslated if problem.path == path)
        message, hint = f"the book is a draft: {first.message}", first.hint
        if others:
            message = f"the book is a draft: {len(others) + 1} messages are not translated"
            hint = "translate them, and remove their fuzzy flags; publish.py build --release lists them"
        yield Problem(INTERFACE, "warning", path, None, message, hint)


def word_difference(old: str, new: str) -> str:
    """Return a word diff: [-removed words-] {+added words+}."""
    before, after = old.split(), new.split()
    pieces = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(" ".join(before[a:b]))
        if tag in ("delete", "replace"):
            pieces.append(f"[-{' '.join(before[a:b])}-]")
        if tag in ("insert", "replace"):
            pieces.append(f"{{+{' '.join(after[c:d])}+}}")
    return " ".join(pieces)
