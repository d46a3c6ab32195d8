"""Confidence intervals of proportions."""

from __future__ import annotations

from scipy.stats import beta

from games import InvalidGameError, checks


def clopper_pearson(hits: int, draws: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a proportion (Clopper & Pearson 1934, Biometrika 26).

    It covers the true proportion with at least probability `level`, if draws are independent.

    Examples
    --------
    >>> [round(end, 4) for end in clopper_pearson(8, 10)]
    [0.4439, 0.9748]
    """
    checks.whole("draws", draws, 1)
    checks.inside("level", level, 0, 1)
    if checks.whole("hits", hits, 0) > draws:
        raise InvalidGameError(f"`hits` must be at most `draws`; got {hits} of {draws}")
    tail = (1 - level) / 2
    low = float(beta.ppf(tail, hits, draws - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, draws - hits)) if hits < draws else 1.0
    return low, high
