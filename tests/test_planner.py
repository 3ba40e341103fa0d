"""The follow-up planner and the medicine reminders: their dates, pages and calendars."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

import icalendar
import pytest
import vobject
from dateutil.rrule import rrulestr
from structure import read_structure
from support_validators import CLAIMED, vera

from carepress.model import PublishError
from carepress.model.units import MM_TO_PT
from carepress.planner.medicines import Medicine, first_day, rule, week_rows
from carepress.planner.medicines_file import read_reminders
from carepress.planner.visits import Plan, add_months, make_plan
from support import GARDEN, HANDBOOK, LANGS, ROOT, Pdf, copy_project, model, open_pdf, plain, publish, publish_process

ENDED = date(2026, 8, 31)
FILE = """\
[[medicines]]
name = "Zorrillina"
times = ["20:00", "08:00"]
from = 2026-11-23
until = 2026-12-20
note = "With food, & water"

[[medicines]]
name = "Quetzalina <b>"
times = ["08:00"]
from = 2026-11-24
until = 2027-01-31
days = ["fri", "mon"]

[[medicines]]
name = "Ocelotina"
times = ["21:30"]
from = 2026-11-23
until = 2026-12-31
every = 3
"""


# --- dates -----------------------------------------------------------------------------------


def plan(ended: date, years: int = 10, start: date | None = None) -> Plan:
    return make_plan(model(HANDBOOK, "en").schedules[0], ended, years, start)


def days(made: Plan) -> list[str]:
    return [visit.day.isoformat() for visit in made.visits]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-08-31", 3, "2026-11-30"),
        ("2026-12-15", 0, "2026-12-15"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-01-31", 12, "2027-01-31"),
    ],
)
def test_add_months(day: str, months: int, then: str) -> None:
    assert add_months(date.fromisoformat(day), months).isoformat() == then


def test_schedule_is_that_of_the_sources() -> None:
    """Every 3 months for 2 years, every 4 for 2, every 6 for 1, then yearly; monthly during maintenance."""
    phases = [(p.every, p.months, p.before) for p in model(HANDBOOK, "en").schedules[0].phases]
    assert phases == [(1, None, True), (3, 24, False), (4, 24, False), (6, 12, False), (12, None, False)]


def test_plan_counts_from_the_first_day() -> None:
    """Each date is counted from the first day: a short month does not move the later dates."""
    assert days(plan(ENDED)) == [
        *("2026-11-30", "2027-02-28", "2027-05-31", "2027-08-31", "2027-11-30", "2028-02-29", "2028-05-31", "2028-08-31"),
        *("2028-12-31", "2029-04-30", "2029-08-31", "2029-12-31", "2030-04-30", "2030-08-31"),
        *("2031-02-28", "2031-08-31"),
        *("2032-08-31", "2033-08-31", "2034-08-31", "2035-08-31", "2036-08-31"),
    ]  # fmt: skip
    assert days(plan(date(2028, 2, 29)))[-5:] == ["2034-02-28", "2035-02-28", "2036-02-29", "2037-02-28", "2038-02-28"]


def test_years_and_later_start() -> None:
    assert days(plan(ENDED, 1)) == days(plan(ENDED))[:4]
    assert days(plan(ENDED, 3)) == days(plan(ENDED))[:11]
    later = plan(ENDED, 10, date(2031, 2, 28))
    assert [(visit.number, visit.months) for visit in later.visits[:2]] == [(15, 54), (16, 60)]
    assert [len(visits) for _phase, visits in later.by_phase()] == [2, 5]
    assert (len(plan(ENDED).before), later.before) == (1, ())


def test_a_schedule_that_ends() -> None:
    hedge = next(schedule for schedule in model(GARDEN, "en").schedules if schedule.id == "hedge")
    assert [visit.months for visit in make_plan(hedge, ENDED, 10).visits] == [4, 8, 12]


@pytest.mark.parametrize(("ended", "start"), [(date(1949, 12, 31), None), (date(2101, 1, 1), None), (ENDED, date(2090, 1, 1))])  # fmt: skip
def test_unsupported_dates_are_refused(ended: date, start: date | None) -> None:
    with pytest.raises(PublishError):
        plan(ended, 10, start)


def medicine(**changes: object) -> Medicine:
    given = {"first": date(2026, 11, 24), "until": date(2026, 12, 20), "times": (time(8),), "days": (), "every": 1}
    return Medicine(name="A", note="", **{**given, **changes})


def occurrences(item: Medicine) -> list[date]:
    begin = datetime.combine(first_day(item), item.times[0])
    text = icalendar.vRecur(rule(item, item.times[0])).to_ical().decode()
    return [moment.date() for moment in rrulestr(text, dtstart=begin)]


def test_recurrence_rules_match_the_days() -> None:
    every_day = occurrences(medicine())
    assert (every_day[0], every_day[-1], len(every_day)) == (date(2026, 11, 24), date(2026, 12, 20), 27)
    weekly = occurrences(medicine(days=(0, 4)))
    assert weekly == [date(2026, 11, 27) + timedelta(days=d) for d in (0, 3, 7, 10, 14, 17, 21)]
    third = occurrences(medicine(every=3))
    assert third == [date(2026, 11, 24) + timedelta(days=3 * number) for number in range(9)]
    assert third == medicine(every=3).days_given()
    assert medicine(every=2).goes_on
    assert not medicine(every=3).goes_on


def test_week_rows_are_in_the_order_of_the_day() -> None:
    first, second = medicine(times=(time(8), time(20))), medicine(times=(time(8),), days=(1,))
    assert [(row.at.hour, row.of, row.medicine is second) for row in week_rows((first, second))] == [
        (8, 2, False),
        (8, 0, True),
        (20, 1, False),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("name =", "nome =", 2, "unknown key “medicines.0.nome”"),
        ('"20:00"', '"8:00"', 3, "is not valid: expected: hours and minutes"),
        ('"20:00"', '"24:00"', 3, "is not valid: expected: hours and minutes"),
        ('"20:00"', '"08:00"', 3, "duplicate reminder"),
        ('["20:00", "08:00"]', "20:00", 3, "broken TOML"),
        ("until = 2026-12-20", "", 1, "missing key “medicines.0.until”: add it"),
        ("until = 2026-12-20", "until = 2026-11-20", 5, "the last day is before the first"),
        ("until = 2026-12-20", "until = 2062-12-20", 5, "more than two years"),
        ('"mon"]', '"lunes"]', 13, "is not valid"),
        ("until = 2027-01-31", "until = 2026-11-26", 13, "none of these days"),
        ("every = 3", 'every = 3\ndays = ["mon"]', 15, "either “days” or “every”"),
        ("every = 3", 'dose = "5 mg"', 20, "unknown key “medicines.2.dose”"),
        ('"Zorrillina"', '"Zorrillina\\u0007"', 2, "is not valid"),
        ('"Zorrillina"', '"Zorrillina\U00010330"', 2, "“name” has a letter that the typeface does not have"),
        ('"Zorrillina"', '"Zorrillina', 2, "broken TOML: the line is not valid"),
        ('name = "Zorrillina"', "x = {talina = 1, talina = 2}", 2, "broken TOML: the line is not valid"),
        ('"Ocelotina"', f'"{"O" * 61}"', 16, "is not valid"),
    ],
)
def test_errors_do_not_reveal_medicines(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    path = tmp_path / "reminders.toml"
    assert old in FILE
    path.write_text(FILE.replace(old, new, 1))
    with pytest.raises(PublishError) as caught:
        read_reminders(path)
    error = str(caught.value)
    assert error.startswith(f"{path}:{line}: ")
    assert message in error
    assert not re.search("illina|talina|tina|OOO|lunes|5 mg|д|0434", error)


# --- files and pages -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the plan and the reminders in both languages, each once on each paper."""
    folder = tmp_path_factory.mktemp("planner")
    (folder / "family.toml").write_text(FILE)
    output = ""
    for lang, paper, other in (("en", "a4", "letter"), ("es", "letter", "a4")):
        output += run("planner", "--ended", "2026-06-30", "--lang", lang, "--paper", paper, "--out", folder, "--keep")
        output += run("reminders", folder / "family.toml", "--lang", lang, "--paper", other, "--out", folder, "--keep")
    (folder / "output.txt").write_text(output)
    return folder


