"""What a nurse has chosen, read from the query of an address. Only values that are known are accepted.

Values of a query are looked up among those that the desk offers, and never become part of a path, a command or a log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Literal
from urllib.parse import urlencode

from carepress.model import GENERIC

Reason = Literal[
    "unknown", "date", "nothing", "twice", "long", "draft"
]  # why a query is refused: templates/desk/words.j2
MAX_QUERY = 2000  # characters of an address
MAX_SEARCH = 80
MAX_WEEKS = 8
MAX_ITEMS = 12  # sheets in one file
YEARS = range(1990, 2100)  # of dates
EDITIONS = {"fold": "print", "single": "booklet", "large": "large-print", "two": "bilingual", "phone": "epub"}
PAPERS = ("a4", "letter")
KINDS = ("packet", "handout", "sheet", "plan")
ITEM = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
STATE = re.compile(r"[0-9a-f]{16}")  # of pages that were shown before
CODE = re.compile(r"[A-Za-z0-9_-]{0,40}")


class ChoiceError(Exception):
    """A query that the desk does not accept. It never repeats what was typed."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Item:
    """Something to print: a packet, a handout or a sheet by its id, or the follow-up plan."""

    kind: str
    id: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else self.kind


@dataclass(frozen=True, slots=True)
class Choice:
    """The choices so far; each is empty until it is made.

    `staff` is the language of the page, `lang` that of the family. `week` is the day on which dated sheets begin, `ended`
    the day on which treatment ended. `q` are the words of a search.
    """

    staff: str = ""
    hospital: str = GENERIC
    lang: str = ""
    what: tuple[Item, ...] = ()
    how: str = "fold"
    paper: str = ""
    week: date | None = None
    weeks: int = 1
    ended: date | None = None
    q: str = ""

    @property
    def dated(self) -> bool:
        """Whether it has a date of one family."""
        return bool(self.week or self.ended)

    @property
    def kind(self) -> str:
        """The kind of what is printed."""
        return self.what[0].kind if self.what else ""

    def query(self, **changes: object) -> str:
        """Return the query of these choices, with some changed; what has its default is left out."""
        return urlencode(list(replace(self, **changes).pairs()))  # type: ignore[arg-type]

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield the names and values of these choices, without defaults."""
        for field in fields(Choice):
            value = getattr(self, field.name)
            if value != field.default:
                yield from ((field.name, str(one)) for one in (value if isinstance(value, tuple) else (value,)))


def read_choice(pairs: Iterable[tuple[str, str]]) -> Choice:
    """Return the choice of a query. Raises ChoiceError; empty values count as not given."""
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if value.strip():
            given.setdefault(name, []).append(value.strip())
    if given.keys() - {field.name for field in fields(Choice)} - {"save", "since"}:
        raise ChoiceError("unknown")
    if any(len(values) > 1 for name, values in given.items() if name != "what"):
        raise ChoiceError("unknown")
    one = {name: values[0] for name, values in given.items()}
    return Choice(
        staff=_code(one.get("staff", "")),
        hospital=_code(one.get("hospital", GENERIC)),
        lang=_code(one.get("lang", "")),
        what=_items(given.get("what", [])),
        how=_one_of(one.get("how", "fold"), EDITIONS),
        paper=_one_of(one.get("paper", ""), ("", *PAPERS)),
        week=_day(one.get("week")),
        weeks=_count(one.get("weeks", "1")),
        ended=_day(one.get("ended")),
        q=_search(one.get("q", "")),
    )


def read_since(text: str) -> str:
    """Return the state of the pages that were shown before. Raises ChoiceError for what is not one."""
    if text and not STATE.fullmatch(text):
        raise ChoiceError("unknown")
    return text


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise ChoiceError("unknown")
    return text


def _one_of(text: str, known: Iterable[str]) -> str:
    if text not in known:
        raise ChoiceError("unknown")
    return text


def _items(texts: list[str]) -> tuple[Item, ...]:
    """Return what is to be printed: one handout, one plan, or some sheets."""
    items = tuple(dict.fromkeys(map(_item, texts)))
    if len(items) > 1 and any(item.kind != "sheet" for item in items):
        raise ChoiceError("unknown")
    if len(items) > MAX_ITEMS:
        raise ChoiceError("unknown")
    return items


def _item(text: str) -> Item:
    kind, _, name = text.partition(":")
    if kind not in KINDS or bool(name) == (kind == "plan") or (name and not ITEM.fullmatch(name)):
        raise ChoiceError("unknown")
    return Item(kind, name)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise ChoiceError("date")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ChoiceError("date") from None
    if day.year not in YEARS:
        raise ChoiceError("date")
    return day


def _count(text: str) -> int:
    if not re.fullmatch(r"\d", text, re.ASCII) or not 1 <= int(text) <= MAX_WEEKS:
        raise ChoiceError("unknown")
    return int(text)


def _search(text: str) -> str:
    if len(text) > MAX_SEARCH:
        raise ChoiceError("unknown")
    return text
