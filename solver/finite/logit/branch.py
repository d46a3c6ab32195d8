"""The principal branch of logit quantal response equilibria, traced as an arc.

The solutions of the logit equations that are connected with uniform play at precision 0 are
followed with arc length as parameter, so that the precision may turn back on the way (Turocy 2005).
Where it does, the turning point is found; a turn and a turn back within one step show by a waist
of the cubic through its ends.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from games import ConvergenceError, InvalidGameError, NormalForm, checks
from games.arrays import Array
from games.finite.equivalence import levelled
from solver.numerics import roots
from solver.prospects.logs import ActionValues

# The equations of logit quantal response equilibria, in log probabilities.
#
# A logit equilibrium at a precision is a profile p with p_i = softmax(precision * V_i(p)) for each
# player, V_i being what its actions are worth (McKelvey & Palfrey 1995, eq. 4, there for expected
# utility). In log probabilities the equations stay smooth up to the ends, with probability
# weighting too, and nothing underflows.

# beyond this precision, in units of the payoffs' range, floats say nothing
LARGEST = 1e10
# allowed error of the equations, as a share of the size of their terms
TOLERANCE = 1e-12
MOST_CORRECTIONS = 12


class LogitEquations:
    """The logit equations of one game.

    A *point* is a row: log probabilities player by player, then the scaled precision, which is the
    precision times the payoffs' range.

    Parameters
    ----------
    game : NormalForm

    Attributes
    ----------
    scale : float
        The widest range of any player's utilities (1 if none differ).
    """

    def __init__(self, game: NormalForm) -> None:
        self.game = game
        checks.finite("payoffs", game.payoffs)
        clear = levelled(game, rescaled=False)
        self._values = ActionValues(clear)
        owner = self._values.owner
        self._same = (owner[:, np.newaxis] == owner).astype(np.float64)
        self.scale = float(max(np.ptp(own) for own in clear.utilities)) or 1.0
        self._size = float(np.abs(clear.utilities).max()) / self.scale

    @property
    def start(self) -> Array:
        """The point at precision 0, where all play uniformly."""
        shape = self.game.shape
        return np.append(np.repeat(-np.log(shape), shape), 0.0)

    def scaled(self, precision: float) -> float:
        """Return a precision times the payoffs' range.

        Raises
        ------
        InvalidGameError
            If the precision is too large for floating point.
        """
        if precision > LARGEST / self.scale:
            raise InvalidGameError(
                f"`precision` must be at most {LARGEST / self.scale:g} in this game;"
                f" got {precision:g}"
            )
        return precision * self.scale

    def split(self, row: Array) -> tuple[Array, ...]:
        """Return the parts of a row without its precision that are each player's."""
        return self._values.split(row)

    def logs(self, point: Array) -> tuple[Array, ...]:
        """Return each player's log probabilities at a point."""
        return self.split(self._normal(point[:-1]))

    def profile(self, point: Array) -> tuple[Array, ...]:
        """Return the mixed profile at a point, as read-only arrays."""
        mixed = [np.exp(own) for own in self.logs(point)]
        for own in mixed:
            own /= own.sum()
            own.setflags(write=False)
        return tuple(mixed)

    def terms(self, point: Array) -> float:
        """Return the size of the terms that the equations add up, a measure of their rounding."""
        return 1.0 + abs(float(point[-1])) * self._size

    def __call__(self, point: Array) -> tuple[Array, Array]:
        """Return the errors of the equations at a point, and their derivatives.

        The equations of a player are that l - precision * V equals its mean under the mixing, and
        that probabilities sum to 1; each is given with the logarithm of that sum added.

        Returns
        -------
        errors : ndarray, shape (actions,)
        matrix : ndarray, shape (actions, actions + 1)
        """
        given, scaled = point[:-1], float(point[-1])
        logs = self._normal(given)
        values, slopes = self._values(logs)
        means = self._same * np.exp(logs)
        slopes -= (slopes @ self._same) * np.exp(logs)
        moves = np.column_stack([slopes * (scaled / self.scale), values / self.scale])
        ahead = logs - scaled * moves[:, -1]
        matrix: Array = means @ moves - moves
        matrix[:, :-1] += np.eye(len(given))
        return ahead - means @ ahead + given - logs, matrix

    def polished(self, point: Array) -> Array:
        """Return the solution near a point at its precision, by Newton's method to rounding.

        Raises
        ------
        ConvergenceError
            If the equations do not come to hold.
        """
        best = point
        errors, matrix = self(best)
        for _ in range(MOST_CORRECTIONS):
            trial = best.copy()
            # least squares: at a turning point the matrix is singular
            trial[:-1] -= np.linalg.lstsq(matrix[:, :-1], errors)[0]
            left, matrix = self(trial)
            if not np.abs(left).max() < np.abs(errors).max():
                break
            best, errors = trial, left
        worst = float(np.abs(errors).max())
        if not worst <= TOLERANCE * self.terms(best):
            raise ConvergenceError(
                f"the logit equations hold to {worst:.1e} only at precision"
                f" {best[-1] / self.scale:g}"
            )
        return best

    def _normal(self, logs: Array) -> Array:
        """Return log probabilities that sum to 1 for each player."""
        values = self._values
        normal: Array = logs - np.logaddexp.reduceat(logs, values.starts)[values.owner]
        return normal


