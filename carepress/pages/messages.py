"""The messages of templates as HTML: English words in a text of another language are marked as English."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from carepress.model import Interface, Key
from carepress.text.language import text_direction
from carepress.workspace.project import INTERFACE_LANGUAGE

# From a message, its English plural or None, and a count to its HTML, in which the values are not filled in.
FindMessage = Callable[[Key, str | None, int], Markup]
VALUE = re.compile(r"(%\(\w+\)s)")


def message_finder(interface: Interface, direction: str) -> FindMessage:
    """Return the function that finds the messages of pages with text in a direction."""
    missing = frozenset(interface.missing)

    def find(key: Key, plural: str | None, count: int) -> Markup:
        text = interface.lookup(key, plural, count)
        return in_english(text, direction) if key in missing else escape(text)

    return find


def in_english(text: str, direction: str) -> Markup:
    """Return the HTML of an untranslated message. Its values, which are in the language of the page, are not marked."""
    english = text_direction(INTERFACE_LANGUAGE)
    dir_attribute = Markup(' dir="{}"').format(english) if english != direction else ""
    span = Markup('<span lang="{0}" xml:lang="{0}"{1}>{{}}</span>').format(INTERFACE_LANGUAGE, dir_attribute)
    return Markup("").join(
        span.format(piece) if any(map(str.isalpha, VALUE.sub("", piece))) else escape(piece)
        for piece in VALUE.split(text)
    )


def message_functions(find: FindMessage) -> dict[str, Callable[..., Markup]]:
    """Return the functions that `_()`, `pgettext()` and `{% trans %}` call; values are filled in and escaped."""

    def gettext(message: str, /, **values: Any) -> Markup:
        return find((None, message), None, 1) % values

    def ngettext(one: str, many: str, count: int, /, **values: Any) -> Markup:
        return find((None, one), many, count) % values

    def pgettext(context: str, message: str, /, **values: Any) -> Markup:
        return find((context, message), None, 1) % values

    def npgettext(context: str, one: str, many: str, count: int, /, **values: Any) -> Markup:
        return find((context, one), many, count) % values

    return {"gettext": gettext, "ngettext": ngettext, "pgettext": pgettext, "npgettext": npgettext}
