"""Conversion factors between units of length: multiply a length in the first unit to get it in the second."""

from __future__ import annotations

MM_TO_PT = 72 / 25.4
MM_TO_PX = 96 / 25.4
PX_TO_MM = 25.4 / 96  # CSS px (CSS Values and Units Level 3, 5.2)
PX_TO_PT = 0.75
