"""The `catalogs` commands as a translator runs them, on a copy of the project."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import polib
import pytest

from support import ROOT, Pdf, publish

FILES = Path(__file__).parent / "catalogs"
PO, FEVER = "locales/es/LC_MESSAGES/tiny.po", "chapters/fever.md"
ANA = ("--who", "Ana Ruiz", "--why", "spelling")
INTERFACE_ENTRIES = polib.pofile(str(ROOT / "locales" / "interface.pot"))
INTERFACE = len(INTERFACE_ENTRIES)
GARDEN_TEXTS = len(polib.pofile(str(ROOT / "tests/books/garden/locales/garden.pot")))


class Desk:
    """A copy of the project with two books: the garden, and a one-page book whose catalog was saved by a PO editor."""

    def __init__(self, root: Path) -> None:
        self.root, self.garden, self.tiny = root, root / "books" / "garden", root / "books" / "tiny"
        self.po = self.tiny / PO

    @classmethod
    def make(cls, root: Path, saved: str) -> Desk:
        for name in ("carepress", "templates", "locales"):
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "childhood-all*"))
        shutil.copy(ROOT / "publish.py", root)
        desk = cls(root)
        shutil.copytree(ROOT / "tests" / "books" / "garden", desk.garden)
        shutil.copytree(FILES / "tiny", desk.tiny)
        desk.po.parent.mkdir(parents=True)
        shutil.copy(FILES / saved, desk.po)
        return desk

    def run(self, *args: object, book: str = "tiny", status: int = 0) -> tuple[str, str]:
        """Run a command of `catalogs`; return what it printed."""
        command, *rest = args
        done = publish("catalogs", command, "--book", self.root / "books" / book, *rest, root=self.root)
        assert done.returncode == status, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout, done.stderr

    def build(self, *args: object, status: int = 0) -> str:
        """Build the garden; return the error output."""
        done = publish("build", "--book", self.garden, *args, root=self.root)
        assert done.returncode == status, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr

    def check(self, *args: object, status: int = 0) -> list[str]:
        """Check the garden; return the lines of the report."""
        done = publish("check", "--book", self.garden, *args, root=self.root)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout.splitlines()

    def edit(self, old: str, new: str, file: str = FEVER) -> None:
        path = self.tiny / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    def entry(self, start: str) -> polib.POEntry:
        (match,) = [
            entry for entry in polib.pofile(str(self.po)) if not entry.obsolete and entry.msgid.startswith(start)
        ]
        return match

    def files(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in self.root.rglob("locales/**/*.*") if path.is_file()}


@pytest.fixture
def fresh(tmp_path: Path) -> Desk:
    """Return a project whose catalog was just saved by Poedit."""
    return Desk.make(tmp_path / "project", "poedit.po")


@pytest.fixture(scope="module")
def updated(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk.make(tmp_path_factory.mktemp("desk") / "project", "poedit.po")
    desk.run("update")
    return desk


@pytest.fixture
def desk(updated: Desk, tmp_path: Path) -> Desk:
    """Return a project whose catalogs are up to date."""
    return Desk(shutil.copytree(updated.root, tmp_path / "project"))


# --- update ----------------------------------------------------------------------------------


def logical_lines(text: str) -> list[str]:
    """Return the lines of a catalog with wrapped strings joined, without generated comments (#. #:)."""
    lines: list[str] = []
    for line in text.splitlines():
        prefix, start = re.fullmatch(r'((?:#~\||#~|#\|)? ?)(".*")?.*', line, re.DOTALL).groups()
        if start and lines:
            assert lines[-1].startswith(prefix)
            lines[-1] = lines[-1][:-1] + start[1:]
        elif line and not line.startswith(("#.", "#:")):
            lines.append(line)
    return lines


@pytest.mark.parametrize("saved", ["poedit.po", "weblate.po"])
def test_update_preserves_catalog_saved_by_poedit(tmp_path: Path, saved: str) -> None:
    desk = Desk.make(tmp_path / "project", saved)
    before = desk.po.read_text(encoding="utf-8")
    desk.run("update")
    after = desk.po.read_text(encoding="utf-8")
    # The comment above the headers and the headers themselves are unchanged, in the same order.
    heads = [logical_lines(text[: text.index("\n\n")]) for text in (before, after)]
    assert heads[0] == heads[1]
    assert "X-Generator" in heads[0][-1]
    # A restored sentence is no longer obsolete, and a fuzzy proposal becomes obsolete.
    back = "Drink small sips of water, or of tea without sugar, through the day."
    lost = set(logical_lines(before)) - set(logical_lines(after))
    assert sorted(line.removeprefix("#~ ") for line in lost) == sorted(
        [
            f'msgid "{back}"',
            'msgstr "Beba sorbos pequeños de agua, o de té sin azúcar, a lo largo del día."',
            'msgid "Wait until the morning before you call the clinic."',
        ]
    )
    assert {f'msgid "{back}"', '#~ msgid "Wait until the morning before you call the clinic."'} <= set(
        logical_lines(after)
    )
    assert '#~| msgid "Bring the red book along, with the numbers of the last weeks in it, and a pen."' in after
    assert desk.entry("Drink small").tcomment == "Ana checked this."
    assert "\n#, md-text, no-python-format\n" in after
    assert max(len(line) for line in after.splitlines()) > 140, "long lines are not wrapped"
    files = desk.files()
    desk.run("update")
    assert desk.files() == files


def test_edit_becomes_fuzzy_proposal_with_warning(fresh: Desk) -> None:
    out, _ = fresh.run("update")
    entry = fresh.entry("Do not wait")
    assert (entry.fuzzy, entry.previous_msgid) == (True, "Wait until the morning before you call the clinic.")
    assert entry.msgstr == "Espere hasta la mañana antes de llamar a la clínica."
    assert entry.comment.splitlines() == [
        "WARNING: negation changed: “not wait” added",
        "paragraph, chapter “When your child has a fever”",
    ]
    assert entry.tcomment == "Luis: ask the nurses whether this holds on Sundays too."
    missing = sum(not entry.msgstr for entry in polib.pofile(str(fresh.po)) if not entry.obsolete)
    counts = rf"tiny\.po: \d+ messages, {missing + 2} to translate \(2 fuzzy, 2 with a warning\)"
    assert re.search(counts, out)


def test_resolved_entry_loses_its_warning(desk: Desk) -> None:
    text = desk.po.read_text(encoding="utf-8")
    desk.po.write_text(re.sub(r"^#, fuzzy\n(#\| .*\n)+(?=msgid \"Do not)", "", text, flags=re.M), encoding="utf-8")
    desk.run("update")
    entry = desk.entry("Do not wait")
    assert (entry.fuzzy, entry.previous_msgid) == (False, None)
    assert entry.comment == "paragraph, chapter “When your child has a fever”"
    # Programs that do not know the previous text remove only the flag.
    desk.po.write_text(text.replace('#, fuzzy\n#| msgid "Give', '#| msgid "Give'), encoding="utf-8")
    desk.run("update")
    entry = desk.entry("Give the medicine")
    assert (entry.fuzzy, entry.previous_msgid) == (False, None)
    assert "WARNING" not in entry.comment


def test_reverted_edit_restores_translation(desk: Desk) -> None:
    before = desk.entry("Call the clinic")
    desk.edit("above 38 °C", "above 39 °C")
    desk.run("update")
    entry = desk.entry("Call the clinic when the temperature is above 39")
    assert entry.comment.splitlines()[0] == "WARNING: numbers changed: “38” → “39”"
    assert entry.flags == ["fuzzy", "md-text", "no-python-format"]
    desk.edit("above 39 °C", "above 38 °C")
    desk.run("update")
    assert str(desk.entry("Call the clinic")) == str(before)


def test_update_changes_only_the_edited_entry(desk: Desk) -> None:
    before = desk.po.read_text(encoding="utf-8").split("\n\n")
    desk.edit("Wash your hands.", "Wash your own hands.")
    desk.run("update")
    after = desk.po.read_text(encoding="utf-8").split("\n\n")
    assert len(set(before) - set(after)) == 1
    assert len(set(after) - set(before)) == 2, "the proposal, and the old text as obsolete"


def test_update_keeps_text_order(desk: Desk) -> None:
    desk.edit("Wash your hands.\n\n", "")
    desk.edit("Drink small", "Wash your hands.\n\nDrink small")
    desk.run("update")
    ids = [entry.msgid for entry in polib.pofile(str(desk.po)) if not entry.obsolete]
    assert ids == [entry.msgid for entry in polib.pofile(str(desk.tiny / "locales" / "tiny.pot"))]
    assert ids[-2] == "Wash your hands."


def test_entries_list_their_terms(desk: Desk) -> None:
    terms = desk.tiny / "locales" / "es" / "terms.toml"
    terms.write_text(
        '[[terms]]\nen = "clinic"\nes = "clínica"\n[[terms]]\nen = "dose"\nes = "dosis"\n', encoding="utf-8"
    )
    desk.run("update")
    assert desk.entry("Call the clinic").comment.splitlines()[-1] == "Terms: clinic = clínica"
    assert desk.entry("Give the med").comment.splitlines()[-1] == "Terms: clinic = clínica; dose = dosis"
    assert "Terms" not in desk.entry("Wash").comment
    assert "Terms" not in (desk.tiny / "locales" / "tiny.pot").read_text(encoding="utf-8")
    terms.write_text("[[terms]]\nen = \n", encoding="utf-8")
    _, err = desk.run("update", status=1)
    assert "terms.toml:2: broken TOML" in err


def test_interface_is_independent_of_updated_book(desk: Desk) -> None:
    for place, word in ((desk.tiny / "locales", "papel"), (desk.root / "locales", "página")):
        (place / "es" / "terms.toml").write_text(f'[[terms]]\nen = "page"\nes = "{word}"\n', encoding="utf-8")
    desk.run("update")
    before = desk.files()
    assert "Terms: page = página" in (desk.root / "locales/es/LC_MESSAGES/interface.po").read_text(encoding="utf-8")
    desk.run("update", book="garden")
    assert {path for path, data in desk.files().items() if before[path] != data} <= set(desk.garden.rglob("*.po*"))


def test_page_numbers_are_added_on_request(desk: Desk) -> None:
    _, err = desk.run("update", "--pages", status=1)
    assert "tiny-pages.json: there is no page map: build the booklet first" in err
    lines = (desk.tiny / FEVER).read_text(encoding="utf-8").splitlines()
    line = lines.index("Wash your hands.") + 1
    pages = desk.root / "build" / "generic" / "en" / "tiny-pages.json"
    pages.parent.mkdir(parents=True)
    pages.write_text(json.dumps({"segments": {f"books/tiny/chapters/fever.md:{line}": 23}}), encoding="utf-8")
    desk.run("update")
    assert "page" not in desk.entry("Wash").comment
    template = (desk.tiny / "locales" / "tiny.pot").read_bytes()
    desk.run("update", "--pages")
    assert desk.entry("Wash").comment.splitlines() == ["paragraph, chapter “When your child has a fever”", "page 23"]
    assert (desk.tiny / "locales" / "tiny.pot").read_bytes() == template
    before = desk.files()
    for option in ([], ["--pages"]):
        desk.run("update", *option)
        assert desk.files() == before
    pages.write_text("[]", encoding="utf-8")
    _, err = desk.run("update", "--pages", status=1)
    assert "not a page map" in err


def test_invalid_catalog_stops_update(desk: Desk) -> None:
    text = desk.po.read_text(encoding="utf-8")
    desk.po.write_text(text.replace('msgstr "Lávese las manos."', 'msgstr "Lávese las manos.'), encoding="utf-8")
    before = desk.files()
    _, err = desk.run("update", status=1)
    line = text[: text.index('msgstr "Lávese')].count("\n") + 1
    assert f"tiny.po:{line}: malformed catalog: unpaired quotation marks" in err
    assert desk.po.read_bytes() == before[desk.po]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('msgstr "Lávese', "msgstr “Lávese", 'no text in quotation marks after msgstr: write msgstr "…", with'),
        (
            'msgstr "Lávese',
            '<<<<<<< HEAD\nmsgstr "Lava"\n=======\nmsgstr "Lávese',
            "unresolved merge conflict: keep one of the two texts, and delete the lines with",
        ),
        ('msgstr "Lávese', '>>>>>>> ana\nmsgstr "Lávese', "unresolved merge conflict"),
        ('msgstr "Lávese', 'mgstr "Lávese', "malformed catalog: syntax error"),
        (
            '"Language: es',
            '"Language: fr',
            "the header names the language “fr”, but the folder is “es”",
        ),
        ("charset=UTF-8", "charset=ISO-8859-1", "the header says “ISO-8859-1”, but the file is UTF-8: write charset"),
        ("plural=", "plural=n >< ", "invalid plural rule: remove the line"),
    ],
)
def test_catalog_mistake_is_reported_with_line(desk: Desk, old: str, new: str, message: str) -> None:
    text = desk.po.read_text(encoding="utf-8")
    assert text.count(old) == 1
    desk.po.write_text(text.replace(old, new), encoding="utf-8")
    before, line = desk.files(), text[: text.index(old)].count("\n") + 1
    for command in ("update", "status"):
        _, err = desk.run(command, status=1)
        assert len(err.splitlines()) == 1
        assert re.search(rf"tiny\.po:{line}: .*{re.escape(message)}", err), err
    assert desk.po.read_bytes() == before[desk.po]


