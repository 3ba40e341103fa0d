"""Packets: handouts and sheets of a book that are printed in one go."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace

from carepress.handouts.cut import cut
from carepress.handouts.select import SHEET
from carepress.model import EDITIONS, Book, Edition, Handout, Packet, PublishError, Selection
from carepress.pages.drawings import plain


def find_packet(book: Book, name: str) -> Packet:
    """Return the packet with an id. Raises PublishError if the book has none."""
    found = next((item for item in book.packets if item.id == name), None)
    if found is None:
        known = ", ".join(item.id for item in book.packets) or "(none)"
        raise PublishError(name, None, "unknown packet", f"use one of {known}, or all")
    return found


def sheets_of(packet: Packet) -> Selection:
    """Return the sheets of a packet as a selection: no handout has this id, and each sheet is signed with the book."""
    return Selection(
        f"packet-{packet.id}-sheets", tuple(f"{SHEET}{name}" for name in packet.sheets), plain(packet.name)
    )


def part_edition(edition: Edition, selection: Selection) -> Edition:
    """Return the edition of a part of a packet: its sheets are loose, to write on."""
    return EDITIONS["sheets"] if selection.pick else edition


def cut_to_packet(book: Book, packet: Packet) -> Book:
    """Return a book with all chapters and sheets of a packet, as its e-book has them: a part for each handout.

    A chapter of several handouts is in the part of the first that has all of it, a sheet in that of the first with it;
    the sheets of the packet end the last part.
    """
    handouts = tuple(_distinct(book, packet))
    everything = Handout(
        f"packet-{packet.id}",
        None,
        packet.name,
        None,
        None,
        (),
        tuple(target for handout in handouts for target in handout.chapters),
        tuple(name for handout in handouts for name in handout.sheets),
    )
    small = cut(book, everything)
    parts = (cut(book, handout).parts[0] for handout in handouts)
    filled = tuple(part for part in parts if part.chapters or part.sheets)
    own = cut_to_title(book, packet)
    return replace(
        small,
        identifier=own.identifier,
        subtitle=own.subtitle,
        description=own.description,
        parts=tuple(replace(part, number=number) for number, part in enumerate(filled, 1)),
    )


def _distinct(book: Book, packet: Packet) -> Iterator[Handout]:
    """Yield the handouts of a packet, each without the chapters and sheets that another one keeps.

    The handout that keeps a chapter gets the sections that the others have of it.
    """
    known = {handout.id: handout for handout in book.handouts}
    handouts = [known[name] for name in packet.handouts]
    if not handouts:
        yield Handout(packet.id, None, packet.name, None, None, (), (), packet.sheets)
        return
    listed = [(target, handout.id) for handout in reversed(handouts) for target in handout.chapters]
    keepers = {target.partition("#")[0]: name for target, name in listed}
    keepers |= {target: name for target, name in listed if "#" not in target}
    targets: dict[str, dict[str, None]] = {}
    for handout in handouts:
        for target in handout.chapters:
            targets.setdefault(target.partition("#")[0], {})[target] = None
    seen: set[str] = set()
    for number, handout in enumerate(handouts, 1):
        own = dict.fromkeys(target.partition("#")[0] for target in handout.chapters)
        chapters = tuple(target for name in own if keepers[name] == handout.id for target in targets[name])
        added = packet.sheets if number == len(handouts) else ()
        sheets = tuple(name for name in dict.fromkeys((*handout.sheets, *added)) if name not in seen)
        seen.update(sheets)
        yield replace(handout, chapters=chapters, sheets=sheets)


def cut_to_title(book: Book, packet: Packet) -> Book:
    """Return a book with the name of a packet as its title, and without text of its own."""
    return replace(
        book,
        identifier=str(uuid.uuid5(uuid.UUID(book.identifier), f"packet {packet.id}")),
        title=packet.name,
        subtitle=book.title,
        description=book.title,
        cover=None,
        front=(),
        front_drawing=None,
        parts=(),
        required=(),
        schedules=(),
        handouts=(),
        packets=(),
    )
