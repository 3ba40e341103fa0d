"""publish.py approve"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

import click

from carepress.cli.options import DAY, LANGUAGE, book_option, out_option
from carepress.cli.paths import current_project, say
from carepress.model import Signature
from carepress.model.hospital import ANYONE
from carepress.signoff.approve import Approved, Changes, find_changes, open_packet, open_review, reopen
from carepress.signoff.approve import approve as record
from carepress.signoff.changes import Change


@click.command()
@book_option
@click.option("--hospital", metavar="ID", required=True, help="A hospital in content/hospitals/.")
@click.option("--handout", metavar="ID", help="Sign one handout alone. [default: the whole book, with its handouts]")
@click.option("--packet", metavar="ID", help="Sign all handouts of a packet, and its sheets, each by itself.")
@click.option("--lang", metavar="CODE", type=LANGUAGE, required=True, help="The language that was read, such as es.")
@click.option(
    "--role",
    metavar="ROLE",
    help="A role that sign_off in the profile lists; the default roles also by their names in the hospital's languages.",
)
@click.option("--name", metavar="NAME", help="The person who signs. The name is printed in the edition.")
@click.option(
    "--date",
    "day",
    metavar="DATE",
    type=DAY,
    help="The day of the signature, such as 2026-11-23.",
)
@click.option(
    "--changes",
    is_flag=True,
    help="Show what has changed since the text was signed; with a role, sign only that.",
)
@click.option("--replace", is_flag=True, help="Replace a valid signature of the role without asking.")
@out_option("The build folder, for the PDF of the changes.")
def approve(
    book_name: str,
    hospital: str,
    handout: str | None,
    packet: str | None,
    lang: str,
    role: str | None,
    name: str | None,
    day: datetime | None,
    changes: bool,
    replace: bool,
    out: Path,
) -> None:
    """Sign off a hospital's edition: record that a person has read all of it in a language and found it correct.

    Writes content/hospitals/ID/approvals.toml. A signature covers the current text in all editions of the
    language, and in its handouts; any change of the text, its translation or the hospital's own text makes it void.
    With --changes, it covers what has changed since all roles signed the text: shown as text, and as the PDF
    build/ID/LANG/BOOK-changes-LANG.pdf. sign_changes in the profile says who has to sign which changes. See
    docs/hospitals.md.
    """
    project = current_project()
    if packet and (handout or changes):
        raise click.UsageError("--packet signs all of its handouts: omit --handout, and sign --changes of each handout")
    reviews = (
        open_packet(project, book_name, hospital, lang, packet)
        if packet
        else [open_review(project, book_name, hospital, lang, handout)]
    )
    review = reviews[0]
    found = find_changes(review) if changes else None
    if found:
        from carepress.build.booklet_pages import booklet_pages
        from carepress.dossier.changes import write_changes

        pages = booklet_pages(project, review, found, out.absolute())
        say("\n".join(_lines(found, pages)))
        for path in write_changes(project, review, found, pages, out.absolute()):
            say(f"wrote    {path}")
    if found and not (role or name or day):
        return
    if role is None or name is None or day is None:
        options = {"--role": role, "--name": name, "--date": day}
        missing = ", ".join(option for option, value in options.items() if value is None)
        raise click.UsageError(f"missing {missing}: give the role, the name and the date of the person who signs")
    for number, part in enumerate(reviews):
        # The signature of a part before is one of the existing ones by now.
        review = reopen(project, part) if number else part
        approved = record(
            project, review, role, name, day.date(), date.today(), lambda earlier: replace or _confirmed(earlier), found
        )
        _report(approved, f"{hospital} {review.handout}" if review.handout else hospital, lang, found)


def _report(approved: Approved, what: str, lang: str, found: Changes | None) -> None:
    given = approved.signature
    code = f"changes {found.since[:12]} to {given.digest[:12]}" if found else f"content {given.digest[:12]}"
    click.echo(f"signed: {what} {lang}, {given.role}, {given.name}, {given.date}, {code}")
    if approved.waiting:
        click.echo(f"still to sign in {lang}: {', '.join(approved.waiting)}")


def _lines(found: Changes, pages: Mapping[Change, tuple[int, ...]]) -> Iterator[str]:
    """Yield the changes, the old text before the new one, then who signed the text and who has to sign the changes."""
    for change in found.changed:
        place = change.path if change.line is None else f"{change.path}:{change.line}"
        on = f", page {', '.join(map(str, pages[change]))}" if change in pages else ""
        yield f"{place}{on} ({change.kind}): {change.text}"
        yield f"  old: {'(none)' if change.old is None else change.old}"
        yield f"  new: {'(removed)' if change.new is None else change.new}"
    for item in found.signed:
        yield f"signed before: {item.role}, {item.name}, {item.date}"
    names = ("any one role" if role == ANYONE else role for role in found.waiting)
    yield f"to sign these changes: {', '.join(names) or 'no one'}"


def _confirmed(earlier: Signature) -> bool:
    """Ask whether to replace a valid signature; without an answer, it stays."""
    question = f"{earlier.name} has signed as {earlier.role} on {earlier.date}. Replace this signature?"
    try:
        return click.confirm(question, err=True)
    except (click.Abort, OSError):  # standard input is at its end, or closed
        click.echo(err=True)
        return False
