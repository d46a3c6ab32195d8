"""The nucleolus, and a check of it that does not depend on how it was found."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from games import checks
from games.arrays import Array
from games.characteristic_function import CharacteristicFunction
from games.coalitions import coalition_sums, memberships, undetermined
from games.errors import InvalidGameError, NotApplicableError
from games.finite.linear_programme import maximise
from solver.cooperative.coalition_simplex import levels

# ranks of matrices of 0s and 1s are safe in floats up to here
MOST_PLAYERS = 20
# a sum of side payments of at most 1 that counts as a gain
GAIN = 1e-6


def nucleolus(game: CharacteristicFunction, *, individually_rational: bool = True) -> Array:
    """Return the payoff whose excesses, from the largest down, are least (Schmeidler 1969).

    The excess of a coalition is v(S) - x(S), what it is short of. The method is in
    `solver.cooperative.coalition_simplex`.

    Parameters
    ----------
    individually_rational : bool
        Whether no player may get less than alone. If not, it is the prenucleolus.

    Returns
    -------
    ndarray, shape (n,)
        Their sum is v(N).

    Raises
    ------
    NotApplicableError
        If there are more than 20 players, or no payoff is individually rational.
    ConvergenceError
        If the simplex method does not end.

    Examples
    --------
    >>> from games.coalitional import bankruptcy
    >>> nucleolus(bankruptcy(300, [100, 200, 300])).round(9).tolist()
    [50.0, 100.0, 150.0]
    """
    _check(game, individually_rational)
    payoff = game.singles
    for level in levels(game, individually_rational=individually_rational):
        payoff = level.payoff
    return payoff.copy()


@dataclass(frozen=True)
class NucleolusCertificate:
    """Whether a payoff is the nucleolus, by the balancedness of its worst-off coalitions.

    Attributes
    ----------
    holds : bool
    reason : str
        What fails; empty if it holds.
    excesses : tuple of float
        From the largest down, those at which the coalitions with no smaller excess were looked at.
    side_payments : ndarray, shape (n,), or None
        Of sum 0: adding a little of them leaves no coalition of those with larger or equal excess
        worse off, and some better; None unless that is what fails.
    """

    game: CharacteristicFunction = field(repr=False)
    payoff: Array
    holds: bool
    reason: str
    excesses: tuple[float, ...] = ()
    side_payments: Array | None = None


def nucleolus_certificate(
    game: CharacteristicFunction,
    payoff: ArrayLike,
    *,
    individually_rational: bool = True,
    tolerance: float = 1e-8,
) -> NucleolusCertificate:
    """Check a payoff by the criterion of Kohlberg (1971, SIAM J. Applied Mathematics 20, 62-66).

    It is the nucleolus just if for every number e the coalitions of excess e or more are balanced:
    side payments of sum 0 that leave none of them worse off (nor a player who gets no more than
    alone) leave all of them as they are. Once they determine the payoff no smaller e can fail; and
    coalitions whose sums are determined need not be looked at again. Each level is one linear
    programme in the n side payments.

    Parameters
    ----------
    payoff : array_like, shape (n,)
    individually_rational : bool
        Whether to check for the nucleolus, else for the prenucleolus.
    tolerance : float
        Excesses that differ by less, relative to the largest worth, count as equal.

    Raises
    ------
    InvalidGameError
        If the payoff has not one number for each player, or the tolerance is not positive.
    NotApplicableError
        If there are more than 20 players, or no payoff is individually rational.

    Examples
    --------
    >>> from games.coalitional import bankruptcy
    >>> talmud = bankruptcy(200, [100, 200, 300])
    >>> nucleolus_certificate(talmud, [50, 75, 75]).holds
    True
    >>> nucleolus_certificate(talmud, [40, 80, 80]).reason
    'side payments help coalitions of excess -40, and harm none'
    """
    _check(game, individually_rational)
    near = checks.above("tolerance", tolerance, 0) * game.scale
    x = np.array(payoff, dtype=np.float64)
    x.setflags(write=False)
    if x.shape != (game.n,) or not np.isfinite(x).all():
        raise InvalidGameError(f"`payoff` must be {game.n} finite numbers; got {payoff!r}")
    if abs(x.sum() - game.total) > near:
        return NucleolusCertificate(game, x, False, "the payoff does not share the worth of all")
    if individually_rational and (x < game.singles - near).any():
        return NucleolusCertificate(game, x, False, "a player gets less than alone")
    return _kohlberg(game, x, near, individually_rational)


def _kohlberg(
    game: CharacteristicFunction, x: Array, near: float, individually_rational: bool
) -> NucleolusCertificate:
    """Go through the levels of a payoff that shares the worth of all."""
    indicators = memberships(game.n).astype(np.float64)
    excess = game.values - coalition_sums(x)
    # players who may not lose anything
    bound = np.eye(game.n)[individually_rational & (x <= game.singles + near)]
    settled = np.ones((1, game.n))
    excesses: list[float] = []
    while (free := undetermined(settled)).any():
        level = float(excess[free].max())
        excesses.append(level)
        worst = indicators[free & (excess >= level - near)]
        rows = np.vstack([worst, bound])
        found = maximise(
            worst.sum(axis=0),
            -rows,
            np.zeros(len(rows)),
            settled,
            np.zeros(len(settled)),
            bounds=(-1, 1),
        )
        if found.value > GAIN:
            reason = f"side payments help coalitions of excess {level:.6g}, and harm none"
            return NucleolusCertificate(game, x, False, reason, tuple(excesses), found.point)
        settled = np.vstack([settled, worst])
    return NucleolusCertificate(game, x, True, "", tuple(excesses))


def _check(game: CharacteristicFunction, individually_rational: bool) -> None:
    """Refuse games that are too large or have no individually rational payoff."""
    if game.n > MOST_PLAYERS:
        raise NotApplicableError(
            f"the nucleolus may be asked of {MOST_PLAYERS} players; this game has {game.n}"
        )
    gains = game.total - float(game.singles.sum())
    if individually_rational and gains < -1e-12 * game.scale:
        raise NotApplicableError(
            "no payoff gives every player what it is worth alone: that takes"
            f" {-gains:.6g} more than all are worth; the prenucleolus exists"
        )
