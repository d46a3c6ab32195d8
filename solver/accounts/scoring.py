"""Scores of accounts of alliance form against what hegemons sought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from games import AllianceStructure, Form, InvalidGameError
from games.arrays import Array
from solver.accounts.accounts import PRECISION, Account, form_utilities, logit
from solver.accounts.choices import Choice

FLOOR = 1e-3
PRECISIONS = np.concatenate([[0.0], np.geomspace(0.1, 100, 61)])


@dataclass(frozen=True)
class Judged:
    """A case as scores need it: a choice, and the form that the hegemon sought."""

    name: str
    choice: Choice
    sought: Form


@dataclass(frozen=True)
class Score:
    """How well an account does over some cases.

    Attributes
    ----------
    account : str
    cases : int
    hits : int
        Cases whose sought form is the one predicted.
    log_score : float
        Mean of log P(sought form); 0 is perfect. A form that a case does not admit, or that gets
        less, counts as probability 0.001.
    brier : float
        Mean over cases of the sum over forms of (P - 1 if sought)^2; from 0, perfect, to 2.
    loo : float
        The log score with the precision of the logit rule fitted, for each case, to the others.
    misses : tuple of str
        Names of the cases that are no hits.
    """

    account: str
    cases: int
    hits: int
    log_score: float
    brier: float
    loo: float
    misses: tuple[str, ...]


def score(account: Account, cases: Sequence[Judged], precision: float = PRECISION) -> Score:
    """Return how well `account` does over `cases`."""
    if not cases:
        raise InvalidGameError("`cases` must not be empty; got none")
    predictions = [account.predict(case.choice, precision) for case in cases]
    misses = tuple(
        case.name
        for case, found in zip(cases, predictions, strict=True)
        if found.form is not case.sought
    )
    chances = [found.probabilities for found in predictions]
    return Score(
        account=account.name,
        cases=len(cases),
        hits=len(cases) - len(misses),
        log_score=float(
            np.mean([_log(p.get(c.sought, 0.0)) for p, c in zip(chances, cases, strict=True)])
        ),
        brier=float(np.mean([brier(p, c.sought) for p, c in zip(chances, cases, strict=True)])),
        loo=leave_one_out(account, cases),
        misses=misses,
    )


def brier(chances: dict[Form, float], sought: Form) -> float:
    """Return the Brier score (1950) of one prediction: from 0, perfect, to 2.

    Examples
    --------
    >>> brier({Form.NONE: 0.25, Form.HUB_AND_SPOKE: 0.75}, Form.HUB_AND_SPOKE)
    0.125
    """
    return sum((chances.get(form, 0.0) - (form is sought)) ** 2 for form in Form)


def leave_one_out(account: Account, cases: Sequence[Judged]) -> float:
    """Return the mean log score of each case under the precision that fits the others best.

    With one case there are no others, and the score is that of precision 0: equal chances.
    """
    table = np.array([_by_precision(account, case) for case in cases])
    scores = []
    for place, row in enumerate(table):
        others = np.delete(table, place, axis=0).sum(axis=0)
        scores.append(row[int(np.argmax(others))])
    return float(np.mean(scores))


def _by_precision(account: Account, case: Judged) -> Array:
    """Return the log score of a case at each of `PRECISIONS`."""
    best, places = form_utilities(case.choice, account.utilities(case.choice))
    forms = list(places)
    if case.sought not in forms:
        return np.full(PRECISIONS.size, _log(0.0))
    place = forms.index(case.sought)
    return np.array([_log(float(logit(best, precision)[place])) for precision in PRECISIONS])


def _log(chance: float) -> float:
    return float(np.log(max(chance, FLOOR)))


def jaccard(one: AllianceStructure, other: AllianceStructure) -> float:
    """Return the overlap of two structures' allies: shared over all, 1 if neither has any.

    Examples
    --------
    >>> hub = AllianceStructure("USA", spokes=["JPN", "PHI"])
    >>> jaccard(hub, AllianceStructure("USA", bloc=["PHI", "AUL"]))
    0.3333333333333333
    """
    mine, yours = set(one.allies), set(other.allies)
    return len(mine & yours) / len(mine | yours) if mine | yours else 1.0
