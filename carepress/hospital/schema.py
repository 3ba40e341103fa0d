"""The schema of a hospital's profile, hospital.toml; docs/hospitals.md explains each key.

Texts are plain: no markup, no invisible character, and no letter that no installed typeface has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic import Field as Limit

from carepress.content.schema import Id, LanguageCode, ResourceAddress, Some, matching
from carepress.model import ResourceKind
from carepress.model.colors import COLORS
from carepress.model.hospital import CHANGE_KINDS
from carepress.model.unfinished import FILL_IN, has_sample
from carepress.text.contrast import MIN_CONTRAST, WHITE, contrast, parse_hex
from carepress.text.visible import find_invisible, unprintable

MARKUP = set("<>*_`[]{}\\|~^")
# The spaces of “5 a.m.” and of Spanish “5 a. m.”, at which no line may break.
CLOCK = re.compile(r"(?<=\d) (?=[ap]\. ?m\.)|(?<=\d[ \u00a0][ap]\.) (?=m\.)")


def _plain(max_length: int, refused: Callable[[str], str | None] = unprintable) -> Callable[[str], str]:
    def check(text: str) -> str:
        line = unicodedata.normalize("NFC", re.sub(r"[ \n]+", " ", text).strip(" "))
        line = CLOCK.sub("\u00a0", line)
        if has_sample(line):
            raise ValueError(f"your hospital’s text in place of {FILL_IN}")
        if not line:
            raise ValueError("a text; remove the key if there is none")
        if len(line) > max_length:
            raise ValueError(f"at most {max_length} characters, not {len(line)}")
        if markup := sorted(MARKUP & set(line)):
            raise ValueError(f"plain text, without “{markup[0]}”")
        if expected := refused(line):
            raise ValueError(expected)
        return line

    return check


def _invisible(text: str) -> str | None:
    """Return what to use instead of the first invisible character; letters of any script are right."""
    letter = find_invisible(text)
    return f"no invisible character (here U+{ord(letter):04X})" if letter else None


def _web(address: str) -> str:
    if has_sample(address):
        raise ValueError(f"your hospital’s address in place of {FILL_IN}")
    # No user, port or letters of other scripts: readers must see where an address leads.
    if len(address) > 90 or not re.fullmatch(r"https://([a-z0-9-]+\.)+[a-z]{2,}(/[A-Za-z0-9._~/?=&%#-]*)?", address):
        raise ValueError("a web address of up to 90 characters, such as https://www.hospital.org/family")
    return address


def _telephone(number: str) -> str:
    if has_sample(number):
        raise ValueError(f"the number in place of {FILL_IN}")
    group = r"(?:\([0-9]{1,5}\)|[0-9]{1,5})"
    international = re.fullmatch(rf"\+[1-9][0-9]{{0,2}}(?:[ -]{group})+", number) is not None
    digits = sum(letter.isdigit() for letter in number)
    if not re.fullmatch(r"[0-9]{2,4}", number) and not (international and 8 <= digits <= 15):
        raise ValueError(
            "a number with + and the country code, in groups of up to five digits, such as +1 555-555-0100, "
            f"or a short one, such as 112{_telephone_advice(number)}"
        )
    return number


def _telephone_advice(number: str) -> str:
    """Return what to do about an extension, or a number as it is dialed within a country."""
    if extension := re.search(r"(?:;ext=|ext\.?|x|#)\s*([0-9]{1,8})\s*$", number, re.IGNORECASE):
        return f'; write the extension as a key of its own: ext = "{extension[1]}"'
    if not number.startswith("+") and sum(letter.isdigit() for letter in number) >= 7:
        return "; for a national or toll-free number, replace its first 0 or 1 by + and the code of your country, such as +1 800-555-0100"
    return ""


def _accent(color: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", color):
        raise ValueError(f"a color such as {COLORS['teal'].hex}")
    ratio = contrast(parse_hex(color), WHITE)
    if ratio < MIN_CONTRAST:
        raise ValueError(
            f"a darker color: its contrast on white paper is {ratio:.1f} to 1, and must be {MIN_CONTRAST} or more"
        )
    return color.lower()


def _roles(names: list[str]) -> list[str]:
    if len(set(names)) < len(names):
        raise ValueError("each role once")
    if set(names) == {"translation reviewer"}:
        raise ValueError("a role besides the translation reviewer, who does not sign in the book’s own language")
    return names


def _change_kind(kind: str) -> str:
    if kind not in CHANGE_KINDS:
        raise ValueError(f"one of {', '.join(CHANGE_KINDS)}")
    return kind


def _file(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\.(svg|png)", name, re.IGNORECASE):
        jpeg = ": open the JPEG in any image program and save it as PNG" if re.search(r"(?i)\.jpe?g$", name) else ""
        raise ValueError(f"an SVG or PNG file in the hospital’s folder, such as logo.svg{jpeg}")
    return name


ChangeKind = Annotated[str, AfterValidator(_change_kind)]
Name = Annotated[str, matching(r"[a-z][a-z0-9_]{0,60}", "a placeholder such as fever_rule")]
PageId = Annotated[str, matching(r"[a-z][a-z0-9-]{0,40}", "lowercase letters, digits and hyphens, such as finding-us")]
ShortText = Annotated[str, AfterValidator(_plain(80))]
Person = Annotated[str, AfterValidator(_plain(80, _invisible))]
LongText = Annotated[str, AfterValidator(_plain(240))]
Title = Annotated[str, AfterValidator(_plain(120))]
Titles = Annotated[dict[LanguageCode, Title], Limit(min_length=1)]
BriefTexts = Annotated[dict[LanguageCode, Annotated[str, AfterValidator(_plain(40))]], Limit(min_length=1)]
ShortTexts = Annotated[dict[LanguageCode, ShortText], Limit(min_length=1)]
LongTexts = Annotated[dict[LanguageCode, LongText], Limit(min_length=1)]
Address = Annotated[list[ShortText], Limit(min_length=1, max_length=5)]
Web = Annotated[str, AfterValidator(_web)]
Accent = Annotated[str, AfterValidator(_accent)]
File = Annotated[str, AfterValidator(_file)]
Email = Annotated[
    str,
    matching(
        r"[A-Za-z0-9._+-]{1,60}@([a-z0-9-]{1,60}\.){1,5}[a-z]{2,20}", "an e-mail address such as a.b@hospital.org"
    ),
]
Roles = Annotated[list[ShortText], Limit(min_length=1, max_length=12), AfterValidator(_roles)]
Months = Annotated[int, Limit(ge=1, le=240)]


STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)


class LogoEntry(BaseModel):
    """The files of a hospital's logo."""

    model_config = STRICT

    light: File
    mono: File


