"""Check typography: end punctuation, question marks, quotation marks, spaces, repeated words, length."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText, Word

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
    source = " " + " ".join(word.text.lower() for word in subject.source.words) + " "
    run: list[Word] = []
    for word in (*subject.target.words, None):
        if word and word.text[0].isalpha() and f" {_joined([*run, word])} " in source:
            run.append(word)
            continue
        if len(run) >= 2 and ENGLISH & {item.key for item in run} and all(item.text.islower() for item in run):
            yield _joined(run)
        run = []


def _joined(run: list[Word]) -> str:
    return " ".join(word.text.lower() for word in run)


def check_repeated_word(subject: Subject) -> Iterator[Finding]:
    """Find a word repeated in a row, unless the English repeats it too."""
    meant = {word.key for word in _doubles(subject.source)} | subject.language.repeats
    yield from repeated_words(subject.target, meant)


def repeated_words(side: ParsedText, meant: set[str] | None = None) -> Iterator[Finding]:
    """Find a word repeated in a row in one text."""
    for word in _doubles(side):
        if word.key not in (meant or set()) and word.key not in MAY_REPEAT:
            yield Finding(f"“{word.text} {word.text}” repeats a word", "remove one")


# “They had had it”, “that that is”. A repetition with a comma («sí, sí») does not count.
MAY_REPEAT = frozenset({"had", "that"})


def _doubles(side: ParsedText) -> Iterator[Word]:
    for before, word in pairwise(side.words):
        touching = not side.plain[before.end : word.start].strip()
        if before.key == word.key and touching and word.text[0].isalpha() and before.clause == word.clause:
            yield word


# --- Punctuation -----------------------------------------------------------------------------

END_MARKS = ".:?!;,…"


def check_end_punctuation(subject: Subject) -> Iterator[Finding]:
    """Compare how the texts end: with a period, a colon, a question mark, or without punctuation.

    A label may become a question: “Given” = «¿La recibió?».
    """
    source, target = _ending(subject.source), _ending(subject.target)
    label = not source and target == "?" and subject.pair.kind in LIMITS
    if source is not None and target is not None and source != target and not label:
        yield Finding(
            f"the English ends {_described(source)}, the translation {_described(target)}", "end it as the English ends"
        )


def _ending(side: ParsedText) -> str | None:
    """Return the last punctuation mark of a text, inside or outside quotes, ignoring a placeholder after it.

    None after an abbreviation (“U.S.”), where it is ambiguous.
    """
    text = re.sub(r"(?:\{\w+\}|%\(\w+\)s)\s*$", "", side.text.rstrip())
    text = re.sub(r"\]\([^)]*\)", "", text).rstrip('*_”’»")] ')
    if re.search(r"\b(?:[A-Z]\.){2,}$|\bEE\. ?UU\.$|\bp\. ej\.$|\betc\.$", text):
        return None
    return text[-1:] if text[-1:] in END_MARKS else ""


def _described(mark: str) -> str:
    return f"with “{mark}”" if mark else "without punctuation"


def check_question_marks(subject: Subject) -> Iterator[Finding]:
    """Compare questions and exclamations; Spanish opens each with ¿ or ¡."""
    for opening, closing in (("¿", "?"), ("¡", "!")):
        source, target = subject.source.plain.count(closing), subject.target.plain.count(closing)
        opened = subject.target.plain.count(opening)
        if subject.language.code.startswith("es") and opened != target:
            yield Finding(
                f"{opened} × “{opening}” but {target} × “{closing}”", f"put one “{opening}” before each “{closing}”"
            )
        elif source and not target:
            yield Finding(
                f"the English has {source} × “{closing}”, the translation none", "punctuate it as the English"
            )
        elif (
            target
            and not source
            and subject.pair.kind not in LIMITS
            and not re.search(r"[?!][»”]", subject.target.plain)
        ):
            yield Finding(f"the translation has “{closing}”, the English none", "punctuate it as the English")


QUOTES = {"«": "»", "“": "”", "(": ")", "[": "]"}


def check_quotes(subject: Subject) -> Iterator[Finding]:
    """Find quotation marks and brackets that are not closed, and those of another language."""
    yield from unbalanced(subject.target)
    preferred = subject.language.quotes
    for mark in sorted({*'"“”„«»‘'} & set(subject.target.plain)) if preferred else ():
        if mark not in preferred:
            yield Finding(f"{mark} is not a quotation mark of this language", f"write {preferred[0]} … {preferred[1]}")
            return
    source, target = _quotations(subject.source), _quotations(subject.target)
    if source > target:
        yield Finding(f"the English has {source} quotations, the translation {target}", "quote what the English quotes")


def _quotations(side: ParsedText) -> int:
    return sum(side.plain.count(mark) for mark in "“«")


def unbalanced(side: ParsedText) -> Iterator[Finding]:
    """Find unpaired quotation marks and brackets in one text."""
    open_marks: list[str] = []
    for letter in side.plain:
        if letter in QUOTES:
            open_marks.append(letter)
        elif letter in QUOTES.values() and (not open_marks or QUOTES[open_marks.pop()] != letter):
            yield Finding(f"“{letter}” closes nothing", "open and close each quotation and bracket")
            return
    if open_marks:
        yield Finding(f"“{open_marks[-1]}” is not closed", "open and close each quotation and bracket")


# --- Spaces and letters ----------------------------------------------------------------------

SPACES = (
    (re.compile(r" {2,}"), "two spaces in a row", "leave one"),
    (re.compile(r"^\s|\s$"), "a space at the end of the text", "remove it"),
    (re.compile(r"\t|\n|\r"), "a tab or a line break", "write a space"),
    # Between letters, U+200B allows a line break in scripts without spaces, and U+200C parts joined letters.
    (re.compile(r"(?<![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\u200b|(?<![\u0600-\u0dff])\u200c"), "an invisible character", "remove it"),
    (re.compile(r"[\u2060\ufeff\u00ad]"), "an invisible character", "remove it"),
    (re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f]"), "a mark that changes the writing direction", "remove it"),
    (re.compile(r"[\ufffd\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]"), "a broken character", "write the letter"),
    (re.compile(r"[\u2000-\u2008\u200a\u205f\u3000]"), "an unusual space", "use an ordinary space"),
    (re.compile(r"Ã[\u0080-\u00bf]|â€|Â[\u0080-\u00bf]"), "text in the wrong encoding", "save the file as UTF-8"),
    (re.compile(r"(?<=\w) +[,.;:](?![\d.])|\( | \)|« | »|¿ |¡ "), "a space next to a punctuation mark", "remove the space"),
    (re.compile(r"(?<=[^\W\d_])[,;:](?=[^\W\d_])|(?<=[a-záéíóúñ]{2})[.?!](?=[A-ZÁÉÍÓÚÑ¿¡])"), "no space after a punctuation mark", "add one"),
)  # fmt: skip


def check_spaces(subject: Subject) -> Iterator[Finding]:
    """Find spaces and characters that do not belong in the translation.

    Where a language puts a space next to a mark («Pourquoi ?»), a line must not break there.
    """
    spaced = subject.language.spaced
    if spaced and (match := re.search(rf"\w* (?:[{spaced}](?!\w)|(?<=« )\w)", subject.target.plain)):
        yield Finding(f"a line may break at “{match[0]}”", "write a no-break space (U+00A0) there")
    yield from unusual_spaces(subject.target, subject.source, spaced)


def unusual_spaces(side: ParsedText, source: ParsedText | None = None, spaced: str = "") -> Iterator[Finding]:
    """Find double and unusual spaces, invisible characters and mixed scripts in one text.

    Whatever the English has too is intended.
    """
    text = _without_addresses(side)
    if spaced:
        text = re.sub(rf" (?=[{spaced}])|(?<=«) ", "\u00a0", text)
    allowed = _without_addresses(source) if source else ""
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
    text = re.sub(r"\]\([^)]*\)|https?://\S+|\{\w+\}|%\(\w+\)s", "]", side.text)
    return re.sub(r"\b[\w-]+\.(?:\w+\.)*[A-Za-z]{2,4}\b(?=[\s).,;:»”\]*’']|$)", "x", text)


def _scripts(word: str) -> set[str]:
    """Return the scripts of a word's letters, by their Unicode names; µ is a sign and counts for none."""
    names = (unicodedata.name(letter, "").split()[0] for letter in word if letter.isalpha() and letter not in "µμ")
    return {name.title() for name in names if name}


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
SHORTEST, LONGEST = 0.66, 1.95
# A translation with fewer sentences has joined some, or lost one. Joined sentences keep at least this length.
JOINED = 0.93
# The same for one sentence of several: the length from which it is compared, and the shortest share.
STEADY_SENTENCE, SHORTEST_SENTENCE = 40, 0.5


