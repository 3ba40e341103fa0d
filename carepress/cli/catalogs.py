"""publish.py catalogs"""

from __future__ import annotations

import click

from carepress.cli.options import PROJECT, book_option, lang_option


@click.group()
def catalogs() -> None:
    """Keep the translators' catalogs in locales/ true to the text."""


@catalogs.command("update")
@book_option
@lang_option("those there are; naming another begins it")
def update(book_name: str, langs: tuple[str, ...]) -> None:
    """Bring all catalogs to the English text.

    Nothing translated is lost, and a second run changes nothing.
    """
    from carepress.desk import update_catalogs

    for path, count, missing in update_catalogs(PROJECT, book_name, langs):
        click.echo(f"{path}: {count} messages, {f'{missing} to translate' if missing else 'complete'}")
