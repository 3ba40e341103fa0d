"""Sort words as the dictionaries of each language do: the Unicode Collation Algorithm with the rules of CLDR, by ICU.

Chinese is sorted by pinyin (`zh_Hans`) or strokes (`zh_Hant`), Swedish has å after z, Vietnamese đ after d.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import icu

from carepress.text.language import formatting_locale

OPENING_MARKS = "«“„\"‘'¿¡([「『《"
NO_LETTER = "…"  # ICU's label for words before, between and after the letters of its scripts


def sort_key(text: str, lang: str) -> bytes:
    """Return a key that sorts a text among others of its language; marks before the first word are ignored."""
    return bytes(_collator(lang).getSortKey(text.lstrip(OPENING_MARKS)))


def index_letter(text: str, lang: str) -> str:
    """Return the letter that a text is under in an index: of its language or of English. None for a number or sign: ""."""
    index = _index(lang)
    label, _count = index.getBucket(index.getBucketIndex(text.lstrip(OPENING_MARKS)))
    return "" if label == NO_LETTER else str(label)


@cache
def _collator(lang: str) -> Any:
    return icu.Collator.createInstance(icu.Locale(formatting_locale(lang)))


@cache
def _index(lang: str) -> Any:
    index = icu.AlphabeticIndex(icu.Locale(formatting_locale(lang)))
    index.addLabels(icu.Locale.getEnglish())
    return index.buildImmutableIndex()
