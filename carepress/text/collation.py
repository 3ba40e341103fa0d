"""Sort words as the dictionaries of each language do: the Unicode Collation Algorithm with the rules of CLDR.

Chinese is sorted by pinyin (`zh_Hans`) or strokes (`zh_Hant`), Swedish has å after z, Vietnamese đ after d. Arabic
ignores the article, as library catalogs do (MARC 21, appendix F). Languages in Latin, Cyrillic and Greek letters are sorted
by the tables of carepress/text/cldr.py, whether or not ICU is installed, and others by ICU.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from carepress.text.cldr import has_table, language_row
from carepress.text.cldr_collation import table_key, table_letter
from carepress.text.icu_library import load_icu
from carepress.text.language import formatting_locale

OPENING_MARKS = "«“„\"‘'¿¡([「『《"
# Articles that are written as a part of their word. Whether a Hebrew ה is one, or the first letter of the word, cannot be
# seen. The Arabic words that begin with the same two letters are excepted, with any ending: “التهاب” (inflammation) and
# “التهابه” (its inflammation) are under ا, but “التزامن” is another word than “التزام”, and has the article.
_STEMS = "تهاب|تزام|تئام|توا[ءئؤ]|تصاق|تحام|تقاط|تماس|تفاف|تباس|تقا[ءئؤ]|تحاق|تهام|تجا[ءئؤ]"
_ENDINGS = "(?:ات|ي|ية)?(?:ا|ان|ين|ة|ه|ها|هم|هما|هن|كم|نا)?"
# Foreign words, whose hamza is often left out: no Arabic word begins like them.
_FOREIGN = "كترون|بومين|وبيورينول|دوستيرون"
_ARTICLES = {"ar": re.compile(f"[اٱ]َ?لْ?(?!له\\b|(?:{_STEMS}){_ENDINGS}\\b|{_FOREIGN})(?=\\w\\w)")}
NO_LETTER = "…"  # ICU's label for words before, between and after the letters of its scripts


def sort_key(text: str, lang: str) -> bytes:
    """Return a key that sorts a text among others of its language; marks and articles before its first word are ignored."""
    text = _filed(text, lang)
    return table_key(text, language_row(lang)) if has_table(lang) else bytes(_collator(lang).getSortKey(text))


def index_letter(text: str, lang: str) -> str:
    """Return the letter that a text is under in an index: of its language or of English. None for a number or sign: ""."""
    text = _filed(text, lang)
    if has_table(lang):
        return table_letter(text, language_row(lang))
    index = _index(lang)
    label, _count = index.getBucket(index.getBucketIndex(text))
    return "" if label == NO_LETTER else str(label)


def _filed(text: str, lang: str) -> str:
    """Return a text from the letter by which it is sorted."""
    text = text.lstrip(OPENING_MARKS)
    pattern = _ARTICLES.get(lang.partition("_")[0])
    article = pattern.match(text) if pattern else None
    return text[article.end() :] if article else text


@cache
def _collator(lang: str) -> Any:
    icu = load_icu(lang)
    return icu.Collator.createInstance(icu.Locale(formatting_locale(lang)))


@cache
def _index(lang: str) -> Any:
    icu = load_icu(lang)
    index = icu.AlphabeticIndex(icu.Locale(formatting_locale(lang)))
    index.addLabels(icu.Locale.getEnglish())
    return index.buildImmutableIndex()
