"""The hegemon's value of every structure of a game, at many threat levels at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from games import AllianceGame, ExpectedUtility, NotApplicableError, Parameters, checks
from games.alliance.payoffs import autonomy_given_up, levels_of
from games.arrays import Array
from solver.alliance.burdened import Burdens, burdened_values
from solver.alliance.columns import Columns, columns_of
from solver.alliance.kernel import Blocs, Levels, set_of
from solver.alliance.lattice import Lattice, lattice
from solver.alliance.outcomes import Cells
from solver.alliance.ranked import Ranked, chances_of, ranked_of
from solver.alliance.stage import all_masks, willingness_of
from solver.alliance.tasks import WORTH_THREADS, Heed, in_threads
from solver.alliance.valuing import value_all
from solver.prospects.compiled import Taste, taste_of
from solver.stopping import heed

EXACT_LIMIT = 12
# values that are held at once, over all levels
BLOCK_VALUES = 2**25


class Frame(NamedTuple):
    """Levels at which to value structures.

    Attributes
    ----------
    power : ndarray, shape (levels,)
        The adversary's projected power.
    reference : ndarray, shape (levels,)
        The hegemon's reference point.
    burdens : Burdens or None
        What the hegemon receives; None if there is no burden sharing.
    """

    power: Array
    reference: Array
    burdens: Burdens | None = None


def frame_of(game: AllianceGame, threats: Sequence[float]) -> Frame:
    """Return the levels of `game` at `threats`."""
    return frame_at([game.at(float(threat)) for threat in threats])


def frame_at(games: Sequence[AllianceGame]) -> Frame:
    """Return the levels of `games`, which differ in their threat, frame and reference alone."""
    return Frame(*levels_of(games), burdens_at(games))


def burdens_at(games: Sequence[AllianceGame]) -> Burdens | None:
    """Return what the hegemon receives in each of `games`, which differ in their threat alone.

    None without burden sharing.

    Raises
    ------
    NotApplicableError
        If burdens are bargained over, and depend on the whole structure.
    """
    sharing = games[0].sharing
    if sharing.is_bargained:
        raise NotApplicableError(
            f"this search is for burdens that depend on an ally's own treaty; got '{sharing}'"
            " (solver.solve and solver.sweep take it; or use 'ultimatum' or 'split')"
        )
    if sharing.share is None:
        return None
    willing = [willingness_of(game, all_masks(len(game.candidates))) for game in games]
    return Burdens(
        np.array([sharing.share * level.spoke for level in willing]),
        np.array([sharing.share * level.bloc.sum(axis=1) for level in willing]),
    )


def grid_of(game: AllianceGame) -> Lattice:
    """Return the numbering of a game's structures.

    Raises
    ------
    NotApplicableError
        If the game is too large for exact work.
    """
    n = len(game.candidates)
    if n > EXACT_LIMIT:
        raise NotApplicableError(
            f"{n} candidates are too many for exact work: 4 * 4^{n} ="
            f" {checks.size(4 * 4**n)} outcomes, the limit is {EXACT_LIMIT} candidates; keep the"
            f" strongest ones: game.strongest({EXACT_LIMIT}), or fewer [[candidates]] in the"
            " scenario's file (without burdens solver.solve finds the best structure of more)"
        )
    return lattice(n)


def columns_for(game: AllianceGame) -> Columns:
    """Return a game as a column, to value structures for the hegemon alone.

    The candidates' taste does not enter, and may have formulas of its own.
    """
    return columns_of([replace(game, candidate_preference=ExpectedUtility())])


def cells_at(frame: Frame, tastes: Sequence[Taste]) -> Cells:
    """Return the levels of `frame` as one game's, each judged by a taste, one cell a level."""
    size = frame.power.size
    return Cells(
        np.array([0, size]),
        frame.power,
        frame.reference,
        np.array([taste.alpha for taste in tastes]),
        np.array([taste.beta for taste in tastes]),
        np.arange(size + 1),
        np.array([taste.loss_aversion for taste in tastes]),
    )


