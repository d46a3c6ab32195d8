"""Correlated equilibria: the best of those that a mediator can have obeyed.

Without probability weighting the distributions over profiles that are obeyed form a polytope, and
the best one for an objective solves a linear programme (Aumann 1974; 1987). With weighting they
hold the product of every Nash profile, but they need not form a convex set, nor even a connected
one (Phade & Anantharam 2019, "On the geometry of Nash and correlated equilibria with cumulative
prospect theoretic preferences"): a distribution can be tested (Keskin 2016), not optimised.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from games import ConvergenceError, NormalForm, NotApplicableError, checks
from games.arrays import Array
from games.finite.correlated_device import device, is_correlated_equilibrium, obedience
from games.finite.exact import fractions_of
from games.finite.linear_programme import maximise, maximise_exactly
from games.records import Record
from games.tabled import Tabled

__all__ = ["CorrelatedEquilibrium", "is_correlated_equilibrium", "obedience", "solve"]

# of floats, or of objects that are Fractions
Numbers = NDArray[Any]

# probabilities below this are rounding in the linear programme's answer
NEGLIGIBLE = 1e-12
# regrets that are accepted of it, and how far from the bound, relative to the range of utilities
ACCEPTED, ACCEPTED_GAP = 1e-9, 1e-6
# entries of its matrix: 256 MB in floats, and a second or so of work in fractions
MOST_ENTRIES = 2**25
MOST_EXACT_ENTRIES = 1000


@dataclass(frozen=True, eq=False)
class CorrelatedEquilibrium(Tabled, Record):
    """A correlated equilibrium that is best for an objective.

    Attributes
    ----------
    objective : str
        The player whose value is the highest possible, or "sum" for that of all.
    distribution : ndarray, shape (m_1, ..., m_n)
        The probability of each profile, read-only.
    values : dict of str to float
        Each player's value, in units of its value function.
    value : float
        That of the objective.
    bound : float
        No correlated equilibrium has a higher value for the objective, up to rounding: shown by a
        solution of the dual programme.
    regrets : dict of str to dict of str to float
        By player and advice, what the best disobedience would gain: see `obedience`.
    exact : ndarray of Fraction or None
        The distribution in exact numbers, where floats were not good enough to find it.
    """

    game: NormalForm = field(repr=False)
    objective: str
    distribution: Array
    values: dict[str, float]
    value: float
    bound: float
    regrets: dict[str, dict[str, float]]
    exact: Numbers | None = None

    _subject = "a correlated equilibrium"
    _asked = ("game", "objective")
    _units = {"probability": "probability"}  # noqa: RUF012

    def records(self) -> list[dict[str, object]]:
        """Return a row for each profile that is advised: its actions, and its probability."""
        names, actions = self.game.players, self.game.actions
        return [
            dict(zip(names, (own[i] for own, i in zip(actions, place, strict=True)), strict=True))
            | {"probability": float(p)}
            for place, p in np.ndenumerate(self.distribution)
            if p > 0
        ]

    @property
    def regret(self) -> float:
        """The largest regret after any advice, recomputed from the game."""
        return max(regret for own in self.regrets.values() for regret in own.values())

    def __str__(self) -> str:
        drawn = "; ".join(
            f"{self.distribution[tuple(place)]:.6g} on "
            + ", ".join(own[action] for own, action in zip(self.game.actions, place, strict=True))
            for place in np.argwhere(self.distribution > 0).tolist()
        )
        return f"best for {self.objective}: {drawn} (regret {self.regret:.1e})"


def solve(game: NormalForm, *, objective: str | int = "sum") -> CorrelatedEquilibrium:
    """Return a correlated equilibrium in which a player's value, or the sum of all, is highest.

    1. The linear programme is solved in floats.
    2. If its answer is not obeyed or not best, since payoffs differ by too many orders of
       magnitude, it is solved in exact numbers.

    Parameters
    ----------
    objective : str or int
        "sum", or the name or number of a player.

    Raises
    ------
    NotApplicableError
        If a player weights probabilities, or the game is too large.
    UnknownNameError
        If there is no such player.
    ConvergenceError
        If what floats find is not obeyed, and the game is too large for exact numbers.

    Examples
    --------
    >>> chicken = NormalForm([[[6, 2], [7, 0]], [[6, 7], [2, 0]]], actions=[["C", "D"]] * 2)
    >>> print(solve(chicken))
    best for sum: 0.5 on C, C; 0.25 on C, D; 0.25 on D, C (regret 0.0e+00)
    """
    if not game.weighs_linearly:
        raise NotApplicableError(
            "with probability weighting the correlated equilibria need not form a convex set:"
            " one can be tested by `is_correlated_equilibrium`, but the best not be found"
        )
    checks.finite("payoffs", game.payoffs)
    entries = sum(m * (m - 1) for m in game.shape) * game.utilities[0].size
    if entries > MOST_ENTRIES:
        raise NotApplicableError(
            f"the linear programme may have {MOST_ENTRIES} entries; this game's has {entries}"
        )
    player = None if objective == "sum" else game.player(objective)
    found = _in_floats(game, player)
    small = entries <= MOST_EXACT_ENTRIES
    near = ACCEPTED_GAP * float(np.ptp(_worth(game.utilities, player)))
    if found is not None and (found.bound - found.value <= near or not small):
        return found
    if not small:
        raise ConvergenceError(
            "the linear programme's answer in floats is not obeyed, and it is too large for exact"
            f" numbers: {entries} entries, at most {MOST_EXACT_ENTRIES}"
        )
    return _exactly(game, player)


def _in_floats(game: NormalForm, player: int | None) -> CorrelatedEquilibrium | None:
    """Return the equilibrium that is best for a player or all, None if rounding spoils it."""
    worth = _worth(game.utilities, player)
    scale = float(np.ptp(worth)) or 1.0
    rows = _disobedience(game.utilities)
    rows /= np.abs(rows).max(axis=1, keepdims=True)
    try:
        found = maximise(
            (worth - worth.min()) / scale,
            rows,
            np.zeros(len(rows)),
            np.ones((1, worth.size)),
            [1.0],
        )
    except ConvergenceError:
        return None
    if found.point is None or found.prices is None:
        return None
    chances = np.where(found.point < NEGLIGIBLE, 0.0, found.point)
    chances /= chances.sum()
    # weak duality: whatever is obeyed gains nothing by these prices on disobedience
    bound = float((worth - scale * (found.prices[: len(rows)].clip(0) @ rows)).max())
    best = _equilibrium(game, player, chances, bound)
    return best if best.regret <= ACCEPTED * float(np.ptp(game.utilities)) else None


def _exactly(game: NormalForm, player: int | None) -> CorrelatedEquilibrium:
    """Return the equilibrium that is best for a player or all, by exact arithmetic."""
    utilities = game.exact_utilities
    if utilities is None:
        utilities = fractions_of(game.utilities)
    worth = _worth(utilities, player)
    rows = _disobedience(utilities)
    # every profile counts for more than nothing, so that the chances sum to 1
    above = worth - worth.min() + 1
    found = maximise_exactly(above, np.vstack([rows, 0 * worth + 1]), [0] * len(rows) + [1])
    exact: Numbers = np.array(found.point, dtype=object)
    return _equilibrium(
        game,
        player,
        exact.astype(np.float64),
        float((exact * worth).sum()),
        exact.reshape(game.shape),
    )


def _worth(utilities: Numbers, player: int | None) -> Numbers:
    """Return a player's utility of each profile, or the sum of all, shape (profiles,)."""
    worth: Numbers = utilities.sum(axis=0) if player is None else utilities[player]
    return worth.reshape(-1)


