"""Compare a translation with the reviewed one of the same text: which words changed, and whether they may matter.

The texts are compared word by word, as `diff` compares lines. Articles, pronouns and other words that a rewording adds or
loses do not count, nor do words that mean the same. What remains was replaced, added, lost, moved, or exchanged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations, pairwise

from carepress.checks.forms import lemmas, plain, read_forms
from carepress.checks.language import Language, read_language
from carepress.checks.learned import key
from carepress.checks.lexicon import Phrases
from carepress.checks.matching import SHORTEST, is_content_key
from carepress.checks.text import ParsedText, Word, split_words
from carepress.checks.verbs import are_going, have_just, is_future, is_infinitive, is_past, is_verb, speaker

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
    directions: frozenset[str] = frozenset()
    """The prepositions before it that do not count by themselves, such as «de»."""
    place: int = 0
    sentence: int = 0
    joins: str = ""
    """“and” or “or”, of a conjunction."""
    compared: bool = False
    """Whether it is compared with the word before it, as after «que»."""
    tense: str = ""
    """“past” or “future”, of a verb that shows it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What replaced what: words of the reviewed translation and of the new one. Words that only moved are not among them."""

    old: tuple[Token, ...]
    new: tuple[Token, ...]


Tokens = tuple[Token, ...]
Edit = tuple[slice, slice]
"""What was replaced in one text, and by what in the other."""

# In how many places how many words a slip changes, apart from words that changed places; and how many in a single place.
PLACES, SLIP, CLAUSE = 2, 6, 9
APART = 3
"""The fewest words between two places."""


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changed: the words replaced, the first two that changed places, and a word of grammar that moved."""

    changes: tuple[Change, ...] = ()
    exchanged: tuple[Token, Token] | None = None
    moved: Token | None = None
    redirected: Token | None = None
    """A word that was after «de» and is now after «a», or the reverse."""
    is_turned: bool = False
    """Whether a noun is now after «a»: someone to whom something is done."""
    retensed: Token | None = None
    """A verb of the past that is now one of the future, or the reverse."""
    subject: Token | None = None
    """A pronoun that replaced another, or came while a verb changed from several to one, as in «pueden», «usted puede»."""
    related: tuple[str, str] | None = None
    """A word that joins clauses or asks, such as “because” and “when”, and one of another meaning that replaced it."""
    fused: str = ""
    """An “and” that was lost, and neither a comma nor another conjunction replaced it: «papás y niños», «papás por niños»."""
    parts: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """All words that were replaced, without those that only moved, and those that replaced them; pronouns that are attached
    to verbs, or before them, begin with a hyphen.
    """
    swapped: tuple[str, str] | None = None
    """The two words or phrases that took each other's places, if nothing else changed."""
    is_repunctuated: bool = False
    """Whether only sentences or clauses were joined or split."""
    places: int = 0
    words: int = 0
    """How many edits were made, of how many words, those that do not count included."""
    spans: int = 0
    size: int = 0
    """The same where edits with few words between them are one."""
    share: float = 0
    """The share of the words that were there which `size` is."""

    @property
    def is_worded(self) -> bool:
        """Whether words that are not grammar were replaced, lost or added; after another verb, other prepositions are right."""
        return any(token.is_content for change in self.changes for token in (*change.old, *change.new))

    @property
    def is_slip(self) -> bool:
        """Whether no more has changed than a slip changes. A text with more changes was reworded."""
        crossed = self.exchanged or self.moved or self.redirected or self.retensed or self.subject or self.related
        if self.spans < PLACES:
            return self.size <= CLAUSE
        if self.places == PLACES and (crossed is not None or self.words <= SLIP):
            return True
        return self.spans == PLACES and self.size <= SLIP

    @property
    def is_rewritten(self) -> bool:
        """Whether so much has changed that a single word says little."""
        return not self.is_slip and self.places >= (MOSTLY if self.share > HALF else REWRITTEN)


# The places in which a text has changed that was written again, and the same where most of its words changed.
REWRITTEN, MOSTLY, HALF = 4, 3, 0.5


