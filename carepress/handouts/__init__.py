"""Handouts: a book cut to some of its chapters and sheets."""

from carepress.handouts.cut import cut

__all__ = ["cut"]
