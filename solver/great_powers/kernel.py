"""Inclusive values of the forms in all cells, with their derivatives: compiled.

`solver.accounts.nested_logit.inclusive` says the same for one choice, without derivatives.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from games.arrays import Array, Ints
from solver.numerics.jit import jit

# of an inclusive value: itself, then its derivatives by precision, strength and nesting
PARTS = 4
# a weight of this logarithm, beside the best's of 1, is rounded away
NEGLIGIBLE = -37.0


@jit
def fill(
    starts: Ints,
    form: Ints,
    values: NDArray[np.float32],
    term: NDArray[np.float32],
    level: Ints,
    precision: float,
    strength: float,
    nesting: float,
    first: int,
    last: int,
    found: Array,
) -> None:
    """Write the inclusive values of the forms in the cells from `first` to `last`.

    With u_s = precision * V_s + strength * T_s and N_f structures of a form that are accepted,
    I_f = nesting * log( sum exp(u_s / nesting) / N_f ), and

        dI_f / d precision = E[V],  dI_f / d strength = E[T],
        dI_f / d nesting = (I_f - E[u]) / nesting

    where E weighs the structures of the form by exp(u_s / nesting). Weights are in single
    precision, as the values are.

    Parameters
    ----------
    starts, form, values, term
        As in `solver.great_powers.tables.Table`, of one account.
    level : ndarray of int, shape (cells,)
        At which level of threat each cell is looked at, and at the next.
    found : ndarray, shape (cells, 2, forms, 4)
        Output; minus infinity for a form that nobody accepts.
    """
    forms = found.shape[2]
    top = np.empty(forms)
    number = np.empty(forms)
    mass = np.empty(forms)
    worth = np.empty(forms)
    added = np.empty(forms)
    for cell in range(first, last):
        for side in range(2):
            at = level[cell] + side
            at_term = at if term.shape[0] > 1 else 0
            for f in range(forms):
                top[f] = -np.inf
                number[f] = mass[f] = worth[f] = added[f] = 0.0
            for s in range(starts[cell], starts[cell + 1]):
                value = values[at, s]
                if not value > -np.inf:
                    continue
                f, extra = form[s], term[at_term, s]
                number[f] += 1.0
                u = precision * value + strength * extra
                lead = (u - top[f]) / nesting
                if lead > 0.0:  # the new best; sums are in units of the best's weight
                    scale = np.exp(np.float32(-lead))
                    mass[f] *= scale
                    worth[f] *= scale
                    added[f] *= scale
                    top[f] = u
                    weight = 1.0
                elif lead < NEGLIGIBLE:
                    continue
                else:
                    weight = np.exp(np.float32(lead))
                mass[f] += weight
                worth[f] += weight * value
                added[f] += weight * extra
            for f in range(forms):
                if number[f] == 0.0:
                    found[cell, side, f, 0] = -np.inf
                    found[cell, side, f, 1] = found[cell, side, f, 2] = 0.0
                    found[cell, side, f, 3] = 0.0
                    continue
                value, extra = worth[f] / mass[f], added[f] / mass[f]
                whole = top[f] + nesting * np.log(mass[f] / number[f])
                found[cell, side, f, 0] = whole
                found[cell, side, f, 1] = value
                found[cell, side, f, 2] = extra
                found[cell, side, f, 3] = (whole - precision * value - strength * extra) / nesting
