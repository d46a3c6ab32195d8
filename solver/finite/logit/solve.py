"""Logit quantal response equilibria of any normal form, on the branch that starts at uniform play.

Each player takes actions with probabilities softmax(precision * V), where V is what the actions are
worth against the others' mixing: expected utility (McKelvey & Palfrey 1995) or the value of the
lottery under cumulative prospect theory. At precision 0 all play is uniform; as the precision grows
the principal branch approaches a Nash equilibrium, under weighting one of prospect theory's
players. Where that branch turns back, a precision has several equilibria on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import numpy as np

from games import InvalidGameError, NormalForm, checks
from games.arrays import Array
from games.finite.strategies import Profile
from games.records import Record
from games.tabled import Tabled
from solver.finite.certificate import Coverage
from solver.finite.logit.branch import LogitEquations, nodes, passing, passings, refined
from solver.finite.proofs.quantal_response import quantal_response
from solver.finite.solution import Candidate, ProfileSolution, solution_of


@dataclass(frozen=True, eq=False)
class BranchPoint(Record):
    """A logit equilibrium on the principal branch.

    Attributes
    ----------
    precision : float
        In units of one over utility.
    profile : tuple of ndarray, shape (m_i,)
    log_profile : tuple of ndarray, shape (m_i,)
        Logarithms of the probabilities, which themselves may be too small for a float.
    turns : bool
        Whether the precision turns back, or forward again, at this point.
    """

    precision: float
    profile: Profile
    log_profile: Profile = field(repr=False)
    turns: bool = False


@dataclass(frozen=True, eq=False)
class Branch(Tabled, Record):
    """The principal branch, as points in the order of the arc.

    Attributes
    ----------
    points : tuple of BranchPoint
    bifurcations : tuple of (float, float)
        Precisions just before and after each point where other branches meet this one; the branch
        then goes straight on.
    """

    game: NormalForm = field(repr=False)
    points: tuple[BranchPoint, ...] = field(repr=False)
    bifurcations: tuple[tuple[float, float], ...]

    _subject = "the principal branch of logit equilibria"
    _asked = ()

    def units(self) -> dict[str, str]:
        """Return the unit of each column."""
        columns = self.table()
        return dict.fromkeys(columns, "probability") | {"precision": "one over utility"}

    def records(self) -> list[dict[str, object]]:
        """Return a row for each point: the precision, and each action's probability."""
        columns = self.table()
        rows = zip(*(column.tolist() for column in columns.values()), strict=True)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def __str__(self) -> str:
        ends = self.points[0].precision, self.points[-1].precision
        return f"{len(self)} points, precision {ends[0]:.4g} to {ends[1]:.4g}"

    @property
    def turning_points(self) -> tuple[float, ...]:
        """The precisions at which the branch turns back or forward."""
        return tuple(point.precision for point in self.points if point.turns)

    def table(self) -> dict[str, Array]:
        """Return columns: the precision, and the probability of each action, "player: action"."""
        columns = {"precision": np.array([point.precision for point in self.points])}
        for i, (player, actions) in enumerate(
            zip(self.game.players, self.game.actions, strict=True)
        ):
            mixed = np.stack([point.profile[i] for point in self.points])
            columns |= {f"{player}: {action}": mixed[:, a] for a, action in enumerate(actions)}
        return columns

    def __len__(self) -> int:
        return len(self.points)

    def __iter__(self) -> Iterator[BranchPoint]:
        return iter(self.points)


@dataclass(frozen=True, eq=False)
class LogitSolution(ProfileSolution):
    """Logit equilibria on the principal branch.

    Attributes
    ----------
    points : tuple of BranchPoint
        One for each of `equilibria`, with its precision.
    """

    points: tuple[BranchPoint, ...] = ()


