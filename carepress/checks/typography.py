"""Check typography: end punctuation, question marks, quotation marks, spaces, repeated words, length."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Set
from functools import lru_cache
from html import unescape
from itertools import pairwise

from carepress.checks.language import Language, is_english, read_language
from carepress.checks.script import CLASSES, MARKS, length, mark_class, width
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText, Word
from carepress.text.language import language_script, text_direction

# --- Copied and repeated ---------------------------------------------------------------------


def check_same_as_source(subject: Subject) -> Iterator[Finding]:
    """Find untranslated English: a whole text, or words in a row that are not a name.

    A text may stay as it is if it has only names (“Cancer Research UK”) or words that the lexicon and the
    terms of the language spell the same («placebo»).
    """
    if subject.pair.source == subject.pair.text:
        if _is_english(subject):
            yield Finding("the translation is the English text", "translate it")
        return
    for words in _copied(subject):
        yield Finding(f"“{words}” is still English", "translate it")


def _is_english(subject: Subject) -> bool:
    """Return whether a text that is the same in both languages should differ."""
    if any(
        term.source.casefold() == subject.pair.source.casefold() != term.target.casefold() for term in subject.terms
    ):
        return True
    words = [word for word in subject.source.words if word.text[0].isalpha()]
    if len(words) > 2:
        return not all(word.text[0].isupper() or len(word.text) <= 3 for word in words)
    asked = {sense.meaning for senses in subject.source_asked.values() for sense in senses}
    return not asked <= {sense.meaning for sense in subject.target_answers}


ENGLISH = frozenset(
    "the of and with for your you is are that this to from when have has not it they which can may".split()
)


def _copied(subject: Subject) -> Iterator[str]:
    """Yield runs of words copied from the English, with an English function word and no capital.

    A run with capitals is a title that stays English: “Guide to Caring for a Loved One”.
    """
    english = ENGLISH if is_english(subject.pair.source_lang) else frozenset()
    source = " " + " ".join(word.text.lower() for word in subject.source.words) + " "
    run: list[Word] = []
    for word in (*subject.target.words, None):
        if word and word.text[0].isalpha() and f" {_joined([*run, word])} " in source:
            run.append(word)
            continue
        if len(run) >= 2 and english & {item.key for item in run} and all(item.text.islower() for item in run):
            yield _joined(run)
        run = []


def _joined(run: list[Word]) -> str:
    return " ".join(word.text.lower() for word in run)


def check_repeated_word(subject: Subject) -> Iterator[Finding]:
    """Find a word repeated in a row, unless the English repeats it too."""
    meant = {word.key for word in _doubles(subject.source)} | (subject.language.repeats or frozenset())
    yield from repeated_words(subject.target, meant)


def repeated_words_of_source(side: ParsedText) -> Iterator[Finding]:
    """Find a word repeated in a row, in a language that has a table of the words that may be: “nous nous”."""
    meant = read_language(side.lang).repeats
    if meant is not None or is_english(side.lang):
        yield from repeated_words(side, meant)


def repeated_words(side: ParsedText, meant: Set[str] | None = None) -> Iterator[Finding]:
    """Find a word repeated in a row in one text."""
    for word in _doubles(side):
        if word.key not in (meant or set()) and word.key not in MAY_REPEAT:
            yield Finding(f"“{word.text} {word.text}” repeats a word", "remove one")


# “They had had it”, “that that is”. A repetition with a comma («sí, sí») does not count.
MAY_REPEAT = frozenset({"had", "that"})


def _doubles(side: ParsedText) -> Iterator[Word]:
    for before, word in pairwise(side.words):
        touching = not side.plain[before.end : word.start].strip()
        same = before.key == word.key and before.clause == word.clause
        if same and touching and word.text[0].isalpha() and not _is_name_of_letter(before, word, side):
            yield word


def _is_name_of_letter(before: Word, word: Word, side: ParsedText) -> bool:
    """Tell whether the first of two equal words is a capital inside a sentence: «de la A a la Z»."""
    inside = side.plain[: before.start].rstrip()[-1:].isalpha()
    return inside and len(before.text) == 1 and before.text.isupper() and before.text != word.text


# --- Punctuation -----------------------------------------------------------------------------


def check_end_punctuation(subject: Subject) -> Iterator[Finding]:
    """Compare how the texts end: with a period, a colon, a question mark, or without punctuation.

    The marks of other scripts count as their European equivalents. A label may become a question: “Given” = «¿La
    recibió?». Scripts without marks at the ends of sentences need none, some write a period after a question, and
    some “as follows” or a period in place of a colon.
    """
    source = _ending(*subject.sides[0], _is_label(subject))
    target = _ending(*subject.sides[1], is_label=True)
    if source is None or target is None or source == target:
        return
    label = not source and target == "?" and subject.pair.kind in LIMITS
    if not (label or _replaces(target, source, subject.target) or _replaces(source, target, subject.source)):
        yield Finding(
            f"the English ends {_described(source)}, the translation {_described(target)}", "end it as the English ends"
        )


def _replaces(mark: str, other: str, side: ParsedText) -> bool:
    """Tell whether a text ends in `mark` because its script has no end of sentences, or none like `other`."""
    unmarked = not side.script.sentences and not mark and other in SENTENCE_ENDS
    period = not side.script.questions and other == "?" and mark in (".", "")
    return unmarked or period or (other == ":" and _end(side).endswith(side.script.colons))


SENTENCE_ENDS = ".?!"
DASHED_COLON = re.compile("[:፡]\\s?[-–—−]$")  # in Hindi and Amharic
# Marks that may follow the end of a sentence: emphasis, closing quotation marks and brackets.
CLOSING = '*_”’»›“‘")]）］」』】》〉 \u00a0\u202f\u200b'


def _is_label(subject: Subject) -> bool:
    """Tell whether the source is a label, or hours alone: “8 a.m. to 5 p.m.”, “Monday to Friday, 8 a.m. to 5 p.m.”"""
    text = subject.source
    opening = subject.source_language.opening.find(text.words)
    return subject.pair.kind in LIMITS or not text.plain[:1].isupper() or any(sense.start <= 1 for sense in opening)


def _ending(side: ParsedText, language: Language, is_label: bool) -> str | None:
    """Return the last punctuation mark of a text, inside or outside quotes, ignoring a line to write on after it.

    A value of the interface, such as %(date)s, is a word: each language has its own order. None after an abbreviation
    (“U.S.”), where it is ambiguous, and in a label after “p.m.”
    """
    text = _end(side)
    if DASHED_COLON.search(text):
        return ":"
    if re.search(r"\b(?:[A-Z]\.){2,}$", text) or _abbreviated(text, language, is_label):
        return None
    return mark_class(text[-1:])


def _end(side: ParsedText) -> str:
    """Return a text without what may follow its last mark."""
    text = re.sub(r"\{\w+\}\s*$", "", side.text.rstrip())
    return re.sub(r"\]\([^)]*\)", "", text).rstrip(CLOSING)


def _abbreviated(text: str, language: Language, is_label: bool) -> bool:
    items = language.abbreviations | (language.label_ends if is_label else frozenset())
    return any(re.search(rf"(?<!\w){re.escape(item)}$", text) for item in items)


def _described(mark: str) -> str:
    return f"with “{mark}”" if mark else "without punctuation"


def check_question_marks(subject: Subject) -> Iterator[Finding]:
    """Compare questions and exclamations; Spanish opens each with ¿ or ¡."""
    script = subject.target.script
    for opening, closing in (("¿", "?"), ("¡", "!")):
        source, target = (_count(side, closing) for side in (subject.source, subject.target))
        opened = subject.target.plain.count(opening)
        marked = script.questions if closing == "?" else script.sentences
        if subject.language.code.startswith("es") and opened != target:
            yield Finding(
                f"{opened} × “{opening}” but {target} × “{closing}”", f"put one “{opening}” before each “{closing}”"
            )
        elif source and not target and marked:
            yield Finding(
                f"the English has {source} × “{closing}”, the translation none",
                "punctuate it as the English",
                is_vague=True,
            )
        elif closing == "?" and not subject.source.script.questions:
            continue
        elif target and not source and subject.pair.kind not in LIMITS and not _quoted_question(subject.target):
            message = f"the translation has “{closing}”, the English none"
            yield Finding(message, "punctuate it as the English", is_vague=True)


def _count(side: ParsedText, mark: str) -> int:
    return sum(side.plain.count(equivalent) for equivalent in CLASSES[mark])


def _quoted_question(side: ParsedText) -> bool:
    return bool(re.search(rf"[{CLASSES['?']}{CLASSES['!']}][»”“」』]", side.plain))


BRACKETS = "()[]（）［］【】〔〕《》〈〉"
# Quotation marks of all languages, except ’, which is also an apostrophe.
QUOTATION_MARKS = '"“”„«»‘‚‹›「」『』'


def check_quotes(subject: Subject) -> Iterator[Finding]:
    """Find quotation marks and brackets that are not closed, and those of another language."""
    yield from unbalanced(subject.target, subject.language.quotes)
    preferred = subject.language.quotes
    if not preferred:
        return
    for mark in sorted({*QUOTATION_MARKS} & set(re.sub(r'(?<=\w)"(?=\w)', "", subject.target.plain))):
        if mark not in preferred:
            yield Finding(f"{mark} is not a quotation mark of this language", f"write {preferred[0]} … {preferred[1]}")
            return
    source, target = (_quotations(side, language) for side, language in subject.sides)
    if source > target:
        yield Finding(f"the English has {source} quotations, the translation {target}", "quote what the English quotes")


def _quotations(side: ParsedText, language: Language) -> int:
    """Count quotations, of the outer pair of the English; 《…》 are titles in Chinese."""
    if is_english(language.code):
        return side.plain.count("“")
    count, closed_by = 0, ""
    for letter in side.plain:
        opened = [closing for opening, closing in _pairs(language.quotes) if letter == opening != "’"]
        if letter in closed_by:
            closed_by = ""
        elif opened:
            count, closed_by = count + 1, "".join(opened)
    return count + side.plain.count("《")


def unbalanced(side: ParsedText, quotes: str) -> Iterator[Finding]:
    """Find unpaired quotation marks and brackets in one text. A pair that ends in an apostrophe is not looked for."""
    closed_by: dict[str, str] = {}
    for opening, closing in _pairs(quotes):
        if "’" not in (opening, closing):
            closed_by[opening] = closed_by.get(opening, "") + closing
    closed_by |= {opening: closing + closing for opening, closing in _pairs(BRACKETS)}
    closing_marks = {mark for marks in closed_by.values() for mark in marks}
    open_marks: list[str] = []
    for letter in side.plain:
        if open_marks and letter in closed_by[open_marks[-1]]:
            open_marks.pop()
        elif letter in closed_by:
            open_marks.append(letter)
        elif letter in closing_marks:
            yield Finding(f"“{letter}” closes nothing", "open and close each quotation and bracket")
            return
    if open_marks:
        yield Finding(f"“{open_marks[-1]}” is not closed", "open and close each quotation and bracket")


def _pairs(marks: str) -> list[tuple[str, str]]:
    return list(zip(marks[::2], marks[1::2], strict=True))


# --- Spaces and letters ----------------------------------------------------------------------

SPACES = (
    (re.compile(r" {2,}"), "two spaces in a row", "leave one"),
    (re.compile(r"^\s|\s$"), "a space at the end of the text", "remove it"),
    (re.compile(r"\t|\n|\r"), "a tab or a line break", "write a space"),
    # Between letters, U+200B allows a line break in scripts without spaces, and U+200C parts joined letters.
    (re.compile(r"(?<![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\u200b|(?<![\u0600-\u0dff])\u200c"), "an invisible character", "remove it"),
    (re.compile(r"[\u2060\ufeff\u00ad]"), "an invisible character", "remove it"),
    (re.compile(r"[\u202a-\u202e\u2066-\u2069]"), "a mark that changes the writing direction", "remove it"),
    (re.compile(r"[\ufffd\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]"), "a broken character", "write the letter"),
    (re.compile(r"[\u2000-\u2008\u200a\u205f\u3000]"), "an unusual space", "use an ordinary space"),
    (re.compile(r"Ã[\u0080-\u00bf]|â€|Â[\u0080-\u00bf]"), "text in the wrong encoding", "save the file as UTF-8"),
    (re.compile(rf"(?<=[\w{MARKS}]) +[,.;:،؛](?![\d.])|\( | \)|« | »|¿ |¡ "), "a space next to a punctuation mark", "remove the space"),
    (re.compile(rf"(?<=[^\W\d_])[,;:،؛](?=[^\W\d_])|(?<=[{MARKS}])[,;:](?=[^\W\d_])|[।॥۔](?=[^\W\d_])|(?<=[a-záéíóúñ]{{2}})[.?!](?=[A-ZÁÉÍÓÚÑ¿¡])"), "no space after a punctuation mark", "add one"),
)  # fmt: skip


_DIRECTION_MARK = re.compile("[\u200e\u200f]")
_WIDE_SPACE = "\u3000"


def check_spaces(subject: Subject) -> Iterator[Finding]:
    """Find spaces and characters that do not belong in the translation.

    Where a language puts a space next to a mark («Pourquoi ?»), a line must not break there.
    """
    yield from unusual_spaces(subject.target, subject.language, subject.source)


def unusual_spaces(side: ParsedText, language: Language, source: ParsedText | None = None) -> Iterator[Finding]:
    """Find double and unusual spaces, invisible characters and mixed scripts in one text.

    Whatever the source has too is intended.
    """
    spaced = language.spaced
    if spaced and (match := re.search(rf"\w* (?:[{spaced}](?!\w)|(?<=« )\w)", side.plain)):
        yield Finding(f"a line may break at “{match[0]}”", "write a no-break space (U+00A0) there")
    text = _without_addresses(side)
    if language_script(side.lang) in ("Hans", "Hant", "Jpan"):
        text = text.replace(_WIDE_SPACE, " ")
    if "»" in language.quotes[::2]:  # »so«, or »so», with spaces outside
        text = re.sub("[«»]", "”", text)
    if spaced:
        text = re.sub(rf" (?=[{spaced}])|(?<=«) ", "\u00a0", text)
    allowed = _without_addresses(source) if source else ""
    if text_direction(side.lang) == "ltr" and (match := _DIRECTION_MARK.search(text)):
        yield Finding(f"a mark that changes the writing direction: “U+{ord(match[0]):04X}”", "remove it")
    for pattern, what, todo in SPACES:
        match = pattern.search(text)
        if match and not pattern.search(allowed):
            around = text[max(match.start() - 8, 0) : match.end() + 8].strip()
            yield Finding(f"{what}: “{around!r}”".replace("'", ""), todo)
    for word in side.words:
        if len(scripts := _scripts(word.text)) > 1:
            yield Finding(f"“{word.text}” mixes {' and '.join(sorted(scripts))} letters", "retype the word")


def _without_addresses(side: ParsedText) -> str:
    """Return a text without its addresses, which contain punctuation without spaces."""
    text = re.sub(r"&#?\w+;", lambda entity: unescape(entity[0]), side.text)
    text = re.sub(r"\]\([^)]*\)|https?://\S+|\{\w+\}|%\(\w+\)s", "]", text)
    return re.sub(r"\b[\w-]+\.(?:\w+\.)*[A-Za-z]{2,4}\b(?=[\s).,;:»”\]*’'،؛，。、；：）」》]|$)", "x", text)


# Scripts with letters that look alike; others are often written next to each other, as in X光.
ALIKE = {"LATIN", "GREEK", "CYRILLIC"}


@lru_cache(maxsize=20000)
def _scripts(word: str) -> frozenset[str]:
    """Return which similar scripts a word has, by the Unicode names of its letters; µ is a sign and counts for none."""
    names = (unicodedata.name(letter, "").split(" ")[0] for letter in word if letter.isalpha() and letter not in "µμ")
    return frozenset(name.title() for name in names if name in ALIKE)


# --- Length ----------------------------------------------------------------------------------

# Limits of the layout: (letters, length relative to the English). A running head has half a line, a column heading
# and a drawing's label a narrow box.
LIMITS: dict[str, tuple[int, float]] = {
    "running head": (32, 2.5),
    "column heading": (32, 3.5),
    "row heading": (44, 5.0),
    "field label": (64, 3.0),
    "choice": (24, 3.0),
    "drawing label": (125, 2.6),
    "chapter title": (64, 2.2),
    "sheet title": (48, 2.4),
    "sheet heading": (60, 2.4),
    "part title": (40, 2.4),
    "placeholder": (52, 2.4),
}
# From this length on, a translation is about as long as its source. Short texts vary more.
STEADY = 60
LONGEST = 1.95
ENGLISH_SHARE = 0.75  # of most languages, in letters: a translation into English is shorter
# The same for one sentence of several: the length from which it is compared, and the shortest share.
STEADY_SENTENCE, SHORTEST_SENTENCE = 40, 0.5


def check_length(subject: Subject) -> Iterator[Finding]:
    """Compare lengths with the limits of the layout, and find texts that lost or gained a part."""
    source, target = width(subject.source.plain), width(subject.target.plain)
    letters, times = LIMITS.get(subject.pair.kind, (0, 0.0))
    if letters and target > letters and target > source:
        yield Finding(f"a {subject.pair.kind} has room for {letters} letters, this has {target}", "shorten it")
    elif letters and target > max(source * times, 18):
        yield Finding(f"a {subject.pair.kind} of {target} letters for {source} of English", "shorten it")
    yield from _lost_parts(subject)


def _lost_parts(subject: Subject) -> Iterator[Finding]:
    script = subject.target.script
    source, target = (length(side.plain, side.script) for side in (subject.source, subject.target))
    expected = source * _share(subject)
    fewer = script.sentences and subject.target.sentences < subject.source.sentences
    if source >= STEADY and (
        (fewer and target < expected * script.joined) or not expected * script.shortest <= target <= source * LONGEST
    ):
        found, letters = len(subject.target.plain), len(subject.source.plain)
        yield Finding(f"{found} letters for {letters} of English", "look for a lost or an added part")
    elif subject.aligned and subject.source.sentences > 1:
        yield from _short_sentences(subject)


def _share(subject: Subject) -> float:
    return 1.0 if is_english(subject.pair.source_lang) else ENGLISH_SHARE


def _short_sentences(subject: Subject) -> Iterator[Finding]:
    for number in range(subject.source.sentences):
        source, target = (_sentence(side, number) for side in (subject.source, subject.target))
        expected = length(source, subject.source.script) * _share(subject)
        equal = length(target, subject.target.script)
        if expected >= STEADY_SENTENCE and equal < expected * SHORTEST_SENTENCE:
            message = f"sentence {number + 1} has {len(target)} letters for {len(source)} of English"
            yield Finding(message, "look for a lost part of it")


def _sentence(side: ParsedText, number: int) -> str:
    words = [word for word in side.words if word.sentence == number]
    return side.plain[words[0].start : words[-1].end] if words else ""
