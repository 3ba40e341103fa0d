"""The translators' commands: update catalogs, check them, measure readability."""
