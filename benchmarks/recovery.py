"""Estimate known parameters again from simulated choices: `python -m benchmarks.recovery`.

All data sets have the same 60 invented cases of three candidates; the structures are drawn by the
logit rule at the truth. A profile-likelihood interval of level L covers the truth if and only if
holding the parameter there costs at most half the L-quantile of chi-squared, so that no interval
need be computed. The standard error of a coverage of 90 % over 200 data sets is 2 points.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.stats import chi2

from games import AllianceGame, CumulativeProspectTheory, Parameters
from solver.accounts.estimation import Likelihood, climb, profile_at, simulate

TRUTH = {"loss_aversion": 2.25, "cohesion": 0.7, "precision": 100.0}
FREE = ("loss_aversion", "cohesion")
SETS, CASES, CANDIDATES = 200, 60, 3
LEVEL = 0.9
STARTS = 3
PROCESSES = 2


class Recovered(NamedTuple):
    """One data set: the estimates, and twice what holding each parameter at its truth costs."""

    values: dict[str, float]
    ratios: dict[str, float]


@cache
def cases() -> list[AllianceGame]:
    """Return the cases: capabilities up to 0.4 of the hegemon's, threats from 0.1 to 0.9."""
    rng = np.random.default_rng(1949)
    return [
        AllianceGame(
            hegemon="Athens",
            capabilities={f"ally {i}": float(rng.uniform(0.02, 0.4)) for i in range(CANDIDATES)},
            threat=float(rng.uniform(0.1, 0.9)),
            preference=CumulativeProspectTheory(loss_aversion=TRUTH["loss_aversion"]),
            parameters=Parameters(cohesion=TRUTH["cohesion"]),
        )
        for _ in range(CASES)
    ]


def recover(seed: int) -> Recovered:
    """Draw a data set and estimate the parameters from it."""
    rng = np.random.default_rng(seed)
    likelihood = Likelihood(cases(), FREE, simulate(cases(), TRUTH["precision"], rng))
    # the likelihood has several peaks: the truth is a start too, here and where one is held
    truth = likelihood.point(TRUTH)
    starts = [truth, *rng.uniform(size=(STARTS, len(TRUTH)))]
    top, best = max((climb(likelihood, start, ()) for start in starts), key=lambda item: item[1])
    ratios = {
        name: 2 * (best - max(profile_at(likelihood, name, value, near) for near in (top, truth)))
        for name, value in TRUTH.items()
    }
    return Recovered(likelihood.natural(top), ratios)


def row(name: str, found: list[Recovered]) -> str:
    """Return one line of the table."""
    estimates = np.array([one.values[name] for one in found])
    errors = estimates - TRUTH[name]
    covered = np.mean([one.ratios[name] <= chi2.ppf(LEVEL, 1) for one in found])
    return (
        f"| {name} | {TRUTH[name]:g} | {np.median(estimates):.3f} | {errors.mean():+.3f}"
        f" | {np.sqrt(np.mean(errors**2)):.3f} | {100 * covered:.1f} % |"
    )


def main(sets: int = SETS) -> None:
    """Print the table."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        found = list(pool.map(recover, range(sets), chunksize=5))
    least = min(ratio for one in found for ratio in one.ratios.values())
    print(
        f"{sets} data sets of {CASES} cases of {CANDIDATES} candidates, intervals of level"
        f" {LEVEL:g}; the least likelihood ratio is {least:.1e}: below 0 if a search missed the"
        " top\n"
    )
    print("| parameter | truth | median | bias | RMSE | coverage |")
    print("|---|---|---|---|---|---|")
    for name in TRUTH:
        print(row(name, found))


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:2]))
