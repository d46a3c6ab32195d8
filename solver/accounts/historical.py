"""The historical test: every account on every case, and where each of them fails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import games
from games import AllianceGame, AllianceStructure, Form, InvalidGameError, Scenario, checks
from games.records import Record
from games.scenarios.cases import coding_of
from games.tabled import Dimensions, Tabled
from solver.accounts.accounts import ACCOUNTS, Account, Prediction
from solver.accounts.choices import choice_of, recorded_of, status_quo_of
from solver.accounts.codings import Codings, codings
from solver.accounts.priors import prior_shares
from solver.accounts.scoring import Judged, Score, hits_only, judged, scores
from solver.results import Progress, summary

FEW = (
    "{number} cases have little power: two accounts that differ by three hits are not told"
    " apart, and cases of one hegemon, one decade or one theatre are not independent, which the"
    " standard errors take them to be."
)
CALIBRATION, HELD_OUT = "calibration", "held-out"
OTHER_READINGS = "held-out, other readings"
OVER = "log scores left out one by one, differences over the base rate"


@dataclass(frozen=True, eq=False)
class CaseResult(Tabled, Record):
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

    _subject = "what every account says"

    def record(self) -> dict[str, object]:
        """Return the case as a flat row of plain values, with what each account predicts."""
        scenario = self.scenario
        return {
            "name": scenario.name,
            "year": scenario.year,
            "hegemon": scenario.hegemon,
            "sample": self.sample,
            "threat": scenario.threat.value,
            "status_quo": str(self.status_quo),
            "predicted": str(self.predicted.form),
            "sought": str(self.sought),
            "recorded": str(self.recorded_form),
            "sought_hit": self.sought_hit,
            "recorded_hit": self.recorded_hit,
            "jaccard": self.jaccard,
            "prior_share": self.prior_share,
            "other_readings": ", ".join(map(str, self.other_readings)),
            "predicted_structure": str(self.predicted.structure),
            "recorded_structure": str(self.recorded),
        } | {f"form[{name}]": str(one.form) for name, one in self.predictions.items()}

    def records(self) -> list[dict[str, object]]:
        """Return `record` alone."""
        return [self.record()]

    def __str__(self) -> str:
        return (
            f"{self.scenario.name}: predicted {self.predicted.form}, sought {self.sought},"
            f" recorded {self.recorded_form}"
        )

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
    def other_readings(self) -> tuple[Form, ...]:
        """The forms that others read it to have sought."""
        return tuple(reading.form for reading in coding_of(self.game).readings)

    @property
    def status_quo(self) -> AllianceStructure:
        """The treaties that were in force before."""
        return status_quo_of(self.game)

    @property
    def recorded(self) -> AllianceStructure:
        """The structure after signature: the status quo with what was signed."""
        return recorded_of(self.game)

    @property
    def recorded_form(self) -> Form:
        """The form of what was signed."""
        return self.recorded.form_beside(self.status_quo)

    @property
    def predicted(self) -> Prediction:
        """The prediction of the first account."""
        return next(iter(self.predictions.values()))

    @property
    def sought_hit(self) -> bool:
        """Whether the first account predicts the form that was sought."""
        return self.predicted.form is self.sought

    @property
    def recorded_hit(self) -> bool:
        """Whether the first account predicts the form that was signed."""
        return self.predicted.form is self.recorded_form

    @property
    def jaccard(self) -> float:
        """Overlap of the allies that the first account predicts with those on record."""
        return jaccard(self.predicted.structure, self.recorded)


@dataclass(frozen=True, eq=False)
class History(Tabled, Record):
    """All cases, and the accounts' scores on each sample.

    Attributes
    ----------
    cases : tuple of CaseResult
    scores : dict of str to tuple of Score
        By sample: "calibration" (hits alone), "held-out", and "held-out, other readings", in which
        each contested case has the first of its other readings; best first.
    yardsticks : dict of str to Score
        The base rate's, by sample.
    codings : Codings or None
        How the hits move with the coded threats.
    """

    cases: tuple[CaseResult, ...]
    scores: dict[str, tuple[Score, ...]]
    yardsticks: dict[str, Score]
    codings: Codings | None = None

    _subject = "accounts of alliance form on the record"
    _asked = ()
    _units = {  # noqa: RUF012
        "threat": "share of the adversary's full power, 0 to 1, as coded",
        "jaccard": "shared allies over all",
        "prior_share": "share of the draws of the prior",
    }

    def records(self) -> list[dict[str, object]]:
        """Return a row for each case; `score_records` has the accounts."""
        return [case.record() for case in self.cases]

    def score_records(self) -> list[dict[str, object]]:
        """Return a row for each sample and account, the base rate among them."""
        return [
            {"sample": sample} | one.record()
            for sample in self.scores
            for one in self._with_base_rate(sample)
        ]

    def _dimensions(self) -> Dimensions:
        return {"name": {}}

    def summary(self) -> str:
        """Return the accounts' scores on the held-out cases as text, the caution below."""
        rows = [one.record() for one in self._with_base_rate(HELD_OUT)]
        return summary(
            f"{len(self.cases)} cases; scores on those held out, {OVER}",
            ("account", "sought", "recorded", "log score", "difference", "se"),
            [
                (
                    str(row["account"]),
                    f"{row['hits']}/{row['cases']}",
                    f"{row['recorded_hits']}/{row['cases']}",
                    *(_short(row[name]) for name in ("loo", "difference", "se")),
                )
                for row in rows
            ],
            (self.caution,),
        )

    def _with_base_rate(self, sample: str) -> list[Score]:
        """Return the scores on a sample, the base rate's last if there is one."""
        yardstick = self.yardsticks.get(sample)
        return [*self.scores[sample], *([] if yardstick is None else [yardstick])]

    @property
    def caveat(self) -> str:
        """The caution."""
        return self.caution

    def __str__(self) -> str:
        told = ", ".join(f"{one.account} {one.hits}/{one.cases}" for one in self.models[:3])
        return f"{len(self.cases)} cases; hits of what was sought, best log scores first: {told}"

    @property
    def models(self) -> tuple[Score, ...]:
        """The scores on the held-out sample."""
        return self.scores[HELD_OUT]

    @property
    def other_readings(self) -> tuple[Score, ...]:
        """The scores on the held-out sample as others read it; none if nobody does."""
        return self.scores.get(OTHER_READINGS, ())

    @property
    def caution(self) -> str:
        """What so few cases can and cannot say."""
        return FEW.format(number="Some thirty" if len(self.cases) >= 30 else "So few")


