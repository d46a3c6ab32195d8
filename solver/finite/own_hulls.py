"""Branch and prune over pairs of beliefs: where each may be a mixture of best replies to the other.

1. Start with all of both simplices as one pair of cells of beliefs, and with all strategies as
   possible replies to them.
2. For each cell of beliefs drop the cells of replies that hold no best reply to it, and cut those
   left while their width blurs values more than the width of the cell of beliefs does.
3. Drop the pairs of beliefs of which one does not meet the convex hull of the replies left to the
   other.
4. Let the caller settle pairs, by proof of what they hold.
5. Cut one of the two cells of each pair and begin again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import numpy as np

from solver.finite.own_cells import ALIVE, BATCH, bar, split, tests, whole
from solver.finite.own_mixing import Array, Ints, Lottery, chances, rows, value_range
from solver.finite.own_search import LEAST_WIDTH, Bools, Front, Leaves, Settle, Visit

# how much the width of a cell of beliefs counts beside the blur of values against it
WIDTH_COUNTS = 0.05
# how often in a round outermost replies are dropped or cut
LAYERS = 40


@dataclass
class Replies:
    """Cells of a player's strategies that may hold best replies to cells of the other's.

    Attributes
    ----------
    own : ndarray, shape (n, k, m)
    to : ndarray of int, shape (n,)
        Number of the cell of beliefs.
    """

    own: Array
    to: Ints

    def __getitem__(self, chosen: Bools | Ints) -> Replies:
        return Replies(self.own[chosen], self.to[chosen])


@dataclass
class BeliefFront(Front):
    """Pairs of cells of beliefs, with the cells of replies to each.

    Attributes
    ----------
    answers : list of two Replies
        Of each player.
    """

    answers: list[Replies] = field(default_factory=list)

    def keep(self, chosen: Bools) -> None:
        """Keep the pairs chosen, and the cells and replies that they need."""
        for i in (0, 1):
            used, to = np.unique(self.pairs[1 - i][chosen]), self.answers[i].to
            needed = np.isin(to, used)
            self.answers[i] = Replies(
                self.answers[i].own[needed], np.searchsorted(used, to[needed])
            )
        super().keep(chosen)

    def cut(self, first: Bools) -> None:
        """Cut the first player's cell in the pairs chosen, the second's in the others."""
        for i in (0, 1):
            size = len(self.cells[1 - i])
            copies = 1 + len(split(self.cells[1 - i][:1]))
            old = self.answers[i]
            to = (old.to + size * np.arange(copies)[:, np.newaxis]).ravel()
            self.answers[i] = Replies(np.tile(old.own, (copies, 1, 1)), to)
        super().cut(first)


def search_beliefs(
    lotteries: tuple[Lottery, Lottery], budget: int, settle: Settle, visit: Visit | None = None
) -> BeliefFront:
    """Return the pairs of beliefs that are left when all is settled, or the budget is spent.

    The arguments are those of `own_search.search`; pairs of a reply and a belief count
    towards the budget as well.
    """
    sizes = [lottery.hit.shape[1] for lottery in lotteries]
    cells = whole(sizes[0]), whole(sizes[1])
    front = BeliefFront(
        cells,
        [np.full((1, m), 1 / m) for m in sizes],
        answers=[Replies(own, np.zeros(1, dtype=np.int64)) for own in cells],
    )
    while True:
        for player in (0, 1):
            _answer(lotteries[player], player, front, visit)
        front.keep(_meet(front))
        front.visited += front.size
        front.keep(settle(front))
        if not front.size or front.visited >= budget or front.width <= LEAST_WIDTH:
            return front
        front.cut(_first_blurs(lotteries, front))


def _answer(lottery: Lottery, player: int, front: BeliefFront, visit: Visit | None) -> None:
    """Shrink the hulls of a player's replies: drop outermost cells that hold none, cut wide ones.

    Cells inside a hull do not matter to it, and wait until they are outermost.
    """
    others = front.cells[1 - player]
    bars = bar(lottery, others, front.replies[player])
    front.replies[player] = bars.reply
    aims = directions(front.cells[player].shape[2]).T
    answers = front.answers[player]
    done = np.zeros(len(answers.to), dtype=bool)
    for _ in range(LAYERS):
        spread = (answers.own @ aims).max(axis=1)
        outermost = (spread == _reach(answers, spread, len(others))[answers.to]).any(axis=1)
        places = np.flatnonzero(outermost & ~done)
        if not places.size:
            break
        dropped, cut = np.zeros((2, len(done)), dtype=bool)
        for start in range(0, len(places), BATCH):
            part = places[start : start + BATCH]
            own, to = answers.own[part], answers.to[part]
            verdict = tests(lottery, own, others[to], bars.low[to])
            gone = verdict != ALIVE
            dropped[part] = gone
            cut[part] = ~gone & _is_wide(lottery, own, others[to])
            if visit is not None:
                replies = bars.reply[to[gone]]
                visit(Leaves(player, own[gone], others[to[gone]], replies, verdict[gone]))
        front.visited += len(places)
        done[places] = True
        kept, pieces = ~dropped & ~cut, split(answers.own[cut])
        new = len(pieces) * int(cut.sum())
        answers = Replies(
            np.concatenate([answers.own[kept], *pieces]),
            np.concatenate([answers.to[kept], np.tile(answers.to[cut], len(pieces))]),
        )
        done = np.concatenate([done[kept], np.zeros(new, dtype=bool)])
    front.answers[player] = answers


def _reach(answers: Replies, spread: Array, number: int) -> Array:
    """Return how far the replies to each belief reach along each direction."""
    reach = np.full((number, spread.shape[1]), -np.inf)
    np.maximum.at(reach, answers.to, spread)
    return reach


def _is_wide(lottery: Lottery, own: Array, others: Array) -> Bools:
    """Return which replies' width blurs values more than that of the beliefs they answer."""
    middle, facing = own.mean(axis=1, keepdims=True), others.mean(axis=1, keepdims=True)
    by_own = value_range(lottery, chances(own, rows(lottery, facing)))
    by_other = value_range(lottery, chances(middle, rows(lottery, others)))
    wide: Bools = by_own.high - by_own.low > by_other.high - by_other.low
    cuttable: Bools = wide & (np.ptp(own, axis=1).max(axis=1) > LEAST_WIDTH)
    return cuttable


