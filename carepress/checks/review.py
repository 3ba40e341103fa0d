"""Compare a translation with the reviewed one of the same text: which words changed, and whether they may matter.

The texts are compared word by word, as `diff` compares lines. Articles, pronouns and other words that a rewording adds or
loses do not count, nor do words that mean the same. What remains was replaced, added, lost, moved, or exchanged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations, pairwise

from carepress.checks.dictionary import STEM, Dictionary
from carepress.checks.forms import lemmas, plain, read_forms
from carepress.checks.language import Language, read_language
from carepress.checks.learned import key
from carepress.checks.matching import SHORTEST, is_content_key
from carepress.checks.text import ParsedText

BREAKS = (",", ".")
"""What is between the clauses and the sentences of a reviewed translation, as it is kept in a file."""


def review_of(text: ParsedText) -> str:
    """Return the words of a translation, as they are compared: by their keys, in order, with the ends of clauses."""
    words: list[str] = []
    for before, word in zip((None, *text.words), text.words):
        if before and before.clause != word.clause:
            words.append(BREAKS[before.sentence != word.sentence])
        words.append(word.key)
    return " ".join(words)


@dataclass(frozen=True, slots=True)
class Token:
    """A word that counts: its name, which most of its forms share, and all dictionary forms that it may have.

    `place` is that of the word in its text.
    """

    name: str
    forms: frozenset[str]
    text: str
    is_content: bool
    is_light: bool
    directions: frozenset[str]
    """The prepositions before it that do not count by themselves, such as «de»."""
    place: int
    sentence: int
    joins: str = ""
    """“and” or “or”, of a conjunction."""
    compared: bool = False
    """Whether it is compared with the word before it, as after «que»."""


@dataclass(frozen=True, slots=True)
class Change:
    """What replaced what: words of the reviewed translation and of the new one. Words that only moved are not among them."""

    old: tuple[Token, ...]
    new: tuple[Token, ...]


Tokens = tuple[Token, ...]
Edit = tuple[slice, slice]
"""What was replaced in one text, and by what in the other."""

# In how many places how many words a slip changes, apart from words that changed places.
PLACES, SLIP = 2, 4


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changed: the words replaced, the first two that changed places, and a word of grammar that moved."""

    changes: tuple[Change, ...] = ()
    exchanged: tuple[Token, Token] | None = None
    moved: Token | None = None
    redirected: Token | None = None
    """A word that was after «de» and is now after «a», or the reverse."""
    places: int = 0
    size: int = 0
    """In how many places how many words changed, those that do not count included."""

    @property
    def is_slip(self) -> bool:
        """Whether no more has changed than a slip changes. A text with more changes was reworded."""
        crossed = self.exchanged or self.moved or self.redirected
        return self.places < PLACES or (self.places == PLACES and (crossed is not None or self.size <= SLIP))


def changes_since(reviewed: str, text: ParsedText, language: Language) -> Changes:
    """Return what has changed since the review."""
    now = review_of(text)
    if now == reviewed:
        return Changes()
    lines = tuple([word for word in line.split() if word not in BREAKS] for line in (reviewed, now))
    edits = _edits(*lines)
    size = sum(max(old.stop - old.start, new.stop - new.start) for old, new in edits)
    old, new = (_tokens(tuple(line.split()), language) for line in (reviewed, now))
    blocks = [(old[first], new[second]) for first, second in _edits(*([t.name for t in side] for side in (old, new)))]
    changes = tuple(_without_moved(blocks))
    pairs = tuple(_by_sentence(old, new))
    return Changes(
        changes,
        next(filter(None, (_exchanged(*pair) for pair in dict.fromkeys((*pairs, (old, new))))), None),
        next(filter(None, (_moved(*pair, language) for pair in pairs)), None),
        next(filter(None, (_redirected(*pair, alone=not changes) for pair in pairs)), None),
        len(edits),
        size,
    )


def _edits(old: list[str], new: list[str]) -> list[Edit]:
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(slice(first, last), slice(start, end)) for kind, first, last, start, end in codes if kind != "equal"]


