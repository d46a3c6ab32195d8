"""Framing map of Europe 1949: `python -m benchmarks.sweeps.framing_by_loss_aversion [folder]`."""

from __future__ import annotations

import games
from benchmarks.sweeps.targets import target, timed
from solver import plot
from solver.figures import phase
from solver.results import name_of
from solver.studies.framing import framing_map

Y_RANGE = (1.0, 3.5)
GRID = (26, 11)


def main() -> None:
    game = games.load("europe-1949")
    with timed(f"framing map, {GRID[0]} by {GRID[1]}"):
        found = framing_map(game, "threat", "loss_aversion", (0, 1), Y_RANGE, resolution=GRID)
    for (null, own), number in found.pairs().items():
        print(f"  {name_of(null)} -> {name_of(own)}: {number} of {found.differs.size} points")
    for value, effect in zip(found.y.values, found.effects, strict=True):
        print(f"  loss aversion {value:.2f}: multilateral from {effect.multilateral_from}")
    path = plot.save(phase.framing_figure(found), target("framing-by-loss-aversion.png"))
    print(f"Wrote {path}")


if __name__ == "__main__":
    main()
