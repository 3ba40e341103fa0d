"""The name and the title of a handout that is picked for one family."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

from carepress.model import PublishError
from carepress.text.inline import InlineError, Text, parse_inline, plain_text
from carepress.text.visible import unprintable

MAX_TITLE = 80  # letters, of three lines on a cover
APOSTROPHES = "’'"


def check_title(title: str) -> None:
    """Raise PublishError for a title that cannot be printed as it is."""
    try:
        nodes = parse_inline(title)
    except InlineError as error:
        raise PublishError("--title", None, str(error.args[0]), "write plain text") from None
    if expected := unprintable(title):
        raise PublishError("--title", None, "a character cannot be printed", f"expected: {expected}")
    if plain_text(nodes) != title or not all(isinstance(node, Text) for node in nodes):
        raise PublishError("--title", None, "a title has no markup, links or placeholders", "write plain text")
    if len(title) > MAX_TITLE:
        raise PublishError("--title", None, f"the title has {len(title)} letters", f"use {MAX_TITLE} at most")


def picked_id(pick: tuple[str, ...], title: str) -> str:
    """Return the id of a picked handout. It differs for other picks and titles, and from those of the book."""
    digest = sha256(repr((pick, title)).encode()).hexdigest()[:6]
    return "-".join(filter(None, ("picked", slug(title), digest)))


def slug(title: str) -> str:
    """Return a title as a part of a file name; it is empty without Latin letters and digits."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    letters = "".join(char for char in plain if not unicodedata.combining(char) and char not in APOSTROPHES)
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:40].rstrip("-")
