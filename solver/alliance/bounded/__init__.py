"""Large games: the preferred structure, with a bound on what all others are worth."""
