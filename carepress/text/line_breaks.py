"""Break lines between the words of scripts without spaces: Thai, Khmer, Lao and Burmese, by the dictionaries of ICU.

Korean has spaces, but layout programs may divide its words after any syllable. Other lines are broken by Pango, which
WeasyPrint uses: here it says where.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable
from contextlib import suppress
from functools import cache, partial
from html import unescape
from itertools import pairwise
from typing import Any

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


# --- By Pango ------------------------------------------------------------------------------

PANGO = ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll")  # on Linux, macOS and Windows


def line_pieces(text: str, lang: str) -> list[str]:
    """Return the parts of a text between which a line may end (Unicode Standard Annex 14), without spaces at their ends."""
    text = mark_breaks(text, unbroken_languages())
    pieces = (text[start:end] for start, end in pairwise([0, *_breaks(text, lang), len(text)]))
    return [bare for piece in pieces if (bare := piece.strip(" ").rstrip(BREAK))]


@cache
def unbroken_languages() -> tuple[str, ...]:
    """Return the languages without spaces whose lines Pango does not break: all but Thai, if it was built with libthai."""
    return tuple(lang for lang, words in SAMPLES.items() if not _breaks(words, lang))


def _breaks(text: str, lang: str) -> list[int]:
    """Return the places inside a text where a line may end."""
    pango, data = _pango(), text.encode()
    language = pango.pango_language_from_string(lang.replace("_", "-").encode())
    # The attributes of each place (PangoLogAttr) are bits; the first one is is_line_break.
    attributes = (ctypes.c_uint32 * (len(text) + 1))()
    pango.pango_get_log_attrs(data, len(data), -1, language, attributes, len(attributes))
    return [place for place in range(1, len(text)) if attributes[place] & 1]


@cache
def _pango() -> Any:
    for name in PANGO:
        with suppress(OSError):
            pango = ctypes.CDLL(name)
            pango.pango_language_from_string.restype = ctypes.c_void_p
            pango.pango_get_log_attrs.argtypes = [
                ctypes.c_char_p, ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int,
            ]  # fmt: skip
            return pango
    raise OSError("the library Pango is not installed")