class ColorsEntry(BaseModel):
    """The accent colors of a hospital."""

    model_config = STRICT

    main: Accent = COLORS["teal"].hex
    second: Accent = COLORS["rust"].hex


class TelephoneEntry(BaseModel):
    """A telephone number, and the placeholder that it fills."""

    model_config = STRICT

    number: Annotated[str, AfterValidator(_telephone)]
    ext: Annotated[str, matching(r"[0-9]{1,8}", 'the digits of the extension, such as "1234"')] | None = None
    label: ShortTexts
    hours: ShortTexts | None = None
    fills: Name | None = None


class PageEntry(BaseModel):
    """A page of the hospital's own, the chapter that it follows, and the handouts that have it."""

    model_config = STRICT

    id: PageId
    after: Id | None = None
    handouts: list[Id] | None = None


class ResourceEntry(BaseModel):
    """A resource that the hospital confirms, replaces, adds or leaves out."""

    model_config = STRICT

    id: Id
    confirmed: date | None = None
    leave_out: bool = False
    kind: ResourceKind | None = None
    name: ShortTexts | None = None
    text: LongTexts | None = None
    address: ResourceAddress | None = None


class PacketEntry(BaseModel):
    """A packet of the hospital's own, or one that replaces the book's."""

    model_config = STRICT

    id: Id
    name: ShortTexts
    handouts: list[Id] = []
    sheets: list[Id] = []

    def model_post_init(self, context: object, /) -> None:
        if not self.handouts and not self.sheets:
            raise ValueError("at least one handout or sheet")


class BookEntry(BaseModel):
    """The settings of a hospital for one book."""

    model_config = STRICT

    leave_out_chapters: list[Id] = []
    leave_out_sheets: list[Id] = []
    pages: Annotated[list[PageEntry], Limit(max_length=20)] = []
    values: dict[Name, LongTexts] = {}
    resources: Annotated[list[ResourceEntry], Limit(max_length=100)] = []
    packets: Annotated[list[PacketEntry], Limit(max_length=30)] = []


class FollowUpEntry(BaseModel):
    """A period of the hospital's follow-up schedule."""

    model_config = STRICT

    label: ShortTexts
    every: Months
    months: Months | None = None


class ReviewerEntry(BaseModel):
    """A person who reviews the hospital's editions."""

    model_config = STRICT

    name: Person
    role: ShortText
    email: Email | None = None
    languages: Some[LanguageCode] | None = None


class QuotationEntry(BaseModel):
    """The words of a parent, and who that is."""

    model_config = STRICT

    text: LongTexts
    who: ShortTexts


class HospitalFile(BaseModel):
    """A hospital's profile."""

    model_config = STRICT

    languages: Some[LanguageCode]
    editions: Some[str]
    paper: Literal["a4", "letter"]
    revised: date
    review_due: date
    web: Web | None = None
    name: Titles
    short_name: BriefTexts | None = None
    address: dict[LanguageCode, Address]
    emergency: LongTexts | None = None
    quotation: QuotationEntry | None = None
    logo: LogoEntry
    colors: ColorsEntry = ColorsEntry()
    telephones: Annotated[list[TelephoneEntry], Limit(max_length=12)] = []
    books: Annotated[dict[Id, BookEntry], Limit(min_length=1)]
    follow_up: Annotated[list[FollowUpEntry], Limit(max_length=12)] = []
    sign_off: Roles | None = None
    sign_changes: dict[ChangeKind, Some[ShortText]] = {}
    reviewers: Annotated[list[ReviewerEntry], Limit(max_length=30)] = []
    print_drafts: bool = False


class PageFile(BaseModel):
    """The front matter of a page of the hospital's own."""

    model_config = STRICT

    title: ShortText
    short: ShortText | None = None