# Steps along an arc of logit equilibria: a tangent to predict, Newton's method to correct.
#
# The length of the next step follows from how fast the corrector converged, how far it had to go,
# and how much the tangent turned (Allgower & Georg 1990, ch. 6); a step that was far too long is
# taken back. So is one on which the matrix of the equations may have been singular, down to a
# short step: where the arc only bends near a bifurcation, short steps follow the bend. At a true
# bifurcation, as games with symmetries have them, no step is short enough, and the arc goes
# straight on, which keeps the symmetry.

SHORTEST_STEP = 1e-12
# a bifurcation is believed when steps as short as this still meet one
SHORT_STEP = 1e-5
CORRECTIONS = 6
# what steps are fitted to: contraction and length of corrections, angle between tangents
CONTRACTION, DISTANCE, ANGLE = 0.3, 0.3, 0.3


class Node(NamedTuple):
    """A point of the branch.

    Attributes
    ----------
    point : ndarray, shape (actions + 1,)
        Log probabilities player by player, then the scaled precision.
    tangent : ndarray, shape (actions + 1,)
        Of length 1, in the direction of the arc.
    matrix : ndarray, shape (actions + 1, actions + 1)
        Derivatives of the equations, above the tangent.
    turns : bool
        Whether the precision turns here.
    crossed : bool
        Whether a bifurcation lies between the node before and this one.
    """

    point: Array
    tangent: Array
    matrix: Array
    turns: bool = False
    crossed: bool = False

    @property
    def scaled(self) -> float:
        """The scaled precision."""
        return float(self.point[-1])

    @property
    def rate(self) -> float:
        """How fast the scaled precision rises along the arc."""
        return float(self.tangent[-1])


def first(equations: LogitEquations) -> Node:
    """Return the node at precision 0."""
    point = equations.start
    upwards = np.zeros_like(point)
    upwards[-1] = 1.0
    return _node(point, equations(point)[1], upwards)


def advance(equations: LogitEquations, node: Node, step: float) -> tuple[Node, float]:
    """Return the next node, and the length of step to try after it."""
    while step > SHORTEST_STEP:
        tried = _correct(equations, node.point + step * node.tangent, node.tangent)
        if tried is not None and tried[0].scaled > 0:
            following, corrections = tried
            strain = _strain(node, following, corrections)
            crossed = _may_be_singular(node, following)
            if strain <= 2 and (step <= SHORT_STEP or not crossed):
                return following._replace(crossed=crossed), step / max(strain, 0.5)
        step /= 2
    raise ConvergenceError(
        f"the branch cannot be followed beyond precision {node.scaled / equations.scale:g}"
    )


