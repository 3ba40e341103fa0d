"""Incremental typesetting: a changed chapter reuses the cached pages before and after the change.

Invariant: the pages of a patched section are the pages of the same section typeset whole, byte for byte. Reuse only
saves time, mostly for one more hospital, whose telephone numbers appear in a box of every chapter: 2.1 instead of
4.7 s of CPU for the handbook of 120 pages, 12.5 s without a cache. For an edited chapter it saves next to nothing.

It rests on three rules:

1. Pages are kept up to one that starts with a whole block, and again from one that starts with a whole block where
   the new pages do, too.
2. What ends a page is only what would have come next on it: one block, or a few that style sheets keep together,
   such as a heading and its paragraph. So the first `DECIDE` blocks after such a page break must be unchanged.
3. Only pages without named drawings (`TypesetSection.is_plain`) and without problems are kept. A patched section is
   never patched again.

If what was typeset does not fit between the kept pages, the section is typeset whole.
"""
