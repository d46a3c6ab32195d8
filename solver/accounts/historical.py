"""The historical test: every account on every case, and where each of them fails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

import games
from games import AllianceGame, AllianceStructure, Form, InvalidGameError, Scenario, checks
from games.arrays import Array
from games.records import Record
from games.scenarios.cases import coding_of
from solver.accounts.accounts import (
    ACCOUNTS,
    EQUAL_CHANCES,
    PRECISION,
    Account,
    Prediction,
    form_utilities,
    logit,
)
from solver.accounts.choices import Choice
from solver.accounts.priors import prior_shares
from solver.results import Progress

# How well an account does over some cases: scores against what hegemons sought.

FLOOR = 1e-3
PRECISIONS = np.concatenate([[0.0], np.geomspace(0.1, 100, 61)])


@dataclass(frozen=True, eq=False)
class Judged(Record):
    """A case as scores need it: a choice, and the form that the hegemon sought."""

    name: str
    choice: Choice
    sought: Form


@dataclass(frozen=True, eq=False)
class Score(Record):
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


# The test: every account on every case.

FEW = (
    "A dozen cases have little power: two accounts that differ by two hits are not told apart, and"
    " cases of one hegemon and one decade are not independent."
)


@dataclass(frozen=True, eq=False)
class CaseResult(Record):
    """One case under every account.

    Attributes
    ----------
    game : AllianceGame
    predictions : dict of str to Prediction
        By account; the first is prospect theory.
    prior_share : float or None
        Share of the parameter prior under which prospect theory predicts the sought form.
    """

    game: AllianceGame
    predictions: dict[str, Prediction]
    prior_share: float | None

    @property
    def scenario(self) -> Scenario:
        """The case's provenance and coding."""
        return _scenario(self.game)

    @property
    def sample(self) -> str:
        """The sample that the case belongs to."""
        return coding_of(self.game).sample

    @property
    def sought(self) -> Form:
        """The form that the hegemon sought."""
        return coding_of(self.game).preferred.form

    @property
    def recorded(self) -> AllianceStructure:
        """The structure that was signed; empty if none was."""
        found = self.scenario.recorded(self.game.candidates)
        return found or AllianceStructure(self.game.hegemon)

    @property
    def predicted(self) -> Prediction:
        """The prediction of the first account."""
        return next(iter(self.predictions.values()))

    @property
    def hit(self) -> bool:
        """Whether the first account predicts the form that was sought."""
        return self.predicted.form is self.sought

    @property
    def jaccard(self) -> float:
        """Overlap of the allies that the first account predicts with those on record."""
        return jaccard(self.predicted.structure, self.recorded)


@dataclass(frozen=True, eq=False)
class History(Record):
    """All cases, and the accounts' scores on the calibration and the held-out sample.

    Attributes
    ----------
    cases : tuple of CaseResult
    scores : dict of str to tuple of Score
        By sample ("calibration", "held-out"), best log score first.
    yardsticks : dict of str to Score
        By sample, the score of equal chances for all forms; its hits mean nothing.
    """

    cases: tuple[CaseResult, ...]
    scores: dict[str, tuple[Score, ...]]
    yardsticks: dict[str, Score]

    @property
    def models(self) -> tuple[Score, ...]:
        """The scores on the held-out sample."""
        return self.scores["held-out"]

    @property
    def caution(self) -> str:
        """What so few cases can and cannot say."""
        return FEW


def history(
    cases: Iterable[AllianceGame] | None = None,
    accounts: Sequence[Account] = ACCOUNTS,
    *,
    draws: int = 200,
    seed: int = 0,
    progress: Progress | None = None,
) -> History:
    """Return every account's prediction of every case, and the scores.

    No parameter is fitted to a held-out case. The strengths of the accounts' terms and the
    precision of the logit rule were set in advance; the defaults of the game were chosen on the
    calibration sample.

    Parameters
    ----------
    cases : iterable of AllianceGame, optional
        With a coded case each; `games.load_cases()` by default.
    accounts : sequence of Account
        The first is the one whose prediction the case itself reports.
    draws : int
        Draws of the parameter prior; 0 for none.
    seed : int
        Of these draws.
    progress : callable, optional
        Called with what is being done and the numbers done and to do.

    Returns
    -------
    History

    Raises
    ------
    InvalidGameError
        If a game has no coded case, or there is none at all.
    """
    checks.whole("draws", draws, 0)
    given = games.load_cases() if cases is None else checks.listed("cases", cases)
    every = [checks.kind("cases", case, AllianceGame) for case in given]
    accounts = [
        checks.kind("accounts", one, Account) for one in checks.listed("accounts", accounts)
    ]
    if not every or not accounts:
        raise InvalidGameError("`cases` and `accounts` must not be empty; got none")
    shares = prior_shares(every, draws, seed, progress) if draws else [None] * len(every)
    results, judged = [], []
    for index, (game, share) in enumerate(zip(every, shares, strict=True)):
        choice = choice_of(game)
        found = {account.name: account.predict(choice) for account in accounts}
        results.append(CaseResult(game, found, share))
        judged.append(Judged(_scenario(game).name, choice, coding_of(game).preferred.form))
        if progress:
            progress("accounts", index + 1, len(every))
    samples = {
        sample: [
            c for c, game in zip(judged, every, strict=True) if coding_of(game).sample == sample
        ]
        for sample in ("calibration", "held-out")
    }
    return History(
        tuple(results),
        {sample: _ranked(accounts, cases) for sample, cases in samples.items()},
        {sample: score(EQUAL_CHANCES, cases) for sample, cases in samples.items() if cases},
    )


def choice_of(game: AllianceGame) -> Choice:
    """Return a case as a choice."""
    return Choice(game, coding_of(game).allied_before())


def _scenario(game: AllianceGame) -> Scenario:
    coding_of(game)
    assert game.scenario is not None
    return game.scenario


def _ranked(accounts: Sequence[Account], cases: Sequence[Judged]) -> tuple[Score, ...]:
    if not cases:
        return ()
    scores = [score(account, cases) for account in accounts]
    return tuple(sorted(scores, key=lambda found: -found.log_score))
