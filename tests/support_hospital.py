"""Hospital profiles for tests: copies of the samples, and a small profile for the garden book."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from carepress.hospital.reader import check_hospital, read_hospital
from carepress.model import Book, Hospital, PublishError
from support import GARDEN, HANDBOOK, LANGS, ROOT, model

SAMPLES = ROOT / "content" / "hospitals"
LOOK = """\
[logo]
light = "logo.svg"
mono = "logo-mono.svg"
[colors]
main = "#123456"
second = "#654321"
"""
SHED = (
    """\
languages = ["en", "es"]
editions = ["booklet", "epub"]
paper = "a4"
revised = 2026-11-21
review_due = 2047-11-21
web = "https://www.shed.example"
name.en = "The Shed & Sons"
name.es = "El cobertizo"
address.en = ["1 Mill Lane", "Gardenby"]
address.es = ["1 Mill Lane", "Gardenby"]
emergency.en = "Sample text: put the fork down."
emergency.es = "Texto de muestra: suelte la horca."
"""
    + LOOK
    + """\
[[telephones]]
number = "+1 555-555-0150"
fills = "garden_phone"
label.en = "The shed"
label.es = "El cobertizo"
hours.en = "by day"
hours.es = "de día"
[books.garden]
leave_out_chapters = ["soil"]
leave_out_sheets = ["watering"]
pages = [{ id = "tools", after = "sowing" }, { id = "gate" }]
"""
)
PAGE = """\
---
title = "{title}"
---

{words} [{words}](sheet:plan)

## {title} {{#more}}

- {words}
"""
WORDS = {
    "tools": {"en": ("Our tools", "Bring a spade."), "es": ("Nuestras herramientas", "Traiga una pala.")},
    "gate": {"en": ("The gate", "Shut the gate."), "es": ("La puerta", "Cierre la puerta.")},
}


def copy_sample(to: Path, name: str = "riverbend") -> Path:
    """Copy a sample profile into an empty project, so that errors name content/hospitals/NAME/."""
    folder = to / "content" / "hospitals" / name
    shutil.copytree(SAMPLES / name, folder)
    return folder


def write_shed(to: Path) -> Path:
    """Write a profile for the garden book."""
    folder = to / "content" / "hospitals" / "shed"
    (folder / "pages").mkdir(parents=True)
    (folder / "hospital.toml").write_text(SHED)
    for name in ("logo.svg", "logo-mono.svg"):
        shutil.copy(SAMPLES / "riverbend" / name, folder)
    for name, langs in WORDS.items():
        for lang, (title, words) in langs.items():
            (folder / "pages" / f"{name}.{lang}.md").write_text(PAGE.format(title=title, words=words))
    return folder


def shed(to: Path) -> Hospital:
    return read_hospital(write_shed(to), model(GARDEN, "en"), LANGS)


def profile_errors(folder: Path, book: Book | None = None) -> list[PublishError]:
    """Return the errors of a profile; assert that a hospital is returned only without errors."""
    result, hospital = check_hospital(folder, book or model(HANDBOOK, "en"), LANGS)
    assert (hospital is None) == bool(result)
    return result


def leave_out_most(profile: Path) -> None:
    """Leave out all chapters but the required ones, those that the hospital names, and one of each other part."""
    book = model(HANDBOOK, "en")
    packets = " ".join(re.findall("(?m)^handouts = (.*)", profile.read_text()))
    named = [path.read_text() for path in profile.parent.glob("pages/*.md")]
    named += [name for item in book.handouts if f'"{item.id}"' in packets for name in item.chapters]
    kept = {*book.required, *re.findall(r"chapter:([\w-]+)", " ".join(named))}
    for part in book.parts:
        names = [chapter.id for chapter in part.chapters]
        if kept.isdisjoint(names):
            kept.add(min(names, key=lambda name: (HANDBOOK / "chapters" / f"{name}.md").stat().st_size))
    others = [chapter.id for part in book.parts for chapter in part.chapters if chapter.id not in kept]
    text, count = re.subn(
        "(?m)^leave_out_chapters = .*", f"leave_out_chapters = {json.dumps(others)}", profile.read_text()
    )
    assert count == 1
    profile.write_text(text)
