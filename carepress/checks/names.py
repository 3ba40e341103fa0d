"""Check names and glossary terms, which have one correct translation, or none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import product

from carepress.checks.language import Language
from carepress.checks.script import MARKS, script_of, without_points
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText, Word, split_words
from carepress.text.inline import Link, plain_text, walk
from carepress.text.language import locale_of
from carepress.text.termbase import TermTranslation

# --- Names -----------------------------------------------------------------------------------


def check_name(subject: Subject) -> Iterator[Finding]:
    """Compare names: a capital inside a sentence, and acronyms, stay letter for letter.

    Names that have a translation (“Food and Drug Administration”) are rows of the lexicon and
    have a check there.
    """
    for name in sorted(_unmatched(subject, source=True)):
        yield Finding(f"the name “{name}” is missing", "keep names as they are")
    for name in sorted(_unmatched(subject, source=False)):
        yield Finding(f"the name “{name}” is not in the English", "write the name of the English")


def _unmatched(subject: Subject, source: bool) -> set[str]:
    """Return the names of one text that the other has neither as they are nor translated."""
    side, other = (subject.source, subject.target) if source else (subject.target, subject.source)
    names = _names(side) - _all_words(other) - _covered(subject, source)
    return names - _languages_of_both(side, other) if names else names


def _names(side: ParsedText) -> set[str]:
    """Return acronyms, and words whose capital is not due to the beginning of a sentence or a title."""
    if _is_title(side):
        return set()
    return {_singular(word) for word in side.words if word.text[0].isupper() and len(word.text) > 1 and not word.opens}


def _is_title(side: ParsedText) -> bool:
    """Return whether a text is in title case: “Questions to Ask the Health Care Team”."""
    long = [word for word in side.words if len(word.text) > 3]
    return len(long) > 1 and all(word.text[0].isupper() for word in long)


def _all_words(side: ParsedText) -> set[str]:
    return {_singular(word) for word in side.words}


def _singular(word: Word) -> str:
    """Return a word; the plural of an acronym (“PDFs”) without its s."""
    return word.text[:-1] if word.text[:-1].isupper() and word.text.endswith("s") else word.text


def _covered(subject: Subject, source: bool) -> set[str]:
    """Return the words of one text that the lexicon or the terms cover."""
    side = subject.source if source else subject.target
    senses = subject.source_answers if source else subject.target_answers
    covered = {word.text for sense in senses for word in side.words[sense.start : sense.start + sense.length]}
    for term in subject.terms:
        covered |= _capitals(term.source if source else term.target)
    return covered


@cache
def _capitals(text: str) -> frozenset[str]:
    return frozenset(word.text for word in split_words(text) if word.text[0].isupper())


def _languages_of_both(side: ParsedText, other: ParsedText) -> set[str]:
    """Return the words of one text that name a language that the other names too: “Arabic”, «árabe»."""
    named = {code for code, _words in _languages(other)}
    return {word for code, words in _languages(side) if code in named for word in words}


def _languages(side: ParsedText) -> Iterator[tuple[str, list[str]]]:
    """Yield the code of each language that a text names, and the words of its name."""
    names, words = _language_names(side.lang), [word.text for word in side.words]
    for start, length in product(range(len(words)), (1, 2)):
        name = words[start : start + length]
        if code := names.get(" ".join(name).casefold()):
            yield code, name


@cache
def _language_names(lang: str) -> Mapping[str, str]:
    return {str(name).casefold(): str(code) for code, name in locale_of(lang).languages.items()}


# --- Terms -----------------------------------------------------------------------------------


def check_term(subject: Subject) -> Iterator[Finding]:
    """Require the one translation of a term where the English is the term, or links it to the glossary."""
    for english, translated in _term_places(subject):
        for term in subject.terms:
            if _is_term(term, english) and not _holds(translated, term, subject.language):
                yield Finding(f"“{term.source}” is not “{term.target}” here", "use the term of terms.toml")


def check_forbidden_term(subject: Subject) -> Iterator[Finding]:
    """Find words that this translation does not use for a term of the English."""
    text, english = _searched(subject.target.plain, subject.language), subject.source.plain.casefold()
    for first, pattern, term in _avoiding(subject.terms):
        for avoided in term.avoid if first in english and pattern.search(subject.source.plain) else ():
            if _inflected(avoided, subject.language).search(text):
                yield Finding(f"“{avoided}” is not used for “{term.source}”", f"write “{term.target}”")


def _term_places(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield pairs of English and translated words for one concept: glossary entries and links to them."""
    if subject.pair.kind in ("glossary term", "term"):
        yield subject.source.plain, subject.target.plain
    links: dict[str, str] = {}
    for node in walk(subject.target.nodes):
        if isinstance(node, Link):
            links[node.target] = links.get(node.target, "") + " " + plain_text(node.children)
    for node in walk(subject.source.nodes):
        if isinstance(node, Link) and node.target.startswith("term:") and node.target in links:
            yield plain_text(node.children), links[node.target]


