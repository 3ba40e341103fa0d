"""Characters that a reader cannot see, or that no installed typeface has.

There are three rules, and a fourth in a package that cannot import this one:

- `CONTROL_CHARACTERS` are refused in every text of a book: pages cannot show them, and XML forbids most of them.
- `find_invisible` also finds format characters, such as direction overrides, in text from other people.
- `unprintable` also finds letters that no installed typeface has, in text that is printed unchanged.
- `carepress.model.problems` replaces control characters in messages, because the terminal would obey them.

`carepress.checks.typography` finds some of them in translations, with a hint for each.
"""

from __future__ import annotations

import re
import unicodedata

from carepress.text.fonts import letters
from carepress.text.typefaces import unknown_letter

CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")  # XML 1.0, 2.2
JOINERS = {"\u200c", "\u200d"}  # they join or separate letters of Persian and of Indian scripts
# Control, format, surrogate, private use, unassigned; line and paragraph separators (Unicode, 4.5).
INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def is_invisible(letter: str) -> bool:
    """Tell whether a character is invisible; joiners are not, because they change their neighbors."""
    return letter not in JOINERS and unicodedata.category(letter) in INVISIBLE_CATEGORIES


def is_blank(text: str) -> bool:
    """Tell whether nothing of a text can be seen."""
    return all(letter.isspace() or letter in JOINERS or is_invisible(letter) for letter in text)


def find_invisible(text: str) -> str | None:
    """Return the first invisible character of a text."""
    return next(filter(is_invisible, text), None)


def unprintable(text: str) -> str | None:
    """Return what to use instead of the first character that cannot be printed, or None if all can be."""
    for letter in text:
        if is_invisible(letter):
            return f"no invisible character (here U+{ord(letter):04X})"
        if is_missing(letter) and (unknown := unknown_letter(letter, "en")):
            return f"other letters: {unknown[0]}; {unknown[1]}"
    return None


def is_missing(letter: str) -> bool:
    """Return whether all installed typefaces lack a visible character."""
    return letter not in JOINERS and ord(letter) not in letters() and unknown_letter(letter, "en") is not None
