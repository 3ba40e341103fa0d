"""Readability scores for English and Spanish.

Only complete sentences are scored: headings, labels and list items without a full stop would make any text
look easy. Syllables are counted by rules; tests/test_checks_reading.py has hand-made lists that the
rules must pass.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from carepress.checks.script import ENDS, MARKS, script_of
from carepress.model import Chapter, Segment, segments
from carepress.text.inline import strip_markup
from carepress.translation.sentences import words_or_letters


@dataclass(frozen=True, slots=True)
class Reading:
    """Scores of one text.

    English: Flesch-Kincaid grade (Kincaid 1975) and SMOG grade (McLaughlin 1969). Spanish:
    Szigriszt-Pazos 1993 as `ease`, read on the INFLESZ scale (55-65 normal, 65-80 fairly easy), and
    Fernández-Huerta 1959 as `huerta`. Scores that do not apply to a language are None. Where no spaces separate the words,
    `words` counts letters.
    """

    words: int
    sentences: int
    words_per_sentence: float
    grade: float | None
    smog: float | None
    ease: float | None
    huerta: float | None


def chapter_sentences(chapter: Chapter, lang: str) -> list[str]:
    """Return the sentences of a chapter's running text in its language, without headings and fragments.

    There are none in a language that does not mark where a sentence ends.
    """
    if not script_of(lang).sentences:
        return []
    texts = (
        strip_markup(segment.text) for segment in segments(chapter.blocks) if segment.kind in ("paragraph", "caption")
    )
    return [sentence for text in texts for sentence in split_sentences(text, lang)]


def count_words(texts: Iterable[Segment]) -> int:
    """Count the words that a reader sees, numbers included, in segments of any kind."""
    return sum(len(_COUNTED.findall(strip_markup(item.text))) for item in texts)


def count_letters(texts: Iterable[Segment]) -> int:
    """Count the letters and digits that a reader sees; a vowel sign belongs to the letter before it."""
    return sum(letter.isalnum() for item in texts for letter in strip_markup(item.text))


_COUNTED = re.compile(rf"[^\W_][\w{MARKS}]*(?:[’'.,-][\w{MARKS}]+)*")


def split_sentences(text: str, lang: str = "en") -> list[str]:
    """Return the sentences that end in a full stop, question or exclamation mark of any script."""
    text = re.sub(r"\{\w+\}", "", text)
    text = re.sub(r"(?<=\d)[.,](?=\d)", "", text)  # a decimal point does not end a sentence
    text = re.sub(r"\b(?:[A-Z]\.){2,}", lambda match: match[0].replace(".", ""), text)
    text = re.sub(r"\b(EE)\. (UU)\.", r"\1\2", text)
    return [part for part in _SENTENCE.findall(text) if len(words_or_letters(part, lang)) > 1]


_SENTENCE = re.compile(rf"[^.!?{ENDS}]*[.!?{ENDS}]+[»”)）」』]*")


def score(sentences: list[str], lang: str) -> Reading:
    """Score sentences in English or Spanish; other languages get only the counts."""
    words = [word for sentence in sentences for word in words_or_letters(sentence, lang)]
    if not words:
        return Reading(0, 0, 0.0, None, None, None, None)
    length = len(words) / len(sentences)
    grade = smog = ease = huerta = None
    match lang.partition("_")[0]:
        case "en":
            counts = [english_syllables(word) for word in words]
            grade = 0.39 * length + 11.8 * sum(counts) / len(words) - 15.59
            smog = 1.0430 * math.sqrt(sum(count >= 3 for count in counts) * 30 / len(sentences)) + 3.1291
        case "es":
            density = sum(map(spanish_syllables, words)) / len(words)
            ease = 206.835 - 62.3 * density - length
            huerta = 206.84 - 60 * density - 1.02 * length
    return Reading(len(words), len(sentences), length, grade, smog, ease, huerta)


def has_formula(lang: str) -> bool:
    """Tell whether `score` has a formula for a language."""
    return lang.partition("_")[0] in ("en", "es")


def english_syllables(word: str) -> int:
    """Count syllables by vowel groups, silent e and the common endings."""
    return sum(_english_part(part) for part in re.split(r"[’'-]", word.casefold()) if part not in ("", "s"))


# Words of a handbook that no rule below gets right.
_IRREGULAR = {
    "area": 3, "business": 2, "create": 2, "every": 2, "everyone": 3, "everything": 3, "experience": 4, "idea": 3, "ideas": 3,
    "nausea": 3, "people": 2, "quiet": 2, "science": 2, "scientist": 3, "trial": 2, "trials": 2, "diarrhea": 4,
}  # fmt: skip


def _english_part(word: str) -> int:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    count = len(re.findall(r"[aeiouy]+", word))
    # Two vowels in separate syllables: medi-al but so-cial, vide-o, do-ing, seri-ous but pre-cious.
    count += len(
        re.findall(r"(?<![ctsgx])i(?:a|ou|u)|eo|(?<![ctsgxl])io|[aeou]ing|uou|(?<![qg])ua|y(?:e(?=t)|i)|ia(?=t)", word)
    )
    if re.search(r"[^aeiouyl]e$|[aeiouy]le$", word):
        count -= 1
    if re.search(r"[^aeiouytd]ed$", word) or re.search(r"(?:[^aeiouysxzcgh]|[^cs]h)es$", word):
        count -= 1
    return max(count, 1)


def spanish_syllables(word: str) -> int:
    """Count syllables: strong vowels and stressed weak ones each make one (RAE, Ortografía, 3.4)."""
    word = unicodedata.normalize("NFC", word.casefold())
    word = re.sub(r"qu(?=[eiéí])|gu(?=[eiéí])", "k", word)
    word = re.sub(r"y(?=[aeiouáéíóú])", "j", word).replace("y", "i").replace("ü", "u")
    count = 0
    for group in re.findall(r"[aeiouáéíóúh]*[aeiouáéíóú]", word):
        group = group.replace("h", "")
        strong = len(re.findall(r"[aeoáéóíú]", group))
        # A run of weak vowels (iu, ui) is one syllable; next to a strong vowel it adds none.
        count += strong or 1
    return count
