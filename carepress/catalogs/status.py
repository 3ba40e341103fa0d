"""The status of a translation: words and messages translated, fuzzy and missing, per part of the work."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polib

from carepress.catalogs.extract import Message, section_of
from carepress.catalogs.po import INTERFACE, entry_state
from carepress.model import Key, State
from carepress.text.inline import InlineError, strip_markup

# The parts of the work in the order of the table; chapters have a row each.
_SECTION_ORDER = ("book", "chapters", "tables", "sheets", "drawings", "glossary", "index", "resources", INTERFACE)


@dataclass(frozen=True, slots=True)
class Tally:
    """The number of words or messages in each state."""

    translated: int = 0
    fuzzy: int = 0
    missing: int = 0

    @property
    def total(self) -> int:
        """The sum of all states."""
        return self.translated + self.fuzzy + self.missing

    @property
    def percent(self) -> int:
        """The translated share, rounded down, so that 100 means complete."""
        return 100 * self.translated // self.total if self.total else 100

    def add(self, state: State, count: int) -> Tally:
        """Return the tally with `count` more in one state."""
        return Tally(
            self.translated + count * (state == "translated"),
            self.fuzzy + count * (state == "fuzzy"),
            self.missing + count * (state == "missing"),
        )


@dataclass(frozen=True, slots=True)
class StatusRow:
    """A chapter or another part of the work. A message counts once in each row where it occurs."""

    section: str
    name: str
    words: Tally = Tally()
    messages: Tally = Tally()

    def add(self, message: Message, state: State) -> StatusRow:
        """Return the row with one more message."""
        return StatusRow(
            self.section, self.name, self.words.add(state, count_words(message)), self.messages.add(state, 1)
        )


@dataclass(frozen=True, slots=True)
class Status:
    """The status of a language: a row for each part, and a total that counts each message once."""

    lang: str
    rows: tuple[StatusRow, ...]
    total: StatusRow


@dataclass(frozen=True, slots=True)
class DomainEntries:
    """The current messages of one domain, and a language's entries for it."""

    messages: tuple[Message, ...]
    entries: Mapping[Key, polib.POEntry]


def language_status(lang: str, domains: Iterable[DomainEntries]) -> Status:
    """Compare the current messages with a language's entries; a message without an entry is missing."""
    rows: dict[tuple[str, str], StatusRow] = {}
    total = StatusRow("total", "total")
    for domain in domains:
        seen: set[object] = set()
        for message in domain.messages:
            place = row_of(message)
            state = entry_state(domain.entries.get(message.key))
            if message.key not in seen:
                total = total.add(message, state)
            if (place, message.key) not in seen:
                rows[place] = rows.get(place, StatusRow(*place)).add(message, state)
            seen |= {message.key, (place, message.key)}
    return Status(lang, tuple(sorted(rows.values(), key=lambda row: _SECTION_ORDER.index(row.section))), total)


def row_of(message: Message) -> tuple[str, str]:
    """Return the section and the name of the row that a message is counted in."""
    section, name = section_of(message.path)
    return (section, name if section == "chapters" else section) if section in _SECTION_ORDER else ("book", "book")


def count_words(message: Message) -> int:
    """Count the words of a message as a translator counts them, in the source, without markup."""
    try:
        text = strip_markup(message.msgid)
    except InlineError:
        text = message.msgid
    return len(re.findall(r"[^\W_]+(?:[’'.,-][^\W_]+)*", re.sub(r"\{\w+\}|%\(\w+\)[sd]", " ", text)))


# --- As text and as data ---------------------------------------------------------------------

_COLUMNS = ("translated", "fuzzy", "missing", "words", "done")


def status_lines(status: Status) -> Iterator[str]:
    """Yield the lines of the table of a language, counted in words."""
    rows = [(f"  {row.name}" if row.section == "chapters" else row.name, row.words) for row in status.rows]
    width = max(len(name) for name, _ in [*rows, ("total", None)]) + 2
    yield f"{status.lang:{width}}" + "".join(f"{column:>12}" for column in _COLUMNS)
    first = next((index for index, row in enumerate(status.rows) if row.section == "chapters"), None)
    for index, (name, words) in enumerate(rows):
        if index == first:
            yield "chapters"
        yield _line(name, words, width)
    yield _line("total", status.total.words, width)


def _line(name: str, words: Tally, width: int) -> str:
    counts = (words.translated, words.fuzzy, words.missing, words.total)
    return f"{name:{width}}" + "".join(f"{count:>12,}" for count in counts) + f"{words.percent:>10} %"


def status_data(status: Status) -> dict[str, object]:
    """Return the status of a language for JSON: `rows` in the order of the table, then `total`."""
    return {"lang": status.lang, "rows": [_row_data(row) for row in status.rows], "total": _row_data(status.total)}


def _row_data(row: StatusRow) -> dict[str, object]:
    return {
        "section": row.section,
        "name": row.name,
        "percent": row.words.percent,
        "words": _tally_data(row.words),
        "messages": _tally_data(row.messages),
    }


def _tally_data(tally: Tally) -> dict[str, int]:
    return {
        "translated": tally.translated,
        "fuzzy": tally.fuzzy,
        "missing": tally.missing,
        "total": tally.total,
    }