@pytest.mark.parametrize("header", ["es_MX", "ES", ""])
def test_header_may_name_region(desk: Desk, header: str) -> None:
    text = desk.po.read_text(encoding="utf-8")
    desk.po.write_text(text.replace("Language: es", f"Language: {header}"), encoding="utf-8")
    out, err = desk.run("status")
    assert "es" in out.split()
    assert err == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Parte %(numero)s", "the translation lacks the placeholder “%(number)s”: keep each placeholder"),
        ("Parte", "the translation lacks the placeholder “%(number)s”"),
        ("Parte %(number)", "the translation lacks the placeholder “%(number)s”"),
        ("%(number)s %(number)s", "the translation adds the placeholder “%(number)s”"),
        ("Parte %(number)s al 100 %", "“%” without a placeholder: write “%%” for the sign"),
    ],
)
def test_interface_mistake_is_reported(desk: Desk, text: str, message: str) -> None:
    path = desk.root / "locales/es/LC_MESSAGES/interface.po"
    catalog = polib.pofile(str(path), wrapwidth=0)
    entry = catalog.find("Part %(number)s")
    entry.msgstr = text
    catalog.save()
    entry = polib.pofile(str(path)).find("Part %(number)s")
    err = desk.build("--lang", "es", "--edition", "epub", status=1)
    assert err.startswith(f"locales/es/LC_MESSAGES/interface.po:{entry.linenum}: {message}")
    assert len(err.splitlines()) == 1


