"""The dossier: what reviewers sign from, with the sources of each passage. Never for families."""