def run(*args: object, **variables: str) -> str:
    done = publish_process(*args, **variables) if variables else publish(*args)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def pdfs(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.pdf"))


def test_files_and_pages(made: Path) -> None:
    names = [f"childhood-all-{kind}-{lang}.pdf" for kind in ("plan", "reminders") for lang in LANGS]
    assert [path.name for path in pdfs(made)] == names
    assert {path.stem for path in made.glob("*.ics")} == {Path(name).stem for name in names}
    assert [len(open_pdf(path).texts) for path in pdfs(made)] == [1, 1, 1, 1]
    widths = [round(open_pdf(path).reader[0].get_width() / MM_TO_PT) for path in pdfs(made)]
    assert widths == [210, 216, 216, 210]
    assert not (made / "manifest.json").exists()


def test_verapdf(made: Path) -> None:
    assert vera(CLAIMED, *pdfs(made)) == {}


@pytest.mark.parametrize(
    ("lang", "dates"),
    [
        ("en", ["June 30, 2026", "1 September 30, 2026", "10 February 28, 2029", "21 June 30, 2036", "Clinic telephone"]),
        ("es", ["30 de junio de 2026", "1 30 de septiembre de 2026", "10 28 de febrero de 2029", "21 30 de junio de 2036", "Teléfono de la clínica"]),
    ],
)  # fmt: skip
def test_plan_lists_the_schedule_in_order(made: Path, lang: str, dates: list[str]) -> None:
    schedule = model(HANDBOOK, lang).schedules[0]
    text = open_pdf(made / f"childhood-all-plan-{lang}.pdf").texts[0]
    labels = [plain(phase.label) for phase in schedule.phases]
    for words in ([plain(schedule.title), dates[0], *labels, plain(schedule.goes_on), plain(schedule.note)], dates):
        places = [text.find(word) for word in words]
        assert -1 not in places, words[places.index(-1)]
        assert places == sorted(places)
    often = {"en": ["every month", "every 3 months", "every year"], "es": ["cada mes", "cada 3 meses", "cada año"]}
    assert [word for word in often[lang] if word not in text] == []
    assert ("January 17, 2025" if lang == "en" else "17 de enero de 2025") in text


def test_plan_is_an_accessible_table(made: Path) -> None:
    tree = read_structure(made / "childhood-all-plan-es.pdf")
    (table,) = (item for item in tree.walk() if item.role == "Table")
    heads = [item.text().strip() for item in table.walk() if item.role == "TH"]
    assert heads[:5] == ["Cada cuánto", "Cita", "Alrededor de este día", "Cita: día y hora", "Hecho"]
    (phase,) = (item for item in table.walk() if item.role == "TH" and item.attributes.get("/RowSpan") == "8")
    assert [item.text().strip() for item in phase.kids] == ["Durante 2 años", "cada 3 meses"]
    assert heads[6] == "30 de septiembre de 2026"
    spans = [item.attributes.get("/RowSpan") for item in table.walk() if item.role == "TH"]
    assert [span for span in spans if span] == ["8", "6", "2", "5"]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", ["8:00 AM", "Zorrillina", "With food, & water", "Nov 23 – Dec 20, 2026", "Quetzalina <b>", "Mon, Fri",
                "8:00 PM", "9:30 PM", "Ocelotina", "Every 3 days", "Mon, Nov 23", "Thu, Nov 26", "know no doses"]),
        ("es", ["8:00", "Zorrillina", "With food, & water", "23 nov – 20 dic 2026", "Quetzalina <b>", "lun, vie",
                "20:00", "21:30", "Ocelotina", "Cada 3 días", "lun, 23 nov", "jue, 26 nov", "no saben las dosis"]),
    ],
)  # fmt: skip
def test_reminders_list_the_medicines(made: Path, lang: str, expected: list[str]) -> None:
    text = re.sub(r"\s", " ", open_pdf(made / f"childhood-all-reminders-{lang}.pdf").texts[0])
    place = 0
    for words in expected:
        place = text.find(words, place)
        assert place >= 0, words


