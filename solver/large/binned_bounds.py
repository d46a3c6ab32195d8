"""Bounds on what structures are worth to the hegemon, from a binned distribution of aid."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from games import AllianceGame, AllianceStructure, InvalidGameError, NotApplicableError, checks
from games.arrays import Array, Ints
from games.families import count
from solver._jit import jit
from solver.kernel import unpack_bits
from solver.large.binned_atoms import Setting, bound, room_for, spread
from solver.large.binned_nodes import cost_of, put_real
from solver.lattice import lattice, to_masks
from solver.subsets import popcount
from solver.weights import taste_of

LIMIT = 16
# all structures of 13 candidates, from below and from above, take 25 MB and a minute or so
ALL_LIMIT = 13
BINS = 1024
MOST_BINS = 2**LIMIT
SHARES = 64


class Interval(NamedTuple):
    """Bounds on a value; the value lies between them, both included."""

    lower: float
    upper: float

    @property
    def width(self) -> float:
        """How far apart they are."""
        return self.upper - self.lower


def checked(game: AllianceGame, limit: int = LIMIT) -> AllianceGame:
    """Return `game` if it is of the kind and size that bounds are for."""
    n = len(game.candidates)
    if game.family != "bloc_and_spokes":
        raise NotApplicableError(
            f"bounds are for the family 'bloc_and_spokes'; got {game.family!r}: use solver.solve"
        )
    if game.burden_sharing != "none":
        raise NotApplicableError(
            f"bounds know no burdens; got the rule {game.burden_sharing!r}:"
            " set burden_sharing='none'"
        )
    if n > limit:
        raise NotApplicableError(
            f"{n} candidates have {float(count(n)):.1e} structures; the limit here is {limit}"
            f" candidates; keep the strongest ones: game.strongest({limit}), or give counts of"
            " candidates that are alike (solver.large)"
        )
    return game


def setting_of(game: AllianceGame) -> Setting:
    """Return `game` at its threat level as numbers."""
    shared = game.parameters
    worth = np.array(
        [
            capability + game.basings.get(name, shared.basing)
            for name, capability in game.capabilities.items()
        ]
    )
    aid = shared.pledge_bilateral * worth
    reliability = np.array(
        [game.reliabilities.get(name, shared.reliability) for name in game.candidates]
    )
    return Setting(
        game.threat * shared.adversary,
        game.reference_point,
        shared.deployment,
        shared.cohesion,
        shared.k_bilateral,
        shared.k_bloc,
        shared.k_multilateral,
        aid,
        reliability,
        shared.pledge_multilateral * worth,
        # of equals the first comes first in each, so that the orders agree on them
        np.lexsort((-reliability, -aid)),
        np.lexsort((-aid, -reliability)),
        np.lexsort((-reliability, -aid, -aid * reliability)),
        taste_of(game.preference),
    )


def bounds(game: AllianceGame, structure: AllianceStructure, bins: int = BINS) -> Interval:
    """Return bounds on what `structure` is worth to the hegemon.

    Parameters
    ----------
    bins : int
        In [1, 65536]. If there are no more states of the spokes than bins, the bounds differ by
        rounding only.

    Examples
    --------
    >>> import games
    >>> game = games.load("europe-1949")
    >>> low, high = bounds(game, game.structure(spokes=game.candidates), bins=64)
    >>> low <= game.value(game.structure(spokes=game.candidates)) <= high, high - low < 0.05
    (True, True)
    """
    setting = setting_of(checked(game))
    bloc, spokes = to_masks(game.candidates, game.check(structure))
    result = np.empty((2, 1))
    structure_bounds(np.array([bloc]), spokes, _bins(bins), setting, np.zeros(1, np.int64), result)
    return Interval(float(result[0, 0]), float(result[1, 0]))


def all_bounds(game: AllianceGame, bins: int = BINS) -> tuple[Array, Array]:
    """Return lower and upper bounds on what every structure is worth to the hegemon.

    Returns
    -------
    lower, upper : ndarray, shape (structures,)
        In the numbering of `solver.lattice`.

    Raises
    ------
    NotApplicableError
        If there are more than 13 candidates (1,541,075 structures).
    """
    setting = setting_of(checked(game, ALL_LIMIT))
    grid = lattice(len(game.candidates))
    result = np.empty((2, grid.size))
    number = _bins(bins)
    every = np.arange(1 << grid.n)

    def run(share: Ints) -> None:
        spoke_set_bounds(share, number, setting, grid.starts, grid.place, result)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(run, [every[start::SHARES] for start in range(SHARES)]):
            pass
    return result[0], result[1]


def _bins(bins: int) -> int:
    if checks.whole("bins", bins, 1) > MOST_BINS:
        raise InvalidGameError(f"`bins` must be at most {MOST_BINS}; got {bins}")
    return bins


@jit
def structure_bounds(
    blocs: Ints, spokes: int, bins: int, setting: Setting, columns: Ints, result: Array
) -> None:
    """Write bounds on the structures with one of `blocs` each and the same spokes.

    Parameters
    ----------
    columns : ndarray of int, shape (m,)
        Where the bounds of each go.
    result : ndarray, shape (2, structures)
        Lower and upper bounds.
    """
    work = room_for(bins, setting.aid.size)
    number = put_real(spokes, setting, work)
    for row in range(2):
        upward = row == 1
        states = spread(number, bins, upward, work)
        for k in range(blocs.size):
            lost = cost_of(blocs[k], number, setting)
            result[row, columns[k]] = bound(states, blocs[k], lost, upward, setting, work)


@jit
def spoke_set_bounds(
    spoke_sets: Ints, bins: int, setting: Setting, starts: Ints, place: Ints, result: Array
) -> None:
    """Write bounds on all structures whose spokes are one of `spoke_sets`."""
    n = setting.aid.size
    for spokes in spoke_sets:
        others = ~spokes & ((1 << n) - 1)
        room = 1 << popcount(others)
        blocs, columns = np.empty(room, np.int64), np.empty(room, np.int64)
        filled = 0
        for packed in range(room):
            bloc = unpack_bits(packed, others, n)
            if place[bloc] >= 0:
                bit, spelled = 0, 0
                for i in range(n):
                    if bloc >> i & 1 == 0:
                        spelled |= (spokes >> i & 1) << bit
                        bit += 1
                blocs[filled], columns[filled] = bloc, starts[place[bloc]] + spelled
                filled += 1
        structure_bounds(blocs[:filled], spokes, bins, setting, columns, result)
