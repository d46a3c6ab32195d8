"""Larger games: many alike candidates, many blocs, many different candidates."""
