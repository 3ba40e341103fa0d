"""Write the extracted comments (`#.`) of an entry, which help its translator.

In this order: warnings about a proposal, the place of the sentence, its printed page, its terms.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polib

from carepress.catalogs.differences import meaning_differences
from carepress.catalogs.extract import Message
from carepress.catalogs.po import key_of
from carepress.catalogs.terms import TermIndex
from carepress.model import Key, PublishError

WARNING = "WARNING: "
_PAGE = re.compile(r"pages? \d")
PAGES_NAMED = 6


@dataclass(frozen=True, slots=True)
class Notes:
    """The sources of a language's notes, on texts in `source_lang`.

    Without `pages` each entry keeps the pages that it already has, so that a small edit gives a small diff.
    """

    terms: TermIndex = field(default_factory=lambda: TermIndex({}))
    pages: Mapping[Key, tuple[int, ...]] | None = None
    source_lang: str = "en"

    def comment(self, entry: polib.POEntry, place: str, before: str) -> str:
        """Return the extracted comment of an entry; `place` is the template's, `before` the one it had."""
        lines = [*warnings(entry, self.source_lang), *place.splitlines(), *self._page(entry, before)]
        if terms := self.terms.find(entry.msgid):
            lines.append("Terms: " + "; ".join(f"{term.source} = {term.target}" for term in terms))
        return "\n".join(lines)

    def _page(self, entry: polib.POEntry, before: str) -> list[str]:
        if self.pages is None:
            return [line for line in before.splitlines() if _PAGE.match(line)]
        pages = self.pages.get(key_of(entry), ())
        if not pages:
            return []
        named = ", ".join(map(str, pages[:PAGES_NAMED])) + (", …" if len(pages) > PAGES_NAMED else "")
        return [f"page {named}" if len(pages) == 1 else f"pages {named}"]


def warnings(entry: polib.POEntry, source_lang: str = "en") -> list[str]:
    """Return a line for each dangerous difference between the text that was translated and the current one."""
    if not entry.fuzzy or entry.previous_msgid is None:
        return []
    differences = meaning_differences(entry.previous_msgid, entry.msgid, source_lang)
    if entry.previous_msgid_plural and entry.msgid_plural:
        differences += meaning_differences(entry.previous_msgid_plural, entry.msgid_plural, source_lang)
    return [f"{WARNING}{line}" for line in dict.fromkeys(map(str, differences))]


def without_warnings(comment: str) -> str:
    """Return an extracted comment without the warnings about a proposal."""
    return "\n".join(line for line in comment.splitlines() if not line.startswith(WARNING))


def read_pages(
    path: Path, display_path: str, messages: Iterable[Message], source_lang: str = "en"
) -> dict[Key, tuple[int, ...]]:
    """Return the printed pages of each message, from the page map of the build.

    Raises PublishError if there is no page map yet, or the file is not one.
    """
    hint = f"build the booklet first: publish.py build --lang {source_lang} --edition booklet"
    try:
        page_map = json.loads(path.read_text(encoding="utf-8-sig"))["segments"]
        pages: dict[Key, set[int]] = {}
        for message in messages:
            if (page := page_map.get(f"{message.path}:{message.line}")) is not None:
                pages.setdefault(message.key, set()).add(int(page))
    except FileNotFoundError:
        raise PublishError(display_path, None, "there is no page map", hint) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise PublishError(display_path, None, "not a page map", hint) from None
    return {key: tuple(sorted(numbers)) for key, numbers in pages.items()}