def _disobedience(utilities: Numbers) -> Numbers:
    """Return the gain, by profile, of taking one action whenever another is advised.

    Shape (pairs of a player's actions of which one is ever better, number of profiles).
    """
    nothing: Numbers = 0 * utilities[0]
    rows = []
    for player, of_player in enumerate(utilities):
        own = np.moveaxis(of_player, player, 0)
        for advice in range(len(own)):
            for action in range(len(own)):
                gain = own[action] - own[advice]
                if np.any(gain > 0):
                    row = nothing.copy()
                    np.moveaxis(row, player, 0)[advice] = gain
                    rows.append(row.reshape(-1))
    return np.array(rows, dtype=utilities.dtype).reshape(len(rows), nothing.size)


def _equilibrium(
    game: NormalForm,
    player: int | None,
    chances: Array,
    bound: float,
    exact: Numbers | None = None,
) -> CorrelatedEquilibrium:
    distribution = device(game, chances.reshape(game.shape))
    values = (game.utilities * distribution).reshape(game.number_of_players, -1).sum(axis=1)
    return CorrelatedEquilibrium(
        game=game,
        objective="sum" if player is None else game.players[player],
        distribution=distribution,
        values=dict(zip(game.players, values.tolist(), strict=True)),
        value=float(values.sum() if player is None else values[player]),
        bound=bound,
        regrets=obedience(game, distribution),
        exact=exact,
    )
