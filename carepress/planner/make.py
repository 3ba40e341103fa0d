"""The follow-up plan and the medicine reminders of a family, each as a PDF and a calendar file.

Nothing about the family is stored except these two files: no file name, log line or manifest contains a date or a
medicine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from carepress.content import read_book
from carepress.hospital.adapt import EXTENSION, values
from carepress.localize import LocalizedBook, load_hospital, localize
from carepress.model import (
    A4,
    GENERIC,
    LETTER,
    Book,
    Hospital,
    Paper,
    Phase,
    Problem,
    PublishError,
    Schedule,
    Segment,
    Translations,
)
from carepress.model.units import PX_TO_MM
from carepress.pages.drawings import plain
from carepress.pages.environment import RenderContext
from carepress.pdf.page_facts import set_text
from carepress.pdf.weasyprint_patches import page_box, page_boxes
from carepress.pdf.write import LayoutError, lay_out, write_pdf
from carepress.planner.calendar_file import CalendarEvent, write_calendar
from carepress.planner.files import SUFFIXES, output, write_files
from carepress.planner.medicines import Medicine, first_day, rule
from carepress.planner.medicines_file import read_reminders
from carepress.planner.pages import (
    MAX_ROW,
    MIN_ROW,
    PLAN_PAGE,
    MessageFactory,
    calendar_messages,
    render_plan,
    render_reminders,
)
from carepress.planner.visits import Plan, make_plan
from carepress.preflight.layout import check_layout
from carepress.preflight.pdf import check_pdf
from carepress.preflight.text import check_text
from carepress.signoff.state import sign_off
from carepress.text.language import language_tag
from carepress.translation.load import plan_problems
from carepress.workspace.project import Project, check_language, check_published

if TYPE_CHECKING:
    from weasyprint import Document  # at run time, carepress.pdf must be imported first

PAPERS = {paper.name: paper for paper in (A4, LETTER)}
# Alarms for a visit, at nine in the morning: two weeks before and the day before.
SOON, TOMORROW = timedelta(days=-14, hours=9), timedelta(days=-1, hours=9)


@dataclass(frozen=True, slots=True)
class Order:
    """What to make a plan or reminders for.

    `out` is a folder, or a file whose extension is replaced. `hospital` is the id of the hospital whose telephone
    numbers, colors and schedule are used. The default `paper` is the hospital's, or A4. `keep` leaves the files of
    earlier runs, which are otherwise removed once the new ones are written.
    """

    book: str
    lang: str
    paper: Paper | None
    out: Path
    hospital: str | None = None
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """The files that were written, or the problems that prevented it."""

    paths: tuple[Path, ...]
    problems: tuple[Problem, ...]


def make_planner(
    project: Project, order: Order, schedule: str | None, ended: date, years: int, start: date | None = None
) -> Delivery:
    """Make a follow-up plan from the named schedule, by default the first of the book.

    Raises PublishError, also for a plan of more than one page; the files of earlier runs are then unchanged.
    """
    target = _target(project, order, "plan")
    source = read_book(project.book(order.book))
    hospital = _hospital(project, source, order)
    chosen = find_schedule(source, schedule)
    context = _localized_context(project, replace(source, schedules=(chosen,)), order, hospital)
    book = context.book
    # A schedule requested by name overrides the hospital's own.
    followed = book.schedules[0]
    if hospital and not schedule:
        followed = _own_schedule(followed, hospital, order.lang)
    plan = make_plan(followed, ended, years, start)
    message = calendar_messages(context, plan)
    signed = bool(hospital and _is_signed(project, source, order.lang, hospital))
    pdf = _SinglePage(
        partial(render_plan, context, plan, _paper(order, hospital), signed),
        len(plan.visits) + len(plan.before),
        "ask for fewer --years, or a later day with --from",
    )
    return _deliver(pdf, _title(plan.schedule), _visit_events(plan, message), book, order, target, context.draft)


def make_reminders(project: Project, order: Order, file: Path) -> Delivery:
    """Make medicine reminders from a family's file. Raises PublishError as `make_planner` does."""
    target = _target(project, order, "reminders")
    source = read_book(project.book(order.book))
    medicines = read_reminders(file)
    hospital = _hospital(project, source, order)
    context = _localized_context(project, replace(source, schedules=()), order, hospital)
    book = context.book
    message = calendar_messages(context)
    rows = sum(len(medicine.times) for medicine in medicines)
    paper = _paper(order, hospital)
    pdf = _SinglePage(partial(render_reminders, context, medicines, paper), rows, "write two files of reminders")
    title = message("reminders_title")
    return _deliver(pdf, title, _reminder_events(medicines, message), book, order, target, context.draft)


