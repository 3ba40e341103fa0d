"""Answer an electronic record with the handouts that fit, as an Atom feed (RFC 4287) or as JSON.

The feed has the elements of the service-oriented implementation guide as MedlinePlus Connect answers with them: one
category for each parameter, with its name as the scheme. The JSON is that feed, with the text of an element in “_value”.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin

from lxml import etree
from lxml.builder import ElementMaker

from carepress.infobutton.request import JSON, JSONP, Query, Request, RequestError, read_request
from carepress.infobutton.topics import Topic
from carepress.model import AgeGroup, Code
from carepress.text.language import base_language

NAME = "Carepress"
_ATOM = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SERVICE = uuid.UUID("4f0c1f0e-58a5-5c1e-9c59-2d1d6a0f3b77")  # the namespace of the ids of feeds
_EPOCH = date(1970, 1, 1)  # of a service without any handout
A = ElementMaker(namespace=_ATOM, nsmap={None: _ATOM})


@dataclass(frozen=True, slots=True)
class Answer:
    """The status, media type and bytes of a response."""

    status: int
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class _Link:
    rel: str
    type: str
    href: str


@dataclass(frozen=True, slots=True)
class _Feed:
    """A feed before it is written: its language, texts, day, categories and topics."""

    id: str
    lang: str
    author: str
    uri: str
    updated: date
    categories: tuple[tuple[str, str], ...]
    topics: tuple[Topic, ...]


def answer(query: Query, entries: Iterable[Topic], base_url: str, lang: str = "en") -> Answer:
    """Return the response to the parameters of a URL. It depends on nothing else, and never on the day.

    `entries` are all handouts in all languages, `base_url` is the address that theirs are relative to, and `lang` is
    the language of a request that names none. Unknown codes, and codes that no handout has, get a feed without entries;
    a request without a code gets status 400 and a line of text.
    """
    entries = tuple(entries)
    try:
        request = read_request(query)
    except RequestError as error:
        return Answer(400, "text/plain; charset=utf-8", f"{error}\n".encode())
    asked = request.lang or lang
    found = _fitting(request, _in_language(entries, asked))
    feed = _Feed(
        id=uuid.uuid5(_SERVICE, json.dumps([base_url, asked, request.repeated])).urn,
        lang=found[0].lang if found else lang,
        author=found[0].publisher if found else NAME,
        uri=base_url,
        updated=max((topic.updated for topic in found or entries), default=_EPOCH),
        categories=request.repeated,
        topics=found,
    )
    data = _json(feed) if request.form in (JSON, JSONP) else _atom(feed)
    if request.callback:
        data = b"/**/" + request.callback.encode() + b"(" + data.strip() + b");\n"
    return Answer(200, f"{request.form}; charset=utf-8", data)


# --- What fits -------------------------------------------------------------------------------


def _in_language(entries: Sequence[Topic], asked: str) -> tuple[Topic, ...]:
    """Return the handouts in a language: in that of exactly this tag, or else in the language without its region.

    Records also send codes of three letters (ISO 639-2): `spa` is `es`.
    """
    tag = asked.replace("_", "-").casefold()
    exact = tuple(topic for topic in entries if topic.lang.casefold() == tag)
    return exact or tuple(topic for topic in entries if topic.lang.casefold() == base_language(asked))


def _fitting(request: Request, entries: Sequence[Topic]) -> tuple[Topic, ...]:
    """Return the handouts of the main codes for the patient's age; only those of the subtopics, if there are any.

    Those that are written for this age come first.
    """
    found = tuple(topic for topic in entries if _covers(topic, request.codes) and _suits(topic, request.age))
    narrowed = tuple(topic for topic in found if _covers(topic, request.subtopics)) or found
    return tuple(sorted(narrowed, key=lambda topic: request.age not in topic.ages))


def _suits(topic: Topic, age: AgeGroup | None) -> bool:
    return age is None or not topic.ages or age in topic.ages


def _covers(topic: Topic, codes: Iterable[Code]) -> bool:
    return any(own.covers(code) for own in topic.codes for code in codes)


# --- The feed --------------------------------------------------------------------------------


def _links(topic: Topic, base_url: str) -> list[_Link]:
    files = (
        ("alternate", "text/html", topic.page),
        ("enclosure", "application/pdf", topic.pdf),
        ("enclosure", "application/epub+zip", topic.epub),
    )
    return [_Link(rel, media_type, urljoin(base_url, path)) for rel, media_type, path in files if path is not None]


def _subtitle(feed: _Feed) -> str:
    terms = [term for scheme, term in feed.categories if scheme == "mainSearchCriteria.v.c" and term]
    return f"{NAME}: {', '.join(terms)}" if terms else NAME


def _time(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _atom(feed: _Feed) -> bytes:
    node = A.feed(
        A.title(NAME, type="text"),
        A.subtitle(_subtitle(feed), type="text"),
        A.author(A.name(feed.author), A.uri(feed.uri)),
        A.updated(_time(feed.updated)),
        *(A.category(scheme=scheme, term=term) for scheme, term in feed.categories),
        A.id(feed.id),
    )
    node.set(_LANG, feed.lang)
    for topic in feed.topics:
        entry = A.entry(
            A.title(topic.title, type="text"),
            *(
                A.link(rel=link.rel, type=link.type, href=link.href, title=topic.title, hreflang=topic.lang)
                for link in _links(topic, feed.uri)
            ),
            A.id(topic.id),
            A.updated(_time(topic.updated)),
            A.summary(topic.summary, type="text"),
        )
        entry.set(_LANG, topic.lang)
        node.append(entry)
    data: bytes = etree.tostring(node, xml_declaration=True, encoding="utf-8")
    return data


def _json(feed: _Feed) -> bytes:
    def text(value: str) -> dict[str, str]:
        return {"_value": value, "type": "text"}

    def entry(topic: Topic) -> dict[str, object]:
        links = _links(topic, feed.uri)
        return {
            "lang": topic.lang,
            "title": text(topic.title),
            "link": [
                {"title": topic.title, "rel": link.rel, "type": link.type, "href": link.href, "hreflang": topic.lang}
                for link in links
            ],
            "id": {"_value": topic.id},
            "updated": {"_value": _time(topic.updated)},
            "summary": text(topic.summary),
        }

    content = {
        "lang": feed.lang,
        "title": text(NAME),
        "subtitle": text(_subtitle(feed)),
        "author": {"name": {"_value": feed.author}, "uri": {"_value": feed.uri}},
        "updated": {"_value": _time(feed.updated)},
        "category": [{"scheme": scheme, "term": term} for scheme, term in feed.categories],
        "id": {"_value": feed.id},
        "entry": [entry(topic) for topic in feed.topics],
    }
    return (json.dumps({"feed": content}, ensure_ascii=False, indent=1) + "\n").encode()