def is_translated(subject: Subject, english: str, translated: str) -> bool:
    """Tell whether a text has the translation of the term that the English is."""
    return any(_is_term(term, english) and _holds(translated, term, subject.language) for term in subject.terms)


def _is_term(term: TermTranslation, text: str) -> bool:
    return bool(_english(term).fullmatch(text.strip()))


@cache
def _english(term: TermTranslation) -> re.Pattern[str]:
    """Return a pattern of an English term in singular and plural."""
    plain = re.sub(r"\s*\(.*?\)", "", term.source)
    words = r"[\s-]".join(re.escape(word) for word in re.split(r"[\s-]", plain))
    return re.compile(rf"\b{words}(?:e?s)?\b", re.IGNORECASE)


@lru_cache(maxsize=8)
def _avoiding(terms: tuple[TermTranslation, ...]) -> tuple[tuple[str, re.Pattern[str], TermTranslation], ...]:
    """Return the terms with words to avoid, with their patterns, and how they begin, which is found faster."""
    return tuple((re.split(r"[\s-]", t.source.casefold())[0], _english(t), t) for t in terms if t.avoid)


def _holds(text: str, term: TermTranslation, language: Language) -> bool:
    return any(_inflected(form, language).search(_searched(text, language)) for form in _forms(term.target))


def _searched(text: str, language: Language) -> str:
    """Return a text as the patterns of terms expect it: without vowel points, in Romance languages without acute accents.

    In short words the accent tells one word from another: «té» and «te».
    """
    text = without_points(unicodedata.normalize("NFC", text))
    return LONGER.sub(lambda word: word[0].translate(ACUTE), text) if _is_romance(language) else text


def _is_romance(language: Language) -> bool:
    return language.endings is None and language.code.partition("_")[0] in ROMANCE


LONGER = re.compile(r"\w{4,}")
ACUTE = str.maketrans("áéíóúÁÉÍÓÚ", "aeiouAEIOU")


def _forms(text: str) -> Iterable[str]:
    """Return the forms that a row allows: «padre o madre; los padres», «recuento … (RAN)»."""
    for part in re.split(r"[/;；、／]", text):
        plain = re.sub(r"[(（].*?[)）]|[«»“”]", "", part).strip()
        yield from (plain, plain.split(" o ")[0])
        yield from re.findall(r"[(（]([A-ZÁÉÍÓÚ]{2,})", part)


@cache
def _inflected(text: str, language: Language) -> re.Pattern[str]:
    """Return a pattern of a term in its inflected forms, as far as the language's table has their endings.

    Romance languages without a table have the genders and numbers of Spanish. Without spaces between words, a term is
    found inside of anything.
    """
    text = _searched(text, language)
    if not script_of(language.code).words:
        return re.compile(r"\s*".join(map(re.escape, text.split())))
    stems = [_stem(word) if _is_romance(language) else _inflected_word(word, language) for word in text.split()]
    return re.compile(rf"(?<![\w{MARKS}])" + r"\s+".join(stems) + rf"(?![\w{MARKS}])", re.IGNORECASE)


ROMANCE = {"es", "fr", "pt", "it", "ca", "gl", "ro"}


def _inflected_word(word: str, language: Language) -> str:
    """Return a pattern of a word with what may be attached to it or replace its last vowel.

    In a language without a table, a word may have up to three more letters, as in plurals and cases.
    """
    if language.endings is None:
        return re.escape(word) + (r"[^\W\d_]{,3}" if len(word) > SHORT else "")
    if "*" in language.endings:
        return re.escape(word) + r"\w*"
    prefixes, endings = (_any(items) for items in (language.prefixes, language.endings))
    stem = word
    for ending in sorted(language.endings, key=len, reverse=True) if len(word) > SHORT else ():
        if word.endswith(ending) and len(word) - len(ending) >= SHORT:
            stem = word.removesuffix(ending)
            break
    article = next(
        (prefix for prefix in sorted(language.prefixes, key=len, reverse=True) if word.startswith(prefix)), ""
    )
    stem = stem.removeprefix(article) if len(article) > 1 and len(stem) - len(article) >= SHORT else stem
    return f"(?:{prefixes})?{re.escape(stem)}(?:{endings})?"


SHORT = 3


def _any(items: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, sorted(items, key=len, reverse=True)))


def _stem(word: str) -> str:
    """Return a pattern of a Romance word in any gender and number."""
    if len(word) < 4 or not word.isalpha():
        return re.escape(word) + ("(?:es|s)?" if len(word) == 3 else "")
    stem = re.sub(r"(?:es|as|os|s|a|o|e)$", "", word)
    last = "[zc]" if stem.endswith("z") else re.escape(stem[-1])
    return re.escape(stem[:-1]) + last + r"(?:es|as|os|s|a|o|e)?"
