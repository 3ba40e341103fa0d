"""The table of `publish.py reading`: a line for each chapter, and the medians of a language."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from carepress.checks.script import script_of
from carepress.content import read_book
from carepress.model import Chapter, Segment, segments
from carepress.text.language import source_name
from carepress.translation.load import translate
from carepress.translation.readability import (
    Reading,
    chapter_sentences,
    count_letters,
    count_words,
    has_formula,
    score,
)
from carepress.translation.sentences import SentenceStyle, sentence_style
from carepress.workspace.project import Project

NAME_WIDTH = 30


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its heading, its value for a chapter, and the format of a number."""

    heading: str
    value: Callable[[Reading, SentenceStyle], float | None]
    form: str = ".1f"

    def text(self, value: float) -> str:
        """Return a value as wide as the heading or wider."""
        return f"{value:{self.form}}".rjust(self.width)

    @property
    def width(self) -> int:
        """The width of the column."""
        return max(len(self.heading), 5)


COLUMNS = (
    Column("words", lambda reading, style: reading.words, ".0f"),
    Column("average", lambda reading, style: reading.words_per_sentence),
    Column("spread", lambda reading, style: style.spread),
    Column("longest", lambda reading, style: style.longest, ".0f"),
    Column("it/this/they", lambda reading, style: style.pointing, ".0%"),
    Column("passive", lambda reading, style: style.passive, ".0%"),
    Column("grade", lambda reading, style: reading.grade),
    Column("SMOG", lambda reading, style: reading.smog),
    Column("Szigriszt", lambda reading, style: reading.ease),
    Column("Huerta", lambda reading, style: reading.huerta),
)


def reading_table(project: Project, book_name: str, langs: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of a table for each language. Chapters without a sentence do not count in the medians."""
    folder = project.book(book_name)
    source = read_book(folder)
    for lang in langs or project.languages(folder):
        book, _interface = translate(project, source, lang)
        yield from _count(segments((book.front, book.parts)), lang)
        if not has_formula(lang):
            yield f"  no reading formula for {source_name(lang)}: the table has counts only"
        rows = {chapter.id: _row(chapter, lang) for chapter in book.chapters()}
        counted = [row for row in rows.values() if row[0]]
        # A score that does not apply to a language has no column.
        columns = [index for index in range(len(COLUMNS)) if any(row[index] is not None for row in counted)]
        yield _line("chapter", [COLUMNS[index].heading.rjust(COLUMNS[index].width) for index in columns])
        for name, row in rows.items():
            yield _line(name, [COLUMNS[index].text(row[index] or 0) for index in columns])
        if counted:
            medians = {index: statistics.median(row[index] or 0 for row in counted) for index in columns}
            yield _line("median", [COLUMNS[index].text(medians[index]) for index in columns])


def _count(texts: Iterable[Segment], lang: str) -> Iterator[str]:
    script = script_of(lang)
    if script.words:
        yield f"{lang}: {count_words(texts)} words"
    else:
        yield f"{lang}: {count_letters(texts)} letters; no spaces separate words, so letters are counted"
    if not script.sentences:
        yield "  no mark ends a sentence, so sentences are not measured"


def _row(chapter: Chapter, lang: str) -> list[float | None]:
    sentences = chapter_sentences(chapter, lang)
    reading, style = score(sentences, lang), sentence_style(sentences, lang)
    return [column.value(reading, style) for column in COLUMNS]


def _line(name: str, cells: list[str]) -> str:
    return f"  {name:{NAME_WIDTH}} {'  '.join(cells)}"
