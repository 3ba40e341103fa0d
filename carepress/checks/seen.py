"""Comments by which a translator states that a warning was looked at: “# looked at: sentence 1a2b3c4d”.

The digest covers the source and the translation: the comment is void when either changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256

from carepress.checks.text import Pair

_COMMENT = re.compile(r"^looked at: ([a-z]+(?:-[a-z]+)*) ([0-9a-f]{8})\b", re.MULTILINE)


def seen_comment(code: str, pair: Pair) -> str:
    """Return the comment for the warnings of one check about a pair."""
    return f"looked at: {code} {_digest(code, pair.source, pair.text)}"


def seen_codes(comments: str, source: str, text: str) -> frozenset[str]:
    """Return the codes of an entry's comments that are valid for a source and its translation."""
    return frozenset(code for code, digest in _COMMENT.findall(comments) if digest == _digest(code, source, text))


def unneeded_codes(comments: str, texts: list[tuple[str, str]], needed: Callable[[str, str, str], bool]) -> list[str]:
    """Return the codes of comments that answer no warning: a text has changed, or the check no longer warns.

    `needed` is true for a check that warns of a source and its translation.
    """
    return [
        code
        for code, digest in _COMMENT.findall(comments)
        if not any(digest == _digest(code, *text) and needed(code, *text) for text in texts)
    ]


def _digest(code: str, source: str, text: str) -> str:
    return sha256("\0".join((code, source, text)).encode()).hexdigest()[:8]
