"""Page numbers in links: where they are known before the layout, and where pages show them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

# A link that shows the number of its target page; links to the glossary do not.
NUMBERED_LINK = re.compile(r'<a (?:class="xref" )?href="#(?!term-)([^"]+)"')
NUMBER = re.compile(r"\d+")
NO_PAGE = -1


def number_links(html: str, numbers: Mapping[str, int]) -> str:
    """Return HTML in which links have the numbers of their target pages, as far as they are known.

    A number is an attribute of the link, data-page, which style sheets print: `content: attr(data-page)`.
    """

    def add_number(link: re.Match[str]) -> str:
        return f'{link[0]} data-page="{numbers[link[1]]}"' if link[1] in numbers else link[0]

    return NUMBERED_LINK.sub(add_number, html)


def find_printed_numbers(pages: list[Any], first: int) -> Iterator[tuple[int, str, int]]:
    """Yield the number of its page, from `first`, the target id and the printed number of each link that shows one.

    The printed number may be wrong: WeasyPrint prints the page on which it first met an id, which then may have
    moved to the next page.
    """
    texts: dict[Any, str] = {}
    page_of: dict[Any, int] = {}
    for number, page in enumerate(pages, first):
        for box in page.descendants():
            if box.element_tag == "a::after" and type(box).__name__ == "TextBox":
                texts[box.element] = texts.get(box.element, "") + box.text
                page_of[box.element] = number
    for link, text in texts.items():
        digits = NUMBER.findall(text)
        yield page_of[link], link.get("href")[1:], int(digits[-1]) if digits else NO_PAGE
