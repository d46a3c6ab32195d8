"""Solve cells: games that differ in numbers, as columns; all others one after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from games import AllianceGame, AllianceStructure
from games.alliance.structures import count
from games.arrays import Array, Bools, Ints
from solver.alliance.assurance import Found, subgame_perfect
from solver.alliance.columns import TASTE, Columns, columns_in, layout, ranked_of
from solver.alliance.concepts.registry import concept_named
from solver.alliance.concepts.subgame_perfect import SUBGAME_PERFECT
from solver.alliance.hegemon import WORTH_THREADS, grid_of, in_threads
from solver.alliance.lattice import Lattice, lattice, to_structure
from solver.alliance.plain import Certified, certify
from solver.alliance.solution import preference_order
from solver.alliance.solve import solutions
from solver.alliance.valuing import Cells, chunks_of, tasks_of, value_chunk
from solver.prospects.compiled import is_compiled
from solver.studies.grid.variation import Portion, Variation
from solver.studies.outcome import Entry, Outcome, Seen, failed, of_solution, solved_cells

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


def solve_columns(game: AllianceGame, table: Array, relative: float) -> list[Outcome]:
    """Return the subgame-perfect outcome of each game in a table of figures.

    Parameters
    ----------
    game : AllianceGame
        Of the family `bloc_and_spokes`, without burdens; whose hegemon and candidates it is.
    table : ndarray, shape (games, width)
        See `solver.alliance.columns`.
    relative : float
        The tolerance, as in `solver.solve`.
    """
    grid = grid_of(game)
    names = structures_of(game.hegemon, game.candidates)
    shared = sort_games(table, columns_in(table, grid.n))
    games = columns_in(table[shared.order], grid.n)
    hegemon = _values(grid, games, shared)
    same = ~_changes(games.power[:, np.newaxis])
    same[shared.first_game[:-1]] = False
    found, accepted = subgame_perfect(games, same, grid, hegemon, relative)
    _settle_ties(names, hegemon, found, accepted)
    seen = _certified(grid, games, shared, found)
    outcomes = solved_cells(
        Seen(*seen, games.reference, found.equilibria, found.security),
        games.taste,
        [names(number) for number in found.preferred.tolist()],
    )
    back = np.empty_like(shared.order)
    back[shared.order] = np.arange(back.size)
    return [outcomes[place] for place in back.tolist()]


def _values(grid: Lattice, games: Columns, shared: Sorted) -> Array:
    """Return what every structure is worth to the hegemon in each game."""
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
    values = np.empty((shared.order.size, grid.size))
    tasks, column = tasks_of(grid, groups.size), np.arange(grid.size)

    def run(chunk: tuple[int, int]) -> None:
        value_chunk(ranked, cells, grid, tasks, *chunk, column, values)

    in_threads(run, chunks_of(tasks), grid.size >= WORTH_THREADS)
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


def _certified(grid: Lattice, games: Columns, shared: Sorted, found: Found) -> Certified:
    certified = Certified(*(np.empty(found.preferred.size) for _ in Certified._fields))
    blocs, spokes = grid.bloc_masks[found.preferred], grid.spoke_masks[found.preferred]
    certify(games, shared.first_game, found.tolerance, blocs, spokes, certified)
    return certified


# Batches of cells: what a worker does, in whatever thread or process it runs.

CELLS = 512
# structures times cells in one batch: what their arrays take, and how long a batch lasts
VALUES = 2**24
# cells in a batch whose structures are solved one by one
ONE_BY_ONE = 8

# what is sent to a worker and comes back together
Batch = tuple[Portion, ...]


def keys_of(batch: Batch) -> list[bytes]:
    """Return the keys of the cells of a batch."""
    return [key for portion in batch for key in portion.keys]


def are_columns(variation: Variation) -> bool:
    """Return whether games are solved as columns: one bloc at most, no burdens, known formulas."""
    game = variation.game
    if game.family != "bloc_and_spokes" or game.burden_sharing != "none":
        return False
    known = is_compiled(game.preference) and is_compiled(game.candidate_preference)
    return known and concept_named(variation.concept) is SUBGAME_PERFECT


def most_cells(variation: Variation) -> int:
    """Return how many cells of a variation a batch should hold."""
    game = variation.game
    if game.family != "bloc_and_spokes" or game.burden_sharing != "none":
        return ONE_BY_ONE
    return max(1, min(CELLS, VALUES // count(len(game.candidates))))


def solve_batch(batch: Batch) -> list[Entry]:
    """Return the outcome of each cell of a batch, by its key, in any order.

    No error of a cell comes out: it is the outcome of that cell.
    """
    return [
        entry
        for portion in batch
        for entry in zip(portion.keys, solve_portion(portion), strict=True)
    ]


def solve_portion(portion: Portion) -> list[Outcome]:
    """Return the outcome of each cell of a portion."""
    variation, values = portion.variation, portion.values
    if are_columns(variation):
        return _as_columns(variation, values)
    found: list[Outcome | None] = [None] * len(values)
    for rows in _alike(variation, values):
        for row, outcome in zip(rows, _in_turn(variation, values[rows]), strict=True):
            found[row] = outcome
    return [outcome for outcome in found if outcome is not None]


def _as_columns(variation: Variation, values: Array) -> list[Outcome]:
    try:
        table = variation.table(values)
        return solve_columns(variation.game, table, variation.tolerance)
    except Exception as error:
        if len(values) == 1:
            return [failed(error)]
        # which of them it is
        return [_as_columns(variation, values[[row]])[0] for row in range(len(values))]


def _alike(variation: Variation, values: Array) -> Iterator[Ints]:
    """Yield the rows of games that differ in their situation alone, which share their work."""
    apart = [name not in ("threat", "frame", "base", "slope") for name in variation.names]
    rows: dict[tuple[float, ...], list[int]] = defaultdict(list)
    for row, figures in enumerate(values[:, apart].tolist()):
        rows[tuple(figures)].append(row)
    yield from map(np.array, rows.values())


def _in_turn(variation: Variation, values: Array) -> Sequence[Outcome]:
    concept = concept_named(variation.concept)
    try:
        games = [variation.built(row) for row in values.tolist()]
        return [of_solution(one) for one in solutions(games, concept, variation.tolerance)]
    except Exception as error:
        if len(values) == 1:
            return [failed(error)]
        return [_in_turn(variation, values[[row]])[0] for row in range(len(values))]
