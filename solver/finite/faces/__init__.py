"""All equilibria of n players, one set of supports at a time."""
