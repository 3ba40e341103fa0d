"""Text: inline markup, languages, right-to-left scripts, fonts, reading order, safe XML."""
