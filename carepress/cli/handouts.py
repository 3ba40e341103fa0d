"""publish.py handouts"""

from __future__ import annotations

from collections.abc import Iterator

import click

from carepress.cli.options import book_option, current_project, lang_option
from carepress.content.book import read_book
from carepress.localize import localize
from carepress.model import Book, Handout
from carepress.pages.drawings import plain
from carepress.workspace.project import SOURCE_LANGUAGE


@click.command()
@book_option
@lang_option("the language of the source")
def handouts(book_name: str, langs: tuple[str, ...]) -> None:
    """List the handouts of a book, when each is given, and the sheets: the names for --handout, --pick and --sheet."""
    project = current_project()
    source = read_book(project.book(book_name))
    for lang in langs or (SOURCE_LANGUAGE,):
        for line in _lines(localize(project, source, lang).whole):
            click.echo(line)


def _lines(book: Book) -> Iterator[str]:
    """Yield a paragraph for each handout, then a line for each sheet."""
    names = [*(item.id for item in book.handouts), *(sheet.id for sheet in book.sheets())]
    width = max(map(len, names), default=0)
    for item in book.handouts:
        yield f"{item.number or 'apart':>5}  {item.id:{width}}  {plain(item.title)}"
        yield from (f"{'':5}  {'':{width}}    {detail}" for detail in _details(item))
    for sheet in book.sheets():
        yield f"sheet  {sheet.id:{width}}  {plain(sheet.title)}"


def _details(handout: Handout) -> Iterator[str]:
    if handout.when:
        yield plain(handout.when)
    if handout.sheets:
        yield f"with {', '.join(handout.sheets)}"
