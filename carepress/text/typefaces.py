"""The typefaces of all scripts, and which of them a text needs.

Latin letters are set in Atkinson Hyperlegible (carepress/text/fonts.py). The others are from optional PyPI packages,
under the SIL Open Font License; a row of `TYPEFACES` adds a script. System fonts are never used.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import uharfbuzz
from babel import Locale
from fontTools.ttLib import TTFont

from carepress.model import PublishError
from carepress.text import fonts
from carepress.text.cluster_faces import with_cluster_glyphs
from carepress.text.fonts import FAMILY, letters
from carepress.text.language import language_script
from carepress.text.rtl_faces import with_extra_glyphs

SCHEME = "carepress-font:"  # of the address of a face in style sheets for paper


@dataclass(frozen=True, slots=True)
class Typeface:
    """A typeface for one or more scripts, as a variable font.

    Embedding in documents is unrestricted (`fsType` 0 in the font), and the package holds the text of the license.
    """

    family: str
    extra: str
    """The optional dependency in pyproject.toml that installs it; none if every installation has it."""
    package: str
    file: str
    """The upright font in the package."""
    sha256: str
    scripts: tuple[str, ...]
    """ISO 15924."""
    names: tuple[str, ...]
    """How the Unicode names of its letters begin."""
    sample: str
    """One of its letters."""
    in_ebooks: bool = False
    """E-books carry it, because many reading devices lack the script."""
    italic: str = ""
    """The file of the variable font for italics."""
    bold: str = ""
    """The file of the bold face, if the fonts are not variable."""

    @property
    def slug(self) -> str:
        """The family as part of a file name."""
        return self.family.lower().replace(" ", "-")

    @property
    def hint(self) -> str:
        """How to install the typeface."""
        if not self.extra:
            return f'run "pip install {self.package.replace("_", "-")}"'
        return install_hint(self.extra)


def install_hint(extra: str) -> str:
    """Return how to install an optional dependency of pyproject.toml."""
    return f'run "make fonts SCRIPTS={extra}" or "pip install carepress[{extra}]"'


def _noto(
    script: str, extra: str, package: str, file: str, sha256: str, names: str, sample: str, in_ebooks: bool = False
) -> Typeface:
    """Return the row of a script that has a typeface of its own."""
    return Typeface(
        f"Noto Sans {script}",
        extra,
        package,
        file,
        sha256,
        (_ISO[script],),
        tuple(names.split(", ")),
        sample,
        in_ebooks,
    )


_ISO = {
    "Hebrew": "Hebr", "Devanagari": "Deva", "Bengali": "Beng", "Tamil": "Taml", "Telugu": "Telu",
    "Gujarati": "Gujr", "Gurmukhi": "Guru", "Oriya": "Orya", "Kannada": "Knda", "Malayalam": "Mlym", "Sinhala": "Sinh",
    "Armenian": "Armn", "Georgian": "Geor",
    "Thai": "Thai", "Khmer": "Khmr", "Lao": "Laoo", "Myanmar": "Mymr", "Ethiopic": "Ethi", "SC": "Hans", "TC": "Hant",
    "JP": "Jpan", "KR": "Kore",
}  # fmt: skip
_HAN = "CJK, IDEOGRAPHIC, FULLWIDTH, HALFWIDTH, LEFT CORNER, RIGHT CORNER, LEFT DOUBLE ANGLE, RIGHT DOUBLE ANGLE"
_OFL = "fonts/ofl"
TYPEFACES = (
    Typeface(
        "Noto Sans", "", "fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf",
        "bfb7bb691513f12e734dc346c03a03f784912432d7e3fa8e56efcf906fe86b3d",
        ("Latn", "Cyrl", "Grek"), ("LATIN", "CYRILLIC", "GREEK", "COMBINING", "MODIFIER"), "Ж",
        italic="files/NotoSans-Italic[wdth,wght].ttf",
    ),
    # Noto Sans Arabic draws dots apart from letters, so that text cannot be copied from it.
    Typeface(
        "IBM Plex Sans Arabic", "arabic", "fontpkg_ibm_plex_sans_arabic", "files/IBMPlexSansArabic-Regular.ttf",
        "6f611412270a132bbac838da9259d4c68569b4175f3b3b8fa3fa36a30b56dab9", ("Arab",), ("ARABIC", "EXTENDED ARABIC"), "ب",
        bold="files/IBMPlexSansArabic-Bold.ttf",
    ),
    _noto(
        "Hebrew", "hebrew", "pylopdf_fonts_he", "NotoSansHebrew-Variable.ttf",
        "7ef36a2c3593758cdb622e1bdef4f84523e92fbc3ccc667438dd80ff54c2de88", "HEBREW", "א",
    ),
    _noto(
        "Devanagari", "devanagari", "fontpkg_noto_sans_devanagari", "files/NotoSansDevanagari[wdth,wght].ttf",
        "14ec4af41f27482216d1c2229f417ff9b1425e1babb014e57d1d40d03229853e", "DEVANAGARI", "अ",
    ),
    _noto(
        "Bengali", "bengali", "justmytype_intl_south_asia", f"{_OFL}/notosansbengali/NotoSansBengali[wdth,wght].ttf",
        "dcd42978094e584a849c84a51450eeac40c8826057d566ea6d4b9627a403a05a", "BENGALI", "অ", True,
    ),
    _noto(
        "Tamil", "tamil", "fontpkg_noto_sans_tamil", "files/NotoSansTamil[wdth,wght].ttf",
        "aa3a9b321f4b0bb2c40203ffbde9af89713227866e0e13f76e5b9eeea727cf88", "TAMIL", "அ", True,
    ),
    _noto(
        "Telugu", "telugu", "fontpkg_noto_sans_telugu", "files/NotoSansTelugu[wdth,wght].ttf",
        "e618af7bf999df192ed4f388eba2e563f2b5015034e9cbb317b5bd793bd7334d", "TELUGU", "అ", True,
    ),
    _noto(
        "Gujarati", "gujarati", "manimgx_fonts", "NotoSansGujarati[wght].ttf",
        "83d1bde74d64fb389f97a5e27b2699d8ee8bad4c15a02be347228e6c10011248", "GUJARATI", "અ", True,
    ),
    _noto(
        "Gurmukhi", "gurmukhi", "manimgx_fonts", "NotoSansGurmukhi[wght].ttf",
        "8a3096ee2166f6383501e2df7b368fce88cfa4068c8d75bcb6af07da353a00ea", "GURMUKHI", "ਅ", True,
    ),
    _noto(
        "Oriya", "odia", "manimgx_fonts", "NotoSansOriya[wght].ttf",
        "37f482d0179d0a50e3128d004f007ff1c1741ad5f6b0b2bcc7238b257ef1caa0", "ORIYA", "ଅ", True,
    ),
    _noto(
        "Kannada", "kannada", "manimgx_fonts", "NotoSansKannada[wght].ttf",
        "b6b11505d76eddf916667d73adfec19095ec777742444dc662dae81471461f4e", "KANNADA", "ಅ", True,
    ),
    _noto(
        "Malayalam", "malayalam", "manimgx_fonts", "NotoSansMalayalam[wght].ttf",
        "94cddc94a03fa9a5e8d1784090ba97b267def6933d60762081eaa003751142c5", "MALAYALAM", "അ", True,
    ),
    _noto(
        "Sinhala", "sinhala", "manimgx_fonts", "NotoSansSinhala[wght].ttf",
        "3fd7c6a61cb6dfb8a2ca7af5b4078bd24e9c8ad9b55839a0177277db6e4d1326", "SINHALA", "අ", True,
    ),
    _noto(
        "Armenian", "armenian", "manimgx_fonts", "NotoSansArmenian[wght].ttf",
        "e979dfaed56ddb4bfd05121958b25425eb7593253d64b6b3654c77c11c5cda94", "ARMENIAN", "Ա", True,
    ),
    _noto(
        "Georgian", "georgian", "manimgx_fonts", "NotoSansGeorgian[wght].ttf",
        "42f4a8bf4fe0af8afd91ee3c19e81e14f1bc74ddbd9b6a59a4182f67a596adb4", "GEORGIAN", "ა", True,
    ),
    _noto(
        "Thai", "thai", "fontpkg_noto_sans_thai", "files/NotoSansThai[wdth,wght].ttf",
        "5a1c559bb539583c8a1fd99d1c5b9491e5e14478c9cd2bd0970d5c3096cc9ef8", "THAI", "ก",
    ),
    _noto(
        "Khmer", "khmer", "fontpkg_noto_sans_khmer", "files/NotoSansKhmer[wdth,wght].ttf",
        "f37a8431a0c5d5ed2f81a767417546aca576a81fb7eff9c924d46aecf828f2ca", "KHMER", "ក", True,
    ),
    _noto(
        "Lao", "lao", "justmytype_intl_sea", f"{_OFL}/notosanslao/NotoSansLao[wdth,wght].ttf",
        "9608b94603a82d09a8038946f9775242f99e3b3459b7f1e4d5b335b578cd7ab3", "LAO", "ກ", True,
    ),
    _noto(
        "Myanmar", "myanmar", "justmytype_intl_sea", f"{_OFL}/notosansmyanmar/NotoSansMyanmar[wdth,wght].ttf",
        "7abbbfbe2514105d7ce94937aee3feb2ba89b73a256c8b77b5866bd9b83e32ec", "MYANMAR", "က", True,
    ),
    _noto(
        "Ethiopic", "ethiopic", "justmytype_intl_africa", f"{_OFL}/notosansethiopic/NotoSansEthiopic[wdth,wght].ttf",
        "0dbccc00b22d180ebd6a4bd8a733918a29e709fa6798023adc3e6cd40da65077", "ETHIOPIC", "አ", True,
    ),
    _noto(
        "SC", "cjk", "justmytype_intl_cjk", f"{_OFL}/notosanssc/NotoSansSC[wght].ttf",
        "a3041811a78c361b1de50f953c805e0244951c21c5bd412f7232ef0d899af0da", _HAN, "中",
    ),
    _noto(
        "TC", "cjk", "justmytype_intl_cjk", f"{_OFL}/notosanstc/NotoSansTC[wght].ttf",
        "864727d210d54f2537bbe23b3a839436c3992af72de9322af5270897246bd44f", f"{_HAN}, BOPOMOFO", "中",
    ),
    _noto(
        "JP", "cjk", "justmytype_intl_cjk", f"{_OFL}/notosansjp/NotoSansJP[wght].ttf",
        "c2f3b4d463500a2ddcd3849cded1fceeb9fd6d1c32e6cbecd568453ba50fc68f", f"{_HAN}, HIRAGANA, KATAKANA", "あ",
    ),
    _noto(
        "KR", "cjk", "justmytype_intl_cjk", f"{_OFL}/notosanskr/NotoSansKR[wght].ttf",
        "194018e6b2b293a7964f037b25c0249ce1418bc9ab3c971060a03aa57861e252", f"{_HAN}, HANGUL", "가",
    ),
)  # fmt: skip
BY_SLUG = {typeface.slug: typeface for typeface in TYPEFACES}
# Languages in Latin letters with letters that Atkinson Hyperlegible lacks: mixed within a word, two typefaces are ugly.
MORE_LATIN = set(
    "agq ak ast az bas blo bm br cy dje dua dyo ebu ee eo ewo ff gaa gn ha haw ig jgo kab kam kgp khq ki kkj kok ksf kxv lag lg"
    " lkt ln lu mas mer mgo mh mi mua naq nmg nnh nus nv pcm prg qu quc se ses shi sk sm smn szl to tr tw twq tzm uz vai vi wae"
    " wo yav yo yrl".split()
)
# By the first word of the family.
MAKERS = {"Atkinson": "Braille Institute", "IBM": "IBM", "Noto": "The Noto Project Authors"}
REGULAR = 400
FACES = {
    "regular": ("normal", REGULAR),
    "bold": ("normal", 700),
    "italic": ("italic", REGULAR),
    "bold-italic": ("italic", 700),
}
RTL = {"Arab", "Hebr"}
# Scripts whose letters are reordered, joined or stacked.
CLUSTERS = set("Beng Deva Gujr Guru Khmr Knda Laoo Mlym Mymr Orya Sinh Taml Telu Thai".split())
IGNORED = {"Cc", "Cf", "Zs", "Zl", "Zp"}  # categories that no font needs to have: they are not drawn, or as a space


def typeface_of(lang: str) -> Typeface | None:
    """Return the typeface that a language is set in, or None if it is Atkinson Hyperlegible."""
    script = language_script(lang)
    if script == "Latn" and lang.split("_")[0] not in MORE_LATIN:
        return None
    return next((typeface for typeface in TYPEFACES if script in typeface.scripts), None)


def is_rtl_typeface(typeface: Typeface) -> bool:
    """Tell whether a typeface is for a right-to-left script."""
    return bool(RTL.intersection(typeface.scripts))


def is_installed(typeface: Typeface) -> bool:
    """Tell whether the package of a typeface is installed."""
    return find_spec(typeface.package) is not None


def missing_typeface(lang: str) -> tuple[str, str] | None:
    """Return what is wrong with the typeface of a language, and what to do: it is not installed, or there is none."""
    typeface, script = typeface_of(lang), language_script(lang)
    if typeface is None and script != "Latn":
        name = Locale("en").scripts.get(script, script)
        return f"no typeface has the script of this language, {name}", "choose a language in docs/languages.md"
    if typeface is None or is_installed(typeface):
        return None
    return f"the typeface {typeface.family} is not installed", typeface.hint


def check_script(lang: str) -> None:
    """Raise PublishError if no typeface has the script of a language; one that only has to be installed will do."""
    if (missing := missing_typeface(lang)) and typeface_of(lang) is None:
        raise PublishError(lang, None, *missing)


def find_typefaces(text: Iterable[str], *langs: str) -> tuple[Typeface, ...]:
    """Return the typefaces that a text in these languages needs beside Atkinson Hyperlegible, in order of preference.

    Raises PublishError for a letter that none has, and for a typeface that is not installed.
    """
    found = [typeface for lang in langs if (typeface := typeface_of(lang))]
    for missing_one in filter(None, map(missing_typeface, langs)):
        raise PublishError(langs[0], None, *missing_one)
    first = len(found)
    missing = {letter for letter in set(text) if not _is_ignored(letter)} - _characters(None)
    for typeface in found:
        missing -= _characters(typeface)
    for letter in sorted(missing):
        typeface, message, hint = _fallback(letter, found)
        if message:
            raise PublishError(langs[0], None, message, hint)
        if typeface and typeface not in found:
            found.append(typeface)
    # Noto Sans and Chinese typefaces have letters of other scripts too, in a poorer form.
    own, others = found[:first], found[first:]
    return tuple(dict.fromkeys([*own, *sorted(others, key=lambda row: (row.extra == "cjk", len(row.scripts)))]))


def unknown_letter(text: str, lang: str) -> tuple[str, str] | None:
    """Return what is wrong with the first letter of a text that no installed typeface has, and what to do."""
    own = typeface_of(lang)
    for letter in sorted(letter for letter in set(text) - _characters(None) if not _is_ignored(letter)):
        _typeface, message, hint = _fallback(letter, [own] if own and is_installed(own) else [])
        if message:
            return message, hint
    return None


def _fallback(letter: str, preferred: Sequence[Typeface]) -> tuple[Typeface | None, str, str]:
    """Return the typeface for a letter: one of the preferred, or the first of its script that has it.

    Without one, return what is wrong and what to do.
    """
    name = unicodedata.name(letter, "")
    rows = sorted((*preferred, *TYPEFACES), key=lambda row: not name.startswith(row.names))
    if has_it := next((row for row in rows if is_installed(row) and letter in _characters(row)), None):
        return has_it, "", ""
    shown = f"“{letter}” (U+{ord(letter):04X})"
    if missing := next((row for row in rows if name.startswith(row.names) and not is_installed(row)), None):
        return None, f"{shown} needs the typeface {missing.family}, which is not installed", missing.hint
    return None, f"no typeface has {shown}", "use another letter"


def _is_ignored(letter: str) -> bool:
    return unicodedata.category(letter) in IGNORED


@cache
def _characters(typeface: Typeface | None) -> frozenset[str]:
    """Return the characters of a typeface; of Atkinson Hyperlegible if it is None."""
    if typeface is None:
        return frozenset(map(chr, letters()))
    with TTFont(typeface_path(typeface), lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def typeface_path(typeface: Typeface, face: str = "regular") -> Path:
    """Return the file with a face of an installed typeface."""
    spec = find_spec(typeface.package)
    assert spec, "find_typefaces has checked it"
    assert spec.origin
    style, weight = FACES[face]
    file = typeface.italic if style == "italic" else typeface.bold if weight > REGULAR else ""
    return Path(spec.origin).parent / (file or typeface.file)


@dataclass(frozen=True, slots=True)
class Credit:
    """What an imprint says on a typeface."""

    name: str
    maker: str
    license: str = "SIL Open Font License 1.1"


def credits_of(css: str) -> list[Credit]:
    """Return the typefaces whose @font-face rules are in a style sheet."""
    families = dict.fromkeys(re.findall(r'@font-face\{font-family:"([^"]+)"', css))
    return [Credit(name, MAKERS[name.split()[0]]) for name in sorted(families, key=lambda name: name != FAMILY)]


# --- Faces ---------------------------------------------------------------------------------


def faces_of(typeface: Typeface) -> list[str]:
    """Return the faces that a typeface has; most scripts have no italics."""
    return [face for face, (style, _weight) in FACES.items() if style == "normal" or typeface.italic]


@cache
def face_bytes(typeface: Typeface, face: str) -> bytes:
    """Return a face as a static font: a variable font at the weight of the face, and at its normal width."""
    data = _static_face(typeface, face)
    if is_rtl_typeface(typeface):
        return with_extra_glyphs(data)
    return with_cluster_glyphs(data, typeface.names) if CLUSTERS.intersection(typeface.scripts) else data


def _static_face(typeface: Typeface, face: str) -> bytes:
    path = typeface_path(typeface, face)
    if typeface.bold:
        return path.read_bytes()
    source = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
    subset = uharfbuzz.SubsetInput()
    subset.keep_everything()
    for axis in source.axis_infos:
        subset.pin_axis_location(source, axis.tag, FACES[face][1] if axis.tag == "wght" else axis.default_value)
    return bytes(subset.subset(source).blob.data)


def face_address(typeface: Typeface, face: str) -> str:
    """Return the address of a face in style sheets for paper."""
    return f"{SCHEME}{typeface.slug}/{face}"


def read_face(address: str) -> bytes:
    """Return the font at the address of a face. Raises ValueError for another address."""
    slug, _, face = address.removeprefix(SCHEME).partition("/")
    if slug not in BY_SLUG or face not in FACES:
        raise ValueError(f"{address} is not one of the book's fonts")
    return face_bytes(BY_SLUG[slug], face)


# --- Style sheets --------------------------------------------------------------------------


def face_rules(typefaces: Iterable[Typeface]) -> str:
    """Return the @font-face rules of typefaces for paper."""
    return "".join(
        f'@font-face{{font-family:"{typeface.family}";font-style:{FACES[face][0]};font-weight:{FACES[face][1]};'
        f'src:url("{face_address(typeface, face)}")}}\n'
        for typeface in typefaces
        for face in faces_of(typeface)
    )


def ebook_css(css: str, texts: Iterable[str], lang: str) -> str:
    """Return the style sheet of an e-book with the typefaces that texts in a language need.

    An e-book carries Atkinson Hyperlegible for languages that are set in it, and the typefaces that reading devices
    lack; letters of any other script are set in a font of the device. Raises PublishError.
    """
    needed = find_typefaces(set[str]().union(*texts), lang)
    carried = tuple(row for row in needed if row.in_ebooks)
    own = typeface_of(lang)
    if own and "Kore" in own.scripts:
        css += "body{word-break:keep-all}\n"
    if own and not own.in_ebooks:
        css += "" if own.italic else _without_italics(lang.replace("_", "-"))
        families = ", ".join(["sans-serif", *(f'"{row.family}"' for row in carried)])
        return _ebook_rules(carried) + css.replace(f'"{FAMILY}", sans-serif', families)
    return fonts.font_css("../fonts/") + _ebook_rules(carried) + (set_typefaces(css, carried, lang) if carried else css)


def _ebook_rules(typefaces: Iterable[Typeface]) -> str:
    rules = face_rules(typefaces)
    return re.sub(rf'"{SCHEME}([a-z-]+)/([a-z-]+)"', r'"../fonts/\1_\2.ttf"', rules)


def ebook_fonts(css: str, characters: set[int]) -> dict[str, tuple[str, bytes]]:
    """Return the fonts that the style sheet of an e-book names, by their id: file name, and a subset of the font."""
    own = (fonts.letters() & characters) - fonts.CP1252
    files: dict[str, tuple[str, bytes]] = {}
    for name in re.findall(r'url\("\.\./fonts/([^"]+)"\)', css):
        slug, is_script, face = name.removesuffix(".ttf").partition("_")
        if is_script:
            data = fonts.subset_font(face_bytes(BY_SLUG[slug], face), characters)
            files[f"font-{slug}-{face}"] = (name, data)
        else:
            face = next(face for face, row in fonts.FACES.items() if row[0] == name)
            files[f"font-{face}"] = (name, fonts.ebook_font(face, own))
    return files


def is_on_devices(letter: str) -> bool:
    """Tell whether reading devices have a font for the script of a letter, or for a sign such as “₂” or “→”."""
    name = unicodedata.name(letter, "")
    rows = [row for row in TYPEFACES if name.startswith(row.names)]
    if rows:
        return any(not row.in_ebooks for row in rows)
    return unicodedata.category(letter)[0] in "NPS" and unknown_letter(letter, "en") is None


def typefaces_in(css: str) -> tuple[Typeface, ...]:
    """Return the typefaces whose @font-face rules for paper are in a style sheet."""
    return tuple(BY_SLUG[slug] for slug in dict.fromkeys(re.findall(rf'"{SCHEME}([a-z-]+)/', css)))


def set_typefaces(css: str, typefaces: tuple[Typeface, ...], *langs: str) -> str:
    """Return a style sheet that names the typefaces wherever it names Atkinson Hyperlegible.

    The first of `langs` is that of the pages; text in another one is set in the typeface of that one.
    """
    own = {lang: typeface_of(lang) for lang in langs}
    names = f'"{FAMILY}"'
    css = re.sub(rf"(?<!font-family:){names}", _stack(own[langs[0]], typefaces), css)
    if any(row.extra == "arabic" for row in typefaces):  # programs that extract text reverse the letters of ligatures
        css += "html{font-variant-ligatures:no-common-ligatures no-discretionary-ligatures}\n"
    for lang, typeface in own.items():
        tag = lang.replace("_", "-")
        if typeface and lang != langs[0]:
            css += f'[lang="{tag}"]{{font-family:{_stack(typeface, typefaces)}}}\n'
        if typeface and typeface.extra == "cjk":  # its bullet is as wide as a character
            css += f'[lang="{tag}"] li::marker{{font-family:{names}}}\n'
        if typeface and not typeface.italic:
            css += _without_italics(tag)
    return css


def _without_italics(tag: str) -> str:
    """Return the rules for a language whose script has no italics; most such letters cannot be moved apart either."""
    inside = f':is([lang="{tag}"],[lang="{tag}"] *)'
    return f"{inside}:is(h1,h2,p,span){{letter-spacing:0}}\n{inside}:is(em,i){{font-style:normal;font-weight:bold}}\n"


def _stack(first: Typeface | None, typefaces: Iterable[Typeface]) -> str:
    """Return the names of families in the order in which they are tried."""
    families = [row.family for row in typefaces if row != first]
    families = [first.family, FAMILY, *families] if first else [FAMILY, *families]
    return ", ".join(f'"{family}"' for family in families)
