"""Level and unit of payoffs, which matter to floats and not to equilibria."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from games.finite.normal_form import NormalForm
from games.prospects.preferences import CumulativeProspectTheory, ExpectedUtility

# sizes of payoffs up to this, and from its inverse on, are left as they are
UNITS = 1024


def levelled(game: NormalForm, *, rescaled: bool = True) -> NormalForm:
    """Return a game with the same equilibria whose payoffs floats tell well apart.

    Where a player's values only change their unit by it, its payoffs are divided by a power of 2
    near their size, if that is far from 1. A player who values outcomes as they are has them
    counted from the least, if that is larger than their range.

    Parameters
    ----------
    rescaled : bool
        Whether units may change, so that those of different players need not compare any more.
    """
    payoffs, tastes, references = [], list(game.preferences), list(game.references)
    changed = False
    for player, own in enumerate(game.exact_payoffs):
        low, unit = Fraction(0), Fraction(1)
        taste, reference = tastes[player], Fraction(references[player])
        span = own.max() - own.min()
        if type(taste) not in (ExpectedUtility, CumulativeProspectTheory) or not span:
            payoffs.append(own)
            continue
        if taste.weighs_linearly and taste.alpha == taste.beta == taste.loss_aversion == 1:
            low = own.min() if abs(own.min()) > span else low
            tastes[player], reference = ExpectedUtility(), Fraction(0)
            size = span
        else:
            size = max(own.max(), -own.min(), abs(reference))
        if rescaled and taste.alpha == taste.beta and not 1 / UNITS <= size <= UNITS:
            unit = Fraction(2) ** (size.numerator.bit_length() - size.denominator.bit_length())
        payoffs.append((own - low) / unit)
        changed |= low != 0 or unit != 1
        references[player] = float(reference / unit)
    if not changed:
        return game
    return game.replace(payoffs=np.stack(payoffs), preferences=tastes, references=references)
