"""The two kinds of trouble: `PublishError`, which is raised, and `Problem`, which a check returns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


class PublishError(Exception):
    """What stops one job: a user's mistake, at a place, with its remedy."""

    def __init__(self, path: str | Path, line: int | None, message: str, hint: str) -> None:
        super().__init__(path, line, message, hint)
        self.path, self.line, self.message, self.hint = str(path), line, message, hint

    def __str__(self) -> str:
        return _trouble_line(self.path, self.line, self.message, self.hint)


Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What a check found: returned, never raised."""

    code: str
    severity: Severity
    path: str
    line: int | None
    message: str
    hint: str

    def __str__(self) -> str:
        return _trouble_line(self.path, self.line, self.message, self.hint)


def _trouble_line(path: str, line: int | None, message: str, hint: str) -> str:
    place = path if line is None else f"{path}:{line}"
    return _in_one_line(f"{place}: {message}: {hint}" if hint else f"{place}: {message}")


LONGEST = 2000  # letters


def _in_one_line(text: str) -> str:
    """Return a text that a terminal shows as it is: what a file holds may also be a command to it."""
    cut = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    return "".join(
        sign if sign.isprintable() else " " if sign.isspace() else "\N{REPLACEMENT CHARACTER}" for sign in cut
    )
