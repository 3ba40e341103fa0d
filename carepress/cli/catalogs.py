"""publish.py catalogs"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from carepress.catalogs.cosmetic import Approval
from carepress.catalogs.exchange.receive import Result
from carepress.catalogs.po import language_code
from carepress.catalogs.status import status_data, status_lines
from carepress.cli.options import DAY, LANGUAGE, book_option, lang_option
from carepress.cli.paths import current_project, say
from carepress.cli.terminal import echo_json
from carepress.model.counts import counted
from carepress.text.typefaces import missing_typeface
from carepress.translation.exchange import FORMATS, VERSIONS, export_catalogs, import_file
from carepress.translation.learn import learn as learn_pairs
from carepress.translation.update import Updated, add_language, catalog_status, update_catalogs
from carepress.translation.update import accept_cosmetic as accept
from carepress.workspace.project import source_language


@click.group()
def catalogs() -> None:
    """Manage the translation catalogs in locales/."""


@catalogs.command("update")
@book_option
@lang_option("all; a new language is added")
@click.option("--pages", is_flag=True, help="Note in each entry its page in the booklet that was built last.")
def update(book_name: str, langs: tuple[str, ...], pages: bool) -> None:
    """Update all catalogs from the text of the book.

    No translation is lost, and a second run changes nothing. A changed sentence keeps its translation as a
    proposal: it becomes fuzzy, with its earlier source, and with a warning if a number, a unit or a “not” has
    changed.
    """
    for updated in update_catalogs(current_project(), book_name, langs, pages):
        say(_updated_line(updated))


def _updated_line(updated: Updated) -> str:
    waiting = updated.fuzzy + updated.missing
    state = f"{waiting} to translate" if waiting else "complete"
    if updated.fuzzy:
        warned = f", {updated.warned} with a warning" if updated.warned else ""
        state += f" ({updated.fuzzy} fuzzy{warned})"
    return f"{updated.path}: {counted(updated.messages, 'message', 'messages')}, {state}"


@catalogs.command("add")
@click.argument("code")
@book_option
def add(code: str, book_name: str) -> None:
    """Add a language, such as fr or es_419.

    Creates its catalogs, ready for Poedit, and an empty list of terms. The next build makes a draft.
    """
    for path in add_language(current_project(), book_name, code):
        say(f"created {path}")
    if missing := missing_typeface(language_code(code)):
        message, hint = missing
        say(f"{message[:1].upper()}{message[1:]}: {hint}.")


@catalogs.command("learn")
@book_option
@lang_option("all")
def learn(book_name: str, langs: tuple[str, ...]) -> None:
    """Learn from reviewed translations which words correspond.

    Writes learned.tsv beside the terms of each language: the check “word” compares later changes with it. Run it when
    the translations are as they should be.
    """
    project = current_project()
    folder = project.book(book_name)
    for lang in langs or project.languages(folder):
        if lang != source_language(folder):
            say(project.shown(learn_pairs(project, book_name, lang)))


@catalogs.command("status")
@book_option
@lang_option("all")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the numbers of words and messages.")
def status(book_name: str, langs: tuple[str, ...], as_json: bool) -> None:
    """Show the progress of each language.

    Counts the words of the source: translated, fuzzy and missing. A sentence that appears in two chapters
    counts in each of them, and once in the total.
    """
    languages = list(catalog_status(current_project(), book_name, langs))
    if as_json:
        data = {"book": book_name, "languages": [status_data(language) for language in languages]}
        echo_json(data)
    else:
        click.echo("\n\n".join("\n".join(status_lines(language)) for language in languages))


@catalogs.command("accept-cosmetic")
@click.argument("selectors", metavar="[MESSAGE|PATH:LINE]...", nargs=-1)
@book_option
@click.option(
    "--lang", metavar="CODE", type=LANGUAGE, required=True, help="The language whose translations stay valid."
)
@click.option("--all", "everything", is_flag=True, help="Accept every cosmetic edit.")
@click.option("--who", metavar="NAME", required=True, help="Who accepts it. Recorded in the catalog.")
@click.option("--why", metavar="TEXT", required=True, help="What was changed, and why. Recorded in the catalog.")
@click.option("--date", "when", type=DAY, metavar="DATE", help="The day of the decision. Recorded in the catalog.")
def accept_cosmetic(
    selectors: tuple[str, ...],
    book_name: str,
    lang: str,
    everything: bool,
    who: str,
    why: str,
    when: datetime | None,
) -> None:
    """Accept edits of the text that keep the meaning.

    The translation of an accepted edit stays valid, and the decision is recorded in the catalog. Select an edit by the
    beginning of its sentence, or by PATH:LINE of the sentence or of the catalog entry. --all accepts only
    edits of punctuation, case, spaces and spelling; an edit that changes words must be selected.

    An edit is refused if numbers, negation, units, links, placeholders or markup differ; such a sentence must be
    translated again.

    Exit status: 0 all edits accepted, 1 an edit was refused, 2 wrong usage.
    """
    if everything == bool(selectors):
        raise click.UsageError("select sentences, or use --all")
    if not who.strip() or not why.strip() or not all(map(str.strip, selectors)):
        raise click.UsageError("--who, --why and the selectors must not be empty")
    approval = Approval(who, why, when.date().isoformat() if when else None)
    accepted, refused = accept(current_project(), book_name, lang, selectors, approval)
    for edit in accepted:
        say(f"{edit.path}: accepted: “{edit.old}” → “{edit.new}”")
    for problem in refused:
        say(problem, err=True)
    if not accepted and not refused:
        click.echo("no edited sentences to accept")
    if refused:
        sys.exit(1)


@catalogs.command("export")
@book_option
@click.option("--lang", metavar="CODE", type=LANGUAGE, required=True, help="The language to export.")
@click.option("--format", "format_", type=click.Choice(FORMATS), required=True, help="The format of the file.")
@click.option(
    "--xliff-version", "version", type=click.Choice([*VERSIONS]), default="1.2", show_default=True, help="Of XLIFF."
)
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write."
)
def export(book_name: str, lang: str, format_: str, version: str, out: Path) -> None:
    """Export the catalogs of a language for another translation program.

    \b
    xliff   to translate: marks, links and placeholders are protected
    omegat  xliff with the source as the target of what is not translated
    csv     to translate in a spreadsheet
    tmx     the finished translations, as a memory for other work
    tbx     the list of terms

    What is translated in xliff, omegat or csv comes back with publish.py catalogs import.
    """
    chosen = VERSIONS[version] if format_ == "xliff" else format_
    export_catalogs(current_project(), book_name, lang, chosen, out)
    say(f"exported {out}")


@catalogs.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@book_option
def import_(file: Path, book_name: str) -> None:
    """Take the translations of an exported file into the catalogs.

    A unit without a translation changes nothing. A unit is refused if its source has changed since the export, if a
    mark, a link or a placeholder is missing, and if the catalog was changed in the meantime. Nothing is taken from a
    file that cannot be read.

    Exit status: 0 all units taken, 1 a unit was refused, 2 wrong usage.
    """
    lang, result = import_file(current_project(), book_name, file)
    for problem in result.refused:
        say(problem, err=True)
    say(f"{file}: {lang}: {_counts(result)}")
    if result.refused:
        sys.exit(1)


def _counts(result: Result) -> str:
    taken = f"{result.taken} taken" + (f" ({result.review} of them to review)" if result.review else "")
    empty = f", {result.empty} empty in the file and left as they are" if result.empty else ""
    return f"{taken}, {result.unchanged} unchanged{empty}, {len(result.refused)} refused"
