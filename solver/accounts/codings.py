"""How far the hits hang on the coded threats: shifted all alike, and blurred by blind noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from games import AllianceGame, ExpectedUtility
from games.arrays import Array
from games.records import Record
from games.scenarios.cases import coding_of
from solver.accounts.choices import FORMS
from solver.accounts.priors import predict
from solver.results import Progress

# each case is looked at at its coded threat and at all that are whole steps from it
STEP, MOST_STEPS = 0.05, 20
SHIFTS = tuple(round(STEP * step, 2) for step in range(-6, 7))
NOISES = (0.05, 0.1, 0.15, 0.2)
RULES = ("prospect_theory", "expected_utility")


@dataclass(frozen=True)
class Shifted:
    """The hits with all coded threats moved by the same amount, kept within [0, 1]."""

    account: str
    shift: float
    hits: int
    cases: int


@dataclass(frozen=True)
class Blurred:
    """The hits with independent normal noise added to each coded threat.

    Attributes
    ----------
    noise : float
        Its standard deviation; it is rounded to multiples of .05, and what comes of it is kept
        within [0, 1].
    low, mean, high : float
        The 5 % quantile of the hits, their mean, and the 95 % quantile.
    """

    account: str
    noise: float
    low: float
    mean: float
    high: float
    cases: int


@dataclass(frozen=True, eq=False)
class Codings(Record):
    """How the hits on the held-out cases move with the coded threats.

    Attributes
    ----------
    shifted : tuple of Shifted
    blurred : tuple of Blurred
    """

    shifted: tuple[Shifted, ...]
    blurred: tuple[Blurred, ...]


def codings(
    cases: Sequence[AllianceGame], draws: int, seed: int = 0, progress: Progress | None = None
) -> Codings:
    """Return the hits of prospect theory and expected utility under other codings of the threat.

    Parameters
    ----------
    cases : sequence of AllianceGame
        Those that are held out count.
    draws : int
        Of the noise; the same noise for both accounts.
    """
    held = [game for game in cases if coding_of(game).sample == "held-out"]
    shifted, blurred = [], []
    for number, rule in enumerate(RULES):
        hits = np.array([_hits(game, rule) for game in held]).reshape(-1, 2 * MOST_STEPS + 1)
        shifted += [
            Shifted(rule, shift, int(hits[:, MOST_STEPS + round(shift / STEP)].sum()), len(held))
            for shift in SHIFTS
        ]
        rng = np.random.default_rng(seed)
        for noise in NOISES:
            added = rng.normal(0.0, noise, size=(draws, len(held)))
            moved = np.clip(np.rint(added / STEP), -MOST_STEPS, MOST_STEPS).astype(np.int64)
            counts = hits[np.arange(len(held)), MOST_STEPS + moved].sum(axis=1)
            low, high = np.quantile(counts, (0.05, 0.95))
            ends = float(low), float(counts.mean()), float(high)
            blurred.append(Blurred(rule, noise, *ends, len(held)))
        if progress:
            progress("codings", number + 1, len(RULES))
    return Codings(tuple(shifted), tuple(blurred))


def _hits(game: AllianceGame, rule: str) -> Array:
    """Return whether the form that was sought is predicted, from 20 steps below to 20 above."""
    if rule == "expected_utility":
        game = game.with_preference(ExpectedUtility())
    moved = game.threat + STEP * np.arange(-MOST_STEPS, MOST_STEPS + 1)
    levels, place = np.unique(np.round(np.clip(moved, 0, 1), 12), return_inverse=True)
    sought = FORMS.index(coding_of(game).preferred.form)
    found = predict(game, [{"threat": level} for level in levels.tolist()]) == sought
    every: Array = found[place]
    return every