def between(equations: LogitEquations, node: Node, arc: float) -> Node:
    """Return the node at a distance from another, measured along the other's tangent.

    Raises
    ------
    ConvergenceError
        If the corrector finds none.
    """
    tried = _correct(equations, node.point + arc * node.tangent, node.tangent)
    if tried is None:
        raise ConvergenceError(f"no point of the branch found {arc:g} after a node")
    return tried[0]


def length(node: Node, following: Node) -> float:
    """Return the distance of a node from the one before it, along the tangent of that."""
    return float(node.tangent @ (following.point - node.point))


def _correct(
    equations: LogitEquations, guess: Array, along: Array
) -> tuple[Node, list[float]] | None:
    """Return the node next to a guess, across a direction, and the lengths of corrections."""
    point, corrections = guess, list[float]()
    right = np.zeros_like(guess)
    while len(corrections) <= CORRECTIONS:
        errors, matrix = equations(point)
        try:
            if np.abs(errors).max() <= TOLERANCE * equations.terms(point):
                return _node(point, matrix, along), corrections
            right[:-1] = -errors
            move = np.linalg.solve(np.vstack([matrix, along]), right)
        except np.linalg.LinAlgError:
            return None
        corrections.append(float(np.linalg.norm(move)))
        if not corrections[-1] <= corrections[0] < math.inf:
            return None
        point = point + move
    return None


def _node(point: Array, matrix: Array, along: Array) -> Node:
    """Return a node whose tangent goes on in a direction."""
    right = np.append(np.zeros(len(matrix)), 1.0)
    tangent = np.asarray(np.linalg.solve(np.vstack([matrix, along]), right))
    tangent /= np.linalg.norm(tangent)
    return Node(point, tangent, np.vstack([matrix, tangent]))


def _strain(node: Node, following: Node, corrections: list[float]) -> float:
    """Return by how much a step was too long: the share of its measures, at least 0."""
    distance = corrections[0] if corrections else 0.0
    contraction = corrections[1] / corrections[0] if len(corrections) > 1 else 0.0
    angle = math.acos(min(1.0, float(node.tangent @ following.tangent)))
    return max(math.sqrt(contraction / CONTRACTION), math.sqrt(distance / DISTANCE), angle / ANGLE)


def _may_be_singular(node: Node, following: Node) -> bool:
    """Return whether the matrix may lose its rank between two nodes.

    On the straight line between the two matrices it does just where their quotient has an
    eigenvalue that is not positive; eigenvalues near those count as well, as the way is not
    quite straight.
    """
    turns = np.linalg.eigvals(np.linalg.solve(node.matrix, following.matrix))
    return bool((turns.real <= -np.abs(turns.imag)).any())


# The arc: its nodes in order, turning points among them, and points at given precisions.

FIRST_STEP = 0.1
MOST_STEPS = 20_000
# the rate of the precision along the arc is looked at where it falls below this share of its ends
WAIST = 0.5


def nodes(equations: LogitEquations, to: float) -> Iterator[Node]:
    """Yield nodes from uniform play on, up to the first at or beyond the scaled precision `to`.

    Raises
    ------
    ConvergenceError
        If steps become too short, or there are too many of them.
    """
    node, step = first(equations), FIRST_STEP
    yield node
    if to <= 0:
        return
    for _ in range(MOST_STEPS):
        following, step = advance(equations, node, step)
        for one in (*_turns(equations, node, following), following):
            yield one
            if one.scaled >= to:
                return
        node = following
    raise ConvergenceError(f"no end of the branch within {MOST_STEPS} steps")


def refined(equations: LogitEquations, nodes: Iterable[Node], spacing: float) -> Iterator[Node]:
    """Yield nodes, and more between them until no probability changes by more than `spacing`."""
    before: Node | None = None
    for node in nodes:
        if before is not None:
            yield from _middles(equations, before, node, spacing)
        yield node
        before = node


