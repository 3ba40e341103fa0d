"""publish.py catalogs"""

from __future__ import annotations

import json
import sys
from datetime import datetime

import click

from carepress.catalogs.cosmetic import Approval
from carepress.catalogs.status import status_data, status_lines
from carepress.cli.options import DAY, book_option, current_project, lang_option
from carepress.cli.paths import say
from carepress.translation.update import Updated, add_language, catalog_status, update_catalogs
from carepress.translation.update import accept_cosmetic as accept


@click.group()
def catalogs() -> None:
    """Keep the translators' catalogs in locales/ true to the text."""


@catalogs.command("update")
@book_option
@lang_option("those there are; naming another begins it")
@click.option("--pages", is_flag=True, help="Tell each entry its printed page in the last build of the booklet.")
def update(book_name: str, langs: tuple[str, ...], pages: bool) -> None:
    """Bring all catalogs to the English text.

    Nothing translated is lost, and a second run changes nothing. A changed sentence keeps its translation
    as a proposal: fuzzy, with the English it was made from, and a warning when a number, a unit or a “not”
    has changed.
    """
    for updated in update_catalogs(current_project(), book_name, langs, pages):
        say(_updated_line(updated))


def _updated_line(updated: Updated) -> str:
    waiting = updated.fuzzy + updated.missing
    what = f"{waiting} to translate" if waiting else "complete"
    if updated.fuzzy:
        warned = f", {updated.warned} with a warning" if updated.warned else ""
        what += f" ({updated.fuzzy} fuzzy{warned})"
    return f"{updated.path}: {updated.messages} messages, {what}"


@catalogs.command("add")
@click.argument("code")
@book_option
def add(code: str, book_name: str) -> None:
    """Begin a language, such as fr or es_419.

    Makes its catalogs, ready for Poedit, and an empty list of terms. The next build makes a draft.
    """
    for path in add_language(current_project(), book_name, code):
        say(f"made {path}")


@catalogs.command("status")
@book_option
@lang_option("those there are")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with words and messages.")
def status(book_name: str, langs: tuple[str, ...], as_json: bool) -> None:
    """Tell how far each language is, in English words: translated, fuzzy and missing.

    A sentence that stands in two chapters counts in both, and once in the total.
    """
    found = list(catalog_status(current_project(), book_name, langs))
    if as_json:
        data = {"book": book_name, "languages": [status_data(language) for language in found]}
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        click.echo("\n\n".join("\n".join(status_lines(language)) for language in found))


@catalogs.command("accept-cosmetic")
@click.argument("selectors", metavar="[MESSAGE|PATH:LINE]...", nargs=-1)
@book_option
@click.option("--lang", metavar="CODE", required=True, help="The language whose translations stay valid.")
@click.option("--all", "everything", is_flag=True, help="Every edit that changes no more than looks.")
@click.option("--who", metavar="NAME", required=True, help="Who says so. Kept in the catalog.")
@click.option("--why", metavar="TEXT", required=True, help="What was changed, and why. Kept in the catalog.")
@click.option("--date", "when", type=DAY, metavar="YYYY-MM-DD", help="Kept in the catalog.")
def accept_cosmetic(
    selectors: tuple[str, ...],
    book_name: str,
    lang: str,
    everything: bool,
    who: str,
    why: str,
    when: datetime | None,
) -> None:
    """Record that an English edit changes no meaning, so that its translation stays valid.

    Name the edit by the beginning of its English, or by the place of the English or of the entry, as
    path:line. Refused when numbers, negation, units, links, placeholders or markup differ; those sentences
    have to be translated. --all takes only what differs in punctuation, case, spaces, or by a slip of the
    pen; an edit with other words must be named.

    Exit status: 0 all accepted, 1 something was refused, 2 wrong usage.
    """
    if everything == bool(selectors):
        raise click.UsageError("name sentences, or give --all")
    if not who.strip() or not why.strip() or not all(map(str.strip, selectors)):
        raise click.UsageError("--who, --why and the names of sentences must not be empty")
    approval = Approval(who, why, when.date().isoformat() if when else None)
    accepted, refused = accept(current_project(), book_name, lang, selectors, approval)
    for edit in accepted:
        say(f"{edit.path}: accepted: “{edit.old}” → “{edit.new}”")
    for problem in refused:
        say(problem, err=True)
    if not accepted and not refused:
        click.echo("no edited sentence waits")
    if refused:
        sys.exit(1)
