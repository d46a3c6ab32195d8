"""Logit responses: the principal branch, and the fit of its precision."""