def test_interface_strings_are_escaped(desk: Desk) -> None:
    path = desk.root / "locales/es/LC_MESSAGES/interface.po"
    catalog = polib.pofile(str(path), wrapwidth=0)
    catalog.find("Filled in on").msgstr = "Día & < 100 %%"
    catalog.save()
    desk.build("--lang", "es", "--edition", "sheets")
    assert "Día & < 100 %" in " ".join(Pdf(desk.root / "build/generic/es/garden-sheets-es.pdf").texts)


def test_missing_interface_string_blocks_release(desk: Desk) -> None:
    path = desk.root / "locales/es/LC_MESSAGES/interface.po"
    catalog = polib.pofile(str(path), wrapwidth=0)
    catalog.remove(catalog.find("Contents"))
    catalog.save()
    err = desk.build("--lang", "es", "--release", status=1)
    assert err == (
        "locales/es/LC_MESSAGES/interface.po: not translated: “Contents”: translate it, and remove its fuzzy flag\n"
    )


def only_in(catalog: polib.POFile, *templates: str) -> list[polib.POEntry]:
    """Return the entries of strings that no other templates have."""
    places = tuple(f"templates/{name}" for name in templates)
    return [
        entry
        for entry in catalog
        if entry.occurrences and all(name.startswith(places) for name, _line in entry.occurrences)
    ]


