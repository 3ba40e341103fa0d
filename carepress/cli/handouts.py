"""publish.py handouts"""

from __future__ import annotations

from collections.abc import Iterator

import click

from carepress.cli.options import book_option, lang_option
from carepress.cli.paths import current_project
from carepress.content.book import read_book
from carepress.localize import localize
from carepress.model import Book, Handout
from carepress.pages.drawings import plain


@click.command()
@book_option
@lang_option("the language of the source")
def handouts(book_name: str, langs: tuple[str, ...]) -> None:
    """List the handouts of a book, when each is given, and the sheets and packets.

    These are the names for --handout, --pick, --sheet and --packet.
    """
    project = current_project()
    source = read_book(project.book(book_name))
    for lang in langs or (source.source_lang,):
        for line in _lines(localize(project, source, lang).whole):
            click.echo(line)


def _lines(book: Book) -> Iterator[str]:
    """Yield a paragraph for each handout, a line for each sheet, then a paragraph for each packet."""
    names = [*(item.id for item in book.handouts), *(item.id for item in book.sheets())]
    names += [item.id for item in book.packets]
    width = max(map(len, names), default=0)
    for item in book.handouts:
        yield f"{item.number or 'apart':>6}  {item.id:{width}}  {plain(item.title)}"
        yield from (f"{'':6}  {'':{width}}    {detail}" for detail in _details(item))
    for sheet in book.sheets():
        yield f" sheet  {sheet.id:{width}}  {plain(sheet.title)}"
    for packet in book.packets:
        yield f"packet  {packet.id:{width}}  {plain(packet.name)}"
        yield f"{'':6}  {'':{width}}    {', '.join((*packet.handouts, *packet.sheets))}"


def _details(handout: Handout) -> Iterator[str]:
    if handout.when:
        yield plain(handout.when)
    if handout.sheets:
        yield f"with {', '.join(handout.sheets)}"
