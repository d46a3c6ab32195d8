"""Equilibria of extensive games by backward induction."""
