"""Judge whether a change of a reviewed translation may matter: a word that means the same does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import permutations, product

from carepress.checks.dictionary import Dictionary, stems
from carepress.checks.forms import lemmas
from carepress.checks.language import Language
from carepress.checks.review import Change, Changes, Token, token_of
from carepress.checks.slips import Slip, slip_of
from carepress.checks.verbs import may_be_verb, speaker


@dataclass(frozen=True, slots=True)
class Judge:
    """The judgment whether a change may matter.

    `explained` are the places of new words that correspond to words of the source to which no word that stayed does;
    `share` is true of two words of the language that may translate the same word of the source.
    """

    language: Language
    dictionary: Dictionary | None
    explained: frozenset[int]
    share: Callable[[Token, Token], bool]
    is_slip: bool = False
    is_turned: bool = False
    """Whether someone who did something is now the one to whom it is done: «recibe», «le dan a»."""

    def doubts(self, change: Change) -> bool:
        """Tell whether a change may matter."""
        if self._turns(change):
            return True
        if len(change.old) == len(change.new) == 1 and self._are_converse(change.old[0], change.new[0]):
            return False
        alike = [(old, new) for old in change.old for new in change.new if self.are_alike(old, new)]
        old, new = ([token for token in side if self._counts(token)] for side in (change.old, change.new))
        grammar = [token for token in (*old, *new) if not token.is_content]
        if len(change.old) == len(change.new) == 1:
            joined = {change.old[0].joins, change.new[0].joins}
            return bool(grammar) or joined == {"and", "or"} or (not alike and (bool(old) or change.new[0].is_content))
        unlike = [t for t in new if t.is_content and not any(t is pair[1] for pair in alike)]
        one_word = all(sum(token.is_content for token in side) == 1 for side in (old, new))
        if any(one_word or token.place not in self.explained for token in unlike):
            return True
        if any(token.is_content for token in change.new):
            left = [token for token in old if token.is_content and not any(token is pair[0] for pair in alike)]
            strict = self.language.strict | self.language.objects
            return any(token.name in strict for token in grammar) or (bool(left) and not new)
        return bool(grammar) or any(token.is_content for token in old)

    def slip(self, changes: Changes) -> Slip | None:
        """Return the slip that a small change makes, in whatever words."""
        pairs = product(*([token_of(part, self.language) for part in side] for side in changes.parts))
        if not changes.is_slip or any(self._are_converse(*pair) for pair in pairs):
            return None
        return slip_of(*changes.parts, self.language, self._may_replace)

    def _may_replace(self, word: str, other: str) -> bool:
        first, second = (token_of(item, self.language) for item in (word, other))
        if word in self.language.prepositions or not (first.is_content or second.is_content):
            return False
        return self.are_alike(first, second) and not self.are_opposite(Change((first,), (second,)))

    def without_moved(self, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """Return the changes without the words that moved while another that means the same replaced them."""
        moved = [
            (old, new)
            for first, second in permutations(changes, 2)
            for old in first.old
            for new in second.new
            if old.is_content and new.is_content and self.are_alike(old, new)
        ]
        ids = {id(token) for pair in moved for token in pair}
        kept = (
            Change(*(tuple(t for t in side if id(t) not in ids) for side in (change.old, change.new)))
            for change in changes
        )
        return tuple(change for change in kept if change.old or change.new)

    def _turns(self, change: Change) -> bool:
        """Tell whether a word became its opposite or a verb of another person, or “or” was lost."""
        if self.are_opposite(change):
            return True
        if len(change.old) == len(change.new) == 1:
            return _is_other_person(change.old[0], change.new[0], self.language)
        return not change.new and {token.joins for token in change.old} == {"or"}

    def are_opposite(self, change: Change) -> bool:
        """Tell whether a word became its opposite, and is not denied instead: «recuerde», «no olvide»."""
        if any(token.text in self.language.negations for token in (*change.old, *change.new)):
            return False
        return any(
            self._are_reversed(old, new) or (self._are_opposites(old, new) and not self.are_alike(old, new))
            for old in change.old
            for new in change.new
        )

    def reversed_in(self, changes: tuple[Change, ...]) -> Iterator[tuple[Token, Token]]:
        """Yield the words that a text lost, and their opposites that came, wherever they are."""
        lost = [token for change in changes for token in change.old]
        gained = [token for change in changes for token in change.new]
        yield from (pair for pair in product(lost, gained) if are_paired(*pair, self.language.polarities))

    def _are_reversed(self, old: Token, new: Token) -> bool:
        return are_paired(old, new, self.language.reversals) and not self._are_converse(old, new)

    def _are_converse(self, old: Token, new: Token) -> bool:
        return self.is_turned and are_paired(old, new, self.language.converses)

    def _are_opposites(self, old: Token, new: Token) -> bool:
        vague = (old.is_light and new.is_light) or any(token.text in self.language.weak for token in (old, new))
        if self.dictionary is None or vague:
            return False
        return self.dictionary.are_opposites(old.forms, new.forms)

    def are_alike(self, first: Token, second: Token) -> bool:
        """Tell whether two words mean the same, or may translate the same word."""
        if self._are_converse(first, second):
            return True
        return _are_synonyms(first, second, self.language, self.dictionary, self.is_slip) or self.share(first, second)

    def _counts(self, token: Token) -> bool:
        """Tell whether a word says something that its sentence needs."""
        if token.is_content:
            return not token.is_light
        return not token.joins and token.text not in self.language.weak and token.name not in self.language.weak


def are_paired(first: Token, second: Token, rows: tuple[tuple[frozenset[str], frozenset[str]], ...]) -> bool:
    """Tell whether a row has the words on its two sides."""
    return any(
        not (first.forms.isdisjoint(one) or second.forms.isdisjoint(other))
        for row in rows
        for one, other in (row, row[::-1])
    )


def _are_synonyms(
    first: Token, second: Token, language: Language, dictionary: Dictionary | None, is_slip: bool
) -> bool:
    """Tell whether two words of a language are forms of one, have one origin, or mean the same.

    In a slip, two nouns of one origin are two things, such as «medicina» and «médico».
    """
    one, other = (lemmas(token.text, language.code) for token in (first, second))
    has_verb = any(may_be_verb(token.text, language) for token in (first, second))
    if not one.isdisjoint(other) or ((has_verb or not is_slip) and not stems(one).isdisjoint(stems(other))):
        return True
    if _is_misspelled(first.text, second.text):
        return False
    return dictionary is not None and dictionary.are_synonyms(one, other)


def _is_misspelled(first: str, second: str) -> bool:
    """Tell whether two words of one length differ in a single letter, which is a slip: cuenta, cuesta."""
    return len(first) == len(second) and sum(one != other for one, other in zip(first, second)) == 1


def _is_other_person(first: Token, second: Token, language: Language) -> bool:
    """Tell whether two words are forms of one verb that show different persons."""
    (verbs, end), (others, other_end) = (speaker(token.text, language) for token in (first, second))
    return end != other_end and not verbs.isdisjoint(others)
