"""Characters that a reader cannot see, or that the typeface lacks.

There are three rules, and one more where this package cannot be imported:

- `CONTROL_CHARACTERS` are refused in every text of a book: no page can show them, and XML mostly forbids them.
- `find_invisible` is for text from outside: also format characters, such as overrides of the direction.
- `unprintable` is for text that is printed as it is: also letters that the typeface lacks.
- `model.problems` replaces what a terminal must not receive in a message.

`checks.typography` looks for some of them in translations, each with its own remedy.
"""

from __future__ import annotations

import re
import unicodedata

from carepress.text.fonts import letters

CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")  # XML 1.0, 2.2
JOINERS = {"\u200c", "\u200d"}  # they join or separate letters of Persian and of Indian scripts
# Control, format, surrogate, private use, unassigned; line and paragraph separators (Unicode, 4.5).
INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def is_invisible(letter: str) -> bool:
    """Return whether a character shows nothing; joiners count as visible, as they change their neighbors."""
    return letter not in JOINERS and unicodedata.category(letter) in INVISIBLE_CATEGORIES


def find_invisible(text: str) -> str | None:
    """Return the first invisible character of a text."""
    return next(filter(is_invisible, text), None)


def unprintable(text: str) -> str | None:
    """Return what a text should have instead of its first character that cannot be printed; None if all can."""
    for letter in text:
        if is_invisible(letter):
            return f"no invisible character (here U+{ord(letter):04X})"
        if letter not in JOINERS and ord(letter) not in letters():
            return f"letters of the typeface, which has no “{letter}” (U+{ord(letter):04X})"
    return None