def is_draft(project: Project, book: Book, lang: str) -> bool:
    """Return whether a plan from the first schedule of a book is a draft. Raises PublishError."""
    return bool(_localized(project, replace(book, schedules=(find_schedule(book, None),)), lang).untranslated)


def find_schedule(book: Book, name: str | None) -> Schedule:
    """Return the first schedule of a book, or the one of that name. Raises PublishError if there is none."""
    for schedule in book.schedules:
        if name in (None, schedule.id):
            return schedule
    existing = ", ".join(schedule.id for schedule in book.schedules)
    hint = f"use one of {existing}" if existing else "add one to schedules/ and name it in book.toml"
    raise PublishError(name or book.id, None, "unknown schedule" if name else "the book has no schedule", hint)


# --- stages ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _SinglePage:
    """Content that must fit on one page: `render` returns its HTML, with `rows` rows of a height in mm.

    `remedy` is the hint if it does not fit.
    """

    render: Callable[..., str]
    rows: int
    remedy: str


def _hospital(project: Project, source: Book, order: Order) -> Hospital | None:
    """Return the hospital of an order. Raises PublishError if it does not publish in the language."""
    hospital = load_hospital(project, source, order.hospital or GENERIC)
    if hospital:
        check_published(order.lang, hospital.languages, hospital.path)
    return hospital


def _is_signed(project: Project, source: Book, lang: str, hospital: Hospital) -> bool:
    """Return whether the hospital's book, of which the schedules are a part, is signed in a language."""
    localized = localize(project, source, lang, hospital)
    return not localized.untranslated and not sign_off(project, localized).missing


def _paper(order: Order, hospital: Hospital | None) -> Paper:
    return order.paper or (hospital.paper if hospital else A4)


def _own_schedule(schedule: Schedule, hospital: Hospital, lang: str) -> Schedule:
    """Return a schedule with the hospital's own visits, if it has any. They have no published source."""
    if not hospital.follow_up:
        return schedule

    def label(texts: Translations) -> Segment:
        source = next(iter(texts.values()))
        return Segment(source, hospital.path, 1, "hospital's schedule", texts[lang], lang, "translated")

    phases = tuple(Phase(label(item.label), item.every, item.months, False, None) for item in hospital.follow_up)
    return replace(schedule, phases=phases, sources=(), own=True)


def _localized_context(project: Project, book: Book, order: Order, hospital: Hospital | None) -> RenderContext:
    """Return the context to render the parts of a book that a plan needs, translated.

    Only these parts can make the plan a draft.
    """
    localized = _localized(project, book, order.lang)
    interface, draft = localized.interface, bool(localized.untranslated)
    placeholders = values(hospital, order.lang, extension=[interface.gettext(EXTENSION)]) if hospital else {}
    return RenderContext(localized.book, project.templates, interface, placeholders, draft, hospital=hospital)


def _localized(project: Project, book: Book, lang: str) -> LocalizedBook:
    check_language(lang, project.languages(Path(book.folder)))
    localized = localize(project, replace(book, cover=None, front=(), parts=()), lang)
    return replace(localized, untranslated=plan_problems(project, localized.book, localized.interface))


