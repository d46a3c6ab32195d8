"""Games as columns of numbers: all that the compiled search and certificate read of them.

A game of n candidates is a row of figures: shared parameters, what each candidate brings, how close
they are, both sides' tastes, and the situation. Games of the same candidates are rows of one table
whatever they differ in, and what varies in a study is written straight into its columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from games import AllianceGame, ConstantReference, Preference, ThreatReference
from games.alliance import parameters
from games.alliance.payoffs import affinity, reference_point
from games.arrays import Array
from solver.numerics.jit import jit
from solver.prospects.compiled import Taste, is_compiled, taste_of
from solver.prospects.weighting import Curve

Number = TypeVar("Number", Array, float)

# what each candidate brings, and what a taste is made of
TRAITS = ("capability", "exposure", "basing", "reliability")
TASTE = ("alpha", "beta", "loss_aversion", *(f"{on}_{of}" for on in "gl" for of in "cab"))
SITUATION = ("candidate_reference", "threat", "framed", "base", "slope")


class Layout(NamedTuple):
    """Where the figures of a game with n candidates stand in its row."""

    shared: slice
    traits: slice
    affinity: slice
    candidate_taste: slice
    taste: slice
    situation: slice
    width: int


@cache
def layout(n: int) -> Layout:
    """Return where the figures of games with `n` candidates stand."""
    sizes = (
        len(parameters.names()),
        len(TRAITS) * n,
        n * n,
        len(TASTE),
        len(TASTE),
        len(SITUATION),
    )
    ends = np.cumsum(sizes).tolist()
    parts = [slice(first, last) for first, last in pairwise((0, *ends))]
    return Layout(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], ends[-1])


def are_columns(game: AllianceGame) -> bool:
    """Return whether games like this are searched as columns: one bloc at most, no burdens.

    And no formulas of their own, which compiled code does not know.
    """
    if game.family != "bloc_and_spokes" or game.burden_sharing != "none":
        return False
    return is_compiled(game.preference) and is_compiled(game.candidate_preference)


def figures_of(game: AllianceGame) -> Array:
    """Return the row of one game.

    The reference point is `base` + `slope` * `framed`; of rules other than those that are linear in
    the threat it stands in `base`.

    Raises
    ------
    NotApplicableError
        If a preference follows formulas of its own, which compiled code does not know.
    """
    shared, names, rule = game.parameters, game.candidates, game.reference
    if type(rule) is ThreatReference:
        line = rule.base, rule.slope
    elif type(rule) is ConstantReference:
        line = rule.level, 0.0
    else:
        line = reference_point(game), 0.0
    framed = game.threat if game.frame is None else game.frame
    return np.array(
        [
            *(getattr(shared, name) for name in parameters.names()),
            *(game.capabilities[name] for name in names),
            *(game.exposures.get(name, shared.exposure) for name in names),
            *(game.basings.get(name, shared.basing) for name in names),
            *(game.reliabilities.get(name, shared.reliability) for name in names),
            *(0.0 if a == b else affinity(game, a, b) for a in names for b in names),
            *_numbers(game.candidate_preference),
            *_numbers(game.preference),
            *(game.candidate_reference, game.threat, framed, *line),
        ]
    )


def _numbers(preference: Preference) -> tuple[float, ...]:
    own = taste_of(preference)
    return own.alpha, own.beta, own.loss_aversion, *own.gains, *own.losses


class Shared(NamedTuple, Generic[Number]):
    """The shared parameters, as `games.Parameters` names them: columns, or one game's numbers."""

    deployment: Number
    adversary: Number
    projection: Number
    pledge_bilateral: Number
    pledge_multilateral: Number
    basing: Number
    reliability: Number
    common_reliability: Number
    cohesion: Number
    entrapment: Number
    entrapment_share: Number
    k_bilateral: Number
    k_multilateral: Number
    k_bloc: Number
    shelter: Number
    guarantee_bilateral: Number
    guarantee_multilateral: Number
    exposure: Number
    ally_cost_bilateral: Number
    ally_cost_multilateral: Number
    friction: Number
    affinity: Number


class Tastes(NamedTuple):
    """Preferences as columns: as `solver.prospects.compiled.Taste`, shape (games,) each."""

    alpha: Array
    beta: Array
    loss_aversion: Array
    gains: Curve
    losses: Curve


