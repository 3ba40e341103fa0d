"""Adapt a book to a hospital: add its own pages, drop what it leaves out, and unlink dangling links."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, count

from carepress.content.book import link_names
from carepress.content.handouts import numbered, with_handout_rows
from carepress.model import (
    Block,
    Book,
    Box,
    Chapter,
    Handout,
    Heading,
    Hospital,
    HospitalPacket,
    HospitalResource,
    Index,
    OwnPage,
    Packet,
    Part,
    Problem,
    Resource,
    ResourceList,
    Segment,
    State,
    Telephone,
    Translations,
    WordsBox,
    map_blocks,
    map_segments,
    segments,
)
from carepress.model.hospital import EMERGENCY
from carepress.workspace.project import check_published

LINK = re.compile(r"\[((?:\\.|[^\[\]\\])*)\]\(((?:chapter|sheet|term):[^()\s]*)\)")


def apply_hospital(book: Book, hospital: Hospital) -> Book:
    """Return a book, in any of the hospital's languages, as that hospital publishes it.

    Chapters are renumbered; parts keep their numbers. A link to a dropped page becomes plain text, and the index
    leaves it out. Raises PublishError for a language in which the hospital does not publish.
    """
    check_published(book.lang, hospital.languages, hospital.path)
    adapted = with_handout_rows(_with_confirmed_resources(with_own_pages(book, hospital), hospital))
    names = link_names(adapted)
    adapted = map_blocks(adapted, lambda block: _with_targets(block, names) if isinstance(block, Index) else block)
    return map_segments(adapted, lambda segment: _without_links(segment, names))


def with_own_pages(book: Book, hospital: Hospital) -> Book:
    """Return a book with a hospital's own pages, and without what it leaves out; links do not change."""
    numbers = count(1)
    own_pages = [(page.after, page.chapters[book.lang]) for page in hospital.pages]
    # An own page keeps its place even if the chapter before it is left out.
    included = {f"chapter:{chapter.id}" for chapter in book.chapters()} - set(hospital.left_out)

    def chapters(old: Sequence[Chapter], numbered: bool) -> tuple[Chapter, ...]:
        included_chapters = []
        for chapter in old:
            included_chapters += [chapter] if f"chapter:{chapter.id}" in included else []
            included_chapters += [page for after, page in own_pages if after == chapter.id]
        return tuple(replace(item, number=next(numbers) if numbered else None) for item in included_chapters)

    def part(old: Part) -> Part:
        sheets = tuple(sheet for sheet in old.sheets if f"sheet:{sheet.id}" not in hospital.left_out)
        return replace(old, chapters=chapters(old.chapters, True), sheets=sheets)

    handouts = numbered(tuple(_handouts(book.handouts, hospital)))
    return replace(
        book,
        # RFC 9562, version 5: a hospital's edition is another publication.
        identifier=str(uuid.uuid5(uuid.UUID(book.identifier), hospital.id)),
        front=(*chapters(book.front, False), *(page for after, page in own_pages if after is None)),
        parts=tuple(map(part, book.parts)),
        handouts=handouts,
        packets=tuple(_packets(book, hospital, {item.id for item in handouts})),
    )


def _packets(book: Book, hospital: Hospital, handouts: Collection[str]) -> Iterator[Packet]:
    """Yield the packets of a book and of a hospital, without what the hospital leaves out, if anything is left."""
    own = {item.id: _own_packet(item, book, hospital.path) for item in hospital.packets}
    for packet in ({item.id: item for item in book.packets} | own).values():
        left = tuple(name for name in packet.handouts if name in handouts)
        sheets = tuple(name for name in packet.sheets if f"sheet:{name}" not in hospital.left_out)
        if left or sheets:
            yield replace(packet, handouts=left, sheets=sheets)


def _own_packet(item: HospitalPacket, book: Book, path: str) -> Packet:
    # The source text of a hospital that does not publish in the language of the book is in another one.
    source, text = item.name.get(book.source_lang, item.name[book.lang]), item.name[book.lang]
    state: State = "source" if book.is_source else "translated"
    return Packet(
        item.id, Segment(source, path, item.line, "packet", text, book.lang, state), item.handouts, item.sheets
    )


