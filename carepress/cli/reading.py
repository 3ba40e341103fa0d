"""publish.py reading"""

from __future__ import annotations

import click

from carepress.cli.options import book_option, current_project, lang_option
from carepress.translation.readability import reading_table


@click.command()
@book_option
@lang_option("all")
def reading(book_name: str, langs: tuple[str, ...]) -> None:
    """Show the length of each chapter in words, and its reading level in each language."""
    for line in reading_table(current_project(), book_name, langs):
        click.echo(line)
