"""Make the dictionaries of the checks, carepress/checks/languages/*.tsv, from packages of Debian.

Run it after `apt-get install dict-freedict-eng-spa dict-freedict-spa-eng apertium-eng-spa apertium-eng-cat
apertium-spa-cat lttoolbox-dev mythes-es wordnet-base`. Rows of our own, after the line “# Our own rows:”, are kept. Words are in small letters without accents, except ñ.
"""

from __future__ import annotations

import gzip
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from carepress.checks.forms import plain

SHARE = Path("/usr/share")
APERTIUM = SHARE / "apertium"
FOLDER = Path(__file__).parents[2] / "carepress" / "checks" / "languages"
OWN = "# Our own rows:\n"
GPL = "under the GNU General Public License"
FROM_FREEDICT = (
    "the FreeDict dictionaries eng-spa and spa-eng, edition 0.3.1, copyright 1999-2019\n"
    f"# by their authors, {GPL}, version 2 or any later one (https://freedict.org)"
)
FROM_APERTIUM = (
    "Apertium’s English and Spanish (apertium-eng-spa 0.8.1, https://apertium.org),\n"
    "# copyright 2005-2009 Universitat d’Alacant (Transducens group), Generalitat de Catalunya, Universitat Pompeu\n"
    f"# Fabra (IULA), Universitat Politècnica de Catalunya, Jimmy O’Regan, Paul Breen, {GPL}"
)
FROM_CATALAN = f"Apertium’s dictionaries of Catalan (apertium-eng-cat 1.0.1, apertium-spa-cat 2.2.0), {GPL}"
FROM_WORDNET = (
    "WordNet 3.0, copyright 2006 by Princeton University, under the WordNet license, which\n"
    "# permits use, copying, modification and distribution for any purpose with this notice"
)
FROM_MYTHES = (
    "the Spanish thesaurus of LibreOffice (mythes-es 7.5), copyright Marcelo Garrone,\n"
    "# under the GNU Lesser General Public License, version 2.1"
)
Pairs = Iterable[tuple[str, str]]


def main() -> None:
    spanish, english = _inflected("spa-eng"), _inflected("eng-spa")
    for form, lemma in _wordnet_exceptions():
        english[lemma].add(form)
    _write("es-forms", f"Spanish word forms, from {FROM_APERTIUM}", _paradigms(spanish))
    _write("en-forms", f"English word forms, from {FROM_APERTIUM},\n# and from {FROM_WORDNET}", _paradigms(english))
    direct = _apertium("apertium-eng-spa/eng-spa.autobil.bin")
    rows = _grouped((*_freedict(), *direct, *_through_catalan()))
    sources = ";\n# from ".join((FROM_FREEDICT, FROM_APERTIUM, FROM_CATALAN))
    _write("en-es", f"English and Spanish words, from {sources}", _lines(rows))
    same, opposite = _wordnet()
    known = {item for items in rows.values() for item in items}
    english_of = _nearest(rows, _grouped(same))
    synonyms = ((a, b) for a, b in _mythes() if a in known and b in spanish and _agree(a, b, english_of))
    _write("es-synonyms", f"Spanish words and their synonyms, from {FROM_MYTHES}", _lines(_grouped(synonyms)))
    chosen = ((a, b) for a, b in same if b in rows and (a in rows or a in english))
    _write("en-synonyms", f"English words and their synonyms, from {FROM_WORDNET}", _lines(_grouped(chosen)))
    chosen = ((a, b) for a, b in opposite if b in rows)
    _write("en-opposites", f"English words and their opposites, from {FROM_WORDNET}", _lines(_grouped(chosen)))


def _write(name: str, head: str, lines: Iterable[str]) -> None:
    path = FOLDER / f"{name}.tsv"
    own = path.read_text(encoding="utf-8").partition(OWN)[2] if path.is_file() else ""
    text = f"# {head}.\n" + "".join(line + "\n" for line in lines)
    path.write_text(text + (OWN + own if own else ""), encoding="utf-8")


def _grouped(pairs: Pairs) -> dict[str, set[str]]:
    rows: dict[str, set[str]] = defaultdict(set)
    for first, second in pairs:
        if first != second and len(first) > 1 < len(second):
            rows[first].add(second)
    return rows


