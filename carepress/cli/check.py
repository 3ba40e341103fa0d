"""publish.py check"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import click

from carepress.checks.spelling import PACKAGE, SPELLING, has_dictionaries
from carepress.cli.options import book_option, lang_option
from carepress.cli.paths import current_project, display_path, note_ignored, say
from carepress.cli.terminal import echo_json
from carepress.model import Problem
from carepress.translation.proofread import ALL_CODES, proofread
from carepress.workspace.cache import Cache
from carepress.workspace.outputs import output_cache
from carepress.workspace.project import Project


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
@click.option(
    "--skip",
    "skipped",
    metavar="CODE",
    multiple=True,
    type=click.Choice(ALL_CODES),
    help="Leave out this check. May be given more than once.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--github", is_flag=True, help="Print annotations for GitHub Actions.")
def check(
    book_name: str,
    langs: tuple[str, ...],
    codes: tuple[str, ...],
    skipped: tuple[str, ...],
    as_json: bool,
    github: bool,
) -> None:
    """Find dangerous mistakes in the translations, and errors in the source.

    Checks everything that would be published: placeholders, links, numbers, units, “not”, drugs, terms, spelling
    and more. Prints one line per problem: file:line: code: what is wrong: what to do.

    Exit status: 0 no errors, 1 errors, 2 wrong usage.
    """
    if as_json and github:
        raise click.UsageError("--json and --github cannot be combined")
    chosen = tuple(code for code in codes or ALL_CODES if code not in skipped)
    if not chosen:
        raise click.UsageError("--skip leaves no check")
    project = current_project()
    problems = list(proofread(project, book_name, langs, chosen))
    note_ignored(
        project.stray_languages(project.book(book_name)),
        "not the code of a language, such as es, pt_BR or zh_Hans",
    )
    if SPELLING in chosen and not has_dictionaries():
        _note_missing_dictionaries(project, asked=SPELLING in codes)
    if as_json:
        data = {"book": book_name, "problems": [asdict(problem) for problem in problems]}
        echo_json(data)
    else:
        for problem in problems:
            click.echo(_annotation(problem)) if github else say(_line(problem))
    if any(problem.severity == "error" for problem in problems):
        sys.exit(1)


def _note_missing_dictionaries(project: Project, asked: bool) -> None:
    """Print how to get spelling checked, if the user `asked` for it, or else once in a project.

    In a project that is read-only, it is printed once for each user.
    """
    if not _was_noted(project) or asked:
        command = f"{display_path(Path(sys.executable), Path.cwd())} -m pip install {PACKAGE}"
        say(f"note: spelling is not checked: there are no dictionaries: to get them, run {command}", err=True)


def _was_noted(project: Project) -> bool:
    """Tell whether the note was printed before, and record it: in the project, or else in the user's home."""
    name = "dictionaries-note"
    for cache in _note_caches(project):
        if cache.read(name):
            return True
        cache.write(name, b"printed")
        if cache.read(name):
            return False
    return False


def _note_caches(project: Project) -> Iterator[Cache]:
    yield output_cache(project.root / "build")
    with suppress(RuntimeError):  # the user has no home
        yield Cache(Path.home() / ".cache" / "carepress")


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