def _handouts(handouts: Iterable[Handout], hospital: Hospital) -> Iterator[Handout]:
    """Yield the handouts that have a chapter or a page of the hospital's own."""
    for handout in handouts:
        chapters = _handout_chapters(handout, hospital)
        if chapters:
            sheets = tuple(name for name in handout.sheets if f"sheet:{name}" not in hospital.left_out)
            fill = tuple(name for name in handout.fill if f"sheet:{name}" not in hospital.left_out)
            yield replace(handout, chapters=chapters, sheets=sheets, fill=fill)


def _handout_chapters(handout: Handout, hospital: Hospital) -> tuple[str, ...]:
    """Return what a hospital's handout has: chapters and sections, and own pages after their chapter or at the end."""
    names = [target.partition("#")[0] for target in handout.chapters]
    pages = [page for page in hospital.pages if _is_in(page, handout)]
    after = {name: [_target(page) for page in pages if f"chapter:{page.after}" == name] for name in names}
    chapters: list[str] = []
    for number, (name, target) in enumerate(zip(names, handout.chapters)):
        chapters += [target] if name not in hospital.left_out else []
        chapters += after[name] if name not in names[number + 1 :] else []
    return (*chapters, *(_target(page) for page in pages if f"chapter:{page.after}" not in names))


def _is_in(page: OwnPage, handout: Handout) -> bool:
    if page.handouts is not None:
        return handout.id in page.handouts
    return any(target.partition("#")[0] == f"chapter:{page.after}" for target in handout.chapters)


def _target(page: OwnPage) -> str:
    # Own pages have the same ids in all languages.
    return f"chapter:{next(iter(page.chapters.values())).id}"


def pages_of_no_handout(book: Book, hospital: Hospital) -> Iterator[Problem]:
    """Yield a warning for each own page that no handout has, unless the profile says so."""
    for page in hospital.pages if book.handouts else ():
        if page.handouts is None and not any(_is_in(page, handout) for handout in book.handouts):
            hint = f'name those that need it, such as handouts = ["{book.handouts[0].id}"], or write handouts = []'
            message = f"no handout has your page “{page.id}”"
            yield Problem("no-handout", "warning", hospital.path, page.line, message, hint)


def hospital_handouts(book: Book, hospital: Hospital) -> tuple[Handout, ...]:
    """Return the handouts that a hospital publishes."""
    return tuple(_handouts(book.handouts, hospital))


def listed_resources(book: Book) -> tuple[Resource, ...]:
    """Return the resources that a book prints."""
    lists = (block for chapter in book.chapters() for block in chapter.blocks if isinstance(block, ResourceList))
    return tuple(resource for block in lists for resource in block.resources)


def _with_confirmed_resources(book: Book, hospital: Hospital) -> Book:
    """Return a book with only the resources that the hospital has confirmed, and its own.

    A heading above a list that is empty is left out as well.
    """
    book = map_blocks(book, lambda block: _confirmed(block, book, hospital))

    def chapters(old: tuple[Chapter, ...]) -> tuple[Chapter, ...]:
        return tuple(replace(chapter, blocks=_without_empty_lists(chapter.blocks)) for chapter in old)

    parts = tuple(replace(part, chapters=chapters(part.chapters)) for part in book.parts)
    return replace(book, front=chapters(book.front), parts=parts)


def _confirmed(block: Block, book: Book, hospital: Hospital) -> Block:
    if not isinstance(block, ResourceList):
        return block
    old = {resource.id: resource for resource in block.resources}
    changed = (_resource(item, old.get(item.id), book, hospital.path) for item in hospital.resources if item.confirmed)
    return ResourceList(tuple(changed), confirmed=True)


def _resource(item: HospitalResource, old: Resource | None, book: Book, path: str) -> Resource:
    """Return a resource as the hospital publishes it; `old` is that of the book."""

    def segment(texts: Translations | None, kind: str, before: Segment | None) -> Segment:
        if texts is None:
            assert before
            return before
        source = texts.get(book.source_lang, texts[book.lang])
        state: State = "source" if book.is_source else "translated"
        return Segment(source, path, item.line, kind, texts[book.lang], book.lang, state)

    kind = item.kind or (old.kind if old else None)
    assert kind, "the reader checks that a resource is in the book or is one of the hospital's own"
    return Resource(
        item.id,
        kind,
        segment(item.name, "resource name", old.name if old else None),
        segment(item.text, "resource text", old.text if old else None),
        item.address or (old.address if old else None),
        old.sources if old else (),
    )


