"""The preview for translators: source, translation and typeset page side by side, updated on every save."""