# --- Words that count ------------------------------------------------------------------------


def _tokens(keys: tuple[str, ...], language: Language) -> tuple[Token, ...]:
    found: list[Token] = []
    directions: set[str] = set()
    compared = False
    place, sentence = -1, 0
    for word, length in _phrases(keys, language):
        if word in BREAKS:
            sentence += word == BREAKS[1]
            directions.clear()
            continue
        place += length
        for part in _parts(word, language.code):
            if part in language.directions:
                directions.add(language.directions[part])
            compared = compared or part in language.comparing
            if part in language.loose or not part[0].isalnum():
                continue
            content = is_content_key(part, language)
            name, forms = _name(part, language), lemmas(part, language.code)
            light = content and not forms.isdisjoint(language.light)
            joins = "and" if part in language.both else "or" if part in language.either else ""
            token = Token(
                joins or name, forms, word, content, light, frozenset(directions), place, sentence, joins, compared
            )
            found.append(token)
            directions.clear()
            compared = False
    return tuple(found)


def _phrases(keys: tuple[str, ...], language: Language) -> Iterator[tuple[str, int]]:
    """Yield each word, or one word in place of a phrase that means the same, with its length."""
    at = 0
    while at < len(keys):
        rest = (phrase for phrase in language.same_phrases.get(keys[at], ()) if keys[at : at + len(phrase)] == phrase)
        found = max(rest, key=len, default=None)
        yield (language.same[" ".join(found)], len(found)) if found else (keys[at], 1)
        at += len(found) if found else 1


def _name(word: str, language: Language) -> str:
    """Return the dictionary form of a word, with the person or gender that its ending shows; a number in digits."""
    if word in language.number_words:
        return f"{language.number_words[word]:g}"
    base = key(word, language.code)
    if word in language.same or base in language.same:
        return language.same.get(word) or language.same[base]
    endings = (end for own, ends in language.persons.items() if base.endswith(own) for end in ends)
    return "-".join((base, *(end for end in endings if word.endswith(end))))


@lru_cache(maxsize=40000)
def _parts(word: str, lang: str) -> tuple[str, ...]:
    """Return a word and the pronoun that is attached to it: «llamar» and «nos»."""
    forms = read_forms(lang)
    if forms is None or forms.find(plain(word)):
        return (word,)
    for ending in read_language(lang).enclitics:
        bare = word.removesuffix(ending)
        if bare != word and len(bare) >= SHORTEST - 1 and forms.find(plain(bare)):
            return (bare, ending)
    return (word,)


def _by_sentence(old: Tokens, new: Tokens) -> Iterator[tuple[Tokens, Tokens]]:
    """Yield the sentences that correspond, or the whole texts if they have not equally many."""
    if old and new and old[-1].sentence == new[-1].sentence:
        for number in range(old[-1].sentence + 1):
            yield tuple(tuple(t for t in side if t.sentence == number) for side in (old, new))  # type: ignore[misc]
    else:
        yield old, new


# --- Changes ---------------------------------------------------------------------------------


def _without_moved(blocks: list[tuple[Tokens, Tokens]]) -> Iterator[Change]:
    """Yield the changes without the words that only moved."""
    counts = [Counter(token.name for block in blocks for token in block[side]) for side in (0, 1)]
    left = [counts[0] & counts[1], counts[0] & counts[1]]
    for block in blocks:
        sides: list[Tokens] = []
        for side, tokens in enumerate(block):
            kept = []
            for token in tokens:
                if left[side][token.name]:
                    left[side][token.name] -= 1
                else:
                    kept.append(token)
            sides.append(tuple(kept))
        if any(sides):
            yield Change(*sides)


@dataclass(frozen=True, slots=True)
class _Order:
    """Where the words are that occur once in each text; their names by place, and what is around each."""

    tokens: tuple[Token, ...]
    places: dict[str, int]

    def beside(self, name: str, step: int) -> frozenset[str]:
        """Return the forms that the word before or after another may have; none at the end of a text."""
        at = self.places[name] + step
        return self.tokens[at].forms if 0 <= at < len(self.tokens) else frozenset()

    def joined(self, first: str, second: str) -> bool:
        """Tell whether nothing but conjunctions is between a word and a later one."""
        return all(token.joins for token in self.tokens[self.places[first] + 1 : self.places[second]])


