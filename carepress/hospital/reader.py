"""Read a hospital's folder into one `Hospital`; docs/hospitals.md explains each key.

The files are untrusted input.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from carepress.content.book import dangling
from carepress.content.packets import packet_mistakes
from carepress.content.sheets import SegmentFactory
from carepress.content.tomlfile import Location, parse_toml, validation_errors
from carepress.content.untrusted import inside, read_untrusted
from carepress.hospital import schema
from carepress.hospital.adapt import hospital_handouts, listed_resources, with_own_pages
from carepress.hospital.logo import read_logo
from carepress.hospital.own_pages import read_page
from carepress.model import (
    A4,
    EDITIONS,
    GENERIC,
    LETTER,
    Book,
    FollowUp,
    Glossary,
    Hospital,
    HospitalPacket,
    HospitalResource,
    Logo,
    OwnPage,
    PublishError,
    Quotation,
    Reviewer,
    Telephone,
)
from carepress.model.counts import counted
from carepress.model.hospital import ANYONE, EMERGENCY, REVIEWER_ROLES
from carepress.model.unfinished import FILL_IN, has_sample

# Ids that mean something else, and why.
RESERVED = {
    GENERIC: "it is the folder of the editions without a hospital",
    "all": "--hospital all means every hospital",
    "shelf": "it is the folder of the download page",
    "storage": "it is the folder of files for remote storage",
}
MISPLACED_EMERGENCY = (
    f"“{EMERGENCY}” is a key of its own",
    f"write the text as {EMERGENCY}.LANGUAGE after the address, and remove it here",
)


def read_hospital(folder: Path, book: Book, languages: Sequence[str]) -> Hospital:
    """Read the profile in `folder` for a book, in its source language, that has these languages.

    Raises PublishError for the first error.
    """
    errors, hospital = check_hospital(folder, book, languages)
    if hospital is None:
        raise errors[0]
    return hospital


def check_hospital(folder: Path, book: Book, languages: Sequence[str]) -> tuple[list[PublishError], Hospital | None]:
    """Return all errors of a profile, and the profile if there are none."""
    reader = _ProfileReader(folder, book, languages)
    hospital = None
    try:
        hospital = reader.hospital()
    except PublishError as error:
        reader.errors.append(error)
    return reader.errors, None if reader.errors else hospital


def has_book(folder: Path, book: Book) -> bool:
    """Tell whether a profile has a table for a book. One that cannot be read may have one."""
    path = folder / "hospital.toml"
    try:
        books = tomllib.loads(read_untrusted(path, folder, path.name)).get("books")
    except (PublishError, OSError, ValueError, RecursionError):
        return True
    return not isinstance(books, dict) or book.id in books


class _ProfileReader:
    """Reads a profile and collects all of its errors."""

    def __init__(self, folder: Path, book: Book, languages: Sequence[str]) -> None:
        self.folder, self.book, self.book_languages = folder, book, languages
        self.errors: list[PublishError] = []

    def display_path(self, path: Path) -> str:
        """Return a path relative to the project, for messages: the same on every machine."""
        return path.relative_to(self.folder.parent.parent.parent).as_posix()

    def add(self, location: Location, message: str, hint: str) -> None:
        self.errors.append(self.factory.error(location, message, hint))

    def hospital(self) -> Hospital | None:
        entry = self.profile()
        if entry is None:
            return None
        self.languages = tuple(entry.languages)
        settings = entry.books.get(self.book.id, schema.BookEntry())
        self.check_names(entry)
        self.check_sign_changes(entry)
        self.check_book(entry, settings)
        self.check_telephones(entry, settings)
        self.check_resources(entry, settings.resources)
        self.check_packets(settings.packets)
        self.check_texts(entry)
        light, mono = self.logo(entry.logo.light, "light"), self.logo(entry.logo.mono, "mono")
        pages = self.pages(settings.pages)
        if self.errors or light is None or mono is None:
            return None
        hospital = Hospital(
            id=self.folder.name,
            path=self.factory.display_path,
            languages=self.languages,
            editions=tuple(entry.editions),
            paper={"a4": A4, "letter": LETTER}[entry.paper],
            revised=entry.revised,
            review_due=entry.review_due,
            name=entry.name,
            short_name=entry.short_name or entry.name,
            address={lang: tuple(lines) for lang, lines in entry.address.items()},
            web=entry.web,
            colors=(entry.colors.main, entry.colors.second),
            logo=light,
            mono=mono,
            telephones=tuple(Telephone(t.number, t.label, t.hours, t.fills, t.ext) for t in entry.telephones),
            emergency=entry.emergency,
            values=settings.values,
            left_out=(
                *(f"chapter:{name}" for name in settings.leave_out_chapters),
                *(f"sheet:{name}" for name in settings.leave_out_sheets),
            ),
            pages=pages,
            follow_up=tuple(FollowUp(f.label, f.every, f.months) for f in entry.follow_up),
            reviewers=tuple(Reviewer(r.name, r.role, r.email, tuple(r.languages or ())) for r in entry.reviewers),
            sign_off=tuple(entry.sign_off or REVIEWER_ROLES),
            sign_changes={kind: tuple(roles) for kind, roles in entry.sign_changes.items()},
            resources=self.resources(settings.resources),
            packets=self.packets(settings.packets),
            quotation=Quotation(entry.quotation.text, entry.quotation.who) if entry.quotation else None,
            print_drafts=entry.print_drafts,
        )
        self.check_left_out_of_packets(hospital)
        for lang in self.languages:
            adapted = with_own_pages(replace(self.book, lang=lang), hospital)
            self.errors += dangling(tuple(page.chapters[lang] for page in pages), adapted)
        return hospital

    # --- files ---

    def profile(self) -> schema.HospitalFile | None:
        path = self.folder / "hospital.toml"
        self.factory = SegmentFactory(
            read_untrusted(path, self.folder, self.display_path(path)), self.display_path(path), self.book.lang
        )
        try:
            data = tomllib.loads(self.factory.text)
            return schema.HospitalFile.model_validate(data)
        except ValidationError as error:
            self.errors += self.unfilled(data)
            known = {(found.line, found.message) for found in self.errors}
            self.errors += [
                found
                for found in validation_errors(
                    error, self.factory.text, data, schema.HospitalFile, self.factory.display_path
                )
                if not has_sample(found.message) and (found.line, found.message) not in known
            ]
        except (ValueError, RecursionError):
            parse_toml(self.factory.text, schema.HospitalFile, self.factory.display_path)
        return None

    def unfilled(self, data: object) -> list[PublishError]:
        """Return one error for all texts that a new profile asks for and no one has filled in."""
        places = list(_sample_places(data))
        if not places:
            return []
        lines = {place: self.factory.line(place) for place in places}
        listed = ", ".join(f"{'.'.join(map(str, place))} (line {line})" for place, line in lines.items())
        count = counted(len(places), "value is", "values are")
        hint = f"write your hospital’s text in place of {FILL_IN}, or remove what you do not have"
        return [PublishError(self.factory.display_path, min(lines.values()), f"{count} not filled in: {listed}", hint)]

    def logo(self, name: str, key: str) -> Logo | None:
        path = self.folder / name
        try:
            return read_logo(
                inside(path, self.folder, self.display_path(path)), self.display_path(path), mono=key == "mono"
            )
        except PublishError as error:
            if error.message == "the file does not exist":
                error = self.factory.error(("logo", key), f"{name} does not exist", "create it, or correct the name")
            self.errors.append(error)
        return None

    # --- consistency ---

    def check_names(self, entry: schema.HospitalFile) -> None:
        if reason := RESERVED.get(self.folder.name):
            self.add((), f"“{self.folder.name}” cannot be a hospital id: {reason}", "rename the folder")
        for lang in self.languages:
            if lang not in self.book_languages:
                hint = f"use one of {', '.join(self.book_languages)}, or add it with: publish.py catalogs add {lang}"
                self.add(("languages",), f"the book has no language “{lang}”", hint)
        for name in entry.editions:
            if name not in EDITIONS:
                self.add(("editions",), f"unknown edition “{name}”", f"use one of {', '.join(EDITIONS)}")
            elif EDITIONS[name].paired and not {self.book.lang} < set(self.languages):
                message = f"the edition “{name}” needs “{self.book.lang}” and another language"
                self.add(("editions",), message, "add it to languages, or remove the edition")
        for key, names in (("languages", entry.languages), ("editions", entry.editions)):
            self.check_once((key,), names)
        if entry.review_due <= entry.revised:
            self.add(("review_due",), "review_due is not after revised", "correct one of the two dates")
        for index, period in enumerate(entry.follow_up):
            if period.months is None and index < len(entry.follow_up) - 1:
                self.add(("follow_up", index), "only the last follow-up period can be open-ended", "add months")
            if period.months is not None and period.months % period.every:
                location = ("follow_up", index, "months")
                hint = "use a multiple, to end each period with a visit"
                self.add(
                    location, f"{counted(period.months, 'month', 'months')} is not a multiple of {period.every}", hint
                )

    def check_book(self, entry: schema.HospitalFile, settings: schema.BookEntry) -> None:
        location = ("books", self.book.id)
        if self.book.id not in entry.books:
            self.add(("books",), f"no settings for the book “{self.book.id}”", f"add a table [books.{self.book.id}]")
        for name in entry.books:
            if name != self.book.id and not (self.folder.parent.parent / name / "book.toml").is_file():
                self.add(("books", name), f"unknown book “{name}”", "correct the name, or remove the table")
        blanks = {item.id for item in self.book.placeholders} - {EMERGENCY}
        for name in settings.values:
            if name == EMERGENCY:
                self.add((*location, "values", name), *MISPLACED_EMERGENCY)
            elif name not in blanks:
                hint = f"use one of {', '.join(sorted(blanks)) or '(none)'}"
                self.add((*location, "values", name), f"the book has no placeholder “{name}”", hint)
        self.check_left_out(settings, location)

    def check_sign_changes(self, entry: schema.HospitalFile) -> None:
        roles = entry.sign_off or REVIEWER_ROLES
        # A default role may have another name in sign_off, which only the catalogs know: hospital/roles.py checks it.
        known = {*roles, *(() if set(roles) <= set(REVIEWER_ROLES) else REVIEWER_ROLES)}
        for kind, names in entry.sign_changes.items():
            if names != [ANYONE] and (unknown := [name for name in names if name not in known]):
                hint = f'use roles of sign_off: {", ".join(roles)}; or ["{ANYONE}"]'
                self.add(("sign_changes", kind), f"the role “{unknown[0]}” does not sign", hint)

    def check_left_out(self, settings: schema.BookEntry, location: Location) -> None:
        chapters, sheets = settings.leave_out_chapters, settings.leave_out_sheets
        existing = {chapter.id for chapter in self.book.chapters()}
        for key, names, ids in (
            ("leave_out_chapters", chapters, existing),
            ("leave_out_sheets", sheets, {sheet.id for sheet in self.book.sheets()}),
        ):
            self.check_once((*location, key), names)
            for name in names:
                if name not in ids:
                    self.add((*location, key), f"the book has no “{name}”", "correct the name, or remove it")
        # “Words to know” boxes link to the glossary.
        needed = {c.id for c in self.book.chapters() if any(isinstance(block, Glossary) for block in c.blocks)}
        for name in chapters:
            if name in needed.union(self.book.required):
                self.add(
                    (*location, "leave_out_chapters"),
                    f"the chapter “{name}” is required and cannot be left out",
                    "remove it from the list",
                )
        for part in self.book.parts:
            if existing and not {chapter.id for chapter in part.chapters} - set(chapters):
                hint = "keep one: the other parts must keep their numbers"
                self.add((*location, "leave_out_chapters"), f"no chapter of the part “{part.id}” is left", hint)

    def check_telephones(self, entry: schema.HospitalFile, settings: schema.BookEntry) -> None:
        allowed = {item.id for item in self.book.placeholders}.union(*map(self.placeholders_of, entry.books))
        filled: set[str] = set(settings.values)
        for index, telephone in enumerate(entry.telephones):
            name, location = telephone.fills, ("telephones", index, "fills")
            if name is None:
                continue
            if name == EMERGENCY:
                self.add(location, *MISPLACED_EMERGENCY)
            elif name not in allowed:
                hint = f"use one of {', '.join(sorted(allowed - {EMERGENCY})) or '(none)'}, or remove fills"
                self.add(location, f"the book has no placeholder “{name}”", hint)
            if name in filled:
                self.add(location, f"duplicate value for the placeholder “{name}”", "remove one")
            filled.add(name)

    def check_resources(self, entry: schema.HospitalFile, resources: Sequence[schema.ResourceEntry]) -> None:
        location = ("books", self.book.id, "resources")
        self.check_once(location, [item.id for item in resources])
        known = {item.id for item in listed_resources(self.book)}
        period = entry.review_due - entry.revised
        for index, item in enumerate(resources):
            place = (*location, index)
            if item.leave_out:
                if item.id not in known or item != schema.ResourceEntry(id=item.id, leave_out=True):
                    hint = "use leave_out only for one in the book, without other keys; or remove leave_out"
                    self.add(place, f"the resource “{item.id}” cannot be left out like this", hint)
                continue
            if item.confirmed is None:
                hint = "add confirmed, the day on which you checked it, or leave_out = true"
                self.add(place, f"the resource “{item.id}” is neither confirmed nor left out", hint)
            elif item.confirmed > entry.revised:
                hint = "correct the date, or set revised to the day on which you last checked this file"
                self.add(place, f"the resource “{item.id}” was confirmed after revised", hint)
            elif item.confirmed < entry.revised - period:
                hint = "check it again, and change the date; or leave it out"
                self.add(
                    place,
                    f"the resource “{item.id}” was confirmed {counted((entry.revised - item.confirmed).days, 'day', 'days')} before revised, longer ago than from revised to review_due",
                    hint,
                )
            self.check_own_resource(item, item.id in known, place)
            self.check_languages(item.name, *place, "name")
            self.check_languages(item.text, *place, "text")

    def check_own_resource(self, item: schema.ResourceEntry, known: bool, place: Location) -> None:
        if known and item.kind:
            self.add(place, f"the kind of “{item.id}” is that of the book", "remove kind")
        elif not known and not item.id.startswith("own-"):
            hint = "correct the id; begin it with own- for a resource of your own"
            self.add(place, f"the book has no resource “{item.id}”", hint)
        elif not known and not (item.kind and item.name and item.text):
            self.add(place, f"your own resource “{item.id}” is incomplete", "add kind, name and text")

    def resources(self, entries: Sequence[schema.ResourceEntry]) -> tuple[HospitalResource, ...]:
        location = ("books", self.book.id, "resources")
        return tuple(
            HospitalResource(
                item.id,
                self.factory.line((*location, index)),
                item.confirmed,
                item.kind,
                item.name,
                item.text,
                item.address,
            )
            for index, item in enumerate(entries)
        )

    def check_packets(self, packets: Sequence[schema.PacketEntry]) -> None:
        location = ("books", self.book.id, "packets")
        seen: set[str] = set()
        for index, item in enumerate(packets):
            for place, message, hint in packet_mistakes(item.id, item.handouts, item.sheets, self.book, seen):
                self.add((*location, index, *place), message, hint)
            seen.add(item.id)
            self.check_languages(item.name, *location, index, "name")

    def check_left_out_of_packets(self, hospital: Hospital) -> None:
        """Report handouts and sheets of the hospital's own packets that it leaves out."""
        handouts = {handout.id for handout in hospital_handouts(self.book, hospital)}
        sheets = {sheet.id for sheet in self.book.sheets() if f"sheet:{sheet.id}" not in hospital.left_out}
        for index, packet in enumerate(hospital.packets):
            for key, names, left in (("handouts", packet.handouts, handouts), ("sheets", packet.sheets, sheets)):
                for number, name in enumerate(names):
                    if name not in left:
                        place = ("books", self.book.id, "packets", index, key, number)
                        hint = "remove it from the packet, or keep it in the book"
                        self.add(place, f"your profile leaves out the {key.removesuffix('s')} “{name}”", hint)

    def packets(self, entries: Sequence[schema.PacketEntry]) -> tuple[HospitalPacket, ...]:
        location = ("books", self.book.id, "packets")
        return tuple(
            HospitalPacket(
                item.id, self.factory.line((*location, index)), item.name, tuple(item.handouts), tuple(item.sheets)
            )
            for index, item in enumerate(entries)
        )

    def placeholders_of(self, book: str) -> set[str]:
        """Return the placeholders of another book; its own errors are reported when that book is read."""
        try:
            data = tomllib.loads((self.folder.parent.parent / book / "book.toml").read_text(encoding="utf-8-sig"))
            return set(data.get("placeholders", {}))
        except (OSError, ValueError):
            return set()

    def check_once(self, location: Location, names: Sequence[str]) -> None:
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.add(location, f"duplicate “{name}”", "list it once")

    def check_texts(self, entry: schema.HospitalFile) -> None:
        """Report texts that are missing in one of the languages."""
        self.check_languages(entry.name, "name")
        self.check_languages(entry.short_name, "short_name")
        self.check_languages(entry.address, "address")
        self.check_languages(entry.emergency, "emergency")
        if entry.quotation:
            self.check_languages(entry.quotation.text, "quotation", "text")
            self.check_languages(entry.quotation.who, "quotation", "who")
        for index, telephone in enumerate(entry.telephones):
            self.check_languages(telephone.label, "telephones", index, "label")
            self.check_languages(telephone.hours, "telephones", index, "hours")
        for index, period in enumerate(entry.follow_up):
            self.check_languages(period.label, "follow_up", index, "label")
        for book, settings in entry.books.items():
            for name, texts in settings.values.items():
                self.check_languages(texts, "books", book, "values", name)

    def check_languages(self, texts: Mapping[str, object] | None, *location: int | str) -> None:
        if texts is None:
            return
        name = ".".join(str(step) for step in location)
        for lang in self.languages:
            if lang not in texts:
                hint = f"add {location[-1]}.{lang}, or remove the other languages"
                self.add(location, f"“{name}” has no text in “{lang}”", hint)
        for lang in texts:
            if lang not in self.languages:
                hint = "add the language to languages, or remove the text"
                self.add(
                    (*location, lang),
                    f"“{name}” has a text in “{lang}”, which is not one of the hospital’s languages",
                    hint,
                )

    def pages(self, entries: Sequence[schema.PageEntry]) -> tuple[OwnPage, ...]:
        location = ("books", self.book.id, "pages")
        self.check_once(location, [entry.id for entry in entries])
        existing = {chapter.id for chapter in self.book.chapters()}
        handouts = [handout.id for handout in self.book.handouts]
        pages = []
        for index, entry in enumerate(entries):
            for name in entry.handouts or ():
                if name not in handouts:
                    hint = f"use one of {', '.join(handouts) or '(none)'}, or remove it"
                    self.add((*location, index), f"the book has no handout “{name}”", hint)
            if entry.after is not None and entry.after not in existing:
                hint = "correct the name, or remove after to put the page at the end of the front matter"
                self.add((*location, index), f"the book has no chapter “{entry.after}”", hint)
            try:
                chapters = read_page(self.folder, self.display_path, entry.id, self.languages, self.book)
                named = None if entry.handouts is None else tuple(entry.handouts)
                line = self.factory.line((*location, index))
                pages.append(OwnPage(entry.id, line, entry.after, named, chapters))
            except* PublishError as group:
                self.errors += [error for error in group.exceptions if isinstance(error, PublishError)]
        return tuple(pages)


def _sample_places(data: object) -> Iterator[Location]:
    """Yield the location of each string that is not filled in."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, item in items:
        if isinstance(item, str) and has_sample(item):
            yield (key,)
        yield from ((key, *place) for place in _sample_places(item))
