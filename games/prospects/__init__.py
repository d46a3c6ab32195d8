"""How anybody values a lottery: prospects, preferences, probability weighting."""
