"""Sign-off: what reviewers sign, their signatures, and what they cover."""
