"""Strict TOML: every error has the file, the line, the key and what was expected."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from carepress.model import PublishError

Schema = TypeVar("Schema", bound=BaseModel)

Location = tuple[int | str, ...]

MAX_VALUE_LENGTH = 300  # characters of a value in a message
MAX_ERRORS = 60
CURLY = re.compile("[“”„‟‘’«»]")
# The text continues after its second quotation mark, and ends with another; no comma or line break was forgotten there.
QUOTE_INSIDE = re.compile(r'(?!""")[\[\s]*(?:"[^"]*"\s*,\s*)*"[^"]*"\s*(?![\w.-]+\s*=)[^\s,\]}"].*"[\s\]},]*$')
TWO_KEYS = re.compile(r'"[^"]*"\s*[\w.-]+\s*=')
AFTER_TEXT = re.compile(r'"[^"]+"\s*[^"]+$')
TWICE = ("Cannot overwrite", "Cannot declare", "Cannot mutate")  # messages of tomllib
ODD_DATE = re.compile(r"\d{1,4} ?[./-] ?\d{1,2} ?[./-] ?\d{1,4}")


def is_file(path: Path) -> bool:
    """Tell whether a file exists; not if its name is longer than the system allows."""
    try:
        return path.is_file()
    except OSError:
        return False


