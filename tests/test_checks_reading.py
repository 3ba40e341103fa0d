"""Reading level: syllable rules against hand-made lists, and the scores built on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from carepress.model import Segment
from carepress.translation.readability import count_words, english_syllables, score, spanish_syllables, split_sentences
from carepress.translation.sentences import sentence_style
from support import copy_project, publish

SPANISH = {
    1: "y o que hay muy rey yo más pie dios buey",
    2: "ojos guía aire ciudad país agua guerra búho después hijo hueso oír maíz viuda cáncer prohibir cohibir",
    3: "idea médula ósea ahora leucemia pingüino cuidado estudiáis ahijado construir".replace("construir", "ahínco"),
    4: "energía tratamiento vehículo aéreo sarpullido oncólogo",
    5: "linfoblástica quimioterapia",
}
ENGLISH = {
    1: "child cells bone called makes side used helped eyes may one whole blood ones while noise guide",
    2: "treatment marrow needed wanted doctor people table little being patient changes nurses noticed every social "
    "doing trial puncture science quiet create anxious ladies bodies sources language million value special",
    3: "idea area video period serious medicine family remission nausea example possible fever's insurance continue "
    "medical biopsy clinical previous decided appetite",
    4: "leukemia diagnosis radiation usually diarrhea experience pediatric oncologist",
    5: "chemotherapy associated",
}


def cases(table: dict[int, str]) -> list[tuple[str, int]]:
    return [(word, count) for count, words in table.items() for word in words.split()]


@pytest.mark.parametrize(("word", "count"), cases(SPANISH))
def test_spanish_syllables(word: str, count: int) -> None:
    assert spanish_syllables(word) == count


@pytest.mark.parametrize(("word", "count"), [case for case in cases(ENGLISH) if case[0] != "fever's"])
def test_english_syllables(word: str, count: int) -> None:
    assert english_syllables(word) == count


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It is 100.4 today. Call us!", 2),
        ("Blood tests", 0),
        ("¿Qué es? Es una guía de EE. UU. de 2022.", 2),
        ("Call {clinic_phone} now. No.", 1),
    ],
)
def test_split_sentences(text: str, sentences: int) -> None:
    assert len(split_sentences(text)) == sentences


def test_easy_text_scores_better_than_hard_text() -> None:
    easy = score(["The cat sat on the mat.", "It was warm."], "en")
    hard = score(["Immunophenotyping characterizes proliferating lymphoblastic subpopulations diagnostically."], "en")
    assert easy.grade is not None
    assert hard.grade is not None
    assert easy.grade < 3 < 12 < hard.grade
    fácil, difícil = (
        score(["El gato duerme."], "es"),
        score(["La inmunofenotipificación caracteriza subpoblaciones."], "es"),
    )
    assert fácil.ease is not None
    assert difícil.ease is not None
    assert fácil.ease > 80 > 40 > difícil.ease
    assert score(["Un chat."], "fr").grade is None


def test_formulas() -> None:
    # Two sentences of four words, one syllable each: by hand, from the published formulas.
    result = score(["The cat sat down.", "The dog ran off."], "en")
    assert result.grade == pytest.approx(0.39 * 4 + 11.8 - 15.59)
    assert result.smog == pytest.approx(3.1291)
    result = score(["Mi voz no va.", "La luz se fue."], "es")
    assert result.ease == pytest.approx(206.835 - 62.3 - 4)
    assert result.huerta == pytest.approx(206.84 - 60 - 1.02 * 4)


def test_counts_only_visible_words() -> None:
    text = "**Three** [blood cells](term:blood), 1,000 of {them}."
    assert count_words([Segment(text, "a.md", 1, "paragraph", text, "en")]) == 6


def test_spread_and_longest_sentence() -> None:
    # Lengths of 2 and 6 words: the mean is 4, and each differs from it by 2.
    style = sentence_style(["They sleep.", "The 2 cats sleep in the sun."], "en")
    assert (style.spread, style.longest) == (2.0, 6)
    assert sentence_style(["They sleep.", "We wait."], "en").spread == 0
    empty = sentence_style([], "en")
    assert (empty.spread, empty.longest, empty.pointing, empty.passive) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("lang", "pointing", "others"),
    [
        (
            "en",
            ["It helps.", "This is new.", "They wait.", "“That’s enough.”", "Those cells grow.", "It’s late."],
            ["If it helps, stay.", "The cells grow.", "Them we know."],
        ),
        (
            "es",
            ["Esto ayuda.", "¿Estos duelen?", "Ellos esperan.", "Ella duerme.", "«Eso basta».", "Esta hoja sirve."],
            ["Si esto ayuda, quédese.", "Las células crecen.", "El niño duerme."],
        ),
    ],
)
def test_openers_that_point_back(lang: str, pointing: list[str], others: list[str]) -> None:
    assert [text for text in pointing if sentence_style([text], lang).pointing != 1] == []
    assert [text for text in others if sentence_style([text], lang).pointing != 0] == []
    share = len(pointing) / len(pointing + others)
    assert sentence_style(pointing + others, lang).pointing == pytest.approx(share)


@pytest.mark.parametrize(
    ("lang", "passive", "active"),
    [
        (
            "en",
            [
                "The drug is given twice.",
                "Fever was not found.",
                "The cells are often checked.",
                "It has been shown to help.",
                "The tests weren’t done.",
                "More will be taught.",
            ],
            [
                "We give the drug twice.",
                "The child is tired.",
                "She is in bed.",
                "This is a mixed picture.",
                "It is a hundred days.",
                "You were there when the nurse checked.",
                "They have treated many children.",
            ],
        ),
        (
            "es",
            [
                "El niño fue tratado en casa.",
                "Las pruebas son siempre repetidas.",
                "La carta ha sido escrita.",
                "Las dosis serán revisadas.",
                "La puerta es abierta por la enfermera.",
            ],
            [
                "Se trató al niño en casa.",
                "Los glóbulos se miden.",
                "Es más complicado.",
                "Son cada vez más grandes.",
                "Es un medicamento conocido.",
                "La niña está cansada.",
                "El resultado es rápido.",
            ],
        ),
    ],
)
def test_passive_voice(lang: str, passive: list[str], active: list[str]) -> None:
    assert [text for text in passive if sentence_style([text], lang).passive != 1] == []
    assert [text for text in active if sentence_style([text], lang).passive != 0] == []


def test_language_without_tables_has_only_lengths() -> None:
    style = sentence_style(["Le médicament est donné."], "fr")
    assert (style.longest, style.pointing, style.passive) == (4, None, None)


@pytest.mark.parametrize(
    ("lang", "text", "sentences", "longest"),
    [
        ("hi", "अपनी मिट्टी को पहचानें। पानी सुबह दें? हाँ, सुबह दें।", 3, 4),
        ("zh_Hans", "了解您的土壤。早上浇水！", 2, 6),
        ("ja", "土を知りましょう。水は朝に。", 2, 8),
        ("ar", "اعرف تربتك. متى نسقي الزرع؟", 2, 3),
        ("am", "አፈርዎን ይወቁ። ጠዋት ውሃ ያጠጡ።", 2, 3),
    ],
)
def test_sentences_and_words_of_other_scripts(lang: str, text: str, sentences: int, longest: int) -> None:
    """Chinese and Japanese write no spaces between words, so that letters are counted."""
    found = split_sentences(text, lang)
    assert (len(found), sentence_style(found, lang).longest) == (sentences, longest)


def test_words_keep_their_vowel_signs() -> None:
    text = "मिट्टी की जाँच"
    assert count_words([Segment(text, "a.md", 1, "paragraph", text, "hi")]) == 3


def test_reading_says_what_it_cannot_count(tmp_path: Path) -> None:
    root = copy_project(tmp_path / "project")
    book = root / "tests" / "books" / "garden"
    publish("catalogs", "add", "th", "--book", book, root=root)
    first, second = publish("reading", "--book", book, "--lang", "th", root=root).stdout.splitlines()[:2]
    assert first.endswith("letters; no spaces separate words, so letters are counted")
    assert second == "  no mark ends a sentence, so sentences are not measured"
