"""Facts that a book must keep: each names a passage and a phrase of it in each language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from carepress.dossier.passages import visible_texts
from carepress.model import Book
from support import LANGS

STRAIGHT = str.maketrans("‘’ʼ“”«»\u00a0\u202f\u2011", '\'\'\'""""  -')
KEYS = {"fact", "source", "passage", *LANGS}
SEPARATOR = " … "


def read_facts(path: Path) -> list[dict[str, str]]:
    """Return the facts of a file. Fails for a missing or empty file, and for a fact with other keys."""
    facts: list[dict[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))["facts"]
    assert facts, f"{path.name} has no facts"
    wrong = [fact for fact in facts if set(fact) != KEYS or not all(value.strip() for value in fact.values())]
    assert wrong == [], f"each fact has {', '.join(sorted(KEYS))}"
    return facts


def lost_facts(facts: list[dict[str, str]], books: Mapping[str, Book]) -> Iterator[str]:
    """Yield a message for each fact that a book does not have in a language any more."""
    sources = {source.id for source in books["en"].sources}
    texts = {lang: visible_texts(book) for lang, book in books.items()}
    for fact in facts:
        place = fact["passage"]
        if fact["source"].partition(":")[0] not in sources:
            yield f"unknown source “{fact['source']}”: {fact['fact']}"
        if not all(place in of_lang for of_lang in texts.values()):
            yield f"there is no passage {place} any more; it carried: {fact['fact']}"
            continue
        for lang, of_lang in texts.items():
            text = normalized(of_lang[place])
            for phrase in fact[lang].split(SEPARATOR):
                if normalized(phrase) not in text:
                    yield f"passage {place} no longer says “{phrase}” in {lang}; it carried: {fact['fact']}"


def normalized(text: str) -> str:
    """Return a text for comparison: without case, with plain spaces, apostrophes and quotation marks."""
    return " ".join(text.translate(STRAIGHT).casefold().split())
