"""How many draws of a game's figures keep what it predicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from games import AllianceGame, Form, InvalidGameError, checks
from games.arrays import spaced
from games.records import Record
from games.scenarios.cases import coding_of
from games.tabled import Dimensions, Tabled
from solver.alliance.varied import Varied
from solver.results import Progress, name_of
from solver.studies.axes import Span, spans_of, spread_ranges
from solver.studies.levels import threat_levels
from solver.studies.preferred import are_few, form_of, preferred_games, preferred_structures

# What a game predicts, as something that a draw of its figures keeps or not.

KINDS = ("forms", "sequence", "sought")
SEQUENCE_LEVELS = 41

Forms = tuple[Form | None, ...]


@dataclass(frozen=True)
class Prediction:
    """Forms that are predicted.

    Attributes
    ----------
    label : str
    places : tuple of int
        Which of the threats looked at it is about.
    expected : tuple of Form or None
        The form at each of these; for a sequence, the forms met one after the other.
    in_sequence : bool
        Whether only the order in which forms are met counts, not where they change.
    """

    label: str
    places: tuple[int, ...]
    expected: Forms
    in_sequence: bool = False

    def keeps(self, forms: Forms) -> bool:
        """Return whether a draw with these forms at the threats looked at keeps it."""
        own = tuple(forms[place] for place in self.places)
        return (order(own) if self.in_sequence else own) == self.expected

    def __str__(self) -> str:
        return (" -> " if self.in_sequence else ", ").join(map(name_of, self.expected))


def order(forms: Forms) -> Forms:
    """Return forms without those that repeat the one before."""
    return tuple(form for form, _ in groupby(forms))


def predictions_of(
    game: AllianceGame, kind: str, threats: Sequence[float] | None
) -> tuple[tuple[float, ...], tuple[Prediction, ...]]:
    """Return the threats to look at, and what `game` predicts there.

    Raises
    ------
    InvalidGameError
        If there is no such kind of prediction, a threat is out of range, or "sought" is asked of a
        game that is no case, or of a case with treaties in force.
    """
    checks.one_of("prediction", kind, KINDS)
    if kind == "sought":
        if threats is not None:
            raise InvalidGameError("`threats` must not be given for 'sought': the threat is coded")
        case = coding_of(game)
        standing = case.standing(game.hegemon, game.candidates)
        if standing.treaties:
            raise InvalidGameError(
                "`prediction` must not be 'sought' for a case with treaties in force, which no draw"
                f" would keep (`solver.history` keeps them); got {standing}"
            )
        wanted = case.preferred.form
        return (game.threat,), (Prediction("as sought", (0,), (wanted,)),)
    if kind == "sequence":
        levels = threat_levels(spaced(0, 1, SEQUENCE_LEVELS) if threats is None else threats)
        if levels != sorted(levels):
            raise InvalidGameError(f"`threats` must rise for a sequence; got {levels}")
        forms = tuple(map(form_of, preferred_structures(game, levels)))
        whole = Prediction("sequence of forms", tuple(range(len(levels))), order(forms), True)
        return tuple(levels), (whole,)
    levels = threat_levels([game.threat] if threats is None else threats)
    forms = tuple(map(form_of, preferred_structures(game, levels)))
    single = [
        Prediction(f"threat {level:g}", (place,), (form,))
        for place, (level, form) in enumerate(zip(levels, forms, strict=True))
    ]
    if len(single) > 1:
        single.append(Prediction("all of these", tuple(range(len(levels))), forms))
    return tuple(levels), tuple(single)


# Confidence intervals of proportions.


def clopper_pearson(hits: int, draws: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a proportion (Clopper & Pearson 1934, Biometrika 26).

    It covers the true proportion with at least probability `level`, if draws are independent.

    Examples
    --------
    >>> [round(end, 4) for end in clopper_pearson(8, 10)]
    [0.4439, 0.9748]
    """
    checks.whole("draws", draws, 1)
    level = checks.inside("level", level, 0, 1)
    if checks.whole("hits", hits, 0) > draws:
        raise InvalidGameError(f"`hits` must be at most `draws`; got {hits} of {draws}")
    tail = (1 - level) / 2
    low = float(beta.ppf(tail, hits, draws - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1 - tail, hits + 1, draws - hits)) if hits < draws else 1.0
    return low, high


