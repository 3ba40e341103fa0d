"""Errors and problems: `PublishError` is raised, a `Problem` is returned by a check."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


class PublishError(Exception):
    """A user error that stops a job, with its location and a hint.

    Its text is one line, `file:line: message: hint`.
    """

    def __init__(self, path: str | Path, line: int | None, message: str, hint: str) -> None:
        super().__init__(path, line, message, hint)
        self.path, self.line, self.message, self.hint = str(path), line, message, hint

    def __str__(self) -> str:
        return _location_line(self.path, self.line, self.message, self.hint)


Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """The result of a check: returned, never raised.

    `msgid` and `context` (msgctxt) identify the entry of a catalog.
    """

    code: str
    severity: Severity
    path: str
    line: int | None
    message: str
    hint: str
    msgid: str = ""
    context: str = ""

    def __str__(self) -> str:
        return _location_line(self.path, self.line, self.message, self.hint)


def _location_line(path: str, line: int | None, message: str, hint: str) -> str:
    place = path if line is None else f"{path}:{line}"
    return _printable_line(f"{place}: {message}: {hint}" if hint else f"{place}: {message}")


MAX_LENGTH = 2000  # characters of a message


def _printable_line(text: str) -> str:
    """Return a text in one line without control characters, which could be commands to the terminal."""
    cut = text if len(text) <= MAX_LENGTH else text[:MAX_LENGTH] + "…"
    return "".join(
        char if char.isprintable() else " " if char.isspace() else "\N{REPLACEMENT CHARACTER}" for char in cut
    )
