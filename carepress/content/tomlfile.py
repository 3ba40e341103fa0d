"""TOML read strictly: every fault names the file, the line, the key and what was expected."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from carepress.model import PublishError

Schema = TypeVar("Schema", bound=BaseModel)

Location = tuple[int | str, ...]

LONGEST = 300  # letters of a value in a message
MOST = 60  # validation_errors told at once


def read_text(path: Path, display_path: str) -> str:
    """Return a file's text; `display_path` is its path as errors name it.

    Raises PublishError when the file is missing, unreadable or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PublishError(display_path, None, "the file does not exist", "create it, or mend its name") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise PublishError(display_path, line, "the text is not UTF-8", "save the file as UTF-8") from None
    except OSError as error:
        raise PublishError(
            display_path, None, f"cannot be read ({error.strerror})", "check the file and its rights"
        ) from None


def parse_toml(text: str, shape: type[Schema], display_path: str, first_line: int = 1, private: bool = False) -> Schema:
    """Parse TOML into `shape`. `first_line` is where the text begins in the file `display_path`.

    Raises PublishError with the line of the faulty key; of a `private` file it does not repeat what stands there.
    """
    offset = first_line - 1
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, line = _split_decode_error(str(error), text)
        raise PublishError(display_path, line + offset, f"broken TOML: {message}", "mend the line") from None
    except (ValueError, RecursionError):  # a number of thousands of digits, lists in lists in lists
        raise PublishError(display_path, first_line, "broken TOML: far too long or too deep", "write it anew") from None
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        raise validation_errors(error, text, data, shape, display_path, offset, private)[0] from None


def validation_errors(
    error: ValidationError,
    text: str,
    data: Any,
    shape: type[BaseModel],
    display_path: str,
    offset: int = 0,
    private: bool = False,
) -> list[PublishError]:
    """Return the validation_errors of TOML that does not fit `shape`, each with its line; of very many, the first."""
    # A misspelt key is both unknown and missing; only the first tells what to mend.
    found = sorted(error.errors(include_url=False), key=lambda row: row["type"] != "extra_forbidden")
    found = found[:MOST]
    places = [_plain(row["loc"], data) for row in found]
    return [
        PublishError(display_path, locate(text, place) + offset, _what(row, place, private), _remedy(row, shape))
        for row, place in zip(found, places)
    ]


def _split_decode_error(message: str, text: str) -> tuple[str, int]:
    found = re.search(r" \(at line (\d+), column \d+\)$", message)
    if found:
        return message[: found.start()], int(found[1])
    return re.sub(r" \(at end of document\)$", " at the end", message), text.count("\n") + 1


def _plain(loc: Location, data: Any) -> Location:
    """Drop from a pydantic location the names of union members, which are not keys of the file."""
    place: list[int | str] = []
    node, in_list = data, False
    for step in loc:
        if in_list and isinstance(node, dict) and node.get("kind") == step:
            in_list = False  # the name of a kind of part, which pydantic puts behind its index
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


def _what(error: Any, place: Location, private: bool) -> str:
    key = ".".join(str(step) for step in place) or "the file"
    match error["type"]:
        case "missing":
            return f"the key “{key}” is missing"
        case "extra_forbidden":
            return f"the key “{key}” is not known"
        case _ if private:
            return f"“{key}” does not fit"
        case _:
            display_path = repr(error["input"])
            return f"“{key}” is {display_path if len(display_path) <= LONGEST else display_path[:LONGEST] + '…'}, which does not fit"


def _remedy(error: Any, shape: type[BaseModel]) -> str:
    match error["type"]:
        case "missing":
            return "add it"
        case "extra_forbidden":
            return f"take it out; {shape.__doc__.rstrip('.').lower() if shape.__doc__ else 'docs/writing.md'} has other keys"
        case _:
            return "expected: " + str(error["msg"]).removeprefix("Input should be ").removeprefix("Value error, ")


def locate(text: str, place: Location) -> int:
    """Return the line (from 1) of the key `place` in TOML text, of the first inside it, or of the nearest above it."""
    best, best_depth = 1, 0
    for number, here in _keys(text):
        depth = min(len(here), len(place))
        if depth > best_depth and place[:depth] == here[:depth]:
            best, best_depth = number, depth
    match place[best_depth : best_depth + 1]:
        case (int(index),):
            return _item_line(text.splitlines(), best, index) or best
    return best


@lru_cache(maxsize=2)  # a glossary asks for the line of each of its texts
def _keys(text: str) -> tuple[tuple[int, Location], ...]:
    """Return the line (from 1) of each table and each key of TOML text."""
    found_keys: list[tuple[int, Location]] = []
    table: Location = ()
    counts: dict[Location, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.match(r"\s*\[\[([^\[\]]+)\]\]", line):
            name = _resolved(found[1], counts)
            counts[name] = counts.get(name, -1) + 1
            table = (*name, counts[name])
            here = table
        elif found := re.match(r"\s*\[([^\[\]]+)\]\s*(#.*)?$", line):
            here = table = _resolved(found[1], counts)
        elif found := re.match(r"\s*([A-Za-z0-9_.\"-]+)\s*=", line):
            here = (*table, *(name.strip('"') for name in found[1].split(".")))
        else:
            continue
        found_keys.append((number, here))
    return tuple(found_keys)


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
    """Turn `a.b` into a location, with the index of the last `[[a]]` where `a` is an array."""
    place: Location = ()
    names = [name.strip().strip('"') for name in dotted.split(".")]
    for index, name in enumerate(names):
        place = (*place, name)
        if place in counts and index < len(names) - 1:
            place = (*place, counts[place])
    return place
