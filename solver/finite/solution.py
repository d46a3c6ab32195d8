"""What a solver of normal forms returns: equilibria with certificates, and what was searched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from games import NormalForm
from games.arrays import Array
from games.finite.strategies import Profile
from games.records import Record
from games.tabled import Dimensions, Tabled
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


@dataclass(frozen=True, eq=False)
class Candidate(Record):
    """A profile that a search found, before it is certified.

    For `logit`, `response` computes how nearly it is one, when it is certified.
    """

    profile: Profile
    exact: ExactProfile | None = None
    box: Box | None = None
    response: Callable[[], QuantalResponse] | None = None


PROFILE_UNITS = {
    "probability": "probability",
    "value": "the player's value function",
    "regret": "the player's value function",
}


@dataclass(frozen=True, eq=False)
class ProfileEquilibrium(Tabled, Record):
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

    _subject = "an equilibrium in mixed strategies"
    _asked = ()
    _units = PROFILE_UNITS

    def records(self) -> list[dict[str, object]]:
        """Return a row for each player and action."""
        return [
            {
                "player": name,
                "action": action,
                "probability": p,
                "value": self.values[name],
                "regret": self.certificate.regrets[name],
            }
            for name, own, actions in zip(
                self.values, self.profile, self.certificate.game.actions, strict=True
            )
            for action, p in zip(actions, own.tolist(), strict=True)
        ]

    def _dimensions(self) -> Dimensions:
        return {"player": {}, "action": {}}

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


@dataclass(frozen=True, eq=False)
class Component(Record):
    """A maximal set of equilibria: every mixture of each player's strategies with the others'.

    Attributes
    ----------
    strategies : tuple of tuples of ndarray
        The extreme strategies of each player; where two players choose, any mixture of the one's
        against any mixture of the other's is an equilibrium (Winkels 1979; Jansen 1981).
    """

    strategies: tuple[tuple[Array, ...], ...]

    @property
    def rows(self) -> tuple[Array, ...]:
        """The extreme strategies of the first player."""
        return self.strategies[0]

    @property
    def columns(self) -> tuple[Array, ...]:
        """The extreme strategies of the second player."""
        return self.strategies[1]

    @property
    def is_point(self) -> bool:
        """Whether it is a single equilibrium."""
        return all(len(own) == 1 for own in self.strategies)


class ProfileEquilibria(LazySequence[ProfileEquilibrium]):
    """Equilibria, each certified when it is first read."""

    remembers = True

    def __init__(
        self,
        game: NormalForm,
        concept: str,
        found: Sequence[Candidate],
        coverage: Coverage,
        measures: Measures,
    ) -> None:
        self._game, self._concept, self._found = game, concept, found
        self._coverage, self._measures = coverage, measures

    def _build(self, place: int) -> ProfileEquilibrium:
        game, measures, candidate = self._game, self._measures, self._found[place]
        evidence = certify(
            game,
            self._concept,
            candidate.profile,
            self._coverage,
            measures=measures,
            exact=candidate.exact,
            box=candidate.box,
            response=candidate.response() if candidate.response else None,
        )
        worth = dict(zip(game.players, measures.values(game, candidate.profile), strict=True))
        return ProfileEquilibrium(candidate.profile, worth, evidence)

    def __len__(self) -> int:
        return len(self._found)


@dataclass(frozen=True, eq=False)
class ProfileSolution(Tabled, Record):
    """The answer to one question: which profiles satisfy `concept` in `game`.

    Attributes
    ----------
    status : Status
        COMPLETE or EMPTY only where it is proved that nothing else is there.
    equilibria : sequence of ProfileEquilibrium
    coverage : Coverage
        What was searched, and what was not settled.
    components : tuple of Component
        Where two players or one choose: the maximal sets that the (extreme) equilibria span.
    """

    game: NormalForm = field(repr=False)
    concept: str
    status: Status
    equilibria: Sequence[ProfileEquilibrium]
    coverage: Coverage
    components: tuple[Component, ...] = ()

    _asked = ("game", "concept")
    _units = PROFILE_UNITS

    @property
    def title(self) -> str:
        """The concept and the players."""
        return f"{self.concept}: {' v '.join(self.game.players)}"

    def records(self) -> list[dict[str, object]]:
        """Return a row for each equilibrium, player and action; all are certified to that end."""
        return self._rows(self.equilibria)

    def head(self, most: int) -> list[dict[str, object]]:
        """Return the first of these rows; each equilibrium has one at least."""
        return self._rows(self.equilibria[:most])[:most]

    def _rows(self, some: Sequence[ProfileEquilibrium]) -> list[dict[str, object]]:
        return [
            {"equilibrium": number} | row
            for number, one in enumerate(some, start=1)
            for row in one.records()
        ]

    def _dimensions(self) -> Dimensions:
        return {"equilibrium": {}, "player": {}, "action": {}}

    def __str__(self) -> str:
        found = "; ".join(map(str, self.equilibria[:5]))
        more = f"; and {len(self.equilibria) - 5} more" if len(self.equilibria) > 5 else ""
        none = "no equilibrium" if self.status is Status.EMPTY else "none found"
        return f"{self.concept}, {self.status}: {found or none}{more}"


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
    status = Status.PARTIAL
    if coverage.complete:
        status = Status.COMPLETE if found else Status.EMPTY
    equilibria = ProfileEquilibria(game, concept, found, coverage, measures)
    return ProfileSolution(game, concept, status, equilibria, coverage, tuple(components))
