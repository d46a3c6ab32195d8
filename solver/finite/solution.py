"""What a solver of normal forms returns: equilibria with certificates, and what was searched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from games import NormalForm
from games.arrays import Array
from games.finite.strategies import Profile
from solver.finite.certificate import (
    BY_ACTION,
    Certificate,
    Coverage,
    ExactProfile,
    Measures,
    certify,
)
from solver.finite.proofs.boxes import Box
from solver.finite.proofs.quantal_response import QuantalResponse
from solver.results import LazySequence, Status


@dataclass(frozen=True)
class Candidate:
    """A profile that a search found, before it is certified.

    For `logit`, `response` computes how nearly it is one, when it is certified.
    """

    profile: Profile
    exact: ExactProfile | None = None
    box: Box | None = None
    response: Callable[[], QuantalResponse] | None = None


@dataclass(frozen=True)
class ProfileEquilibrium:
    """One profile that satisfies a solution concept.

    Attributes
    ----------
    profile : tuple of ndarray, shape (m_i,)
        Each player's mixed strategy.
    values : dict of str to float
        Each player's value of the profile, in units of its value function.
    certificate : Certificate
    """

    profile: Profile
    values: dict[str, float]
    certificate: Certificate

    @property
    def regret(self) -> float:
        """The largest regret of any player, recomputed from the game."""
        return max(self.certificate.regrets.values())

    @property
    def is_pure(self) -> bool:
        """Whether every player takes one action for certain."""
        return all(np.count_nonzero(own) == 1 for own in self.profile)

    def __str__(self) -> str:
        parts = []
        for (name, _), own, actions in zip(
            self.values.items(), self.profile, self.certificate.game.actions, strict=True
        ):
            mix = ", ".join(
                action if p == 1 else f"{action} {p:.6g}"
                for action, p in zip(actions, own.tolist(), strict=True)
                if p > 0
            )
            parts.append(f"{name}: {mix}")
        return f"{'; '.join(parts)} (regret {self.regret:.1e})"


@dataclass(frozen=True)
class Component:
    """A maximal set of equilibria of a two-player game: every mixture of one's with the other's.

    Attributes
    ----------
    rows, columns : tuple of ndarray
        The extreme strategies of each player; any mixture of `rows` against any mixture of
        `columns` is an equilibrium (Winkels 1979; Jansen 1981).
    """

    rows: tuple[Array, ...]
    columns: tuple[Array, ...]

    @property
    def is_point(self) -> bool:
        """Whether it is a single equilibrium."""
        return len(self.rows) == len(self.columns) == 1


class ProfileEquilibria(LazySequence[ProfileEquilibrium]):
    """Equilibria, each certified when it is first read."""

    def __init__(self, size: int, certify: Callable[[int], ProfileEquilibrium]) -> None:
        self._size = size
        self._certify = cache(certify)

    def _build(self, place: int) -> ProfileEquilibrium:
        return self._certify(place)

    def __len__(self) -> int:
        return self._size


@dataclass(frozen=True)
class ProfileSolution:
    """The answer to one question: which profiles satisfy `concept` in `game`.

    Attributes
    ----------
    status : Status
        COMPLETE or EMPTY only where it is proved that nothing else is there.
    equilibria : sequence of ProfileEquilibrium
    coverage : Coverage
        What was searched, and what was not settled.
    components : tuple of Component
        For two-player Nash: the maximal sets that the (extreme) equilibria span.
    """

    game: NormalForm = field(repr=False)
    concept: str
    status: Status
    equilibria: Sequence[ProfileEquilibrium]
    coverage: Coverage
    components: tuple[Component, ...] = ()

    def __str__(self) -> str:
        found = "; ".join(map(str, self.equilibria[:5]))
        more = f"; and {len(self.equilibria) - 5} more" if len(self.equilibria) > 5 else ""
        return f"{self.concept}, {self.status}: {found or 'no equilibrium'}{more}"


def solution_of(
    game: NormalForm,
    concept: str,
    found: Sequence[Candidate],
    coverage: Coverage,
    *,
    components: Sequence[Component] = (),
    measures: Measures = BY_ACTION,
) -> ProfileSolution:
    """Return the solution that holds the candidates `found`, each certified when it is read.

    `measures` says how the concept values a profile and a deviation.
    """

    def build(place: int) -> ProfileEquilibrium:
        candidate = found[place]
        evidence = certify(
            game,
            concept,
            candidate.profile,
            coverage,
            measures=measures,
            exact=candidate.exact,
            box=candidate.box,
            response=candidate.response() if candidate.response else None,
        )
        worth = dict(zip(game.players, measures.values(game, candidate.profile), strict=True))
        return ProfileEquilibrium(candidate.profile, worth, evidence)

    status = Status.PARTIAL
    if coverage.complete:
        status = Status.COMPLETE if found else Status.EMPTY
    return ProfileSolution(
        game, concept, status, ProfileEquilibria(len(found), build), coverage, tuple(components)
    )
