"""A project with many hospitals: copies of the sample Riverbend, each with its own text and colors."""

from __future__ import annotations

import colorsys
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

from measure import ROOT

SAMPLE = ROOT / "content" / "hospitals" / "riverbend"
BOOK_TABLE = re.compile(r"^\[books\.childhood-all\].*?(?=^#)", re.MULTILINE | re.DOTALL)
PACKET = re.compile(r"^\[\[books\.childhood-all\.packets\]\].*?(?=^#|\Z)", re.MULTILINE | re.DOTALL)
# The garden book has other placeholders and chapters.
GARDEN_TABLE = """[books.garden]
values.meeting_place.en = "Sample text: your clinicians write here where to meet. Hospital {number}."
values.meeting_place.es = "Texto de muestra: aquí sus médicos escriben dónde reunirse. Hospital {number}."

"""


def copy_project(to: Path) -> Path:
    """Copy the files that publish.py needs, without hospitals."""
    for name in ("carepress", "templates", "locales", "content", "tests/books"):
        shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__", "hospitals"))
    shutil.copy(ROOT / "publish.py", to)
    return to


def add_hospitals(root: Path, first: int, last: int, garden: bool = False) -> list[str]:
    """Write the profiles of hospitals number `first` to `last`, and return their ids."""
    names = []
    for number in range(first, last + 1):
        names.append(f"hospital-{number:04}")
        folder = root / "content" / "hospitals" / names[-1]
        shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("pages") if garden else None)
        profile = (SAMPLE / "hospital.toml").read_text(encoding="utf-8")
        (folder / "hospital.toml").write_text(_varied(profile, number, garden), encoding="utf-8")
    return names


def _varied(profile: str, number: int, garden: bool) -> str:
    """Return a profile with a different name, telephone numbers, rules, colors and review date."""
    main, second = _dark(number * 0.618), _dark(number * 0.618 + 0.5)
    review = date(2027, 11, 21) + timedelta(days=number % 300)
    for pattern, replacement in (
        (r"Riverbend Children’s Hospital", f"Children’s Hospital {number:03}"),
        (r"Hospital Infantil Riverbend", f"Hospital Infantil {number:03}"),
        (r"555-01(\d\d)", lambda match: f"555-{100 + int(match[1]) + number:04}"),
        (r"(call about a fever|llamar por fiebre)", rf"\1 (hospital {number:03})"),
        (r"^main = .*", f'main = "{main}"'),
        (r"^second = .*", f'second = "{second}"'),
        (r"^review_due = \S+", f"review_due = {review.isoformat()}"),
    ):
        profile, count = re.subn(pattern, replacement, profile, flags=re.MULTILINE)
        assert count, f"{SAMPLE.name} has no match for {pattern}"
    if garden:
        profile = PACKET.sub("", BOOK_TABLE.sub(GARDEN_TABLE.format(number=number), profile))
        profile = re.sub(r'^fills = "(clinic_phone)?(.*)"\n', _garden_line, profile, flags=re.MULTILINE)
    return profile


def _garden_line(match: re.Match[str]) -> str:
    return 'fills = "garden_phone"\n' if match[1] else ""


def _dark(hue: float) -> str:
    """Return a color that is dark enough to read on white paper; `hue` is in turns."""
    return "#" + "".join(f"{round(255 * part):02x}" for part in colorsys.hls_to_rgb(hue % 1, 0.22, 0.6))
