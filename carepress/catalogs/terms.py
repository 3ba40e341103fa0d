"""The terms of a translation: read them, and find them in a text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from carepress.model import PublishError
from carepress.text.inline import InlineError, strip_markup
from carepress.text.language import source_name
from carepress.text.termbase import TermTranslation

TERMS_FILE = "terms.toml"

TERMS_ROW = re.compile(r"\s*\[\[\s*terms\s*\]\]")


@dataclass(frozen=True, slots=True)
class TermIndex:
    """Terms by the first word of each form that a text may have."""

    forms: dict[str, tuple[tuple[tuple[str, ...], TermTranslation], ...]]

    def find(self, text: str) -> tuple[TermTranslation, ...]:
        """Return the terms in a text in order, each once; where two overlap, the longer one."""
        if not self.forms:
            return ()
        words = _words(text)
        terms: dict[TermTranslation, None] = {}
        place = 0
        while place < len(words):
            matches = [row for row in self.forms.get(words[place], ()) if _matches(row[0], words, place)]
            if matches:
                form, pair = max(matches, key=lambda row: len(row[0]))
                terms[pair] = None
                place += len(form)
            else:
                place += 1
        return tuple(terms)


def _matches(form: tuple[str, ...], words: list[str], place: int) -> bool:
    return tuple(words[place : place + len(form)]) == form


def read_terms(path: Path, display_path: str, lang: str, source_lang: str = "en") -> tuple[TermTranslation, ...]:
    """Read the terms of a language; without a file there are none. Raises PublishError for a broken file.

    A list may be for books in several languages: terms that lack `source_lang`, but have another, are left out.
    Terms without a translation are left out; a regional variant (es_419) falls back to its language (es).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError:
        raise PublishError(display_path, None, "the list of terms is not UTF-8", "save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise PublishError(
            display_path, int(line[1]) if line else None, f"broken TOML: {error}", "correct the line"
        ) from None
    return tuple(_terms(data.get("terms", []), text, display_path, lang, source_lang))


def _terms(entries: Any, text: str, display_path: str, lang: str, source_lang: str) -> Iterator[TermTranslation]:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise PublishError(
            display_path, None, "“terms” is not a list of terms", "begin each term with a line [[terms]]"
        )
    lines = [number for number, line in enumerate(text.splitlines(), 1) if TERMS_ROW.match(line)]
    for entry, line in zip_longest(entries, lines[: len(entries)]):
        source, target = _in(entry, source_lang), _in(entry, lang)
        if source is None and any(_is_language(key) and _base(key) != _base(lang) for key in entry):
            continue
        if not isinstance(source, str):
            message = f"a term without {source_name(source_lang)}"
            raise PublishError(display_path, line, message, f'add a line {source_lang} = "…"')
        if isinstance(target, str) and target.strip():
            avoid = entry.get("avoid", [])
            if not isinstance(avoid, list) or not all(isinstance(word, str) for word in avoid):
                raise PublishError(display_path, line, "“avoid” is not a list of words", 'write avoid = ["…"]')
            yield TermTranslation(source.strip(), target.strip(), tuple(avoid))


def _in(entry: Mapping[str, Any], lang: str) -> Any:
    """Return a term in a language; a regional variant falls back to its language."""
    return entry.get(lang) or entry.get(_base(lang))


def _base(lang: str) -> str:
    return lang.partition("_")[0]


def _is_language(key: str) -> bool:
    return key.replace("_", "").isalpha() and key != "avoid" and len(_base(key)) in (2, 3)


def index_terms(pairs: Iterable[TermTranslation]) -> TermIndex:
    """Return an index of terms, by the words of the source."""
    forms: dict[str, list[tuple[tuple[str, ...], TermTranslation]]] = {}
    for pair in pairs:
        for form in _forms(pair.source):
            forms.setdefault(form[0], []).append((form, pair))
    return TermIndex({word: tuple(rows) for word, rows in forms.items()})


def _forms(term: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of “lymph node”, and of “complete blood count (CBC)” also CBC alone."""
    name, _, rest = term.partition("(")
    short = rest.partition(")")[0].strip()
    for form in (name, short if short.isupper() else ""):
        if words := tuple(_words(form)):
            yield words


def _words(text: str) -> list[str]:
    """Return the words normalized for comparison: singular, lower case except for acronyms (ALL)."""
    with suppress(InlineError):
        text = strip_markup(text)
    return [_plain(word) for word in re.findall(r"[^\W_]+", re.sub(r"\{\w+\}|[’']s\b", " ", text))]


def _plain(word: str) -> str:
    if len(word) > 1 and word.isupper():
        return word
    word = word.casefold()
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "is", "us")) else word


def blank_terms(language: str, lang: str, source_lang: str = "en") -> str:
    """Return the initial terms.toml of a language: instructions only."""
    return f"""\
# The terms of the {language} translation: one term for each concept, everywhere. Each entry of the
# catalog lists its terms. `avoid` lists words that mean the same and that this
# translation does not use. Remove the # signs and write your own:
#
# [[terms]]
# {source_lang} = "{"bone marrow" if source_lang == "en" else ""}"
# {lang} = ""
# avoid = []
"""