DRAWS = 500
# draws that are looked at between two reports of progress
TOGETHER = 50
LEVEL = 0.95


@dataclass(frozen=True)
class Share:
    """How many draws keep a prediction.

    Attributes
    ----------
    prediction : Prediction
    kept, draws : int
    low, high : float
        The exact confidence interval of the share of the whole range that keeps it.
    """

    prediction: Prediction
    kept: int
    draws: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Share of the draws, in [0, 1]."""
        return self.kept / self.draws

    def record(self) -> dict[str, object]:
        """Return a flat row of plain values."""
        return {
            "prediction": self.prediction.label,
            "expected": str(self.prediction),
            "kept": self.kept,
            "draws": self.draws,
            "share": self.share,
            "low": self.low,
            "high": self.high,
        }


@dataclass(frozen=True, eq=False)
class Robustness(Tabled, Record):
    """Monte-Carlo shares of draws that keep predictions.

    Attributes
    ----------
    game : AllianceGame
    ranges : dict of str to pair of float
        Each uniform, independent of the others.
    seed : int
    level : float
        Of the intervals.
    shares : tuple of Share
        One for each prediction, and one for all of them together if there are several.
    threats : tuple of float
        Levels that were looked at.
    forms : tuple of tuple of Form or None
        What each draw prefers at each of them.
    values : ndarray, shape (draws, inputs)
        The draws.
    kept : ndarray of bool, shape (draws, shares)
    """

    game: AllianceGame
    ranges: dict[str, Span]
    seed: int
    level: float
    shares: tuple[Share, ...]
    threats: tuple[float, ...] = field(repr=False)
    forms: tuple[tuple[Form | None, ...], ...] = field(repr=False)
    values: NDArray[np.float64] = field(repr=False)
    kept: NDArray[np.bool_] = field(repr=False)

    _subject = "shares of draws that keep what is predicted"
    _asked = ("game", "ranges", "seed", "level", "threats", "draws")
    _units = dict.fromkeys(("share", "low", "high"), "share of the draws")

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return len(self.values)

    def __str__(self) -> str:
        told = ", ".join(f"{one.prediction.label} {one.share:.1%}" for one in self.shares)
        return f"{self.draws} draws keep: {told}"

    def count(self, threat: float) -> Counter[Form | None]:
        """Return how many draws prefer each form at one of `threats`."""
        place = int(np.argmin(np.abs(np.array(self.threats) - threat)))
        return Counter(row[place] for row in self.forms)

    def records(self) -> list[dict[str, object]]:
        """Return one flat row of plain values for each share."""
        return [share.record() for share in self.shares]

    def _dimensions(self) -> Dimensions:
        return {"prediction": {}}

    def draw_records(self) -> list[dict[str, object]]:
        """Return one flat row for each draw: its figures, and which predictions it keeps."""
        labels = [share.prediction.label for share in self.shares]
        rows = zip(self.values.tolist(), self.kept.tolist(), strict=True)
        return [
            {"draw": number}
            | dict(zip(self.ranges, row, strict=True))
            | dict(zip(labels, kept, strict=True))
            for number, (row, kept) in enumerate(rows, start=1)
        ]


def robustness(
    game: AllianceGame,
    ranges: Mapping[str, Sequence[float]] | None = None,
    *,
    spread: float | None = None,
    names: Sequence[str] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    prediction: str = "forms",
    threats: Sequence[float] | None = None,
    level: float = LEVEL,
    progress: Progress | None = None,
) -> Robustness:
    """Return which share of draws of the game's figures keeps what it predicts.

    Draws are independent and uniform, not from a low-discrepancy sequence: the exact interval is
    one for independent draws.

    Parameters
    ----------
    ranges : mapping of str to pair of float, optional
        What varies, and where.
    spread : float, optional
        Instead of `ranges`: each of `names` varies by this share of its value either way, shares
        and probabilities up to 1 at most. 0.2 if neither is given.
    names : sequence of str, optional
        By default those of `solver.studies.axes.VARIED` that the game has.
    draws, seed : int
    prediction : {"forms", "sequence", "sought"}
        That at each of `threats` the form stays what it is; that the forms met as the threat rises
        over `threats` stay the same, in the same order; or that the form that the scenario's
        hegemon sought is the preferred one at the coded threat, whatever the game itself predicts.
    threats : sequence of float, optional
        The game's own threat by default for "forms", and 0, 0.025, ..., 1 for "sequence". "sought"
        takes none.
    level : float
        Of the intervals, between 0 and 1.
    progress : callable, optional
        Called with the numbers of draws done and to do.

    Returns
    -------
    Robustness
        The same for the same `seed`.

    Raises
    ------
    InvalidGameError, UnknownNameError, NotApplicableError
        If a range is no range of a quantity of the game, or the prediction does not apply to it.

    Examples
    --------
    >>> import games
    >>> athens = games.load("classic-athens")
    >>> found = robustness(athens, {"cohesion": (0.4, 0.7)}, draws=40, threats=[0.9])
    >>> [(str(share.prediction), share.share) for share in found.shares]
    [('multilateral', 0.825)]
    """
    checks.kind("game", game, AllianceGame)
    checks.whole("draws", draws, 1)
    checks.whole("seed", seed, 0)
    level = checks.inside("level", level, 0, 1)
    spans = spans_of(game, ranges) if ranges is not None else spread_ranges(game, spread, names)
    if "threat" in spans:
        raise InvalidGameError("`ranges` must not name 'threat': `threats` says where to look")
    levels, expected = predictions_of(game, prediction, threats)
    lows, highs = np.array(list(spans.values())).T
    values = np.random.default_rng(seed).uniform(lows, highs, size=(draws, len(spans)))
    Varied(game, list(spans)).check(values)
    forms: list[tuple[Form | None, ...]] = []
    for first in range(0, draws, TOGETHER):
        some = values[first : first + TOGETHER]
        forms += _forms(game, list(spans), some, levels)
        if progress:
            progress("draws", min(first + TOGETHER, draws), draws)
    kept = np.array([[item.keeps(row) for item in expected] for row in forms])
    shares = []
    for item, column in zip(expected, kept.T, strict=True):
        hits = int(column.sum())
        shares.append(Share(item, hits, draws, *clopper_pearson(hits, draws, level)))
    return Robustness(game, spans, seed, level, tuple(shares), levels, tuple(forms), values, kept)


def _forms(
    game: AllianceGame, names: list[str], values: NDArray[np.float64], levels: Sequence[float]
) -> list[tuple[Form | None, ...]]:
    """Return the form that each draw prefers at each level."""
    if not are_few(game, levels):
        drawn = map(Varied(game, names).built, values.tolist())
        return [tuple(map(form_of, preferred_structures(one, levels))) for one in drawn]
    varied = Varied(game, [*names, "threat"])
    by_level = [
        map(form_of, preferred_games(varied, np.column_stack([values, np.full(len(values), one)])))
        for one in levels
    ]
    return list(zip(*by_level, strict=True))


def form_rows(found: Robustness) -> list[dict[str, object]]:
    """Return how many draws prefer each form at each threat, as rows."""
    return [
        {"threat": threat, "form": name_of(form), "draws": number}
        for threat in found.threats
        for form, number in found.count(threat).most_common()
    ]
