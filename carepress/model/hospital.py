"""A hospital's profile, its reviewers and their signatures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from carepress.model.document import Chapter
from carepress.model.editions import HALF, Edition, Paper

TRANSLATION_REVIEWER = "translation reviewer"  # does not sign the language that a book is written in
REVIEWER_ROLES = ("clinical reviewer", "parent reviewer", TRANSLATION_REVIEWER)

Translations = Mapping[str, str]  # the same in each language of the hospital


@dataclass(frozen=True, slots=True)
class Telephone:
    """A line to a hospital. It `fills` a placeholder of the book, or none."""

    number: str
    label: Translations
    hours: Translations | None
    fills: str | None

    @property
    def uri(self) -> str:
        """The number as a link (RFC 3966)."""
        return "tel:" + "".join(letter for letter in self.number if letter in "+0123456789")


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that holds nothing but what we know: shapes of SVG, or a PNG in base64. `width` is in its units."""

    kind: Literal["svg", "png"]
    data: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A chapter of the hospital's own, in each of its languages; it stands after another, or ends the front."""

    id: str
    after: str | None
    chapters: Mapping[str, Chapter]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A stretch of the follow-up care: a visit `every` so many months, for `months` or, without it, from then on."""

    label: Translations
    every: int
    months: int | None


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who signs off the hospital's editions. Never printed."""

    name: str
    role: str
    email: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hospital:
    """What one hospital says in a book: a profile, read and checked.

    `paper` lies in its printers, A4 or Letter. `colors` are the two accents, as #rrggbb. `values` are its
    words for placeholders. `left_out` are the chapters and sheets, as links name them: chapter:ID, sheet:ID.
    """

    id: str
    path: str
    languages: tuple[str, ...]
    editions: tuple[str, ...]
    paper: Paper
    revised: date
    review_due: date
    name: Translations
    address: Mapping[str, tuple[str, ...]]
    web: str
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

    def paper_for(self, edition: Edition) -> Paper | None:
        """Return the paper of an edition that the hospital’s printers take."""
        return next((paper for paper in edition.papers if paper in (self.paper, HALF[self.paper])), None)


@dataclass(frozen=True, slots=True)
class Signature:
    """A person's word, in a role, that a book in a language is right. `digest` is that of what they read."""

    book: str
    lang: str
    role: str
    name: str
    date: date
    digest: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a file tells of where it comes from: the digest of its content in each language, who signed, and both
    with all else in one `label` for `publish.py verify`.
    """

    digests: Mapping[str, str]
    signatures: tuple[Signature, ...]
    label: str
