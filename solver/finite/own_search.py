"""Branch and prune over pairs of cells: where each player may be replying best to the other.

1. Start with all of both simplices as one pair of cells.
2. For each player drop the pairs whose own cell holds no best reply to the other's cell.
3. Let the caller settle pairs, by proof of what they hold.
4. Cut the wider of the two players' cells and begin again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solver.finite.own_cells import ALIVE, BATCH, bar, split, tests, whole, width
from solver.finite.own_mixing import Array, Ints, Lottery, chances, rows, value_range

Bools = NDArray[np.bool_]
Cells = tuple[Array, Array]
Pairs = tuple[Ints, Ints]

LEAST_WIDTH = 1e-7


@dataclass(frozen=True)
class Leaves:
    """Pairs of cells that were dropped since the own cell holds no best reply.

    Attributes
    ----------
    player : int
        Whose cell `own` is.
    own, others : ndarray, shape (n, k, m), (n, k', m')
    reply : ndarray, shape (n, m)
        A reply that is better, where the verdict is WORSE.
    verdict : ndarray of int, shape (n,)
        As in `solver.finite.own_cells.tests`.
    """

    player: int
    own: Array
    others: Array
    reply: Array
    verdict: Ints


@dataclass
class Front:
    """The pairs of cells that are left.

    Attributes
    ----------
    cells : tuple of two ndarray, shape (n_i, k_i, m_i)
        Cells of each player.
    replies : list of two ndarray
        For each player a reply thought good against each of the other's cells.
    pairs : tuple of two ndarray of int, shape (pairs,)
        Numbers of the two cells of each pair.
    visited : int
        How many pairs were tested.
    rounds : int
        How often cells were cut.
    """

    cells: Cells
    replies: list[Array] = field(default_factory=list)
    pairs: Pairs = field(default_factory=lambda: (np.zeros(1, np.int64), np.zeros(1, np.int64)))
    visited: int = 0
    rounds: int = 0

    @property
    def size(self) -> int:
        """How many pairs are left."""
        return self.pairs[0].size

    @property
    def width(self) -> float:
        """The widest side of any cell."""
        return max(map(width, self.cells))

    def corners(self) -> Cells:
        """Return the corners of both cells of every pair, shape (pairs, k_i, m_i)."""
        return self.cells[0][self.pairs[0]], self.cells[1][self.pairs[1]]

    def keep(self, chosen: Bools) -> None:
        """Keep the pairs chosen, and the cells that they need."""
        pairs = [places[chosen] for places in self.pairs]
        kept = []
        for i, places in enumerate(pairs):
            used, pairs[i] = np.unique(places, return_inverse=True)
            kept.append(self.cells[i][used])
            self.replies[1 - i] = self.replies[1 - i][used]
        self.cells, self.pairs = (kept[0], kept[1]), (pairs[0], pairs[1])

    def cut(self, first: Bools) -> None:
        """Cut the first player's cell in the pairs chosen, the second's in the others."""
        cells, pairs = [], []
        for i, chosen in enumerate((first, ~first)):
            parts = split(self.cells[i])
            number, size = len(parts), len(self.cells[i])
            cells.append(np.concatenate([self.cells[i], *parts]))
            self.replies[1 - i] = np.tile(self.replies[1 - i], (1 + number, 1))
            cut = self.pairs[i][chosen] + size * (1 + np.arange(number)[:, np.newaxis])
            kept = np.tile(self.pairs[1 - i][chosen], number)
            pairs.append((cut.ravel(), kept) if i == 0 else (kept, cut.ravel()))
        self.cells = cells[0], cells[1]
        self.pairs = (
            np.concatenate([pairs[0][0], pairs[1][0]]),
            np.concatenate([pairs[0][1], pairs[1][1]]),
        )
        self.rounds += 1
        self.keep(np.ones(self.size, dtype=bool))


Visit = Callable[[Leaves], None]
Settle = Callable[[Front], Bools]


def search(
    lotteries: tuple[Lottery, Lottery], budget: int, settle: Settle, visit: Visit | None = None
) -> Front:
    """Return the pairs that are left when all is settled, or the budget is spent.

    Parameters
    ----------
    budget : int
        How many pairs are tested at most; the last round is finished.
    settle : callable
        Takes the front and says which pairs stay.
    visit : callable, optional
        Is shown the pairs that are dropped.
    """
    sizes = [lottery.hit.shape[1] for lottery in lotteries]
    front = Front((whole(sizes[0]), whole(sizes[1])), [np.full((1, m), 1 / m) for m in sizes])
    while True:
        for player in (0, 1):
            _prune(lotteries[player], player, front, visit)
        front.keep(settle(front))
        if not front.size or front.visited >= budget or front.width <= LEAST_WIDTH:
            return front
        front.cut(_first_blurs(lotteries, front))


def _first_blurs(lotteries: tuple[Lottery, Lottery], front: Front) -> Bools:
    """Return for which pairs values are known less for the first player's cell than the second's.

    Cutting that cell tells most. Known less: the bounds of V are wider with that cell and the
    middle of the other.
    """
    blur = np.zeros((2, front.size))
    for start in range(0, front.size, BATCH):
        part = slice(start, start + BATCH)
        corners = [front.cells[i][front.pairs[i][part]] for i in (0, 1)]
        middles = [own.mean(axis=1, keepdims=True) for own in corners]
        for wide in (0, 1):
            given = [corners[i] if i == wide else middles[i] for i in (0, 1)]
            for i, lottery in enumerate(lotteries):
                bounds = value_range(lottery, chances(given[i], rows(lottery, given[1 - i])))
                blur[wide, part] += (bounds.high - bounds.low) / lottery.size
    fixed = [cells.shape[1] == 1 for cells in front.cells]
    first: Bools = (blur[0] >= blur[1]) | fixed[1]
    return first & (not fixed[0])


def _prune(lottery: Lottery, player: int, front: Front, visit: Visit | None) -> None:
    others = front.cells[1 - player]
    bars = bar(lottery, others, front.replies[player])
    front.replies[player] = bars.reply
    alive = np.zeros(front.size, dtype=bool)
    for start in range(0, front.size, BATCH):
        part = slice(start, start + BATCH)
        mine, theirs = front.pairs[player][part], front.pairs[1 - player][part]
        own, facing = front.cells[player][mine], others[theirs]
        verdict = tests(lottery, own, facing, bars.low[theirs])
        alive[part] = verdict == ALIVE
        if visit is not None:
            gone = verdict != ALIVE
            reply = bars.reply[theirs[gone]]
            visit(Leaves(player, own[gone], facing[gone], reply, verdict[gone]))
    front.visited += front.size
    front.keep(alive)
