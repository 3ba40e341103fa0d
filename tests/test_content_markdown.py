from __future__ import annotations

import pytest

from carepress.content.markdown import Resources, read_blocks, split_chapter
from carepress.model import (
    Block,
    Box,
    DefinitionList,
    Drawing,
    Figure,
    Glossary,
    Heading,
    ListBlock,
    Paragraph,
    PublishError,
    Segment,
    Table,
    Term,
    WordsBox,
    segments,
)


def segment(text: str) -> Segment:
    return Segment(text, "x", 1, "k", text, "en")


TERM = Term("a", segment("a"), segment("b"))
DRAWING = Drawing("d", 360, 10, "", (), segment("t"), segment("d"))
TABLE = Table("t", segment("c"), (), ())
RESOURCES = Resources({"d": DRAWING}.__getitem__, {"t": TABLE}.__getitem__, {"a": TERM})
FRONT = '---\ntitle = "T"\n---\n'


def blocks(body: str, lang: str = "en") -> tuple[Block, ...]:
    return read_blocks(split_chapter(FRONT + body, "c.md"), "c.md", lang, RESOURCES)


def texts(body: str) -> list[tuple[int, str]]:
    return [(item.line, item.source) for item in segments(blocks(body))]


def test_split_front_matter() -> None:
    chapter = split_chapter(FRONT + "One.\n", "c.md")
    assert chapter.front_matter.strip() == 'title = "T"'
    assert chapter.front_line == 2


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("One.", Paragraph),
        ("## One {#one}", Heading),
        ("- one", ListBlock),
        ("1. one", ListBlock),
        ("One\n: two", DefinitionList),
        ("::: summary\n- one\n:::", Box),
        ("::: words a\n:::", WordsBox),
        ("::: figure d\nOne.\n:::", Figure),
        ("::: table t\n:::", Table),
        ("::: glossary\n:::", Glossary),
    ],
)
def test_block_types(body: str, kind: type) -> None:
    result = blocks(body)
    assert [type(block) for block in result] == [kind]
    assert [type(block) for block in blocks(f"One.\n\n{body}\n\nTwo.")] == [Paragraph, kind, Paragraph]


@pytest.mark.parametrize(
    ("lang", "body"),
    [("es", "1.er piso"), ("es_419", "2.as visitas"), ("pt", "1.o andar"), ("en", "The desk\n3.ª planta")],
)
def test_ordinal_at_the_start_of_a_line_is_text(lang: str, body: str) -> None:
    (paragraph,) = blocks(body, lang)
    assert [item.text for item in segments(paragraph)] == [body.replace("\n", " ")]


@pytest.mark.parametrize(
    ("lang", "body"), [("en", "1.er"), ("en", "1.o rally"), ("pt", "1.er piso"), ("es", "2)as"), ("es", "1.ahora")]
)
def test_number_without_a_space_is_no_ordinal(lang: str, body: str) -> None:
    with pytest.raises(PublishError, match="no space after the number of a list"):
        blocks(body, lang)


@pytest.mark.parametrize("kind", ["summary", "key", "call", "dated", "next", "ask"])
def test_boxes_contain_blocks(kind: str) -> None:
    (box,) = blocks(f"::: {kind}\nOne.\n\n- two\n- three\n:::")
    assert (box.kind, [type(item) for item in box.blocks]) == (kind, [Paragraph, ListBlock])


def test_segment_joins_lines_of_block() -> None:
    assert texts("One\ntwo  three.\n\n- four\n  five\n- six\n") == [(4, "One two three."), (7, "four five"), (9, "six")]


def test_line_numbers_refer_to_the_file() -> None:
    body = "::: call\n- one\n- two\n\n  three\n:::\n\nFour\n: five\n\n## Six {#six}\n"
    assert texts(body) == [(5, "one"), (6, "two"), (8, "three"), (11, "Four"), (12, "five"), (14, "Six")]