# --- calendars -------------------------------------------------------------------------------


def calendar(path: Path) -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(path.read_bytes())


def test_calendars_are_valid(made: Path) -> None:
    """RFC 5545: lines (3.1), properties that occur once (3.6.1, 3.6.6), and a strict parser finds no error."""
    for path in made.glob("*.ics"):
        data = path.read_bytes()
        assert data.endswith(b"END:VCALENDAR\r\n")
        assert b"\n" not in data.replace(b"\r\n", b"")
        assert all(len(line) <= 75 for line in data.split(b"\r\n"))
        component = vobject.readOne(data.decode("utf-8"))
        assert component.validate(raiseException=True)
        assert component.prodid.value.startswith("-//Carepress//")
        parsed = calendar(path)
        assert not parsed.errors
        assert "METHOD" not in parsed
        assert parsed["VERSION"] == "2.0"
        events = parsed.walk("VEVENT")
        assert len({str(event["UID"]) for event in events}) == len(events) > 2
        for event in events:
            assert not event.errors
            once = (
                "UID",
                "DTSTAMP",
                "DTSTART",
                "SUMMARY",
                "DESCRIPTION",
                "SEQUENCE",
                "TRANSP",
                "DURATION",
                "CATEGORIES",
            )
            assert [name for name in once if isinstance(event.get(name, []), list)] == []
            assert event["TRANSP"] == "TRANSPARENT"
            assert event["SUMMARY"].params["LANGUAGE"] == path.stem[-2:]
            assert event.decoded("DTSTAMP").date() == model(HANDBOOK, "en").revised
            for alarm in event.walk("VALARM"):
                assert alarm["ACTION"] == "DISPLAY"
                assert {"TRIGGER", "DESCRIPTION"} <= set(alarm)


