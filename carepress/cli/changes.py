"""Prints the passages that changed since a signature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from carepress.signoff.digest import Passage

MOST = 5  # changed passages that are shown
LONGEST = 60  # letters of a passage


def changed_lines(changed: Sequence[Passage]) -> Iterator[str]:
    """Yield where a text is not that which was signed."""
    for passage in changed[:MOST]:
        place = passage.path if passage.line is None else f"{passage.path}:{passage.line}"
        words = passage.words if len(passage.words) <= LONGEST else passage.words[: LONGEST - 1].rstrip() + "…"
        yield f"changed: {place}: {words}"
    if len(changed) > MOST:
        yield f"and {len(changed) - MOST} more"
