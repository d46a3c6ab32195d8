"""Steps along an arc of logit equilibria: a tangent to predict, Newton's method to correct.

The length of the next step follows from how fast the corrector converged, how far it had to go,
and how much the tangent turned (Allgower & Georg 1990, ch. 6); a step that was far too long is
taken back. So is one on which the matrix of the equations may have been singular, down to a short
step: where the arc only bends near a bifurcation, short steps follow the bend. At a true
bifurcation, as games with symmetries have them, no step is short enough, and the arc goes straight
on, which keeps the symmetry.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from games import ConvergenceError
from games.arrays import Array
from solver.finite.logit_equations import TOLERANCE, LogitEquations

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