def directions(m: int) -> Array:
    """Return directions along which sets of strategies are told apart, shape (number, m)."""
    found = [
        u for u in product(range(4), repeat=m) if min(u) == 0 < max(u) and np.gcd.reduce(u) == 1
    ]
    return np.array(found, dtype=float).reshape(-1, m)


def _meet(front: BeliefFront) -> Bools:
    """Return the pairs in which each belief meets the hull of the replies to the other."""
    met = np.ones(front.size, dtype=bool)
    for i in (0, 1):
        mine, theirs = front.pairs[i], front.pairs[1 - i]
        aims, answers = directions(front.cells[i].shape[2]).T, front.answers[i]
        reach = _reach(answers, (answers.own @ aims).max(axis=1), len(front.cells[1 - i]))
        least = (front.cells[i] @ aims).min(axis=1)
        met &= (least[mine] <= reach[theirs]).all(axis=1)
    return met


def _first_blurs(lotteries: tuple[Lottery, Lottery], front: BeliefFront) -> Bools:
    """Return for which pairs to cut the first belief: values against it are more blurred."""
    scores = []
    for i in (0, 1):
        lottery, cells = lotteries[1 - i], front.cells[i]
        held = chances(front.replies[1 - i][:, np.newaxis], rows(lottery, cells))
        bounds = value_range(lottery, held)
        wide = np.ptp(cells, axis=1).max(axis=1)
        scores.append((bounds.high - bounds.low) / max(lottery.size, 1e-300) + WIDTH_COUNTS * wide)
    fixed = [cells.shape[1] == 1 for cells in front.cells]
    first: Bools = scores[0][front.pairs[0]] >= scores[1][front.pairs[1]]
    chosen: Bools = (first | fixed[1]) & (not fixed[0])
    return chosen
