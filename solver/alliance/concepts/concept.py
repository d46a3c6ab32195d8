"""A solution concept: which deviations are allowed, and who must gain by them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games import AllianceGame, AllianceStructure, Appraisal, Treaty
from games.alliance.structures import subsets
from games.arrays import Bools
from solver.alliance.solution import (
    Equilibrium,
    EquilibriumSet,
    LazyStructures,
    Numbered,
    Solution,
    ranked,
)
from solver.alliance.stage import Stage
from solver.results import Status

# Deviations from a structure, generated in one place; each solution concept admits some of them.
#
# Every treaty needs the consent of all its members. Who withdraws ends its treaty: what then
# remains of a bloc depends on the game's ratification (`open`: the treaty among the others, if
# there are two or more of them; `unanimous`: nothing).


class Kind(Enum):
    """What deviators do."""

    LEAVE = "leave treaties"
    SPOKE = "sign a bilateral treaty"
    ACCESSION = "accede to a bloc"
    PROPOSAL = "propose another structure"
    REGROUP = "form treaties of their own and end others"


@dataclass(frozen=True)
class Deviation:
    """A change of structure, and the players without whose consent it does not come about."""

    kind: Kind
    deviators: tuple[str, ...]
    outcome: AllianceStructure


def departures(game: AllianceGame, structure: AllianceStructure) -> Iterator[Deviation]:
    """Yield every way in which one player leaves treaties it is in."""
    yield from refusals(game, structure)
    treaties = structure.treaties
    for kept in subsets(treaties):
        if len(kept) < len(treaties):
            outcome = structure.restricted_to(kept)
            yield Deviation(Kind.LEAVE, (game.hegemon,), outcome)


def refusals(game: AllianceGame, structure: AllianceStructure) -> Iterator[Deviation]:
    """Yield each ally's departure from its treaty."""
    for name in structure.allies:
        yield Deviation(Kind.LEAVE, (name,), after_leaving(game, structure, name))


def after_leaving(game: AllianceGame, structure: AllianceStructure, name: str) -> AllianceStructure:
    """Return what is in force after the candidate `name` has left its treaty."""
    return game.in_force(structure, [ally for ally in structure.allies if ally != name])


def spoke_offers(game: AllianceGame, structure: AllianceStructure) -> Iterator[Deviation]:
    """Yield each bilateral treaty of the hegemon with a candidate that has none."""
    for name in outsiders(game, structure):
        yield Deviation(Kind.SPOKE, (game.hegemon, name), structure.with_treaty([name]))


def accessions(game: AllianceGame, structure: AllianceStructure) -> Iterator[Deviation]:
    """Yield each accession of a candidate without treaty to a bloc, by consent of all members."""
    for name in outsiders(game, structure):
        for bloc in structure.blocs:
            deviators = (game.hegemon, name, *bloc)
            yield Deviation(Kind.ACCESSION, deviators, structure.with_treaty([*bloc, name]))


def regroupings(
    game: AllianceGame, structure: AllianceStructure, agreeable: Callable[[Treaty], bool]
) -> Iterator[Deviation]:
    """Yield every move to another structure that the hegemon makes with a smallest coalition.

    The hegemon ends treaties alone; a treaty that is not in force yet needs all its members.

    Parameters
    ----------
    agreeable : callable
        Whether the candidates in a new treaty would have it; moves with others are left out.
    """
    standing = set(structure.treaties)

    def admits(group: tuple[str, ...]) -> bool:
        treaty = frozenset((game.hegemon, *group))
        return treaty in standing or agreeable(treaty)

    for outcome in game.structures(admits):
        if outcome != structure:
            fresh = frozenset[str]().union(*(set(outcome.treaties) - standing))
            deviators = (game.hegemon, *sorted(fresh - {game.hegemon}))
            yield Deviation(Kind.REGROUP, deviators, outcome)


def outsiders(game: AllianceGame, structure: AllianceStructure) -> list[str]:
    """Return the candidates without a treaty."""
    return [name for name in game.candidates if name not in structure.allies]


# Payoffs of single structures, computed from the game when asked for and then remembered.


class Valuation:
    """What structures are worth in one game, by the formulas of `games` and not by the kernel.

    Parameters
    ----------
    game : AllianceGame
    tolerance : float
        Differences of payoffs up to this count as ties.

    Attributes
    ----------
    assured : AllianceStructure or None
        The best structure that the hegemon can count on, once it has been asked for.
    peers : sequence of Valuation
        Those of the same game at other threats, for whom what is asked for is computed together.
    """

    def __init__(self, game: AllianceGame, tolerance: float) -> None:
        self.game = game
        self.tolerance = tolerance
        self.assured: AllianceStructure | None = None
        self.peers: Sequence[Valuation] = ()
        self._hegemon: dict[AllianceStructure, float] = {}
        self._candidate: dict[tuple[str, object], float] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what can be computed again, and the games at other threats."""
        return {**vars(self), "peers": (), "_hegemon": {}, "_candidate": {}}

    def prime(self, structures: Iterable[AllianceStructure]) -> None:
        """Compute the hegemon's values of many structures in one batch."""
        missing = [s for s in dict.fromkeys(structures) if s not in self._hegemon]
        if missing:
            self.store(missing, self.game.hegemon_values(missing))

    def store(self, structures: Sequence[AllianceStructure], values: NDArray[np.float64]) -> None:
        """Remember the hegemon's `values` of `structures`."""
        self._hegemon.update(zip(structures, values.tolist(), strict=True))

    def hegemon(self, structure: AllianceStructure) -> float:
        """Return what `structure` is worth to the hegemon."""
        self.prime([structure])
        return self._hegemon[structure]

    def candidate(self, name: str, structure: AllianceStructure) -> float:
        """Return what `structure` is worth to the candidate `name`.

        It depends on the candidate's own treaty alone, unless burdens are bargained over.
        """
        own: object = structure
        if not self.game.sharing.is_bargained:
            own = structure.partners(name) or (name in structure.spokes)
        if (name, own) not in self._candidate:
            self._candidate[name, own] = self.game.candidate_value(name, structure)
        return self._candidate[name, own]

    def appraisal(self, structure: AllianceStructure) -> Appraisal:
        """Return how the hegemon sees `structure`."""
        return self.game.appraise(structure)

    def burdens(self, structure: AllianceStructure) -> dict[str, float]:
        """Return what each ally pays; nothing without burden sharing."""
        return {} if self.game.burden_sharing == "none" else self.game.burdens(structure)

    def bargaining_regret(self, structure: AllianceStructure) -> float:
        """Return how far a treaty is from its own bargain: 0, as here burdens are no bargain."""
        return 0.0

    def eager(self) -> tuple[str, ...]:
        """Return the candidates whom a spoke leaves better off than no treaty."""
        alone = AllianceStructure(self.game.hegemon)
        return tuple(
            name
            for name in self.game.candidates
            if self.candidate(name, alone.with_treaty([name]))
            > self.candidate(name, alone) + self.tolerance
        )


