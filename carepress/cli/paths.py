"""Paths in messages, rewritten relative to the current folder: a terminal or an editor can open them.

Internally, messages name files relative to the project, or to two folders above a book, because catalogs and caches
must be the same on every machine. Only this module depends on the current folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from carepress.workspace.project import Project

MAX_CLIMB = 4  # folders: with more “../” than that, an absolute path is easier to read
BOOK = "carepress.book"  # key in the `meta` of a click context: the value of --book


@dataclass(frozen=True, slots=True)
class PathTranslator:
    """Rewrites paths in messages to be relative to `current`.

    `bases` maps the beginning of a path, such as `content/`, to the folder that the path is relative to.
    """

    bases: Mapping[str, Path]
    current: Path

    def translate(self, text: str) -> str:
        """Return `text` with its paths rewritten.

        A word counts as a path if it begins with one of `bases` and its parent folder exists.
        """
        starts = "|".join(sorted(map(re.escape, self.bases), key=len, reverse=True))
        text = re.sub(rf"(?<![\w./-])({starts})([^\s:;,“”]*)", self._relative, text) if starts else text
        return re.sub(rf"(?<![\w./-]){re.escape(os.path.join(self.current, ''))}", "", text)

    def _relative(self, match: re.Match[str]) -> str:
        path = self.bases[match[1]] / match[0]
        return display_path(path, self.current) if path.parent.is_dir() else match[0]


def display_path(path: Path, folder: Path) -> str:
    """Return a path relative to `folder` if it climbs at most `MAX_CLIMB` folders, otherwise absolute."""
    relative = Path(os.path.relpath(path, folder))
    return (path if relative.parts.count("..") > MAX_CLIMB else relative).as_posix()


def make_translator(project: Project, book: Path | None, current: Path) -> PathTranslator:
    """Return a translator for the messages of a command, on the folder of a book if it has one."""
    return PathTranslator(dict(_bases(project, book)), current)


def _bases(project: Project, book: Path | None) -> Iterator[tuple[str, Path]]:
    for folder in project.root.iterdir():
        if folder.is_dir():
            yield f"{folder.name}/", project.root
    yield "templates/", project.templates.parent
    if book:
        base = book.parent.parent
        yield f"{book.relative_to(base).as_posix()}/", base


# --- for commands --------------------------------------------------------------------------------


def current_project() -> Project:
    """Return the project of the running command."""
    project = click.get_current_context().find_object(Project)
    assert project, "the group sets it"
    return project


def current_translator() -> PathTranslator:
    """Return the translator of the running command."""
    context, project = click.get_current_context(), current_project()
    name = context.meta.get(BOOK)
    folder = project.find_book(name) if name else None
    return make_translator(project, folder, Path.cwd())


def say(message: object, err: bool = False) -> None:
    """Print a message, its paths relative to the current folder."""
    click.echo(current_translator().translate(str(message)), err=err)


def note_ignored(folders: Iterable[Path], why: str) -> None:
    """Print a note for each folder that no command reads because of its name, such as “es copy”."""
    for folder in folders:
        say(f"note: {current_project().shown(folder)}: the folder is ignored: its name is {why}", err=True)
