"""Subgame-perfect outcomes of many games of the same candidates, in one go.

Games are rows of figures (`solver.alliance.columns`). They are sorted so that those which share
their decision weights stand together, valued (`solver.alliance.valuing`), and searched
(`solver.alliance.assurance`); what is preferred is certified apart (`solver.alliance.plain`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from games import AllianceGame, AllianceStructure
from games.arrays import Array, Bools, Ints
from solver.alliance.assurance import Found, subgame_perfect
from solver.alliance.columns import (
    TASTE,
    Columns,
    are_columns,
    columns_in,
    figures_of,
    layout,
)
from solver.alliance.concepts.concept import Concept
from solver.alliance.concepts.subgame_perfect import SUBGAME_PERFECT
from solver.alliance.hegemon import BLOCK_VALUES, EXACT_LIMIT, grid_of
from solver.alliance.lattice import Lattice, lattice, to_structure
from solver.alliance.outcomes import Cells
from solver.alliance.plain import Certified, certify
from solver.alliance.ranked import ranked_of
from solver.alliance.solution import preference_order
from solver.alliance.valuing import value_all

# The structures of a theatre by number, each made when it is asked for.


class Structures:
    """The structures over some candidates, by their numbers in the lattice."""

    def __init__(self, hegemon: str, candidates: tuple[str, ...]) -> None:
        self.hegemon, self.candidates = hegemon, candidates
        self._made: dict[int, AllianceStructure] = {}

    def __call__(self, number: int) -> AllianceStructure:
        """Return the structure with a number."""
        if number not in self._made:
            masks = lattice(len(self.candidates)).masks(number)
            self._made[number] = to_structure(self.hegemon, self.candidates, *masks)
        return self._made[number]


structures_of = lru_cache(maxsize=4)(Structures)

# Games as columns: sorted, so that what they share is done once.


class Sorted(NamedTuple):
    """Games in an order in which those that share work stand together.

    Attributes
    ----------
    order : ndarray of int, shape (games,)
    first_game : ndarray of int, shape (groups + 1,)
        Where those begin that share all but threat, reference, curvature and loss aversion.
    first_level : ndarray of int, shape (levels + 1,)
        Where those begin that share all but loss aversion.
    level_group : ndarray of int, shape (groups + 1,)
        Where the levels of each group begin.
    """

    order: Ints
    first_game: Ints
    first_level: Ints
    level_group: Ints


def sort_games(table: Array, games: Columns) -> Sorted:
    """Return an order of the games in a table of figures."""
    taste = layout(games.n).taste
    apart = np.ones(table.shape[1], np.bool_)
    apart[layout(games.n).situation] = False
    apart[taste.start : taste.start + TASTE.index("loss_aversion") + 1] = False
    shared = np.column_stack([table[:, apart], games.candidate_reference])
    shared = shared[:, (shared != shared[0]).any(axis=0)]
    own = games.taste
    level = np.column_stack([games.power, games.reference, own.alpha, own.beta])
    # the last key of lexsort is the first
    keys = [own.loss_aversion, *level.T[::-1], *shared.T[::-1]]
    order = np.lexsort(keys)
    new_group = _changes(shared[order])
    new_level = new_group | _changes(level[order])
    first_level, first_game = _starts(new_level), _starts(new_group)
    return Sorted(order, first_game, first_level, np.searchsorted(first_level, first_game))


def _changes(rows: Array) -> Bools:
    """Return which rows differ from the one before."""
    return np.concatenate([[True], (rows[1:] != rows[:-1]).any(axis=1)])


def _starts(new: Bools) -> Ints:
    return np.append(np.flatnonzero(new), new.size)


class Solved(NamedTuple):
    """Games that are searched, in their sorted order.

    Attributes
    ----------
    grid : Lattice
    games : Columns
    shared : Sorted
        Where each game was, and with which it shares work.
    found : Found
    """

    grid: Lattice
    games: Columns
    shared: Sorted
    found: Found

    @property
    def places(self) -> list[int]:
        """Where each game is now, in the order of the table."""
        found: list[int] = np.argsort(self.shared.order).tolist()
        return found


def search_games(
    games: Sequence[AllianceGame], relative: float
) -> Iterator[tuple[Sequence[AllianceGame], Solved]]:
    """Yield games of the same candidates in blocks, as many as memory allows, each searched."""
    at_once = max(1, BLOCK_VALUES // grid_of(games[0]).size)
    for start in range(0, len(games), at_once):
        block = games[start : start + at_once]
        table = np.stack([figures_of(game) for game in block])
        yield block, search_table(block[0], table, relative)


def search_table(game: AllianceGame, table: Array, relative: float) -> Solved:
    """Return the subgame-perfect outcomes of each game in a table of figures.

    Parameters
    ----------
    game : AllianceGame
        Of the family `bloc_and_spokes`, without burdens; whose hegemon and candidates it is.
    table : ndarray, shape (games, width)
    relative : float
        The tolerance, as in `solver.solve`.

    Raises
    ------
    NotApplicableError
        If there are more than 12 candidates.
    """
    grid = grid_of(game)
    unsorted = columns_in(table, grid.n)
    shared = sort_games(table, unsorted)
    games = _rows(unsorted, shared.order)
    hegemon = _values(grid, games, shared, None)
    same = ~_changes(games.power[:, np.newaxis])
    same[shared.first_game[:-1]] = False
    found, accepted = subgame_perfect(games, same, grid, hegemon, relative)
    _settle_ties(structures_of(game.hegemon, game.candidates), hegemon, found, accepted)
    return Solved(grid, games, shared, found)


def value_table(table: Array, n: int, wanted: Ints) -> Array:
    """Return what some structures are worth to the hegemon in each game of a table of figures.

    Parameters
    ----------
    table : ndarray, shape (games, width)
        Of games that are columns (`solver.alliance.columns.are_columns`), without burdens.
    n : int
        Number of candidates.
    wanted : ndarray of int, shape (m,)
        Numbers of the structures, without repetition.

    Returns
    -------
    ndarray, shape (games, m)
    """
    unsorted = columns_in(table, n)
    shared = sort_games(table, unsorted)
    found = _values(lattice(n), _rows(unsorted, shared.order), shared, wanted)
    values = np.empty_like(found)
    values[shared.order] = found
    return values


def _values(grid: Lattice, games: Columns, shared: Sorted, wanted: Ints | None) -> Array:
    """Return what structures, all by default, are worth to the hegemon in each game."""
    groups, levels = shared.first_game[:-1], shared.first_level[:-1]
    taste = games.taste
    cells = Cells(
        shared.level_group,
        games.power[levels],
        games.reference[levels],
        taste.alpha[levels],
        taste.beta[levels],
        shared.first_level,
        taste.loss_aversion,
    )
    ranked = ranked_of(_rows(games, groups))
    asked = np.arange(grid.size) if wanted is None else wanted
    column = np.full(grid.size, -1)
    column[asked] = np.arange(asked.size)
    values = np.empty((shared.order.size, asked.size))
    value_all(ranked, cells, grid, wanted, column, values)
    return values


def _rows(games: Columns, rows: Ints) -> Columns:
    """Return some of the games."""

    def some(part: Any) -> Any:
        return type(part)(*map(some, part)) if isinstance(part, tuple) else part[rows]

    picked: Columns = some(games)
    return picked


def _settle_ties(names: Structures, hegemon: Array, found: Found, accepted: Bools) -> None:
    """Put that of the best which comes first in the order of names."""
    for game in np.flatnonzero(found.tied > 1).tolist():
        worth = np.where(accepted[game], hegemon[game], -np.inf)
        best = np.flatnonzero(worth >= worth.max() - found.tolerance[game]).tolist()
        found.preferred[game] = min(best, key=lambda number: preference_order(names(number)))


def is_batched(game: AllianceGame, concept: Concept) -> bool:
    """Return whether games like this are solved in one go, by that concept."""
    few = len(game.candidates) <= EXACT_LIMIT
    return few and concept is SUBGAME_PERFECT and are_columns(game)


def certificates(solved: Solved) -> Certified:
    """Return the certificate of what is preferred in each game."""
    found = solved.found
    certified = Certified(*(np.empty(found.preferred.size) for _ in Certified._fields))
    blocs = solved.grid.bloc_masks[found.preferred]
    spokes = solved.grid.spoke_masks[found.preferred]
    certify(solved.games, solved.shared.first_game, found.tolerance, blocs, spokes, certified)
    return certified
