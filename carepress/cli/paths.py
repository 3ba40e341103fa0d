"""Paths in messages, rewritten from the current folder so that a terminal or an editor can open them.

Inside the program a message names files from the project's folder, or from two folders above a book, so that
catalogs, caches and other machines agree. Only here does the current folder matter.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from carepress.workspace.project import Project

CLIMB = 4  # folders: a longer way up is harder to read than an absolute path
BOOK = "carepress.book"  # the key in click's `meta` of the --book that a command was given


@dataclass(frozen=True, slots=True)
class PathTranslator:
    """Rewrites paths in messages. `bases` maps the first folders of a path, `content/`, to the folder it begins in."""

    bases: Mapping[str, Path]
    here: Path

    def translate(self, text: str) -> str:
        """Return `text` with its paths from the current folder.

        A word is taken for a path when it begins with a known folder and lies in a folder that exists.
        """
        starts = "|".join(sorted(map(re.escape, self.bases), key=len, reverse=True))
        text = re.sub(rf"(?<![\w./-])({starts})([^\s:;,“”]*)", self._from_here, text) if starts else text
        return re.sub(rf"(?<![\w./-]){re.escape(os.path.join(self.here, ''))}", "", text)

    def _from_here(self, found: re.Match[str]) -> str:
        path = self.bases[found[1]] / found[0]
        return display(path, self.here) if path.parent.is_dir() else found[0]


def display(path: Path, here: Path) -> str:
    """Return a path from the folder `here` when it climbs at most `CLIMB` folders, absolute otherwise."""
    relative = Path(os.path.relpath(path, here))
    return (path if relative.parts.count("..") > CLIMB else relative).as_posix()


def translator(project: Project, book: Path | None, here: Path) -> PathTranslator:
    """Return a translator for the messages of a command on a book, or on none."""
    return PathTranslator(dict(_bases(project, book)), here)


def _bases(project: Project, book: Path | None) -> Iterator[tuple[str, Path]]:
    for folder in project.root.iterdir():
        if folder.is_dir():
            yield f"{folder.name}/", project.root
    yield "templates/", project.templates.parent
    if book:
        base = book.parent.parent
        yield f"{book.relative_to(base).as_posix()}/", base


# --- for commands --------------------------------------------------------------------------------


def current_translator() -> PathTranslator:
    """Return the translator of the command that runs."""
    context = click.get_current_context()
    project = context.find_object(Project)
    assert project, "the group sets it"
    name = context.meta.get(BOOK)
    folder = project.find_book(name) if name else None
    return translator(project, folder, Path.cwd())


def say(message: object, err: bool = False) -> None:
    """Print a message, its paths from the current folder."""
    click.echo(current_translator().translate(str(message)), err=err)
