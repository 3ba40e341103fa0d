"""The command line: one small module a command, each of which only parses, calls and prints.

A command's module is imported when it is called for, so that `--help` starts at once.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from carepress import __version__
from carepress.cli.paths import current_translator
from carepress.model import PublishError
from carepress.workspace.project import Project, find_root

# name: (module in carepress.cli, its attribute, what --help says)
COMMANDS = {
    "build": ("build", "build", "Make booklets and e-books."),
    "catalogs": ("catalogs", "catalogs", "Keep the translators' catalogs true to the text."),
    "check": ("check", "check", "Find dangerous mistakes in the translations."),
    "hospital": ("hospital", "hospital", "Keep the profiles of hospitals."),
    "approve": ("approve", "approve", "Sign a hospital's edition off."),
    "status": ("status", "status", "Tell which hospitals' editions are current, expiring, void or drafts."),
    "verify": ("verify", "verify", "Tell what a PDF or EPUB was built from, and whether it is the current one."),
    "preview": ("preview", "preview", "Show source, translation and page side by side while you work."),
    "reading": ("reading", "reading", "Tell how easy each chapter reads."),
    "planner": ("planner", "planner", "Make a family's follow-up plan: a page with dates, and a calendar."),
    "reminders": ("reminders", "reminders", "Make medicine reminders: a week to hang up, and a calendar."),
    "shelf": ("shelf", "shelf", "Make a page with everything to download, and catalogs for e-readers."),
    "contact-sheet": ("contact_sheet", "contact_sheet", "Put the pages of a PDF side by side in one picture."),
}


class _LateGroup(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. Raises PublishError for trouble, with the file's path from the current folder."""
        try:
            return super().invoke(ctx)
        except PublishError as error:
            trouble = error
        except OSError as error:
            hint = "check the file, its folder and their rights, and the space on the disk"
            trouble = PublishError(
                error.filename or "a file", None, f"cannot be read or written ({error.strerror})", hint
            )
        translate = current_translator().translate
        raise PublishError(translate(trouble.path), trouble.line, trouble.message, translate(trouble.hint))

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
    """Make booklets and e-books of a handbook, in every language it has a catalog for.

    \b
    publish.py build                       everything: all languages, all editions
    publish.py build --lang es             Spanish only
    publish.py catalogs update             after the English text has changed
    """
    here = Path.cwd()
    context.obj = context.obj or Project(find_root(here) or here)


def main(home: Path | None = None) -> None:
    """Run the command; a user's mistake is one line and an exit status, never a traceback.

    The project is the one that the current folder is in. Outside any it is `home`, else the current folder itself.
    """
    here = Path.cwd()
    try:
        sys.exit(cli(standalone_mode=False, obj=Project(find_root(here) or home or here)) or 0)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except PublishError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