def _lines(rows: Mapping[str, set[str]]) -> Iterator[str]:
    return ("\t".join((word, *sorted(rows[word]))) for word in sorted(rows))


# --- FreeDict --------------------------------------------------------------------------------


def _freedict() -> Iterator[tuple[str, str]]:
    """Yield the English and Spanish single words."""
    pairs = {*_entries("eng-spa"), *((english, spanish) for spanish, english in _entries("spa-eng"))}
    for english, spanish in sorted(pairs):
        word = english.removeprefix("to ")
        if word.isalpha() and spanish.isalpha() and len(word) > 2 < len(spanish) < 15:
            yield plain(word), plain(spanish.removesuffix("se") if spanish.endswith("rse") else spanish)


def _entries(name: str) -> Iterator[tuple[str, str]]:
    """Yield the headwords of a dictionary with each translation that is one word."""
    head = ""
    path = SHARE / "dictd" / f"freedict-{name}.dict.dz"
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        if match := re.match(r"(.+?) /.*/?\s*$", line):
            head = match[1].strip().lower()
        elif head and line.strip() and not line.startswith("   "):
            for item in re.split(r"[,;]", re.sub(r"^\d+\. |\(.*?\)|<.*?>", "", line)):
                if " " not in item.strip():
                    yield head, item.strip().lower()


# --- Apertium --------------------------------------------------------------------------------


PRONOUN = "prpers"
"""What Apertium gives as the dictionary form of all personal pronouns."""


def _inflected(name: str) -> dict[str, set[str]]:
    """Return the forms of each dictionary form."""
    forms: dict[str, set[str]] = defaultdict(set)
    for form, lemma in _apertium(f"apertium-eng-spa/{name}.automorf.bin"):
        if lemma and lemma != PRONOUN:
            forms[lemma] |= {form, lemma}
    return forms


def _through_catalan() -> Iterator[tuple[str, str]]:
    """Yield English and Spanish words that have a translation of the same part of speech in common."""
    spanish: dict[str, set[str]] = defaultdict(set)
    for catalan, word in (*_tagged("apertium-spa-cat/cat-spa"), *_reversed("apertium-spa-cat/spa-cat")):
        spanish[catalan].add(word)
    for english, catalan in (*_tagged("apertium-eng-cat/eng-cat"), *_reversed("apertium-eng-cat/cat-eng")):
        word, _, part = english.partition("<")
        for item in spanish[catalan] if len(word) > 2 and part in SPOKEN else ():
            other, _, kind = item.partition("<")
            if part == kind and len(other) > 2:
                yield plain(word), plain(other)


SPOKEN = ("n>", "vblex>", "adj>", "adv>")
"""Nouns, verbs, adjectives and adverbs."""


def _tagged(name: str) -> set[tuple[str, str]]:
    """Return the words of a bilingual transducer, each with its part of speech: “call<vblex>”."""
    return set(_apertium(f"{name}.autobil.bin", tagged=True))


def _reversed(name: str) -> set[tuple[str, str]]:
    return {(second, first) for first, second in _tagged(name)}


@cache
def _apertium(name: str, tagged: bool = False) -> tuple[tuple[str, str], ...]:
    """Return the words that a transducer reads, and the first word that it writes for each; no names or addresses."""
    printed = subprocess.run(["lt-print", APERTIUM / name], capture_output=True, text=True, check=True).stdout
    pairs = {pair: None for section in printed.split("\n--\n") for pair in _paths(section)}
    if tagged:
        return tuple(pair for pair in pairs if all(">" in text for text in pair))
    return tuple((plain(first.partition("<")[0]), plain(second.partition("<")[0])) for first, second in pairs)


LONGEST = 40
"""The most letters of a word; the words of transducers that read addresses have loops."""


def _paths(section: str) -> Iterator[tuple[str, str]]:
    """Yield what is read and written up to the first tag, which is the part of speech."""
    arcs: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    final: set[str] = set()
    for fields in (line.split("\t") for line in section.splitlines()):
        if len(fields) < 4:
            final.add(fields[0])
        elif fields[0] != fields[1] and all(map(_is_part_of_word, fields[2:4])):
            arcs[fields[0]].append((fields[1], *(field.replace("ε", "") for field in fields[2:4])))
    waiting, seen = [("0", "", "")], set()
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        state, read, written = place
        if state in final and not re.search("<np>|<web>", written):
            yield read, written
        if len(read) < LONGEST:
            waiting += [(to, _cut(read + first), _cut(written + second)) for to, first, second in arcs[state]]


