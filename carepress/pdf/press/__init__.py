"""Print-shop PDF/X: inks, profiles, separation."""
