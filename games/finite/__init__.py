"""Finite games in normal and extensive form: nouns that the alliance game reduces to."""
