"""The changes of a content since it was signed: the signed passage beside the new one, and its kind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import PurePath

from carepress.signoff.digest import SignedPassage

ADDRESS = {"name", "short_name", "address", "web", "hospital_name"}
OWN_KINDS = {"review_due", "follow_up"}
TELEPHONE = "telephone "
FILLS = 3  # index of the placeholder in the row of a telephone


@dataclass(frozen=True, slots=True)
class Change:
    """A passage that is new, different or removed; `text` names it, `old` and `new` are None where there is none.

    `kind` is one of `CHANGE_KINDS`.
    """

    path: str
    line: int | None
    text: str
    kind: str
    old: str | None
    new: str | None


def changes(now: Sequence[SignedPassage], then: Sequence[SignedPassage], profile: str) -> list[Change]:
    """Return the changes from the signed passages to the current ones, in order. `profile` is the path of hospital.toml."""
    telephones = _filled(now, profile) & _filled(then, profile)
    matcher = SequenceMatcher(None, [item.value for item in then], [item.value for item in now], autojunk=False)
    found = []
    for operation, first, last, start, end in matcher.get_opcodes():
        for old, new in zip_longest(then[first:last], now[start:end]) if operation != "equal" else ():
            kinds = {_kind(item, profile, telephones) for item in (old, new) if item}
            place = new or old
            assert place
            # A passage in place of one of another kind may be any of them: that needs all signatures.
            kind = kinds.pop() if len(kinds) == 1 else "text"
            found.append(
                Change(
                    place.path, place.line, place.text, kind, _shown(old) if old else None, _shown(new) if new else None
                )
            )
    return found


def _filled(content: Iterable[SignedPassage], profile: str) -> set[str]:
    """Return the placeholders that telephones fill."""
    rows = (json.loads(item.value) for item in content if item.path == profile and item.text.startswith(TELEPHONE))
    return {row[FILLS] for _name, row in rows if isinstance(row, list) and row[FILLS]}


def _kind(item: SignedPassage, profile: str, telephones: set[str]) -> str:
    """Return the kind of a passage: the key of `sign_changes` that says who signs a change of it."""
    if item.path != profile:
        return "pages" if PurePath(item.path).is_relative_to(PurePath(profile).parent) else "text"
    # The value of a resource's text begins with the kind of the text, all others with their key in the profile.
    if json.loads(item.value)[0] != item.text:
        return "resources"
    if item.text in ADDRESS:
        return "address"
    if item.text in OWN_KINDS:
        return item.text
    return "telephones" if item.text.startswith(TELEPHONE) or item.text in telephones else "rules"


def _shown(item: SignedPassage) -> str:
    """Return a passage as text, or its description if it is none, such as a drawing."""
    match json.loads(item.value):
        case [_, str(text)]:
            return text
        case [_, list(parts)]:
            return ", ".join(str(part) for part in parts if part is not None)
    return f"({item.text})"