def valuations(games: Sequence[AllianceGame], tolerances: Sequence[float]) -> list[Valuation]:
    """Return the valuations of one game at several threats, each other's peers."""
    peers = [Valuation(game, ties) for game, ties in zip(games, tolerances, strict=True)]
    for valuation in peers:
        valuation.peers = peers
    return peers


class Consent(Enum):
    """Who must gain by a deviation for it to take place."""

    ALL_GAIN = "every deviator gains"
    NONE_LOSES = "no deviator loses and one gains"

    def gain(self, gains: list[float], tolerance: float) -> float:
        """Return how much a deviation gains: 0 if those who must consent do not.

        Parameters
        ----------
        gains : list of float
            The gain of each deviator.
        tolerance : float
            Losses up to this count as none.
        """
        least = min(gains)
        if self is Consent.ALL_GAIN:
            return max(0.0, least)
        return max(0.0, *gains) if least >= -tolerance else 0.0


@dataclass(frozen=True)
class Concept:
    """A solution concept.

    Attributes
    ----------
    name : str
    consent : Consent
    deviations : callable
        Generates the deviations that are allowed from a structure.
    search : callable
        Returns, for a stage, which structures satisfy the concept, shape (structures,).
    """

    name: str
    consent: Consent
    deviations: Callable[[Valuation, AllianceStructure], Iterator[Deviation]]
    search: Callable[[Stage], Bools]

    def solution(
        self,
        stage: Numbered,
        values: Valuation,
        found: Bools,
        status: Status | None = None,
    ) -> Solution:
        """Return the solution of `values.game` that holds the structures `found`.

        Parameters
        ----------
        stage : Numbered
        values : Valuation
            Certifies the structures, each when it is read.
        found : ndarray of bool, shape (structures,)
            Which structures satisfy the concept.
        status : Status, optional
            By default SOLVED, or EMPTY if nothing was found.
        """
        structures = LazyStructures(stage, ranked(stage, np.flatnonzero(found)))
        return Solution(
            game=values.game,
            concept=self.name,
            status=status or (Status.SOLVED if structures else Status.EMPTY),
            equilibria=EquilibriumSet(structures, partial(self.certify, values)),
            tolerance=values.tolerance,
            searched=found.size,
            security_level=stage.security_level() if self.name == "subgame_perfect" else None,
        )

    def certify(self, values: Valuation, structure: AllianceStructure) -> Equilibrium:
        """Return `structure` with its certificate, computed from the game's payoffs alone."""
        appraisal = values.appraisal(structure)
        others = {name: values.candidate(name, structure) for name in values.game.candidates}
        return Equilibrium(
            structure,
            {values.game.hegemon: appraisal.value} | others,
            self.regret(values, structure),
            appraisal,
            values.burdens(structure),
            values.bargaining_regret(structure),
        )

    def regret(self, game_values: Valuation, structure: AllianceStructure) -> float:
        """Return the largest gain of any allowed deviation, from the game's payoffs alone."""
        return self.best_deviation(game_values, structure)[0]

    def best_deviation(
        self, values: Valuation, structure: AllianceStructure
    ) -> tuple[float, Deviation | None]:
        """Return the largest gain of any allowed deviation, and one that brings it.

        The deviation is None if none brings a gain.
        """
        hegemon = values.game.hegemon
        open_ones: list[tuple[Deviation, list[float]]] = []
        for deviation in self.deviations(values, structure):
            gains = [
                values.candidate(name, deviation.outcome) - values.candidate(name, structure)
                for name in deviation.deviators
                if name != hegemon
            ]
            if not gains or self.consent.gain([*gains, math.inf], values.tolerance) > 0:
                open_ones.append((deviation, gains))
        values.prime([structure, *(deviation.outcome for deviation, _ in open_ones)])
        best: tuple[float, Deviation | None] = (0.0, None)
        for deviation, gains in open_ones:
            if hegemon in deviation.deviators:
                gains = [
                    *gains,
                    values.hegemon(deviation.outcome) - values.hegemon(structure),
                ]
            gain = self.consent.gain(gains, values.tolerance)
            if gain > best[0]:
                best = gain, deviation
        return best
