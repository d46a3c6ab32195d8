"""The hegemon's value of every structure of a game, at many threat levels at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from games import AllianceGame, NotApplicableError, Parameters, checks
from games.alliance.payoffs import autonomy_given_up, by_common_shock, levels_of
from games.arrays import Array
from solver.alliance.burdened import Burdens, burdened_values
from solver.alliance.kernel import (
    Blocs,
    Levels,
    bloc_values,
    spoke_sets,
    wide_bloc_values,
)
from solver.alliance.lattice import Lattice, lattice, subset_sums
from solver.alliance.stage import all_masks, traits_of, willingness_of
from solver.prospects.compiled import taste_of

EXACT_LIMIT = 12
# values that are held at once, over all levels
BLOCK_VALUES = 2**25
# candidates from which on numpy's powers repay the way to them
WIDE = 9
# structures below which starting threads takes longer than the work
WORTH_THREADS = 5_000


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
            f"{n} candidates are too many for exact work: 2 * 4^{n} ="
            f" {checks.size(2 * 4**n)} outcomes, the limit is {EXACT_LIMIT} candidates; keep the"
            f" strongest ones: game.strongest({EXACT_LIMIT}), or fewer [[candidates]] in the"
            " scenario's file; or solver.binned.solve for up to 16, solver.solve_types for many of"
            " a few types"
        )
    return lattice(n)


class Valuer:
    """Values the structures of one game, of the family `bloc_and_spokes`, at any levels.

    Cost: about 2 * 4^n atoms, each with two decision weights (once a call) and one multiplication
    (each level). Threads share the blocs; results do not depend on their number.

    Parameters
    ----------
    game : AllianceGame
        Its threat is not used.

    Attributes
    ----------
    grid : Lattice
    sets : SpokeSets
    shares : list of Blocs
        The work in parts that threads can share.
    taste : Taste

    Raises
    ------
    NotApplicableError
        If there are more than 12 candidates.
    """

    def __init__(self, game: AllianceGame) -> None:
        self.grid = grid_of(game)
        self.game = game
        shared = game.parameters
        own = traits_of(game)
        self.sets = spoke_sets(
            subset_sums(shared.pledge_bilateral * own.worth),
            by_common_shock(own.reliability, shared.common_reliability),
            shared.common_reliability,
        )
        aid = shared.pledge_multilateral * subset_sums(own.worth)
        self.shares = list(_shares(shared, self.grid, aid))
        self.taste = taste_of(game.preference)

    def __call__(self, frame: Frame, structures: NDArray[np.int64] | None = None) -> Array:
        """Return the hegemon's value of structures at each level of `frame`.

        Parameters
        ----------
        frame : Frame
        structures : ndarray of int, shape (m,), optional
            Numbers of the structures to value, without repetition; all by default.

        Returns
        -------
        ndarray, shape (levels, m)
        """
        levels = Levels(frame.power, frame.reference, self.game.parameters.deployment)
        asked = np.arange(self.grid.size) if structures is None else structures
        column = np.full(self.grid.size, -1)
        column[asked] = np.arange(asked.size)
        values = np.empty((frame.power.size, asked.size))

        def run(blocs: Blocs) -> None:
            if frame.burdens is None:
                one_road = bloc_values if self.grid.n < WIDE else wide_bloc_values
                one_road(blocs, self.sets, levels, self.taste, column, values)
            else:
                burdened_values(blocs, self.sets, levels, self.taste, frame.burdens, column, values)

        self.each_share(run)
        return values

    def each_share(self, run: Callable[[Blocs], None]) -> None:
        """Call `run` with each part of the work, in threads if that is worth it."""
        if self.grid.size < WORTH_THREADS:
            for blocs in self.shares:
                run(blocs)
            return
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for _ in pool.map(run, self.shares):
                pass


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


def _shares(shared: Parameters, grid: Lattice, aid: Array) -> Iterator[Blocs]:
    """Yield the blocs in shares of equal size of bloc; the sizes with most atoms are split."""
    n = grid.n
    sizes = np.bitwise_count(grid.blocs)
    for size in (2, 3, 4, 5, 0, *range(6, n + 1)):
        places = np.flatnonzero(sizes == size)
        for part in np.array_split(places, (os.cpu_count() or 1) if 2 <= size <= 5 else 1):
            if part.size:
                masks = grid.blocs[part]
                lost = autonomy_given_up(shared, np.arange(n + 1), [size])
                chances = side_chances(shared, size)
                tied = shared.tied_down
                yield Blocs(masks, grid.starts[part], aid[masks], lost, size, chances, tied)


def side_chances(shared: Parameters, size: int) -> Array:
    """Return `Blocs.chances`: the probability of each thing that a bloc of a size may do."""
    if not size:
        return np.ones(1)
    idle_or_acting = np.array([1 - shared.cohesion, shared.cohesion])
    if not shared.tied_down:
        return idle_or_acting
    return np.outer([1 - shared.entrapment, shared.entrapment], idle_or_acting).ravel()
