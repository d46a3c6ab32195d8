"""Estimate the precision of logit play from the actions that were observed."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from games import InvalidGameError, NormalForm, checks
from games.arrays import Array
from games.finite.strategies import Profile, Strategies, numbers_of_actions
from games.records import Record
from games.tabled import Tabled
from solver.finite.logit.branch import LogitEquations, Node, between, length, nodes, refined
from solver.numerics import roots
from solver.results import Interval, summary

# how far the branch is followed by default, in units of one over the payoffs' range
FAR = 1e4
SPACING = 0.02
# slopes of the likelihood of one observation that count as 0
FLAT = 1e-11


class BranchLikelihood:
    """The log likelihood of observed actions along the principal branch of logit equilibria.

    Parameters
    ----------
    equations : LogitEquations
    row : ndarray, shape (actions,)
        How often each action was observed, player by player.
    arc : list of Node
        The branch from uniform play on, close enough for one maximum at most between neighbours.

    Attributes
    ----------
    stations : list of Node
        The branch with the interior local maxima among its nodes.
    heights : list of float
        The log likelihood at each of them.
    peaks : list of int
        Places of the local maxima among them, that may be at the ends.
    is_flat : bool
        Whether the likelihood is the same everywhere.
    """

    def __init__(self, equations: LogitEquations, row: Array, arc: list[Node]) -> None:
        self._equations, self._row = equations, row
        slopes = [self._slope(node) for node in arc]
        flat = FLAT * float(row.sum())
        steep = [place for place, slope in enumerate(slopes) if abs(slope) > flat]
        self.is_flat = not steep
        self.stations, self.peaks = list[Node](), list[int]()
        if not steep or slopes[steep[0]] < 0:
            self.peaks.append(0)
        tops = {
            next(place for place in range(up, down) if slopes[place] > 0 >= slopes[place + 1])
            for up, down in pairwise(steep)
            if slopes[up] > 0 > slopes[down]
        }
        for place, node in enumerate(arc):
            self.stations.append(node)
            if place in tops:
                self.peaks.append(len(self.stations))
                self.stations.append(self._where(self._slope, node, arc[place + 1]))
        if steep and slopes[steep[-1]] > 0:
            self.peaks.append(len(self.stations) - 1)
        self.heights = [self._height(node) for node in self.stations]

    def precision(self, place: int) -> float:
        """Return the precision at a station, infinite at the last."""
        if place == len(self.stations) - 1:
            return math.inf
        return self.stations[place].scaled / self._equations.scale

    def interval(self, place: int, least: float) -> Interval:
        """Return the range of precisions around a station where heights reach `least`."""
        left = right = place
        while left > 0 and self.heights[left - 1] >= least:
            left -= 1
        while right < len(self.heights) - 1 and self.heights[right + 1] >= least:
            right += 1
        covered = [self.precision(one) for one in range(left, right + 1)]
        opens = left == 0, right == len(self.heights) - 1
        for start, is_open in ((left - 1, opens[0]), (right, opens[1])):
            if not is_open:
                end = self._where(
                    lambda node: self._height(node) - least, *self.stations[start : start + 2]
                )
                covered.append(end.scaled / self._equations.scale)
        return Interval(min(covered), max(covered), *opens)

    def _height(self, node: Node) -> float:
        return float(self._row @ np.concatenate(self._equations.logs(node.point)))

    def _slope(self, node: Node) -> float:
        return float(self._row @ node.tangent[:-1])

    def _where(self, function: Callable[[Node], float], node: Node, following: Node) -> Node:
        """Return the node between two at which a function is 0."""
        arc = roots.crossing(
            lambda arc: function(between(self._equations, node, arc)),
            0.0,
            length(node, following),
        )
        return between(self._equations, node, arc)


@dataclass(frozen=True, eq=False)
class LocalMaximum(Record):
    """A place on the branch where the likelihood is greater than on both sides."""

    precision: float
    log_likelihood: float


@dataclass(frozen=True, eq=False)
class LogitFit(Tabled, Record):
    """The maximum-likelihood estimate of a logit precision.

    Attributes
    ----------
    precision : float
        In units of one over utility; infinite where the likelihood rises to the end of the branch.
    profile : tuple of ndarray, shape (m_i,)
        The logit equilibrium there; that at the end of what was followed if it is infinite.
    log_likelihood : float
        The sum over observations of ln p, without the multinomial coefficient.
    standard_error : float or None
        From the information that the observations are expected to hold at the estimate (Fisher);
        None at a boundary.
    interval : Interval
        All precisions on the stretch of the branch around the estimate where the likelihood ratio
        is not rejected; an end that is open is a bound of the parameter.
    level : float
        Of the interval.
    boundary : {"none", "zero", "infinity"}
        Where the likelihood has no greatest value inside the branch, the end at which it has it.
    local_maxima : tuple of LocalMaximum
        In the order of the branch, the estimate among them.
    followed_to : float
        The precision up to which the branch was followed.
    warnings : tuple of str
    """

    precision: float
    profile: Profile
    log_likelihood: float
    standard_error: float | None
    interval: Interval
    level: float
    boundary: Literal["none", "zero", "infinity"]
    local_maxima: tuple[LocalMaximum, ...]
    followed_to: float
    warnings: tuple[str, ...]

    _subject = "the precision of a logit equilibrium"
    _asked = ()
    _units = {  # noqa: RUF012
        **dict.fromkeys(("precision", "standard_error", "low", "high"), "one over utility"),
        "level": "probability",
        "log_likelihood": "natural logarithm",
    }

    @property
    def caveat(self) -> str:
        """The warnings."""
        return " ".join(self.warnings)

    def records(self) -> list[dict[str, object]]:
        """Return the estimate as one row."""
        return [
            {
                "precision": self.precision,
                "standard_error": self.standard_error,
                "low": self.interval.low,
                "high": self.interval.high,
                "level": self.level,
                "log_likelihood": self.log_likelihood,
                "boundary": self.boundary,
            }
        ]

    def summary(self) -> str:
        """Return the estimate with its interval as text, warnings below."""
        error = "-" if self.standard_error is None else f"{self.standard_error:.4g}"
        return summary(
            f"Maximum likelihood: log likelihood {self.log_likelihood:.4f}",
            ("parameter", "estimate", "standard error", f"{self.level:.0%} interval"),
            [("precision", f"{self.precision:.4g}", error, str(self.interval))],
            self.warnings,
        )

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.4g} ({self.interval}); log likelihood"
            f" {self.log_likelihood:.4f}"
        )


def fit_precision(
    game: NormalForm,
    frequencies: Sequence[ArrayLike],
    *,
    observations: float | None = None,
    level: float = 0.95,
    to: float | None = None,
) -> LogitFit:
    """Return the precision whose equilibrium on the principal branch makes the data likeliest.

    The whole branch is followed and every local maximum of the likelihood on it located, so the
    estimate is the greatest of them (McKelvey & Palfrey 1995, section 4, there by a grid search).

    Parameters
    ----------
    frequencies : sequence of array_like, shapes (m_i,)
        How often each player took each action: counts, or shares with `observations` given. A
        player of whom nothing is known has zeros.
    observations : float, optional
        How many choices of each player were observed, if the frequencies are shares.
    level : float
        Of the interval, in [0.01, 0.999].
    to : float, optional
        Up to which precision to follow the branch; by default 10,000 over the payoffs' range.

    Raises
    ------
    InvalidGameError
        If the frequencies do not fit the game, are negative, or all are 0.
    NotApplicableError
        If a player's weighting is of no known family.
    ConvergenceError
        If the branch cannot be followed.

    Examples
    --------
    >>> ochs = NormalForm([[[1.1141, 0], [0, 0.2785]], [[0, 1.1141], [1.1141, 0]]])
    >>> fit = fit_precision(ochs, [[0.527, 0.473], [0.366, 0.634]], observations=128)
    >>> round(fit.precision, 3), round(fit.standard_error, 2), round(fit.log_likelihood, 2)
    (1.846, 0.56, -174.76)
    """
    level = checks.within("level", level, 0.01, 0.999)
    counts, warnings = _counts(game, frequencies, observations)
    equations = LogitEquations(game)
    far = FAR / equations.scale if to is None else checks.above("to", to, 0)
    arc = list(refined(equations, nodes(equations, equations.scaled(far)), SPACING))
    rise = BranchLikelihood(equations, np.concatenate(counts), arc)
    best = max(rise.peaks, key=lambda place: rise.heights[place])
    node, last = rise.stations[best], len(rise.stations) - 1
    boundary: Literal["none", "zero", "infinity"] = "none"
    if best in (0, last):
        boundary = "zero" if best == 0 else "infinity"
    drop = NormalDist().inv_cdf((1 + level) / 2) ** 2 / 2
    maxima = [LocalMaximum(rise.precision(place), rise.heights[place]) for place in rise.peaks]
    if len(maxima) > 1:
        warnings.append(f"the likelihood has {len(maxima)} local maxima on the branch")
    if rise.is_flat:
        warnings.append("the likelihood does not depend on the precision")
    if any(one.crossed for one in arc):
        warnings.append("the branch meets others, on which other equilibria may be likelier")
    return LogitFit(
        precision=rise.precision(best),
        profile=equations.profile(node.point),
        log_likelihood=rise.heights[best],
        standard_error=_standard_error(equations, counts, node) if boundary == "none" else None,
        interval=rise.interval(best, rise.heights[best] - drop),
        level=level,
        boundary=boundary,
        local_maxima=tuple(maxima),
        followed_to=arc[-1].scaled / equations.scale,
        warnings=tuple(warnings),
    )


def _standard_error(equations: LogitEquations, counts: Sequence[Array], node: Node) -> float:
    """Return one over the root of the Fisher information on the precision."""
    information = 0.0
    rates = equations.split(node.tangent[:-1] / node.rate * equations.scale)
    for seen, own, rate in zip(counts, equations.profile(node.point), rates, strict=True):
        information += float(seen.sum() * (own @ rate**2))
    return 1 / math.sqrt(information)


def _counts(
    game: NormalForm,
    frequencies: Strategies,
    observations: float | None,
) -> tuple[list[Array], list[str]]:
    """Return how often each action was taken, and warnings."""
    counts = numbers_of_actions("frequencies", frequencies, game.players, game.actions)
    row = np.concatenate(counts)
    if not (np.isfinite(row) & (row >= 0)).all() or not row.any():
        raise InvalidGameError("`frequencies` must be at least 0, finite, and not all 0")
    if observations is None:
        shares = all(abs(own.sum() - 1) < 1e-6 for own in counts) and not (row % 1 == 0).all()
        advice = "`frequencies` count as one observation of each player; give `observations`"
        return counts, [advice] if shares else []
    number = checks.above("observations", observations, 0)
    return [own * (number / own.sum()) if own.any() else own for own in counts], []
