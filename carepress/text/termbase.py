"""A term of the glossary with its translation: a row of `locales/<lang>/terms.toml`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TermTranslation:
    """A term in English, its only translation, and the words that the translation avoids."""

    source: str
    target: str
    avoid: tuple[str, ...] = ()
