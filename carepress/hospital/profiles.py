"""The profiles in content/hospitals: begun, checked and listed."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from carepress.content import read_book
from carepress.hospital.adapt import lost_links, values
from carepress.hospital.reader import check_hospital
from carepress.model import EDITIONS, GENERIC, Book, Hospital, Problem, PublishError
from carepress.model.hospital import REVIEWER_ROLES
from carepress.translation.proofread import proofread_hospital
from carepress.workspace.project import Project, is_project

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_ID = 40
TAKEN = {GENERIC}  # where editions without a hospital go


def new_hospital(project: Project, name: str, book_name: str) -> Path:
    """Write the folder of a new profile, whole or not at all. Raises PublishError for a bad id or a folder there."""
    folder = project.hospital_folder / name
    if not ID.fullmatch(name) or len(name) > LONGEST_ID or name in TAKEN:
        hint = f"use small letters, digits and hyphens, up to {LONGEST_ID}, such as riverbend or st-mary"
        raise PublishError(name, None, "this cannot be the id of a hospital", hint)
    if not is_project(project.root):
        hint = "make a folder content/hospitals here, or run the command in a project"
        raise PublishError(project.root, None, "this folder is in no project", hint)
    if os.path.lexists(folder):
        raise PublishError(project.shown(folder), None, "there is such a folder already", "use another id")
    files = _new_files(project, name, book_name)
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".new-"))
    try:
        for path, text in files.items():
            (temporary / path).parent.mkdir(exist_ok=True)
            (temporary / path).write_text(text, encoding="utf-8", newline="\n")
        temporary.chmod(0o755)
        temporary.rename(folder)
    except OSError as error:
        hint = "check the folder and its rights"
        raise PublishError(project.shown(folder), None, f"cannot be written ({error.strerror})", hint) from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


def _new_files(project: Project, name: str, book_name: str) -> dict[str, str]:
    """Return the files of a new profile, by their paths in its folder."""

    template = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    book, languages = read_book(project.book(book_name)), project.languages(project.book(book_name))
    known = {
        "id": name,
        "book": book,
        "languages": languages,
        "editions": list(EDITIONS),
        "roles": REVIEWER_ROLES,
        "numbers": [item for item in book.placeholders if item.lines == 1 and item.id != "hospital_name"],
        "calls": [item for item in book.placeholders if item.call],
        "others": [item for item in book.placeholders if not item.call and item.lines > 1],
    }

    def text(file: str, **more: str) -> str:
        source = (project.templates / "hospital" / file).read_text(encoding="utf-8")
        return template.from_string(source).render(**known, **more)

    logo = text("logo.svg")
    pages = {f"pages/our-hospital.{lang}.md": text("page.md", lang=lang) for lang in languages}
    return {"hospital.toml": text("hospital.toml"), "logo.svg": logo, "logo-mono.svg": logo, **pages}


@dataclass(frozen=True, slots=True)
class Checked:
    """A profile with its faults, and what a person should look at; `hospital` is None when there are faults."""

    id: str
    hospital: Hospital | None
    faults: tuple[PublishError, ...]
    notes: tuple[Problem, ...]


def check_hospitals(project: Project, names: tuple[str, ...], book_name: str) -> Iterator[Checked]:
    """Check the profiles of these hospitals, or of all, for a book. Raises PublishError for an unknown one."""

    folders = [project.hospital(name) for name in names or project.hospitals()]
    path = project.book(book_name)
    book, languages = read_book(path), project.languages(path)
    for folder in folders:
        faults, hospital = check_hospital(folder, book, languages)
        notes = (*_notes(book, hospital), *proofread_hospital(project, path, hospital)) if hospital else ()
        yield Checked(folder.name, hospital, tuple(faults), notes)


def _notes(book: Book, hospital: Hospital) -> Iterator[Problem]:

    said = values(hospital, hospital.languages[0])
    for item in book.placeholders:
        if item.id not in said:
            message = f"nothing is said for “{item.id}” ({item.label.source})"
            yield Problem("blank", "warning", hospital.path, None, message, "the book prints lines to write it on")
    yield from lost_links(book, hospital)
