"""A hospital's own pages: Markdown, a file in each of its languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from carepress.content.book import link_names
from carepress.content.markdown import Resources, read_blocks, split_chapter
from carepress.content.sheets import SegmentFactory
from carepress.content.tomlfile import parse_toml
from carepress.content.untrusted import read_untrusted
from carepress.hospital.schema import FILL_IN, PageFile
from carepress.model import Book, Chapter, Glossary, PublishError, Segment, map_segments, segments
from carepress.text.inline import link_targets, parse_inline, placeholders
from carepress.text.visible import unprintable


def read_page(
    folder: Path, display_path: Callable[[Path], str], name: str, languages: Sequence[str], book: Book
) -> Mapping[str, Chapter]:
    """Read a page in each language. Raises PublishError when one is missing, or has other blocks."""
    read = {}
    for lang in languages:
        path = folder / "pages" / f"{name}.{lang}.md"
        if not path.exists():
            hint = f"write the page in “{lang}” too; the hospital publishes in that language"
            raise PublishError(display_path(path), None, "the file does not exist", hint)
        read[lang] = _page(read_untrusted(path, folder, display_path(path)), display_path(path), name, lang)
    source = read.get(book.lang) or read[languages[0]]
    if f"chapter:{source.id}" in link_names(book):
        raise PublishError(source.path, None, f"the book has a chapter “{source.id}”", "give the page another name")
    return {lang: _beside(chapter, source, book.lang) for lang, chapter in read.items()}


def _page(text: str, display_path: str, name: str, lang: str) -> Chapter:
    parts = split_chapter(text, display_path)
    entry = parse_toml(parts.front_matter, PageFile, display_path, parts.front_line)
    front = SegmentFactory(parts.front_matter, display_path, lang, parts.front_line)
    title = front.segment(entry.title, "chapter title", "title")
    blocks = read_blocks(parts, display_path, lang, Resources(_no_drawing, _no_drawing, {}))
    if not blocks or any(isinstance(block, Glossary) for block in blocks):
        raise PublishError(
            display_path, None, "a page of the hospital has words of its own", "write some; see docs/writing.md"
        )
    chapter = Chapter(
        id=f"own-{name}",
        title=title,
        short=front.segment(entry.short, "running head", "short") if entry.short else title,
        path=display_path,
        number=None,
        sources=(),
        blocks=blocks,
    )
    for segment in segments(chapter):
        _check_segment(segment)
    return chapter


def _no_drawing(_name: str) -> NoReturn:
    raise KeyError("a page of the hospital has words alone; take the box out")


def _check_segment(segment: Segment) -> None:
    if fault := unprintable(segment.text):
        raise PublishError(segment.path, segment.line, "a letter cannot be printed", f"expected: {fault}")
    if FILL_IN in segment.text:
        raise PublishError(segment.path, segment.line, f"{FILL_IN} stands in the text", "write your hospital’s words")
    for target in link_targets(parse_inline(segment.text)):
        if target.startswith("http://"):
            message = f"the address “{target}” is not safe"
            raise PublishError(segment.path, segment.line, message, "begin it with https://")


def _beside(chapter: Chapter, source: Chapter, lang: str) -> Chapter:
    """Return a page whose segments know their English, as those of a translation do.

    Raises PublishError when the two have other blocks: they could not stand side by side.
    """
    if chapter is source:
        return chapter
    ours, theirs = list(segments(chapter)), list(segments(source))
    if _shape(chapter) != _shape(source):
        odd = next((own for own, other in zip(ours, theirs) if own.kind != other.kind), ours[-1])
        hint = "give both the same headings, paragraphs, lists and boxes, in the same order"
        raise PublishError(chapter.path, odd.line, f"the page has other blocks than {source.path}", hint)
    for own, other in zip(ours, theirs):
        if _names(own) != _names(other):
            message = f"the text has other links or placeholders than that in {source.path}"
            raise PublishError(own.path, own.line, message, "give both the same")
    if source.title.lang != lang:
        return chapter
    texts = iter([segment.source for segment in theirs])
    return map_segments(chapter, lambda segment: replace(segment, source=next(texts), state="translated"))


def _names(segment: Segment) -> list[str]:
    nodes = parse_inline(segment.text)
    return sorted(link_targets(nodes) + placeholders(nodes))


def _shape(chapter: Chapter) -> Any:
    """Return the blocks of a page without their words."""
    return map_segments(chapter.blocks, lambda segment: replace(segment, source="", text="", path="", line=0, lang=""))