def _target(project: Project, order: Order, kind: str) -> Path:
    """Return the path of the files without extension."""
    name = f"{project.book(order.book).name}-{kind}-{order.lang}"
    return order.out.with_suffix("") if order.out.suffix in SUFFIXES else order.out / name


MIN_GAIN = 0.1  # mm: a smaller gain is lost in rounding


def _deliver(
    page: _SinglePage, title: str, events: list[CalendarEvent], book: Book, order: Order, target: Path, draft: bool
) -> Delivery:
    """Write the PDF and the calendar, after the PDF was checked."""
    lang = language_tag(order.lang)
    data, problems = _checked_pdf(page, title, lang, book, output(target, SUFFIXES[0], draft).name)
    if any(problem.severity == "error" for problem in problems):
        return Delivery((), tuple(problems))
    events_data = write_calendar(title, lang, book.identifier, book.revised, events)
    return Delivery(write_files(target, draft, data, events_data, order.keep), tuple(problems))


def _checked_pdf(page: _SinglePage, title: str, lang: str, book: Book, name: str) -> tuple[bytes, list[Problem]]:
    """Return the PDF of a page and its problems. Raises PublishError if it has more than one page."""
    try:
        document = _fill(page)
        data = write_pdf(document, book.revised)
    except LayoutError as error:
        hint = "use another letter; if it is not a letter, fix the template or style sheet"
        raise PublishError(name, None, f"layout failed: {error}", hint) from None
    pages, problems = check_pdf(data, name, title, lang)
    if pages > 1:
        raise PublishError(name, None, "the content does not fit on one page", page.remedy)
    boxes = page_boxes(document.pages)
    return data, [*check_layout(boxes, PLAN_PAGE), *check_text(data, map(set_text, boxes), name), *problems]


def _fill(page: _SinglePage) -> Document:
    """Lay out a page with rows of minimum height, then distribute the remaining height among them."""
    minimum = lay_out(page.render())
    box = page_box(minimum.pages[0])
    left = (box.height - box.children[0].margin_height()) * PX_TO_MM
    row = min(MAX_ROW, MIN_ROW + left / page.rows)
    if len(minimum.pages) > 1 or row < MIN_ROW + MIN_GAIN:
        return minimum
    filled = lay_out(page.render(row=round(row - MIN_GAIN, 1)))
    return filled if len(filled.pages) == 1 else minimum


# --- calendar events -------------------------------------------------------------------


def _visit_events(plan: Plan, message: MessageFactory) -> list[CalendarEvent]:
    return [
        CalendarEvent(
            key=f"planner/{plan.schedule.id}/{plan.ended.isoformat()}/{visit.number}",
            summary=message("visit_title", visit.number),
            description=message("visit_words", visit),
            category=_title(plan.schedule),
            begin=visit.day,
            alarms=((SOON, message("visit_soon", visit.number)), (TOMORROW, message("visit_tomorrow", visit.number))),
        )
        for visit in plan.visits
    ]


def _title(schedule: Schedule) -> str:
    return plain(schedule.title)


def _reminder_events(medicines: tuple[Medicine, ...], message: MessageFactory) -> list[CalendarEvent]:
    events = []
    for medicine in medicines:
        begin = first_day(medicine)
        assert begin is not None, "the reader rejects a medicine without days"
        title = message("reminder_title", medicine)
        for at in medicine.times:
            key = f"reminders/{medicine.name}/{medicine.first}/{medicine.days}/{medicine.every}/{at:%H:%M}"
            events.append(
                CalendarEvent(
                    key=key,
                    summary=title,
                    description=message("reminder_words", medicine),
                    category=message("reminders_title"),
                    begin=datetime.combine(begin, at),
                    alarms=((timedelta(0), title),),
                    rule=rule(medicine, at),
                )
            )
    return events
