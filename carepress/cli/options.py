"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from carepress.build.storage import is_url
from carepress.cli.paths import BOOK
from carepress.workspace.project import DEFAULT_BOOK, canonical_code


class _Day(click.DateTime):
    """A date in the form YYYY-MM-DD."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"invalid date “{value}”: use YYYY-MM-DD", param, ctx)


class _Language(click.types.StringParamType):
    """The code of a language, however it is written: pt-br is pt_BR, and zh_CN is zh_Hans."""

    name = "code"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return canonical_code(value) or value


DAY = _Day()
LANGUAGE = _Language()
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def book_option_with(**settings: Any) -> Decorator:
    """Return the option --book with these settings for `click.option`."""
    return click.option("--book", "book_name", metavar="ID", callback=_remember_book, **settings)


def _remember_book(context: click.Context, _option: click.Parameter, name: str | None) -> str | None:
    context.meta[BOOK] = name
    return name


book_option: Decorator = book_option_with(
    default=DEFAULT_BOOK, show_default=True, help="A book in content/, or any folder with a book.toml."
)


def lang_option(default: str) -> Decorator:
    """Return the option --lang; `default` describes in the help what happens without it."""
    return click.option(
        "--lang",
        "langs",
        metavar="CODE",
        type=LANGUAGE,
        multiple=True,
        help=f"A language, such as en or es. May be given more than once. [default: {default}]",
    )


class _Folder(click.Path):
    """A local folder as a Path; with `storage`, also the URL of remote storage, which stays a string."""

    def __init__(self, storage: bool) -> None:
        super().__init__(path_type=Path, file_okay=False)
        self.storage = storage

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not (isinstance(value, str) and is_url(value)):
            return super().convert(value, param, ctx)
        if not self.storage:
            self.fail(f"“{value}” is not a local folder: only publish.py build writes to remote storage", param, ctx)
        return value


def out_option(help_text: str, storage: bool = False) -> Decorator:
    """Return the option --out, the build folder. With `storage` it may be a URL, which is passed as a string."""
    return click.option(
        "--out",
        metavar="DIR|URL" if storage else "DIR",
        type=_Folder(storage),
        default=Path("build"),
        show_default=True,
        help=help_text,
    )