def without_strings(desk: Desk, *templates: str) -> None:
    """Remove from the Spanish interface the strings that no other templates have."""
    catalog = polib.pofile(str(desk.root / "locales/es/LC_MESSAGES/interface.po"), wrapwidth=0)
    entries = only_in(catalog, *templates)
    assert entries
    for entry in entries:
        catalog.remove(entry)
    catalog.save()


PLANS = ("calendar.j2", "plan-parts.j2", "planner.html.j2", "reminders.html.j2")
REMINDERS = '[[medicines]]\nname = "M"\ntimes = ["08:00"]\nfrom = 2026-11-23\nuntil = 2026-12-20\n'


def test_only_strings_that_an_edition_prints_block_its_release(desk: Desk) -> None:
    without_strings(desk, "desk/", "shelf/", *PLANS)
    desk.build("--lang", "es", "--edition", "epub", "--release")
    without_strings(desk, "epub/", "handout.j2")
    desk.build("--lang", "es", "--edition", "booklet", "--release")
    assert "not translated: “Landmarks”" in desk.build("--lang", "es", "--edition", "epub", "--release", status=1)
    handout = desk.build("--lang", "es", "--edition", "booklet", "--handout", "soil", "--release", status=1)
    assert "not translated: “In this handout”" in handout


def test_only_strings_that_a_plan_prints_make_it_a_draft(desk: Desk) -> None:
    reminders = desk.root / "reminders.toml"
    reminders.write_text(REMINDERS, encoding="utf-8")
    commands: tuple[tuple[object, ...], ...] = (("planner", "--ended", "2026-01-31"), ("reminders", reminders))

    def plans(out: str) -> list[str]:
        for command in commands:
            args = (*command, "--book", desk.garden, "--lang", "es", "--out", desk.root / out, "--keep")
            done = publish(*args, root=desk.root)
            assert done.returncode == 0, done.stderr
        return sorted(path.name for path in (desk.root / out).glob("*.pdf"))

    without_strings(desk, "desk/", "shelf/", "epub/", "handout.j2", "booklet.j2", "sheets.j2", "links.j2")
    assert plans("first") == ["garden-plan-es.pdf", "garden-reminders-es.pdf"]
    without_strings(desk, *PLANS)
    assert plans("second") == ["garden-plan-es-draft.pdf", "garden-reminders-es-draft.pdf"]


