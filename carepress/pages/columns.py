"""Divide definitions between two columns of about the same height.

WeasyPrint balances CSS columns by laying them out again and again (layout/column.py), an eighth of the time of a
handout. An estimate of the lines is as good to the eye.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from carepress.model import Term
from carepress.pages.drawings import plain

LETTERS = 32  # of a line in a column at A5
SPACE = 0.4  # lines between two definitions


def two_columns(terms: Sequence[Term]) -> tuple[Sequence[Term], Sequence[Term]]:
    """Divide the terms where the higher of the two columns is lowest; of two such places, take the later one."""
    heights = [1 + ceil(len(plain(term.definition)) / LETTERS) + SPACE for term in terms]
    end = min(range(len(terms) + 1), key=lambda cut: (max(sum(heights[:cut]), sum(heights[cut:])), -cut))
    return terms[:end], terms[end:]
