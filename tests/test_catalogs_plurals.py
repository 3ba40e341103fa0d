"""Plural forms: judged by the numbers that a catalog's header prints them for, in `check` and in a build."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest
from babel import Locale, localedata

from carepress.catalogs.plurals import english_of, forms_of, lost_counts, plural_forms, shared_form
from carepress.catalogs.po import read_po
from carepress.catalogs.translate import read_interface
from carepress.model import PublishError
from carepress.text.plural_header import COUNTS, read_forms
from support import GARDEN, copy_project, publish

GERMANIC = "nplurals=2; plural=(n != 1);"
GETTEXT_AR = (
    "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;"
)
# As Pootle wrote it: 100 to 102 before 11 to 99.
POOTLE_AR = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=0 && n%100<=2 ? 4 : 5);"
)
N = "%(count)s"
AR = ("بلا شهر", "كل شهر", "كل شهرين", f"كل {N} أشهر", f"كل {N} شهرًا", f"كل {N} شهر")


def month(*texts: str) -> polib.POEntry:
    return polib.POEntry(msgid="every month", msgid_plural=f"every {N} months", msgstr_plural=dict(enumerate(texts)))


def found(entry: polib.POEntry, lang: str, header: str = "") -> list[str]:
    forms = read_forms(header or plural_forms(lang))
    assert forms
    return [lost.message for lost in lost_counts(entry, forms)]


# --- One form for one number, or for several -------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "header", "texts"),
    [
        ("en", "", ("every month", f"every {N} months")),
        ("es", "", (f"cada {N} mes", f"cada {N} meses")),
        ("zh", "", (f"每{N}个月",)),
        ("ru", "", (f"каждый {N} месяц", f"каждые {N} месяца", f"каждые {N} месяцев")),
        ("pl", "", ("co miesiąc", f"co {N} miesiące", f"co {N} miesięcy")),
        ("he", "", ("כל חודש", "כל חודשיים", f"כל {N} חודשים")),
        ("he", GERMANIC, ("כל חודש", f"כל {N} חודשים")),
        ("ar", "", AR),
        ("ar", GETTEXT_AR, AR),
        ("ar", POOTLE_AR, AR),
        ("fr", "", (f"tous les {N} mois", f"tous les {N} mois")),
        ("fr", GERMANIC, ("chaque mois", f"tous les {N} mois")),
    ],
)
def test_form_for_one_number_may_spell_it_out(lang: str, header: str, texts: tuple[str, ...]) -> None:
    assert found(month(*texts), lang, header) == []


@pytest.mark.parametrize(
    ("lang", "header", "texts", "form", "numbers"),
    [
        ("es", "", ("cada mes", "cada meses"), 1, "0, 2, 3 and more"),
        ("zh", "", ("每月",), 0, "0, 1, 2 and more"),
        ("ja", "", ("毎月",), 0, "0, 1, 2 and more"),
        ("ko", "", ("매월",), 0, "0, 1, 2 and more"),
        ("vi", "", ("mỗi tháng",), 0, "0, 1, 2 and more"),
        ("th", "", ("ทุกเดือน",), 0, "0, 1, 2 and more"),
        ("ru", "", ("каждый месяц", f"каждые {N} месяца", f"каждые {N} месяцев"), 0, "1, 21, 31 and more"),
        ("pl", "", ("co miesiąc", "co miesiące", f"co {N} miesięcy"), 1, "2, 3, 4 and more"),
        ("he", GERMANIC, ("כל חודש", "כל חודשיים"), 1, "0, 2, 3 and more"),
        ("fr", "", ("chaque mois", f"tous les {N} mois"), 0, "0, 1"),
        ("ar", "", (*AR[:3], "كل أشهر", *AR[4:]), 3, "3, 4, 5 and more"),
        ("ar", GETTEXT_AR, (*AR[:4], "كل شهر", AR[5]), 4, "11, 12, 13 and more"),
        ("ar", POOTLE_AR, (*AR[:4], "كل شهر", AR[5]), 4, "100, 101, 102 and more"),
        ("ar", POOTLE_AR, (*AR[:5], "كل شهر"), 5, "11, 12, 13 and more"),
    ],
)
def test_form_for_several_numbers_keeps_the_count(
    lang: str, header: str, texts: tuple[str, ...], form: int, numbers: str
) -> None:
    message = f"the translation lacks the placeholder “{N}” in msgstr[{form}], printed for {numbers}"
    assert found(month(*texts), lang, header) == [message]


@pytest.mark.parametrize(
    ("lang", "texts", "form"),
    [
        ("he", ("כל חודש", "כל חודש", f"כל {N} חודשים"), 1),
        ("ar", ("كل شهر", "كل شهر", "كل  شهر", *AR[3:]), 2),  # no page counts to 0
        ("ga", ("gach mí", "gach mí", *[f"gach {N} mí"] * 3), 1),
    ],
)
def test_forms_for_one_and_two_are_not_the_same(lang: str, texts: tuple[str, ...], form: int) -> None:
    assert found(month(*texts), lang) == [f"the translation in msgstr[{form}], printed for 2, is the one for 1"]


def test_form_for_one_number_keeps_what_is_not_the_number() -> None:
    entry = polib.POEntry(msgid="%(who)s: every day", msgid_plural=f"%(who)s: every {N} days")
    entry.msgstr_plural = {0: "cada día", 1: f"%(who)s: cada {N} días"}
    assert found(entry, "es") == ["the translation lacks the placeholder “%(count)s” in msgstr[0], printed for 1"]
    entry.msgstr_plural[0] = f"cada {N} día"
    assert found(entry, "es") == ["the translation lacks the placeholder “%(who)s” in msgstr[0], printed for 1"]
    entry.msgstr_plural[0] = "%(who)s: cada día"
    assert found(entry, "es") == []


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("co miesiąc", "every month"),
        (f"co {N} miesiąc", f"every {N} months"),
        ("co 1 miesiąc", "every 1 months"),
        ("co ١ miesiąc", "every 1 months"),
        ("co 6 miesięcy", "every month"),
    ],
)
def test_a_form_is_compared_with_the_english_of_its_number(text: str, english: str) -> None:
    forms = read_forms(plural_forms("pl"))
    assert forms
    assert english_of(month(text, "", ""), 0, forms) == english


# --- Headers ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_header_of_a_new_catalog_follows_cldr() -> None:
    """Each language has the forms of CLDR, in its order; 0 may have the form of other numbers."""
    for lang in sorted(filter(re.compile("[a-z]{2,3}").fullmatch, localedata.locale_identifiers())):
        forms, rule = read_forms(plural_forms(lang)), Locale.parse(lang).plural_form
        assert forms, lang
        if not rule.rules:
            continue
        names = [name for name in ("zero", "one", "two", "few", "many", "other") if name in map(rule, (0, *COUNTS))]
        assert [names[forms.form(number)] for number in COUNTS] == [rule(number) for number in COUNTS], lang
        assert shared_form(forms, lang) is None


def test_arabic_header_agrees_with_gettext_and_cldr() -> None:
    ours, gettexts = read_forms(plural_forms("ar")), read_forms(GETTEXT_AR)
    assert ours
    assert gettexts
    assert [ours.form(number) for number in range(1000)] == [gettexts.form(number) for number in range(1000)]


@pytest.mark.parametrize(
    ("lang", "header", "numbers"),
    [
        ("ru", GERMANIC, (2, 5)),
        ("ar", GERMANIC, (2, 3)),
        ("he", GERMANIC, (2, 3)),
        ("ar", GETTEXT_AR, None),
        ("ar", POOTLE_AR, None),
        ("fr", GERMANIC, None),
        ("pt", GERMANIC, None),
        ("zh", GERMANIC, None),
        ("es", "nplurals=3; plural=n == 1 ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2;", None),
    ],
)
def test_numbers_that_share_a_form_but_should_not(lang: str, header: str, numbers: tuple[int, int] | None) -> None:
    forms = read_forms(header)
    assert forms
    assert shared_form(forms, lang) == numbers


@pytest.mark.parametrize(
    "rule",
    ["nplurals=2; plural=n;", "nplurals=2; plural=n/0;", "nplurals=1; plural=n != 1;", "nplurals=2; plural=n - 5;"],
)
def test_rule_that_names_a_form_out_of_range_is_invalid(rule: str) -> None:
    """Gettext would print such a number in English."""
    assert read_forms(rule) is None


def test_header_with_spaces_is_read(tmp_path: Path) -> None:
    path = tmp_path / "interface.po"
    text = 'msgid ""\nmsgstr "Plural-Forms: nplurals = 2; plural = (n > 1)\\n"\n\nmsgid "a %(n)s"\nmsgid_plural "b %(n)s"\n'
    path.write_text(text + 'msgstr[0] "x %(n)s"\nmsgstr[1] "y %(n)s"\n', encoding="utf-8")
    assert forms_of(read_po(path, path.name)).count == 2
    interface = read_interface(path, path.name, ())
    assert [interface.lookup((None, "a %(n)s"), "b %(n)s", n) for n in (0, 1, 2)] == ["x %(n)s", "x %(n)s", "y %(n)s"]


def test_catalog_without_header_has_the_forms_of_gettext(tmp_path: Path) -> None:
    path = tmp_path / "interface.po"
    path.write_text(f'msgid "every month"\nmsgid_plural "every {N} months"\nmsgstr[0] "x"\nmsgstr[1] "y"\n')
    with pytest.raises(PublishError, match=r"msgstr\[1\], printed for 0, 2, 3 and more"):
        read_interface(path, path.name, ())


# --- The commands ----------------------------------------------------------------------------

CODES = ("--code", "placeholder", "--code", "plural-rule")


class Desk:
    """A copy of the project with a language whose interface has one plural entry, “every month”."""

    def __init__(self, root: Path, lang: str, *texts: str, header: str = "") -> None:
        self.root, self.lang = copy_project(root), lang
        self.garden = root / "tests" / "books" / "garden"
        done = publish("catalogs", "add", lang, "--book", self.garden, root=root)
        assert done.returncode == 0, done.stderr
        self.shown = f"locales/{lang}/LC_MESSAGES/interface.po"
        catalog = read_po(root / self.shown, self.shown)
        catalog.metadata["Plural-Forms"] = header or catalog.metadata["Plural-Forms"]
        catalog.find("every month").msgstr_plural = dict(enumerate(texts))
        catalog.save(root / self.shown)
        lines = (root / self.shown).read_text(encoding="utf-8").splitlines()
        self.header_line = next(number for number, line in enumerate(lines, 1) if line.startswith('"Plural-Forms'))
        self.line = read_po(root / self.shown, self.shown).find("every month").linenum

    def run(self, command: str, *args: object) -> tuple[int, str]:
        done = publish(command, "--book", self.garden, "--lang", self.lang, *args, root=self.root)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr


def test_lost_count_is_an_error_of_check_and_build(tmp_path: Path) -> None:
    """A planner would print “every month” beside visits six months apart."""
    desk = Desk(tmp_path / "project", "zh_Hans", "每月")
    hint = f"write {N} there, since only a form for a single number may leave it out"
    problem = f"the translation lacks the placeholder “{N}” in msgstr[0], printed for 0, 1, 2 and more: {hint}\n"
    assert desk.run("check", *CODES) == (1, f"{desk.shown}:{desk.line}: placeholder: {problem}")
    assert desk.run("check", "--code", "number")[0] == 0
    out = tmp_path / "out"
    status, text = desk.run("build", "--edition", "epub", "--out", out)
    assert (status, text) == (1, f"failed     epub zh_Hans\n{desk.shown}:{desk.line}: {problem}")
    assert list(out.rglob("*.epub")) == []
    assert desk.run("planner", "--ended", "2026-06-30", "--out", out) == (1, f"{desk.shown}:{desk.line}: {problem}")


@pytest.mark.parametrize(("lang", "texts"), [("zh_Hans", (f"每{N}个月",)), ("ar", AR)])
def test_check_accepts_the_count_in_every_form(tmp_path: Path, lang: str, texts: tuple[str, ...]) -> None:
    assert Desk(tmp_path / "project", lang, *texts).run("check", *CODES) == (0, "")


def test_header_with_too_few_forms_is_a_warning_with_the_right_one(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "project", "ru", "каждый месяц", f"каждые {N} месяца", header=GERMANIC)
    hint = f"write “Plural-Forms: {plural_forms('ru')}” there, and translate each form"
    message = f"plural-rule: the header has one plural form for 2 and 5, but Russian has two: {hint}"
    assert desk.run("check", *CODES) == (0, f"{desk.shown}:{desk.header_line}: {message}\n")


def test_untranslated_form_is_untranslated(tmp_path: Path) -> None:
    assert Desk(tmp_path / "project", "ar", *AR[:5], "").run("check", *CODES) == (0, "")


def test_garden_is_clean() -> None:
    done = publish("check", "--book", GARDEN, "--code", "placeholder", "--code", "plural-rule")
    assert (done.returncode, done.stdout) == (0, "")
