"""The form of codes of diagnoses and drugs. A code of the right form may still not exist: cite where you looked it up."""

from __future__ import annotations

import re

ICD10CM = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?")
RXNORM = re.compile(r"[1-9][0-9]{0,7}")
SNOMED = re.compile(r"[1-9][0-9]{3,15}[01]0[0-9]")  # the last digits: partition of concepts, check digit


def _product(a: int, b: int) -> int:
    """Return the product of two elements of the dihedral group of order 10: rotations are 0 to 4."""
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
    return 5 + (a - b) % 5 if b < 5 else (a - b) % 5


# Verhoeff's check digit ends each SNOMED CT identifier (SNOMED CT Release File Specification, “Check-digit”).
_PERMUTE = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def is_icd10cm(code: str) -> bool:
    """Tell whether a code has the form of ICD-10-CM, with its point."""
    return ICD10CM.fullmatch(code) is not None


def is_rxnorm(code: str) -> bool:
    """Tell whether a code has the form of a concept of RxNorm (RXCUI)."""
    return RXNORM.fullmatch(code) is not None


def is_snomed(code: str) -> bool:
    """Tell whether a code has the form of a SNOMED CT concept, and the right check digit."""
    return SNOMED.fullmatch(code) is not None and _checksum(code) == 0


def _checksum(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        for _round in range(place % 8):
            value = _PERMUTE[value]
        total = _product(total, value)
    return total
