"""The plural rule of a catalog or language file, as gettext writes it: `nplurals=2; plural=(n != 1);`."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

# What is printed counts from 1: a header may have its own form for 0, or not.
COUNTS = range(1, 1001)
# Rules repeat after 100, but some have forms for thousands or millions.
NUMBERS = (0, *COUNTS, 2_000, 10_000, 100_000, 1_000_000, 2_000_000)


@dataclass(frozen=True, slots=True)
class PluralForms:
    """The plural rule of a catalog: the number of its forms, and the form of each number."""

    count: int
    expression: str
    form: Callable[[int], int]

    @property
    def header(self) -> str:
        """The rule as gettext reads it; it fails on spaces around the signs."""
        return f"nplurals={self.count}; plural={self.expression};"


# What gettext uses for a catalog without a header.
GERMANIC = "nplurals=2; plural=(n != 1);"


@cache
def read_forms(header: str) -> PluralForms | None:
    """Read the header of a catalog, or gettext's default if it is empty; return None for an invalid one."""
    rule = re.fullmatch(r"\s*nplurals\s*=\s*(\d{1,3})\s*;\s*plural\s*=\s*(.+?)\s*;?\s*", header.strip() or GERMANIC)
    try:
        forms = PluralForms(int(rule[1]), rule[2], gettext.c2py(rule[2])) if rule else None
        return forms if forms and all(0 <= forms.form(number) < forms.count for number in NUMBERS) else None
    except (ValueError, RecursionError, ArithmeticError):
        return None