def test_calendar_of_visits(made: Path) -> None:
    events = {lang: calendar(made / f"childhood-all-plan-{lang}.ics").walk("VEVENT") for lang in LANGS}
    expected = [visit.day for visit in plan(date(2026, 6, 30)).visits]
    assert all(isinstance(event.decoded("DTSTART"), date) for event in events["en"])
    assert [event.decoded("DTSTART") for event in events["en"]] == expected
    assert [str(event["UID"]) for event in events["en"]] == [str(event["UID"]) for event in events["es"]]
    first = events["es"][0]
    assert str(first["SUMMARY"]) == "Cita de seguimiento 1 (alrededor de este día)"
    assert first["DTSTART"].params["VALUE"] == "DATE"
    lines = str(first["DESCRIPTION"]).split("\n")
    assert lines[0] == "Durante 2 años: cada 3 meses."
    assert lines[2].endswith("Guíese por el plan de su propio equipo médico.")
    alarms = [
        datetime.combine(first.decoded("DTSTART"), time()) + alarm.decoded("TRIGGER") for alarm in first.walk("VALARM")
    ]
    assert alarms == [datetime(2026, 9, 16, 9), datetime(2026, 9, 29, 9)]
    assert "2 semanas" in str(first.walk("VALARM")[0]["DESCRIPTION"])


