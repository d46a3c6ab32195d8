"""Settling pairs of cells by proof: where they hold exactly one equilibrium, and which."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from games import NormalForm
from solver.finite.certificate import Box
from solver.finite.own_clusters import Cluster, clusters
from solver.finite.own_mixing import Array
from solver.finite.own_patches import Patch
from solver.finite.own_proof import prove
from solver.finite.own_search import Bools, Cells, Front
from solver.finite.own_system import Pattern
from solver.finite.profile_solution import Candidate, ProfileSolution

Profile = tuple[Array, Array]
# a pattern of supports, and values of its unknowns that solve the first-order conditions
Guess = tuple[Pattern, Array]
Guesses = Callable[[Cluster], Iterator[Guess]]

# after that many rounds equilibria are looked for, and again after so many more
FIRST_TRY, TRY_AGAIN = 6, 4
MOST_CLUSTERS = 32
SAME = 1e-7
# a cluster as narrow as that is not searched for a second equilibrium
NARROW = 0.05


@dataclass
class Settler:
    """Looks for equilibria in the clusters of pairs left, and drops the pairs around proved ones.

    Attributes
    ----------
    guesses : callable
        Yields guesses at equilibria in a cluster.
    accepts : callable
        Says whether a profile is an equilibrium up to rounding.
    hulls : bool
        Whether mixtures of best replies count, as for beliefs.
    tried : list of tuple of two ndarray
        Every profile accepted as an equilibrium.
    patterns : list of list
        With which supports the proof was tried for each of them.
    boxes : dict of int to tuple of two Patch
        By their places, boxes in which they are proved to be alone.
    share : float
        Share of the volume of pairs of strategies in pairs settled as being around an equilibrium.
    """

    guesses: Guesses
    accepts: Callable[[Profile], bool]
    hulls: bool
    tried: list[Profile] = field(default_factory=list)
    patterns: list[list[object]] = field(default_factory=list)
    boxes: dict[int, tuple[Patch, Patch]] = field(default_factory=dict)
    share: float = 0.0

    def __call__(self, front: Front) -> Bools:
        """Return which pairs of cells are not settled."""
        if front.rounds >= FIRST_TRY and (front.rounds - FIRST_TRY) % TRY_AGAIN == 0:
            for cluster in clusters(front)[:MOST_CLUSTERS]:
                known = any(map(cluster.holds, self.tried))
                if self.hulls or cluster.width > NARROW or not known:
                    self._try(cluster)
        corners = front.corners()
        settled = np.zeros(front.size, dtype=bool)
        for first, second in self.boxes.values():
            settled |= first.holds(corners[0]) & second.holds(corners[1])
        self.share += volume((corners[0][settled], corners[1][settled]))
        left: Bools = ~settled
        return left

    def _try(self, cluster: Cluster) -> None:
        for pattern, unknowns in self.guesses(cluster):
            state = pattern.state(unknowns)
            profile = pattern.full_mean(0, state), pattern.full_mean(1, state)
            known = [k for k, other in enumerate(self.tried) if distance(profile, other) < SAME]
            if any(k in self.boxes or pattern.supports in self.patterns[k] for k in known):
                continue
            if not known:
                if not self.accepts(profile):
                    continue
                known = [len(self.tried)]
                self.tried.append(profile)
                self.patterns.append([])
            self.patterns[known[0]].append(pattern.supports)
            found = prove(pattern, unknowns, hulls=self.hulls)
            if found is not None:
                self.boxes[known[0]] = found.patches

    @property
    def all_proved(self) -> bool:
        """Whether every equilibrium found is proved to be alone in a box."""
        return len(self.boxes) == len(self.tried)

    def candidates(self) -> list[Candidate]:
        """Return the equilibria found, in the order of their strategies."""
        found = []
        for k, profile in enumerate(self.tried):
            box = None
            if k in self.boxes:
                (low, high), (low_2, high_2) = (patch.box for patch in self.boxes[k])
                box = Box((low, low_2), (high, high_2))
            found.append(Candidate(profile, box=box))
        return sorted(found, key=lambda one: tuple(-np.concatenate(one.profile)))


def volume(corners: Cells) -> float:
    """Return the share of the volume of all pairs of strategies that some pairs of cells take."""
    first, second = (np.abs(np.linalg.det(own)) for own in corners)
    return float((first * second).sum())


def distance(one: Profile, other: Profile) -> float:
    """Return the largest difference of a probability between two profiles."""
    return max(float(np.abs(a - b).max()) for a, b in zip(one, other, strict=True))


def confirmation(
    solve: Callable[[NormalForm], ProfileSolution],
) -> Callable[[NormalForm, Sequence[Array], Box], bool]:
    """Return a check that a new search proves a box to hold a profile and one equilibrium."""

    def confirms(game: NormalForm, profile: Sequence[Array], box: Box) -> bool:
        held = all(
            bool(((low <= own) & (own <= high)).all())
            for own, low, high in zip(profile, box.low, box.high, strict=True)
        )
        return held and any(
            kept.box is not None
            and all(map(np.array_equal, (*kept.box.low, *kept.box.high), (*box.low, *box.high)))
            for kept in (found.certificate for found in solve(game).equilibria)
        )

    return confirms
