"""Translate back into the source language with Apertium, an optional program, for reviewers who do not read the language.

It is a rough word-by-word translation that is only shown: neither the checks nor the build may depend on a program that
another machine lacks.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress

from carepress.model import PublishError
from carepress.text.inline import InlineError, strip_markup
from carepress.text.language import base_language, language_name, source_name

APERTIUM = "apertium"
UNMARKED = "-u"  # no sign beside words that it does not know
SECONDS = 60  # for the texts of a section; it takes less than one
SEPARATOR = "\n\n"  # Apertium keeps paragraphs apart


class BackTranslator:
    """Translations back from a language, each tried once. `problem` is how Apertium failed the last time, if it did.

    Raises PublishError if Apertium, or its data for the two languages, is not installed, or does not run.
    """

    def __init__(self, lang: str, source_lang: str) -> None:
        self.source_lang, self.problem = source_lang, ""
        self._found: dict[str, str] = {}
        self._tried: set[str] = set()
        self._process: subprocess.Popen[str] | None = None
        self._ended = False
        if not shutil.which(APERTIUM):
            message = "--back needs this program, which is not installed"
            raise PublishError(APERTIUM, None, message, _remedy(lang, source_lang))
        modes = self._run("-l").split()
        if self.problem:
            raise PublishError(APERTIUM, None, self.problem, "run “apertium -l” to see why, or leave out --back")
        mode = find_mode(modes, lang, source_lang)
        if mode is None:
            message = f"it does not translate from {language_name(lang)} into {source_name(source_lang)}"
            raise PublishError(APERTIUM, None, message, _remedy(lang, source_lang))
        self._mode = mode

    def found(self, texts: Iterable[str]) -> Mapping[str, str]:
        """Return the translations that were found, by text."""
        return {text: self._found[text] for text in texts if text in self._found}

    def untried(self, texts: Iterable[str]) -> list[str]:
        """Return the texts that were not tried yet, each once."""
        return [text for text in dict.fromkeys(texts) if text not in self._tried and _plain(text)]

    def translate(self, texts: Iterable[str]) -> None:
        """Translate the texts, which have markup, that were not tried yet."""
        new = self.untried(texts)
        self._tried.update(new)
        found = self._run(UNMARKED, "-f", "txt", self._mode, text=SEPARATOR.join(map(_plain, new))).split(SEPARATOR)
        if len(found) == len(new):
            self._found |= zip(new, found)
        elif not self.problem:
            self.problem = "it returned another number of texts than it was given"

    def end(self) -> None:
        """Stop a running translation; others are not begun."""
        self._ended = True
        self._stop()

    def _stop(self) -> None:
        """Kill the program and those that it started."""
        if self._process and self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _run(self, *options: str, text: str = "") -> str:
        """Return what Apertium writes, given a text; nothing if it fails."""
        self.problem = ""
        unicode = {**os.environ, "LC_ALL": "C.UTF-8"}  # it crashes in a locale that the machine lacks
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(
                [APERTIUM, *options], stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8", env=unicode,
                start_new_session=True,  # a script that starts others: all of them are stopped
            )  # fmt: skip
            if self._ended:  # while it was starting
                self._stop()
            out, errors = self._process.communicate(text, SECONDS)
        except subprocess.TimeoutExpired:
            self._stop()
            self.problem = f"it has not answered within {SECONDS} seconds"
        except (OSError, UnicodeError) as error:
            self._stop()
            self.problem = f"it does not run: {error}"
        else:
            if self._process.returncode == 0:
                return out.strip("\n")
            self.problem = f"it ended with status {self._process.returncode}: {' '.join(errors.split())}".rstrip(": ")
        return ""


def find_mode(modes: Iterable[str], lang: str, source_lang: str) -> str | None:
    """Return the mode of Apertium that translates from `lang` into `source_lang`: “spa-eng” from `es_419` into `en`."""
    wanted = [base_language(lang), base_language(source_lang)]
    found = (mode for mode in modes if [base_language(code) for code in mode.split("-")] == wanted)
    return min(found, key=len, default=None)  # spa-eng before spa-eng_US


def _plain(text: str) -> str:
    """Return a text without markup, in one line."""
    with suppress(InlineError):  # which is a problem of its own
        text = strip_markup(text)
    return " ".join(text.split())


def _remedy(lang: str, source_lang: str) -> str:
    pair = (
        "apertium-eng-spa"
        if {base_language(lang), base_language(source_lang)} == {"en", "es"}
        else "its package for this pair"
    )
    return f"install Apertium and {pair}, or leave out --back"
