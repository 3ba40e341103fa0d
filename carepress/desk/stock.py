"""What the desk offers: hospitals, languages, handouts and sheets, and which of them may be printed today."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path

from carepress.build.book_cache import localize_once, read_once
from carepress.build.jobs import BuildRequest, job_table
from carepress.desk.choices import EDITIONS as EDITION_OF
from carepress.desk.choices import Choice, ChoiceError, Item
from carepress.handouts import cut
from carepress.hospital.reader import has_book
from carepress.infobutton import Topic, topics
from carepress.localize import LocalizedBook, load_hospital, localized_handout, localized_packet
from carepress.model import (
    A4,
    EDITIONS,
    GENERIC,
    HALF,
    LETTER,
    Book,
    Edition,
    Job,
    PublishError,
    Reason,
    Selection,
    segments,
)
from carepress.model.document import PLACEHOLDER
from carepress.pages.drawings import plain
from carepress.planner.make import is_draft
from carepress.signoff.state import blockers, empty_lines, sign_off
from carepress.text.inline import InlineError, strip_markup
from carepress.text.language_file import bind_languages
from carepress.workspace.fingerprint import Inputs
from carepress.workspace.manifest import MANIFEST
from carepress.workspace.project import Project

PAPERS = {paper.name: paper for paper in (A4, LETTER)}


class ProfileError(Exception):
    """The profile of a hospital has a mistake, which the text names with its line."""


@dataclass(frozen=True, slots=True)
class Site:
    """A hospital, or the generic editions: its name by language, its languages and paper.

    `error` says what is wrong with its profile. `drafts` is whether the profile allows to print drafts.
    """

    id: str
    names: dict[str, str]
    languages: tuple[str, ...]
    paper: str
    drafts: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A packet, a handout or a sheet: its title in the family's language and, if that differs, in the staff's.

    `when` it is given is for the staff. `drafts` are the reasons for which it is a draft. `contents` are the handouts and sheets of a packet. `words` are all its texts, folded for the search.
    """

    item: Item
    title: str
    staff_title: str
    number: int | None = None
    when: str = ""
    contents: tuple[str, ...] = ()
    apart: bool = False
    drafts: tuple[Reason, ...] = ()
    tracking: bool = False
    words: str = ""

    def has(self, wanted: list[str]) -> bool:
        """Whether all words of a search are in its texts."""
        return all(word in self.words for word in wanted)


@dataclass(frozen=True, slots=True)
class Stock:
    """All that a hospital offers in a language; `book` is the id of the book."""

    book: str
    packets: tuple[Row, ...]
    handouts: tuple[Row, ...]
    sheets: tuple[Row, ...]
    schedule: bool

    def row(self, item: Item) -> Row:
        """Return the row of a handout or a sheet. Raises ChoiceError for one that is not offered."""
        found = next((row for row in (*self.packets, *self.handouts, *self.sheets) if row.item == item), None)
        if found is None:
            raise ChoiceError("unknown")
        return found

    def search(self, text: str) -> Stock:
        """Return what has all words of a text."""
        wanted = folded(text).split()
        handouts = sorted((row for row in self.handouts if row.has(wanted)), key=lambda row: _rank(row, wanted))
        packets = tuple(row for row in self.packets if row.has(wanted))
        return Stock(self.book, packets, tuple(handouts), tuple(row for row in self.sheets if row.has(wanted)), False)


def _rank(row: Row, wanted: list[str]) -> bool:
    """Return the key that puts rows with a word in their title first."""
    title = folded(f"{row.title} {row.staff_title}")
    return not any(word in title for word in wanted)


