"""The name of a handout that is picked for one family."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

APOSTROPHES = "’'"


def picked_id(pick: tuple[str, ...], title: str) -> str:
    """Return the id of a picked handout. It differs for other picks and titles, and from those of the book."""
    digest = sha256(repr((pick, title)).encode()).hexdigest()[:6]
    return "-".join(filter(None, ("picked", slug(title), digest)))


def slug(title: str) -> str:
    """Return a title as a part of a file name; it is empty without Latin letters and digits."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    letters = "".join(char for char in plain if not unicodedata.combining(char) and char not in APOSTROPHES)
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:40].rstrip("-")
