"""Read `locales/LANG/language.toml`, in which a translator corrects CLDR or describes a language that it lacks.

`bind_languages` says where the files are, for the process, as gettext's `bindtextdomain` does: each command calls it,
and `translate_interface`, by which each book is loaded.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from carepress.model import PublishError
from carepress.model.counts import counted
from carepress.text.plural_header import read_forms

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LISTS = {"months": 12, "months_short": 12, "weekdays": 7, "weekdays_short": 7}
FIRST = {12: "January", 7: "Monday"}
# The fields of each date pattern (UTS 35, 8.1), and an example.
PATTERNS = {"date": ("dMy", "d MMMM y"), "month": ("My", "MMMM y"), "day": ("EdM", "E, d MMM")}
TEXTS = ("name", "english_name", "direction", "plurals", "first_day", "letters", *PATTERNS)
# What a file must have for a language that CLDR lacks.
NEEDED = ("name", "english_name", "direction", "plurals", "months", "weekdays", "date", "month", "day")
INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class LanguageFile:
    """What a translator says about a language; an empty value leaves that of CLDR.

    Months begin with January, weekdays with Monday, and a date pattern is that of CLDR, such as `d MMMM y`.
    """

    path: str
    name: str = ""
    english_name: str = ""
    direction: str = ""
    plurals: str = ""
    first_day: str = ""
    date: str = ""
    month: str = ""
    day: str = ""
    months: tuple[str, ...] = ()
    months_short: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
    weekdays_short: tuple[str, ...] = ()
    letters: str = ""

    def check_complete(self, lang: str) -> None:
        """Raise PublishError if the file lacks what must be known of a language that CLDR lacks."""
        if missing := [key for key in NEEDED if not getattr(self, key)]:
            message = f"CLDR does not have “{lang}”, and the file lacks {', '.join(missing)}"
            raise PublishError(self.path, None, message, "add them; docs/translating.md has an example")


# --- Where the files are ---------------------------------------------------------------------


@dataclass(slots=True)
class _Binding:
    find: Callable[[str], Path]
    shown: Callable[[Path], str]
    paths: dict[str, Path] = field(default_factory=dict)

    def path(self, lang: str) -> Path:
        """Return the path of a language's file. It is remembered: the direction of each passage is asked for."""
        paths = self.paths  # another thread may begin with an empty one
        if lang not in paths:
            paths[lang] = self.find(lang)
        return paths[lang]


_binding = _Binding(lambda lang: Path("locales", lang, "language.toml"), Path.as_posix)


def bind_languages(find: Callable[[str], Path], shown: Callable[[Path], str]) -> None:
    """Set the functions that return the path of the file of a language, and a path as messages show it."""
    _binding.find, _binding.shown, _binding.paths = find, shown, {}


def language_path(lang: str) -> str:
    """Return the path of the file of a language for messages, whether it exists or not."""
    return _binding.shown(_binding.path(lang))


def language_file(lang: str) -> LanguageFile | None:
    """Return what a translator says about a language, or None without a file. Raises PublishError for any mistake."""
    path = _binding.path(lang)
    try:
        status = path.stat()
    except OSError:
        return None
    return _read(path, _binding.shown(path), status.st_mtime_ns, status.st_size)


# --- Reading ---------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _read(path: Path, display_path: str, _modified: int, _size: int) -> LanguageFile:
    """Read a file; a file that has changed is read again."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
        values = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise PublishError(display_path, line, "the file is not UTF-8", "save it as UTF-8") from None
    except (ValueError, RecursionError) as error:
        found = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        message = f"broken TOML: {str(error).removesuffix(found[0]) if found else error}"
        raise PublishError(display_path, line, message, "correct the line") from None
    for key, (wrong, hint) in _mistakes(values):
        raise PublishError(display_path, _line(text, key), wrong, hint)
    lists = {key: tuple(value) for key, value in values.items() if key in LISTS}
    return LanguageFile(display_path, **{**values, **lists})


def _line(text: str, key: str) -> int:
    """Return the line of a key, or of a table with this name."""
    found = re.search(rf"""^[ \t]*\[*[ \t]*["']?{re.escape(key)}\b""", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _mistakes(values: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each key that is not valid: what is wrong, and what to do."""
    for key, value in values.items():
        if key in LISTS:
            mistake = _list_mistake(key, value)
        elif key in TEXTS:
            mistake = _text_mistake(key, value)
        else:
            mistake = (f"unknown key “{key}”", f"use one of {', '.join((*TEXTS, *LISTS))}")
        if mistake:
            yield key, mistake


def _text_mistake(key: str, value: object) -> tuple[str, str] | None:
    if not isinstance(value, str) or not value.strip() or INVISIBLE.search(value):
        return f"“{key}” is {value!r}", "write words in straight quotation marks"
    if key == "direction" and value not in ("ltr", "rtl"):
        return f"“direction” is {value!r}", 'write "ltr" (from left to right) or "rtl"'
    if key == "first_day" and value not in DAYS:
        return f"“first_day” is {value!r}", f"write one of {', '.join(DAYS)}"
    if key == "plurals" and not read_forms(value):
        return f"“plurals” is {value!r}", 'write a rule as in a catalog, such as "nplurals=2; plural=(n != 1);"'
    if key in PATTERNS:
        return _pattern_mistake(key, value)
    return None


def _pattern_mistake(key: str, pattern: str) -> tuple[str, str] | None:
    """Find a date pattern whose letters are not those that it needs; words are in apostrophes, as in `d 'de' MMMM`."""
    needed, example = PATTERNS[key]
    letters = re.sub(r"'[^']*'", "", pattern)
    fields = re.findall(r"([A-Za-z])(?:\1)*", letters)
    lengths = all(re.fullmatch("d{1,2}|M{1,4}|y|E{1,4}", run[0]) for run in re.finditer(r"([A-Za-z])\1*", letters))
    if sorted(fields) == sorted(needed) and lengths and "'" not in letters:
        return None
    return f"“{key}” is {pattern!r}", f'write a pattern such as "{example}", with words in apostrophes'


def _list_mistake(key: str, value: object) -> tuple[str, str] | None:
    count = LISTS[key]
    hint = f"write a list of {count} names, from {FIRST[count]}"
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return f"“{key}” is {value!r}", hint
    if len(value) != count:
        return f"“{key}” has {counted(len(value), 'name', 'names')}", hint
    if any(not item.strip() or INVISIBLE.search(item) for item in value):
        return f"“{key}” has an empty or invisible name", hint
    if twice := next((item for item in value if value.count(item) > 1), None):
        return f"“{key}” has “{twice}” twice", "give each its own name"
    return None