class Columns(NamedTuple):
    """Games of n candidates, one to a row.

    Attributes
    ----------
    shared : Shared
    capability, exposure, basing, reliability : ndarray, shape (games, n)
    affinity : ndarray, shape (games, n, n)
        0 on the diagonal.
    candidate_taste, taste : Tastes
    candidate_reference, threat, reference : ndarray, shape (games,)
    """

    shared: Shared[Array]
    capability: Array
    exposure: Array
    basing: Array
    reliability: Array
    affinity: Array
    candidate_taste: Tastes
    taste: Tastes
    candidate_reference: Array
    threat: Array
    reference: Array

    @property
    def n(self) -> int:
        """The number of candidates."""
        return int(self.capability.shape[1])

    @property
    def worth(self) -> Array:
        """What each candidate is worth to the hegemon: capability and bases."""
        return self.capability + self.basing

    @property
    def power(self) -> Array:
        """What the adversary projects."""
        return self.threat * (self.shared.projection * self.shared.adversary)


def columns_in(table: Array, n: int) -> Columns:
    """Return the columns of a table of figures, shape (games, width)."""
    at = layout(n)
    games = len(table)
    traits = np.split(table[:, at.traits], len(TRAITS), axis=1)
    capability, exposure, basing, reliability = map(np.ascontiguousarray, traits)
    candidate_reference, threat, framed, base, slope = table[:, at.situation].T
    return Columns(
        Shared(*np.ascontiguousarray(table[:, at.shared].T)),
        capability,
        exposure,
        basing,
        reliability,
        # copied, as a view would have code compiled once for one game and once for many
        np.ascontiguousarray(table[:, at.affinity]).reshape(games, n, n),
        _tastes(table[:, at.candidate_taste]),
        _tastes(table[:, at.taste]),
        candidate_reference.copy(),
        threat.copy(),
        base + slope * framed,
    )


def _tastes(columns: Array) -> Tastes:
    alpha, beta, loss_aversion, *curves = np.ascontiguousarray(columns.T)
    return Tastes(alpha, beta, loss_aversion, Curve(*curves[:3]), Curve(*curves[3:]))


def columns_of(games: Sequence[AllianceGame]) -> Columns:
    """Return games of the same candidates as columns."""
    return columns_in(np.stack([figures_of(game) for game in games]), len(games[0].candidates))


# Compiled: one game of many.


@jit
def taste_at(tastes: Tastes, game: int) -> Taste:
    """Return the taste of one game."""
    gains, losses = tastes.gains, tastes.losses
    return Taste(
        tastes.alpha[game],
        tastes.beta[game],
        tastes.loss_aversion[game],
        Curve(gains.code[game], gains.first[game], gains.second[game]),
        Curve(losses.code[game], losses.first[game], losses.second[game]),
    )


class Figures(NamedTuple):
    """One game: as `Columns`, with numbers in the place of columns.

    Functions take this and not the columns: of a tuple of many arrays the compiler makes a great
    deal, in each function that it passes through.
    """

    shared: Shared[float]
    capability: Array
    exposure: Array
    basing: Array
    reliability: Array
    affinity: Array
    candidate_taste: Taste
    taste: Taste
    candidate_reference: float
    power: float
    reference: float


@jit
def figures_at(games: Columns, game: int) -> Figures:
    """Return one of the games."""
    own = games.shared
    shared = Shared(
        own.deployment[game],
        own.adversary[game],
        own.projection[game],
        own.pledge_bilateral[game],
        own.pledge_multilateral[game],
        own.basing[game],
        own.reliability[game],
        own.common_reliability[game],
        own.cohesion[game],
        own.entrapment[game],
        own.entrapment_share[game],
        own.k_bilateral[game],
        own.k_multilateral[game],
        own.k_bloc[game],
        own.shelter[game],
        own.guarantee_bilateral[game],
        own.guarantee_multilateral[game],
        own.exposure[game],
        own.ally_cost_bilateral[game],
        own.ally_cost_multilateral[game],
        own.friction[game],
        own.affinity[game],
    )
    return Figures(
        shared,
        games.capability[game],
        games.exposure[game],
        games.basing[game],
        games.reliability[game],
        games.affinity[game],
        taste_at(games.candidate_taste, game),
        taste_at(games.taste, game),
        games.candidate_reference[game],
        games.threat[game] * (shared.projection * shared.adversary),
        games.reference[game],
    )


@jit
def secured(own: float, opposed: float) -> float:
    """Return own / (own + opposed); 1 if both are nothing."""
    total = own + opposed
    return own / total if total > 0.0 else 1.0
