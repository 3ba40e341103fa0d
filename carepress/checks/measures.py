"""The units after the figures of a text, by their names in CLDR, for a language that has no table of units."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from itertools import product
from typing import Literal

from babel.units import format_unit

from carepress.checks.script import MARKS, without_points
from carepress.checks.text import ParsedText
from carepress.text.language import language_script, locale_of

# Our names of units, by those of CLDR (common/main, units).
CLDR_UNITS = {
    "duration": "second minute hour day week month year",
    "mass": "microgram milligram gram kilogram",
    "volume": "milliliter deciliter liter",
    "length": "millimeter centimeter meter",
    "temperature": "celsius fahrenheit",
}
# The narrow names are too short to be unambiguous.
WIDTHS: tuple[Literal["long", "short"], ...] = ("long", "short")
# Numbers of all plural forms.
COUNTS = (0, 1, 2, 3, 5, 11, 100, 1.5)


def unit_after(side: ParsedText, end: int) -> str | None:
    """Return the unit that follows the figure that ends at a place, if CLDR has it."""
    names = _names(side.lang)
    match = names[0].match(without_points(side.normal[end : end + REACH])) if names else None
    return names[1].get(match[1].casefold()) if names and match else None


# No name is longer.
REACH = 40


@cache
def _names(lang: str) -> tuple[re.Pattern[str], dict[str, str]] | None:
    """Return a pattern of all names of units, and their meanings; a name with two meanings has none."""
    script = language_script(lang)
    meanings: dict[str, set[str]] = defaultdict(set)
    units = [(kind, unit) for kind, names in CLDR_UNITS.items() for unit in names.split()]
    for (kind, unit), width, count in product(units, WIDTHS, COUNTS):
        name = _name(format_unit(count, f"{kind}-{unit}", width, locale=locale_of(lang)))
        # Babel writes a name that CLDR lacks as “duration-week”.
        if name and kind not in name and not (script in RUN_ON and name.endswith(".")):
            meanings[without_points(name.strip(".")).casefold()].add(unit)
    single = {name: units.pop() for name, units in meanings.items() if len(units) == 1}
    if not single:
        return None
    end = "" if script in RUN_ON or script in CJK else rf"(?![\w{MARKS}])"
    longest = "|".join(map(re.escape, sorted(meanings, key=len, reverse=True)))
    return re.compile(rf"[ \u00a0\u202f-]?({longest}){end}", re.IGNORECASE), single


def _name(text: str) -> str:
    """Return the unit of an amount whose number comes first, or an empty text."""
    match = re.fullmatch(r"[\d.,٫]+[ \u00a0\u202f]?([^\d\[\]]+)", text)
    return match[1].strip() if match else ""


# Scripts in which more letters may follow a unit. An abbreviation of the first may be the beginning of another word.
RUN_ON = {"Thai", "Laoo", "Khmr", "Mymr"}
CJK = {"Hans", "Hant", "Jpan", "Kore"}
