"""Measures from a user's own data: capabilities, alliances, disputes, threat."""
