"""Begin a handbook: a small book that builds at once, with sample texts to replace."""

from __future__ import annotations

import os
import re
import uuid
from datetime import date
from pathlib import Path
from string import Template

from pydantic import TypeAdapter, ValidationError

from carepress.content.schema import LanguageCode
from carepress.model import PublishError
from carepress.text.language import check_known
from carepress.text.typefaces import check_script
from carepress.workspace.files import create_folder, write_error
from carepress.workspace.project import Project

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
MAX_ID_LENGTH = 40
TAKEN = {"hospitals": "the folder of the hospitals’ profiles"}  # names in content/ with another meaning


def new_book(project: Project, name: str, lang: str, title: str, today: date) -> Path:
    """Create the folder of a new book in content/, from templates/book; after an error, no part of it is left.

    Raises PublishError for an invalid id, language or title, and for a folder that exists.
    """
    folder = project.root / "content" / name
    if not ID.fullmatch(name) or len(name) > MAX_ID_LENGTH or name in TAKEN:
        hint = f"use lowercase letters, digits and hyphens, {MAX_ID_LENGTH} at most, for example asthma-school"
        hint += f"; “{name}” has another meaning: {TAKEN[name]}" if name in TAKEN else ""
        raise PublishError(name, None, "invalid book id", hint)
    try:
        TypeAdapter(LanguageCode).validate_python(lang)
    except ValidationError:
        raise PublishError(lang, None, "unknown language", "use a code such as en, fr or es_419") from None
    check_known(lang)
    check_script(lang)
    title = " ".join(title.split())
    if not title or any(mark in title for mark in '"\\*[]{}<>'):
        raise PublishError("--title", None, "the title has markup or straight quotation marks", "write plain text")
    if os.path.lexists(folder):
        raise PublishError(project.shown(folder), None, "the folder already exists", "use another id")
    try:
        create_folder(
            folder, _files(project, id=name, lang=lang, title=title, identifier=str(uuid.uuid4()), today=today)
        )
    except OSError as error:
        raise PublishError(project.shown(folder), None, *write_error(error)) from None
    return folder


def _files(project: Project, today: date, **values: str) -> dict[str, str]:
    """Return the text of each file of a new book, by its path."""
    due = date(today.year + 1, today.month, min(today.day, 28))
    dates = {"revised": today.isoformat(), "review_due": due.isoformat(), "month": today.isoformat()[:7]}
    source = project.templates / "book"
    paths = sorted(path for path in source.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {
        path.relative_to(source).as_posix(): Template(path.read_text(encoding="utf-8")).substitute(values, **dates)
        for path in paths
    }
