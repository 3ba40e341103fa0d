"""Page numbers in links: set before the layout as far as they are known, and read from the laid-out pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from carepress.pdf.boxes import is_text

# A link that shows the number of its target page; of those to the glossary, only the links of class "page" do.
NUMBERED_LINK = re.compile(r'<a (?:class="page" href="#|(?:class="xref" )?href="#(?!term-))([^"]+)"')
NUMBER = re.compile(r"\d+")
GENERATED = {"a::before", "a::after"}  # what style sheets print a number with
NO_PAGE = -1  # instead of a printed number that is missing or ambiguous


def number_links(html: str, numbers: Mapping[str, int]) -> str:
    """Return HTML in which links have the numbers of their target pages, as far as they are known.

    A number is an attribute of the link, data-page, which style sheets print: `content: attr(data-page)`.
    """

    def add_number(link: re.Match[str]) -> str:
        return f'{link[0]} data-page="{numbers[link[1]]}"' if link[1] in numbers else link[0]

    return NUMBERED_LINK.sub(add_number, html)


def find_printed_numbers(pages: list[Any], first: int) -> Iterator[tuple[int, str, int]]:
    """Yield (page, target id, printed number) for each link that shows a page number.

    `first` is the number of the first page. A printed number may be wrong: WeasyPrint prints the page on which it
    first met an id, which may then have moved to the next page.
    """
    texts: dict[Any, str] = {}
    page_of: dict[Any, int] = {}
    for number, page in enumerate(pages, first):
        for box in page.descendants():
            if box.element_tag in GENERATED and is_text(box):
                texts[box.element] = texts.get(box.element, "") + box.text
                page_of[box.element] = number
    for link, text in texts.items():
        digits = NUMBER.findall(text)
        yield page_of[link], link.get("href")[1:], int(digits[-1]) if digits else NO_PAGE
