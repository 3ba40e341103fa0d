"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from carepress.project import Project

PROJECT = Project(Path(__file__).resolve().parents[2])

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

book_option: Decorator = click.option(
    "--book",
    "book_name",
    metavar="ID",
    default="childhood-all",
    show_default=True,
    help="A book in content/, or any folder with a book.toml.",
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
