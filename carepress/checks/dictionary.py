"""A bilingual dictionary, and the words of a translation that correspond to words of its source.

The tables in languages/, made by tests/languages/dictionary.py, have a word in each line, then those that belong to it:
en-LANG.tsv its translations, LANG-synonyms.tsv and en-synonyms.tsv its synonyms, en-opposites.tsv its opposites. Words
of the same origin need no dictionary: information, información.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache, cached_property, lru_cache

from carepress.checks.forms import FOLDER, lemmas, plain, rows

STEM = 5
"""The letters by which words of one origin are the same: tratar, tratamiento."""

MANY = 12
"""More translations than those of one meaning: “give”, “run”."""

PLAIN = 6
"""The translations of a word with one meaning, at most: two words that share only a vaguer one may say different things."""

FEW = 100
"""Fewer synonyms than those of a word with several meanings."""

Rows = dict[str, tuple[str, ...]]


class Dictionary:
    """The dictionary from English to a language."""

    def __init__(self, lang: str, table: Rows) -> None:
        self.lang = lang
        self.rows = table
        self._meanings: dict[tuple[str, bool], Meaning] = {}

    @cached_property
    def known(self) -> frozenset[str]:
        """The words of the other language."""
        return frozenset(item for items in self.rows.values() for item in items)

    def translations(self, word: str) -> tuple[str, ...]:
        """Return the translations of an English word in any form."""
        found = dict.fromkeys(item for lemma in sorted(lemmas(word, "en")) for item in self.rows.get(lemma, ()))
        return tuple(found) or self.rows.get(plain(word).removesuffix("s"), ())

    def has(self, word: str) -> bool:
        """Tell whether a word of the other language, in any form, is in the dictionary."""
        return not self.known.isdisjoint(lemmas(word, self.lang))

    def meaning(self, word: str, synonyms: bool = True) -> Meaning:
        """Return what may translate an English word; also the synonyms of its translations, if wanted."""
        if (word, synonyms) not in self._meanings:
            words = set(self.translations(word))
            if synonyms:
                words |= self._near(word, words)
            self._meanings[word, synonyms] = Meaning(words, word)
        return self._meanings[word, synonyms]

    def _near(self, word: str, words: set[str]) -> set[str]:
        """Return the synonyms of translations, and the translations of synonyms; of a word with many, those that several share."""
        english = read_table("en-synonyms")
        others = [near for lemma in lemmas(word, "en") for near in english.get(lemma, ())]
        found = [frozenset(self.rows.get(near, ())) for near in others]
        found += [self.synonyms((item,)) for item in {*words, *(item for items in found for item in items)}]
        counts = Counter(item for items in found for item in items)
        least = 1 if len(counts) <= FEW else 2
        return {item for item, count in counts.items() if count >= least}

    def synonyms(self, words: Iterable[str]) -> frozenset[str]:
        """Return the synonyms of words of the other language."""
        table = read_table(f"{self.lang}-synonyms")
        return frozenset(near for word in words for near in table.get(word, ()))

    def are_synonyms(self, first: frozenset[str], second: frozenset[str]) -> bool:
        """Tell whether two words of the other language, by their dictionary forms, mean the same."""
        if not self.synonyms(first).isdisjoint(second) or not self.synonyms(second).isdisjoint(first):
            return True
        shared = self._back(first) & self._back(second)
        return len(shared) > 1 or any(len(self.rows[word]) <= PLAIN for word in shared)

    def _back(self, words: Iterable[str]) -> frozenset[str]:
        """Return the English words that words of the other language translate; those of many translations are too vague."""
        return frozenset(item for word in words for item in self._reverse.get(word, ()))

    @cached_property
    def _reverse(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word, items in self.rows.items():
            for item in items if len(items) <= MANY else ():
                found[item].append(word)
        return found

    def are_opposites(self, first: frozenset[str], second: frozenset[str]) -> bool:
        """Tell whether two words of the other language, by their dictionary forms, translate opposites."""
        return any(
            not self.opposites(word).isdisjoint(other)
            for one, other in ((first, second), (second, first))
            for word in self._back(one)
        )

    def opposites(self, word: str) -> frozenset[str]:
        """Return the translations of the opposites of an English word."""
        table = read_table("en-opposites")
        others = (other for lemma in lemmas(word, "en") for other in table.get(lemma, ()))
        return frozenset(item for other in others for item in self.rows.get(other, ()))


def stems(words: Iterable[str]) -> frozenset[str]:
    """Return the letters by which words are compared with others of the same origin."""
    return frozenset(_stem(word) for word in words if len(word) >= STEM)


def _stem(word: str) -> str:
    """Return the first letters of a word; two more after a form that many words begin with: linfoblasto, linfocito."""
    form = next((form for form in COMBINING if word.startswith(form)), "")
    return word[: max(STEM, len(form) + 2)]


COMBINING = tuple(
    "linfo limfo leuco hemato trombo eritro neuro cardio hepato nefro osteo mielo inmuno immuno cimio quimio radio hiper "
    "hipo anti micro macro poli psico electro gastro bronco farmaco onco fisio".split()
)
"""How words of medicine begin in several languages, as `origin` writes them and as Spanish does."""


class Meaning:
    """The words that may translate one word, by their dictionary forms and stems."""

    __slots__ = ("origin", "stems", "words")

    def __init__(self, words: Iterable[str], source: str) -> None:
        self.words = frozenset((*words, plain(source)))
        self.stems = stems(self.words)
        self.origin = origin(source)

    def fits(self, target: Target) -> bool:
        """Tell whether a word of the translation may be meant."""
        return not (
            self.words.isdisjoint(target.words)
            and self.stems.isdisjoint(target.stems)
            and (not self.origin or self.origin != target.origin)
        )


class Target:
    """A word of a translation, by its dictionary forms, their stems and its origin."""

    __slots__ = ("origin", "stems", "words")

    def __init__(self, word: str, lang: str) -> None:
        self.words = lemmas(word, lang) | {plain(word)}
        self.stems = stems(self.words)
        self.origin = origin(word)


@lru_cache(maxsize=20000)
def target(word: str, lang: str) -> Target:
    """Return a word of a translation."""
    return Target(word, lang)


@cache
def read_dictionary(lang: str) -> Dictionary | None:
    """Return the dictionary from English to a language, or None where there is none."""
    lang = lang.partition("_")[0]
    table = read_table(f"en-{lang}")
    return Dictionary(lang, table) if table else None


@cache
def read_table(name: str) -> Rows:
    """Return the rows of a table; none if there is no such table. A word may have several."""
    path = FOLDER / f"{name}.tsv"
    found: Rows = {}
    for word, *others in rows(path) if path.is_file() else ():
        found[word] = (*found[word], *others) if word in found else tuple(others)
    return found


@lru_cache(maxsize=20000)
def origin(word: str) -> str:
    """Return how long words of Greek and Latin begin in several languages, or an empty text: chemotherapy, quimioterapia."""
    word = plain(word)
    if len(word) < STEM:
        return ""
    for old, new in (("ph", "f"), ("th", "t"), ("ch", "c"), ("qu", "c"), ("k", "c"), ("y", "i"), ("z", "c")):
        word = word.replace(old, new)
    single = "".join(letter for at, letter in enumerate(word) if at == 0 or letter != word[at - 1])
    return _stem(single) if len(single) >= STEM else ""