def solve(
    game: NormalForm, *, precision: float | Iterable[float], trace_to: float | None = None
) -> LogitSolution:
    """Return the logit equilibria at some precisions that lie on the principal branch.

    The branch is followed from uniform play until it first reaches the largest precision asked or
    `trace_to`, and every passing of a precision asked counts, in the order of the branch. So one
    precision has one equilibrium, the first; to see whether the branch comes back to it, follow it
    further by `trace_to`.

    Parameters
    ----------
    precision : float or iterable of float
        At least 0, in units of one over utility.
    trace_to : float, optional
        How far to follow the branch at least.

    Returns
    -------
    LogitSolution
        Regrets in its certificates are those of Nash's concept, positive here; how nearly a point
        is a logit equilibrium says `certificate.response`. Other branches are not searched, so the
        status is partial, except at precision 0.

    Raises
    ------
    InvalidGameError
        If a precision is negative, or beyond what floating point can tell in this game.
    NotApplicableError
        If a player's weighting is of no known family.
    ConvergenceError
        If the branch cannot be followed.

    Examples
    --------
    >>> ochs = NormalForm([[[1.1141, 0], [0, 0.2785]], [[0, 1.1141], [1.1141, 0]]])
    >>> for point in solve(ochs, precision=[1, 2]).points:
    ...     print(point.precision, [own.round(6).tolist() for own in point.profile])
    1.0 [[0.586784, 0.413216], [0.451807, 0.548193]]
    2.0 [[0.617522, 0.382478], [0.371982, 0.628018]]
    """
    equations = LogitEquations(game)
    given = list(precision) if isinstance(precision, Iterable) else [precision]
    asked = sorted({checks.at_least("precision", one, 0) for one in given})
    if not asked:
        raise InvalidGameError("`precision` must hold at least one number; got none")
    end = asked[-1] if trace_to is None else max(asked[-1], checks.number("trace_to", trace_to))
    arc = list(nodes(equations, equations.scaled(end)))
    points = [_point(equations, passed, one) for one, passed in passings(equations, arc, asked)]
    turns, crossings = sum(node.turns for node in arc), sum(node.crossed for node in arc)
    coverage = Coverage(
        f"principal branch of the logit correspondence, followed from uniform play to precision"
        f" {end:g} in {len(arc) - 1} steps with {turns} turning points and {crossings}"
        " bifurcations; other branches not searched",
        complete=asked == [0.0],
    )
    found = [
        Candidate(
            point.profile,
            response=partial(quantal_response, game, point.log_profile, point.precision),
        )
        for point in points
    ]
    plain = solution_of(game, "logit", found, coverage)
    return LogitSolution(**vars(plain), points=tuple(points))


def branch(game: NormalForm, *, to: float, spacing: float = 0.05) -> Branch:
    """Return the principal branch from uniform play until it first reaches a precision.

    Parameters
    ----------
    to : float
        Above 0, in units of one over utility.
    spacing : float
        In (0, 1]: by how much a probability may change from one point to the next.

    Raises
    ------
    InvalidGameError
        If `to` or `spacing` is out of range.
    NotApplicableError
        If a player's weighting is of no known family.
    ConvergenceError
        If the branch cannot be followed.

    Examples
    --------
    >>> hunt = branch(NormalForm([[[3, 0], [2, 2]], [[3, 2], [0, 2]]]), to=10)
    >>> hunt.points[-1].profile[0].round(6).tolist()
    [0.0, 1.0]
    """
    equations = LogitEquations(game)
    end = equations.scaled(checks.above("to", to, 0))
    checks.at_most("spacing", checks.above("spacing", spacing, 0), 1)
    arc = list(nodes(equations, end))
    last = passing(equations, arc[-2], arc[-1], end)
    shown = list(refined(equations, arc, spacing))
    while shown[-1].scaled >= end:
        shown.pop()
    points = [
        _point(equations, node.point, node.scaled / equations.scale, turns=node.turns)
        for node in shown
    ]
    points.append(_point(equations, last, to))
    met = tuple(
        (node.scaled / equations.scale, following.scaled / equations.scale)
        for node, following in pairwise(arc)
        if following.crossed
    )
    return Branch(game, tuple(points), met)


def _point(
    equations: LogitEquations, point: Array, precision: float, *, turns: bool = False
) -> BranchPoint:
    return BranchPoint(precision, equations.profile(point), equations.logs(point), turns)
