"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from carepress.build.storage import is_url
from carepress.cli.paths import BOOK
from carepress.workspace.project import Project


def current_project() -> Project:
    """Return the project of the command that runs."""
    project = click.get_current_context().find_object(Project)
    assert project, "the group sets it"
    return project


class _Day(click.DateTime):
    """A day as options take it."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"“{value}” is no day: write year, month and day, such as 2026-11-23", param, ctx)


DAY = _Day()
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def book_option_with(**more: Any) -> Decorator:
    """Return the option --book with these settings of click."""
    return click.option("--book", "book_name", metavar="ID", callback=_remember_book, **more)


def _remember_book(context: click.Context, _option: click.Parameter, name: str | None) -> str | None:
    context.meta[BOOK] = name
    return name


book_option: Decorator = book_option_with(
    default="childhood-all", show_default=True, help="A book in content/, or any folder with a book.toml."
)


def lang_option(default: str) -> Decorator:
    """Return the option --lang; `default` tells what is done without it."""
    return click.option(
        "--lang",
        "langs",
        metavar="CODE",
        multiple=True,
        help=f"A language, such as en or es. May be given more than once. [default: {default}]",
    )


class _Folder(click.Path):
    """A folder of this machine; where `storage` is meant too, the URL of one is left as text."""

    def __init__(self, storage: bool) -> None:
        super().__init__(path_type=Path, file_okay=False)
        self.storage = storage

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not (isinstance(value, str) and is_url(value)):
            return super().convert(value, param, ctx)
        if not self.storage:
            self.fail(f"“{value}” is not a folder of this machine: only publish.py build writes to storage", param, ctx)
        return value


def out_option(words: str, storage: bool = False) -> Decorator:
    """Return the option --out, the build folder; `words` tell what it is for.

    With `storage` it may be a URL, which comes as text.
    """
    return click.option(
        "--out",
        metavar="DIR|URL" if storage else "DIR",
        type=_Folder(storage),
        default=Path("build"),
        show_default=True,
        help=words,
    )
