"""publish.py hospital"""

from __future__ import annotations

import sys

import click

from carepress.cli.options import book_option
from carepress.cli.paths import current_project, note_ignored, say
from carepress.hospital.profiles import ProfileReport, check_hospitals, new_hospital
from carepress.model.counts import counted
from carepress.workspace.project import HOSPITAL_ID_HINT


@click.group()
def hospital() -> None:
    """Create, check and list the hospital profiles in content/hospitals.

    docs/hospitals.md explains them.
    """


@hospital.command("new")
@click.argument("name", metavar="ID")
@book_option
def new(name: str, book_name: str) -> None:
    """Create the profile of a hospital, such as riverbend.

    Creates content/hospitals/ID/ with a hospital.toml to fill in, sample logos to replace, and a page of the
    hospital's own.
    """
    folder = current_project().shown(new_hospital(current_project(), name, book_name))
    say(f"created {folder}: fill in {folder}/hospital.toml, then run: publish.py hospital check {name}")


@hospital.command("check")
@click.argument("names", metavar="[ID]...", nargs=-1)
@book_option
def check(names: tuple[str, ...], book_name: str) -> None:
    """Check the named profiles, or all.

    Lists errors, and notes on what a person should review.

    Exit status: 0 no errors, 1 errors, 2 wrong usage.
    """
    failed = False
    _note_strays()
    for checked in check_hospitals(current_project(), names, book_name):
        for error in checked.errors:
            say(error, err=True)
        for warning in checked.warnings:
            say(f"note: {warning}")
        if checked.hospital:
            click.echo(_line(checked))
        failed = failed or bool(checked.errors)
    if failed:
        sys.exit(1)


@hospital.command("list")
@book_option
def list_all(book_name: str) -> None:
    """List hospitals, languages, editions and reviews."""
    _note_strays()
    for checked in check_hospitals(current_project(), (), book_name):
        say(_line(checked))


def _note_strays() -> None:
    note_ignored(current_project().stray_hospitals(), f"not the id of a hospital: {HOSPITAL_ID_HINT}")


def _line(checked: ProfileReport) -> str:
    profile = checked.hospital
    if profile is None:
        errors = counted(len(checked.errors), "error", "errors")
        return f"{checked.id}: {errors}; see publish.py hospital check {checked.id}"
    return (
        f"{checked.id}: {profile.name[profile.languages[0]]}; {', '.join(profile.languages)}; {', '.join(profile.editions)}; "
        f"{profile.paper.name}; review due on {profile.review_due.isoformat()}"
    )
