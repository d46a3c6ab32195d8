"""Solve cells: games that differ in numbers, as columns; all others one after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from games import AllianceGame
from games.alliance.structures import count
from games.arrays import Array, Ints
from solver.alliance.batch import certificates, is_batched, search_table, structures_of
from solver.alliance.concepts.registry import concept_named
from solver.alliance.solve import solutions
from solver.studies.grid.variation import Portion, Variation
from solver.studies.outcome import Entry, Outcome, Seen, failed, of_solution, solved_cells

# Games as columns.


def solve_columns(game: AllianceGame, table: Array, relative: float) -> list[Outcome]:
    """Return the subgame-perfect outcome of each game in a table of figures, certified.

    Parameters
    ----------
    As of `solver.alliance.batch.search_table`.
    """
    solved = search_table(game, table, relative)
    games, found = solved.games, solved.found
    names = structures_of(game.hegemon, game.candidates)
    outcomes = solved_cells(
        Seen(*certificates(solved), games.reference, found.equilibria, found.security),
        games.taste,
        [names(number) for number in found.preferred.tolist()],
    )
    return [outcomes[place] for place in solved.places]


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
    if is_batched(variation.game, concept_named(variation.concept)):
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
