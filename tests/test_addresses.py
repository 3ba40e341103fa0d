"""Links that leave a book: whether their text shows the address."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from carepress.text.addresses import is_shown


def shows(link: str) -> bool:
    """Tell whether the text of a link in Markdown shows its address, which the parser encodes."""
    tokens = MarkdownIt().parse(f"[{link.partition(' = ')[0]}]({link.partition(' = ')[2]})")
    (target,) = (str(token.attrs["href"]) for token in tokens[1].children or () if token.type == "link_open")
    return is_shown(target, link.partition(" = ")[0])


@pytest.mark.parametrize(
    "link",
    [
        "112 = tel:112",
        "000 = tel:000",
        "9-1-1 = tel:911",
        "36 24 = tel:3624",
        "+44 (0)20 7946 0018 = tel:+442079460018",
        "020 7946 0018, ext. 3 = tel:+442079460018",
        "1-800-4-CANCER = tel:+18004226237",
        "1-800-555-0100 = tel:+18005550100;ext=5",
        "555 1234 24 h = tel:5551234",
        "١٢٣٤ = tel:1234",
        "www.example.org/tools = https://www.example.org/tools",
        "See example.org. = https://example.org/x",
        "请看example.org网站 = https://example.org/",
        "www.español.es = https://www.español.es",
        "Info@Example.org = mailto:info@example.org",
        "x+y@example.org = mailto:x%2By@example.org",
        "a@exämple.de = mailto:a@exämple.de",
        "www.straße.de = https://www.straße.de",
        "νόμος.gr = https://νόμος.gr",
        "08 00 12 ext. 5 = tel:080012",
    ],
)
def test_text_that_shows_the_address(link: str) -> None:
    assert shows(link)


@pytest.mark.parametrize(
    "link",
    [
        "call us = tel:+15555550100",
        "call us, option 1 = tel:+15555550101",
        "call now (2) = tel:112",
        "1-900-555-0100 = tel:+18005550100",
        "+1 555 555 01003 = tel:+15555550100",
        "info@example.org = https://example.org",
        "ask+us@example.org = mailto:us@example.org",
        "the list = https://www.example.org",
        "myexample.org.test = https://example.org",
        "example.organic = https://example.org",
        "write to us = mailto:us@example.org",
    ],
)
def test_text_that_hides_the_address(link: str) -> None:
    assert not shows(link)
