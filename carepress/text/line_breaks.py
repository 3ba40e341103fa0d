"""Break lines between the words of scripts without spaces: Thai, Khmer, Lao and Burmese, by the dictionaries of ICU.

Korean has spaces, but layout programs may divide its words after any syllable.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, partial
from html import unescape
from typing import Any

from carepress.text.cldr import has_table
from carepress.text.icu_library import load_icu

BREAK = "\u200b"  # a zero-width space: a line may end here
NO_BREAK = "\u2060"
SOFT_HYPHEN = "\u00ad"
SAMPLES = {
    "th": "เม็ดเลือดขาว",
    "lo": "ຖ້າລູກຂອງທ່ານ",
    "km": "ទូរស័ព្ទទៅក្រុម",
    "my": "မနက်အထိစောင့်ပါ",
}
"""For each language, words between which a line may break."""
LETTERS = {
    "th": re.compile("[\u0e00-\u0e7f]{2,}"),
    "lo": re.compile("[\u0e80-\u0eff]{2,}"),
    "km": re.compile("[\u1780-\u17ff]{2,}"),
    "my": re.compile("[\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f]{2,}"),
}
ANY_LETTER = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\uac00-\ud7a3]")
HANGUL = re.compile("[\uac00-\ud7a3]")
LONG_KOREAN = 14  # letters: a longer word may break
# Where a line may end within a Korean word: before and after each of its syllables, but not between a tag and a text.
KOREAN_JOINT = re.compile("(?<=[\uac00-\ud7a3])(?=\\S)|(?<=[^\\s>])(?=[\uac00-\ud7a3])")


def mark_breaks(text: str, langs: Iterable[str] = tuple(LETTERS)) -> str:
    """Return a text with `BREAK` between the words of these languages.

    A text in which a translator has placed breaks, or forbidden one by a word joiner (U+2060), stays as it is.
    """
    if not ANY_LETTER.search(text) or BREAK in text or NO_BREAK in text:
        return text
    for lang in langs:
        text = LETTERS[lang].sub(partial(_mark_run, lang), text)
    return text


def keep_korean(text: str) -> str:
    """Return a text whose Korean words have word joiners, so that lines end between them only."""
    return re.sub(r"\S+", _join_korean, text)


def _join_korean(word: re.Match[str]) -> str:
    is_long = len(unescape(word[0]).removeprefix(">")) > LONG_KOREAN
    return word[0] if is_long else KOREAN_JOINT.sub(NO_BREAK, word[0])


def without_breaks(text: str) -> str:
    """Return a text as it is read: without the marks in and between its words, and the hyphen at the end of a line."""
    if text.endswith(HYPHENATED):
        text = text[:-1]
    return text.replace(BREAK, "").replace(NO_BREAK, "").replace(SOFT_HYPHEN, "")


HYPHENATED = f"{SOFT_HYPHEN}-"  # the end of a line within a word (hyphenate-character in templates/styles/print.css)


def mark_html_breaks(html: str, langs: Iterable[str]) -> str:
    """Return an HTML document in which the texts of the body have `BREAK` between the words of these languages.

    Korean words do not break.
    """
    if not ANY_LETTER.search(html):
        return html
    head, body, rest = html.partition("<body")
    langs = tuple(langs)
    return head + body + re.sub(">[^<]+", lambda text: keep_korean(mark_breaks(text[0], langs)), rest)


def _mark_run(lang: str, run: re.Match[str]) -> str:
    breaks = _iterator(lang)
    breaks.setText(run[0])
    ends = list(breaks)  # in UTF-16, which has one unit for each of these letters
    return BREAK.join(run[0][start:end] for start, end in zip([0, *ends], ends))


@cache
def _iterator(lang: str) -> Any:
    icu = load_icu(lang)
    return icu.BreakIterator.createLineInstance(icu.Locale(lang))


# --- Parts of lines --------------------------------------------------------------------------

# Where a line of Latin, Greek or Cyrillic letters may end (Unicode Standard Annex 14): after spaces, but neither before a
# closing mark nor between a quotation and a parenthesis, and within words after hyphens, dashes and slashes.
LINE_END = re.compile(
    r"(?<= )(?![ /!?)\]])(?<![»”’\"] (?=[(\[]))"
    r"|(?<=[^ ][-‐–—/])(?=[^\W\d])"
    r"|(?<=\w–)(?=\d)"
    rf"|(?<=[{BREAK}{SOFT_HYPHEN}])(?! )"
)


def line_pieces(text: str, lang: str) -> list[str]:
    """Return the parts of a text between which a line may end, without spaces at their ends."""
    pieces = LINE_END.split(text) if has_table(lang.replace("-", "_")) else _pieces_by_icu(text, lang)
    return [bare for piece in pieces if (bare := piece.strip(" ").rstrip(BREAK))]


def _pieces_by_icu(text: str, lang: str) -> Iterable[str]:
    breaks, units = _iterator(lang), load_icu(lang).UnicodeString(text)
    breaks.setText(units)
    ends = list(breaks)
    return (str(units[start:end]) for start, end in zip([0, *ends], ends))