def changes_since(reviewed: str, text: ParsedText, language: Language) -> Changes:
    """Return what has changed since the review."""
    now = review_of(text)
    if now == reviewed:
        return Changes()
    lines = tuple([word for word in line.split() if word not in BREAKS] for line in (reviewed, now))
    edits = _edits(*lines)
    spans = _joined(edits)
    size = _size(spans)
    old, new = (_tokens(tuple(line.split()), language) for line in (reviewed, now))
    blocks = [(old[first], new[second]) for first, second in _edits(*([t.name for t in side] for side in (old, new)))]
    changes = tuple(_without_moved(blocks))
    pairs = tuple(_by_sentence(old, new))
    return Changes(
        changes,
        next(filter(None, (_exchanged(*pair, language) for pair in dict.fromkeys((*pairs, (old, new))))), None),
        next(filter(None, (_moved(*pair, language) for pair in pairs)), None),
        next(filter(None, (_redirected(*pair, language) for pair in pairs)), None),
        any(token.is_content and "to" in token.directions - before.directions for before, token in _kept(old, new)),
        next(filter(None, (_retensed(*pair) for pair in pairs)), None),
        next(filter(None, (_other_subject(*pair, language) for pair in pairs)), None),
        next(
            filter(
                None,
                (
                    _related(split_words(reviewed), text.words, kind)
                    for kind in (language.relations, language.questions)
                ),
            ),
            None,
        ),
        _fused(reviewed, now, language),
        _changed_parts(reviewed, now, language) if len(spans) <= PLACES else ((), ()),
        _swapped(lines[0], lines[1], edits),
        not edits,
        len(edits),
        _size(edits),
        len(spans),
        size,
        size / max(1, len(lines[0])),
    )


def _joined(edits: list[Edit]) -> list[Edit]:
    """Return the places of edits; edits with few words between them are in one."""
    found: list[Edit] = []
    for old, new in edits:
        if found and old.start - found[-1][0].stop < APART:
            first = found.pop()
            old, new = slice(first[0].start, old.stop), slice(first[1].start, new.stop)
        found.append((old, new))
    return found


def _size(edits: list[Edit]) -> int:
    return sum(max(old.stop - old.start, new.stop - new.start) for old, new in edits)


def _swapped(old: list[str], new: list[str], edits: list[Edit]) -> tuple[str, str] | None:
    """Return two words or phrases that took each other's places."""
    if len(edits) != PLACES:
        return None
    (first, last), (new_first, new_last) = ((side[a], side[b]) for side, (a, b) in zip((old, new), zip(*edits)))
    exchanged = first and last and first == new_last and last == new_first
    return (" ".join(first), " ".join(last)) if exchanged else None


