"""Compiled value function, probability weighting and decision weights.

A second statement, for speed, of `games.prospects.preferences` and `games.prospects.weighting`;
tests hold the two together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from games import NotApplicableError, Preference
from games.arrays import Array, Ints
from games.prospects.weighting import FAMILIES
from solver.numerics.jit import jit
from solver.prospects.weighting import Curve, weight

# Whether a preference follows the library's formulas, which fast code states a second time.

ALL = ("utility", "rank_weights", "weighted_value", "value", "values")


def require(preference: Preference, formulas: tuple[str, ...]) -> None:
    """Raise unless `preference` has the library's own `formulas`, by the names of its methods.

    Raises
    ------
    NotApplicableError
        If it overrides one of them.
    """
    kind = type(preference)
    own = [name for name in formulas if getattr(kind, name) is not getattr(Preference, name)]
    if own:
        raise NotApplicableError(
            "a search over all structures needs the library's own value functions;"
            f" {kind.__name__} has its own `{own[0]}` (game.value takes any)"
        )


def require_compiled(preference: Preference) -> None:
    """Raise unless compiled code knows all formulas of `preference`.

    Raises
    ------
    NotApplicableError
        If it overrides a method, or has a weighting that is not one of the library's.
    """
    require(preference, ALL)
    for weighting in (preference.weighting_gains, preference.weighting_losses):
        if type(weighting) not in FAMILIES:
            raise NotApplicableError(
                "a search over all structures needs the library's own value functions and"
                f" weightings; got {weighting!r} (game.value takes any)"
            )


def is_compiled(preference: Preference) -> bool:
    """Return whether compiled code knows all formulas of `preference`."""
    try:
        require_compiled(preference)
    except NotApplicableError:
        return False
    return True


class Taste(NamedTuple):
    """A preference as numbers."""

    alpha: float
    beta: float
    loss_aversion: float
    gains: Curve
    losses: Curve


class Weights(NamedTuple):
    """Scratch for one structure's atoms, least aid first; room for `count + 1` places each."""

    places: Ints
    rows: Ints
    odds: Array
    up_to: Array
    from_on: Array
    gain: Array
    loss: Array


def taste_of(preference: Preference) -> Taste:
    """Return `preference` as numbers.

    Raises
    ------
    NotApplicableError
        If it follows formulas of its own, which compiled code does not know.
    """
    require_compiled(preference)
    gains, losses = preference.weighting_gains, preference.weighting_losses
    return Taste(
        preference.alpha,
        preference.beta,
        preference.loss_aversion,
        Curve(gains.code, *gains.constants),
        Curve(losses.code, *losses.constants),
    )


@jit
def utility(taste: Taste, gain: float) -> float:
    """Return the value v of a gain or loss."""
    if gain >= 0.0:
        return gain if taste.alpha == 1.0 else float(gain**taste.alpha)
    if taste.beta == 1.0:
        return taste.loss_aversion * gain
    return float(-taste.loss_aversion * (-gain) ** taste.beta)


@jit
def new_weights(room: int) -> Weights:
    """Return scratch for up to `room` atoms."""
    return Weights(
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.float64),
        np.empty(room + 1, np.float64),
        np.empty(room + 1, np.float64),
        np.empty(room, np.float64),
        np.empty(room, np.float64),
    )


@jit
def decision_weights(
    taste: Taste, count: int, is_gain: NDArray[np.bool_], is_loss: NDArray[np.bool_], atoms: Weights
) -> None:
    """Write the decision weights of `count` atoms, as gains and as losses.

    Weights are computed as gains only for atoms in a row that is ever a gain (`is_gain`), and as
    losses likewise; since atoms are ranked these are the best, and the worst, of them.
    """
    atoms.up_to[0], atoms.from_on[count] = 0.0, 0.0
    for k in range(count):
        atoms.up_to[k + 1] = atoms.up_to[k] + atoms.odds[k]
    for k in range(count - 1, -1, -1):
        atoms.from_on[k] = atoms.from_on[k + 1] + atoms.odds[k]
    before = 0.0
    for k in range(count):
        atoms.loss[k] = 0.0
        if is_loss[atoms.rows[k]]:
            after = weight(taste.losses, atoms.up_to[k + 1], atoms.from_on[k + 1])
            atoms.loss[k] = after - before
            before = after
    before = 0.0
    for k in range(count - 1, -1, -1):
        atoms.gain[k] = 0.0
        if is_gain[atoms.rows[k]]:
            after = weight(taste.gains, atoms.from_on[k], atoms.up_to[k])
            atoms.gain[k] = after - before
            before = after
