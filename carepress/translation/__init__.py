"""The translators' commands: catalogs kept up to date, checked and measured."""