def _changed_parts(reviewed: str, now: str, language: Language) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words that were replaced, and by which; a phrase that means the same as a word is that word."""
    old, new = (
        [word for word, _length in _phrases(tuple(line.split()), language) if word not in BREAKS]
        for line in (reviewed, now)
    )
    edits = _edits(old, new)
    sides = ((old, [edit[0] for edit in edits]), (new, [edit[1] for edit in edits]))
    lost, gained = (
        Counter(part for place in places for part in _split(words, place, language)) for words, places in sides
    )
    return tuple((lost - gained).elements()), tuple((gained - lost).elements())


def _split(words: list[str], place: slice, language: Language) -> Iterator[str]:
    """Yield the words in a place, and pronouns apart from the verbs to which they are attached; “-los” is one, «los» an article."""
    for at in range(place.start, place.stop):
        word, *attached = _parts(words[at], language.code)
        follows = words[at + 1] if at + 1 < len(words) else ""
        yield f"-{word}" if word in language.enclitics and is_verb(follows, language) else word
        yield from (f"-{pronoun}" for pronoun in attached)


def _edits(old: list[str], new: list[str]) -> list[Edit]:
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(slice(first, last), slice(start, end)) for kind, first, last, start, end in codes if kind != "equal"]


# --- Words that count ------------------------------------------------------------------------


def _tokens(keys: tuple[str, ...], language: Language) -> tuple[Token, ...]:
    found: list[Token] = []
    directions: set[str] = set()
    compared = False
    place, sentence = -1, 0
    last: tuple[str, ...] = ()
    for word, length in _phrases(keys, language):
        if word in BREAKS:
            sentence += word == BREAKS[1]
            directions.clear()
            continue
        place += length
        for part in _parts(word, language.code):
            last = (*last[-2:], part)
            if part in language.directions:
                directions.add(language.directions[part])
            if part in language.comparing:
                compared = True
                directions.clear()
            if part in language.loose or not part[0].isalnum():
                continue
            token = replace(
                token_of(part, language), text=word, directions=frozenset(directions), place=place, sentence=sentence,
                compared=compared, tense=_tense(part, last, language) if is_content_key(part, language) else "",
            )  # fmt: skip
            found.append(token)
            if part not in language.possessives:
                directions.clear()
            compared = False
    return tuple(found)


def token_of(word: str, language: Language) -> Token:
    """Return a word by itself, as it is compared."""
    content = is_content_key(word, language)
    name, forms = _name(word, language), lemmas(word, language.code)
    light = content and not forms.isdisjoint(language.light)
    joins = "and" if word in language.both else "or" if word in language.either else ""
    return Token(joins or name, forms, word, content, light, joins=joins)


def _phrases(keys: tuple[str, ...], language: Language) -> Iterator[tuple[str, int]]:
    """Yield each word, or one word in place of a phrase that means the same, with its length."""
    at = 0
    while at < len(keys):
        rest = (phrase for phrase in language.same_phrases.get(keys[at], ()) if keys[at : at + len(phrase)] == phrase)
        found = max(rest, key=len, default=None)
        yield (language.same[" ".join(found)], len(found)) if found else (keys[at], 1)
        at += len(found) if found else 1


def _tense(word: str, last: tuple[str, ...], language: Language) -> str:
    if is_future(word, language) or are_going(last, language):
        return "future"
    return "past" if is_past(word, language) or have_just(last, language) else ""


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

    def forms(self, at: int) -> frozenset[str]:
        """Return the forms that the word at a place may have; none beyond the ends of a text."""
        return self.tokens[at].forms if 0 <= at < len(self.tokens) else frozenset()


def _exchanged(old: Tokens, new: Tokens, language: Language) -> tuple[Token, Token] | None:
    """Return two words each of which has the neighbors that the other had, with words between them that stayed."""
    counts = [Counter(token.name for token in tokens) for tokens in (old, new)]
    names = {token.name for token in old if _is_named(token, language)}
    once = {name for name in names if counts[0][name] == counts[1][name] == 1}
    before, after = (_Order(t, {x.name: at for at, x in enumerate(t) if x.name in once}) for t in (old, new))
    by_place = sorted(once, key=before.places.__getitem__)
    for first, second in combinations(by_place, 2):
        if after.places[first] > after.places[second] and _have_exchanged(first, second, before, after, language):
            return new[after.places[second]], new[after.places[first]]
    return _regrouped(old, new, once)


def _regrouped(old: Tokens, new: Tokens, names: set[str]) -> tuple[Token, Token] | None:
    """Return two words each of which is now beside the word that was beside the other: «él lee y ella oye», «él oye y ella lee»."""
    before, after = (_neighbors(tokens, names) for tokens in (old, new))
    for first, second in combinations(sorted(before - after, key=sorted), 2):
        for crossed in sorted(after - before, key=sorted) if first.isdisjoint(second) else ():
            if len(crossed & first) == len(crossed & second) == 1 and (first | second) - crossed in after - before:
                tokens = {token.name: token for token in new}
                return tokens[min(first & crossed)], tokens[min(second - crossed)]
    return None


def _neighbors(tokens: Tokens, names: set[str]) -> set[frozenset[str]]:
    """Return the pairs of words that are beside each other."""
    return {frozenset(pair) for pair in map(_names, pairwise(tokens)) if names.issuperset(pair)}


def _have_exchanged(first: str, second: str, before: _Order, after: _Order, language: Language) -> bool:
    """Tell whether two words, with the words that moved along, have each the neighbors that the other had."""
    runs = {name: _run(name, before, after) for name in (first, second)}
    (one, new_one), (two, new_two) = runs[first], runs[second]
    if one.stop > two.start or new_two.stop > new_one.start:
        return False
    heads = [before.tokens[run.start] for run in (one, two)]
    if heads[0].name != heads[1].name and not all(_is_head(head, language) for head in heads):
        return False  # phrases that keep prepositions of their own may move
    kept = [head.directions for head in heads] == [after.tokens[run.start].directions for run in (new_one, new_two)]
    if kept and heads[0].directions != heads[1].directions:
        return False
    around = [(one.start - 1, new_two.start - 1), (two.stop, new_one.stop)]
    if all(token.joins for token in before.tokens[one.stop : two.start]):
        if not before.tokens[two.start].compared:
            return False
    else:
        around += [(one.stop, new_two.stop), (two.start - 1, new_one.start - 1)]
    return all(
        (old := before.forms(at)) == (new := after.forms(place)) or not old.isdisjoint(new) for at, place in around
    )


def _is_named(token: Token, language: Language) -> bool:
    """Tell whether a word names somebody or something; in a language without tables, any may."""
    return token.is_content or token.text.isupper() or token.text in language.subjects or not language.weak


def _is_head(token: Token, language: Language) -> bool:
    """Tell whether a phrase may begin with a word without a preposition: a name or an infinitive, such as «ir»."""
    return _is_named(token, language) or is_infinitive(token.name, language)


def _run(name: str, before: _Order, after: _Order) -> tuple[slice, slice]:
    """Return the words around one that are the same in both texts, the word included, by their places in each."""
    places = before.places[name], after.places[name]
    sides = tuple(([t.name for t in order.tokens], at) for order, at in zip((before, after), places))
    left = _shared_length(*(names[:at][::-1] for names, at in sides))
    right = _shared_length(*(names[at:] for names, at in sides))
    return tuple(slice(at - left, at + right) for at in places)  # type: ignore[return-value]


def _shared_length(first: list[str], second: list[str]) -> int:
    return next((at for at, pair in enumerate(zip(first, second)) if pair[0] != pair[1]), min(len(first), len(second)))


def _moved(old: Tokens, new: Tokens, language: Language) -> Token | None:
    """Return a negation, a limit or a number that moved away from the word after it: «puede no ser», «no puede ser».

    An amount that occurs once belongs to the word before or after it: «dura poco y se ve», «dura y se ve poco».
    """
    follow = tuple(Counter(map(_names, pairwise(tokens))) for tokens in (old, new))
    counts = tuple(Counter(token.name for token in tokens) for tokens in (old, new))
    stays = {name for name in counts[0] if counts[0][name] == counts[1][name]}
    for pair in pairwise(new):
        if (
            (pair[0].name in language.strict or pair[0].name.isdigit())
            and stays.issuperset(_names(pair))
            and not follow[0][_names(pair)]
        ):
            return pair[0]
    for token in new:
        if token.name in language.amounts and counts[0][token.name] == counts[1][token.name] == 1:
            one, other = ({*_beside(token.name, pairs)} for pairs in follow)
            if one.isdisjoint(other) and not stays.isdisjoint(one) and not stays.isdisjoint(other):
                return token
    return None


def _beside(name: str, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the words before and after a word."""
    for first, second in pairs:
        if name in (first, second):
            yield first if name == second else second


