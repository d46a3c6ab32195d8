"""Check the bargains of random games: `python -m benchmarks.bargains [games]`.

In each of 200 games with one to four candidates the burdens of every structure are settled by each
rule; those of the preferred structure and of three others are then checked one treaty at a time:
could its members raise the product of their gains (the other rules: does its total still move)?
And the treaties of one structure bargain from six starts, to see whether they end in one place.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from games import AllianceGame, CumulativeProspectTheory, Parameters
from solver.alliance.bargained.fixed_points import bargaining_regret, fixed_points
from solver.alliance.bargained.solve import negotiate_all

RULES = ("nash_in_nash", "kalai_smorodinsky", "rubinstein(0.9)")
HOLDS, SETTLED = 1e-6, 1e-8


def random_game(rng: np.random.Generator) -> AllianceGame:
    """Return a game near the default parameters, with a prospect-theory hegemon."""
    names = [f"c{i}" for i in range(rng.integers(1, 5))]
    return AllianceGame(
        hegemon="H",
        capabilities={name: float(rng.uniform(0.02, 0.5)) for name in names},
        threat=float(rng.uniform(0.05, 1)),
        preference=CumulativeProspectTheory(
            float(rng.uniform(0.6, 1)), float(rng.uniform(0.6, 1)), float(rng.uniform(1, 3))
        ),
        parameters=Parameters(
            cohesion=float(rng.uniform(0.3, 0.9)),
            reliability=float(rng.uniform(0.6, 1)),
            affinity=float(rng.uniform(0.5, 1)),
            k_bilateral=float(rng.uniform(0, 0.05)),
        ),
    )


def main() -> None:
    """Print what was checked and the worst that was found, for each rule."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for rule in RULES:
        rng = np.random.default_rng(0)
        checked = unsettled = failed = several = 0
        worst = 0.0
        for _ in range(number):
            game = replace(random_game(rng), burden_sharing=rule)
            stage = negotiate_all(game, 1e-9)
            places = {int(np.argmax(stage.hegemon)), *rng.integers(stage.grid.size, size=3)}
            for place in sorted(places):
                structure = stage.structure(int(place))
                if stage.residual[place] > SETTLED:
                    unsettled += 1
                    continue
                regret = bargaining_regret(game, structure, stage.burdens_of(structure))
                checked += 1
                failed += regret > HOLDS
                worst = max(worst, regret)
            ends = fixed_points(game, structure, starts=6)
            several += len(ends.burdens) > 1
        print(
            f"{rule}: {number} games, {checked} structures checked, {failed} with a bargain that"
            f" does not hold (worst regret {worst:.1e}), {unsettled} that did not settle,"
            f" {several} with several fixed points",
            flush=True,
        )


if __name__ == "__main__":
    main()
