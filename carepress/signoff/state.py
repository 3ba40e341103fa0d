"""The sign-off of a hospital's book in a language, and the label that records it in a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

from carepress.hospital.adapt import values
from carepress.localize import LocalizedBook
from carepress.model import (
    Book,
    Edition,
    Hospital,
    Job,
    Placeholder,
    Problem,
    Reason,
    Selection,
    Signature,
    SignedBy,
)
from carepress.model.counts import counted
from carepress.signoff.chain import record_of
from carepress.signoff.digest import SHORT, content_digest, passages, roles_for
from carepress.signoff.signatures import read_signatures
from carepress.workspace.project import Project

LABEL = "carepress:?"  # begins the label among the keywords of a file
# The latest digests of whole books, by book, language and hospital, with the objects that they are of: each handout of a
# book needs that of the book.
WHOLE: dict[tuple[str, str, str], tuple[Book, Hospital, str]] = {}
MOST = 8


@dataclass(frozen=True, slots=True)
class Signing:
    """The digests of the signed content by language, the valid signatures, and the missing ones as problems."""

    digests: Mapping[str, str]
    signatures: tuple[Signature, ...] = ()
    missing: tuple[Problem, ...] = ()


def sign_off(project: Project, localized: LocalizedBook, paired: bool = False) -> Signing:
    """Return the sign-off of a book or handout in its language; with `paired`, of the source language too.

    A signature for the whole book covers its handouts. A packet is signed if all its parts are. Without a hospital, no
    signatures are needed.
    """
    if localized.parts:
        return _joined(localized, [sign_off(project, part, paired and not _is_loose(part)) for part in localized.parts])
    hospital, lang = localized.hospital, localized.book.lang
    books = {localized.source.source_lang: localized.in_source()} if paired else {}
    books |= {lang: (localized.whole, localized.book)}
    digests = {lang: content_digest(passages(book, hospital)) for lang, (_whole, book) in books.items()}
    if hospital is None:
        return Signing(digests)
    folder = project.hospital(hospital.id)
    existing = read_signatures(folder, project.shown(folder))
    valid: list[Signature] = []
    missing = []
    for lang, (whole, book) in books.items():
        roles = roles_for(hospital, lang, localized.source.source_lang)
        records = [(record_of(folder, hospital, existing, book.id, lang, roles), digests[lang])]
        if handout := book.handout:
            # A signature for the handout also covers a part of its rows.
            handout_digest = content_digest(passages(localized.unreduced(whole), hospital))
            of_handout = record_of(folder, hospital, existing, book.id, lang, roles, handout.id)
            records = [(of_handout, handout_digest), (records[0][0], _whole_digest(whole, hospital))]
        for role in roles:
            approval = next(filter(None, (record.approval(role, digest) for record, digest in records)), ())
            valid += approval
            if not approval:
                void = next(filter(None, (record.latest(role) for record, _digest in records)), None)
                missing.append(_unsigned(hospital, lang, role, void, localized.selection))
    in_order = sorted(dict.fromkeys(valid), key=lambda item: item.since is not None)  # of changes last
    return Signing(digests, tuple(in_order), tuple(missing))


def _whole_digest(whole: Book, hospital: Hospital) -> str:
    """Return the digest of a whole book, from memory if it was computed for these very objects."""
    key = whole.id, whole.lang, hospital.id
    known = WHOLE.get(key)
    if known is None or known[0] is not whole or known[1] is not hospital:
        known = whole, hospital, content_digest(passages(whole, hospital))
        if len(WHOLE) >= MOST:
            WHOLE.clear()
        WHOLE[key] = known
    return known[2]


def _is_loose(part: LocalizedBook) -> bool:
    """Tell whether a part of a packet is its sheets, which are printed in one language."""
    return bool(part.selection and part.selection.pick)


def _joined(localized: LocalizedBook, signings: Iterable[Signing]) -> Signing:
    """Return the sign-off of a packet from those of its parts; its name is part of its content."""
    signings = tuple(signings)
    name = f"{localized.book.id} {localized.book.title.text}"
    langs = dict.fromkeys(lang for signing in signings for lang in signing.digests)
    digests = {
        lang: sha256("\n".join([name, *(s.digests[lang] for s in signings if lang in s.digests)]).encode()).hexdigest()
        for lang in langs
    }
    signatures = dict.fromkeys(item for signing in signings for item in signing.signatures)
    missing = dict.fromkeys(item for signing in signings for item in signing.missing)
    return Signing(digests, tuple(signatures), tuple(missing))


def signed_by(signing: Signing) -> tuple[SignedBy, ...]:
    """Return the valid signatures as the manifest records them."""
    return tuple(SignedBy(item.lang, item.role, item.name, item.date) for item in signing.signatures)


def _unsigned(hospital: Hospital, lang: str, role: str, void: Signature | None, selection: Selection | None) -> Problem:
    # A handout that was picked is only covered by a signature for the whole book.
    handout = f"--handout {selection.id} " if selection and not selection.pick else ""
    command = (
        f'publish.py approve --hospital {hospital.id} {handout}--lang {lang} --role "{role}" --name NAME --date DATE'
    )
    if void is None:
        message, hint = f"{lang}: the {role} has not signed", f"have it reviewed, then run: {command}"
        return Problem("unsigned", "error", hospital.path, None, message, hint)
    message = f"{lang}: the text has changed since the {role} signed on {void.date.isoformat()}"
    hint = f"to see and sign only what has changed, add --changes to: {command}; or have it all reviewed again"
    return Problem("void", "error", hospital.path, None, message, hint)


def review_due(book: Book, hospital: Hospital | None) -> date:
    """Return the day by which the text, or the hospital's part of it, must be reviewed again."""
    return min(book.review_due, hospital.review_due) if hospital else book.review_due


