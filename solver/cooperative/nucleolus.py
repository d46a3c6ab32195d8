"""The nucleolus, and a check of it that does not depend on how it was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from games import checks, labels
from games.arrays import Array
from games.cooperative.characteristic_function import CharacteristicFunction
from games.cooperative.coalitions import coalition_sums, memberships, undetermined
from games.errors import ConvergenceError, InvalidGameError, NotApplicableError
from games.finite.linear_programme import maximise
from games.records import Record

# Make the worst-off coalitions as well off as possible, then the next ones: by simplex steps.
#
# A payoff x leaves coalition S the surplus x(S) - v(S), minus its excess. Tier by tier the least
# surplus t of the coalitions that are not settled yet is raised:
#
#     maximise t  subject to  x(S) - v(S) >= t for S not settled, x(S) = what it is for S settled
#
# (Kopelowitz 1967; Maschler, Peleg & Shapley 1979). The programme has n + 1 unknowns and up to
# 2**n rows. The simplex method here keeps n + 1 rows that hold with equality; what blocks a step
# is looked up among all coalitions at once, so that no row needs to be written down before it
# blocks.
#
# A tier settles the coalitions whose multiplier is positive: by complementary slackness they are
# tight in *every* solution of the programme. Other tight ones may be tight by chance, and are left
# to later tiers, where t then may stay the same. With a coalition goes all that its indicator,
# combined with those of the settled, determines.

# Entries of the inverse are ratios of determinants of 0s and 1s: what is less than this is 0.
ZERO = 1e-9
# steps that are shorter, relative to the largest worth, make no progress
STANDING = 1e-13
# more steps than that without progress, and ties are broken by number
PATIENCE = 5
MOST_STEPS = 20_000
MOST_NUMBERS = np.iinfo(np.int64).max


class Tier(NamedTuple):
    """What one linear programme settles.

    Attributes
    ----------
    excess : float
        The greatest excess of the coalitions that were not settled before, made as low as it can
        be; in units of the worths.
    weights : dict of int to float
        The multipliers of the coalitions, by their place in `values`: positive, of sum 1.
    payoff : ndarray, shape (n,)
        One solution of the programme, read-only.
    """

    excess: float
    weights: dict[int, float]
    payoff: Array


class Row(IntEnum):
    """Why a row holds with equality."""

    SETTLED = 0
    COALITION = 1
    ALONE = 2
    START = 3


def tiers(game: CharacteristicFunction, *, individually_rational: bool) -> Iterator[Tier]:
    """Yield the tiers, from the worst-off coalitions on, until the payoff is unique.

    Parameters
    ----------
    individually_rational : bool
        Whether no player may get less than alone; the worth of all must then suffice.

    Raises
    ------
    ConvergenceError
        If the simplex method does not end.
    """
    gains = game.zero_normalised
    search = _Search(gains.values / gains.scale, individually_rational)
    while search.is_open:
        search.climb()
        surplus, weights, point = search.settle()
        payoff = game.singles + point * gains.scale
        payoff.setflags(write=False)
        yield Tier(0.0 - surplus * gains.scale, weights, payoff)


class _Search:
    """A corner (x, t) of the programme of the present tier, as the rows that meet there.

    Row k reads rows[k] @ (x, t) >= limits[k]; `numbers` says of which coalition or player it is.
    Values are relative, to players alone and to the largest worth.
    """

    def __init__(self, values: Array, individually_rational: bool) -> None:
        self.n = n = len(values).bit_length() - 1
        self.individually_rational = individually_rational
        self.indicators = memberships(n).astype(np.float64)
        # what is settled asks for nothing, so that it never blocks a step
        self.values = values.copy()
        self.values[[0, -1]] = -np.inf
        # the corner to start from: equal shares, and the least surplus that they leave
        equal = np.full(n, values[-1] / n)
        self.rows = np.eye(n + 1)
        self.rows[0, :n] = 1.0
        self.limits = np.append(equal, (coalition_sums(equal) - self.values).min())
        self.limits[0] = values[-1]
        self.kinds = np.full(n + 1, Row.START)
        self.kinds[0] = Row.SETTLED
        self.numbers = np.zeros(n + 1, dtype=np.int64)
        self.multipliers = np.zeros(n + 1)
        self.corner = np.append(equal, self.limits[-1])

    @property
    def is_open(self) -> bool:
        """Whether the settled coalitions leave some payoff undetermined."""
        return int((self.kinds == Row.SETTLED).sum()) < self.n

    def climb(self) -> None:
        """Raise t until the multipliers show that it cannot rise any more."""
        standing = 0
        for _ in range(MOST_STEPS):
            inverse = np.linalg.inv(self.rows)
            self.corner = inverse @ self.limits
            self.multipliers = inverse[-1]
            leaving = self._leaving(by_number=standing > PATIENCE)
            if leaving is None:
                return
            direction = inverse[:, leaving] * np.sign(self.multipliers[leaving])
            step = self._enter(leaving, direction, by_number=standing > PATIENCE)
            standing = standing + 1 if step <= STANDING else 0
        raise ConvergenceError(f"the least surplus still rises after {MOST_STEPS} steps")

    def settle(self) -> tuple[float, dict[int, float], Array]:
        """Settle what is tight in every solution; return t, the multipliers and the payoff."""
        point, surplus = self.corner[:-1], float(self.corner[-1])
        tight = self.multipliers < -ZERO
        held = tight & (self.kinds == Row.COALITION)
        weights = dict(
            zip(self.numbers[held].tolist(), (-self.multipliers[held]).tolist(), strict=True)
        )
        self.rows[held, -1] = 0.0
        self.limits[held] += surplus
        self.kinds[tight] = Row.SETTLED
        # the tight rows without t depend on each other: one gives its place to the row of t alone
        spare = int(np.where(held, self.multipliers, 0.0).argmin())
        self.rows[spare] = np.append(np.zeros(self.n), 1.0)
        self.limits[spare] = surplus
        self.kinds[spare] = Row.START
        if self.is_open:
            known = self.rows[self.kinds == Row.SETTLED, :-1]
            self.values[~undetermined(known)] = -np.inf
        return surplus, weights, point

    def _leaving(self, *, by_number: bool) -> int | None:
        """Return the row to move away from so that t rises, None if there is none.

        A row of the start may be left to either side; it goes first and never comes back.
        """
        start = self.kinds == Row.START
        gains = np.where(start, np.abs(self.multipliers), self.multipliers)
        improving = (gains > ZERO) & (self.kinds != Row.SETTLED)
        if not improving.any():
            return None
        if (start & improving).any():
            return int(np.where(start & improving, gains, 0.0).argmax())
        if by_number:
            return int(np.where(improving, self.numbers, MOST_NUMBERS).argmin())
        return int(np.where(improving, gains, 0.0).argmax())

    def _enter(self, leaving: int, direction: Array, *, by_number: bool) -> float:
        """Go along a direction until a row blocks, put that in the place of `leaving`.

        Of rows that block at once the one is taken whose surplus falls fastest, or the one of the
        least number. Returns the length of the step.
        """
        falls = direction[-1] - coalition_sums(direction[:-1])
        surpluses = coalition_sums(self.corner[:-1]) - self.corner[-1] - self.values
        if self.individually_rational:
            falls = np.concatenate([falls, -direction[:-1]])
            surpluses = np.concatenate([surpluses, self.corner[:-1]])
        steps = np.full(len(falls), np.inf)
        np.divide(surpluses.clip(0.0), falls, out=steps, where=falls > ZERO)
        step = float(steps.min())
        if not np.isfinite(step):
            raise ConvergenceError("no coalition limits the least surplus, by rounding")
        blocking = np.flatnonzero(steps <= step + STANDING)
        number = int(blocking[0] if by_number else blocking[falls[blocking].argmax()])
        self.numbers[leaving] = number
        if number < len(self.values):
            self.kinds[leaving] = Row.COALITION
            self.rows[leaving] = np.append(self.indicators[number], -1.0)
            self.limits[leaving] = self.values[number]
        else:
            self.kinds[leaving] = Row.ALONE
            self.rows[leaving] = np.eye(self.n + 1)[number - len(self.values)]
            self.limits[leaving] = 0.0
        return step


# The nucleolus, which the tiers end at, and a criterion that knows nothing of them.

# ranks of matrices of 0s and 1s are safe in floats up to here
MOST_PLAYERS = 20
# a sum of side payments of at most 1 that counts as a gain
GAIN = 1e-6


def nucleolus(game: CharacteristicFunction, *, individually_rational: bool = True) -> Array:
    """Return the payoff whose excesses, from the largest down, are least (Schmeidler 1969).

    The excess of a coalition is v(S) - x(S), what it is short of.

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
    >>> from games import bankruptcy
    >>> nucleolus(bankruptcy(300, [100, 200, 300])).round(9).tolist()
    [50.0, 100.0, 150.0]
    """
    _check(game, individually_rational)
    payoff = game.singles
    for tier in tiers(game, individually_rational=individually_rational):
        payoff = tier.payoff
    return payoff.copy()


@dataclass(frozen=True, eq=False)
class NucleolusCertificate(Record):
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
    coalitions whose sums are determined need not be looked at again. Each tier is one linear
    programme in the n side payments.

    Parameters
    ----------
    payoff : array_like, shape (n,)
    individually_rational : bool
        Whether to check for the nucleolus, else for the prenucleolus.
    tolerance : float
        Excesses that differ by less count as equal, relative to the most by which the payoff of
        a player differs from what it is worth alone.

    Raises
    ------
    InvalidGameError
        If the payoff has not one number for each player, or the tolerance is not positive.
    NotApplicableError
        If there are more than 20 players, or no payoff is individually rational.

    Examples
    --------
    >>> from games import bankruptcy
    >>> talmud = bankruptcy(200, [100, 200, 300])
    >>> nucleolus_certificate(talmud, [50, 75, 75]).holds
    True
    >>> nucleolus_certificate(talmud, [40, 80, 80]).reason
    'side payments help coalitions of excess -40, and harm none'
    """
    _check(game, individually_rational)
    x = labels.numbers("payoff", payoff, ("player", game.players))
    x.setflags(write=False)
    if x.shape != (game.n,) or not np.isfinite(x).all():
        raise InvalidGameError(f"`payoff` must be {game.n} finite numbers; got {payoff!r}")
    # what coalitions are worth that nobody heeds should not widen it
    size = float(np.abs(x - game.singles).max())
    near = game.slack(checks.above("tolerance", tolerance, 0), size)
    if abs(x.sum() - game.total) > near:
        return NucleolusCertificate(game, x, False, "the payoff does not share the worth of all")
    if individually_rational and (x < game.singles - near).any():
        return NucleolusCertificate(game, x, False, "a player gets less than alone")
    return _kohlberg(game, x, near, individually_rational)


def _kohlberg(
    game: CharacteristicFunction, x: Array, near: float, individually_rational: bool
) -> NucleolusCertificate:
    """Go through the tiers of a payoff that shares the worth of all."""
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
    if individually_rational and gains < -game.slack(1e-12):
        raise NotApplicableError(
            "no payoff gives every player what it is worth alone: that takes"
            f" {-gains:.6g} more than all are worth; the prenucleolus exists"
        )