def folded(text: str) -> str:
    """Return a text in lower case without accents, as people type it."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def searched(texts: Iterable[str]) -> str:
    """Return the words that readers see of some Markdown, as they are searched: no targets of links, no placeholders."""
    return folded(" ".join(PLACEHOLDER.sub(" ", _unmarked(text)) for text in texts))


def _unmarked(text: str) -> str:
    with suppress(InlineError):  # a mistake in a translation, which the build reports
        return strip_markup(text)
    return text


@dataclass(frozen=True, slots=True)
class Task:
    """A file to build: its `job`, the digest of its inputs, why it is a draft, and whether it may be printed."""

    job: Job
    digest: str
    drafts: tuple[Reason, ...]
    printable: bool


class Store:
    """Reads a book and the profiles of a project; what has not changed is read once. Threads may share it.

    Files that cannot be read raise OSError, and a mistake in the book, in its catalogs or in the program's PublishError,
    in all methods; those in a profile are in `Site.error`, and `site` raises ProfileError for them.
    """

    def __init__(self, project: Project, folder: Path, out: Path, only: tuple[str, ...] = ()) -> None:
        self.project, self.folder, self.out = project, folder, out
        self._only = only
        self._lock = threading.RLock()
        self._now: Inputs | None = None
        self._stock: dict[tuple[str, str, str], tuple[object, Stock]] = {}
        self._sites: dict[str, tuple[bytes, Site | None]] = {}

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the book."""
        return tuple(self.project.languages(self.folder))

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Read each folder once: everything read in this context is from the same moment."""
        with self._lock:
            before, self._now = self._now, self._inputs()
            try:
                yield
            finally:
                self._now = before

    def _inputs(self) -> Inputs:
        return self._now or Inputs(self.project)

    # --- hospitals ---

    def sites(self) -> list[Site]:
        """Return the hospitals that the desk serves, then the generic editions, then the profiles with a mistake.

        A hospital that does not publish the book is only among them if the desk was started for it.

        Raises PublishError if the folder of a profile disappears meanwhile.
        """
        with self._lock:
            names = [name for name in self.project.hospitals() if not self._only or name in self._only]
            rows = [site for name in names if (site := self._site(name))]
            rows = rows if self._only else [*rows, self._generic()]
            return sorted(rows, key=lambda row: bool(row.error))

    def site(self, name: str) -> Site:
        """Return a hospital, or the generic editions. Raises ProfileError, and ChoiceError for one that is not served."""
        found = next((row for row in self.sites() if row.id == name), None)
        if found is None:
            raise ChoiceError("unknown")
        if found.error:
            raise ProfileError(found.error)
        return found

    def has_both(self, site: Site, lang: str) -> bool:
        """Whether a hospital publishes a language, and the book's own to be beside it."""
        return lang != self.languages[0] and self.languages[0] in site.languages

    def check(self) -> None:
        """Read the book and the profiles. Raises PublishError, and ProfileError if no hospital can be served."""
        with self.moment():
            read_once(self._inputs(), self.folder)
            errors = [site.error for site in self.sites()]
            if all(errors):
                raise ProfileError(errors[0] if errors else "no profile of a hospital: see publish.py hospital list")

    def _generic(self) -> Site:
        return Site(GENERIC, {}, self.languages, "a4")

    def _site(self, name: str) -> Site | None:
        inputs = self._inputs()
        digest = inputs.folder_digest(self.project.hospital(name)) + inputs.folder_digest(self.folder)
        known = self._sites.get(name)
        if known is None or known[0] != digest:
            self._sites[name] = digest, self._read_site(inputs, name)
        return self._sites[name][1]

    def _read_site(self, inputs: Inputs, name: str) -> Site | None:
        bind_languages(self.project.language_file, self.project.shown)
        try:
            book = read_once(inputs, self.folder)
            if not self._only and not has_book(self.project.hospital(name), book):
                return None
            hospital = load_hospital(self.project, book, name)
        except PublishError as error:
            return Site(name, {}, (), "a4", error=str(error))
        assert hospital
        return Site(name, dict(hospital.name), hospital.languages, hospital.paper.name, hospital.print_drafts)

    # --- handouts and sheets ---

    def stock(self, hospital: str, lang: str, staff: str, on: date) -> Stock:
        """Return what a hospital offers in a language on a day, with titles in the staff's language too.

        Raises ChoiceError for a hospital or a language that it does not serve, ProfileError and PublishError.
        """
        if lang not in self.site(hospital).languages:
            raise ChoiceError("unknown")
        second = self.staff_language(staff)
        with self._lock:
            inputs = self._inputs()
            job, other = (self._job(hospital, name) for name in (lang, second))
            state = on, inputs.job_digest(job), inputs.job_digest(other)
            key = hospital, lang, second
            if key not in self._stock or self._stock[key][0] != state:
                localized, staff_book = localize_once(inputs, job), self._staff_book(inputs, hospital, second)
                self._stock[key] = state, _stock(self.project, localized, staff_book, on)
            return self._stock[key][1]

    def topics(self, hospital: str, on: date) -> list[Topic]:
        """Return the handouts that electronic records can find: those that may be printed on a day.

        Raises ChoiceError, ProfileError and PublishError.
        """
        found: list[Topic] = []
        with self.moment():
            for lang in self.site(hospital).languages:
                offered = {row.item.id for row in self.stock(hospital, lang, lang, on).handouts if not row.drafts}
                localized = localize_once(self._inputs(), self._job(hospital, lang))
                publisher = localized.hospital.name[lang] if localized.hospital else plain(localized.whole.author)
                found += topics(localized.whole, publisher, partial(_address, hospital, lang, offered))
        return found

    def catalog_state(self, on: date) -> tuple[tuple[str, ...], str]:
        """Return the hospitals that are served, and the digest of all that their catalogs for e-readers depend on.

        Raises PublishError and OSError.
        """
        with self.moment():
            sites = [site for site in self.sites() if not site.error]
            inputs, manifest = self._inputs(), self.out / MANIFEST
            total = sha256(manifest.read_bytes() if manifest.is_file() else b"")
            for site in sites:
                total.update("".join(inputs.job_digest(self._job(site.id, lang)) for lang in site.languages).encode())
        return tuple(site.id for site in sites), f"{on} {total.hexdigest()}"

    def staff_language(self, lang: str) -> str:
        """Return the language in which the staff reads titles: that of the page, or the book's own."""
        return lang if lang in self.languages else self.languages[0]

    def _staff_book(self, inputs: Inputs, hospital: str, lang: str) -> Book:
        """Return the book in the staff's language; the generic one if the hospital does not publish in it.

        Raises PublishError.
        """
        try:
            return localize_once(inputs, self._job(hospital, lang)).whole
        except PublishError:
            return localize_once(inputs, self._job(GENERIC, lang)).whole

    def _job(self, hospital: str, lang: str) -> Job:
        return Job(self.folder, lang, "booklet", self.out, hospital=hospital)

    # --- files ---

    def task(self, choice: Choice, on: date) -> Task:
        """Return the file of a choice.

        Raises ChoiceError for what is not offered, and for a plan, which is no job; ProfileError and PublishError.
        """
        with self.moment():
            site, inputs = self.site(choice.hospital), self._inputs()
            if choice.lang not in site.languages or not choice.what or choice.kind == "plan":
                raise ChoiceError("unknown" if choice.what else "nothing")
            if choice.how == "two" and not self.has_both(site, choice.lang):
                raise ChoiceError("unknown")
            offered = dict(_items(localize_once(inputs, self._job(choice.hospital, choice.lang)).whole))
            if not set(choice.what) <= set(offered) or (choice.week and choice.kind != "sheet"):
                raise ChoiceError("unknown")
            can_have_dates = any(offered[item] for item in choice.what)  # the search lists forms beside other sheets
            request = self._request(choice if can_have_dates else replace(choice, week=None))
            job = job_table(self.project, request)[0]
            edition = EDITIONS[job.edition]
            localized = localize_once(inputs, job)
            blocking = _blocking(self.project, localized, edition, on)
            in_house = job.hospital != GENERIC
            # Generic editions are built as `publish.py build` does, hospitals' as `build --release`: from one cache.
            job = replace(job, release=in_house and not blocking, on=on if in_house else None)
            return Task(job, inputs.job_digest(job), tuple(blocking), not blocking or site.drafts)

    def empty_lines(self, task: Task, staff: str) -> tuple[str, ...]:
        """Return the names, in the staff's language, of what the hospital's profile lacks for a file.

        Raises ProfileError and PublishError.
        """
        if "lines" not in task.drafts:
            return ()
        with self.moment():
            localized = localize_once(self._inputs(), task.job)
            book = self._staff_book(self._inputs(), task.job.hospital, self.staff_language(staff))
            names = {item.id: plain(item.label) for item in book.placeholders}
            assert localized.hospital, "only a hospital's files lack lines"
            return tuple(names[item.id] for item in empty_lines(localized.book, localized.hospital))

    def plan_drafts(self, choice: Choice) -> tuple[Reason, ...]:
        """Return why a follow-up plan is a draft. Raises ChoiceError, ProfileError and PublishError."""
        with self.moment():
            if choice.lang not in self.site(choice.hospital).languages:
                raise ChoiceError("unknown")
            book = read_once(self._inputs(), self.folder)
            if not book.schedules:
                raise ChoiceError("unknown")
            return ("translation",) if is_draft(self.project, book, choice.lang) else ()

    def _request(self, choice: Choice) -> BuildRequest:
        sheets = tuple(item.id for item in choice.what if item.kind == "sheet")
        weeks = (
            tuple(date.fromordinal(choice.week.toordinal() + 7 * n) for n in range(choice.weeks)) if choice.week else ()
        )
        return BuildRequest(
            str(self.folder),
            self.out,
            (choice.lang,),
            ("sheets",) if sheets else (EDITION_OF[choice.how],),
            () if choice.hospital == GENERIC else (choice.hospital,),
            None if choice.how == "phone" and not sheets else self._paper_of(choice),
            weeks=weeks if sheets else (),
            handouts=tuple(item.id for item in choice.what if item.kind == "handout"),
            packets=tuple(item.id for item in choice.what if item.kind == "packet"),
            sheets=sheets,
        )

    def _paper_of(self, choice: Choice) -> str:
        """Return the size of the pages: half the paper for single pages of a booklet."""
        paper = PAPERS[self.paper(choice)]
        return HALF[paper].name if choice.kind != "sheet" and choice.how == "single" else paper.name

    def paper(self, choice: Choice) -> str:
        """Return the paper of a choice: the hospital's, unless another one was chosen.

        Raises ChoiceError and ProfileError.
        """
        return choice.paper or self.site(choice.hospital).paper


