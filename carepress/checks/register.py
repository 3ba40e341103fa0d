"""Check how a translation addresses its reader: politely (usted), or as a friend in a chapter that does so (tú).

Quoted speech may be either. A familiar imperative looks like a verb of the third person («llama»), so it is recognized by
its place and by the imperative of the source that it translates (“call”).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from carepress.checks.dictionary import Dictionary, read_dictionary
from carepress.checks.forms import plain, read_forms
from carepress.checks.language import Language, read_language
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText, Word


def check_register(subject: Subject) -> Iterator[Finding]:
    """Find words that address the reader in another way than the entry or its chapter does."""
    register = subject.language.register
    words = _unquoted(subject.target, subject.language)
    friendly = [word for word in words if word.key in register.familiar]
    friendly += (word for word in _familiar_imperatives(subject, words) if word not in friendly)
    polite = [word for word in words if word.key in register.polite]
    if friendly and polite:
        yield Finding(
            f"“{friendly[0].text}” and “{polite[0].text}” address the reader in two ways",
            "use one form of address in the entry",
        )
    elif polite and not friendly and _was_familiar(subject):
        yield Finding(
            f"“{polite[0].text}” addresses the reader politely, the reviewed translation as a friend",
            "use the form of address of the chapter",
            "warning",
        )
    elif friendly and not subject.pair.familiar:
        forms = "”, “".join(dict.fromkeys(word.text for word in friendly))
        yield Finding(
            f"“{forms}” addresses the reader as a friend",
            "use the form of address of the chapter",
            "warning",
        )


def _was_familiar(subject: Subject) -> bool:
    """Tell whether the reviewed translations of a text address the reader as a friend."""
    reviewed = subject.learned.reviewed(subject.pair.source)
    return bool(reviewed) and all(not subject.language.register.familiar.isdisjoint(line.split()) for line in reviewed)


def is_familiar(texts: Iterable[str], lang: str) -> bool:
    """Tell whether most texts of a chapter that address the reader do so as a friend."""
    language = read_language(lang)
    balance = 0
    for text in texts:
        keys = {word.key for word in _unquoted(ParsedText(text, lang), language)}
        balance += bool(keys & language.register.familiar) - bool(keys & language.register.polite)
    return balance > 0


def _unquoted(side: ParsedText, language: Language) -> list[Word]:
    """Return the words that are not in quotation marks."""
    opening, closing = language.quotes[::2], language.quotes[1::2]
    if not any(mark in side.plain for mark in opening):
        return list(side.words)
    depth, depths = 0, []
    for letter in side.plain:
        depth = max(0, depth + (letter in opening) - (letter in closing))
        depths.append(depth)
    return [word for word in side.words if not depths[word.start]]


# --- Imperatives -----------------------------------------------------------------------------


def _familiar_imperatives(subject: Subject, words: list[Word]) -> Iterator[Word]:
    """Yield the verbs of the translation that are familiar imperatives."""
    dictionary = read_dictionary(subject.pair.lang)
    register = subject.language.register
    if not subject.lexicon or not dictionary or not register.imperatives:
        return
    wanted = _infinitives(subject.source, subject.source_language, dictionary)
    for at, word in enumerate(words):
        if word.key in subject.language.function:
            continue
        before = words[at - 1] if at else None
        first = before is None or word.opens or before.clause != word.clause or before.key in register.before
        tables = [register.denied] if before and before.key in register.forbidding else []
        tables += [register.imperatives] if first else []
        if any(_is_form(word, endings, wanted, subject.language) for endings in tables):
            yield word


def _infinitives(side: ParsedText, language: Language, dictionary: Dictionary) -> frozenset[str]:
    """Return the translations of the words that may be imperatives: first in a sentence, or in a clause after another."""
    if side.plain.rstrip()[-1:] not in ".!?":
        return frozenset()
    found: set[str] = set()
    commanding = False
    near = language.imperatives
    for before, word, after in zip((None, *side.words), side.words, (*side.words[1:], None)):
        first = before is None or before.sentence != word.sentence
        commanding = word.key in near.conditions | near.before if first else commanding
        begins = first or (commanding and before and (before.clause != word.clause or before.key in near.before))
        noun = word.key in language.function or (after and after.key in near.after_nouns)
        if begins and word.key in dictionary.rows and not noun:
            found.update(dictionary.rows[word.key])
            commanding = True
    return frozenset(found)


def _is_form(word: Word, endings: dict[str, str], wanted: frozenset[str], language: Language) -> bool:
    """Tell whether a word is a form of a wanted verb with one of the endings, with pronouns attached or not."""
    table = read_forms(language.code)
    for bare in _without_pronouns(word.key, language) if table else ():
        verbs = table.find(plain(bare)) & wanted if table and len(bare) > 2 else frozenset()
        if any(bare.endswith(ending) and verb.endswith(end) for verb in verbs for end, ending in endings.items()):
            return True
    return False


def _without_pronouns(word: str, language: Language) -> Iterator[str]:
    yield word
    if unicodedata.normalize("NFD", word).count("\u0301") == 1:
        for pronoun in language.enclitics:
            if word.endswith(pronoun):
                yield plain(word.removesuffix(pronoun))
