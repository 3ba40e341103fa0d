"""Make the tables of carepress/text/cldr.py from ICU: `.venv/bin/python tests/support_cldr.py`.

Run it after a new version of ICU, or of a typeface that every installation has.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import icu

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from carepress.text.cldr import FOLDER, ROOT, SCRIPTS, Weights, has_table, row_names  # noqa: E402
from carepress.text.cldr_collation import elements  # noqa: E402
from carepress.text.collation import NO_LETTER  # noqa: E402
from carepress.text.typefaces import TYPEFACES, _characters  # noqa: E402

Table = dict[str, tuple[Weights, ...]]

COPYRIGHT = f"""\
# From the data of Unicode CLDR in ICU {icu.ICU_VERSION}, © 2004-2025 Unicode, Inc.: UNICODE.LICENSE.txt
# tests/support_cldr.py writes this file.
"""
LANGUAGES = (
    COPYRIGHT + "# locale; scripts sorted first; U: capitals first, B: backward accents; letters; letters of an index\n"
)
WEIGHTS = COPYRIGHT + "# locale; letters in NFD; weights: primary.secondary.tertiary, 05 if not given\n"
# It sorts by the codes of characters, for programs.
NO_LANGUAGE = {"en_US_POSIX"}
LOCALES = [lang for lang in sorted(icu.Locale.getAvailableLocales()) if has_table(lang) and lang not in NO_LANGUAGE]
CATALAN = "l\u00b7", "L\u00b7"  # contractions of the root; others are in letters that have a code of their own
AFTER_CYRILLIC = "\u2c30"  # the first letter of Glagolitic
FOUND: dict[str, Table] = {"": {}}  # by the rules of languages
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"


def tables() -> tuple[str, str]:
    """Return the contents of cldr-languages.tsv and cldr-weights.tsv."""
    rows = {lang: (language_cells(lang), weights(lang)) for lang in (ROOT, *LOCALES)}
    parents = {
        lang: [name for name in row_names(lang) if name == ROOT or (name in rows and len(name) < len(lang))]
        for lang in LOCALES
    }
    kept = [ROOT, *(lang for lang, names in parents.items() if rows[lang] != rows[names[0]])]
    languages = ["\t".join([lang, *rows[lang][0]]) for lang in kept]
    lines = [
        f"{lang}\t{' '.join(f'{ord(letter):04X}' for letter in text)}\t{' '.join(map(shown, found))}"
        for lang in kept
        for text, found in rows[lang][1].items()
    ]
    return LANGUAGES + "\n".join(languages) + "\n", WEIGHTS + "\n".join(lines) + "\n"


def shown(element: Weights) -> str:
    """Return weights as in cldr-weights.tsv."""
    parts = [part.hex().upper() for part in (element.primary, element.secondary, element.tertiary)]
    while len(parts) > 1 and parts[-1] == "05":
        parts.pop()
    return ".".join(parts)


# --- Languages -----------------------------------------------------------------------------


def language_cells(lang: str) -> list[str]:
    """Return the cells of a language in cldr-languages.tsv after its name."""
    collator, attributes = collator_of(lang), icu.UCollAttribute
    order = re.search(r"\[reorder ([^]]*)\]", rules(collator))
    scripts = [script for script in (order[1].split() if order else []) if script in SCRIPTS]
    flags = "U" if collator.getAttribute(attributes.CASE_FIRST) == icu.UCollAttributeValue.UPPER_FIRST else ""
    flags += "B" if collator.getAttribute(attributes.FRENCH_COLLATION) == icu.UCollAttributeValue.ON else ""
    exemplars = icu.LocaleData(lang).getExemplarSet(0, 0) if lang != ROOT else ()
    return [" ".join(scripts), flags, "".join(sorted({*"".join(exemplars)})), " ".join(labels(lang))]


def rules(collator: Any) -> str:
    """Return the rules of a collator, with those that it imports."""
    text = str(collator.getRules())
    for lang in re.findall(r"\[import ([\w-]+)\]", text):
        text += rules(collator_of(lang))
    return text


def index_of(lang: str) -> Any:
    index = icu.AlphabeticIndex(icu.Locale(lang))
    index.addLabels(icu.Locale.getEnglish())
    return index.buildImmutableIndex()


def labels(lang: str) -> list[str]:
    index = index_of(lang)
    found = (index.getBucket(number)[0] for number in range(index.bucketCount))
    return [str(label) for label in found if label != NO_LETTER]


# --- Weights -------------------------------------------------------------------------------


@cache
def collator_of(lang: str) -> Any:
    return icu.Collator.createInstance(icu.Locale(lang))


def weights(lang: str) -> Table:
    """Return the weights of a language that do not follow from those of the root and of shorter texts."""
    name = ROOT if lang == ROOT else rules(collator_of(lang))
    if name not in FOUND:
        FOUND[name] = dict(sorted(find_weights(lang), key=lambda row: (row[1], row[0])))
    return FOUND[name]


def find_weights(lang: str) -> Iterator[tuple[str, tuple[Weights, ...]]]:
    collator, table = collator_of(lang), {} if lang == ROOT else dict(weights(ROOT))
    tailored = (unicodedata.normalize("NFD", text) for text in collator.getTailoredSet(icu.UnicodeSet()))
    texts = characters().union(CATALAN, filter(characters().issuperset, tailored))
    for text in sorted(texts, key=lambda text: (len(text), text)):
        if (found := tuple(icu_elements(collator, text))) != tuple(elements(text, table)):
            table[text] = found
            yield text, found


@cache
def characters() -> frozenset[str]:
    """Return what the typefaces of every installation have, in NFD: signs, letters of their scripts, and invisible signs."""
    found = _characters(None).union(_characters(TYPEFACES[0]), INVISIBLE)
    texts = {
        unicodedata.normalize("NFD", letter) for letter in found if unicodedata.category(letter) not in ("Cc", "Co")
    }
    end = next(icu_elements(collator_of(ROOT), AFTER_CYRILLIC)).primary
    return frozenset(text for text in texts.union(*texts) if next(icu_elements(collator_of(ROOT), text)).primary < end)


def icu_elements(collator: Any, text: str) -> Iterator[Weights]:
    """Yield the weights that ICU has for a text. It yields a long one in two parts."""
    parts: list[tuple[bytes, bytes, bytes]] = []
    for order in collator.createCollationElementIterator(text):
        primary, secondary, tertiary = (order >> 16 & 0xFFFF).to_bytes(2), order >> 8 & 0xFF, order & 0xFF
        if tertiary & 0xC0 == 0xC0 and parts:
            first = parts.pop()
            parts.append((first[0] + primary, first[1] + bytes([secondary]), first[2] + bytes([tertiary & 0x3F])))
        else:
            parts.append((primary, bytes([secondary]), bytes([tertiary])))
    for part in parts:
        yield Weights(*(weight.rstrip(b"\0") for weight in part))


if __name__ == "__main__":
    for name, content in zip(("cldr-languages.tsv", "cldr-weights.tsv"), tables()):
        (FOLDER / name).write_text(content, encoding="utf-8")