def check_length(subject: Subject) -> Iterator[Finding]:
    """Compare lengths with the limits of the layout, and find texts that lost or gained a part."""
    source, target = len(subject.source.plain), len(subject.target.plain)
    letters, times = LIMITS.get(subject.pair.kind, (0, 0.0))
    if letters and target > letters and target > source:
        yield Finding(f"a {subject.pair.kind} has room for {letters} letters, this has {target}", "shorten it")
    elif letters and target > max(source * times, 18):
        yield Finding(f"a {subject.pair.kind} of {target} letters for {source} of English", "shorten it")
    lost = subject.target.sentences < subject.source.sentences and target < source * JOINED
    if source >= STEADY and (lost or not SHORTEST <= target / source <= LONGEST):
        yield Finding(f"{target} letters for {source} of English", "look for a lost or an added part")
    elif subject.aligned and subject.source.sentences > 1:
        yield from _short_sentences(subject)


def _short_sentences(subject: Subject) -> Iterator[Finding]:
    for number in range(subject.source.sentences):
        source, target = (_sentence_length(side, number) for side in (subject.source, subject.target))
        if source >= STEADY_SENTENCE and target < source * SHORTEST_SENTENCE:
            yield Finding(
                f"sentence {number + 1} has {target} letters for {source} of English", "look for a lost part of it"
            )


def _sentence_length(side: ParsedText, number: int) -> int:
    words = [word for word in side.words if word.sentence == number]
    return words[-1].end - words[0].start
