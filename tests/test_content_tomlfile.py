from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict

from carepress.content.tomlfile import locate, parse_toml, read_text
from carepress.model import PublishError

TEXT = """\
title = "A"   # 1
[front]
chapters = ["a"]

[[parts]]
id = "x"
[[parts]]
id = "y"
"sheets" = [
  "p",
  "q",
]
fields = [
  { label = "one" },   # 14
  { label = "two", kind = "b" },
]
[[parts.rows]]
cells = ["1"]
[[parts.rows]]
cells = ["2"]
[names.first]
label = "n"
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("title",), 1),
        (("front",), 2),
        (("front", "chapters"), 3),
        (("parts", 0, "id"), 6),
        (("parts", 1, "id"), 8),
        (("parts", 1, "sheets"), 9),
        (("parts", 1, "sheets", 1), 11),
        (("parts", 1, "fields", 0, "label"), 14),
        (("parts", 1, "fields", 1, "kind"), 15),
        (("parts", 1, "rows", 1, "cells"), 20),
        (("names", "first", "label"), 22),
        # a missing key: the line of its table
        (("parts", 0, "title"), 5),
        (("names", "first", "lines"), 21),
        (("nothing",), 1),
    ],
)
def test_locate(place: tuple, line: int) -> None:
    assert locate(TEXT, place) == line


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    kind: Literal["a", "b"] = "a"


class File(BaseModel):
    """A thing."""

    model_config = ConfigDict(extra="forbid")
    items: list[Item]
    count: int = 0


def test_parse() -> None:
    assert parse_toml('count = 2\n[[items]]\nid = "x"', File, "f.toml") == File(items=[Item(id="x")], count=2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("count = 1\nitems = ", "f.toml:12: broken TOML: "),
        ("items = []\ncount = 'x'", "f.toml:12: “count” is 'x', which is not valid: expected: "),
        ("items = []\n\ncolor = 1", "f.toml:13: unknown key “color”: remove it; a thing has other keys"),
        ("count = 1", "f.toml:11: missing key “items”: add it"),
        (
            "[[items]]\nid = 'x'\n[[items]]\nid = 'y'\nkind = 'c'",
            "f.toml:15: “items.1.kind” is 'c', which is not valid",
        ),
        ("[[items]]\nid = 'x'\n[[items]]\nkind = 'b'", "f.toml:13: missing key “items.1.id”: add it"),
    ],
)
def test_parse_error_has_line_number(text: str, message: str) -> None:
    with pytest.raises(PublishError) as caught:
        parse_toml(text, File, "f.toml", first_line=11)
    assert str(caught.value).startswith(message)


def test_read_text(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    with pytest.raises(PublishError, match=r"^a\.md: the file does not exist"):
        read_text(path, "a.md")
    path.write_bytes(b"one\ntwo \xff\n")
    with pytest.raises(PublishError, match=r"^a\.md:2: not UTF-8 text"):
        read_text(path, "a.md")
    with pytest.raises(PublishError, match=r"^a: cannot read the file"):
        read_text(tmp_path, "a")
    path.write_bytes("\ufeffñ".encode())
    assert read_text(path, "a.md") == "ñ", "a byte order mark is removed"


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("id = 1.50", ': "1.50"'),
        ("id = 0x10  # sixteen", ': "0x10"'),
        ("id=+15555550110", ': "+15555550110"'),
        ("id = 2026-11-23", ': "2026-11-23"'),
        ("id = 2026-11-23 10:00:00", ""),
        ("id = 1.5 # not 1.50", ""),
    ],
)
def test_number_is_to_be_quoted_as_it_was_typed(line: str, hint: str) -> None:
    with pytest.raises(PublishError) as error:
        parse_toml(f"[[items]]\n{line}\n", File, "f.toml")
    assert (error.value.line, error.value.hint) == (2, f"put it into quotation marks{hint}")
    with pytest.raises(PublishError) as error:
        parse_toml(f"items = [{{ {line.partition(' #')[0]} }}]\n", File, "f.toml", private=True)
    assert error.value.hint == "put it into quotation marks"