def _cut(text: str) -> str:
    """Return a text up to its first tag."""
    word, tag, _rest = text.partition(">")
    return word + tag


def _is_part_of_word(symbol: str) -> bool:
    return symbol.isalpha() or symbol.startswith("<")


def _paradigms(forms: Mapping[str, set[str]]) -> Iterator[str]:
    """Yield a line for each way to inflect: the ending of the dictionary form, the endings of the forms, the stems."""
    stems: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for lemma in sorted(forms):
        stem = _common_beginning([lemma, *forms[lemma]])
        endings = tuple(sorted(form.removeprefix(stem) for form in forms[lemma]))
        stems[lemma.removeprefix(stem), endings].append(stem)
    for (ending, endings), words in sorted(stems.items()):
        yield "\t".join((ending, " ".join(item or "-" for item in endings), " ".join(item or "-" for item in words)))


def _common_beginning(words: list[str]) -> str:
    first, last = min(words), max(words)
    return next((first[:at] for at, letter in enumerate(first) if last[at : at + 1] != letter), first)


# --- WordNet and the thesaurus ---------------------------------------------------------------

PARTS = ("noun", "verb", "adj", "adv")


def _wordnet_exceptions() -> Iterator[tuple[str, str]]:
    for part in PARTS:
        for line in (SHARE / "wordnet" / f"{part}.exc").read_text().splitlines():
            form, *lemmas = line.split()
            yield from ((form, lemma) for lemma in lemmas if form.isalpha() and lemma.isalpha())


def _wordnet() -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Return the pairs of single words in one synset, and the pairs of antonyms."""
    same: set[tuple[str, str]] = set()
    opposite: set[tuple[str, str]] = set()
    for part in PARTS:
        lines = (SHARE / "wordnet" / f"data.{part}").read_text().splitlines()
        synsets = {
            fields[0]: fields for fields in (line.partition(" | ")[0].split() for line in lines if line[0] != " ")
        }
        for fields in synsets.values():
            words = _words(fields)
            same |= {(a, b) for a in words for b in words if a.isalpha() and b.isalpha()}
            pointers = fields[5 + 2 * len(words) :]
            for kind, to, _part, ends in zip(*(pointers[at::4] for at in range(4))):
                if kind == "!":
                    first, second = words[int(ends[:2], 16) - 1], _words(synsets[to])[int(ends[2:], 16) - 1]
                    opposite |= {(first, second)} if first.isalpha() and second.isalpha() else set()
    return same, opposite


def _words(fields: list[str]) -> list[str]:
    count = int(fields[3], 16)
    return [re.sub(r"\(.*\)", "", word.lower()) for word in fields[4 : 4 + 2 * count : 2]]


def _nearest(rows: Mapping[str, set[str]], same: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return for each Spanish word its English words and their synonyms."""
    found: dict[str, set[str]] = defaultdict(set)
    for word, items in rows.items():
        for item in items:
            found[item] |= {word, *same.get(word, ())}
    return found


def _agree(first: str, second: str, english_of: Mapping[str, set[str]]) -> bool:
    """Tell whether words of the thesaurus mean the same in English too, as far as it is known: it has «bazo» for «hígado»."""
    one, other = (english_of.get(word, set()) for word in (first, second))
    return not (one and other) or not one.isdisjoint(other)


def _mythes() -> Iterator[tuple[str, str]]:
    """Yield the headwords of the thesaurus with each synonym that is one word, both ways."""
    head = ""
    for line in (SHARE / "mythes" / "th_es_ES_v2.dat").read_text("latin-1").splitlines()[1:]:
        first, *others = line.split("|")
        if first.startswith(("-", "(")):
            words = (plain(re.sub(r"\(.*?\)", "", word).strip()) for word in others)
            for word in (word for word in words if word.isalpha() and head.isalpha()):
                yield head, word
                yield word, head
        else:
            head = plain(first)


if __name__ == "__main__":
    main()
