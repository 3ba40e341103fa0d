"""Check the places of words: two that changed places in a sentence say something else.

Words and phrases that correspond have an order in each text. A clause that moved, or an adjective after its noun, changes
it too, but nothing stays where it was between the two. An exchange leaves what is between them: “a list replaces a call”.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from carepress.checks.alignment import Bead
from carepress.checks.forms import lemmas, plain
from carepress.checks.matching import is_content
from carepress.checks.subject import Subject
from carepress.checks.text import Finding


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Words of both texts that correspond to each other only, by their places."""

    source: int
    target: int


def check_exchange(subject: Subject) -> Iterator[Finding]:
    """Find two words or phrases that changed places in a sentence."""
    if not subject.correspondences or subject.changes:
        return  # a reviewed translation shows more (check_word), and where it was reworded, its words may go anywhere
    for bead in subject.beads:
        if len(bead[0]) == 1 and bead[1]:
            found = _exchanged(_anchors(subject, bead), subject)
            if found:
                first, second = (subject.target.words[anchor.target].text for anchor in found)
                message = f"“{second}” and “{first}” have changed places"
                yield Finding(message, "keep the places that they have in the English", "warning")


# --- Anchors ---------------------------------------------------------------------------------


def _anchors(subject: Subject, bead: Bead) -> list[_Anchor]:
    """Return the words of a bead that correspond to each other only, in the order of the source.

    Translations in the dictionary come before words that were learned, phrases and words of one origin.
    """
    hits = _hits(subject, bead)
    words, others = subject.source.words, subject.target.words
    sure = {at: {hit for hit in found if subject.is_translation(words[at], others[hit])} for at, found in hits.items()}
    pairs = _pairs(sure)
    given = set(pairs.values())
    pairs |= _pairs({at: found - given for at, found in hits.items() if at not in pairs})
    return [_Anchor(at, pairs[at]) for at in sorted(pairs)]


def _pairs(hits: dict[int, set[int]]) -> dict[int, int]:
    """Return the words that correspond to each other only.

    Words of which both texts have equally many keep their order among themselves: “tumors … tumors”.
    """
    back: dict[int, set[int]] = defaultdict(set)
    for at, found in hits.items():
        for hit in found:
            back[hit].add(at)
    pairs = {}
    for at, found in hits.items():
        sources = set().union(*(back[hit] for hit in found))
        if found and len(found) == len(sources) and all(hits[other] == found for other in sources):
            pairs[at] = sorted(found)[sorted(sources).index(at)]
    return pairs


def _hits(subject: Subject, bead: Bead) -> dict[int, set[int]]:
    """Return the words of the translation to which each word of a bead corresponds, links such as “and” included."""
    assert subject.correspondences
    source, _other = subject.correspondences
    words = subject.target.words
    hits = {}
    for at, found in source.hits.items():
        if subject.source.words[at].sentence in bead[0]:
            inside = {hit for hit in found if words[hit].sentence in bead[1]}
            if inside:
                hits[at] = inside
    links = subject.lexicon.links if subject.lexicon else {}
    for at, word in enumerate(subject.source.words):
        if word.sentence in bead[0] and at not in hits and word.key in links:
            inside = {n for n, w in enumerate(words) if w.sentence in bead[1] and w.key in links[word.key]}
            if inside:
                hits[at] = inside
    return hits


# --- Exchanges -------------------------------------------------------------------------------


def _exchanged(anchors: list[_Anchor], subject: Subject) -> tuple[_Anchor, _Anchor] | None:
    """Return the first two words that changed places around words that did not."""
    for at, first in enumerate(anchors):
        for last in anchors[at + 2 :]:
            if last.target < first.target and _are_alike(first, last, subject):
                others = [anchor for anchor in anchors if anchor not in (first, last)]
                between = [anchor for anchor in others if _is_between(anchor, first, last)]
                moved = (_Anchor(first.source, last.target), _Anchor(last.source, first.target))
                crossed = sum(_crosses(new, anchor) for new in moved for anchor in others)
                if between and crossed <= CROSSED and not _may_move(first, last, subject):
                    return first, last
    return None


CROSSED = 1
"""How many other words two words may cross in their own places, such as an adjective after its noun."""


