"""Many games' structures as arrays, so that their values can be had again and again, fast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from games import (
    AllianceGame,
    AllianceStructure,
    ExpectationReference,
    NotApplicableError,
    Parameters,
    Preference,
)
from games.alliance.payoffs import honoured_states, security
from games.arrays import Array
from solver.alliance.hegemon import Valuer, frame_of, grid_of
from solver.alliance.lattice import to_masks, to_structure

MOST_LISTED = 5


class Group(NamedTuple):
    """Structures with equally many treaties, one a row.

    Attributes
    ----------
    rows : ndarray of int, shape (m,)
        Their places among all structures of the design.
    power, members : ndarray, shape (m, u)
        Summed capability of each treaty's candidates, and their number.
    is_bloc : ndarray of bool, shape (m, u)
    threat, reference : ndarray, shape (m,)
    like : AllianceGame
        One of the games of these structures; they share preference and parameters.
    """

    rows: NDArray[np.int64]
    power: Array
    members: Array
    is_bloc: NDArray[np.bool_]
    threat: Array
    reference: Array
    like: AllianceGame


Listed = tuple[int, AllianceStructure, AllianceGame]


class Design:
    """All structures of some small games, with their values under any parameters.

    Games of more than five candidates are valued one by one by the kernel instead.

    Parameters
    ----------
    games : sequence of AllianceGame
        Of the family `bloc_and_spokes` if they have more than five candidates.

    Raises
    ------
    NotApplicableError
        If a game's reference is the mean of a structure, or single candidates differ in
        reliability or basing.
    """

    def __init__(self, games: Sequence[AllianceGame]) -> None:
        for game in games:
            if (
                isinstance(game.reference, ExpectationReference)
                or game.reliabilities
                or game.basings
            ):
                raise NotApplicableError(
                    "estimation is for games whose reference is no structure's mean and whose"
                    " candidates share reliability and basing"
                )
            if game.family == "blocs" and len(game.candidates) > MOST_LISTED:
                raise NotApplicableError(
                    f"estimation is for at most {MOST_LISTED} candidates in the family 'blocs'; got"
                    f" {len(game.candidates)}"
                )
        self.games = tuple(games)
        self.structures: list[list[AllianceStructure] | None] = []
        self.starts = [0]
        self._large: dict[int, slice] = {}
        parts: dict[tuple[Preference, Parameters, int], list[Listed]] = defaultdict(list)
        for index, game in enumerate(self.games):
            start = self.starts[-1]
            if len(game.candidates) > MOST_LISTED:
                size = grid_of(game).size
                self.structures.append(None)
                self._large[index] = slice(start, start + size)
            else:
                listed = list(game.structures())
                size = len(listed)
                self.structures.append(listed)
                for place, structure in enumerate(listed):
                    key = game.preference, game.parameters, len(structure.treaties)
                    parts[key].append((start + place, structure, game))
            self.starts.append(start + size)
        self._groups = [_group(rows) for rows in parts.values()]

    @property
    def size(self) -> int:
        """Number of structures of all games."""
        return self.starts[-1]

    def values(self, changed: Callable[[AllianceGame], AllianceGame]) -> Array:
        """Return the hegemon's value of each structure, shape (size,).

        Parameters
        ----------
        changed : callable
            Gives a game with another preference or other shared parameters.
        """
        values = np.empty(self.size)
        for group in self._groups:
            game = changed(group.like)
            values[group.rows] = _worth(group, game.preference, game.parameters)
        for index, part in self._large.items():
            game = changed(self.games[index])
            values[part] = Valuer(game)(frame_of(game, [game.threat]))[0]
        return values

    def structure(self, index: int, place: int) -> AllianceStructure:
        """Return the structure at `place` among those of the game number `index`."""
        listed, game = self.structures[index], self.games[index]
        if listed is not None:
            return listed[place]
        masks = grid_of(game).masks(place)
        return to_structure(game.hegemon, game.candidates, *masks)

    def place(self, index: int, structure: AllianceStructure) -> int:
        """Return the place of a structure of the game number `index`."""
        listed = self.structures[index]
        game = self.games[index]
        game.check(structure)
        if listed is not None:
            return self.starts[index] + listed.index(structure)
        grid = grid_of(game)
        return self.starts[index] + grid.index(*to_masks(game.candidates, structure))


def _group(rows: list[Listed]) -> Group:
    def groups(structure: AllianceStructure) -> list[tuple[str, ...]]:
        return [*structure.blocs, *((name,) for name in structure.spokes)]

    treaties = [(groups(structure), game.capabilities) for _, structure, game in rows]
    shape = (len(rows), len(treaties[0][0]))
    power = [[sum(size[name] for name in group) for group in own] for own, size in treaties]
    members = np.array([[len(group) for group in own] for own, _ in treaties], dtype=float)
    return Group(
        np.array([place for place, _, _ in rows]),
        np.array(power, dtype=float).reshape(shape),
        members.reshape(shape),
        members.reshape(shape) > 1,
        np.array([game.threat for _, _, game in rows]),
        np.array([game.reference_point for _, _, game in rows]),
        rows[0][2],
    )


def _worth(group: Group, preference: Preference, shared: Parameters) -> Array:
    worth = group.power + shared.basing * group.members
    aid = np.where(group.is_bloc, shared.pledge_multilateral, shared.pledge_bilateral) * worth
    odds = np.where(group.is_bloc, shared.cohesion, shared.reliability)
    blocs = group.is_bloc.sum(axis=1)
    spokes = group.members.shape[1] - blocs
    in_blocs = (group.members * group.is_bloc).sum(axis=1)
    lost = shared.k_bilateral * spokes + shared.k_bloc * blocs + shared.k_multilateral * in_blocs
    states = honoured_states(aid.shape[1])
    chance = np.where(states == 1, odds[:, np.newaxis], 1 - odds[:, np.newaxis]).prod(axis=2)
    opposed = (group.threat * shared.adversary)[:, np.newaxis]
    outcome = security(shared.deployment + aid @ states.T, opposed) - lost[:, np.newaxis]
    return preference.values(outcome, chance, group.reference)
