"""Prospect theory as arithmetic: compiled, in intervals, in balls, in logarithms."""
