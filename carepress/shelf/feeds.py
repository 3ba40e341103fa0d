"""The content of the OPDS catalogs, before it is written as Atom or JSON."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from posixpath import dirname, relpath
from urllib.parse import quote

from carepress.model import GENERIC
from carepress.shelf.covers import Cover
from carepress.shelf.entries import ShelfFile, Volume
from carepress.shelf.words import ShelfWords

OPEN_ACCESS = "http://opds-spec.org/acquisition/open-access"
# The namespace of the ids of catalogs and entries, which are the same in every build (RFC 9562, version 5).
_SHELF = uuid.UUID("0e6c1f6a-6a0b-5c5e-8f0d-3f1d5f0b7c2e")
_EPOCH = date(1970, 1, 1)  # of an empty catalog
# The e-book and the booklet are one publication in two formats; every other edition is a publication.
_TOGETHER = {"epub", "booklet"}


@dataclass(frozen=True, slots=True)
class Publication:
    """What an e-reader lists: `files` are one text in different formats; the cover is that of the first.

    `id` identifies the listing, `identifier` the book; the e-book has the same identifier.
    """

    id: str
    identifier: str
    title: str
    about: str
    langs: tuple[str, ...]
    publisher: str | None
    head: ShelfFile
    files: tuple[ShelfFile, ...]
    names: tuple[str, ...]
    cover: Cover
    updated: date


@dataclass(frozen=True, slots=True)
class Feed:
    """A catalog of a hospital in a language: `path` is relative to the build folder and has no suffix."""

    id: str
    path: str
    title: str
    about: str
    lang: str
    publications: tuple[Publication, ...]

    @property
    def updated(self) -> date:
        """The day of the newest publication."""
        return max(publication.updated for publication in self.publications)


@dataclass(frozen=True, slots=True)
class Root:
    """The catalog to subscribe to, which links to all others."""

    id: str
    path: str
    title: str
    author: str
    feeds: tuple[Feed, ...]

    @property
    def updated(self) -> date:
        """The day of the newest publication."""
        return max((feed.updated for feed in self.feeds), default=_EPOCH)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of files in a catalog: absolute, below `base`, or relative to the catalog."""

    base: str

    def of(self, path: str, catalog: str) -> str:
        """Return the address of a file, for the catalog at the path `catalog`."""
        return quote(relpath(path, dirname(catalog) or ".")) if not self.base else self.base + quote(path)


def make_root(
    words: Mapping[str, ShelfWords], shelf: Mapping[str, list[Volume]], covers: Mapping[str, Cover]
) -> Root | None:
    """Return the catalogs; None if they would list nothing for families."""
    feeds = []
    for lang, volumes in shelf.items():
        for hospital, group in groupby(volumes, key=lambda volume: volume.hospital):
            publications = tuple(item for volume in group for item in _publications(words[lang], volume, covers))
            if publications:
                feeds.append(_feed(words[lang], hospital, publications))
    if not feeds:
        return None
    title = " · ".join(dict.fromkeys(words[feed.lang].title for feed in feeds))
    author = feeds[0].publications[0].publisher or feeds[0].publications[0].head.author
    return Root(_urn("root", *sorted(feed.path for feed in feeds)), "opds", title, author, tuple(feeds))


def empty_root(titles: Iterable[str], author: str) -> Root:
    """Return a catalog without any publication, with its title in some languages."""
    return Root(_urn("root"), "opds", " · ".join(titles), author, ())


def _feed(words: ShelfWords, hospital: str, publications: tuple[Publication, ...]) -> Feed:
    named = publications[0].publisher
    title = words.joined("feed", words.language, named) if named else words.language
    path = f"shelf/{words.html_lang}" if hospital == GENERIC else f"shelf/{hospital}.{words.html_lang}"
    about = words.joined("titles", tuple(dict.fromkeys(item.head.title for item in publications)))
    return Feed(_urn(hospital, words.lang), path, title, about, words.lang, publications)


def _publications(words: ShelfWords, volume: Volume, covers: Mapping[str, Cover]) -> list[Publication]:
    main = [entry for entry in volume.family if entry.edition in _TOGETHER]
    rest = [entry for entry in volume.family if entry.edition not in _TOGETHER]
    groups = ([tuple(main)] if main else []) + [(entry,) for entry in rest]
    return [_publication(words, volume, files, covers) for files in groups]


def _publication(
    words: ShelfWords, volume: Volume, files: tuple[ShelfFile, ...], covers: Mapping[str, Cover]
) -> Publication:
    first, head = files[0], volume.head
    names = tuple(words.name(entry) for entry in files)
    separate = first.edition not in _TOGETHER
    return Publication(
        id=_urn(first.urn, volume.lang, first.hospital, first.path if separate else "book"),
        identifier=head.urn,
        title=words.joined("title_of", head.title, names[0]) if separate else head.title,
        about=words.joined("about", words.purposes[first.edition], head.description) if separate else head.description,
        # Reading apps treat the first language as that of the book.
        langs=(volume.lang, *(lang for lang in first.langs if lang != volume.lang)),
        publisher=None if head.hospital == GENERIC else head.hospital_name,
        head=head,
        files=files,
        names=names,
        cover=covers[first.path],
        updated=max(entry.revised for entry in files),
    )


def _urn(*names: str) -> str:
    return uuid.uuid5(_SHELF, " ".join(names)).urn
