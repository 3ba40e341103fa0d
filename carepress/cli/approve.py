"""publish.py approve"""

from __future__ import annotations

from datetime import date, datetime

import click

from carepress.cli.options import DAY, book_option, current_project
from carepress.model import Signature
from carepress.signoff.approve import approve as record


@click.command()
@book_option
@click.option("--hospital", metavar="ID", required=True, help="A hospital in content/hospitals/.")
@click.option("--handout", metavar="ID", help="Sign one handout alone. [default: the whole book, with its handouts]")
@click.option("--lang", metavar="CODE", required=True, help="The language that was read, such as es.")
@click.option(
    "--role",
    metavar="ROLE",
    required=True,
    help="A role that sign_off in the profile lists; the default roles also by their names in the hospital's languages.",
)
@click.option("--name", metavar="NAME", required=True, help="The person who signs. The name is printed in the edition.")
@click.option(
    "--date",
    "day",
    metavar="DATE",
    required=True,
    type=DAY,
    help="The day of the signature, such as 2026-11-23.",
)
@click.option("--replace", is_flag=True, help="Replace a valid signature of the role without asking.")
def approve(
    book_name: str,
    hospital: str,
    handout: str | None,
    lang: str,
    role: str,
    name: str,
    day: datetime,
    replace: bool,
) -> None:
    """Sign off a hospital's edition: record that a person has read all of it in a language and found it correct.

    Writes content/hospitals/ID/approvals.toml. A signature covers the current text in all editions of the
    language, and in its handouts; any change of the text, its translation or the hospital's own text makes it void. See
    docs/hospitals.md.
    """
    approved = record(
        current_project(),
        book_name,
        hospital,
        lang,
        role,
        name,
        day.date(),
        date.today(),
        lambda earlier: replace or _confirmed(earlier),
        handout,
    )
    given = approved.signature
    what = f"{hospital} {handout}" if handout else hospital
    click.echo(f"signed: {what} {lang}, {given.role}, {given.name}, {given.date}, content {given.digest[:12]}")
    if approved.waiting:
        click.echo(f"still to sign in {lang}: {', '.join(approved.waiting)}")


def _confirmed(earlier: Signature) -> bool:
    """Ask whether to replace a valid signature; without an answer, it stays."""
    question = f"{earlier.name} has signed as {earlier.role} on {earlier.date}. Replace this signature?"
    try:
        return click.confirm(question, err=True)
    except (click.Abort, OSError):  # standard input is at its end, or closed
        click.echo(err=True)
        return False
