"""Scenarios and coded cases from files, every figure with its source."""
