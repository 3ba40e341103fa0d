"""Whether the text of a link shows its address, which is all that a reader of paper has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

OUTSIDE = ("https:", "http:", "tel:", "mailto:")  # what links to places outside the book begin with
# The letters on the keys of a telephone (ITU-T E.161), as in 1-800-4-CANCER.
KEYS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
LOCAL = 6  # digits: as many of a longer number may be shown without its country and area codes


def address_mistake(target: str, text: str) -> tuple[str, str] | None:
    """Return what is wrong with a link that leaves the book: readers of paper have only its text."""
    if target.startswith("http:"):
        return f"insecure address “{target}”", "use https://"
    if is_shown(target, text):
        return None
    address = shown_address(target) or target
    message = f"the link text “{text}” does not show the address “{address}”, which paper cannot open"
    return message, "write the address as the text of the link"


def shown_address(target: str) -> str:
    """Return what the text of a link must show: the host of a web page without www., an address of mail, a number.

    Names in other letters than ASCII are returned as they are typed (RFC 3492); a parser has encoded them.
    """
    scheme, _, address = target.partition(":")
    if scheme == "https":
        return _readable((urlsplit(target).hostname or "").removeprefix("www."))
    return _readable(unquote(address.partition("?")[0]))


def is_shown(target: str, text: str) -> bool:
    """Tell whether the text of a link shows its address."""
    shown = shown_address(target)
    if target.startswith("tel:"):
        return _shows_number(_digits(shown.partition(";")[0]), text)
    # Part of a longer name is another address: example.org is not shown by example.org.test.
    whole = rf"(?<![\w.@+-])(?:www\.)?{re.escape(shown.casefold())}(?![\w-]|\.\w)"
    return bool(shown) and re.search(whole, text.casefold(), re.ASCII) is not None


def _readable(name: str) -> str:
    """Return a name with its encoded labels as letters."""
    try:
        return re.sub(r"xn--([A-Za-z0-9-]+)", lambda label: label[1].encode("ascii").decode("punycode"), name)
    except UnicodeError:
        return name


def _digits(text: str) -> str:
    """Return the digits of a text, of any script, as ASCII."""
    return "".join(str(unicodedata.decimal(letter)) for letter in text if letter.isdecimal())


def _shows_number(number: str, text: str) -> bool:
    """Tell whether a text has a number, or its end without the codes of its country and area; more may follow it."""
    text = text.replace("(0)", "")
    if len(number) < LOCAL:
        return number in (_digits(text), *map(_digits, re.findall(r"\d+", text)))
    words = (_digits(word.upper().translate(KEYS)) for word in text.split())
    return any(_is_end(shown, number) for shown in (*_numbers(text), *words))


def _numbers(text: str) -> Iterator[str]:
    """Yield the numbers in a text: what is before each space or sign in digits that are not parted by words."""
    for run in re.split(r"[^\d\s()+./\-\u2010-\u2013]", text):
        groups = [_digits(group) for group in re.findall(r"\d+", run)]
        yield from ("".join(groups[:end]) for end in range(1, len(groups) + 1))


def _is_end(shown: str, number: str) -> bool:
    own = shown.lstrip("0")
    return shown == number or (len(own) >= LOCAL and number.endswith(own))
