"""How well models predict cells that they were not fitted to, and whether a difference is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.stats import binomtest, chi2, norm

from games.arrays import Array, Ints
from solver.accounts.scoring import Difference
from solver.great_powers.cells import Cell
from solver.great_powers.model import BASE, Fit, Model
from solver.results import Interval

# the last year of each era; blocks are leaders in eras
ERAS = (1870, 1918, 1945, 1991)
# a profile is followed in steps of this share of a parameter's range
STEP = 0.05


def blocks_of(cells: Sequence[Cell]) -> Ints:
    """Return the number of each cell's block: its leader in its era."""
    keys = [(cell.leader, sum(cell.window.first > year for year in ERAS)) for cell in cells]
    known = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([known[key] for key in keys])


def folds_of(blocks: Ints, folds: int, seed: int) -> Ints:
    """Return the fold of each cell: whole blocks, the largest first, each to the smallest fold.

    Blocks of one size come in random order.
    """
    sizes = np.bincount(blocks)
    rng = np.random.default_rng(seed)
    order = np.lexsort((rng.permutation(sizes.size), -sizes))
    filled = np.zeros(folds, dtype=np.int64)
    fold = np.zeros(sizes.size, dtype=np.int64)
    for block in order.tolist():
        fold[block] = int(np.argmin(filled))
        filled[fold[block]] += sizes[block]
    found: Ints = fold[blocks]
    return found


def clustered(apart: Array, blocks: Ints) -> Difference:
    """Return the mean of differences, with the standard error for blocks that move together.

    The variance of the mean is B / (B - 1) times the sum over the B blocks of the squared sums of
    what deviates from the mean, over the squared number of cells (Liang & Zeger 1986, without a
    correction for parameters). It is NaN with one block.
    """
    mean = float(apart.mean())
    sums = np.bincount(blocks, apart - mean)
    sums = sums[np.bincount(blocks) > 0]
    number = sums.size
    if number < 2:
        return Difference(mean, float("nan"))
    variance = number / (number - 1) * float((sums**2).sum()) / apart.size**2
    return Difference(mean, variance**0.5)


def one_sided(found: Difference) -> float:
    """Return the chance of a mean so large or larger if there were no difference."""
    if not found.se > 0:
        return float("nan")
    return float(norm.sf(found.mean / found.se))


class Tests(NamedTuple):
    """Vuong's and Clarke's tests of one model against another, on the cells that both fit.

    Attributes
    ----------
    vuong : float
        The standardised mean of the differences of log likelihoods, blocks moving together; the
        models have equally many parameters, and nothing is corrected.
    vuong_p, clarke_p : float
        Two-sided.
    ahead : int
        Cells in which the first is ahead; those that tie do not count.
    cells : int
    """

    vuong: float
    vuong_p: float
    ahead: int
    cells: int
    clarke_p: float


def compare(one: Array, other: Array, blocks: Ints) -> Tests:
    """Return the tests of one model's log likelihoods, cell by cell, against another's.

    References
    ----------
    Vuong 1989, Econometrica 57. Clarke 2003, Journal of Conflict Resolution 47.
    """
    apart = one - other
    found = clustered(apart, blocks)
    z = found.mean / found.se if found.se > 0 else 0.0
    differs = apart[apart != 0]
    ahead = int((differs > 0).sum())
    sign = float(binomtest(ahead, differs.size).pvalue) if differs.size else 1.0
    return Tests(z, float(2 * norm.sf(abs(z))), ahead, int(differs.size), sign)


def interval(model: Model, fit: Fit, name: str, level: float) -> Interval:
    """Return the profile-likelihood interval of a parameter.

    From the estimate outwards in steps, each fit begun where the last one ended; the end lies where
    twice the loss of log likelihood is the quantile of chi-squared with one degree of freedom. What
    lies beyond a gap is not looked for.
    """
    place = model.names.index(name)
    low, high = model.bounds[place]
    least = fit.log_likelihood - float(chi2.ppf(level, 1)) / 2
    ends, is_open = [], []
    for bound in (low, high):
        end, free = _end(model, fit, name, bound, (high - low) * STEP, least)
        ends.append(end)
        is_open.append(free)
    return Interval(ends[0], ends[1], is_open[0], is_open[1])


def _end(
    model: Model, fit: Fit, name: str, bound: float, step: float, least: float
) -> tuple[float, bool]:
    inside = fit.values[name]
    begun = fit.values
    while True:
        if inside == bound:
            return bound, True
        outside = max(inside - step, bound) if bound < inside else min(inside + step, bound)
        held = model.fit(starts=[begun], fixed={name: outside})
        if held.log_likelihood < least:
            break
        inside, begun = outside, held.values

    def excess(value: float) -> float:
        return model.fit(starts=[begun], fixed={name: value}).log_likelihood - least

    if excess(inside) <= 0:
        return inside, False
    return float(brentq(excess, inside, outside, xtol=step / 20)), False


def simulated(chances: Array, rng: np.random.Generator) -> Ints:
    """Return a form for each cell, drawn with some chances, shape (cells, forms)."""
    ends = chances.cumsum(axis=1)
    drawn = rng.random((len(chances), 1)) * ends[:, -1:]
    found: Ints = (drawn > ends).sum(axis=1)
    return found


class Power(NamedTuple):
    """How often a likelihood ratio tells who made the data.

    Attributes
    ----------
    truth, rejected : str
        The account under which data sets were simulated, and that which is to be rejected.
    share : float
        Of data sets in which it is, at 5 %.
    critical : float
        The 95 % quantile of the ratio in data sets simulated under what is to be rejected.
    data_sets : int
    """

    truth: str
    rejected: str
    share: float
    critical: float
    data_sets: int


def power(ratios: Mapping[str, Mapping[tuple[str, str], Sequence[float]]]) -> list[Power]:
    """Return the power of each pair of accounts.

    Parameters
    ----------
    ratios : mapping of str to mapping of (str, str) to sequence of float
        By the account that made the data sets; of each pair of accounts, how much greater the log
        likelihood of the first is in each data set.
    """
    found = []
    for truth, own in ratios.items():
        for (one, other), ratio in own.items():
            if one != truth:
                continue
            critical = float(np.quantile(ratios[other][one, other], 0.95))
            share = float(np.mean(np.asarray(ratio) > critical))
            found.append(Power(truth, other, share, critical, len(ratio)))
    return found


def ratios_of(
    form: Ints, models: Mapping[str, tuple[Model, Fit]], null: float
) -> dict[tuple[str, str], float]:
    """Return the log likelihood ratio of each pair of accounts in one data set.

    Parameters
    ----------
    form : ndarray of int, shape (cells,)
    models : mapping of str to (Model, Fit)
        Fitted to the data set, each from the given parameters on.
    null : float
        The log likelihood of the base rate.
    """
    logs = {
        name: model.fit(starts=[fit.values], form=form).log_likelihood
        for name, (model, fit) in models.items()
    }
    logs[BASE] = null
    return {(one, other): logs[one] - logs[other] for one in logs for other in logs if one != other}