def test_calendar_of_reminders(made: Path) -> None:
    events = calendar(made / "childhood-all-reminders-es.ics").walk("VEVENT")
    by_name = {str(event["SUMMARY"]) + f" {event.decoded('DTSTART'):%H:%M}": event for event in events}
    assert list(by_name) == [
        "Es la hora de: Zorrillina 08:00",
        "Es la hora de: Zorrillina 20:00",
        "Es la hora de: Quetzalina <b> 08:00",
        "Es la hora de: Ocelotina 21:30",
    ]
    for event in events:
        begin = event.decoded("DTSTART")
        assert begin.tzinfo is None, "local time, in any time zone"
        assert not event["DTSTART"].params
        assert "no saben las dosis" in str(event["DESCRIPTION"])
        (alarm,) = event.walk("VALARM")
        assert alarm.decoded("TRIGGER") == timedelta(0)
        rings = list(rrulestr(event["RRULE"].to_ical().decode(), dtstart=begin))
        assert rings[0] == begin
    weekly = by_name["Es la hora de: Quetzalina <b> 08:00"]
    rings = list(rrulestr(weekly["RRULE"].to_ical().decode(), dtstart=weekly.decoded("DTSTART")))
    assert (rings[0].date(), rings[-1].date()) == (date(2026, 11, 27), date(2027, 1, 29))
    assert {day.weekday() for day in rings} == {0, 4}
    assert str(by_name["Es la hora de: Zorrillina 20:00"]["DESCRIPTION"]).startswith("With food, & water\n")


# --- reproducible, and private ---------------------------------------------------------------


