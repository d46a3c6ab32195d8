"""How large somebody's regret is, at least, on the pairs of cells that a search dropped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.finite.own_cells import RISING
from solver.finite.own_climbs import climbs, moves
from solver.finite.own_mixing import Array, Ints, Lottery, chances, rows, value_range
from solver.finite.own_search import Leaves

# shares of the probability at hand that are moved where moving any gains
STEPS = (1.0, 0.25, 0.0625, 1 / 64, 1 / 1024)
ROUNDING = 1e-12


@dataclass
class RegretFloor:
    """Keeps the least of all bounds of regret on the pairs of cells shown to it.

    Attributes
    ----------
    pair : tuple of two Lottery
    least : float
        At every profile in these cells, the regret of one player is at least that.
    """

    pair: tuple[Lottery, Lottery]
    least: float = np.inf

    def __call__(self, leaves: Leaves) -> None:
        """Take note of some pairs."""
        lottery = self.pair[leaves.player]
        row = rows(lottery, leaves.others)
        reply = value_range(lottery, chances(leaves.reply[:, np.newaxis], row)).low
        bound = np.maximum(0.0, reply - value_range(lottery, chances(leaves.own, row)).high)
        rising = np.flatnonzero(leaves.verdict >= RISING)
        bound[rising] = np.maximum(bound[rising], _gains(lottery, leaves, rising))
        self.least = min(self.least, float(bound.min(initial=np.inf)))


def direction(verdict: int, m: int) -> tuple[int, int]:
    """Return to and from which action probability is moved with gain, by a verdict RISING."""
    first, second = moves(m)
    place, contrary = divmod(int(verdict) - RISING, 2)
    pair = int(first[place]), int(second[place])
    return (pair[1], pair[0]) if contrary else pair


def _gains(lottery: Lottery, leaves: Leaves, places: Ints) -> Array:
    """Return a lower bound of what the best of some moves of probability gains all over a cell."""
    own, others = leaves.own[places], leaves.others[places]
    m = own.shape[2]
    signs = np.where((leaves.verdict[places] - RISING) % 2 == 0, 1.0, -1.0)
    pairs = (leaves.verdict[places] - RISING) // 2
    found = [direction(verdict, m) for verdict in leaves.verdict[places]]
    ways = np.array(found, dtype=np.int64).reshape(-1, 2)
    number = np.arange(len(own))
    held = own.min(axis=1)[number, ways[:, 1]]
    best = np.zeros(len(own))
    for share in STEPS:
        step = share * held
        moved = own.copy()
        moved[number, :, ways[:, 0]] += step[:, np.newaxis]
        moved[number, :, ways[:, 1]] -= step[:, np.newaxis]
        path = np.concatenate([own, np.maximum(moved, 0.0)], axis=1)
        chance = chances(path, rows(lottery, others))
        climb = climbs(lottery, path.min(axis=1), others, chance)
        rate = np.where(signs > 0, climb.low[number, pairs], -climb.high[number, pairs])
        best = np.maximum(best, step * rate * (1 - ROUNDING))
    return best
