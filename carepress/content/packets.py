"""Read the packets of a book, check each name in them, and fill in the sheet that lists what a family was given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from carepress.content import schema
from carepress.content.handouts import OWN_NAMES
from carepress.content.sheets import SegmentFactory
from carepress.model import Book, Handout, Packet, Part, Sheet, SheetPart, TablePart

Mistake = tuple[tuple[int | str, ...], str, str]  # the place in a packet, the message and the hint


def read_packets(factory: SegmentFactory, entries: Sequence[schema.PacketEntry], book: Book) -> tuple[Packet, ...]:
    """Return the packets of a book, which has its handouts, in their order. Raises PublishError for a mistake."""
    seen: set[str] = set()
    packets = []
    for index, item in enumerate(entries):
        for place, message, hint in packet_mistakes(item.id, item.handouts, item.sheets, book, seen):
            raise factory.error(("packets", index, *place), message, hint)
        seen.add(item.id)
        name = factory.segment(item.name, "packet", "packets", index, "name")
        packets.append(Packet(item.id, name, tuple(item.handouts), tuple(item.sheets)))
    return tuple(packets)


def packet_mistakes(
    name: str, handouts: Sequence[str], sheets: Sequence[str], book: Book, seen: set[str]
) -> Iterator[Mistake]:
    """Yield what is wrong with a packet. `seen` has the ids of the packets before it."""
    if name in seen | OWN_NAMES:
        what = "duplicate packet" if name in seen else "reserved name"
        yield ("id",), f"{what} “{name}”", "choose another id"
    known = {
        "handouts": [item.id for item in book.handouts if not item.apart],
        "sheets": [sheet.id for sheet in book.sheets()],
    }
    apart = {item.id for item in book.handouts if item.apart}
    for key, listed in (("handouts", handouts), ("sheets", sheets)):
        for number, item in enumerate(listed):
            if item in listed[:number]:
                yield (key, number), f"duplicate “{item}”", "list it once"
            elif key == "handouts" and item in apart:
                hint = "remove it: a person who knows the family gives it by hand"
                yield (key, number), f"the handout “{item}” is apart, and never in a packet", hint
            elif item not in known[key]:
                hint = f"use one of {', '.join(known[key]) or '(none)'}, or remove it"
                yield (key, number), f"there is no {key.removesuffix('s')} “{item}”", hint


def with_given_rows(book: Book, handouts: Iterable[Handout], given: Sequence[str]) -> Book:
    """Return a book whose sheets list the handouts that a family was `given`, with their version, before all others."""
    listed = {item.id: item for item in handouts if not item.apart}
    order = [*(listed[name] for name in given), *(item for name, item in listed.items() if name not in given)]
    titles = tuple(item.title for item in order)
    versions = tuple(book.version if item.id in given else "" for item in order)

    def part(old: SheetPart) -> SheetPart:
        if not isinstance(old, TablePart) or not old.per_handout:
            return old
        return replace(old, rows=len(titles), row_labels=titles, versions=versions)

    def sheets(old: Part) -> Iterator[Sheet]:
        yield from (replace(sheet, parts=tuple(map(part, sheet.parts))) for sheet in old.sheets)

    return replace(book, parts=tuple(replace(item, sheets=tuple(sheets(item))) for item in book.parts))
