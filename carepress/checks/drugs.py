"""Check drugs and their brand names, which are the same in all languages but for the spelling.

Drugs are recognized by their international stems and by the table drugs.toml, which has their brand names.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from carepress.checks.language import Language
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText
from carepress.text.language import language_script

# --- Drugs -----------------------------------------------------------------------------------

# Common stems of International Nonproprietary Names (WHO, “The use of stems in the selection of INN”),
# in the spelling that `_neutral` gives them, which English and Romance languages share.
STEMS = re.compile(
    r"(?:rubicin|cristin|blastin|arabin|tabin|trexat|trexed|fosfamid|posid|sporin|platin|mab|[^e]nib|mustin|purin|guanin|"
    r"asparagas|asparaginas|prednison|prednisolon|metason|cortison|setron|floxacin|micin|[ao]micin|cilin|nacol|conacol|pracol|"
    r"profen|codon|codein|morfin|metadon|fentanil|heparin|insulin|acetaminofen|paracetamol|aspirin|varfarin|warfarin|"
    r"cain|acepam|acolam|statin|sartan|olol|ciclovir|leucel|leucin|vorin|tretinoin|hidrocinurea|metformin|tiacin|"
    r"penem|grastim|poetin|ferol|tidin|dipin|ciclin|triptilin|oxetin|tracin|fosfat|bactrim|trimetoprim|sulfametoxacol)$"
)
# Drugs with another name in the United States (United States Adopted Names).
SAME_DRUG = {"acetaminofen": "paracetamol"}


def check_drug(subject: Subject) -> Iterator[Finding]:
    """Compare drugs by their international stems: vincristine = «vincristina», not «vinblastina».

    Other scripts may spell a drug in their own letters; one in Latin letters must be in the English.
    """
    source, target = (_drugs(side, language) for side, language in subject.sides)
    from_latin, to_latin = (language_script(language.code) == "Latn" for _side, language in subject.sides)
    for drug in sorted(set(source) - set(target)) if to_latin else ():
        yield Finding(f"the drug “{source[drug]}” is missing", "write the drug of the English")
    for drug in sorted(set(target) - set(source)) if from_latin else ():
        yield Finding(f"the drug “{target[drug]}” is not in the English", "write the drug of the English")


def _drugs(side: ParsedText, language: Language) -> dict[str, str]:
    ignored = {sense.phrase for sense in language.ignored_drugs.find(side.words)}
    return {key: word.text for word in side.words if word.text not in ignored and (key := _key(word.text))}


@cache
def _key(word: str) -> str:
    """Return the key that a drug has in all languages, or an empty text for a word that is not a drug."""
    neutral = _neutral(word)
    neutral = SAME_DRUG.get(neutral, neutral)
    return neutral if len(word) > 5 and (STEMS.search(neutral) or neutral in _listed()) else ""


@cache
def _neutral(word: str) -> str:
    """Normalize the spelling of a scientific word: no accents, Greek spellings or final vowel."""
    word = "".join(letter for letter in unicodedata.normalize("NFD", word.casefold()) if letter.isalpha())
    for old, new in (("ph", "f"), ("th", "t"), ("ch", "c"), ("nf", "mf"), ("y", "i"), ("z", "c"), ("k", "c")):
        word = word.replace(old, new)
    word = re.sub(r"(.)\1", r"\1", word)
    return re.sub(r"(?:as|os|es|s)?$", "", word) and re.sub(r"[aeo]s?$", "", word)


# --- Drugs and brands ------------------------------------------------------------------------


def check_brand(subject: Subject) -> Iterator[Finding]:
    """Compare brand names, and the drug that is next to each: “Oncovin (vincristine)”."""
    plain = f"{subject.source.plain}\n{subject.target.plain}"
    known = {word for word in _table() if word in plain}
    source, target = (_found(side, known) for side in (subject.source, subject.target))
    for brand in sorted(source - target):
        yield Finding(f"the brand name “{brand}” is missing", "write the brand name of the English")
    for brand in sorted(target - source):
        yield Finding(f"the brand name “{brand}” is not in the English", "write the brand name of the English")
    if source == target:
        yield from _mispaired(subject)


@cache
def _table() -> dict[str, str]:
    """Return the drug of each brand name."""
    table = tomllib.loads((Path(__file__).parent / "drugs.toml").read_text(encoding="utf-8"))["brands"]
    return {brand.strip(): drug for drug, brands in table.items() for brand in brands.split(",")}


@cache
def _listed() -> frozenset[str]:
    return frozenset(map(_neutral, _table().values()))


def _found(side: ParsedText, known: set[str]) -> set[str]:
    """Return the brand names in a text; Cytosar is not in Cytosar-U."""
    return {brand for brand in known if re.search(rf"\b{re.escape(brand)}\b(?!-\w)", side.plain)}


# A drug and what follows in parentheses, or the reverse.
_NEXT = re.compile(r"(?P<before>[\w-]+) \((?P<inside>[^()]*)\)")


def _mispaired(subject: Subject) -> Iterator[Finding]:
    """Find a brand name next to another drug than in the source."""
    source, target = (_pairs(side) for side in (subject.source, subject.target))
    for brand, drugs in target.items():
        right = source.get(brand) or ({_key(_table()[brand])} if brand in _table() else set())
        wrong = {text for key, text in drugs.items() if right and key not in right}
        if wrong and not right & drugs.keys():
            yield Finding(
                f"the brand name “{brand}” is next to the drug “{min(wrong)}”", "put it next to the drug of the English"
            )


def _pairs(side: ParsedText) -> dict[str, dict[str, str]]:
    """Return the drugs next to each brand name, by their keys: those in the same parenthesis or before it."""
    pairs: dict[str, dict[str, str]] = {}
    for match in _NEXT.finditer(side.plain):
        before, inside = match["before"], re.findall(r"[\w-]+", match["inside"])
        if key := _key(before):
            for word in inside:
                if word[0].isupper() and not _key(word):
                    pairs.setdefault(word, {})[key] = before
        elif before[0].isupper():
            pairs.setdefault(before, {}).update({key: word for word in inside if (key := _key(word))})
    return pairs