def read_text(path: Path, display_path: str) -> str:
    """Return a file's text; messages name it by `display_path`.

    Raises PublishError when the file is missing, unreadable or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PublishError(display_path, None, "the file does not exist", "create it, or correct its name") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise PublishError(display_path, line, "not UTF-8 text", "save the file as UTF-8") from None
    except OSError as error:
        raise PublishError(
            display_path, None, f"cannot read the file ({error.strerror})", "check the file and its permissions"
        ) from None


def parse_toml(
    text: str, schema: type[Schema], display_path: str, first_line: int = 1, private: bool = False
) -> Schema:
    """Parse TOML into a model of class `schema`; the text begins on `first_line` of the file `display_path`.

    Raises PublishError with the line of the invalid key. The values of a `private` file do not appear in messages.
    """
    offset = first_line - 1
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, line = _split_decode_error(str(error), text)
        hint = _slip(message, next(iter(text.split("\n")[line - 1 : line]), ""))
        message = "the line is not valid" if private else message
        raise PublishError(display_path, line + offset, f"broken TOML: {message}", hint) from None
    except (ValueError, RecursionError):  # a number of thousands of digits, lists in lists in lists
        raise PublishError(
            display_path, first_line, "broken TOML: nested too deeply, or a number too long", "rewrite it"
        ) from None
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        raise validation_errors(error, text, data, schema, display_path, offset, private)[0] from None


def validation_errors(
    error: ValidationError,
    text: str,
    data: Any,
    schema: type[BaseModel],
    display_path: str,
    offset: int = 0,
    private: bool = False,
) -> list[PublishError]:
    """Return an error with its line for each mismatch of the TOML and `schema`, at most MAX_ERRORS."""
    # A misspelled key is both unknown and missing; the unknown one is what the user has to correct.
    rows = map(_of_kind, error.errors(include_url=False))
    errors = sorted(rows, key=lambda row: row["type"] != "extra_forbidden")
    errors = errors[:MAX_ERRORS]
    found = []
    for row in errors:
        place = _plain(row["loc"], data)
        line = locate(text, place)
        typed = "" if private else "".join(text.splitlines()[line - 1 : line])
        found.append(
            PublishError(display_path, line + offset, _message(row, place, private), _hint(row, schema, private, typed))
        )
    return found


def _of_kind(row: Any) -> Any:
    """Return the error of a table whose `kind` is unknown or missing as an error of that key."""
    place = (*row["loc"], "kind")
    match row["type"]:
        case "union_tag_invalid":
            context = row["ctx"]
            return {"type": "kind", "loc": place, "input": context["tag"], "msg": f"one of {context['expected_tags']}"}
        case "union_tag_not_found":
            return {"type": "missing", "loc": place}
    return row


def _slip(message: str, line: str) -> str:
    """Return what to do about a line that is not TOML, for what people often type."""
    if message.startswith(TWICE):
        return "the key or table is already above: keep one of the two"
    value = line.partition("=")[2].partition("#")[0].strip()
    if QUOTE_INSIDE.match(value):
        return 'a quotation mark inside the text ends it: write “ and ” there, or \\" in place of "'
    if message.startswith("Unclosed array"):
        return "put a comma between the items of the list, and ] after the last one"
    if message.startswith("Unclosed inline table"):
        return "put a comma between the keys, and } after the last one"
    if TWO_KEYS.match(value):
        return "put each key on a line of its own"
    if AFTER_TEXT.match(value):
        return "remove what follows the text in quotation marks; a comment begins with #"
    if CURLY.search(value):
        return 'the line has curly quotation marks: use straight ones, "like this"'
    if ODD_DATE.match(value):
        return "write a date as YYYY-MM-DD, without quotation marks, such as 2026-11-23"
    if value[:1].isalpha() and value not in ("true", "false"):
        return 'put the text into straight quotation marks: "like this"'
    return "fix the line"


def _split_decode_error(message: str, text: str) -> tuple[str, int]:
    position = re.search(r" \(at line (\d+), column \d+\)$", message)
    if position:
        return message[: position.start()], int(position[1])
    return re.sub(r" \(at end of document\)$", " at the end", message), text.count("\n") + 1


def _plain(loc: Location, data: Any) -> Location:
    """Drop the names of union members from a pydantic location: they are not keys of the file."""
    place: list[int | str] = []
    node, in_list = data, False
    for step in loc:
        if in_list and isinstance(node, dict) and node.get("kind") == step:
            in_list = False  # pydantic adds the kind of a part after its index
            continue
        if isinstance(step, int):
            node = node[step] if isinstance(node, list) and step < len(node) else None
        elif isinstance(node, dict) and (step in node or step == loc[-1]):
            node = node.get(step)
        else:
            continue
        in_list = isinstance(step, int)
        place.append(step)
    return tuple(place)


def _message(error: Any, place: Location, private: bool) -> str:
    key = ".".join(str(step) for step in place) or "the file"
    match error["type"]:
        case "missing":
            return f"missing key “{key}”"
        case "extra_forbidden":
            return f"unknown key “{key}”"
        case _ if private:
            return f"“{key}” is not valid"
        case _:
            value = "a table" if isinstance(error["input"], dict) else repr(error["input"])
            if len(value) > MAX_VALUE_LENGTH:
                value = value[:MAX_VALUE_LENGTH] + "…"
            return f"“{key}” is {value}, which is not valid"


def _hint(error: Any, schema: type[BaseModel], private: bool, line: str) -> str:
    """Return what to do about an error on a line of the file; without the line if the file is private."""
    match error["type"]:
        case "missing":
            return "add it"
        case "extra_forbidden":
            name = schema.__doc__.rstrip(".").lower() if schema.__doc__ else "docs/writing.md"
            return f"remove it; {name} has other keys"
        case "date_type" if isinstance(error["input"], str):
            found = None if private else re.fullmatch(r"\s*(\d{4}-\d\d-\d\d)\s*", str(error["input"]))
            day = f"{found[1]}, as it is" if found else "a date as YYYY-MM-DD, such as 2026-11-23"
            return f"expected: a valid date: write {day}, without quotation marks"
        case "int_type" | "bool_type" if isinstance(error["input"], str):
            return f"remove the quotation marks: expected {str(error['msg']).removeprefix('Input should be ')}"
        case "string_type" if isinstance(error["input"], (int, float, date)) and not isinstance(error["input"], bool):
            typed = _as_typed(line, error["input"])
            return "put it into quotation marks" + (f': "{typed}"' if typed else "")
        case _:
            return "expected: " + str(error["msg"]).removeprefix("Input should be ").removeprefix("Value error, ")


def _as_typed(line: str, value: object) -> str:
    """Return how a line writes a number or date, such as 1.50 or +15555550110; empty if that is not certain."""
    words = {word for word in re.findall(r"[-+\w.:]+", line.partition("=")[2]) if _reads_as(word, value)}
    return words.pop() if len(words) == 1 else ""


def _reads_as(word: str, value: object) -> bool:
    try:
        return repr(tomllib.loads(f"value = {word}")) == repr({"value": value})
    except ValueError:
        return False


def locate(text: str, place: Location) -> int:
    """Return the line (from 1) of the key `place` in TOML text, or of its first child, or of its nearest parent."""
    exact, beginnings = _lines_of_keys(text)
    depth, best = len(place), beginnings.get(place, 0)
    while not best and depth:
        depth -= 1
        best = exact.get(place[:depth], 0)
    best = best or 1
    match place[depth : depth + 1]:
        case (int(index),):
            return _item_line(text.splitlines(), best, index) or best
    return best


@lru_cache(maxsize=2)  # called once for each text of a glossary
def _lines_of_keys(text: str) -> tuple[dict[Location, int], dict[Location, int]]:
    """Return the first line of each table and key of TOML text, and of each beginning of one."""
    exact: dict[Location, int] = {}
    beginnings: dict[Location, int] = {}
    for number, key in _keys(text):
        exact.setdefault(key, number)
        for depth in range(1, len(key) + 1):
            beginnings.setdefault(key[:depth], number)
    return exact, beginnings


def _keys(text: str) -> tuple[tuple[int, Location], ...]:
    """Return each table and key of TOML text with its line, from 1."""
    keys: list[tuple[int, Location]] = []
    table: Location = ()
    counts: dict[Location, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"\s*\[\[([^\[\]]+)\]\]", line):
            name = _resolved(match[1], counts)
            counts[name] = counts.get(name, -1) + 1
            table = (*name, counts[name])
            key = table
        elif match := re.match(r"\s*\[([^\[\]]+)\]\s*(#.*)?$", line):
            key = table = _resolved(match[1], counts)
        elif match := re.match(r'\s*"([^"\\]*)"\s*=', line):  # with spaces or dots
            key = (*table, match[1])
        elif match := re.match(r"\s*([A-Za-z0-9_.\"-]+)\s*=", line):
            key = (*table, *(name.strip('"') for name in match[1].split(".")))
        else:
            continue
        keys.append((number, key))
    return tuple(keys)


def _item_line(lines: list[str], first: int, index: int) -> int | None:
    """Return the line of item `index` of the array that begins on the line `first` (from 1)."""
    depth, count, fresh, quote = 0, -1, False, ""
    for number in range(first, len(lines) + 1):
        line = lines[number - 1]
        letters = iter(line.partition("=")[2] if number == first else line)
        for letter in letters:
            if quote:
                if letter == "\\" and quote == '"':
                    next(letters, None)
                elif letter == quote:
                    quote = ""
                continue
            if letter == "#":
                break
            if fresh and depth == 1 and letter not in " \t]":
                count, fresh = count + 1, False
                if count == index:
                    return number
            if letter in "\"'":
                quote = letter
            elif letter in "[{":
                depth += 1
            elif letter in "]}":
                depth -= 1
            fresh = fresh or (letter == "," and depth == 1) or (letter == "[" and depth == 1)
    return None


def _resolved(dotted: str, counts: dict[Location, int]) -> Location:
    """Return the location of `a.b`, with the index of the last `[[a]]` if `a` is an array."""
    place: Location = ()
    names = [name.strip().strip('"') for name in dotted.split(".")]
    for index, name in enumerate(names):
        place = (*place, name)
        if place in counts and index < len(names) - 1:
            place = (*place, counts[place])
    return place
