"""Codes of diagnoses, drugs and ages, by which an electronic record finds a handout."""

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

AgeGroup = Literal["newborn", "infant", "preschooler", "child", "adolescent", "young adult", "adult"]

# A record names the age group of the patient by a MeSH descriptor. The value set is AgeGroupObservationValue of HL7
# (2.16.840.1.113883.11.75, http://terminology.hl7.org/ValueSet/v3-AgeGroupObservationValue); the names and ages are those
# of the Infobutton guide, as OpenInfobutton's constants have them. Its groups of older people are of no use to a book for families.
MESH = "2.16.840.1.113883.6.177"
AGE_GROUPS: Mapping[str, AgeGroup] = {
    "D007231": "newborn",  # to 1 month
    "D007223": "infant",  # 1 to 23 months
    "D002675": "preschooler",  # 2 to 5 years
    "D002648": "child",  # 6 to 12 years
    "D000293": "adolescent",  # 13 to 18 years
    "D055815": "young adult",  # 19 to 24 years
    "D000328": "adult",  # 19 to 44 years
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
