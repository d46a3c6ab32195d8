"""Equilibria of loss-averse players whose references are consistent."""