def _names(pair: tuple[Token, Token]) -> tuple[str, str]:
    return pair[0].name, pair[1].name


def _kept(old: Tokens, new: Tokens) -> list[tuple[Token, Token]]:
    """Return the words that occur once in each text, as they were and as they are."""
    counts = tuple(Counter(token.name for token in tokens) for tokens in (old, new))
    before = {token.name: token for token in old}
    return [(before[t.name], t) for t in new if counts[0][t.name] == counts[1][t.name] == 1]


def _redirected(old: Tokens, new: Tokens, language: Language) -> Token | None:
    """Return a noun or pronoun that gained or lost «a», if no other did: now it acts, or is acted upon.

    Of two words between which «de» and «a» were exchanged, return the first.
    """
    kept = ((before, token) for before, token in _kept(old, new) if token.text not in language.possessives)
    turned = [(before, token) for before, token in kept if before.directions != token.directions]
    turns = [(*sorted(before.directions), *sorted(token.directions)) for before, token in turned]
    if ("from", "to") in turns and ("to", "from") in turns:
        return turned[0][1]
    if turns != [("to",)]:
        return None
    token = turned[0][1]
    is_noun = token.is_content and not is_infinitive(token.name, language)
    return token if is_noun or token.name in language.weak else None


def _retensed(old: Tokens, new: Tokens) -> Token | None:
    """Return a verb of the past that is now one of the future, or the reverse."""
    verbs = ((before, token) for before, token in _kept(old, new) if before.tense and token.tense)
    return next((token for before, token in verbs if before.tense != token.tense), None)


def _other_subject(old: Tokens, new: Tokens, language: Language) -> Token | None:
    """Return a pronoun that replaced another, or came or went while a verb changed from one to several, or the reverse."""
    names = [{token.name for token in side} for side in (old, new)]
    lost, added = (
        [t for t in side if t.text in language.subjects and t.name not in other]
        for side, other in ((old, names[1]), (new, names[0]))
    )
    if lost and added:
        return added[0]
    pronoun = next(iter((*added, *lost)), None)
    changed = pronoun and any(
        before.text.endswith(language.plurals) != token.text.endswith(language.plurals)
        for before, token in _kept(old, new)
        if speaker(token.text, language)[0]
    )
    return pronoun if changed else None


# --- Clauses ---------------------------------------------------------------------------------


def _related(old: tuple[Word, ...], new: tuple[Word, ...], kinds: Phrases) -> tuple[str, str] | None:
    """Return a word that joins clauses or asks, and one of another meaning that replaced it: «para que» and «porque»."""
    before, after = ({sense.meaning: sense.phrase for sense in kinds.find(words)} for words in (old, new))
    lost, gained = before.keys() - after.keys(), after.keys() - before.keys()
    return (before[min(lost)], after[min(gained)]) if lost and gained else None


def _fused(reviewed: str, now: str, language: Language) -> str:
    """Return an “and” that was lost, if the text has no more clauses than before."""
    old, new = (line.split() for line in (reviewed, now))
    joined = [[word for word in words if word in language.both] for words in (old, new)]
    breaks = [sum(word in BREAKS for word in words) for words in (old, new)]
    return joined[0][0] if len(joined[0]) > len(joined[1]) and breaks[0] >= breaks[1] else ""