def test_plural_with_missing_form_is_incomplete(desk: Desk) -> None:
    (desk.root / "templates" / "rows.j2").write_text(
        "{% trans count=n %}%(n)s row{% pluralize %}%(n)s rows{% endtrans %}", encoding="utf-8"
    )
    desk.run("update")
    path = desk.root / "locales/es/LC_MESSAGES/interface.po"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'msgstr\[0\] ""\nmsgstr\[1\] ""', 'msgstr[0] "%(n)s fila"', text), encoding="utf-8")
    assert f"{INTERFACE + 1} messages, 1 to translate" in desk.run("update")[0]
    assert 'msgstr[0] "%(n)s fila"\nmsgstr[1] ""\n' in path.read_text(encoding="utf-8")


# --- add -------------------------------------------------------------------------------------


def test_add_language(desk: Desk) -> None:
    out, _ = desk.run("add", "fr")
    book, terms = desk.tiny / "locales/fr/LC_MESSAGES/tiny.po", desk.tiny / "locales/fr/terms.toml"
    assert out.splitlines() == [f"created {path.relative_to(desk.root)}" for path in (book, terms)]
    out, _ = desk.run("add", "it")
    assert out.splitlines()[0] == "created locales/it/LC_MESSAGES/interface.po", "no book has this language yet"
    catalog = polib.pofile(str(book))
    assert catalog.metadata["Language"] == "fr"
    assert catalog.metadata["Plural-Forms"] == "nplurals=2; plural=(n > 1);"
    assert catalog.header.startswith("French translation of “tiny”.")
    template = polib.pofile(str(desk.tiny / "locales/tiny.pot"))
    assert [(entry.msgid, entry.msgstr) for entry in catalog] == [(entry.msgid, "") for entry in template]
    assert {line[0] for line in terms.read_text(encoding="utf-8").splitlines()} == {"#"}
    before = desk.files()
    desk.run("update")
    assert desk.files() == before


def test_add_language_with_many_plural_forms(desk: Desk) -> None:
    template = desk.root / "templates" / "rows.j2"
    template.write_text("{% trans count=n %}%(n)s row{% pluralize %}%(n)s rows{% endtrans %}", encoding="utf-8")
    desk.run("add", "pl")
    entry = polib.pofile(str(desk.root / "locales/pl/LC_MESSAGES/interface.po"))[-1]
    plurals = [entry.msgstr_plural for entry in polib.pofile(str(desk.root / "locales/pl/LC_MESSAGES/interface.po"))]
    assert {0: "", 1: "", 2: ""} in plurals, entry


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "es",
            "tiny.po: this language already exists: update it with: publish.py catalogs update --book books/tiny --lang es",
        ),
        ("en", "en: the book is written in this language"),
        ("xx", "xx: unknown language: use a code such as en, es or es_419"),
        ("../fr", "../fr: unknown language"),
        ("fr./../x", "fr./../x: unknown language"),
    ],
)
def test_add_invalid_language(desk: Desk, code: str, message: str) -> None:
    before = desk.files()
    _, err = desk.run("add", code, status=1)
    assert message in err
    assert len(err.splitlines()) == 1
    assert desk.files() == before


def test_second_book_shares_interface_catalog(desk: Desk) -> None:
    desk.run("add", "fr")
    out, _ = desk.run("add", "FR", book="garden")
    assert "interface.po" not in out
    assert len(out.splitlines()) == 2
    assert (desk.garden / "locales/fr/LC_MESSAGES/garden.po").exists()


def test_same_english_has_two_translations(desk: Desk) -> None:
    path = desk.garden / "locales/es/LC_MESSAGES/garden.po"
    catalog = polib.pofile(str(path), wrapwidth=0)
    cell, row = (
        next(e for e in catalog if (e.msgctxt, e.msgid) == (c, "Leaves that hang")) for c in ("table cell", None)
    )
    cell.msgstr, row.msgstr = "Hojas mustias", "Hojas sin fuerza"
    catalog.save()
    desk.run("update", book="garden")
    desk.build("--lang", "es", "--edition", "sheets", "--release")
    text = " ".join(Pdf(desk.root / "build/generic/es/garden-sheets-es.pdf").texts)
    assert "Hojas sin fuerza" in text
    assert "Hojas mustias" not in text