def _exchanged(old: Tokens, new: Tokens) -> tuple[Token, Token] | None:
    """Return two words each of which has the neighbors that the other had, with words between them that stayed."""
    counts = [Counter(token.name for token in tokens) for tokens in (old, new)]
    once = {name for name, count in counts[0].items() if count == counts[1][name] == 1}
    before, after = (_Order(t, {x.name: at for at, x in enumerate(t) if x.name in once}) for t in (old, new))
    by_place = sorted(once, key=before.places.__getitem__)
    for first, second in combinations(by_place, 2):
        if after.places[first] > after.places[second] and _have_exchanged(first, second, before, after):
            return new[after.places[second]], new[after.places[first]]
    return None


def _have_exchanged(first: str, second: str, before: _Order, after: _Order) -> bool:
    around = [(first, second, -1), (second, first, 1)]
    if before.joined(first, second):
        if not before.tokens[before.places[second]].compared:
            return False
    else:
        around += [(first, second, 1), (second, first, -1)]
    return all(
        (one := before.beside(name, step)) == (two := after.beside(other, step)) or not one.isdisjoint(two)
        for name, other, step in around
    )


def _moved(old: Tokens, new: Tokens, language: Language) -> Token | None:
    """Return a negation or a limit that moved away from the word after it: «puede no ser», «no puede ser»."""
    follow = tuple(Counter(map(_names, pairwise(tokens))) for tokens in (old, new))
    counts = tuple(Counter(token.name for token in tokens) for tokens in (old, new))
    for before, after in pairwise(new):
        same = counts[0][before.name] == counts[1][before.name] and counts[0][after.name] == counts[1][after.name]
        if before.name in language.strict and same and not follow[0][before.name, after.name]:
            return before
    return None


def _names(pair: tuple[Token, Token]) -> tuple[str, str]:
    return pair[0].name, pair[1].name


def _redirected(old: Tokens, new: Tokens, alone: bool) -> Token | None:
    """Return the first of two words between which «de» and «a» were exchanged, or a word that «a» came to or left, if `alone`."""
    counts = tuple(Counter(token.name for token in tokens) for tokens in (old, new))
    before = {token.name: token for token in old}
    turned = [
        (before[token.name].directions, token)
        for token in new
        if counts[0][token.name] == counts[1][token.name] == 1 and before[token.name].directions != token.directions
    ]
    turns = [(*sorted(first), *sorted(token.directions)) for first, token in turned]
    if ("from", "to") in turns and ("to", "from") in turns:
        return turned[0][1]
    return turned[0][1] if turns == [("to",)] and alone else None


# --- What may matter -------------------------------------------------------------------------


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

    def doubts(self, change: Change) -> bool:
        """Tell whether a change may matter."""
        alike = [(old, new) for old in change.old for new in change.new if self._are_alike(old, new)]
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
            return any(token.name in self.language.strict for token in grammar)
        return bool(grammar) or any(token.is_content for token in old)

    def _are_alike(self, first: Token, second: Token) -> bool:
        return _are_synonyms(first, second, self.language, self.dictionary) or self.share(first, second)

    def _counts(self, token: Token) -> bool:
        """Tell whether a word says something that its sentence needs."""
        if token.is_content:
            return not token.is_light
        return not token.joins and token.text not in self.language.weak and token.name not in self.language.weak


def _are_synonyms(first: Token, second: Token, language: Language, dictionary: Dictionary | None) -> bool:
    """Tell whether two words of a language are forms of one, have one origin, or mean the same."""
    one, other = (lemmas(token.text, language.code) for token in (first, second))
    stems = [{word[:STEM] for word in words if len(word) >= STEM} for words in (one, other)]
    if not one.isdisjoint(other) or not stems[0].isdisjoint(stems[1]):
        return True
    return dictionary is not None and dictionary.are_synonyms(one, other)
