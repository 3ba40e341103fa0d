"""A hospital's profile, its reviewers and their signatures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from carepress.model.document import Chapter, ResourceKind
from carepress.model.editions import HALF, Edition, Paper

TRANSLATION_REVIEWER = "translation reviewer"  # does not sign in the source language of a book
REVIEWER_ROLES = ("clinical reviewer", "parent reviewer", TRANSLATION_REVIEWER)

ANYONE = "anyone"  # any one of the roles
# What a signature of changes distinguishes; docs/hospitals.md explains each kind.
CHANGE_KINDS = ("telephones", "rules", "address", "review_due", "follow_up", "pages", "resources", "text")

EMERGENCY = "emergency"  # the placeholder for what the key of the same name says in a profile

Translations = Mapping[str, str]  # one text by language, in all languages of the hospital


@dataclass(frozen=True, slots=True)
class Telephone:
    """A telephone number of a hospital; it is the value of the placeholder `fills`, if that is set."""

    number: str
    label: Translations
    hours: Translations | None
    fills: str | None
    ext: str | None = None

    @property
    def uri(self) -> str:
        """The number, with its extension, as a link (RFC 3966)."""
        digits = "".join(letter for letter in self.number if letter in "+0123456789")
        return f"tel:{digits};ext={self.ext}" if self.ext else f"tel:{digits}"


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words of a parent, which open a hospital's handouts; `who` is printed below them."""

    text: Translations
    who: Translations


@dataclass(frozen=True, slots=True)
class Logo:
    """A sanitized logo: SVG shapes, or a PNG in base64. `width` and `height` are in SVG units or pixels."""

    kind: Literal["svg", "png"]
    data: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A hospital's own chapter by language; it follows the chapter `after`, or the front matter if that is None.

    `handouts` are the ids of those that have it; None for each that has the chapter or sections of it. `line` is its
    line in the profile.
    """

    id: str
    line: int
    after: str | None
    handouts: tuple[str, ...] | None
    chapters: Mapping[str, Chapter]


@dataclass(frozen=True, slots=True)
class HospitalPacket:
    """A packet of the hospital's own, which replaces that of the book with the same id. `line` is its line."""

    id: str
    line: int
    name: Translations
    handouts: tuple[str, ...]
    sheets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A period of follow-up care: a visit every `every` months, for `months` months, or indefinitely if None."""

    label: Translations
    every: int
    months: int | None


@dataclass(frozen=True, slots=True)
class HospitalResource:
    """A resource that the hospital has `confirmed` on a day, or leaves out if that is None.

    `name`, `text` and `address` replace those of the book. One of the hospital's own, with a `kind`, is not in the
    book. `line` is its line in the profile.
    """

    id: str
    line: int
    confirmed: date | None
    kind: ResourceKind | None
    name: Translations | None
    text: Translations | None
    address: str | None


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A person who signs off the hospital's editions. Never printed."""

    name: str
    role: str
    email: str | None
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hospital:
    """A hospital's profile, validated, with its settings for one book.

    `short_name` is the name where there is little room; `paper` is the paper size of its printers, A4 or Letter; `colors` the two accent colors, as #rrggbb; `values` the
    values of placeholders; `left_out` the targets of omitted pages, as in links: chapter:ID, sheet:ID.
    """

    id: str
    path: str
    languages: tuple[str, ...]
    editions: tuple[str, ...]
    paper: Paper
    revised: date
    review_due: date
    name: Translations
    short_name: Translations
    address: Mapping[str, tuple[str, ...]]
    web: str | None
    colors: tuple[str, str]
    logo: Logo
    mono: Logo
    telephones: tuple[Telephone, ...]
    emergency: Translations | None
    values: Mapping[str, Translations]
    left_out: tuple[str, ...]
    pages: tuple[OwnPage, ...]
    follow_up: tuple[FollowUp, ...]
    reviewers: tuple[Reviewer, ...]
    sign_off: tuple[str, ...] = ()  # the roles that must sign
    sign_changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by kind of change, those that sign it
    resources: tuple[HospitalResource, ...] = ()
    quotation: Quotation | None = None
    packets: tuple[HospitalPacket, ...] = ()
    print_drafts: bool = False  # whether the print desk prints drafts

    def paper_for(self, edition: Edition) -> Paper | None:
        """Return the paper size of an edition that fits the hospital’s printers."""
        return next((paper for paper in edition.papers if paper in (self.paper, HALF[self.paper])), None)


@dataclass(frozen=True, slots=True)
class Signature:
    """A reviewer's approval, in a role, of a book in a language; `digest` identifies the content they reviewed.

    A signature for one `handout` covers that alone; one for the whole book also covers its handouts. One of changes
    covers what has changed `since` the content with that digest, and its `seal` the signatures of that content.
    """

    book: str
    lang: str
    role: str
    name: str
    date: date
    digest: str
    handout: str | None = None
    since: str | None = None
    seal: str | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """The origin of a file: the digest of its content by language, and who signed it.

    `label` combines these and the rest for `publish.py verify`.
    """

    digests: Mapping[str, str]
    signatures: tuple[Signature, ...]
    label: str
