"""Where a loss-averse player is indifferent over as many actions as its opponent mixes.

The player has outcomes x_ab and the reference point r at which the best of its actions is worth
nothing more than r. Let v(y) be y for gains and L y for losses, L >= 1, and let D(r) hold
v(x_ab - r). An opponent's strategy q and a reference r *agree* if D(r) q <= 0 with an equality;
the actions with equality are the best ones. A *vertex* is such a (q, r) where q alone on its
support T solves D(r) q = 0 for the best actions, while just above r no vector but 0 does.

1. What agrees and is no vertex is not isolated. If another vector solves D(r) q = 0 for the best
   actions, q can be moved along it both ways; if q alone does, but there are solutions just above
   r, they tend to q. Either way there are points as near as you like that agree too, with the same
   support and the same best actions.
2. Any non-empty set of (q, r) that agree, with supports inside T and best actions that include S,
   holds a vertex. The set is closed and bounded, and at its greatest r its q form a polytope. A
   corner q of this solves D(r) q = 0 alone; solutions just above r would, by 1, be in the set too.

Between two neighbouring outcomes D is linear in r. So every vertex has a set R of best actions, of
the size of T, for which the determinant of D on R and T is a polynomial that is not 0 everywhere
just above r, but is at r: its roots are all the references there can be.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from math import lcm
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from games.arrays import Fractions
from solver.numerics import polynomials
from solver.numerics.polynomials import Integral, Rational, Root

Support = tuple[int, ...]


class Vertex(NamedTuple):
    """A strategy of the opponent that alone, on its support, makes the best actions equally good.

    Attributes
    ----------
    support : tuple of int
        The actions that the opponent mixes.
    best : frozenset of int
        The player's best actions.
    root : Root
        The player's reference point, scaled.
    weights : list of polynomials
        The probabilities on the support, as polynomials in the reference point.
    """

    support: Support
    best: frozenset[int]
    root: Root
    weights: list[Rational]


class Indifference:
    """All vertices of one player, found one pair of supports of equal size after the other.

    Parameters
    ----------
    outcomes : ndarray of Fraction, shape (m, n)
        The player's, its own actions first.
    loss_aversion : Fraction
        The factor L on losses, at least 1.

    Attributes
    ----------
    vertices : list of Vertex
    work : int
        How many determinants were computed, and sets of columns compared.
    """

    def __init__(self, outcomes: Fractions, loss_aversion: Fraction) -> None:
        scale = lcm(*(x.denominator for x in outcomes.flat))
        self._outcomes = [[int(x * scale) for x in row] for row in outcomes]
        self._gain, self._loss = loss_aversion.denominator, loss_aversion.numerator
        self.shape = (len(outcomes), len(outcomes[0]))
        self.work = 0
        self._undominated: dict[Support, Support] = {}
        self._found: dict[tuple[object, ...], Vertex] = {}
        self._loose: set[tuple[Support, Support]] = set()

    @property
    def vertices(self) -> list[Vertex]:
        """The vertices found so far."""
        return list(self._found.values())

    def undominated(self, columns: Support) -> Support:
        """Return the actions that can be best while the opponent mixes all of `columns`.

        One that is never better than another and once worse there has a lower reference.
        """
        if columns not in self._undominated:
            self.work += 1
            there = self._ranks[:, columns]
            as_good = (there[:, np.newaxis] >= there).all(axis=-1)
            worse = (as_good & ~as_good.T).any(axis=0)
            self._undominated[columns] = tuple(np.flatnonzero(~worse).tolist())
        return self._undominated[columns]

    def search(self, rows: Support, columns: Support) -> None:
        """Find the vertices of support `columns` that make all of `rows` best.

        Parameters
        ----------
        rows, columns : tuple of int
            As many of each, no row dominated against `columns`.
        """
        for low, high in self._pieces(rows, columns):
            self.work += 1
            determinant = polynomials.determinant(
                [
                    [self._entry(self._outcomes[a][b], self._outcomes[a][b] > low) for b in columns]
                    for a in rows
                ]
            )
            if not determinant:
                self._loose.add((rows, columns))
                continue
            for root in polynomials.roots_within(determinant, low, high):
                self._keep_at(root, rows, columns)

    def _keep_at(self, root: Root, rows: Support, columns: Support) -> None:
        """Keep the vertices of support `columns` at a root of their determinant."""
        basis = self._null_space(rows, columns, root)
        if len(basis) == 1:
            return self._keep(columns, root, basis[0])
        self._loose.add((rows, columns))
        for fewer in combinations(self.undominated(columns), len(columns) - 1):
            basis = self._null_space(fewer, columns, root)
            if len(basis) == 1:
                self._keep(columns, root, basis[0])
        return None

    def _keep(self, columns: Support, root: Root, vector: list[Rational]) -> None:
        """Keep a null vector if it is a strategy of support `columns` and no action is better."""
        weights = polynomials.normalised(vector, root)
        if weights is None or any(root.sign(weight) <= 0 for weight in weights):
            return
        best = []
        for action in self.undominated(columns):
            terms = zip(weights, self._row(action, columns, root), strict=True)
            sign = root.sign(sum((weight * worth for weight, worth in terms), Rational([])))
            if sign > 0:
                return
            if sign == 0:
                best.append(action)
        key = (columns, root.key, tuple(map(str, weights)))
        self._found[key] = Vertex(columns, frozenset(best), root, weights)

    def _null_space(self, rows: Support, columns: Support, root: Root) -> list[list[Rational]]:
        return polynomials.null_space([self._row(a, columns, root) for a in rows], root)

    def _row(self, action: int, columns: Support, root: Root) -> list[Rational]:
        """Return an action's row of D(r), as polynomials that hold at a root."""
        own = self._outcomes[action]
        return [
            Rational(self._entry(own[b], root.sign(polynomials.rational([own[b], -1])) > 0))
            for b in columns
        ]

    def _entry(self, outcome: int, is_gain: bool) -> Integral:
        weight = self._gain if is_gain else self._loss
        return polynomials.integral([weight * outcome, -weight])

    def is_finite(self, rows: Support, columns: Support) -> bool:
        """Return whether all strategies of support `columns` with `rows` best are vertices."""
        return any((some, columns) not in self._loose for some in combinations(rows, len(columns)))

    @cached_property
    def _ranks(self) -> NDArray[np.intp]:
        order = {x: place for place, x in enumerate(sorted({x for r in self._outcomes for x in r}))}
        return np.array([[order[x] for x in row] for row in self._outcomes])

    def _pieces(self, rows: Support, columns: Support) -> Iterator[tuple[int, int]]:
        """Yield [low, high) for each interval between outcomes that may hold the reference.

        It is neither below the worst nor above the best outcome of any action, which leaves some
        room as no action of `rows` is dominated; the last interval is the highest point alone.
        """
        own = [[self._outcomes[a][b] for b in columns] for a in rows]
        low, high = max(map(min, own)), min(map(max, own))
        ends = {low, high}
        if self._gain != self._loss:
            ends |= {x for row in own for x in row if low < x < high}
        cuts = sorted(ends)
        yield from zip(cuts, [*cuts[1:], high], strict=True)
