"""Recover known parameters of the large test: `python -m benchmarks.powers_recovery DATA [SETS]`.

Data sets are drawn from a fitted account on the real cells, with their pools (of five, for speed),
measures and standing treaties. A profile-likelihood interval of 90 % covers the truth if and only
if holding the parameter there costs at most half the quantile of chi-squared with one degree of
freedom. The standard error of a coverage of 90 % over 200 data sets is 2 points. The last lines say
how often the wrong account is rejected in the second half of the data sets, and what the first half
had said.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache

import numpy as np
from scipy.stats import chi2

from solver.great_powers.cells import cells_of
from solver.great_powers.data import load_powers_data
from solver.great_powers.model import Fit, Model, outcomes_of
from solver.great_powers.result import EXPECTED, PROSPECT
from solver.great_powers.study import MAIN_MEASURES
from solver.great_powers.tables import points, table_of
from solver.great_powers.validation import simulated

SETS, LEVEL, PROCESSES = 200, 0.9, 2
# pools of five have a tenth of the structures of pools of seven
CANDIDATES = 5
# a truth inside all intervals, under which a twelfth of the cells have a treaty
TRUTH = {
    "middle": -1.0,
    **{f"slope_{name}": value for name, value in zip(MAIN_MEASURES, (0.5, 0.3, 0.5), strict=True)},
    "precision": 60.0,
    "nesting": 0.5,
}
ASKED = [name for name in TRUTH if name != "nesting"]


@cache
def models(folder: str) -> dict[str, Model]:
    """Return the two models at the default structural parameters."""
    made = cells_of(load_powers_data(folder), candidates=CANDIDATES)
    outcomes = outcomes_of(made.cells, MAIN_MEASURES)
    table = table_of(made.cells, points(1)[0])
    return {name: Model(name, table, outcomes) for name in (PROSPECT, EXPECTED)}


@cache
def truth(folder: str, name: str) -> dict[str, float]:
    """Return the truth of an account: with the constants that fit the record best."""
    return models(folder)[name].fit(fixed=TRUTH).values


def recover(task: tuple[str, str, int]) -> dict[str, float]:
    """Return one data set's likelihood ratios at the truth, and that of the accounts."""
    folder, name, seed = task
    own, values = models(folder)[name], truth(folder, name)
    form = simulated(own.chances(values), np.random.default_rng([1817, seed]))
    best: Fit = own.fit(starts=[values], form=form)
    # the truth is a start too: a held fit that stays on a lower peak would count as not covered
    held = {
        asked: own.fit(starts=[best.values, values], fixed={asked: values[asked]}, form=form)
        for asked in ASKED
    }
    # a held fit that is better tells that the search ended too early
    top = max(best.log_likelihood, *(fit.log_likelihood for fit in held.values()))
    ratios = {asked: 2 * (top - fit.log_likelihood) for asked, fit in held.items()}
    other = EXPECTED if name == PROSPECT else PROSPECT
    wrong = models(folder)[other].fit(starts=[truth(folder, other)], form=form)
    return ratios | {"over_other": top - wrong.log_likelihood}


def main(folder: str, sets: int = SETS) -> None:
    """Print the coverage, and the power from two halves of the data sets."""
    found = {}
    with ProcessPoolExecutor(PROCESSES) as pool:
        for name in (PROSPECT, EXPECTED):
            tasks = [(folder, name, seed) for seed in range(sets)]
            found[name] = list(pool.map(recover, tasks, chunksize=5))
    print(f"{sets} data sets from each account; coverage of intervals of {LEVEL:.0%}")
    for name, rows in found.items():
        for asked in ASKED:
            covered = np.mean([row[asked] <= chi2.ppf(LEVEL, 1) for row in rows])
            print(f"{name:18} {asked:26} {100 * covered:.1f} %")
    for name, other in ((PROSPECT, EXPECTED), (EXPECTED, PROSPECT)):
        null = -np.array([row["over_other"] for row in found[other]])
        own = np.array([row["over_other"] for row in found[name]])
        half = sets // 2
        stated = np.mean(own[:half] > np.quantile(null[:half], 0.95))
        seen = np.mean(own[half:] > np.quantile(null[:half], 0.95))
        print(f"truth {name}: {other} rejected in {seen:.2f}; stated power {stated:.2f}")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))
