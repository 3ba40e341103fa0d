"""The roles of reviewers, which a profile may name in a language of the hospital."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from carepress.model import Hospital, PublishError
from carepress.model.hospital import ANYONE, REVIEWER_ROLES
from carepress.translation.load import translate_interface
from carepress.workspace.project import Project


def with_default_roles(project: Project, folder: Path, hospital: Hospital) -> Hospital:
    """Return a profile in which default roles have their English names; `folder` is that of the book.

    Raises PublishError for a role of `sign_changes` that does not sign.
    """
    if set(hospital.sign_off) <= set(REVIEWER_ROLES):
        return hospital
    names = role_names(project, folder, hospital)

    def named(roles: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(names.get(role.casefold(), role) for role in roles))

    sign_off, changes = named(hospital.sign_off), {kind: named(roles) for kind, roles in hospital.sign_changes.items()}
    for kind, roles in changes.items():
        if unknown := set(roles) - {*sign_off, ANYONE}:
            message = f"sign_changes.{kind}: the role “{min(unknown)}” does not sign"
            hint = f'use roles of sign_off: {", ".join(hospital.sign_off)}; or ["{ANYONE}"]'
            raise PublishError(hospital.path, None, message, hint)
    return replace(hospital, sign_off=sign_off, sign_changes=changes)


def role_names(project: Project, folder: Path, hospital: Hospital) -> dict[str, str]:
    """Return the default roles by their names in lower case, in English and in the hospital's languages.

    `folder` is that of the book.
    """
    names = {role: role for role in REVIEWER_ROLES}
    for lang in hospital.languages:
        names |= {name.casefold(): role for name, role in zip(names_in(project, folder, lang), REVIEWER_ROLES)}
    return names


def names_in(project: Project, folder: Path, lang: str) -> tuple[str, ...]:
    """Return the names of the default roles in a language, with a capital letter; `folder` is that of the book."""
    interface = translate_interface(project, lang, (folder,))
    return tuple(interface.gettext(role.capitalize()) for role in REVIEWER_ROLES)
