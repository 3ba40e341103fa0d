"""Read a hospital's own pages: Markdown, one file for each of its languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any, NoReturn

from carepress.content.book import link_names
from carepress.content.markdown import Resources, read_blocks, split_chapter
from carepress.content.sheets import SegmentFactory
from carepress.content.tomlfile import parse_toml
from carepress.content.untrusted import read_untrusted
from carepress.hospital.schema import PageFile
from carepress.model import Book, Chapter, Glossary, PublishError, Segment, map_segments, segments
from carepress.model.unfinished import FILL_IN, has_sample
from carepress.text.inline import link_targets, parse_inline, placeholders
from carepress.text.visible import unprintable


def read_page(
    folder: Path, display_path: Callable[[Path], str], name: str, languages: Sequence[str], book: Book
) -> Mapping[str, Chapter]:
    """Read a page in each language.

    Raises an ExceptionGroup of a PublishError for each file that is missing or has a mistake, or for a page that has
    different blocks.
    """
    chapters, errors = {}, []
    for lang in languages:
        path = folder / "pages" / f"{name}.{lang}.md"
        try:
            if not path.exists():
                hint = f"write the page in “{lang}”, which is one of the hospital’s languages"
                raise PublishError(display_path(path), None, "the file does not exist", hint)
            chapters[lang] = _page(read_untrusted(path, folder, display_path(path)), display_path(path), name, lang)
        except PublishError as error:
            errors.append(error)
    if errors:
        raise ExceptionGroup(name, errors)
    source = chapters.get(book.lang) or chapters[languages[0]]
    if f"chapter:{source.id}" in link_names(book):
        raise PublishError(
            source.path, None, f"the book already has a chapter “{source.id}”", "give the page another name"
        )
    return {lang: _aligned(chapter, source, book.lang) for lang, chapter in chapters.items()}


def _page(text: str, display_path: str, name: str, lang: str) -> Chapter:
    parts = split_chapter(text, display_path)
    entry = parse_toml(parts.front_matter, PageFile, display_path, parts.front_line)
    front = SegmentFactory(parts.front_matter, display_path, lang, parts.front_line)
    title = front.segment(entry.title, "chapter title", "title")
    blocks = read_blocks(parts, display_path, lang, Resources(_no_drawing, _no_drawing, {}))
    if not blocks or any(isinstance(block, Glossary) for block in blocks):
        raise PublishError(
            display_path, None, "the page is empty, or is a glossary", "write the page’s own text; see docs/writing.md"
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
    raise KeyError("a hospital’s own page can only contain text; remove the box")


def _check_segment(segment: Segment) -> None:
    if expected := unprintable(segment.text):
        raise PublishError(segment.path, segment.line, "a character cannot be printed", f"expected: {expected}")
    if has_sample(segment.text):
        raise PublishError(segment.path, segment.line, f"{FILL_IN} in the text", "replace it with your hospital’s text")
    for target in link_targets(parse_inline(segment.text)):
        if target.startswith("http://"):
            message = f"insecure address “{target}”"
            raise PublishError(segment.path, segment.line, message, "use https://")


def _aligned(chapter: Chapter, source: Chapter, lang: str) -> Chapter:
    """Return a page whose segments have their source text, as those of a translation do.

    Raises PublishError if the two have different blocks: a bilingual edition prints them side by side.
    """
    if chapter is source:
        return chapter
    _check_blocks(chapter, source)
    translated, source_segments = list(segments(chapter)), list(segments(source))
    for segment, other in zip(translated, source_segments):
        if _names(segment) != _names(other):
            message = f"the links or placeholders differ from {source.path}"
            raise PublishError(segment.path, segment.line, message, "use the same in both")
    if source.title.lang != lang:
        return chapter
    texts = iter([segment.source for segment in source_segments])
    return map_segments(chapter, lambda segment: replace(segment, source=next(texts), state="translated"))


def _check_blocks(chapter: Chapter, source: Chapter) -> None:
    """Raise PublishError at the first block that is another one in the source, or that only one of the two has."""
    hint = "use the same headings, paragraphs, lists and boxes in both, in the same order"
    for own, other in zip_longest(chapter.blocks, source.blocks, fillvalue=()):
        if _structure(own) != _structure(other):
            line, place = (next((item.line for item in segments(block)), None) for block in (own, other))
            where = f":{place}" if place else "" if other else ", which ends before this one"
            message = f"the blocks differ from {source.path}{where}"
            raise PublishError(chapter.path, line or list(segments(chapter))[-1].line, message, hint)


def _names(segment: Segment) -> list[str]:
    nodes = parse_inline(segment.text)
    return sorted(link_targets(nodes) + placeholders(nodes))


def _structure(block: Any) -> Any:
    """Return a block without its text."""
    return map_segments(block, lambda segment: replace(segment, source="", text="", path="", line=0, lang=""))
