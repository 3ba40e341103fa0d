"""Learn from the reviewed translations of a book which words correspond, for the check `word`.

A word that nothing relates to its sentence is paired with the word of the source that accompanies it most often; of
several, with the rarest, so that the pair excuses as little as possible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from carepress.catalogs.plurals import forms_of
from carepress.catalogs.po import Catalog, entry_state, read_po
from carepress.checks.learned import NOTHING, Learned, LeftOver, Text, digest, format_learned, key, learned_of
from carepress.checks.matching import Unit
from carepress.checks.review import review_of
from carepress.checks.subject import Subject
from carepress.checks.text import Pair, ParsedText, Word
from carepress.translation.domains import Domain, learned_path, read_domains, read_learned, to_translate
from carepress.translation.proofread import entry_texts
from carepress.workspace.project import Project

LEFT_OVER = 1.5
"""How much more likely words correspond if both are left over."""


@dataclass(frozen=True, slots=True)
class Counts:
    """In how many sentences words occur, alone and together."""

    source: Counter[str] = field(default_factory=Counter)
    target: Counter[str] = field(default_factory=Counter)
    both: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, source: set[str], target: set[str]) -> None:
        """Count the words of a sentence and its translation."""
        self.source.update(source)
        self.target.update(target)
        self.both.update((first, second) for first in source for second in target)

    def likeness(self, first: str, second: str, left_over: bool) -> float:
        """Return how regularly two words occur together (Dice), in a sentence where both may be left over."""
        together = 2 * self.both[first, second] / (self.source[first] + self.target[second])
        return together * (LEFT_OVER if left_over else 1)

    def belong(self, first: str, second: str, sentences: int) -> bool:
        """Tell whether two words occur together too often to be chance, or mostly."""
        chance = self.source[first] * self.target[second] / sentences
        return self.both[first, second] >= MORE * chance or self.likeness(first, second, left_over=False) >= MOSTLY


# How many times more often than by chance two words occur together, or how regularly, to be learned for all texts.
MORE, MOSTLY = 4, 0.4


def learn(project: Project, book_name: str, lang: str) -> Path:
    """Write what the translations of a book teach; return the path of the file. Raises PublishError."""
    folder = project.book(book_name)
    domains = to_translate(project, folder, read_domains(project, folder), lang)
    pairs = [pair for domain in domains for pair in _pairs(project, domain, lang)]
    path = learned_path(project.locales(folder), lang)
    of_project = learned_path(project.interface_locales, lang)
    known = read_learned(project, (of_project,)) if of_project != path else NOTHING
    path.write_text(format_learned(learned_from(pairs, known)), encoding="utf-8", newline="\n")
    return path


def _pairs(project: Project, domain: Domain, lang: str) -> Iterator[Pair]:
    path = domain.path(lang)
    catalog = read_po(path, project.shown(path)) if path.exists() else Catalog()
    for entry in catalog:
        if not entry.obsolete and entry_state(entry) == "translated":
            for source, text in entry_texts(entry, forms_of(catalog)):
                yield Pair(source, text, lang, "paragraph", "", None, domain.source_lang)


def learned_from(pairs: list[Pair], known: Learned = NOTHING) -> Learned:
    """Return which words correspond in pairs of reviewed texts, besides those `known`, and which words are left over.

    A pair of words may take the counterpart of a synonym: the turns go on until no word is left over. Pairs of a single
    text teach nothing about others: there the words are left over.
    """
    counts = Counts()
    learned = known
    for turn in range(TURNS):
        found = [(pair, unit) for pair in pairs for unit in Subject(pair, learned=learned).units]
        for pair, unit in found if turn == 0 else ():
            counts.add(_keys(unit.source, pair.source_lang), _keys(unit.target, pair.lang))
        seen = Counter(item for pair, unit in found for item in set(_left_over(pair, unit, counts)))
        new = {item for item, count in seen.items() if count >= OFTEN and counts.belong(*item, len(found))}
        old = {(word, item) for word, items in learned.pairs.items() for item in items}
        if new <= old:
            break
        learned = learned_of(sorted(old | new), ())
    often = [(word, item) for word, items in learned.pairs.items() for item in items]
    own = [(digest(pair.source), Text(pairs=frozenset(_own_pairs(pair, learned, counts)))) for pair in pairs]
    learned = learned_of(often, own)
    left = [(digest(pair.source), Text(_unpaired(pair, learned), reviewed=_reviewed(pair))) for pair in pairs]
    taught = ((word, item) for word, item in often if item not in known.pairs.get(word, ()))
    return learned_of(taught, [*own, *left])


def _own_pairs(pair: Pair, learned: Learned, counts: Counts) -> Iterator[tuple[str, str]]:
    """Yield the pairs of words that only this text has."""
    subject = Subject(pair, learned=learned)
    light = subject.source_language.light
    for unit in subject.units:
        yield from ((word, item) for word, item in _left_over(pair, unit, counts) if word not in light)


def _unpaired(pair: Pair, learned: Learned) -> LeftOver:
    """Return the words of a text and its translation that have no partner."""
    units = Subject(pair, learned=learned).units
    lost, added = (
        Counter(key(word.key, lang) for unit in units for word in unit.unpaired[side])
        for side, lang in enumerate((pair.source_lang, pair.lang))
    )
    return lost, added


def _reviewed(pair: Pair) -> frozenset[str]:
    """Return the words of a translation, as the file has them; nothing if no spaces separate them."""
    text = ParsedText(pair.text, pair.lang)
    return frozenset() if pair.source == pair.text or not text.script.words else frozenset((review_of(text),))


OFTEN = 2
"""The sentences in which a pair occurs before it is learned."""
TURNS = 8
"""The most repetitions."""


def _keys(words: tuple[Word, ...], lang: str) -> set[str]:
    return {key(word.key, lang) for word in words}


def _left_over(pair: Pair, unit: Unit, counts: Counts) -> Iterator[tuple[str, str]]:
    """Yield a pair for each word of a sentence that has no counterpart."""
    source, target = sorted(_keys(unit.source, pair.source_lang)), sorted(_keys(unit.target, pair.lang))
    lost, added = _keys(unit.lost, pair.source_lang), _keys(unit.added, pair.lang)
    for word in added if source else ():
        yield max(source, key=lambda item: (counts.likeness(item, word, item in lost), -counts.source[item])), word
    for word in lost if target else ():
        yield word, max(target, key=lambda item: (counts.likeness(word, item, item in added), -counts.target[item]))