def test_lists_nest() -> None:
    (outer,) = blocks("1. one\n   - two\n2. three")
    assert (outer.ordered, len(outer.items)) == (True, 2)
    inner = outer.items[0].blocks[1]
    assert (inner.ordered, len(inner.items)) == (False, 1)


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        ("1. a\n  - b\n  - c\n2. d", [(1, ["a", (0, ["b", "c"])], ["d"])]),
        ("1. a\n  1. b\n    1. c\n    2. d\n  2. e\n2. f", [(1, ["a", (1, ["b", (1, ["c"], ["d"])], ["e"])], ["f"])]),
        ("- a\n  1. b\n    - c\n- d", [(0, ["a", (1, ["b", (0, ["c"])]), "d"])]),
        ("9. a\n10. b\n  - c\n  goes on\n11. d", [(9, ["a"], ["b", (0, ["c goes on"])], ["d"])]),
        ("1. a\n\n  more\n\n  - b\n\n2. c", [(1, ["a", "more", (0, ["b"])], ["c"])]),
        ("1. a\n\t- b\n2. c", [(1, ["a", (0, ["b"])], ["c"])]),
        ("1. a\n2. b\n\np\n\n3. c\n\nq\n\n1. d", [(1, ["a"], ["b"]), "p", (3, ["c"]), "q", (1, ["d"])]),
        ("1. a\n1. b\n1. c", [(1, ["a"], ["b"], ["c"])]),
        ("p:\n- a\n- b", ["p:", (0, ["a", "b"])]),
    ],
)
def test_lists_are_numbered_and_nested_as_typed(body: str, shape: list) -> None:
    """Numbered lists are (start, items…), with the blocks of each item; others are (0, texts)."""
    assert [shape_of(block) for block in blocks(body)] == shape


def shape_of(block: Block) -> object:
    match block:
        case Paragraph(text):
            return text.source
        case ListBlock(True, items, start):
            return (start, *([shape_of(inside) for inside in item.blocks] for item in items))
        case ListBlock(False, items):
            return (0, [shape_of(inside) for item in items for inside in item.blocks])
    raise AssertionError(block)


def test_headings() -> None:
    headings = blocks("## One *two* {#one-2}\n\n### {clinic_phone} {#x}\n")
    assert [(item.level, item.id, item.text.source) for item in headings] == [
        (2, "one-2", "One *two*"),
        (3, "x", "{clinic_phone}"),
    ]


@pytest.mark.parametrize(("body", "mark"), [("One\n---", "-"), ("One\ntwo\n===", "="), ("- a\n  -\n- b", "-")])
def test_heading_by_a_line_below_is_named(body: str, mark: str) -> None:
    with pytest.raises(PublishError, match=f"c.md:4: a line of “{mark}” makes the text above it a heading: put an em"):
        blocks(body)


def test_references_are_resolved() -> None:
    words, figure, table, glossary = blocks(
        "::: words a , a\n:::\n\n::: figure d\nC.\n:::\n\n::: table t\n:::\n\n::: glossary\n:::"
    )
    assert words.terms == (TERM, TERM)
    assert (figure.drawing, figure.caption.source) == (DRAWING, "C.")
    assert table is TABLE
    assert glossary.terms == (TERM,)


@pytest.mark.parametrize(
    "body",
    [
        "```\nx\n```",
        "> x",
        "One\n===",
        "#### x {#x}",
        "## x {#X}",
        "::: key name\nx\n:::",
        ":::\nx\n:::",
        "::: words\n:::",
        "::: figure d\n- x\n:::",
        ":::: key\nx\n::::",
        "::: key\nx",
        "[a]: https://a.org\n\n<b>a</b>",
    ],
)
def test_unsupported_content_is_rejected(body: str) -> None:
    with pytest.raises(PublishError) as caught:
        blocks(body)
    assert caught.value.line in range(4, 7)