def test_new_language_builds_as_draft(desk: Desk) -> None:
    desk.run("add", "it", book="garden")
    desk.build("--lang", "it", "--edition", "sheets")
    made = list((desk.root / "build").rglob("*.pdf"))
    assert [path.name for path in made] == ["garden-sheets-it-draft.pdf"]
    assert "A First Vegetable Garden" in Pdf(made[0]).texts[0], "untranslated text is in English"
    err = desk.build("--lang", "it", "--edition", "booklet", "--edition", "epub", "--release", status=1)
    lines = err.splitlines()
    unprinted = only_in(INTERFACE_ENTRIES, "desk/", "shelf/", "handout.j2", *PLANS)
    assert len(lines) == len(set(lines)) == GARDEN_TEXTS + INTERFACE - len(unprinted), (
        "each sentence is reported once for all editions"
    )


def test_languages_are_per_book(desk: Desk) -> None:
    """A sample book may have a language that the handbook, which shares its locale folder, lacks."""
    shared = desk.root / "content" / "tiny"
    shutil.copytree(FILES / "tiny", shared, ignore=shutil.ignore_patterns("locales"))
    desk.run("add", "it", book=str(shared))
    desk.run("add", "fr", book="garden")
    before = desk.files()
    assert [line.split()[0] for line in desk.run("status", book=str(shared))[0].splitlines() if "fuzzy" in line] == [
        "it"
    ]
    desk.run("update", book=str(shared))
    assert desk.files() == before
    done = publish("build", "--book", "tiny", "--lang", "fr", root=desk.root)
    assert (
        "fr: the book does not have this language: use one of en, it, or add it with: publish.py catalogs add --book tiny fr"
        in (done.stderr)
    )


def test_long_column_heading_fits_its_column(desk: Desk) -> None:
    desk.build("--lang", "es", "--edition", "booklet")
    pdf = Pdf(desk.root / "build/generic/es/garden-booklet-es.pdf")
    assert any("Regaderas Sequedad" in text for text in pdf.texts), "no word is hyphenated"


def translate(path: Path, texts: dict[str, str]) -> None:
    catalog = polib.pofile(str(path), wrapwidth=0)
    for entry in catalog:
        entry.msgstr = texts.get(entry.msgid, "")
    catalog.save()


def test_good_french_passes_checks(desk: Desk) -> None:
    desk.run("add", "fr", book="garden")
    path = desk.garden / "locales/fr/LC_MESSAGES/garden.po"
    good = {
        "Which bed is free this year?": "Quel carré est libre cette année\u00a0?",
        "We meet once a week, in any weather. {meeting_place}": "Nous nous retrouvons une fois par semaine, par tous les temps. {meeting_place}",
        "Choose a place with six hours of sun.": "Aujourd’hui, choisissez un endroit qui reçoit six heures de soleil.",
        "fresh manure on the roots of carrots": "du fumier frais sur les racines des carottes",
        "You do not need a large garden. A bed of 1.2 by 2.4 meters feeds two people with salad all summer.": "Vous n’avez pas besoin d’un grand jardin. Un carré de 1,2 mètre sur 2,4 mètres donne de la salade à deux personnes pendant tout l’été.",
    }  # fmt: skip
    license = "Typeface: Atkinson Hyperlegible, Braille Institute, SIL Open Font License 1.1. Made with Carepress."
    translate(path, good)
    translate(
        desk.root / "locales/fr/LC_MESSAGES/interface.po",
        {
            "“%(section)s”": "«\u00a0%(section)s\u00a0»",
            license: "Police\u00a0: Atkinson Hyperlegible, Braille Institute, SIL Open Font License 1.1. Réalisé avec Carepress.",
        },
    )
    assert [line for line in desk.check("--lang", "fr") if ": left-out: " not in line] == []
    bad = {
        "Which bed is free this year?": "Quel carré est libre cette année ?",
        "Choose a place with six hours of sun.": "Choisissez un endroit qui qui reçoit six heures de soleil.",
        "You do not need a large garden. A bed of 1.2 by 2.4 meters feeds two people with salad all summer.": "Vous n’avez pas besoin d’un grand jardin. Un carré de 1,2 mètre sur 2,5 mètres donne de la salade à deux personnes pendant tout l’été.",
    }  # fmt: skip
    translate(path, good | bad)
    assert [
        re.sub(r"^\S+ ", "", line)
        for line in sorted(desk.check("--lang", "fr", status=1), key=lambda line: line.split(": ")[1])
        if ": left-out: " not in line
    ] == [
        "number: “2.4” has become “2,5”: write the number of the English",
        "repeated-word: “qui qui” repeats a word: remove one",
        "spaces: a line may break at “année ?”: write a no-break space (U+00A0) there",
    ]


