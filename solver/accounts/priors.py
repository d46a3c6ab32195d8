"""How much of a prior over parameters predicts each case, and which region predicts them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from games import AllianceGame, CumulativeProspectTheory, UnknownNameError, checks
from games.alliance import settings
from games.scenarios.cases import coding_of
from solver.accounts.choices import FORMS, choice_of, status_quo_of
from solver.alliance.batch import value_table
from solver.alliance.best import best_structures, covers
from solver.alliance.columns import figures_of
from solver.alliance.varied import Varied
from solver.results import Progress

MOST_CANDIDATES, MOST_BOUND = 7, 5

# uniform on these intervals, independently; the defaults lie inside all of them
PRIOR: dict[str, tuple[float, float]] = {
    "alpha": (0.6, 1.0),
    "loss_aversion": (1.0, 3.5),
    "gamma": (0.5, 1.0),
    "delta": (0.5, 1.0),
    "cohesion": (0.5, 1.0),
    "entrapment": (0.0, 1.0),
    "entrapment_share": (0.0, 1.0),
    "reliability": (0.7, 1.0),
    "pledge_bilateral": (0.2, 0.8),
    "pledge_multilateral": (0.6, 1.0),
    "k_bloc": (0.0, 0.06),
    "deployment": (0.15, 0.6),
    "projection": (1.0, 3.0),
}
PREFERENCE = ("alpha", "loss_aversion", "gamma", "delta")


@dataclass(frozen=True)
class Region:
    """How many cases are predicted at each point of a grid of two parameters.

    Attributes
    ----------
    x, y : tuple of (str, tuple of float)
        Names of the parameters and their values.
    hits : ndarray of int, shape (len(y), len(x))
    cases : int
        Out of how many.
    """

    x: tuple[str, tuple[float, ...]]
    y: tuple[str, tuple[float, ...]]
    hits: NDArray[np.int64]
    cases: int


def named_in(game: AllianceGame, values: dict[str, float]) -> dict[str, float]:
    """Return those values that `game` has, by its own names.

    "alpha" is the exponent of both gains and losses; "gamma" and "delta" are those of the
    Tversky-Kahneman weighting of gains and of losses. Expected utility has none of these.
    """
    has_parts = isinstance(game.preference, CumulativeProspectTheory)
    return {
        "curvature" if name == "alpha" else name: value
        for name, value in values.items()
        if has_parts or name not in PREFERENCE
    }


def with_values(game: AllianceGame, values: dict[str, float]) -> AllianceGame:
    """Return `game` with parameters of the game and of prospect theory changed, as `named_in`."""
    return settings.with_values(game, named_in(game, values))


def predict(game: AllianceGame, rows: Sequence[dict[str, float]]) -> NDArray[np.int64]:
    """Return the place in `FORMS` of what is new in the best structure, for rows of values.

    Of the structures that are accepted and extend the status quo of the case, if it has one.
    """
    if not covers(game):
        return np.array([_searched(with_values(game, row)) for row in rows])
    if status_quo_of(game).treaties:
        return _beside(game, rows)
    named = [named_in(game, row) for row in rows]
    varied = Varied(game, list(named[0]))
    values = np.array([list(row.values()) for row in named])
    best = best_structures(varied, values)
    return np.array(
        [
            FORMS.index(one.form) if one else _searched(with_values(game, row))
            for one, row in zip(best, rows, strict=True)
        ]
    )


def _beside(game: AllianceGame, rows: Sequence[dict[str, float]]) -> NDArray[np.int64]:
    """Return what `predict` does for a case with a status quo, all rows valued together."""
    varied = [with_values(game, row) for row in rows]
    choices = [choice_of(one) for one in varied]
    wanted = reduce(np.union1d, (choice.numbers for choice in choices))
    values = value_table(np.stack(list(map(figures_of, varied))), len(game.candidates), wanted)
    found = []
    for choice, row in zip(choices, values, strict=True):
        own = row[np.searchsorted(wanted, choice.numbers)]
        found.append(choice.forms[int(np.argmax(own))])
    return np.array(found)


def _searched(game: AllianceGame) -> int:
    choice = choice_of(game)
    return int(choice.features.form[int(np.argmax(choice.values(game)))])


def prior_shares(
    cases: Sequence[AllianceGame],
    draws: int,
    seed: int = 0,
    progress: Progress | None = None,
) -> list[float]:
    """Return, for each case, the share of prior draws under which the sought form is predicted.

    The prior is uniform and independent on the intervals of `PRIOR`. Cases with more than seven
    candidates are cut to the seven strongest here, for speed.

    Returns
    -------
    list of float
        In [0, 1].
    """
    checks.whole("draws", draws, 1)
    rng = np.random.default_rng(seed)
    thinned = [(thin(game), _sought_place(game)) for game in cases]
    rows = [{name: float(rng.uniform(*ends)) for name, ends in PRIOR.items()} for _ in range(draws)]
    shares = []
    for number, (game, place) in enumerate(thinned, start=1):
        shares.append(float(np.mean(predict(game, rows) == place)))
        if progress:
            progress("prior draws", number * draws, len(thinned) * draws)
    return shares


def region(
    cases: Sequence[AllianceGame],
    x: str = "loss_aversion",
    y: str = "cohesion",
    points: int = 13,
) -> Region:
    """Return how many cases prospect theory predicts over a grid of two parameters.

    Partial identification: the points at which all cases are predicted are those that the cases
    cannot tell apart, and there may be none.

    Parameters
    ----------
    x, y : str
        Names in `PRIOR`; each runs over its interval.
    points : int
        Values of each.
    """
    for name in (x, y):
        if name not in PRIOR:
            raise UnknownNameError("parameter", name, PRIOR)
    across, down = (np.linspace(*PRIOR[name], points) for name in (x, y))
    thinned = [(thin(game), _sought_place(game)) for game in cases]
    rows = [{x: float(a), y: float(b)} for b in down for a in across]
    hits = sum(predict(game, rows) == place for game, place in thinned)
    hits = np.reshape(hits, (down.size, across.size)).astype(np.int64)
    return Region((x, tuple(across.tolist())), (y, tuple(down.tolist())), hits, len(cases))


def thin(game: AllianceGame) -> AllianceGame:
    """Return `game` among the strongest: five in the standing bloc, and seven others."""
    bound = status_quo_of(game).bloc
    ranked = sorted(game.candidates, key=lambda name: -game.capabilities[name])
    kept = set([name for name in ranked if name in bound][:MOST_BOUND])
    kept |= set([name for name in ranked if name not in bound][:MOST_CANDIDATES])
    return game.restricted_to([name for name in game.candidates if name in kept])


def _sought_place(game: AllianceGame) -> int:
    return FORMS.index(coding_of(game).preferred.form)
