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

from carepress.model import Chapter, Segment, segments
from carepress.text.inline import strip_markup
from carepress.translation.sentences import WORD


@dataclass(frozen=True, slots=True)
class Reading:
    """Scores of one text.

    English: Flesch-Kincaid grade (Kincaid 1975) and SMOG grade (McLaughlin 1969). Spanish:
    Szigriszt-Pazos 1993 as `ease`, read on the INFLESZ scale (55-65 normal, 65-80 fairly easy), and
    Fernández-Huerta 1959 as `huerta`. Scores that do not apply to a language are None.
    """

    words: int
    sentences: int
    words_per_sentence: float
    grade: float | None
    smog: float | None
    ease: float | None
    huerta: float | None


def chapter_sentences(chapter: Chapter) -> list[str]:
    """Return the sentences of a chapter's running text in its language, without headings and fragments."""
    texts = (
        strip_markup(segment.text) for segment in segments(chapter.blocks) if segment.kind in ("paragraph", "caption")
    )
    return [sentence for text in texts for sentence in split_sentences(text)]


def count_words(texts: Iterable[Segment]) -> int:
    """Count the words that a reader sees, numbers included, in segments of any kind."""
    return sum(len(re.findall(r"[^\W_]+(?:[’'.,-][^\W_]+)*", strip_markup(item.text))) for item in texts)


def split_sentences(text: str) -> list[str]:
    """Return the sentences that end in a full stop, question or exclamation mark."""
    text = re.sub(r"\{\w+\}", "", text)
    text = re.sub(r"(?<=\d)[.,](?=\d)", "", text)  # a decimal point does not end a sentence
    text = re.sub(r"\b(?:[A-Z]\.){2,}", lambda match: match[0].replace(".", ""), text)
    text = re.sub(r"\b(EE)\. (UU)\.", r"\1\2", text)
    return [part for part in re.findall(r"[^.!?]*[.!?]+[»”)]*", text) if len(WORD.findall(part)) > 1]


def score(sentences: list[str], lang: str) -> Reading:
    """Score sentences in English or Spanish; other languages get only the counts."""
    words = [word for sentence in sentences for word in WORD.findall(sentence)]
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
