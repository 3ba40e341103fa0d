"""publish.py reading"""

from __future__ import annotations

import click

from carepress.cli.options import book_option, lang_option
from carepress.cli.paths import current_project
from carepress.translation.reading import reading_table


@click.command()
@book_option
@lang_option("all")
def reading(book_name: str, langs: tuple[str, ...]) -> None:
    """Show how long the sentences of each chapter are, how they vary, and their reading level in each language.

    The last line of a language has the medians of its chapters. docs/writing.md explains the columns.
    """
    for line in reading_table(current_project(), book_name, langs):
        click.echo(line)
