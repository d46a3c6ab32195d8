"""Mathematics that knows no game."""
