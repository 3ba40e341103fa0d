"""Codes of diagnoses and drugs, by which an electronic record finds a handout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

System = Literal["icd10cm", "snomed", "rxnorm"]

# The object identifiers of the code systems (HL7 OID registry), as a record names them in a request.
OIDS: Mapping[System, str] = {
    "icd10cm": "2.16.840.1.113883.6.90",
    "snomed": "2.16.840.1.113883.6.96",
    "rxnorm": "2.16.840.1.113883.6.88",
}


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a system, such as C91.0 of ICD-10-CM."""

    system: System
    value: str

    def covers(self, other: Code) -> bool:
        """Tell whether a code is this one, or of ICD-10-CM one of its subdivisions: C91.0 covers C91.00."""
        if self.system != other.system:
            return False
        own, asked = (code.value.replace(".", "").upper() for code in (self, other))
        return asked.startswith(own) if self.system == "icd10cm" else asked == own
