"""Translate back into the source language with Apertium, an optional program, for reviewers who do not read the language.

It is a rough word-by-word translation that is only shown: neither the checks nor the build may depend on a program that
another machine lacks.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress

from babel.core import get_global

from carepress.model import PublishError
from carepress.text.inline import InlineError, strip_markup
from carepress.text.language import language_name, source_name

APERTIUM = "apertium"
UNMARKED = "-u"  # no sign beside words that it does not know
SECONDS = 60  # for the texts of a section; it takes less than one
SEPARATOR = "\n\n"  # Apertium keeps paragraphs apart


class BackTranslator:
    """Translations back from a language, each made once.

    Raises PublishError if Apertium, or its data for the two languages, is not installed.
    """

    def __init__(self, lang: str, source_lang: str) -> None:
        if not shutil.which(APERTIUM):
            message = "--back needs this program, which is not installed"
            raise PublishError(APERTIUM, None, message, _remedy(lang, source_lang))
        mode = find_mode(_run("-l").split(), lang, source_lang)
        if mode is None:
            message = f"it does not translate from {language_name(lang)} into {source_name(source_lang)}"
            raise PublishError(APERTIUM, None, message, _remedy(lang, source_lang))
        self.source_lang, self._mode = source_lang, mode
        self._known: dict[str, str] = {}

    def translate(self, texts: Iterable[str]) -> Mapping[str, str]:
        """Return the translations of texts with markup, by text; none if Apertium fails."""
        new = {text: plain for text in texts if text not in self._known and (plain := _plain(text))}
        if new:
            found = _run(UNMARKED, "-f", "txt", self._mode, text=SEPARATOR.join(new.values())).split(SEPARATOR)
            if len(found) == len(new):
                self._known |= zip(new, found)
        return self._known


def _run(*options: str, text: str = "") -> str:
    """Return what Apertium writes, given a text; nothing if it fails."""
    command = [APERTIUM, *options]
    unicode = {**os.environ, "LC_ALL": "C.UTF-8"}  # it crashes in a locale that the machine lacks
    try:
        answer = subprocess.run(
            command, input=text, capture_output=True, encoding="utf-8", timeout=SECONDS, check=True, env=unicode
        )
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return ""
    return answer.stdout.strip("\n")


def find_mode(modes: Iterable[str], lang: str, source_lang: str) -> str | None:
    """Return the mode of Apertium that translates from `lang` into `source_lang`: “spa-eng” from `es_419` into `en`."""
    wanted = [_base(lang), _base(source_lang)]
    found = (mode for mode in modes if [_base(code) for code in mode.split("-")] == wanted)
    return min(found, key=len, default=None)  # spa-eng before spa-eng_US


def _base(code: str) -> str:
    """Return the code of a language in two letters if it has one, without its region."""
    base = re.split(r"[-_]", code)[0]
    return str(get_global("language_aliases").get(base, base))


def _plain(text: str) -> str:
    """Return a text without markup, in one line."""
    with suppress(InlineError):  # which is a problem of its own
        text = strip_markup(text)
    return " ".join(text.split())


def _remedy(lang: str, source_lang: str) -> str:
    pair = "apertium-eng-spa" if {_base(lang), _base(source_lang)} == {"en", "es"} else "its package for this pair"
    return f"install Apertium and {pair}, or leave out --back"
