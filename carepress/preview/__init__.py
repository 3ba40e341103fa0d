"""The translator's page: source, translation and the real page side by side, fresh after every save."""
