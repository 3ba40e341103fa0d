"""A term of the glossary with its translation: a row of `locales/<lang>/terms.toml`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TermTranslation:
    """A term of the source, its only approved translation, and words to avoid in its place."""

    source: str
    target: str
    avoid: tuple[str, ...] = ()