def _without_empty_lists(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    empty = {n for n, block in enumerate(blocks) if isinstance(block, ResourceList) and not block.resources}
    bare = {n for n, block in enumerate(blocks) if n + 1 in empty and _is_bare(block, blocks[n + 2 : n + 3])}
    return tuple(block for n, block in enumerate(blocks) if n not in empty | bare)


def _is_bare(block: Block, following: tuple[Block, ...]) -> bool:
    """Tell whether a block is a heading with nothing below it; `following` is the next block, if there is one."""
    if not isinstance(block, Heading):
        return False
    match following:
        case (Heading(level=level),):
            return level <= block.level
        case (Box(kind="next" | "ask") | WordsBox(),):
            return True
    return not following


def _with_targets(index: Index, names: set[str]) -> Index:
    """Return an index with only these targets, and without the entries that have none of them."""
    left = (replace(e, targets=tuple(name for name in e.targets if name in names)) for e in index.entries)
    return replace(index, entries=tuple(entry for entry in left if entry.targets))


def _without_links(segment: Segment, names: set[str]) -> Segment:
    """Return a segment in which links to anything but `names` are plain text."""
    if "](" not in segment.text + segment.source:
        return segment

    def plain(match: re.Match[str]) -> str:
        return match[0] if match[2] in names else match[1]

    text, source = LINK.sub(plain, segment.text), LINK.sub(plain, segment.source)
    return segment if (text, source) == (segment.text, segment.source) else replace(segment, text=text, source=source)


def lost_links(book: Book, hospital: Hospital) -> Iterator[Problem]:
    """Yield a warning for each text that links to what the hospital leaves out, for a person to review."""
    # Own pages have the same ids in all languages, and may be missing in the book's own.
    names = link_names(with_own_pages(replace(book, lang=hospital.languages[0]), hospital))
    for segment in segments(book):
        for _text, target in LINK.findall(segment.source):
            left_out = f"chapter:{segment.path.rpartition('/')[2].removesuffix('.md')}" in hospital.left_out
            if target not in names and not left_out:
                message = f"the text links to “{target}”, which is left out"
                hint = "review the sentence: its link becomes plain text"
                yield Problem("left-out", "warning", segment.path, segment.line, message, hint)


EXTENSION = "ext. %(extension)s"  # as in templates/hospital.j2


def values(hospital: Hospital, *langs: str, extension: Sequence[str] = (EXTENSION,)) -> Mapping[str, str]:
    """Return the hospital's values of placeholders in one language, or in two, separated by a slash.

    `extension` is the message `EXTENSION` in these languages.
    """
    filled = {"hospital_name": _joined(hospital.name, langs)}
    if hospital.emergency:
        filled[EMERGENCY] = _joined(hospital.emergency, langs)
    for telephone in hospital.telephones:
        if telephone.fills:
            filled[telephone.fills] = _telephone(telephone, langs, extension)
    return filled | {name: _joined(texts, langs) for name, texts in hospital.values.items()}


def printed_texts(hospital: Hospital, lang: str) -> Iterator[str]:
    """Yield what pages print of a hospital's profile in a language besides the book and the values of placeholders."""
    telephones, quotation = hospital.telephones, hospital.quotation
    of_telephones = chain.from_iterable((item.label, item.hours) for item in telephones)
    of_quotation = (quotation.text, quotation.who) if quotation else ()
    texts = (hospital.name, hospital.short_name, hospital.emergency, *of_telephones, *of_quotation)
    yield from (text[lang] for text in texts if text)
    yield from hospital.address[lang]
    if hospital.web:
        yield from (hospital.web, hospital.web.removeprefix("https://"))


def _telephone(telephone: Telephone, langs: Sequence[str], extension: Sequence[str]) -> str:
    number = telephone.number
    if telephone.ext:
        number += " " + " / ".join(dict.fromkeys(text % {"extension": telephone.ext} for text in extension))
    # Keep the number on one line: phones recognize only half of a broken one.
    number = number.replace(" ", "\N{NO-BREAK SPACE}")
    return f"{number} ({_joined(telephone.hours, langs)})" if telephone.hours else number


def _joined(texts: Mapping[str, str], langs: Sequence[str]) -> str:
    return " / ".join(dict.fromkeys(texts[lang] for lang in langs))
