"""Incremental typesetting: a changed part reuses the cached pages before, between and after the changes.

Invariant: the pages of a patched section are byte for byte those of the same section typeset whole. Reuse only saves
time, mostly for another hospital, whose telephone numbers appear in boxes of most parts: each of them is a patch.

Three rules guarantee the invariant:

1. Pages are reused up to one that starts with a whole block, and again from one that starts with a whole block if
   the new pages have a page break there, too.
2. A page break depends only on what would have come next on the page: one block, or a few that style sheets keep
   together, such as a heading and its paragraph. So the first `LOOKAHEAD` blocks after it must be unchanged.
3. Only sections without XObjects (`TypesetSection.is_plain`) and without problems are reused. A patched section is
   never patched again.

The running heads of the pages that a patch resumes are set on the placeholder page before them.

If new pages do not fit between the reused ones, the reused ones after them are typeset, too.
"""
