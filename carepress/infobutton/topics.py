"""The handouts that a record can find, with their addresses."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from carepress.model import AgeGroup, Book, Code
from carepress.pages.drawings import plain
from carepress.text.language import language_tag

Kind = Literal["page", "pdf", "epub"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A handout in a language. Addresses are relative to that of the service; None if there is no such file.

    `id` is a URN, the same in every answer, `lang` a BCP 47 tag, and `publisher` who has the text. It is for patients of
    these `ages`; none means all.
    """

    id: str
    lang: str
    title: str
    summary: str
    publisher: str
    updated: date
    codes: tuple[Code, ...]
    page: str
    pdf: str | None = None
    epub: str | None = None
    ages: tuple[AgeGroup, ...] = ()


def topics(book: Book, publisher: str, address: Callable[[str, Kind], str | None]) -> Iterator[Topic]:
    """Yield the handouts of a book, in a language and as a hospital publishes it, that have codes.

    Handouts given apart are left out: a person who knows the family gives them. `address` returns where the page of a
    handout, its PDF or its e-book is, or None; one without a page is left out.
    """
    for handout in book.handouts:
        page = address(handout.id, "page")
        if handout.apart or not handout.codes or page is None:
            continue
        yield Topic(
            id=uuid.uuid5(uuid.UUID(book.identifier), f"topic {handout.id} {book.lang}").urn,
            lang=language_tag(book.lang),
            title=plain(handout.title),
            summary=plain(handout.promise) if handout.promise else "",
            publisher=publisher,
            updated=book.revised,
            codes=handout.codes,
            page=page,
            pdf=address(handout.id, "pdf"),
            epub=address(handout.id, "epub"),
            ages=handout.ages,
        )
