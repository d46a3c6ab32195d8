"""The historical test: every account on every case, and where each of them fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import games
from games import AllianceGame, AllianceStructure, Form, InvalidGameError, Scenario, checks
from games.scenarios.cases import coding_of
from solver.accounts.accounts import ACCOUNTS, EQUAL_CHANCES, Account, Prediction
from solver.accounts.choices import Choice
from solver.accounts.priors import prior_shares
from solver.accounts.scoring import Judged, Score, jaccard, score

FEW = (
    "A dozen cases have little power: two accounts that differ by two hits are not told apart, and"
    " cases of one hegemon and one decade are not independent."
)


@dataclass(frozen=True)
class CaseResult:
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


@dataclass(frozen=True)
class History:
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
    progress: Callable[[str, int, int], None] | None = None,
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
    every = list(games.load_cases() if cases is None else cases)
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