def _is_between(anchor: _Anchor, first: _Anchor, last: _Anchor) -> bool:
    return first.source < anchor.source < last.source and last.target < anchor.target < first.target


def _crosses(first: _Anchor, second: _Anchor) -> bool:
    return (first.source < second.source) != (first.target < second.target)


def _are_alike(first: _Anchor, last: _Anchor, subject: Subject) -> bool:
    """Tell whether two words are both nouns, both adjectives or both verbs, as far as a language shows it."""
    assert subject.correspondences
    content = all(
        place in side.content
        for anchor in (first, last)
        for side, place in zip(subject.correspondences, (anchor.source, anchor.target))
    )
    kind = _kind(first, subject)
    return content and kind is not None and kind == _kind(last, subject)


def _kind(anchor: _Anchor, subject: Subject) -> str | None:
    """Return whether a word of the translation is a noun, a verb or an adjective, or None if nothing shows it."""
    assert subject.lexicon
    words, language = subject.target.words, subject.language
    word, before = words[anchor.target], words[anchor.target - 1] if anchor.target else None
    if before and any(before.key in items for items in language.gender.articles.values()):
        return "noun"
    verbs = [item for item in lemmas(word.key, language.code) if item.endswith(language.gender.infinitives)]
    if any(plain(word.key).startswith(item) for item in verbs):
        return "verb"
    if before and before.clause == word.clause:
        if before.key in subject.lexicon.determiners:
            return "noun"
        if is_content(before, language):
            return "adjective"
    return "verb" if verbs else None


def _may_move(first: _Anchor, last: _Anchor, subject: Subject) -> bool:
    """Tell whether two words may be in another order: in a compound or list, around “is” or “by”, or with a preposition."""
    words = subject.source.words[first.source + 1 : last.source]
    text, language = subject.source.plain, subject.source_language
    order = language.order
    loose = [
        word
        for word in words
        if not is_content(word, language) and word.key not in order.possessive and text[word.start - 1] != "-"
    ]
    passive = language.passive
    if all(word.key in language.joiners | order.genitive for word in loose):
        return True
    if len(loose) == len(words) and passive and any(word.key in passive.auxiliaries for word in words):
        return True
    if any(word.key in order.agent for word in loose) or any(_is_dative(anchor, subject) for anchor in (first, last)):
        return True
    own, other = _links_before(first, subject), _links_before(last, subject)
    kept = _follows(first.target, own, subject), _follows(last.target, other, subject)
    changed = _follows(last.target, own, subject), _follows(first.target, other, subject)
    return (own != other and all(kept)) or (kept[0] and not changed[0]) or (kept[1] and not changed[1])


def _links_before(anchor: _Anchor, subject: Subject) -> frozenset[str]:
    """Return the translations of the preposition before a word of the source; “the child’s” is “of the child”."""
    assert subject.lexicon
    links, words, order = subject.lexicon.links, subject.source.words, subject.source_language.order
    if any(word.key in order.possessive for word in words[anchor.source + 1 : anchor.source + 2]):
        return frozenset(link for word in order.genitive for link in links.get(word, ()))
    before = words[max(0, anchor.source - LINKED) : anchor.source]
    return next((links[word.key] for word in reversed(before) if word.key in links), frozenset())


def _is_dative(anchor: _Anchor, subject: Subject) -> bool:
    """Tell whether a word is after «a», with which a language may put a subject of English after its verb."""
    assert subject.lexicon
    near = subject.source.words[max(0, anchor.source - LINKED) : anchor.source]
    dative = subject.source_language.order.dative
    links = frozenset(link for word in dative for link in subject.lexicon.links.get(word, ()))
    determiners = subject.language.gender.all_determiners - links
    words = subject.target.words[: anchor.target]
    while words and words[-1].key in determiners:
        words = words[:-1]
    after = bool(words) and words[-1].key in links and words[-1].clause == subject.target.words[anchor.target].clause
    return after and all(word.key not in dative for word in near)


def _follows(place: int, links: frozenset[str], subject: Subject) -> bool:
    words = subject.target.words
    near = words[max(0, place - LINKED) : place]
    return any(word.key in links and word.clause == words[place].clause for word in near)


LINKED = 3
"""How many words before another a preposition may be that belongs to it."""
