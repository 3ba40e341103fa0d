"""Emphasis in scripts without spaces between words.

By CommonMark (0.31.2, 6.2), `**` between a punctuation mark and a letter is not a delimiter, which assumes spaces: in
“**每天浇水。**叶子” nothing would be bold. Beside a letter or mark of such a script, only a space makes `*` literal. This is
the rule of the extension “CJK-friendly emphasis”, for all scripts of this kind.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType

# Thai and Lao, Tibetan, Burmese, Hangul, Khmer, then CJK with its marks and its wide forms.
_WITHOUT_SPACES = re.compile(
    r"[\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f"
    r"\uff00-\uffef\U00020000-\U0003ffff]"
)


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        scanned = super().scanDelims(start, canSplitWord)
        end = start + scanned.length
        before, after = self.src[start - 1 : start] or " ", self.src[end : end + 1] or " "
        if canSplitWord and _WITHOUT_SPACES.search(before + after):
            return Scanned(not after.isspace(), not before.isspace(), scanned.length)
        return scanned


class _Inline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def with_emphasis_in_any_script(parser: MarkdownIt) -> MarkdownIt:
    """Return the parser, whose inline parser now finds emphasis in scripts without spaces, too."""
    inline = _Inline()
    inline.ruler, inline.ruler2 = parser.inline.ruler, parser.inline.ruler2
    parser.inline = inline
    return parser
