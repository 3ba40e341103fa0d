"""Read a family's medicine reminders, a small TOML file. Doses are never checked."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, StringConstraints
from pydantic import Field as Limit

from carepress.content.schema import Some, StrictModel
from carepress.content.tomlfile import Location, locate, parse_toml, read_text
from carepress.model import PublishError
from carepress.planner.medicines import WEEKDAYS, Medicine, first_day
from carepress.text.inline import one_line
from carepress.text.visible import find_invisible, is_missing

MAX_DURATION = 2 * 366  # days: a wrong year must not cause endless alarms


def _visible(text: str) -> str:
    if find_invisible(text):
        raise ValueError("one line of visible characters")
    return text


ShortLine = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), AfterValidator(_visible)
]
LongLine = Annotated[str, StringConstraints(strip_whitespace=True, max_length=140), AfterValidator(_visible)]


def _clock(text: str) -> str:
    if len(text) != len("08:00"):
        raise ValueError("hours and minutes from 00:00 to 23:59, such as 08:00 or 20:30")
    try:
        time.fromisoformat(text)
    except ValueError:
        raise ValueError("hours and minutes from 00:00 to 23:59, such as 08:00 or 20:30") from None
    return text


class MedicineEntry(StrictModel):
    """A medicine."""

    name: ShortLine
    times: Annotated[Some[Annotated[str, AfterValidator(_clock)]], Limit(max_length=12)]
    first: Annotated[date, Limit(alias="from")]
    until: date
    days: Some[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] | None = None
    every: Annotated[int, Limit(ge=1, le=90)] = 1
    note: LongLine = ""

    def model_post_init(self, context: Any, /) -> None:
        """Raise ValueError for a medicine with both `days` and `every`."""
        if self.days and self.every != 1:
            raise ValueError("either “days” or “every”")


class RemindersFile(StrictModel):
    """A file of reminders."""

    medicines: Some[MedicineEntry]


def read_reminders(path: Path) -> tuple[Medicine, ...]:
    """Read a file of reminders.

    Raises PublishError. Its message never repeats the text of the file, because terminal output may be kept in a log.
    """
    display_path = path.as_posix()
    text = read_text(path, display_path)
    medicines: list[Medicine] = []
    seen: set[tuple[object, ...]] = set()
    for index, entry in enumerate(parse_toml(text, RemindersFile, display_path, private=True).medicines):
        medicine = _medicine(entry)
        for key, message, hint in _problems(medicine, entry, seen):
            location: Location = ("medicines", index, key)
            raise PublishError(display_path, locate(text, location), message, hint)
        seen |= _keys(medicine)
        medicines.append(medicine)
    return tuple(medicines)


def _medicine(entry: MedicineEntry) -> Medicine:
    return Medicine(
        name=one_line(entry.name),
        note=one_line(entry.note),
        times=tuple(sorted(time.fromisoformat(text) for text in entry.times)),
        first=entry.first,
        until=entry.until,
        days=tuple(sorted({WEEKDAYS.index(day) for day in entry.days or ()})),
        every=entry.every,
    )


def _problems(medicine: Medicine, entry: MedicineEntry, seen: set[tuple[object, ...]]) -> list[tuple[str, str, str]]:
    problems = []
    for key, text in (("name", medicine.name), ("note", medicine.note)):
        if any(map(is_missing, text)):
            hint = "write it with other letters, as in English or Spanish"
            problems.append((key, f"“{key}” has a letter that the typeface does not have", hint))
    if medicine.until < medicine.first:
        problems.append(("until", "the last day is before the first", "correct “from” or “until”"))
    elif (medicine.until - medicine.first).days > MAX_DURATION:
        problems.append(
            ("until", "the reminders go on for more than two years", "correct the year, or end them earlier")
        )
    elif first_day(medicine) is None:
        problems.append(("days", "none of these days is between the first and the last", "correct “days” or “until”"))
    if len(set(entry.times)) < len(entry.times) or _keys(medicine) & seen:
        problems.append(("times", "duplicate reminder", "keep one of them"))
    return problems


def _keys(medicine: Medicine) -> set[tuple[object, ...]]:
    return {(medicine.name, medicine.first, medicine.days, medicine.every, at) for at in medicine.times}
