"""publish.py book"""

from __future__ import annotations

from datetime import date

import click

from carepress.cli.options import LANGUAGE
from carepress.cli.paths import current_project, say
from carepress.content.new_book import new_book
from carepress.model.counts import counted
from carepress.model.unfinished import FILL_IN
from carepress.translation.update import update_catalogs


@click.group()
def book() -> None:
    """Begin a handbook in content/. docs/writing.md explains its files."""


@book.command("new")
@click.argument("name", metavar="ID")
@click.option(
    "--lang",
    metavar="CODE",
    type=LANGUAGE,
    default="en",
    show_default=True,
    help="The language that the handbook is written in.",
)
@click.option("--title", metavar="TEXT", required=True, help="The title, in that language.")
def new(name: str, lang: str, title: str) -> None:
    """Begin a handbook: content/ID/ with a chapter, a glossary, a sheet and evidence.

    It builds at once in all editions, as drafts until its sample texts, marked FILL IN, are replaced; the comments in
    its book.toml explain every key. If it is not in English, the words that every book shares need a catalog in its
    language, which is created if there is none: until it is translated, the editions are drafts.
    """
    project = current_project()
    folder = project.shown(new_book(project, name, lang, title, date.today()))
    say(f"created {folder}: write in {folder}/book.toml and its chapters")
    say(f"Replace each {FILL_IN} in {folder} with your own text: until then, its editions are drafts")
    for updated in update_catalogs(project, name, ()):
        if waiting := updated.fuzzy + updated.missing:
            say(f"{updated.path}: {counted(waiting, 'message', 'messages')} to translate")
    say(f"Build it with: publish.py build --book {name}")
