"""The command line: one small module per command, which parses arguments, calls the packages and prints.

A command's module is imported only when the command runs, to keep `--help` fast.
"""

from __future__ import annotations

import gc
import os
import select
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

import click

from carepress import __version__
from carepress.cli.paths import current_translator
from carepress.cli.terminal import accept_any_text
from carepress.model import PublishError
from carepress.text.language_file import bind_languages
from carepress.workspace.files import is_unicode
from carepress.workspace.project import Project, find_root

# name: (module in carepress.cli, its attribute, the help line)
COMMANDS = {
    "build": ("build", "build", "Build booklets and e-books."),
    "book": ("book", "book", "Begin a handbook."),
    "handouts": ("handouts", "handouts", "List the handouts and sheets, and when each is given."),
    "catalogs": ("catalogs", "catalogs", "Manage the translation catalogs."),
    "check": ("check", "check", "Find dangerous mistakes in the translations."),
    "hospital": ("hospital", "hospital", "Create, check and list hospital profiles."),
    "dossier": ("dossier", "dossier", "Make the dossier that reviewers sign from."),
    "approve": ("approve", "approve", "Sign off a hospital's edition."),
    "status": ("status", "status", "Show which hospital editions are current, expiring, void or drafts."),
    "verify": ("verify", "verify", "Show what a PDF or EPUB was built from, and whether it is current."),
    "preview": ("preview", "preview", "Show source, translation and page side by side while you work."),
    "reading": ("reading", "reading", "Show the reading level of each chapter."),
    "planner": ("planner", "planner", "Make a family's follow-up plan: a page with dates, and a calendar."),
    "reminders": ("reminders", "reminders", "Make medicine reminders: a weekly chart, and a calendar."),
    "shelf": ("shelf", "shelf", "Make a download page, and catalogs for e-readers."),
    "desk": ("desk", "desk", "Print today's handout from a page in your browser."),
    "contact-sheet": ("contact_sheet", "contact_sheet", "Put the pages of a PDF side by side in one picture."),
}


class _LateGroup(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. Raises PublishError with the path of the file relative to the current folder."""
        try:
            return super().invoke(ctx)
        except PublishError as error:
            problem = error
        except OSError as error:
            if isinstance(error, BrokenPipeError) and _closed_outputs():
                raise
            hint = "check the file, its folder, their permissions and the free disk space"
            problem = PublishError(
                error.filename or "a file", None, f"cannot be read or written ({error.strerror})", hint
            )
        translate = current_translator().translate
        raise PublishError(translate(problem.path), problem.line, problem.message, translate(problem.hint))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute, _help = COMMANDS[name]
        command: click.Command = getattr(import_module(f"carepress.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, row[2]) for name, row in COMMANDS.items()])


@click.command(cls=_LateGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="carepress")
@click.pass_context
def cli(context: click.Context) -> None:
    """Build booklets and e-books from a handbook, in every language that has a catalog.

    \b
    publish.py build                       all languages, all default editions
    publish.py build --lang es             Spanish only
    publish.py catalogs update             after a change of the text
    """
    folder = Path.cwd()
    context.obj = context.obj or Project(find_root(folder) or folder)
    bind_languages(context.obj.language_file, context.obj.shown)


def main(home: Path | None = None) -> None:
    """Run the command line. An error of the user prints one line and sets the exit status, without a traceback.

    The project is the one that contains the current folder; outside any project, `home` or else the current folder.
    """
    accept_any_text()
    folder = Path.cwd()
    # Nearly everything that is imported and read lives until the end: searching it for garbage is a sixth of the start.
    gc.set_threshold(100_000, 20, 50)
    try:
        _refuse_undecoded(sys.argv[1:])
        sys.exit(cli(standalone_mode=False, obj=Project(find_root(folder) or home or folder)) or 0)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except PublishError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except BrokenPipeError:  # the reader of the output has seen enough, as in “publish.py check | head”
        for stream in _closed_outputs():
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # Python flushes it at the exit
        sys.exit(1)


def _closed_outputs() -> list[TextIO]:
    """Return the output streams whose reader has closed its end; both on Windows, which does not tell."""
    return [stream for stream in (sys.stdout, sys.stderr) if not hasattr(select, "poll") or _is_closed(stream)]


def _is_closed(stream: TextIO) -> bool:
    poll = select.poll()
    poll.register(stream.fileno(), 0)  # POLLERR and POLLHUP are always reported
    return bool(poll.poll(0))


def _refuse_undecoded(arguments: list[str]) -> None:
    """Raise UsageError for an argument that Python could not decode, unless it is a path in a folder that exists."""
    for text in arguments:
        path = Path(text)
        if not is_unicode(text) and not any(place.exists() for place in (path, *path.parents[:-1])):
            raise click.UsageError(f"the argument “{text}” is not in the encoding of this terminal: use UTF-8")
