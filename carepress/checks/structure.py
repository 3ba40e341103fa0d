"""Check what every language has in common: placeholders, links, emphasis, telephone numbers, addresses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from carepress.checks.numbers import phone_numbers
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText
from carepress.text.inline import Emphasis, Inline, InlineError, Link, Strong, link_targets, parse_inline, placeholders

PRINTF = re.compile(r"%\(\w+\)[a-z]|%[a-z](?![a-z])")
WEB_ADDRESS = re.compile(
    r"https?://[^\s)»”\]\u0080-\uffff]+|www\.[^\s)»”\],;\u0080-\uffff]+|[\w.+-]+@[\w-]+\.[\w.-]+\w"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:org|com|net|gov|edu|uk|info|int)\b",
    re.IGNORECASE | re.ASCII,
)
HTML = re.compile(r"</?[A-Za-z][^<>]*>|<!--|&(?:[a-z]+|#\d+|#x[0-9a-f]+);|javascript:", re.IGNORECASE)


def check_html(subject: Subject) -> Iterator[Finding]:
    """Find HTML, entities, scripts and invalid inline markup."""
    added = [tag for tag in HTML.findall(subject.pair.text) if tag not in subject.pair.source]
    if added:
        yield Finding(f"HTML is not allowed: {added[0]}", "use Markdown, or remove it")
        return
    try:
        parse_inline(subject.pair.text)
    except InlineError as error:
        yield Finding(*error.args)


def check_placeholder(subject: Subject) -> Iterator[Finding]:
    """Compare placeholders: {clinic_phone} of a book, %(number)s of the interface."""
    yield from _differences(subject, "placeholder", _placeholders)


def _placeholders(side: ParsedText) -> list[str]:
    return [f"{{{name}}}" for name in placeholders(side.nodes)] + PRINTF.findall(side.text)


def check_link(subject: Subject) -> Iterator[Finding]:
    """Compare the targets of links."""
    yield from _differences(subject, "link", lambda side: link_targets(side.nodes))


def check_phone(subject: Subject) -> Iterator[Finding]:
    """Compare telephone numbers digit by digit, grouping included."""
    yield from _differences(subject, "telephone number", lambda side: phone_numbers(side.plain))


def check_web_address(subject: Subject) -> Iterator[Finding]:
    """Compare web and e-mail addresses in the text, each counted once: a name such as Cancer.Net may be repeated."""
    yield from _differences(subject, "address", lambda side: sorted({item.rstrip(".") for item in _addresses(side)}))


def _addresses(side: ParsedText) -> list[str]:
    return [match[0] for match in WEB_ADDRESS.finditer(side.plain)]


def _differences(subject: Subject, what: str, find: Callable[[ParsedText], list[str]]) -> Iterator[Finding]:
    source, target = Counter(find(subject.source)), Counter(find(subject.target))
    for item in sorted((source - target).elements()):
        yield Finding(f"the {what} “{item}” is missing", f"keep each {what} of the English, exactly")
    for item in sorted((target - source).elements()):
        yield Finding(f"the {what} “{item}” is not in the English", f"keep each {what} of the English, exactly")


def check_markup(subject: Subject) -> Iterator[Finding]:
    """Compare bold, italics and what is inside them, and find marks without effect."""
    source, target = Counter(_marks(subject.source.nodes)), Counter(_marks(subject.target.nodes))
    for mark in sorted((source - target).elements()):
        yield Finding(f"the {mark} of the English is missing", "mark the same words as the English")
    for mark in sorted((target - source - _parts(subject, source)).elements()):
        yield Finding(f"the English has no {mark} here", "mark the same words as the English")
    for mark in ("**", "](", "__", "]["):
        if mark in subject.target.plain and mark not in subject.source.plain:
            yield Finding(f"“{mark}” has no effect and would be printed", "open and close every mark")


def _parts(subject: Subject, source: Counter[str]) -> Counter[str]:
    """Return the marks that may be there twice: in Hindi, “what will be asked of you” has its verb after “you”."""
    if subject.correspondences:
        return Counter()  # the check of marked words sees which words they are
    return Counter({mark: count for mark, count in source.items() if "link" not in mark})


def _marks(nodes: tuple[Inline, ...], inside: str = "") -> Iterator[str]:
    """Yield each mark as its path: “bold” or “link in bold”."""
    for node in nodes:
        if isinstance(node, Strong | Emphasis | Link):
            name = _NAMES[type(node)]
            if inside or not isinstance(node, Link):
                yield name + inside
            yield from _marks(node.children, f" in {name}{inside}")


_NAMES: dict[type[Inline], str] = {Strong: "bold", Emphasis: "italics", Link: "link"}
