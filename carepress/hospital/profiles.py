"""Create and check the hospital profiles in content/hospitals."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from carepress.content import read_book
from carepress.content.tomlfile import Location, locate, read_text
from carepress.hospital.adapt import listed_resources, lost_links, pages_of_no_handout, values
from carepress.hospital.reader import RESERVED, check_hospital
from carepress.hospital.roles import names_in, with_default_roles
from carepress.model import EDITIONS, Book, Hospital, Problem, PublishError
from carepress.model.counts import counted
from carepress.model.hospital import EMERGENCY, REVIEWER_ROLES
from carepress.translation.proofread import proofread_hospital
from carepress.workspace.files import create_folder
from carepress.workspace.project import DEFAULT_BOOK, HOSPITAL_ID, HOSPITAL_ID_HINT, Project, is_project

LONG_NAME = 60  # characters: more need a second line in the head of a sheet


def new_hospital(project: Project, name: str, book_name: str) -> Path:
    """Create the folder of a new profile; after an error, no part of it is left.

    Raises PublishError for an invalid id, and for a folder that exists.
    """
    folder = project.hospital_folder / name
    if not HOSPITAL_ID.fullmatch(name) or name in RESERVED:
        hint = HOSPITAL_ID_HINT
        hint += f"; “{name}” has another meaning: {RESERVED[name]}" if name in RESERVED else ""
        raise PublishError(name, None, "invalid hospital id", hint)
    if not is_project(project.root):
        hint = "create a folder content/hospitals, or run the command in a project"
        raise PublishError(project.root, None, "the folder is not in a project", hint)
    if os.path.lexists(folder):
        raise PublishError(project.shown(folder), None, "the folder already exists", "use another id")
    try:
        create_folder(folder, _new_files(project, name, book_name))
    except OSError as error:
        hint = "check the folder and its permissions"
        raise PublishError(project.shown(folder), None, f"cannot be written ({error.strerror})", hint) from None
    return folder


def _new_files(project: Project, name: str, book_name: str) -> dict[str, str]:
    """Return the text of a new profile's files, by path in its folder."""
    template = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    book, languages = read_book(project.book(book_name)), project.languages(project.book(book_name))
    asked = [item for item in book.placeholders if item.id not in ("hospital_name", EMERGENCY)]
    wanted = [item for item in asked if not item.optional]
    context = {
        "id": name,
        "book_option": "" if book_name == DEFAULT_BOOK else f" --book {shlex.quote(book_name)}",
        "book": book,
        "languages": languages,
        "editions": list(EDITIONS),
        "roles": REVIEWER_ROLES,
        "roles_in": {lang: names_in(project, project.book(book_name), lang) for lang in languages},
        "numbers": [item for item in wanted if item.lines == 1],
        "calls": [item for item in wanted if item.call],
        "others": [item for item in wanted if not item.call and item.lines > 1],
        "optional": [item for item in asked if item.optional],
        "resources": listed_resources(book),
    }

    def text(file: str, **extra: str) -> str:
        source = (project.templates / "hospital" / file).read_text(encoding="utf-8-sig")
        return template.from_string(source).render(**context, **extra)

    logo = text("logo.svg")
    pages = {f"pages/our-hospital.{lang}.md": text("page.md", lang=lang) for lang in languages}
    return {"hospital.toml": text("hospital.toml"), "logo.svg": logo, "logo-mono.svg": logo, **pages}


@dataclass(frozen=True, slots=True)
class ProfileReport:
    """The errors and warnings in a profile. `hospital` is None if there are errors."""

    id: str
    hospital: Hospital | None
    errors: tuple[PublishError, ...]
    warnings: tuple[Problem, ...]


def check_hospitals(project: Project, names: tuple[str, ...], book_name: str) -> Iterator[ProfileReport]:
    """Check the profiles of the named hospitals, or of all, for a book. Raises PublishError for an unknown hospital."""
    folders = [project.hospital(name) for name in names or project.hospitals()]
    path = project.book(book_name)
    book, languages = read_book(path), project.languages(path)
    for folder in folders:
        errors, hospital = check_hospital(folder, book, languages)
        try:
            hospital = hospital and with_default_roles(project, path, hospital)
        except PublishError as error:
            errors, hospital = [*errors, error], None
        warnings: tuple[Problem, ...] = ()
        if hospital:
            profile = read_text(folder / "hospital.toml", hospital.path)
            found = (
                *_warnings(book, hospital, profile),
                *proofread_hospital(project, path, book.id, hospital, profile),
            )
            warnings = tuple(dict.fromkeys(found))
        yield ProfileReport(folder.name, hospital, tuple(errors), warnings)


def _warnings(book: Book, hospital: Hospital, profile: str) -> Iterator[Problem]:
    def warning(code: str, place: Location, message: str, hint: str) -> Problem:
        return Problem(code, "warning", hospital.path, locate(profile, place), message, hint)

    filled = values(hospital, hospital.languages[0])
    for item in book.placeholders:
        if item.id not in filled and not item.optional:
            message = f"no value for “{item.id}” ({item.label.source})"
            hint = "add a telephone or a value, or let families write on the blank lines that the book prints"
            if item.call or item.needed:
                hint = "add it: the book prints blank lines, but handouts and sheets are not released without it"
            yield warning("blank", ("books", book.id, "values"), message, hint)
    if hospital.short_name == hospital.name and max(map(len, hospital.name.values())) > LONG_NAME:
        hint = "add short_name, of up to 40 characters, in each language"
        yield warning("long-name", ("name",), "the name is long for the heads of sheets", hint)
    named = {item.id for item in hospital.resources}
    if waiting := [item.id for item in listed_resources(book) if item.id not in named]:
        message = f"{counted(len(waiting), 'resource of the book is', 'resources of the book are')} not confirmed: {', '.join(waiting)}"
        hint = "they are not printed; check each, and add it to resources with the date, or with leave_out = true"
        yield warning("unconfirmed", ("books", book.id, "resources"), message, hint)
    yield from pages_of_no_handout(book, hospital)
    yield from lost_links(book, hospital)