class Valuer:
    """Values the structures of one game, of the family `bloc_and_spokes`, at any levels.

    Cost: about 4 * 4^n atoms, each with two decision weights (once a call) and one multiplication
    (each level). Threads share the tasks; results do not depend on their number.

    Parameters
    ----------
    game : AllianceGame
        Its threat is not used.

    Attributes
    ----------
    grid : Lattice
    ranked : Ranked
        Of this game alone.
    sets : SpokeSets
    taste : Taste

    Raises
    ------
    NotApplicableError
        If there are more than 12 candidates.
    """

    def __init__(self, game: AllianceGame) -> None:
        self.grid = grid_of(game)
        self.game = game
        self.taste = taste_of(game.preference)
        self.ranked = ranked_of(columns_for(game))
        self.sets = set_of(self.ranked.sets, 0)

    def __call__(
        self, frame: Frame, structures: NDArray[np.int64] | None = None, heed: Heed = heed
    ) -> Array:
        """Return the hegemon's value of structures at each level of `frame`.

        Parameters
        ----------
        frame : Frame
        structures : ndarray of int, shape (m,), optional
            Numbers of the structures to value, without repetition; all by default.
        heed : callable
            Called before each part of the work; what it raises ends the work.

        Returns
        -------
        ndarray, shape (levels, m)
        """
        asked = np.arange(self.grid.size) if structures is None else structures
        column = np.full(self.grid.size, -1)
        column[asked] = np.arange(asked.size)
        values = np.empty((frame.power.size, asked.size))
        if frame.burdens is None:
            cells = cells_at(frame, [self.taste] * frame.power.size)
            value_all(self.ranked, cells, self.grid, structures, column, values, heed)
        else:
            levels = Levels(frame.power, frame.reference, self.game.parameters.deployment)
            burdens = frame.burdens

            def run(blocs: Blocs) -> None:
                burdened_values(blocs, self.sets, levels, self.taste, burdens, column, values)

            in_threads(run, self.shares(), self.grid.size >= WORTH_THREADS, heed)
        return values

    def shares(self) -> list[Blocs]:
        """Return the blocs in shares of equal size of bloc; the sizes with most atoms are split."""
        return list(_shares(self.game.parameters, self.grid, self.ranked))


def by_blocks(games: Sequence[AllianceGame]) -> Iterator[tuple[Sequence[AllianceGame], Array]]:
    """Yield games in blocks, with the hegemon's value of every structure in each.

    As many are valued together as memory allows.

    Parameters
    ----------
    games : sequence of AllianceGame
        That differ in their threat, frame and reference alone.
    """
    valuer = Valuer(games[0])
    at_once = max(1, BLOCK_VALUES // valuer.grid.size)
    for start in range(0, len(games), at_once):
        block = games[start : start + at_once]
        yield block, valuer(frame_at(block))


def hegemon_values(game: AllianceGame, frame: Frame) -> Array:
    """Return the hegemon's value of every structure, shape (levels, structures)."""
    return Valuer(game)(frame)


def _shares(shared: Parameters, grid: Lattice, ranked: Ranked) -> Iterator[Blocs]:
    """Yield the blocs in shares of equal size of bloc; the sizes with most atoms are split."""
    n = grid.n
    sizes = np.bitwise_count(grid.blocs)
    for size in (2, 3, 4, 5, 0, *range(6, n + 1)):
        places = np.flatnonzero(sizes == size)
        for part in np.array_split(places, (os.cpu_count() or 1) if 2 <= size <= 5 else 1):
            if part.size:
                masks = grid.blocs[part]
                lost = autonomy_given_up(shared, np.arange(n + 1), [size])
                chances = chances_of(ranked, 0, size)
                tied = shared.tied_down
                aid = ranked.bloc_aid[0, masks]
                yield Blocs(masks, grid.starts[part], aid, lost, size, chances, tied)
