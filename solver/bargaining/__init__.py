"""Bargaining solutions: axiomatic rules, alternating offers, legislatures, coalitions."""
