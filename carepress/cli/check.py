"""publish.py check"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from carepress.checks.table import BOOK_CODES, CODES
from carepress.cli.options import book_option, current_project, lang_option
from carepress.cli.paths import say
from carepress.model import Problem
from carepress.translation.proofread import proofread

ALL_CODES = (*CODES, *BOOK_CODES)


@click.command(epilog=f"Codes: {', '.join(ALL_CODES)}. docs/checks.md describes them.")
@book_option
@lang_option("all")
@click.option(
    "--code",
    "codes",
    metavar="CODE",
    multiple=True,
    type=click.Choice(ALL_CODES),
    help="Run only this check. May be given more than once. [default: all]",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--github", is_flag=True, help="Print annotations for GitHub Actions.")
def check(book_name: str, langs: tuple[str, ...], codes: tuple[str, ...], as_json: bool, github: bool) -> None:
    """Find dangerous mistakes in the translations, and errors in the English.

    Checks everything that would be published: placeholders, links, numbers, units, “not”, drugs, terms, spelling
    and more. Prints one line per problem: file:line: code: what is wrong: what to do.

    Exit status: 0 no errors, 1 errors, 2 wrong usage.
    """
    if as_json and github:
        raise click.UsageError("--json and --github cannot be combined")
    problems = list(proofread(current_project(), book_name, langs, codes or ALL_CODES))
    if as_json:
        data = {"book": book_name, "problems": [asdict(problem) for problem in problems]}
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        for problem in problems:
            click.echo(_annotation(problem)) if github else say(_line(problem))
    if any(problem.severity == "error" for problem in problems):
        sys.exit(1)


def _line(problem: Problem) -> str:
    place = problem.path if problem.line is None else f"{problem.path}:{problem.line}"
    return f"{place}: {problem.code}: {problem.message}: {problem.hint}"


def _annotation(problem: Problem) -> str:
    """Return a workflow command of GitHub Actions, escaped as it requires."""
    line = "" if problem.line is None else f",line={problem.line}"
    place = f"file={_escaped(problem.path, ':,')}{line},title={_escaped(problem.code, ':,')}"
    return f"::{problem.severity} {place}::{_escaped(f'{problem.message}: {problem.hint}')}"


def _escaped(text: str, extra: str = "") -> str:
    """Escape percent signs, line breaks and the `extra` characters."""
    for letter in "%\r\n" + extra:
        text = text.replace(letter, f"%{ord(letter):02X}")
    return text