def passing(equations: LogitEquations, node: Node, following: Node, scaled: float) -> Array:
    """Return the point between two nodes at a scaled precision that lies between theirs.

    Newton's method at that precision starts from the chord. Where it ends outside the stretch of
    the arc between the nodes, as it may near a turning point, the arc is searched instead.
    """
    chord = following.point - node.point
    guess = node.point + chord * ((scaled - node.scaled) / chord[-1])
    guess[-1] = scaled
    try:
        found = equations.polished(guess)
    except ConvergenceError:
        found = node.point
    arc, aside = _along(node, found)
    end, widest = _along(node, following.point)
    if 0 < arc <= end and aside <= widest:
        return found
    arc = roots.crossing(
        lambda arc: between(equations, node, arc).scaled - scaled, 0.0, end, accuracy=1e-9
    )
    point = between(equations, node, arc).point.copy()
    point[-1] = scaled
    return equations.polished(point)


def passings(
    equations: LogitEquations, arc: Sequence[Node], asked: Sequence[float]
) -> Iterator[tuple[float, Array]]:
    """Yield each precision asked, with the point, whenever the arc passes it, in its order.

    Parameters
    ----------
    arc : sequence of Node
    asked : sequence of float
        Precisions (not scaled) in ascending order.
    """
    if asked[0] == 0:
        yield 0.0, arc[0].point
    scaled = [(one, equations.scaled(one)) for one in asked]
    for node, following in pairwise(arc):
        low, high = node.scaled, following.scaled
        met = [(one, s) for one, s in scaled if low < s <= high or high <= s < low]
        for one, s in met if low < high else reversed(met):
            yield one, passing(equations, node, following, s)


def _along(node: Node, point: Array) -> tuple[float, float]:
    """Return how far a point lies along the tangent of a node, and how far from it."""
    move = point - node.point
    arc = float(node.tangent @ move)
    return arc, float(np.linalg.norm(move - arc * node.tangent))


def _middles(
    equations: LogitEquations, node: Node, following: Node, spacing: float
) -> Iterator[Node]:
    change = np.exp(following.point[:-1]) - np.exp(node.point[:-1])
    if np.abs(change).max() > spacing:
        middle = between(equations, node, length(node, following) / 2)
        yield from _middles(equations, node, middle, spacing)
        yield middle
        yield from _middles(equations, middle, following, spacing)


def _turns(equations: LogitEquations, node: Node, following: Node) -> list[Node]:
    """Return the turning points between two nodes, and the node between these if there are two."""
    ends = [node, following]
    waist = _waist(node, following)
    if waist is not None:
        middle = between(equations, node, waist)
        if middle.rate * node.rate < 0:
            ends.insert(1, middle)
    found = []
    for start, end in pairwise(ends):
        if start.rate * end.rate < 0:
            found.append(_turning_point(equations, start, end))
        found.append(end)
    return found[:-1]


def _waist(node: Node, following: Node) -> float | None:
    """Return where between two nodes the precision seems to rise, or fall, least, if by little.

    It is taken to be a cubic of the arc, fixed by its values and rates at the ends.
    """
    arc, a, b = length(node, following), node.rate, following.rate
    mean = (following.scaled - node.scaled) / arc
    bend = 6 * (2 * mean - a - b)
    if a * b <= 0 or bend == 0:
        return None
    x = (6 * mean - 4 * a - 2 * b) / bend
    least = 6 * x * (1 - x) * mean + (1 - 4 * x + 3 * x * x) * a + (3 * x * x - 2 * x) * b
    return arc * x if 0 < x < 1 and least / a < WAIST * min(1.0, b / a) else None


def _turning_point(equations: LogitEquations, node: Node, following: Node) -> Node:
    arc = roots.crossing(
        lambda arc: between(equations, node, arc).rate, 0.0, length(node, following)
    )
    return between(equations, node, arc)._replace(turns=True)
