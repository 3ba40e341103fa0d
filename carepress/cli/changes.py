"""The passages that changed since a signature, as lines to print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from carepress.signoff.changes import Change

MAX_PASSAGES = 5
MAX_LENGTH = 60  # characters of a passage


def changed_lines(changed: Sequence[Change]) -> Iterator[str]:
    """Yield a line for each changed passage, at most `MAX_PASSAGES`, then the number of the others."""
    for passage in changed[:MAX_PASSAGES]:
        place = passage.path if passage.line is None else f"{passage.path}:{passage.line}"
        text = passage.text if len(passage.text) <= MAX_LENGTH else passage.text[: MAX_LENGTH - 1].rstrip() + "…"
        yield f"{'changed' if passage.new is not None else 'removed'}: {place}: {text}"
    if len(changed) > MAX_PASSAGES:
        yield f"and {len(changed) - MAX_PASSAGES} more"