# --- status ----------------------------------------------------------------------------------


def test_status_as_text(desk: Desk) -> None:
    out, _ = desk.run("status")
    lines = out.splitlines()
    assert lines[0].split() == ["es", "translated", "fuzzy", "missing", "words", "done"]
    assert len({len(line) for line in lines if line != "chapters"}) == 1, "the columns are aligned"
    rows = {line.split()[0]: line.split()[1:] for line in lines[1:] if line != "chapters"}
    # Fuzzy: “Give the medicine …” (28 words) and “Do not wait …” (11); missing: “Bring the blue book along.” (5).
    assert rows["fever"][1:3] == ["39", "5"]
    done, total = int(rows["fever"][0]), int(rows["fever"][3])
    assert (done + 44, f"{100 * done // total}") == (total, rows["fever"][4])
    assert rows["interface"][1:3] == ["0", "0"]
    assert rows["interface"][4:] == ["100", "%"]


def test_status_as_json(desk: Desk) -> None:
    desk.run("add", "it")
    out, _ = desk.run("status", "--lang", "es", "--lang", "it", "--json")
    data = json.loads(out)
    assert [language["lang"] for language in data["languages"]] == ["es", "it"]
    spanish, italian = data["languages"]
    assert [row["section"] for row in spanish["rows"]] == ["book", "chapters", "interface"]
    row = spanish["rows"][1]
    assert row["name"] == "fever"
    assert row["messages"] == {"translated": 5, "fuzzy": 2, "missing": 1, "total": 8}
    assert italian["total"]["percent"] == 0
    assert italian["total"]["words"]["total"] == spanish["total"]["words"]["total"]
    assert desk.run("status", "--lang", "es", "--lang", "it", "--json")[0] == out


def test_status_has_row_per_section(desk: Desk) -> None:
    out, _ = desk.run("status", "--lang", "es", "--json", book="garden")
    (language,) = json.loads(out)["languages"]
    assert list(dict.fromkeys(row["section"] for row in language["rows"])) == [
        "book", "chapters", "tables", "sheets", "drawings", "glossary", "index", "resources", "interface",
    ]  # fmt: skip
    assert [row["name"] for row in language["rows"] if row["section"] == "chapters"] == [
        "welcome", "soil", "sowing", "glossary", "index",
    ]  # fmt: skip
    assert language["total"]["percent"] == 100


def test_status_counts_text_missing_from_catalog(desk: Desk) -> None:
    before = json.loads(desk.run("status", "--json")[0])["languages"][0]["rows"][1]["messages"]
    desk.edit("Wash your hands.", "Wash your hands twice.")
    after = json.loads(desk.run("status", "--json")[0])["languages"][0]["rows"][1]["messages"]
    assert (after["translated"], after["missing"]) == (before["translated"] - 1, before["missing"] + 1)


def test_status_of_an_unknown_language(desk: Desk) -> None:
    _, err = desk.run("status", "--lang", "it", status=1)
    assert (
        "it: the book does not have this language: use one of es, or add it with: publish.py catalogs add --book books/tiny it"
        in err
    )


# --- accept-cosmetic -------------------------------------------------------------------------


def test_cosmetic_edit_keeps_translation(desk: Desk) -> None:
    old, new = "even at night, and even when your child", "even at night and even if it seems that your child"
    desk.edit(old, "even at night and even when your child")
    desk.run("update")
    out, _ = desk.run("accept-cosmetic", "--lang", "es", "Call the clinic", *ANA, "--date", "2026-11-21")
    assert "accepted: “Call the clinic" in out
    entry = desk.entry("Call the clinic when the temperature is above 38 °C, even at night and")
    assert (entry.flags, entry.previous_msgid) == (["md-text", "no-python-format"], None)
    assert entry.msgstr.startswith("Llame a la clínica")
    assert re.fullmatch(
        r"cosmetic: 2026-11-21, Ana Ruiz: spelling \(the English was: “Call the clinic when .* as usual\.”\)",
        entry.tcomment.splitlines()[-1],
    )
    before = desk.files()
    desk.run("update")
    assert desk.files() == before
    assert new not in desk.po.read_text(encoding="utf-8")