def _items(book: Book) -> Iterator[tuple[Item, bool]]:
    """Yield what a book has to print, each with whether it can have dates."""
    for kind, parts in (("packet", book.packets), ("handout", book.handouts)):
        yield from ((Item(kind, part.id), False) for part in parts)
    yield from ((Item("sheet", sheet.id), sheet.group == "tracking") for sheet in book.sheets())


def _address(hospital: str, lang: str, offered: Collection[str], name: str, kind: str) -> str | None:
    """Return the address of a handout's page, PDF or e-book at the desk, or None if it is not offered."""
    if name not in offered:
        return None
    choice = Choice(
        hospital=hospital, lang=lang, what=(Item("handout", name),), how="phone" if kind == "epub" else "fold"
    )
    return f"{'make' if kind == 'page' else 'file'}?{choice.query()}"


def _blocking(project: Project, localized: LocalizedBook, edition: Edition, on: date) -> dict[Reason, object]:
    signing = sign_off(project, localized, edition.paired)
    return dict(blockers(edition, localized, signing, on if localized.hospital else None))


def _stock(project: Project, localized: LocalizedBook, staff: Book, on: date) -> Stock:
    """Return the handouts and sheets of a book, with the reasons for which each is a draft."""
    sheet_drafts = tuple(_blocking(project, localized, EDITIONS["sheets"], on))
    titles = {Item("handout", item.id): plain(item.title) for item in staff.handouts}
    titles |= {Item("sheet", sheet.id): plain(sheet.title) for sheet in staff.sheets()}
    sheets = tuple(
        Row(
            item := Item("sheet", sheet.id),
            plain(sheet.title),
            titles.get(item, ""),
            drafts=sheet_drafts,
            tracking=sheet.group == "tracking",
            words=f"{folded(titles.get(item, ''))} {searched([sheet.title.text, sheet.purpose.text])}",
        )
        for sheet in localized.whole.sheets()
    )
    handouts = tuple(_handouts(project, localized, staff, titles, on))
    packets = tuple(_packets(project, localized, staff, (*handouts, *sheets), on))
    return Stock(localized.whole.id, packets, handouts, sheets, bool(localized.whole.schedules))