def test_output_is_reproducible(made: Path, tmp_path: Path) -> None:
    variables = {"TZ": "Pacific/Auckland", "LANG": "tr_TR.UTF-8", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    run("planner", "--ended", "2026-06-30", "--lang", "es", "--paper", "letter", "--out", tmp_path, **variables)
    run("reminders", made / "family.toml", "--lang", "es", "--out", tmp_path, "--keep", **variables)
    paths = sorted(tmp_path.iterdir())
    assert len(paths) == 4
    for path in paths:
        assert path.read_bytes() == (made / path.name).read_bytes(), path.name


def test_no_private_data_in_names_output_or_metadata(made: Path) -> None:
    """Neither the names of files, nor the output, nor the metadata contain a date or a medicine."""
    output = (made / "output.txt").read_text()
    names = " ".join(path.name for path in made.rglob("*"))
    assert not re.search("2026|06-30|illina|talina|tina", output.replace(str(made), "") + names)
    assert len(output.splitlines()) == len(pdfs(made)) + len(list(made.glob("*.ics"))) == 8
    for path in pdfs(made):
        file = Pdf(path).file
        metadata = "".join(str(value) for value in file.docinfo.values()) + file.Root.Metadata.read_bytes().decode()
        assert not re.search("June|junio|0630|06-30|illina", metadata)


def test_failure_keeps_the_earlier_plan(made: Path, tmp_path: Path) -> None:
    for path in [*pdfs(made), *made.glob("*.ics")]:
        shutil.copy(path, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    (tmp_path / "family.toml").write_text(FILE.replace("2026-12-20", "soon"))
    assert publish("planner", "--ended", "2026-06-30", "--years", "40", "--out", tmp_path).returncode == 1
    assert publish("planner", "--ended", "31/12/2026", "--lang", "es", "--out", tmp_path).returncode == 2
    assert publish("reminders", tmp_path / "family.toml", "--out", tmp_path).returncode == 1
    (tmp_path / "family.toml").unlink()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_failure_to_write_the_calendar_keeps_the_plan(tmp_path: Path) -> None:
    args = ("--book", GARDEN, "--schedule", "hedge", "--out", tmp_path)
    run("planner", *args, "--ended", "2027-01-31")
    before = (tmp_path / "garden-plan-en.pdf").read_bytes()
    (tmp_path / "garden-plan-en.ics").unlink()
    (tmp_path / "garden-plan-en.ics").mkdir()
    done = publish("planner", *args, "--ended", "2028-01-31")
    assert (done.returncode, "garden-plan-en.ics: cannot be written" in done.stderr) == (1, True)
    assert (tmp_path / "garden-plan-en.pdf").read_bytes() == before


def test_folder_without_posix_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On CIFS, gvfs and vfat, chmod is refused."""

    def refuse(*_args: object, **_options: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "chmod", refuse)
    run(*PLAN, "--out", tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"garden-plan-en.pdf", "garden-plan-en.ics"}
    (tmp_path / "content" / "hospitals").mkdir(parents=True)
    done = publish("hospital", "new", "st-mary", "--book", GARDEN, root=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_files_are_readable_and_keep_the_rights_of_a_group(tmp_path: Path) -> None:
    command = [sys.executable, ROOT / "publish.py", *PLAN, "--out"]
    for umask, mode in ((0o002, "664"), (0o077, "644")):
        out = tmp_path / mode
        subprocess.run([*command, out], check=True, umask=umask, cwd=ROOT)
        assert {oct(path.stat().st_mode)[-3:] for path in out.iterdir()} == {mode}


PLAN = ("planner", "--book", GARDEN, "--schedule", "hedge", "--ended", "2027-01-31")


@pytest.mark.parametrize("lang", ["en", pytest.param("es", marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", ["planner", "reminders"])
def test_each_run_removes_the_files_of_another_family(tmp_path: Path, kind: str, lang: str) -> None:
    out = tmp_path / "planner"
    (tmp_path / "family.toml").write_text(FILE)
    other = PLAN if kind == "planner" else ("reminders", tmp_path / "family.toml", "--book", GARDEN)
    run("reminders", tmp_path / "family.toml", "--lang", "es", "--book", GARDEN, "--out", out)
    run(*PLAN, "--lang", "en", "--out", out, "--keep")
    assert len(list(out.iterdir())) == 4
    shutil.copy(out / "garden-plan-en.pdf", out / "garden-plan-es-draft.pdf")
    shutil.copy(out / "garden-plan-en.pdf", out / os.fsdecode(b"jard\xedn-plan-es.pdf"))
    (out / "our-plan-es.pdf").write_bytes(b"%PDF-1.7 of another program")
    (out / "our-plan-es.ics").write_bytes(b"BEGIN:VCALENDAR")
    run(*other, "--lang", lang, "--out", out)
    stem = f"garden-{'plan' if kind == 'planner' else kind}-{lang}"
    names = {f"{stem}.pdf", f"{stem}.ics", "our-plan-es.pdf", "our-plan-es.ics"}
    assert {path.name for path in out.iterdir()} == names


def test_other_book_and_output_file(tmp_path: Path) -> None:
    run("planner", "--book", GARDEN, "--schedule", "hedge", "--ended", "2027-01-31", "--out", tmp_path / "ours.pdf")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ours.ics", "ours.pdf"]
    text = open_pdf(tmp_path / "ours.pdf").texts[0]
    assert "Cutting a hedge" in text
    assert [day in text for day in ("May 31, 2027", "September 30, 2027", "January 31, 2028")] == [True] * 3
    assert len(calendar(tmp_path / "ours.ics").walk("VEVENT")) == 3


def test_untranslated_schedule_makes_a_draft(tmp_path: Path) -> None:
    book = tmp_path / "books" / "garden"
    shutil.copytree(GARDEN, book)
    catalog = book / "locales/es/LC_MESSAGES/garden.po"
    catalog.write_text(catalog.read_text().replace('msgstr "Cortar el seto"', 'msgstr ""'))
    output = run("planner", "--book", book, "--lang", "es", "--ended", "2027-01-31", "--out", tmp_path)
    assert "garden-plan-es.pdf" in output, "the requested schedule is complete"
    run("planner", "--book", book, "--schedule", "hedge", "--lang", "es", "--ended", "2027-01-31", "--out", tmp_path)  # fmt: skip
    assert sorted(path.name for path in tmp_path.glob("*.*")) == [
        "garden-plan-es-draft.ics",
        "garden-plan-es-draft.pdf",
    ]
    assert "Borrador" in open_pdf(tmp_path / "garden-plan-es-draft.pdf").texts[0]


MEDICINE = """\
[[medicines]]
name = "Sample tablets"
times = ["08:00"]
from = 2026-11-23
until = 2026-12-20
"""


def test_days_that_no_language_shortens_fit(tmp_path: Path) -> None:
    root = copy_project(tmp_path / "project")
    book = root / "tests" / "books" / "garden"
    (tmp_path / "family.toml").write_text(MEDICINE + MEDICINE + "every = 3\n")
    for lang, days in (("sw", ("Jumatatu", "Jumamosi")), ("lv", ("Pr", "Se"))):
        assert publish("catalogs", "add", lang, "--book", book, root=root).returncode == 0
        args = ("reminders", tmp_path / "family.toml", "--book", book, "--lang", lang, "--out", tmp_path)
        done = publish(*args, root=root)
        assert (done.returncode, done.stderr) == (0, "")
        text = open_pdf(tmp_path / f"garden-reminders-{lang}-draft.pdf").texts[0]
        assert [day in text for day in days] == [True, True]


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (("planner", "--ended", "2026-02-29"), 2, "--ended: invalid date"),
        (("planner", "--ended", "1066-10-14"), 1, "--ended: the year must be between 1950 and 2100: give the day"),
        (("planner", "--ended", "2026-11-30", "--from", "2050-01-01"), 1, "--from: the plan has no visits left"),
        (("planner", "--ended", "2026-11-30", "--schedule", "weekly"), 1, "weekly: unknown schedule: use one of follow-up"),
        (("planner", "--ended", "2026-11-30", "--lang", "xx"), 1, "xx: the book does not have this language"),
        (("reminders", "nowhere.toml"), 1, "nowhere.toml: the file does not exist"),
    ],
)  # fmt: skip
def test_wrong_arguments(tmp_path: Path, args: tuple[str, ...], code: int, message: str) -> None:
    done = publish(*args, "--out", tmp_path)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_hospital_schedule_and_telephones(tmp_path: Path) -> None:
    run("planner", "--ended", "2026-11-30", "--lang", "es", "--hospital", "riverbend", "--out", tmp_path)
    pdf = open_pdf(next(tmp_path.glob("*.pdf")))
    page = pdf.file.pages[0].mediabox
    assert round(float(page[2])) == 612  # Letter, as in its profile
    text = pdf.texts[0].replace("\N{NO-BREAK SPACE}", " ")
    for words in ("Años 1 y 2", "Este es el calendario de Hospital Infantil Riverbend (muestra)", "+1 555-555-0110"):
        assert words in text
    for words in ("Durante el mantenimiento", "Este es un ejemplo"):
        assert words not in text
    visits = calendar(next(tmp_path.glob("*.ics"))).walk("VEVENT")
    assert len(visits) == 21
    assert "Años 1 y 2: cada 3 meses." in visits[0]["DESCRIPTION"]
    assert "+1 555-555-0110" in visits[0]["DESCRIPTION"].replace("\N{NO-BREAK SPACE}", " ")


def test_schedule_option_overrides_the_hospital(tmp_path: Path) -> None:
    run(
        "planner", "--ended", "2026-11-30", "--hospital", "riverbend", "--schedule", "follow-up",
        "--paper", "a4", "--out", tmp_path,
    )  # fmt: skip
    text = open_pdf(next(tmp_path.glob("*.pdf"))).texts[0]
    assert "This is one example" in text
    assert "During maintenance" in text
