"""publish.py hospital"""

from __future__ import annotations

import sys

import click

from carepress.cli.options import book_option, current_project
from carepress.cli.paths import say
from carepress.hospital.profiles import ProfileReport, check_hospitals, new_hospital


@click.group()
def hospital() -> None:
    """Keep the profiles of hospitals in content/hospitals: names, numbers, rules, logos, pages of their own.

    docs/hospitals.md explains them.
    """


@hospital.command("new")
@click.argument("name", metavar="ID")
@book_option
def new(name: str, book_name: str) -> None:
    """Begin the profile of a hospital, such as riverbend.

    Makes content/hospitals/ID/ with a hospital.toml to fill in, pictures to replace by the logo, and a page of
    the hospital's own.
    """
    folder = current_project().shown(new_hospital(current_project(), name, book_name))
    say(f"made {folder}: fill in {folder}/hospital.toml, then run: publish.py hospital check {name}")


@hospital.command("check")
@click.argument("names", metavar="[ID]...", nargs=-1)
@book_option
def check(names: tuple[str, ...], book_name: str) -> None:
    """Find every fault of a profile, or of all, and tell what is worth a look.

    Exit status: 0 no fault, 1 faults, 2 wrong usage.
    """
    faulty = False
    for checked in check_hospitals(current_project(), names, book_name):
        for error in checked.errors:
            say(error, err=True)
        for warning in checked.warnings:
            say(f"note: {warning}")
        click.echo(_line(checked))
        faulty = faulty or bool(checked.errors)
    if faulty:
        sys.exit(1)


@hospital.command("list")
@book_option
def list_all(book_name: str) -> None:
    """Tell which hospitals there are, in which languages and editions they publish, and when they are due."""
    for checked in check_hospitals(current_project(), (), book_name):
        click.echo(_line(checked))


def _line(checked: ProfileReport) -> str:
    found = checked.hospital
    if found is None:
        count = len(checked.errors)
        return (
            f"{checked.id}: {count} {'fault' if count == 1 else 'faults'}; see publish.py hospital check {checked.id}"
        )
    return (
        f"{checked.id}: {found.name[found.languages[0]]}; {', '.join(found.languages)}; {', '.join(found.editions)}; "
        f"{found.paper.name}; review due on {found.review_due.isoformat()}"
    )
