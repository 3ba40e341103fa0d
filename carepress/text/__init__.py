"""Text: inline markup, scripts that run from right to left, fonts, reading order."""