def overdue(book: Book, hospital: Hospital | None, on: date) -> tuple[Problem, ...]:
    """Return a problem for each review that was due before a day."""
    reviews = [(book.title.path, book.review_due), *([(hospital.path, hospital.review_due)] if hospital else [])]
    hint = "review it, update review_due and get it signed again" if hospital else "review it and update review_due"
    return tuple(
        Problem("overdue", "error", path, None, f"the review was due on {due.isoformat()}", hint)
        for path, due in reviews
        if due < on
    )


def blockers(
    edition: Edition | None, localized: LocalizedBook, signing: Signing, on: date | None
) -> dict[Reason, tuple[Problem, ...]]:
    """Return what makes a file a draft and blocks its release, by the reason; the first one is printed.

    Without a day, no review is overdue. `edition` is None for one that this version does not know.
    """
    book, hospital = localized.book, localized.hospital
    on_its_own = bool(localized.selection or localized.packet or (edition and edition.fillable))
    found: dict[Reason, tuple[Problem, ...]] = {
        "fill-in": localized.unfinished(),
        "translation": tuple(dict.fromkeys(_untranslated(localized, edition))),
        "sign-off": signing.missing,
        "review": overdue(book, hospital, on) if on else (),
        "lines": tuple(_lines_problems(book, hospital)) if hospital and on_its_own else (),
    }
    return {reason: problems for reason, problems in found.items() if problems}


def _untranslated(localized: LocalizedBook, edition: Edition | None) -> Iterator[Problem]:
    yield from localized.untranslated
    if edition and edition.paired:
        yield from localized.source_untranslated
    if edition and edition.medium == "epub":
        yield from localized.ebook_untranslated


def blockers_text(blocking: Mapping[Reason, tuple[Problem, ...]]) -> str:
    """Return in words what blocks a release; passages that are not translated are counted."""
    rows = dict(blocking)
    count = len(rows.pop("translation", ()))
    first = [f"{counted(count, 'passage is', 'passages are')} not translated"] if count else []
    return "; ".join([*first, *(problem.message for problems in rows.values() for problem in problems)])


def empty_lines(book: Book, hospital: Hospital) -> tuple[Placeholder, ...]:
    """Return the texts that a family needs in an emergency and the hospital's profile does not have.

    Handouts and sheets need all of them; the book itself has lines to write on, which a nurse fills in.
    """
    filled = values(hospital, book.lang)
    return tuple(item for item in book.placeholders if (item.call or item.needed) and item.id not in filled)


def _lines_problems(book: Book, hospital: Hospital) -> Iterator[Problem]:
    for item in empty_lines(book, hospital):
        message = f"“{item.label.source}” is empty: every handout and sheet for families needs it"
        key = f'[[telephones]] with fills = "{item.id}"' if item.call else f"values.{item.id} to [books.{book.id}]"
        yield Problem("needed", "error", hospital.path, None, message, f"add {key}")


def label(job: Job, book: Book, signing: Signing, draft: bool) -> str:
    """Return the label of a file: `LABEL` and URL-encoded fields, without spaces and commas."""
    rows = {"book": book.id, "version": book.version, "lang": book.lang, "hospital": job.hospital}
    rows |= {"edition": job.edition, "revised": book.revised.isoformat()}
    rows |= {"draft": "yes"} if draft else {}
    rows |= {"packet": job.packet} if job.packet else {}
    if job.selection:
        rows |= {"handout": job.selection.id}
        rows |= {"exposures": ",".join(job.selection.exposures)} if job.selection.exposures else {}
        rows |= {"pick": ",".join(job.selection.pick), "title": job.selection.title} if job.selection.pick else {}
    fields = [*rows.items(), *((f"content.{lang}", digest) for lang, digest in signing.digests.items())]
    fields += [
        (f"signed.{s.lang}", f"{s.date.isoformat()} {s.role}: {s.name}{_of_changes(s)}") for s in signing.signatures
    ]
    return LABEL + urlencode(fields)


def _of_changes(signature: Signature) -> str:
    if not signature.since:
        return ""
    return f", the changes from {signature.since[:SHORT]} to {signature.digest[:SHORT]}"


def read_label(keywords: str) -> list[tuple[str, str]] | None:
    """Return the fields of the label among comma-separated keywords, or None if there is none."""
    labels = [keyword for keyword in keywords.split(", ") if keyword.startswith(LABEL)]
    return parse_qsl(labels[-1].removeprefix(LABEL)) if labels else None
