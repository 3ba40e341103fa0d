"""The digests of signed content: they must never change, or earlier signatures are lost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from carepress import model
from carepress.handouts import cut
from carepress.model import Book, Chapter, Part, Placeholder, Segment, Sheet, Source, SourceUse
from carepress.signoff.digest import content_digest, passages
from support import GARDEN
from support import model as model_of


def text(words: str) -> Segment:
    return Segment(words, "chapters/a.md", 3, "paragraph", words, "en")


def whole_book() -> Book:
    """Return a book with every kind of block and part."""
    paragraph, term = model.Paragraph(text("p")), model.Term("soil", text("soil"), text("what plants stand in"))
    label = model.Label(text("l"), 1.0, 2.5, "start", "top", None, 14.0, True)
    drawing = model.Drawing("bed", 360, 180, "<g></g>", (label,), text("t"), text("d"))
    table = model.Table("t", text("c"), (text("1"), text("2")), ((model.Cell((text("x"),)), model.Cell((text("y"),))),))
    blocks = (
        model.Heading("h", 2, text("h")),
        paragraph,
        model.ListBlock(True, (model.ListItem((paragraph,)),)),
        model.DefinitionList((model.Definition(text("t"), (paragraph,)),)),
        model.Box("call", (paragraph,)),
        model.WordsBox((term,)),
        model.Glossary((term,)),
        model.Figure(drawing, text("f")),
        table,
    )
    field = model.Field(text("f"), "choice", "half", 2, (text("a"), text("b")))
    parts = (
        model.TablePart(None, (model.Column(text("c"), 1.5, (text("1"),)),), 3, (text("r"),), (text("e"),), True, 2),
        model.GridPart(text("g"), (model.GridRow(text("r"), text("n"), (text("1"),), text("1"), 2, 3),), 4, text("d")),
        model.FieldsPart(None, (field,)),
        model.DrawingPart(drawing, None),
        model.NotePart(text("n")),
    )
    use = SourceUse("s", "section", "2025-01")
    phase = model.Phase(text("p"), 3, None, False, text("n"))
    names = [text(name) for name in ("title", "lead", "since", "visit", "note", "goes_on", "call")]
    chapter = Chapter("a", text("A"), text("A"), "chapters/a.md", 1, (use,), blocks)
    sheet = Sheet("s", text("S"), "form", text("p"), text("h"), None, text("l"), parts, "landscape", True)
    return Book(
        id="b",
        identifier="00000000-0000-4000-8000-000000000000",
        folder="content/b",
        lang="en",
        title=text("B"),
        subtitle=text("b"),
        description=text("d"),
        author=text("a"),
        subjects=(text("s"),),
        version="1",
        revised=date(2026, 1, 1),
        review_due=date(2027, 1, 1),
        license="CC0",
        license_url="https://example.org",
        sources=(Source("s", text("n"), text("p"), text("r")),),
        placeholders=(Placeholder("p", text("l"), 1, True),),
        cover=drawing,
        front=(),
        parts=(Part("p", 1, text("P"), text("l"), (chapter,), (sheet,)),),
        schedules=(model.Schedule("s", *names, (use,), (phase,)),),
    )


@dataclass(frozen=True)
class CardsPart:
    """A part of sheets that signed books had."""

    title: Segment
    count: int
    fields: tuple[model.Field, ...]


def earlier_book() -> Book:
    """Return a book as it was signed before handouts: nothing that was added since has a value."""
    book = whole_book()
    (part,) = book.parts
    (sheet,) = part.sheets
    _table, _grid, group, *others = sheet.parts
    assert isinstance(group, model.FieldsPart)
    table = model.TablePart(None, (model.Column(text("c"), 1.5),), 3, (text("r"),), daily=True)
    parts: Any = (table, CardsPart(text("c"), 2, group.fields), group, *others)
    sheet = replace(sheet, legend=None, orientation="portrait", parts=parts)
    return replace(book, parts=(replace(part, sheets=(sheet,)),))


def test_digest_of_an_earlier_book_is_unchanged() -> None:
    assert (
        content_digest(passages(earlier_book(), None))
        == "b280e5bfc3f074fcbc96f689bd222711cdad4183208f54241c71c68cbfeb44c7"
    )


def test_digest_of_every_kind_of_content_is_unchanged() -> None:
    assert (
        content_digest(passages(whole_book(), None))
        == "e111f47a603ea61664e875051fbb4e91a8b46a74db861c4b9cfefd031c2f37bf"
    )


def test_another_handout_voids_no_signature_for_a_handout() -> None:
    book = model_of(GARDEN, "en")
    soil, water = book.handouts
    new = replace(soil, id="new", chapters=("chapter:welcome",), number=1)
    more = replace(book, handouts=(new, *(replace(item, number=item.number + 1) for item in book.handouts)))
    before, after = cut(book, water), cut(more, more.handouts[-1])
    assert before.cut
    assert after.cut
    assert before.cut.elsewhere != after.cut.elsewhere
    assert content_digest(passages(before, None)) == content_digest(passages(after, None))
    fewer = cut(book, replace(water, chapters=water.chapters[:1]))
    assert content_digest(passages(fewer, None)) != content_digest(passages(before, None))
