"""Check the words of a sentence: each must correspond to one of the source, and each word of the source to one of it.

A dictionary, synonyms, a common origin or the reviewed translations of the book relate two words. Whatever is left over
was swapped, lost or added, or the translation is free: a translator decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain, islice, product

from carepress.checks.dictionary import Dictionary, Meaning, Target, read_dictionary, target
from carepress.checks.forms import lemmas
from carepress.checks.judgment import Judge
from carepress.checks.language import Language
from carepress.checks.learned import NOTHING, key
from carepress.checks.matching import SHORTEST, Matcher, Unit, is_content, partnered
from carepress.checks.meaning import check_lexicon
from carepress.checks.review import Change, Changes, Token
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText, Word
from carepress.checks.verbs import is_verb


def check_word(subject: Subject) -> Iterator[Finding]:
    """Find words that were swapped, lost, added or moved: since the review, or in a new text one in the place of another."""
    changes = subject.changes
    if changes is None:
        yield from _unrelated(subject)
    elif changes.places:
        explained, shared = _explained(subject, changes), _shared(subject)
        judge = Judge(subject.language, _dictionary(subject), explained, shared, changes.is_slip, changes.is_turned)
        left = () if subject.is_rewritten else chain(_new(subject, judge, changes), _lost(subject))
        for message in islice(
            chain(_changed(judge, changes), _moved(changes, subject.language), _slip(judge, changes), left), 1
        ):
            hint = "compare the meaning of the texts"
            yield Finding(f"{message}, compared with the reviewed translation", hint, "warning")


def _dictionary(subject: Subject) -> Dictionary | None:
    return read_dictionary(subject.pair.lang) if subject.lexicon else None


def _changed(judge: Judge, changes: Changes) -> Iterator[str]:
    """Yield what was replaced, lost or added and may matter; in a text that was reworded, only what became its opposite."""
    judged: Callable[[Change], bool] = judge.doubts if changes.is_slip else judge.are_opposite
    for change in judge.without_moved(changes.changes):
        if judged(change):
            old, new = (" ".join(token.text for token in side) for side in (change.old, change.new))
            yield _replacement(old, new)
    if not changes.is_slip:
        yield from (_replacement(old.text, new.text) for old, new in judge.reversed_in(changes.changes))


def _slip(judge: Judge, changes: Changes) -> Iterator[str]:
    if slip := judge.slip(changes):
        yield _replacement(slip.old, slip.new)


def _replacement(old: str, new: str) -> str:
    return f"“{old}” has become “{new}”" if old and new else f"“{new}” is new" if new else f"“{old}” is missing"


def _moved(changes: Changes, language: Language) -> Iterator[str]:
    """Yield what changed places; in a text that was reworded, a single word may go anywhere."""
    if changes.exchanged:
        first, second = changes.exchanged
        yield f"“{first.text}” and “{second.text}” have changed places"
    if changes.moved and changes.is_slip:
        yield f"the place of “{changes.moved.text}” has changed"
    if not changes.is_worded:
        if changes.redirected:
            yield f"the place of “{changes.redirected.text}” has changed"
        added = (token for change in changes.changes if not change.old for token in change.new)
        yield from (f"“{token.text}” is new" for token in added if token.name in language.objects)
    if changes.swapped and changes.is_slip:
        yield "“{}” and “{}” have changed places".format(*changes.swapped)
    if changes.related and not changes.is_rewritten:
        yield "“{}” has become “{}”".format(*changes.related)
    if changes.fused and changes.is_slip:
        yield f"“{changes.fused}” is missing"
    if changes.retensed and (changes.is_slip or not changes.retensed.is_light):
        yield f"“{changes.retensed.text}” is in another tense"
    if changes.subject and changes.is_slip:
        yield f"“{changes.subject.text}” may change who does it"


def _new(subject: Subject, judge: Judge, changes: Changes) -> Iterator[str]:
    """Yield the new words of a text that was reworded that correspond to nothing and mean nothing that was there before.

    A verb in the place of other words may come with a noun that says the same: «copie», «saque copias».
    """
    if changes.is_slip or not judge.dictionary:
        return
    old = [token for change in changes.changes for token in change.old]
    new = {token.place: token for change in changes.changes for token in change.new}
    inserted = {token.place for change in changes.changes if not change.old for token in change.new}
    places = {word.start: at for at, word in enumerate(subject.target.words)}
    for word in _left_over(subject, 1):
        token = new.get(places[word.start])
        if token is None or token.text != word.key:
            continue  # part of a phrase that means the same as one word
        is_alone = token.place in inserted or not is_verb(word.key, subject.language)
        if is_alone and not any(judge.are_alike(other, token) for other in old):
            yield f"nothing in the English corresponds to “{word.text}”"


def _lost(subject: Subject) -> Iterator[str]:
    """Yield the words of the source to which nothing corresponds any more."""
    if _dictionary(subject):
        for word in _left_over(subject, 0):
            yield f"nothing in the translation corresponds to “{word.text}”"


def _left_over(subject: Subject, side: int) -> Iterator[Word]:
    """Yield the words of a text to which neither words nor phrases of the other correspond, if the review did not know them."""
    known = subject.learned.left_over(subject.pair.source)
    left = [word for unit in subject.units for word in (unit.lost, unit.added)[side]]
    language = subject.sides[side][1]
    rest = _unknown(left, known[side] if known else Counter(), language)
    return (word for word in rest if not _has_phrase(subject, word, side))


def _has_phrase(subject: Subject, word: Word, side: int) -> bool:
    """Tell whether a phrase of the sentences that correspond has the meaning of a word."""
    assert subject.correspondences
    words, others = (subject.sides[at][0].words for at in (side, 1 - side))
    hits = subject.correspondences[side].hits.get(words.index(word), ())
    beads = [bead[1 - side] for bead in subject.beads if word.sentence in bead[side]]
    return any(others[hit].sentence in numbers for hit in hits for numbers in beads)


def _unknown(words: list[Word], known: Counter[str], language: Language) -> Iterator[Word]:
    """Yield the words that say something, without those that are known to be left over."""
    rest = Counter(known)
    for word in words:
        name = key(word.key, language.code)
        if rest[name]:
            rest[name] -= 1
        elif lemmas(word.key, language.code).isdisjoint(language.light):
            yield word


def _explained(subject: Subject, changes: Changes) -> frozenset[int]:
    """Return the places of the new words that correspond to words of the source to which no word that stayed does."""
    new = {token.place for change in changes.changes for token in change.new}
    source, words = subject.source.words, subject.target.words
    dictionary = _dictionary(subject)
    matcher = Matcher((subject.source_language, subject.language), dictionary, NOTHING)
    found: set[int] = set()
    for numbers, others in subject.beads:
        own = {at: w for at, w in enumerate(source) if w.sentence in numbers and is_content(w, subject.source_language)}
        other = {at: w for at, w in enumerate(words) if w.sentence in others and is_content(w, subject.language)}
        found |= partnered(matcher.links(own, other, synonyms=True), sorted(other, key=lambda at: at in new))
    return frozenset(found & new)


def _shared(subject: Subject) -> Callable[[Token, Token], bool]:
    """Return whether two words of the translation may both translate one word of the source.

    In a slip, only words that the dictionary has as translations may: a vague word such as “take”, and the origin of a
    word, excuse nothing.
    """
    dictionary = _dictionary(subject)
    if dictionary is None:
        return lambda _old, _new: False
    is_slip = subject.changes is not None and subject.changes.is_slip
    light = subject.source_language.light if is_slip else frozenset[str]()
    learned, lang = subject.learned.within(subject.pair.source).pairs, subject.pair.lang
    words = [
        word
        for word in subject.source.words
        if is_content(word, subject.source_language) and lemmas(word.key, subject.pair.source_lang).isdisjoint(light)
    ]

    def fits(meaning: Meaning, form: Target) -> bool:
        return not meaning.words.isdisjoint(form.words) if is_slip else meaning.fits(form)

    def share(old: Token, new: Token) -> bool:
        forms = [target(token.text, lang) for token in (old, new)]
        for word in words:
            if fits(dictionary.meaning(word.key, synonyms=False), forms[1]):
                items = learned.get(key(word.key, subject.pair.source_lang), frozenset())
                meaning = dictionary.meaning(word.key, synonyms=not is_slip)
                if fits(meaning, forms[0]) or not items.isdisjoint(forms[0].words):
                    return True
        return False

    return share


# --- New texts -------------------------------------------------------------------------------

LEFT_OVER = 2
"""The most words that are left over in a sentence of a new text that is judged; one with more is a free translation."""


def _unrelated(subject: Subject) -> Iterator[Finding]:
    """Find a word of a new text in the place of another that has no counterpart, if a dictionary has both.

    A third of all right sentences has a word that no dictionary relates to the other text, but seldom both in one place.
    """
    dictionary = _dictionary(subject)
    if not dictionary or not subject.correspondences:
        return
    for unit in subject.units if subject.pair.source != subject.pair.text else ():
        pairs = [*_pairs_left(subject, dictionary, unit.unpaired, LEFT_OVER, light=False)]
        pairs += _pairs_left(subject, dictionary, (unit.lost, unit.added), 1, light=True)
        for old, new in pairs:
            message = f"“{old.text}” has become “{new.text}” in “{_quoted(subject.target, new)}”"
            yield Finding(message, "compare the meaning of the sentences", "warning")
            return


def _pairs_left(
    subject: Subject, dictionary: Dictionary, words: tuple[tuple[Word, ...], tuple[Word, ...]], most: int, light: bool
) -> Iterator[tuple[Word, Word]]:
    """Yield the words left over on each side that are in one place, if there are not too many.

    They are in a dictionary, no names, in no phrase that corresponds, and say something by themselves, unless `light`
    words count too.
    """
    known: tuple[Callable[[str], bool], ...] = (lambda word: bool(dictionary.translations(word)), dictionary.has)
    lost, added = (
        [
            word for word in found
            if (word.opens or word.text.islower()) and has(word.key)
            and (light or lemmas(word.key, language.code).isdisjoint(language.light))
            and not _has_phrase(subject, word, side)
        ]
        for side, (found, has, (_text, language)) in enumerate(zip(words, known, subject.sides))
    )  # fmt: skip
    if max(len(lost), len(added)) <= most:
        yield from (pair for pair in product(lost, added) if _in_one_place(subject, *pair))


def _in_one_place(subject: Subject, old: Word, new: Word) -> bool:
    """Tell whether the words before two words correspond, or those after them; both may be at the end of a sentence."""
    assert subject.correspondences
    hits = subject.correspondences[0].hits
    for step in (-1, 1):
        before, after = (
            _beside(side.words, word, step, language) for (side, language), word in zip(subject.sides, (old, new))
        )
        if before is None or after is None:
            if before == after:
                return True
        elif after in hits.get(before, ()):
            return True
    return False


def _beside(words: tuple[Word, ...], word: Word, step: int, language: Language) -> int | None:
    """Return the place of the nearest content word of the sentence in a direction."""
    at = words.index(word) + step
    while 0 <= at < len(words) and words[at].sentence == word.sentence:
        if is_content(words[at], language):
            return at
        at += step
    return None


def _quoted(side: ParsedText, word: Word) -> str:
    """Return the sentence of a word as it is written, shortened around the word."""
    words = [other for other in side.words if other.sentence == word.sentence]
    place = words.index(word)
    first, last = max(0, place - BEFORE) if len(words) > QUOTED else 0, place + QUOTED - BEFORE
    part = words[first:last] if len(words) > QUOTED else words
    text = side.plain[part[0].start : part[-1].end]
    return ("… " if part[0] != words[0] else "") + text + (" …" if part[-1] != words[-1] else "")


# The most words of a quotation, and those before the word in question.
QUOTED, BEFORE = 10, 4


# --- Opposites -------------------------------------------------------------------------------


def check_opposite(subject: Subject) -> Iterator[Finding]:
    """Find words that have become their opposites."""
    found = list(check_lexicon("opposite")(subject))
    yield from found
    dictionary = _dictionary(subject)
    if found or not dictionary or (subject.changes and not subject.changes.places):
        return  # what a dictionary takes for an opposite was looked at in the review
    for unit in subject.units:
        for word in unit.target:
            if old := _opposite(dictionary, unit, word, subject):
                message = f"“{old.text}” has become its opposite “{word.text}”"
                certain = (old in unit.lost and word in unit.added) or bool(_undenied(old.key, subject.source_language))
                yield Finding(message, "keep the meaning of the English", "error" if certain else "warning")
                break


def _opposite(dictionary: Dictionary, unit: Unit, word: Word, subject: Subject) -> Word | None:
    """Return the word of the source whose opposite a word of the translation is."""
    if subject.is_reworded and _negates(unit, subject):
        return None  # “remember” may be «no olvide»
    other = target(word.key, dictionary.lang)
    left = [old for old in unit.source if old.start not in unit.sure[0]] if word.start not in unit.sure[1] else []
    known = subject.learned.left_over(subject.pair.source)
    if known and key(word.key, subject.pair.lang) in known[1]:
        return None
    left = [old for old in left if not known or key(old.key, subject.pair.source_lang) not in known[0]]
    is_light = not other.words.isdisjoint(subject.language.light)
    for old in left:
        if is_light and not lemmas(old.key, subject.pair.source_lang).isdisjoint(subject.source_language.light):
            continue
        if not dictionary.opposites(old.key).isdisjoint(other.words):
            return old
    if _negates(unit, subject):
        return None
    for old in unit.source:
        bases = _undenied(old.key, subject.source_language)
        if any(not other.words.isdisjoint(dictionary.translations(base)) for base in bases) and not any(
            dictionary.meaning(old.key).fits(target(item.key, dictionary.lang)) for item in unit.target
        ):
            return old
    if subject.lexicon and subject.lexicon.source_idioms.find_all(subject.source.words):
        return None  # “out of control” is «descontrolado»
    bases = [base for base in _undenied(word.key, subject.language) if dictionary.has(base)]
    return next((old for old in left for base in bases if _means(dictionary, old, base)), None)


def _means(dictionary: Dictionary, old: Word, word: str) -> bool:
    return dictionary.meaning(old.key, synonyms=False).fits(target(word, dictionary.lang))


def _undenied(word: str, language: Language) -> list[str]:
    """Return what remains of a word without a prefix or ending that denies: treated, of “untreated”."""
    bases = [word.removeprefix(start) for start in language.denying_prefixes if word.startswith(start)]
    bases += [word.removesuffix(end) for end in language.denying_endings if word.endswith(end)]
    return [base for base in bases if len(base) >= SHORTEST]


def _negates(unit: Unit, subject: Subject) -> bool:
    """Tell whether either side says “not”, with which the opposite may be meant."""
    numbers = {word.sentence for word in (*unit.source, *unit.target)}
    return any(
        word.sentence in numbers and word.key in language.negations
        for side, language in subject.sides
        for word in side.words
    )
