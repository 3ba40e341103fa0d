"""Check the composition of a print edition: empty pages, divided boxes, stranded headings, type sizes.

All problems are warnings: the file is sound, but a page of it should look better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from carepress.model import Edition, Problem
from carepress.model.counts import counted
from carepress.pdf.page_facts import PageFacts, TextLine

LAST = 0.2  # share of the text area that words and drawings must reach on the last page of a part
AFTER_HEADING = 3  # lines
TO_WRITE_ON = ("sheet", "wide")  # page types on which lines to write on count as content
LISTS = ("plain",)  # page types of the contents and the imprint, which may end anywhere
UNMEASURED = ("cover", "back")  # page types that are designed as a whole

Page = tuple[int, PageFacts, PageFacts | None]  # page number, the page, and the one after it


def check_composition(pages: Iterable[PageFacts], edition: Edition, last: float = LAST) -> list[Problem]:
    """Return the problems of the pages of a book, in page order; the first page has the number 1.

    Words must reach the share `Edition.fill` of a page, and `last` of the last page of a part.
    """
    facts = list(pages)
    problems: list[Problem] = []
    for number, (page, following) in enumerate(zip(facts, (*facts[1:], None)), 1):
        if page.kind not in UNMEASURED:
            problems += (problem for rule in RULES for problem in rule((number, page, following), edition))
            problems += _fill((number, page, following), edition.fill, last)
    return list(dict.fromkeys(problems))


def _fill(page: Page, within: float, last: float) -> Iterator[Problem]:
    number, facts, following = page
    goes_on = following and following.section == facts.section and following.first
    least = within if goes_on or facts.kind in TO_WRITE_ON else last
    reach = facts.inked if facts.kind in TO_WRITE_ON else facts.reach
    if not facts.lines or reach >= least or facts.kind in LISTS:
        return
    more = round(facts.lines * (least - reach) / reach) if reach else 0
    if goes_on and following and following.first:
        hint = f"let “{following.first.text}”, which begins the next page, break, or move it"
    else:
        hint = f"cut about {facts.lines} lines before it, or add {max(more, 1)}"
    yield _problem("page-fill", number, facts, facts.first, f"words reach {reach:.0%} of the page", hint)


def _divided(page: Page, edition: Edition) -> Iterator[Problem]:
    number, facts, _following = page
    for name in sorted(set(facts.divided) - set(edition.divisible)):
        box = "the list of telephones" if name == "telephones" else f"the box “::: {name}”"
        message = f"{box} is divided between two pages"
        yield _problem("box-divided", number, facts, facts.first, message, "shorten it, or the text before it")


def _heading(page: Page, _edition: Edition) -> Iterator[Problem]:
    number, facts, following = page
    continues = following and following.section == facts.section and following.first and not following.first.is_heading
    if facts.heading and continues and 0 < facts.after_heading < AFTER_HEADING:
        count = counted(facts.after_heading, "line follows", "lines follow")
        message = f"{count} the heading “{facts.heading.text}” on its page"
        hint = f"shorten or lengthen the text before it, so that {AFTER_HEADING} lines follow it"
        yield _problem("heading-stranded", number, facts, facts.heading, message, hint)


def _bare_head(page: Page, _edition: Edition) -> Iterator[Problem]:
    number, facts, _following = page
    if facts.bare_head:
        message = "the head of a table has no row below it on its page"
        yield _problem("table-head", number, facts, facts.heading or facts.first, message, "shorten the text before it")


def _short_lines(page: Page, _edition: Edition) -> Iterator[Problem]:
    number, facts, _following = page
    for line in facts.short_lines if facts.kind not in TO_WRITE_ON else ():
        hint = "join the last two words with a no-break space"
        yield _problem("short-line", number, facts, line, f"the last line of “… {line.text}” is one word", hint)


def _sizes(page: Page, edition: Edition) -> Iterator[Problem]:
    number, facts, _following = page
    for size, text in facts.sizes:
        if edition.type_sizes and size not in edition.type_sizes:
            message = f"“{text}” is set in {size:g} pt"
            hint = f"use one of the sizes {', '.join(f'{size:g}' for size in edition.type_sizes)} in the style sheet"
            yield _problem("type-size", number, facts, facts.first, message, hint)


RULES: tuple[Callable[[Page, Edition], Iterator[Problem]], ...] = (_divided, _heading, _bare_head, _short_lines, _sizes)


def _problem(code: str, number: int, facts: PageFacts, line: TextLine | None, message: str, hint: str) -> Problem:
    path, _, position = (line.at if line else "").rpartition(":")
    place = f"page {number}" + (f", “{facts.title}”" if facts.title else "")
    return Problem(code, "warning", path or "the layout", int(position) if path else None, f"{place}: {message}", hint)
