"""Proof that a box of profiles holds exactly one equilibrium of players who mix on purpose.

1. Off the face of the candidate's supports there is none (`solver.finite.own_edges`).
2. On it the first-order conditions have exactly one solution in the box, by Krawczyk's test:
   K(X) = x - Y f(x) + (I - Y f'(X)) (X - x) inside X (Krawczyk 1969; Neumaier 1990, section 5.1).
3. In a tight box around that solution each strategy is a best reply: V is concave near it, and no
   reply farther away is as good (`own_best`). A player without weighting needs no such
   proof, as its V is linear in its own mixing.

For beliefs, where any of several best replies may be mixed, 3 is proved over the whole box: each
player has at most one best reply near each of its strategies, none elsewhere, and every one of
them has a positive weight in any mixture that comes to the strategy believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from solver.finite.own_best import best
from solver.finite.own_edges import Edge
from solver.finite.own_jets import Numbers, jet
from solver.finite.own_krawczyk import is_concave, krawczyk
from solver.finite.own_mixing import Array
from solver.finite.own_patches import Patch, weights
from solver.finite.own_system import Pattern, State
from solver.finite.rigorous import ONE, PRECISION, ZERO, bounds, ctx, span

RADII = (0.1, 0.03, 0.01, 3e-3, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8)
# for beliefs, best replies are located within so many radii: they move faster than beliefs
ROOMS = (4.0, 32.0, 256.0)
# best replies are located by cells as narrow as this share of a radius
SHARE = 1 / 8
SHRINKINGS = (1.0, 1 / 8, 1 / 64, 1 / 512)


@dataclass(frozen=True)
class Proved:
    """One patch for each player that together hold exactly one equilibrium.

    Attributes
    ----------
    patches : tuple of two Patch
    state : State
        The equilibrium, to rounding.
    """

    patches: tuple[Patch, Patch]
    state: State


def prove(pattern: Pattern, unknowns: Array, *, hulls: bool) -> Proved | None:
    """Return patches around a solution of the first-order conditions, proved to hold just one.

    Parameters
    ----------
    pattern : Pattern
    unknowns : ndarray
        The solution, to rounding.
    hulls : bool
        Whether any mixture of best replies may be believed; if not, each player's strategy has to
        be a best reply.
    """
    with ctx.workprec(PRECISION):
        for radius, room in product(RADII, ROOMS if hulls else (1.0,)):
            trial = _Trial(pattern, pattern.state(unknowns), radius, room, hulls)
            image = trial.solution(unknowns)
            if image is not None and trial.is_equilibrium(image):
                middle = np.array([float(x.mid()) for x in image])
                return Proved(trial.means, pattern.state(middle))
    return None


class _Trial:
    """The attempt to prove that there is one equilibrium within a radius of a state."""

    def __init__(
        self, pattern: Pattern, state: State, radius: float, room: float, hulls: bool
    ) -> None:
        self.pattern, self.state, self.radius, self.hulls = pattern, state, radius, hulls
        self.full = tuple(pattern.full(i, state) for i in (0, 1))
        reach = [radius * (1.0 if lottery.linear else room) for lottery in pattern.lotteries]
        self.points = tuple(
            [
                Patch.around(point, support, reach[i])
                for point, support in zip(self.full[i], pattern.supports[i], strict=True)
            ]
            for i in (0, 1)
        )
        self.reach = max(reach)
        means = [pattern.full_mean(i, state) for i in (0, 1)]
        self.means = (
            Patch.around(means[0], self._mean_order(0, means[0]), radius),
            Patch.around(means[1], self._mean_order(1, means[1]), radius),
        )

    def _mean_order(self, player: int, mean: Array) -> tuple[int, ...]:
        own = self.pattern.supports[player]
        if len(own) == 1:
            return own[0]
        return tuple(sorted(self.pattern.means[player], key=lambda a: float(mean[a])))

    def solution(self, unknowns: Array) -> Numbers | None:
        """Return a tight box around the only solution nearby, None if that is not proved."""
        if not self._is_inside() or not self._stays_on_face():
            return None
        box = self._box(unknowns)
        return None if box is None else krawczyk(self.pattern, unknowns, box)

    def _is_inside(self) -> bool:
        """Whether all probabilities on the face are positive all over the patches."""
        for i, own in enumerate(self.pattern.supports):
            for patch, support in zip(self.points[i], own, strict=True):
                if not all(p > 0 for p in patch.balls()[list(support)]):
                    return False
            if not all(p > 0 for p in self.means[i].balls()[list(self.pattern.means[i])]):
                return False
        return True

    def _stays_on_face(self) -> bool:
        """Whether every equilibrium in the patches lies on the face of the supports.

        First those probabilities off the face are proved to be 0, one after the other, of which
        that is so whatever the others are; then those left, each of which may be the largest.
        """
        doubtful = {
            (i, j, action)
            for i, own in enumerate(self.pattern.supports)
            for j, support in enumerate(own)
            for action in range(len(self.full[i][0]))
            if action not in support
        }
        while True:
            sure = {place for place in doubtful if self._repels(place, doubtful, largest=False)}
            if not sure:
                break
            doubtful -= sure
        return all(self._repels(place, doubtful, largest=True) for place in doubtful)

    def _repels(
        self, place: tuple[int, int, int], doubtful: set[tuple[int, int, int]], *, largest: bool
    ) -> bool:
        i, j, action = place
        support, other = self.pattern.supports[i][j], self.pattern.means[1 - i]
        point, facing = self.points[i][j].balls(), self.means[1 - i].balls()
        for b in range(len(point)):
            if b not in support and (i, j, b) not in doubtful:
                point[b] = ZERO
        believed = {d for player, _, d in doubtful if player != i}
        for d in range(len(facing)):
            if d not in other and d not in believed:
                facing[d] = ZERO
        lottery = self.pattern.lotteries[i]
        return Edge(lottery, support, other, point, facing, self.reach, largest).repels(action)

    def _box(self, unknowns: Array) -> Numbers | None:
        """Return a box of the unknowns of every equilibrium in the patches."""
        box: list[object] = []
        for i, own in enumerate(self.pattern.supports):
            single = len(own) == 1
            radius = self.radius if single else self.reach
            start = sum(self.pattern.sizes[:i])
            free = sum(len(support) - 1 for support in own)
            box.extend(
                span(x - radius, x + radius) for x in unknowns[start : start + free].tolist()
            )
            points = [
                patch.balls(support) for patch, support in zip(self.points[i], own, strict=True)
            ]
            shares = weights(points, self.means[i].balls(self.pattern.means[i]))
            if shares is None or not all(share > 0 for share in shares):
                return None
            if shares and not ONE - sum(shares, ZERO) > 0:
                return None
            box.extend(shares)
        return np.array(box, dtype=object)

    def is_equilibrium(self, image: Numbers) -> bool:
        """Whether the solution is an equilibrium and, for beliefs, no other is in the patches."""
        state = self.pattern.state(image)
        for i, lottery in enumerate(self.pattern.lotteries):
            if lottery.linear:
                continue
            if self.hulls:
                facing = self.means[1 - i]
                if not self._replies_best(i, self.points[i], facing):
                    return False
            else:
                facing = self._tight(1 - i, state)
                centre, support = self.full[i][0], self.pattern.supports[i][0]
                if not any(
                    self._replies_best(
                        i, [Patch.around(centre, support, self.radius * shrink)], facing
                    )
                    for shrink in SHRINKINGS
                ):
                    return False
        return True

    def _tight(self, player: int, state: State) -> Patch:
        mean = self.pattern.mean(player, state)
        low, high = np.zeros_like(self.means[player].low), np.zeros_like(self.means[player].low)
        for action, ball_ in zip(self.pattern.means[player], mean, strict=True):
            low[action], high[action] = bounds(ball_)
        return Patch(low, high, self.means[player].dependent)

    def _replies_best(self, player: int, patches: list[Patch], facing: Patch) -> bool:
        """Whether all best replies lie in the patches, where V is strictly concave on the faces."""
        pattern = self.pattern
        other = pattern.means[1 - player]
        against = facing.balls(other)[list(other)]
        for patch, support, lottery in zip(
            patches, pattern.supports[player], pattern.restricted[player], strict=True
        ):
            if len(support) > 1:
                own = patch.balls(support)[list(support)]
                if not all(p > 0 for p in own):
                    return False
                if not is_concave(jet(lottery, own, against).own_own):
                    return False
        narrow = SHARE * float((patches[0].high - patches[0].low).max()) / 2
        found = best(pattern.lotteries[player], facing.corners, gap=0.0, least=narrow)
        return all(
            bool(np.logical_or.reduce([patch.holds(cells) for patch in patches]).all())
            for cells in found.cells
        )
