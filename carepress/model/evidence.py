"""The evidence for the passages of a book: for reviewers only, never printed for families and never translated."""

from __future__ import annotations

from dataclasses import dataclass

from carepress.model.document import SourceUse


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a passage comes from; `place` is as in `Passage`.

    `ours` is what no source has, and `disagrees` where sources disagree, are garbled or outdated. `path` and `line`
    are those of the entry.
    """

    place: str
    sources: tuple[SourceUse, ...]
    ours: str
    disagrees: str
    path: str
    line: int
