"""How far the hits hang on the coded threats: shifted all alike, and blurred by blind noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from games import AllianceGame, ExpectedUtility
from games.arrays import Array, Ints
from games.records import Record
from games.scenarios.cases import coding_of
from solver.accounts.choices import FORMS
from solver.accounts.priors import predict
from solver.results import Progress

# all codings are multiples of the step, and so are the threats looked at
STEP, LEVELS = 0.05, 21
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
        Its standard deviation; what comes of it is rounded to multiples of .05 within [0, 1].
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
    coded = np.array([round(game.threat / STEP) for game in held], dtype=np.int64)
    shifted, blurred = [], []
    for number, rule in enumerate(RULES):
        hits = np.array([_hits(game, rule) for game in held]).reshape(len(held), LEVELS)
        shifted += [
            Shifted(rule, shift, int(_at(hits, coded + round(shift / STEP)).sum()), len(held))
            for shift in SHIFTS
        ]
        rng = np.random.default_rng(seed)
        for noise in NOISES:
            added = rng.normal(0.0, noise, size=(draws, len(held)))
            moved = np.rint(coded + added / STEP).astype(np.int64)
            counts = np.array([_at(hits, row).sum() for row in moved])
            low, high = np.quantile(counts, (0.05, 0.95))
            ends = float(low), float(counts.mean()), float(high)
            blurred.append(Blurred(rule, noise, *ends, len(held)))
        if progress:
            progress("codings", number + 1, len(RULES))
    return Codings(tuple(shifted), tuple(blurred))


def _hits(game: AllianceGame, rule: str) -> Array:
    """Return whether the form that was sought is predicted at each level of threat."""
    if rule == "expected_utility":
        game = game.with_preference(ExpectedUtility())
    rows = [{"threat": float(level)} for level in np.linspace(0, 1, LEVELS)]
    sought = FORMS.index(coding_of(game).preferred.form)
    found: Array = predict(game, rows) == sought
    return found


def _at(hits: Array, levels: Ints) -> Array:
    """Return the hits of each case at its level, kept within the range."""
    found: Array = hits[np.arange(len(hits)), np.clip(levels, 0, LEVELS - 1)]
    return found
