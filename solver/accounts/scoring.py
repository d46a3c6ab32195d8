"""How well accounts do over some cases: hits, log scores, and paired differences between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from games import Form, InvalidGameError
from games.arrays import Array
from games.records import Record
from solver.accounts.accounts import NESTING, PRECISION, Account, Prediction
from solver.accounts.choices import FORMS, Choice
from solver.accounts.nested_logit import form_chances, inclusive

BASE_RATE = "base_rate"
# the first are those of tables; among all a precision is fitted
SHOWN = (0.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)
PRECISIONS = tuple(np.union1d(SHOWN, np.geomspace(1, 1000, 25)).tolist())
# of these each counts once more than it was seen; two blocs are a form that few cases can take
COUNTED = np.array([form is not Form.BLOCS for form in FORMS], dtype=float)


class Difference(NamedTuple):
    """The mean of paired differences of log scores over cases, and its standard error."""

    mean: float
    se: float


@dataclass(frozen=True, eq=False)
class Judged(Record):
    """A case as scores need it: what an account says of it, and what was sought and recorded.

    Attributes
    ----------
    name : str
    prediction : Prediction
    inclusive : ndarray, shape (precisions, forms)
        The inclusive values of all forms at each of `PRECISIONS`.
    sought, recorded : Form
    """

    name: str
    prediction: Prediction
    inclusive: Array
    sought: Form
    recorded: Form

    def chances(self, precision: int, base: Array) -> Array:
        """Return the probability of each form at one of `PRECISIONS`, by its place."""
        return form_chances(self.inclusive[precision], base)


@dataclass(frozen=True, eq=False)
class Score(Record):
    """How well an account does over some cases.

    Attributes
    ----------
    account : str
    cases : int
    hits, recorded_hits : int
        Cases in which the form predicted is the one sought, and the one on record.
    log_score : float or None
        Mean of log P(form sought) with the precision set in advance; 0 is perfect.
    brier : float or None
        Mean over cases of the sum over forms of (P - 1 if sought)^2, likewise; from 0 to 2.
    loo : float or None
        The log score with the precision fitted, for each case, to the others.
    over_base_rate, over_expected_utility : Difference or None
        How much more `loo` is than that of the base rate and of expected utility, case by case.
    by_precision : dict of float to float
        The log score at other precisions.
    misses : tuple of str
        Names of the cases whose form sought is not predicted.

    Notes
    -----
    Base rates are those of the other cases of the sample, each form counted once more than it was
    seen. A sample to which the game was fitted has hits and no scores: nothing can be left out.
    """

    account: str
    cases: int
    hits: int
    recorded_hits: int
    log_score: float | None = None
    brier: float | None = None
    loo: float | None = None
    over_base_rate: Difference | None = None
    over_expected_utility: Difference | None = None
    by_precision: dict[float, float] | None = None
    misses: tuple[str, ...] = ()

    def record(self) -> dict[str, object]:
        """Return the scores as a flat row of plain values."""
        over = self.over_base_rate
        return {
            "account": self.account,
            "cases": self.cases,
            "hits": self.hits,
            "recorded_hits": self.recorded_hits,
            "log_score": self.log_score,
            "brier": self.brier,
            "loo": self.loo,
            "difference": over and over.mean,
            "se": over and over.se,
        }


def judged(name: str, account: Account, choice: Choice, sought: Form, recorded: Form) -> Judged:
    """Return what `account` says of a case, with its inclusive values at all precisions."""
    utilities, form = account.utilities(choice), choice.features.form
    table = [inclusive(utilities, form, len(FORMS), one, NESTING) for one in PRECISIONS]
    return Judged(name, account.predict(choice), np.array(table), sought, recorded)


def base_rates(sought: Sequence[Form]) -> Array:
    """Return the share of each of `FORMS` among some cases, each counted once more.

    Examples
    --------
    >>> base_rates([Form.NONE, Form.MULTILATERAL]).round(3).tolist()
    [0.286, 0.143, 0.143, 0.143, 0.0, 0.286]
    """
    counts = COUNTED + [sum(form is one for one in sought) for form in FORMS]
    rates: Array = counts / counts.sum()
    return rates


def hits_only(account: str, cases: Sequence[Judged]) -> Score:
    """Return the hits of an account over cases to which the game was fitted."""
    if not cases:
        raise InvalidGameError("`cases` must not be empty; got none")
    misses = tuple(case.name for case in cases if case.prediction.form is not case.sought)
    recorded = sum(case.prediction.form is case.recorded for case in cases)
    return Score(account, len(cases), len(cases) - len(misses), recorded, misses=misses)


def scores(by_account: Mapping[str, Sequence[Judged]]) -> tuple[tuple[Score, ...], Score]:
    """Return the scores of accounts over the same cases, best `loo` first, and the base rate's.

    Parameters
    ----------
    by_account : dict of str to sequence of Judged
        One for each case, in the same order for all accounts.
    """
    first = next(iter(by_account.values()))
    sought = [case.sought for case in first]
    bases = [base_rates(sought[:i] + sought[i + 1 :]) for i in range(len(sought))]
    places = [FORMS.index(form) for form in sought]
    null = np.log([base[place] for base, place in zip(bases, places, strict=True)])
    found, loos = [], {}
    for name, cases in by_account.items():
        logs = np.array(
            [
                [np.log(case.chances(k, base)[place]) for k in range(len(PRECISIONS))]
                for case, base, place in zip(cases, bases, places, strict=True)
            ]
        )
        loos[name] = left_out(logs)
        at = PRECISIONS.index(PRECISION)
        found.append(
            replace(
                hits_only(name, cases),
                log_score=float(logs[:, at].mean()),
                brier=float(
                    np.mean(
                        [
                            brier(case.chances(at, base), place)
                            for case, base, place in zip(cases, bases, places, strict=True)
                        ]
                    )
                ),
                loo=float(loos[name].mean()),
                over_base_rate=difference(loos[name], null),
                by_precision={one: float(logs[:, PRECISIONS.index(one)].mean()) for one in SHOWN},
            )
        )
    yardstick = Score(
        BASE_RATE,
        len(first),
        hits=sum(FORMS[int(np.argmax(b))] is s for b, s in zip(bases, sought, strict=True)),
        recorded_hits=sum(
            FORMS[int(np.argmax(base))] is case.recorded
            for base, case in zip(bases, first, strict=True)
        ),
        log_score=float(null.mean()),
        brier=float(np.mean([brier(b, p) for b, p in zip(bases, places, strict=True)])),
        loo=float(null.mean()),
    )
    other = loos.get("expected_utility")
    if other is not None:
        found = [
            replace(one, over_expected_utility=difference(loos[one.account], other))
            for one in found
        ]
    return tuple(sorted(found, key=lambda one: -(one.loo or 0.0))), yardstick


def left_out(logs: Array) -> Array:
    """Return the log score of each case at the precision that is best for all the others.

    Parameters
    ----------
    logs : ndarray, shape (cases, precisions)
        With one case there are no others, and the first precision is taken.
    """
    others = logs.sum(axis=0) - logs
    return np.take_along_axis(logs, others.argmax(axis=1)[:, np.newaxis], axis=1)[:, 0]


def difference(one: Array, other: Array) -> Difference:
    """Return the mean of the differences of two rows of scores, and its standard error.

    The error is that of independent cases, the sample standard deviation over the root of their
    number; it is NaN with one case.

    Examples
    --------
    >>> difference(np.array([1.0, 2.0, 3.0]), np.array([0.0, 0.0, 0.0]))
    Difference(mean=2.0, se=0.5773502691896258)
    """
    apart = one - other
    size = apart.size
    spread = float(apart.std(ddof=1)) / size**0.5 if size > 1 else float("nan")
    return Difference(float(apart.mean()), spread)


def brier(chances: Array, sought: int) -> float:
    """Return the Brier score (1950) of one prediction: from 0, perfect, to 2.

    Examples
    --------
    >>> brier(np.array([0.25, 0.75]), 1)
    0.125
    """
    return float(((chances - np.eye(chances.size)[sought]) ** 2).sum())
