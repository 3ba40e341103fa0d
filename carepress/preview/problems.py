"""Check passages. Each pair is checked once, so a save costs only the checks of what it changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from carepress.checks.seen import seen_codes
from carepress.checks.subject import Subject
from carepress.checks.table import CHECKS, TEXT_CHECKS, check_pair, check_source
from carepress.checks.text import Pair, ParsedText
from carepress.model import Problem
from carepress.preview.state import INTERFACE_KIND, STRUCTURE_PROBLEM, PreviewPassage, PreviewSection, Snapshot
from carepress.translation.domains import local_learned, local_terms
from carepress.workspace.project import INTERFACE_LANGUAGE, Project, source_language

PairKey = tuple[str, str, str, tuple[frozenset[str], ...]]  # kind, source, translation, codes looked at in each form
# Checks that report the same problems as the structure check of the build.
STRUCTURE = {"html", "link", "placeholder"}


class Checker:
    """Checks a book in one language, with the terms and learned words of its folder, and caches the problems found.

    Raises PublishError for a file of terms or of learned words that cannot be read.
    """

    def __init__(self, project: Project, folder: Path, lang: str) -> None:
        self.lang = lang
        book, pages = project.locales(folder), project.interface_locales
        own = local_terms(project, book, lang, source_language(folder)), local_learned(project, book, lang)
        shared = local_terms(project, pages, lang, INTERFACE_LANGUAGE), local_learned(project, pages, lang)
        self._words = {False: own, True: shared}  # by whether a passage is of the interface
        self._cached: dict[PairKey, tuple[Problem, ...]] = {}
        self._ended = False

    def end(self) -> None:
        """Skip the remaining checks: a book takes seconds, and Ctrl-C should not."""
        self._ended = True

    def with_cached(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with the cached problems; changed passages have none yet."""
        return replace(snapshot, sections=tuple(self._section(section) for section in snapshot.sections))

    def _section(self, section: PreviewSection) -> PreviewSection:
        return replace(section, passages=tuple(self._passage(passage) for passage in section.passages))

    def _passage(self, passage: PreviewPassage) -> PreviewPassage:
        place = passage.entry or passage
        cached = self._cached.get(_pair(passage), ())
        problems = tuple(replace(problem, path=place.path, line=place.line) for problem in cached)
        if {problem.code for problem in problems}.isdisjoint(STRUCTURE):
            problems = (*(problem for problem in passage.problems if problem.code == STRUCTURE_PROBLEM), *problems)
        return passage if problems == passage.problems else replace(passage, problems=problems)

    def unchecked(self, snapshot: Snapshot) -> dict[PairKey, PreviewPassage]:
        """Return a passage for each pair that has not been checked."""
        passages = (passage for section in snapshot.sections for passage in section.passages)
        return {
            pair: passage
            for passage in passages
            if passage.state in ("source", "translated") and (pair := _pair(passage)) not in self._cached
        }

    def check(self, snapshot: Snapshot) -> None:
        """Check the pairs that have not been checked."""
        for pair, passage in self.unchecked(snapshot).items():
            if self._ended:
                return
            try:
                self._cached[pair] = tuple(self._check(passage))
            except Exception as error:  # a bug in one check must not hide the results of the others
                message = f"this text cannot be checked: {type(error).__name__}: {error}"
                hint = "report this as a bug in Carepress"
                self._cached[pair] = (Problem("check", "warning", passage.path, passage.line, message, hint),)

    def _check(self, passage: PreviewPassage) -> Iterator[Problem]:
        # Leave to publish.py check what loads a dictionary for seconds, or needs all entries of a chapter.
        if passage.entry is None:
            codes = [check.code for check in TEXT_CHECKS if not check.slow]
            yield from check_source(
                ParsedText(passage.source, passage.source_lang), passage.path, passage.line, frozenset(), codes
            )
        else:
            codes = [check.code for check in CHECKS if not (check.slow or check.by_chapter)]
            place = passage.entry
            terms, learned = self._words[passage.kind == INTERFACE_KIND]
            for source, text in place.forms:
                seen = seen_codes(place.notes, source, text)
                pair = Pair(
                    source, text, self.lang, passage.kind, place.path, place.line, passage.source_lang, seen=seen
                )
                yield from check_pair(Subject(pair, terms, learned=learned), codes)


def _pair(passage: PreviewPassage) -> PairKey:
    entry = passage.entry
    seen = tuple(seen_codes(entry.notes, source, text) for source, text in entry.forms) if entry else ()
    return passage.kind, passage.source, passage.text, seen
