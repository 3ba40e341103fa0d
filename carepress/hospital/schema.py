"""The shape of a hospital's profile, hospital.toml. docs/hospitals.md explains each key.

Texts are plain words: nothing in them is markup, and no letter is hidden or missing in the typeface.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic import Field as Limit

from carepress.content.schema import Id, Some
from carepress.model.colors import COLORS
from carepress.text.visible import odd_letter

FILL_IN = "FILL IN"  # stands in a new profile where only the hospital has the words
MARKUP = set("<>*_`[]{}\\|~^")
# Spaces in “5 a.m.” and in Spanish “5 a. m.”, which no line may end with.
CLOCK = re.compile(r"(?<=\d) (?=[ap]\. ?m\.)|(?<=\d[ \u00a0][ap]\.) (?=m\.)")
CONTRAST = 4.5  # against white paper (WCAG 2.2, success criterion 1.4.3)


def _plain(longest: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        words = unicodedata.normalize("NFC", re.sub(r"[ \n]+", " ", text).strip(" "))
        words = CLOCK.sub("\u00a0", words)
        if FILL_IN in words:
            raise ValueError(f"your hospital’s words in place of {FILL_IN}")
        if not words:
            raise ValueError("words; take the key out if there are none")
        if len(words) > longest:
            raise ValueError(f"{longest} letters or fewer; these are {len(words)}")
        if found := sorted(MARKUP & set(words)):
            raise ValueError(f"plain words, without “{found[0]}”")
        if fault := odd_letter(words):
            raise ValueError(fault)
        return words

    return check


def _web(address: str) -> str:
    if FILL_IN in address:
        raise ValueError(f"your hospital’s address in place of {FILL_IN}")
    # No user, no port, no other script's letters: what is printed is where it leads.
    if len(address) > 90 or not re.fullmatch(r"https://([a-z0-9-]+\.)+[a-z]{2,}(/[A-Za-z0-9._~/?=&%#-]*)?", address):
        raise ValueError("an address of a web page, such as https://www.hospital.org/family, of up to 90 letters")
    return address


def _telephone(number: str) -> str:
    if FILL_IN in number:
        raise ValueError(f"the number in place of {FILL_IN}")
    group = r"(?:\([0-9]{1,5}\)|[0-9]{1,5})"
    international = re.fullmatch(rf"\+[1-9][0-9]{{0,2}}(?:[ -]{group})+", number) is not None
    digits = sum(letter.isdigit() for letter in number)
    if not re.fullmatch(r"[0-9]{2,4}", number) and not (international and 8 <= digits <= 15):
        raise ValueError(
            "a number with + and the country, in groups of up to five digits, such as +1 555-555-0100, "
            "or a short one, such as 112"
        )
    return number


def _accent(color: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", color):
        raise ValueError(f"a color such as {COLORS['teal'].hex}")
    ratio = 1.05 / (luminance(color) + 0.05)
    if ratio < CONTRAST:
        raise ValueError(
            f"a darker color: on white paper this has a contrast of {ratio:.1f} to 1, and needs {CONTRAST}"
        )
    return color.lower()


def luminance(color: str) -> float:
    """Return the relative luminance of #rrggbb, from 0 to 1 (WCAG 2.2)."""
    parts = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _roles(names: list[str]) -> list[str]:
    if len(set(names)) < len(names):
        raise ValueError("each role once")
    if set(names) == {"translation reviewer"}:
        raise ValueError("a role beside the translation reviewer, who has nothing to sign in the book’s own language")
    return names


def _file(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\.(svg|png)", name):
        raise ValueError("an SVG or PNG file in the hospital’s folder, such as logo.svg")
    return name


def _shaped(pattern: str, what: str) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(what)
        return text

    return AfterValidator(check)


Language = Annotated[str, _shaped(r"[a-z]{2,3}(_[A-Za-z0-9]{2,8})?", "a language such as en, es or es_419")]
Name = Annotated[str, _shaped(r"[a-z][a-z0-9_]{0,60}", "a placeholder such as fever_rule")]
PageId = Annotated[str, _shaped(r"[a-z][a-z0-9-]{0,40}", "small letters, digits and hyphens, such as finding-us")]
Short = Annotated[str, AfterValidator(_plain(80))]
Long = Annotated[str, AfterValidator(_plain(240))]
ShortTexts = Annotated[dict[Language, Short], Limit(min_length=1)]
LongTexts = Annotated[dict[Language, Long], Limit(min_length=1)]
Address = Annotated[list[Short], Limit(min_length=1, max_length=5)]
Web = Annotated[str, AfterValidator(_web)]
Accent = Annotated[str, AfterValidator(_accent)]
File = Annotated[str, AfterValidator(_file)]
Email = Annotated[
    str,
    _shaped(r"[A-Za-z0-9._+-]{1,60}@([a-z0-9-]{1,60}\.){1,5}[a-z]{2,20}", "an e-mail address such as a.b@hospital.org"),
]
Roles = Annotated[list[Short], Limit(min_length=1, max_length=12), AfterValidator(_roles)]
Months = Annotated[int, Limit(ge=1, le=240)]


STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)


class LogoEntry(BaseModel):
    model_config = STRICT

    light: File
    mono: File


class ColorsEntry(BaseModel):
    model_config = STRICT

    main: Accent = COLORS["teal"].hex
    second: Accent = COLORS["rust"].hex


class TelephoneEntry(BaseModel):
    model_config = STRICT

    number: Annotated[str, AfterValidator(_telephone)]
    label: ShortTexts
    hours: ShortTexts | None = None
    fills: Name | None = None


class PageEntry(BaseModel):
    model_config = STRICT

    id: PageId
    after: Id | None = None


class BookEntry(BaseModel):
    """What the hospital says in one book, and leaves out of it."""

    model_config = STRICT

    leave_out_chapters: list[Id] = []
    leave_out_sheets: list[Id] = []
    pages: Annotated[list[PageEntry], Limit(max_length=20)] = []
    values: dict[Name, LongTexts] = {}


class FollowUpEntry(BaseModel):
    model_config = STRICT

    label: ShortTexts
    every: Months
    months: Months | None = None


class ReviewerEntry(BaseModel):
    model_config = STRICT

    name: Short
    role: Short
    email: Email
    languages: Some[Language] | None = None


class HospitalFile(BaseModel):
    """A hospital's profile."""

    model_config = STRICT

    languages: Some[Language]
    editions: Some[str]
    paper: Literal["a4", "letter"]
    revised: date
    review_due: date
    web: Web
    name: ShortTexts
    address: dict[Language, Address]
    emergency: LongTexts | None = None
    logo: LogoEntry
    colors: ColorsEntry = ColorsEntry()
    telephones: Annotated[list[TelephoneEntry], Limit(max_length=12)] = []
    books: Annotated[dict[Id, BookEntry], Limit(min_length=1)]
    follow_up: Annotated[list[FollowUpEntry], Limit(max_length=12)] = []
    sign_off: Roles | None = None
    reviewers: Annotated[list[ReviewerEntry], Limit(max_length=30)] = []


class PageFile(BaseModel):
    """A page of the hospital's own."""

    model_config = STRICT

    title: Short
    short: Short | None = None
