"""Characters that a reader cannot see, or that the typeface lacks."""

from __future__ import annotations

import unicodedata

from carepress.text.fonts import letters

JOINERS = {"\u200c", "\u200d"}  # letters of Persian and of Indian scripts are joined or separated by them


def odd_letter(text: str) -> str | None:
    """Return what is wrong with the letters of a text: one that nobody sees, or that the typeface lacks."""
    for letter in text:
        if letter in JOINERS:
            continue
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            return f"no character that cannot be seen (here U+{ord(letter):04X})"
        if ord(letter) not in letters():
            return f"letters of the typeface, which has no “{letter}” (U+{ord(letter):04X})"
    return None