def test_all_accepts_cosmetic_edits_and_lists_the_rest(desk: Desk) -> None:
    desk.edit("Wash your hands.", "Wash your hands!")
    desk.edit("keep the **clinic card**", "carry the **clinic card**")
    desk.run("update")
    out, err = desk.run("accept-cosmetic", "--lang", "es", "--all", *ANA, status=1)
    assert len(out.splitlines()) == 1
    assert "“Wash your hands.” → “Wash your hands!”" in out
    assert desk.entry("Wash").tcomment == "cosmetic: Ana Ruiz: spelling (the English was: “Wash your hands.”)"
    problems = "\n".join(sorted(re.sub(r"^\S*tiny\.po:\d+: ", "", line) for line in err.splitlines()))
    assert problems == "\n".join(
        [
            "this edit is not cosmetic: negation changed: “not wait” added: correct the translation and remove its fuzzy flag",
            "this edit is not cosmetic: units and dose words changed: “dose” added: correct the translation and remove its fuzzy flag",
            "words changed: “keep” → “carry”: correct the translation; or, if this changes no meaning, name the sentence instead of --all",
        ]
    )
    assert all(desk.entry(start).fuzzy for start in ("Do not wait", "Give the", "Say"))
    desk.run("accept-cosmetic", "--lang", "es", "Say", *ANA)
    assert not desk.entry("Say").fuzzy


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("38 °C", "38.5 °C", "numbers changed: “38” → “38.5”"),
        ("38 °C", "38 °F", "units and dose words changed: “°c” → “°f”"),
        ("seems well", "does not seem well", "negation changed: “not seem” added"),
        ("even when your child", "even when your two children", "number words changed: “two” added"),
        ("Call the clinic when", "Call the [clinic](chapter:fever) when", "links changed"),
        ("Call the clinic when", "Call the **clinic** when", "emphasis changed: “strong “clinic”” added"),
        ("is above", "is below", "words that reverse the meaning changed: “above” → “below”"),
    ],
)
def test_non_cosmetic_edit_is_rejected(desk: Desk, old: str, new: str, changed: str) -> None:
    desk.edit(old, new)
    desk.run("update")
    before = desk.files()
    _, err = desk.run("accept-cosmetic", "--lang", "es", "Call the", *ANA, status=1)
    assert f"this edit is not cosmetic: {changed}" in err
    assert desk.files() == before


def test_edit_is_selected_by_location(desk: Desk) -> None:
    desk.edit("Wash your hands.", "Wash your hands!")
    desk.run("update")
    line = (desk.tiny / FEVER).read_text(encoding="utf-8").splitlines().index("Wash your hands!") + 1
    _, err = desk.run("accept-cosmetic", "--lang", "es", f"books/tiny/{FEVER}:{line + 40}", *ANA, status=1)
    assert "no edited sentence matches" in err
    desk.run("accept-cosmetic", "--lang", "es", f"books/tiny/{FEVER}:{line}", *ANA)
    assert not desk.entry("Wash").fuzzy
    desk.edit("Wash your hands!", "Wash your hands …")
    desk.run("update")
    entry = desk.entry("Wash your hands …")
    desk.run("accept-cosmetic", "--lang", "es", f"books/tiny/{PO}:{entry.linenum}", *ANA)
    assert desk.entry("Wash your hands …").tcomment.count("cosmetic: ") == 2


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (("Wash", *ANA), 1, "Wash: no edited sentence matches"),
        (("", *ANA), 2, "must not be empty"),
        ((*ANA,), 2, "select sentences, or use --all"),
        (("Wash", "--all", *ANA), 2, "select sentences, or use --all"),
        (("--all", "--who", " ", "--why", "x"), 2, "must not be empty"),
        (("--all", *ANA, "--date", "yesterday"), 2, "yesterday"),
    ],
)
def test_usage_errors(desk: Desk, args: tuple[str, ...], status: int, message: str) -> None:
    before = desk.files()
    _, err = desk.run("accept-cosmetic", "--lang", "es", *args, status=status)
    assert message in err
    assert desk.files() == before


def test_ambiguous_prefix_is_rejected(desk: Desk) -> None:
    desk.edit("Do not wait until", "Do not ever wait until")
    desk.edit("Drink small", "Do drink small")
    desk.run("update")
    _, err = desk.run("accept-cosmetic", "--lang", "es", "Do", *ANA, status=1)
    assert "Do: 2 edited sentences match: give a longer beginning" in err
