"""Profiles that are offered without a proof that they are isolated equilibria.

1. On a face that holds a continuum no box holds exactly one zero. One of them stands for all.
2. Where nothing was found, the principal branch of logit equilibria is followed: it leads to an
   equilibrium as the precision grows (McKelvey & Palfrey 1995). At its end the least
   probabilities are put to 0 and the others polished by Newton's method, as far as that leaves
   less regret.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from time import monotonic

import numpy as np

from games import ConvergenceError, NormalForm
from games.arrays import Array
from games.finite.strategies import Profile
from solver.finite.faces.conditions import newton
from solver.finite.logit.branch import LogitEquations, nodes
from solver.finite.proofs.faces import Face, spread
from solver.prospects.terms import Terms

# nobody gains more by leaving a profile that is offered for a face, as a share of its range
OFFERED = 1e-9
# and no probability in it is smaller, or it belongs to another face
INSIDE = 1e-6
# how far the branch is followed: the precision times the range of payoffs
END = 1e6
# probabilities below one of these are put to 0
LEAST = (1e-9, 1e-6, 1e-4, 1e-2)


def settled(game: NormalForm, face: Face, points: Sequence[Array]) -> Iterator[Profile]:
    """Yield the profiles of points inside a face at which nobody gains."""
    for point in points:
        profile = _profile(face, point)
        inside = min(float(own[own > 0].min()) for own in profile) >= INSIDE
        if inside and _regret(game, profile) <= OFFERED:
            yield game.profile(profile)


def end_of_branch(
    game: NormalForm, terms: tuple[Terms, ...], until: float
) -> tuple[Profile, float]:
    """Return the profile to which the branch leads, and the largest regret, in shares of ranges.

    Parameters
    ----------
    game : NormalForm
    terms : tuple of Terms
        What the actions of its players are worth.
    until : float
        When to stop following the branch, by `time.monotonic`.
    """
    equations = LogitEquations(game)
    point = equations.start
    with suppress(ConvergenceError):
        for node in nodes(equations, END):
            point = node.point
            if monotonic() > until:
                break
    end: Sequence[Array] = equations.profile(point)
    tried = [end, *(one for least in LEAST for one in _cut(game, terms, end, least))]
    regrets = [_regret(game, one) for one in tried]
    best = int(np.argmin(regrets))
    return game.profile(tried[best]), regrets[best]


def _cut(
    game: NormalForm, terms: tuple[Terms, ...], profile: Sequence[Array], least: float
) -> Iterator[list[Array]]:
    """Yield a profile without its least probabilities, and where Newton's method leads from it."""
    kept = [np.where(own < min(least, own.max()), 0.0, own) for own in profile]
    kept = [own / own.sum() for own in kept]
    yield kept
    supports = tuple(tuple(np.flatnonzero(own).tolist()) for own in kept)
    face = Face(game.shape, supports, terms)
    if face.dimension:
        middles = [
            own[list(chosen)][np.newaxis] for own, chosen in zip(kept, supports, strict=True)
        ]
        points, done = newton(face, middles)
        yield from (_profile(face, point) for point in points[done])


def _profile(face: Face, point: Array) -> list[Array]:
    """Return the profile of a face with the free probabilities given."""
    return [
        spread([*point[part], 1 - point[part].sum()], own, m)
        for own, m, part in zip(face.supports, face.shape, face.parts, strict=True)
    ]


def _regret(game: NormalForm, profile: Sequence[Array]) -> float:
    """Return the largest regret of any player, as a share of the range of its utilities."""
    ranges = [float(np.ptp(own)) or 1.0 for own in game.utilities]
    return max(regret / range_ for regret, range_ in zip(game.regret(profile), ranges, strict=True))