def _packets(
    project: Project, localized: LocalizedBook, staff: Book, parts: tuple[Row, ...], on: date
) -> Iterator[Row]:
    """Yield the packets; each says which handouts and sheets it has."""
    names = {packet.id: plain(packet.name) for packet in staff.packets}
    titles = {row.item: row for row in parts}
    for packet in localized.whole.packets:
        items = (*(Item("handout", name) for name in packet.handouts), *(Item("sheet", name) for name in packet.sheets))
        rows = [titles[item] for item in items if item in titles]
        name, second = plain(packet.name), names.get(packet.id, "")
        yield Row(
            Item("packet", packet.id),
            name,
            second,
            contents=tuple(row.staff_title or row.title for row in rows),
            drafts=tuple(
                _blocking(project, localized_packet(project, localized, packet.id, "booklet"), EDITIONS["booklet"], on)
            ),
            words=folded(" ".join([name, second, *(f"{row.title} {row.staff_title}" for row in rows)])),
        )


def _handouts(
    project: Project, localized: LocalizedBook, staff: Book, titles: dict[Item, str], on: date
) -> Iterator[Row]:
    """Yield the handouts in the order of the family's way."""
    staff_handouts = {handout.id: handout for handout in staff.handouts}
    for handout in localized.whole.handouts:
        item = Item("handout", handout.id)
        small = localized_handout(project, localized, Selection(handout.id))
        texts = [segment.text for segment in segments(small.book)]
        other = staff_handouts.get(handout.id)
        when = (other or handout).when
        if other:
            texts += [segment.text for segment in segments(cut(staff, other))]
        yield Row(
            item,
            plain(handout.title),
            titles.get(item, ""),
            handout.number,
            plain(when) if when else "",
            apart=handout.apart,
            drafts=tuple(_blocking(project, small, EDITIONS["booklet"], on)),
            words=searched(texts),
        )
