"""Paths and commands in messages, rewritten for the current folder and the book that was asked for.

A terminal or an editor can open the paths, and the commands can be run as they are printed. Internally, messages name
files relative to the project, or to two folders above a book, because catalogs and caches must be the same on every
machine. Only this module depends on the current folder.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import click

from carepress.workspace.project import DEFAULT_BOOK, Project

MAX_CLIMB = 4  # folders: with more “../” than that, an absolute path is easier to read
BOOK = "carepress.book"  # key in the `meta` of a click context: the value of --book
# A command that has the option --book. To import them all, only to ask, takes too long.
COMMAND = re.compile(
    r"publish\.py (?:(?:catalogs|hospital) [a-z-]+|approve|build|check|desk|dossier|handouts|planner|preview|reading"
    r"|reminders|shelf|status|verify)\b"
)


@dataclass(frozen=True, slots=True)
class PathTranslator:
    """Rewrites paths in messages to be relative to `current`, and commands to be on a `book`.

    `bases` maps the beginning of a path, such as `content/`, to the folder that the path is relative to. `book` is the
    value of --book.
    """

    bases: Mapping[str, Path]
    current: Path
    book: str = DEFAULT_BOOK

    def translate(self, text: str) -> str:
        """Return `text` with its paths and commands rewritten.

        A word counts as a path if it begins with one of `bases` and its parent folder exists.
        """
        if self.book != DEFAULT_BOOK and "--book" not in text:
            text = COMMAND.sub(lambda command: f"{command[0]} --book {shlex.quote(self.book)}", text)
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
    return replace(make_translator(project, folder, Path.cwd()), book=name or DEFAULT_BOOK)


def say(message: object, err: bool = False) -> None:
    """Print a message, its paths relative to the current folder, and its commands on the same book."""
    click.echo(current_translator().translate(str(message)), err=err)


def note_ignored(folders: Iterable[Path], why: str) -> None:
    """Print a note for each folder that no command reads because of its name, such as “es copy”."""
    for folder in folders:
        say(f"note: {current_project().shown(folder)}: the folder is ignored: its name is {why}", err=True)