def history(
    cases: Iterable[AllianceGame] | None = None,
    accounts: Sequence[Account] = ACCOUNTS,
    *,
    draws: int = 200,
    seed: int = 0,
    progress: Progress | None = None,
) -> History:
    """Return every account's prediction of every case, and the scores.

    No parameter is fitted to a held-out case but the precision of the choice rule, and that to the
    others; the strengths of the accounts' terms were set in advance, and the defaults of the game
    were chosen on the calibration sample.

    Parameters
    ----------
    cases : iterable of AllianceGame, optional
        With a coded case each; `games.load_cases()` by default.
    accounts : sequence of Account
        The first is the one whose prediction the case itself reports.
    draws : int
        Draws of the parameter prior, and of the noise in the codings; 0 for neither.
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
    results = []
    said: dict[str, list[Judged]] = {account.name: [] for account in accounts}
    for index, (game, share) in enumerate(zip(every, shares, strict=True)):
        choice = choice_of(game)
        sought, recorded = coding_of(game).preferred.form, recorded_of(game)
        form = recorded.form_beside(choice.status_quo)
        for account in accounts:
            name = _scenario(game).name
            said[account.name].append(judged(name, account, choice, sought, form))
        found = {name: cases[-1].prediction for name, cases in said.items()}
        results.append(CaseResult(game, found, share))
        if progress:
            progress("accounts", index + 1, len(every))
    ranked, yardsticks = _scored(results, said)
    noisy = codings(every, draws, seed, progress) if draws else None
    return History(tuple(results), ranked, yardsticks, noisy)


def _scored(
    results: Sequence[CaseResult], said: dict[str, list[Judged]]
) -> tuple[dict[str, tuple[Score, ...]], dict[str, Score]]:
    places = {
        sample: [place for place, case in enumerate(results) if case.sample == sample]
        for sample in (CALIBRATION, HELD_OUT)
    }
    ranked: dict[str, tuple[Score, ...]] = {CALIBRATION: (), HELD_OUT: ()}
    yardsticks = {}
    if places[CALIBRATION]:
        fitted = [
            hits_only(name, [cases[place] for place in places[CALIBRATION]])
            for name, cases in said.items()
        ]
        ranked[CALIBRATION] = tuple(sorted(fitted, key=lambda score: -score.hits))
    held = places[HELD_OUT]
    if held:
        told = {name: [cases[place] for place in held] for name, cases in said.items()}
        ranked[HELD_OUT], yardsticks[HELD_OUT] = scores(told)
        if any(results[place].other_readings for place in held):
            other = {
                name: [_read(case, results[place]) for case, place in zip(cases, held, strict=True)]
                for name, cases in told.items()
            }
            ranked[OTHER_READINGS], yardsticks[OTHER_READINGS] = scores(other)
    return ranked, yardsticks


def _read(case: Judged, result: CaseResult) -> Judged:
    """Return a case with the first of its other readings, if it has one."""
    return replace(case, sought=next(iter(result.other_readings), case.sought))


def _short(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "-"


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


def _scenario(game: AllianceGame) -> Scenario:
    coding_of(game)
    assert game.scenario is not None
    return game.scenario
