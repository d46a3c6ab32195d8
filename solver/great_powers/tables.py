"""What the structures of all cells are worth at each level of threat, and who accepts which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from games import AllianceGame, ExpectedUtility, Parameters
from games.alliance.payoffs import projected_power
from games.arrays import Array, Ints
from solver.accounts.accounts import ACCOUNTS, Plus, surplus
from solver.accounts.choices import FORMS as ALL_FORMS
from solver.accounts.choices import Choice
from solver.accounts.priors import PREFERENCE, PRIOR
from solver.alliance.batch import value_table
from solver.alliance.lattice import lattice
from solver.alliance.varied import Varied
from solver.great_powers.cells import FORMS, Cell

Singles = NDArray[np.float32]

# closer where acceptance begins
LEVELS = np.concatenate(
    [[0.0, 0.01, 0.02, 0.04, 0.07], np.linspace(0.1, 0.4, 7), [0.5, 0.6, 0.8, 1.0]]
)
# games whose values are held at once
BLOCK = 64
STRUCTURE = {name: ends for name, ends in PRIOR.items() if name not in PREFERENCE}


@dataclass(frozen=True)
class Point:
    """A point of the structural parameters; the first is the defaults."""

    number: int
    parameters: Parameters


def points(number: int) -> list[Point]:
    """Return the defaults, and points of a Sobol sequence over the intervals of the prior."""
    shared = [Point(0, Parameters())]
    if number > 1:
        low, high = np.array(list(STRUCTURE.values())).T
        # the first of the sequence is the corner
        size = 2 ** int(np.ceil(np.log2(number)))
        drawn = qmc.Sobol(len(STRUCTURE), scramble=False).random(size)[1:number]
        for place, row in enumerate(low + drawn * (high - low), start=1):
            values = dict(zip(STRUCTURE, row.tolist(), strict=True))
            shared.append(Point(place, Parameters(**values)))
    return shared


class Table(NamedTuple):
    """All structures of all cells that extend the status quo, one after the other.

    Attributes
    ----------
    starts : ndarray of int, shape (cells + 1,)
        Where those of each cell begin.
    form : ndarray of int, shape (structures,)
        Place in `solver.great_powers.cells.FORMS`.
    values : dict of str to ndarray, shape (levels, structures)
        By account, but for its term: "prospect_theory" and "expected_utility". Minus infinity where
        it is not accepted. In single precision, to hold all cells at once.
    terms : dict of str to ndarray, shape (levels or 1, structures)
        By account, what its strength multiplies.
    """

    starts: Ints
    form: Ints
    values: dict[str, Singles]
    terms: dict[str, Singles]


def game_of(cell: Cell, point: Parameters) -> AllianceGame:
    """Return the game of a cell, at threat 1/2."""
    values = {name: getattr(point, name) for name in STRUCTURE}
    return AllianceGame(
        hegemon=cell.leader,
        capabilities=dict(cell.capabilities),
        threat=0.5,
        parameters=Parameters(adversary=cell.opposed, **values),
        affinity=dict(cell.affinity),
    )


def table_of(
    cells: Sequence[Cell], point: Point, progress: Callable[[int], None] | None = None
) -> Table:
    """Return the table of `cells` at one point of the structural parameters.

    Parameters
    ----------
    progress : callable, optional
        Called with the number of cells that are done.
    """
    made: dict[int, _Part] = {}
    for n in sorted({len(cell.pool) for cell in cells}):
        run = [place for place, cell in enumerate(cells) if len(cell.pool) == n]
        for first in range(0, len(run), BLOCK):
            block = run[first : first + BLOCK]
            found = _parts([cells[place] for place in block], n, point.parameters)
            made |= dict(zip(block, found, strict=True))
            if progress:
                progress(len(made))
    parts = [made[place] for place in range(len(cells))]
    sizes = np.array([part.form.size for part in parts], dtype=np.int64)
    return Table(
        np.concatenate([[0], np.cumsum(sizes)]),
        np.concatenate([part.form for part in parts]),
        _joined([part.values for part in parts]),
        _joined([part.terms for part in parts]),
    )


class _Part(NamedTuple):
    form: Ints
    values: dict[str, Singles]
    terms: dict[str, Singles]


def _joined(parts: Sequence[dict[str, Singles]]) -> dict[str, Singles]:
    return {name: np.concatenate([part[name] for part in parts], axis=1) for name in parts[0]}


def _parts(block: Sequence[Cell], n: int, shared: Parameters) -> list[_Part]:
    """Return the parts of some cells with equally many candidates."""
    games = [game_of(cell, shared) for cell in block]
    linear = [game.with_preference(ExpectedUtility()) for game in games]
    worth = {
        name: _values(group, n)
        for name, group in (("prospect_theory", games), ("expected_utility", linear))
    }
    place = np.array([FORMS.index(form) if form in FORMS else -1 for form in ALL_FORMS])
    found = []
    for row, (cell, game) in enumerate(zip(block, games, strict=True)):
        every = Choice(game, cell.allied, status_quo=cell.standing, asked=False)
        numbers = every.numbers
        accepted = np.zeros((LEVELS.size, numbers.size), dtype=bool)
        for level, threat in enumerate(LEVELS.tolist()):
            able = Choice(game.at(threat), status_quo=cell.standing).numbers
            accepted[level, np.searchsorted(numbers, able)] = True
        values = {
            name: np.where(accepted, table[row][:, numbers], -np.inf).astype(np.float32)
            for name, table in worth.items()
        }
        found.append(_Part(place[every.forms], values, _terms(cell, game, every)))
    return found


def _terms(cell: Cell, game: AllianceGame, every: Choice) -> dict[str, Singles]:
    """Return the terms of the rivals, that of identity by likeness in democracy."""
    liked = Choice(
        replace(game, affinity=dict(cell.likeness)), status_quo=cell.standing, asked=False
    )
    found = {}
    for account in ACCOUNTS:
        if isinstance(account.utility, Plus):
            choice = liked if account.name == "collective_identity" else every
            term = account.utility.term(choice).astype(np.float32)
            found[account.name] = term[np.newaxis, :]
    opposed = [projected_power(game, threat) for threat in LEVELS.tolist()]
    spare = [-surplus(every.features.pledged, power) for power in opposed]
    return found | {"minimum_winning": np.stack(spare).astype(np.float32)}


def _values(games: Sequence[AllianceGame], n: int) -> Array:
    """Return the hegemon's value of every structure, shape (games, levels, structures)."""
    rows = [Varied(game, ["threat"]).table(LEVELS[:, np.newaxis]) for game in games]
    size = lattice(n).size
    found = value_table(np.concatenate(rows), n, np.arange(size))
    return found.reshape(len(games), LEVELS.size, size)
