"""Many games' structures as arrays, so that their values can be had again and again, fast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from games import AllianceGame, AllianceStructure, NotApplicableError, Parameters, Preference
from games.alliance.payoffs import by_common_shock, free_deployment, honoured_states, security
from games.arrays import Array
from solver.accounts.choices import Choice
from solver.alliance.hegemon import Valuer, frame_of, grid_of
from solver.alliance.lattice import to_masks, to_structure

MOST_LISTED = 5


class Stack(NamedTuple):
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
        If a game's reference is the mean of a structure, single candidates differ in reliability
        or basing, or burdens are shared.
    """

    def __init__(self, games: Sequence[AllianceGame]) -> None:
        for game in games:
            if game.burden_sharing != "none":
                raise NotApplicableError(
                    f"estimation knows no burdens; got the rule {game.burden_sharing!r}:"
                    " set burden_sharing='none'"
                )
            if game.reference.structures() or game.reliabilities or game.basings:
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
        self._stacks = [_stacked(rows) for rows in parts.values()]

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
        for stack in self._stacks:
            game = changed(stack.like)
            values[stack.rows] = _worth(stack, game.preference, game.parameters)
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

    def places(self, index: int, choice: Choice) -> NDArray[np.int64]:
        """Return the places of the structures of a choice, of the game number `index`."""
        listed, start = self.structures[index], self.starts[index]
        if listed is None:
            return start + choice.numbers
        place = {structure: start + number for number, structure in enumerate(listed)}
        return np.array([place[choice.structure(row)] for row in range(len(choice))])

    def place(self, index: int, structure: AllianceStructure) -> int:
        """Return the place of a structure of the game number `index`."""
        listed = self.structures[index]
        game = self.games[index]
        game.check(structure)
        if listed is not None:
            return self.starts[index] + listed.index(structure)
        grid = grid_of(game)
        return self.starts[index] + grid.index(*to_masks(game.candidates, structure))


def _stacked(rows: list[Listed]) -> Stack:
    def groups(structure: AllianceStructure) -> list[tuple[str, ...]]:
        return [*structure.blocs, *((name,) for name in structure.spokes)]

    treaties = [(groups(structure), game.capabilities) for _, structure, game in rows]
    shape = (len(rows), len(treaties[0][0]))
    power = [[sum(size[name] for name in group) for group in own] for own, size in treaties]
    members = np.array([[len(group) for group in own] for own, _ in treaties], dtype=float)
    return Stack(
        np.array([place for place, _, _ in rows]),
        np.array(power, dtype=float).reshape(shape),
        members.reshape(shape),
        members.reshape(shape) > 1,
        np.array([game.threat for _, _, game in rows]),
        np.array([game.reference_point for _, _, game in rows]),
        rows[0][2],
    )


def _worth(stack: Stack, preference: Preference, shared: Parameters) -> Array:
    worth = stack.power + shared.basing * stack.members
    aid = np.where(stack.is_bloc, shared.pledge_multilateral, shared.pledge_bilateral) * worth
    spared = float(by_common_shock(np.array(shared.reliability), shared.common_reliability))
    blocs = stack.is_bloc.sum(axis=1)
    spokes = stack.members.shape[1] - blocs
    in_blocs = (stack.members * stack.is_bloc).sum(axis=1)
    lost = shared.k_bilateral * spokes + shared.k_bloc * blocs + shared.k_multilateral * in_blocs
    states = honoured_states(aid.shape[1])

    def chances(reliability: float) -> Array:
        odds = np.where(stack.is_bloc, shared.cohesion, reliability)[:, np.newaxis]
        found: Array = np.where(states == 1, odds, 1 - odds).prod(axis=2)
        return found

    common = shared.common_reliability
    chance = common * chances(spared)
    if common < 1:
        chance += (1 - common) * chances(0.0)
    opposed = (stack.threat * shared.full_power)[:, np.newaxis]
    found = np.empty(blocs.size)
    for number in np.unique(blocs):
        rows = blocs == number
        free = free_deployment(shared, int(number))
        own = (aid[rows] @ states.T)[..., np.newaxis] + free.own
        odds = chance[rows, :, np.newaxis] * free.chance
        flat = (int(rows.sum()), -1)
        outcome = security(own.reshape(flat), opposed[rows]) - lost[rows, np.newaxis]
        found[rows] = preference.values(outcome, odds.reshape(flat), stack.reference[rows])
    return found
