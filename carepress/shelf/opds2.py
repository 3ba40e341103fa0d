"""Catalogs for e-readers as JSON: OPDS 2.0, for newer reading apps.

Numbers in the comments are clauses of https://specs.opds.io/opds-2.0.
"""

from __future__ import annotations

import json
from typing import Any

from carepress.shelf.covers import Picture
from carepress.shelf.feeds import OPEN_ACCESS, Addresses, Feed, Publication, Root
from carepress.text.language import language_tag

OPDS = "application/opds+json"  # 1.1


def navigation_feed(root: Root, to: Addresses) -> bytes:
    """Return the root of the catalog (2.1)."""
    own_path = f"{root.path}.json"
    navigation = [
        {"href": to.of(f"{feed.path}.json", own_path), "title": feed.title, "type": OPDS, "rel": "subsection"}
        for feed in root.feeds
    ]
    links = [_link("self", to.of(own_path, own_path), OPDS), _link("start", to.of(own_path, own_path), OPDS)]
    # 1.1: no empty collection; an empty catalog leads to itself.
    navigation = navigation or [{"href": to.of(own_path, own_path), "title": root.title, "type": OPDS, "rel": "self"}]
    return _bytes({"metadata": {"title": root.title}, "links": links, "navigation": navigation})


def acquisition_feed(feed: Feed, root: Root, to: Addresses) -> bytes:
    """Return the books of a language (2.2)."""
    own_path, start = f"{feed.path}.json", f"{root.path}.json"
    links = [_link("self", to.of(own_path, own_path), OPDS)]
    links += [_link(rel, to.of(start, own_path), OPDS) for rel in ("start", "up")]
    publications = [_publication(item, own_path, to) for item in feed.publications]
    metadata = {"title": feed.title, "numberOfItems": len(publications)}
    return _bytes({"metadata": metadata, "links": links, "publications": publications})


def _publication(item: Publication, own_path: str, to: Addresses) -> dict[str, Any]:
    """Return an OPDS publication (5.1) with its acquisition links (5.3) and pictures (2.3)."""
    metadata = {
        "@type": "http://schema.org/Book",
        "identifier": item.id if len(item.langs) > 1 or len(item.files) == 1 else item.identifier,
        "title": item.title,
        "subtitle": item.head.subtitle,
        "author": item.head.author,
        "publisher": item.publisher,
        "language": [language_tag(lang) for lang in item.langs],
        "modified": f"{item.updated.isoformat()}T00:00:00Z",
        "description": item.about,
        "subject": list(item.head.subjects),
    }
    links = [
        _link(OPEN_ACCESS, to.of(file.path, own_path), file.media_type, title=name)
        for file, name in zip(item.files, item.names)
    ]
    images = [_image(picture, own_path, to) for picture in (item.cover.large, item.cover.small)]
    # 5.2: no empty values.
    return {"metadata": {key: value for key, value in metadata.items() if value}, "links": links, "images": images}


def _image(picture: Picture, own_path: str, to: Addresses) -> dict[str, Any]:
    return {
        "href": to.of(picture.path, own_path),
        "type": "image/jpeg",
        "width": picture.width,
        "height": picture.height,
    }


def _link(rel: str, href: str, kind: str, **attributes: str) -> dict[str, str]:
    return {"rel": rel, "href": href, "type": kind, **attributes}


def _bytes(feed: dict[str, Any]) -> bytes:
    return (json.dumps(feed, indent=2, ensure_ascii=False) + "\n").encode()
