"""The large test from end to end: cells, models, cross-validation, tests, and what they say."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np

from games import InvalidGameError, checks
from games.arrays import Array
from games.measures.treaties import PLEDGES
from solver.accounts.accounts import ACCOUNTS
from solver.alliance.tasks import in_threads
from solver.great_powers.cells import FORMS, MEASURES, Cells, cells_of
from solver.great_powers.data import PowersData, load_powers_data
from solver.great_powers.model import (
    BASE,
    STARTS,
    WITHOUT_TERM,
    Fit,
    Model,
    base_rate,
    outcomes_of,
)
from solver.great_powers.reduced import Logit, holm, logits
from solver.great_powers.result import EXPECTED, PROSPECT, ModelScore, Powers, PrimaryTest
from solver.great_powers.store import Kept
from solver.great_powers.tables import Table, points, table_of
from solver.great_powers.validation import (
    Power,
    blocks_of,
    clustered,
    compare,
    folds_of,
    interval,
    one_sided,
    power,
    ratios_of,
    simulated,
)
from solver.results import Interval, Progress

MAIN_MEASURES = MEASURES[:3]
LEVEL = 0.9


def powers(
    data: PowersData | str | os.PathLike[str],
    *,
    years: int = 5,
    candidates: int = 7,
    measures: Sequence[str] = MAIN_MEASURES,
    pledges: Sequence[str] = ("defense",),
    structural: int = 6,
    folds: int = 5,
    simulations: int = 40,
    seed: int = 0,
    store: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Powers:
    """Test the accounts of alliance form on every alliance of a great power.

    What is tested, and how, was written down before it was run: `docs/preanalysis.md`.

    Parameters
    ----------
    data : PowersData, or path
        The folder of the user's own files (`solver.great_powers.data.load_powers_data`).
    years, candidates, pledges
        As in `solver.great_powers.cells.cells_of`.
    measures : sequence of str
        Of the threat, in `solver.great_powers.cells.MEASURES`.
    structural : int
        Points of the structural parameters that every account may choose among.
    folds : int
        At least 2.
    simulations : int
        Data sets for the power, from each truth; 0 for none.
    store : path, optional
        Where fits are kept, so that a run that was stopped goes on.

    Returns
    -------
    Powers

    Raises
    ------
    InvalidGameError
        If a file or an option is wrong.
    MissingDependencyError
        If statsmodels is not installed.
    """
    for name, value, least in (
        ("years", years, 1),
        ("candidates", candidates, 2),
        ("seed", seed, 0),
        ("structural", structural, 1),
        ("folds", folds, 2),
        ("simulations", simulations, 0),
    ):
        checks.whole(name, value, least)
    names = checks.listed("measures", measures)
    for name in names:
        checks.one_of("measures", name, MEASURES)
    if not names:
        raise InvalidGameError("`measures` must name one at least; got none")
    for pledge in checks.listed("pledges", pledges):
        checks.one_of("pledges", pledge, PLEDGES)
    if not pledges:
        raise InvalidGameError("`pledges` must name one at least; got none")
    options: dict[str, object] = {
        "years": years,
        "candidates": candidates,
        "measures": tuple(names),
        "pledges": tuple(pledges),
        "structural": structural,
        "folds": folds,
        "simulations": simulations,
        "seed": seed,
    }
    loaded = data if isinstance(data, PowersData) else load_powers_data(data, progress)
    made = cells_of(loaded, years=years, candidates=candidates, pledges=pledges, progress=progress)
    if len({cell.form for cell in made.cells}) < 2:
        raise InvalidGameError(
            "`data` must give cells of two forms at least; got "
            f"{len(made.cells)} cells of {len({cell.form for cell in made.cells})}"
        )
    kept = Kept(store, _question(made, options))
    return _Run(made, options, kept, progress).result()


def _question(made: Cells, options: dict[str, object]) -> str:
    """Return a digest of the cells and of the options that change an answer."""
    told = [str(sorted((k, v) for k, v in options.items() if k != "simulations"))]
    told += [
        repr(
            (
                cell.name,
                sorted(cell.capabilities.items()),
                cell.opposed,
                str(cell.standing),
                sorted(cell.measures.items()),
                sorted(cell.affinity.items()),
                sorted(cell.likeness.items()),
                sorted(map(sorted, cell.allied)),
                cell.form.value,
            )
        )
        for cell in made.cells
    ]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


class _Run:
    """Works the test out step by step; what is in the store is not worked out again."""

    def __init__(
        self,
        made: Cells,
        options: dict[str, Any],
        kept: Kept,
        progress: Progress | None,
    ) -> None:
        self.made, self.options, self.kept, self.progress = made, options, kept, progress
        self.outcomes = outcomes_of(made.cells, options["measures"])
        self.blocks = blocks_of(made.cells)
        self.fold = folds_of(self.blocks, options["folds"], options["seed"])
        self.points = points(options["structural"])
        self._tables: dict[int, Table] = {}
        self._lock = Lock()

    def result(self) -> Powers:
        """Return the whole test."""
        names = [account.name for account in ACCOUNTS]
        whole, chances, chosen = self.fits(names)
        form = self.outcomes.form
        base = np.empty((form.size, len(FORMS)))
        for fold in range(self.options["folds"]):
            base[self.fold == fold] = np.exp(base_rate(form, self.fold != fold))
        chances[BASE] = base
        logs = {name: np.log(own[np.arange(form.size), form]) for name, own in chances.items()}
        intervals = {name: self.intervals(whole[name]) for name in WITHOUT_TERM}
        models = [
            ModelScore(
                name,
                *clustered(own, self.blocks),
                over_base_rate=clustered(own - logs[BASE], self.blocks),
                over_expected_utility=clustered(own - logs[EXPECTED], self.blocks),
                fit=whole.get(name),
                intervals=intervals.get(name, {}),
                points=tuple(chosen.get(name, ())),
            )
            for name, own in logs.items()
        ]
        fitted = {name: self.model(whole[name]) for name in WITHOUT_TERM}
        inside = {name: model.log_scores(whole[name].values) for name, model in fitted.items()}
        reduced = logits(self.made.cells, self.outcomes)
        ranked = tuple(sorted(models, key=lambda one: -one.log_score))
        return Powers(
            cells=self.made.cells,
            counts=self.made.counts,
            models=ranked,
            chances=chances,
            threats={name: model.threats(whole[name].values) for name, model in fitted.items()},
            logits=reduced,
            tests=compare(inside[PROSPECT], inside[EXPECTED], self.blocks),
            primary=_primary(reduced, {one.name: one for one in models}),
            power=tuple(self.power(whole, fitted)),
            options=self.options,
        )

    # Fits.

    def fits(
        self, names: Sequence[str]
    ) -> tuple[dict[str, Fit], dict[str, Array], dict[str, list[int]]]:
        """Return each account's fit to all cells, its chances out of fold, and its points."""
        folds = self.options["folds"]
        found: dict[tuple[str, int, int], Fit] = {}
        total, done = len(self.points) * len(names) * (folds + 1), 0

        def fit(asked: tuple[str, int]) -> None:
            nonlocal done
            for fold in range(-1, folds):
                found[*asked, fold] = self._fit(*asked, fold, found)
                done += 1
                if self.progress:
                    self.progress("fits", done, total)

        for number in range(len(self.points)):
            fit((EXPECTED, number))  # the rivals begin where it ends
            in_threads(fit, [(name, number) for name in names if name != EXPECTED], True)
            self._tables.pop(number, None)
        whole, chosen = {}, {}
        for name in names:
            best = [
                max(
                    (found[name, point.number, fold] for point in self.points),
                    key=lambda fit: fit.log_likelihood,
                )
                for fold in range(-1, folds)
            ]
            whole[name] = best[0]
            chosen[name] = [fit.point for fit in best]
        return whole, self._out_of_fold(chosen), chosen

    def _fit(self, name: str, point: int, fold: int, found: dict[tuple[str, int, int], Fit]) -> Fit:
        key = f"fit {name} {point} {fold}"
        known = self.kept.get(key)
        if known is None:
            model = Model(name, self.table(point), self.outcomes, point)
            among = None if fold < 0 else self.fold != fold
            fit = model.fit(among, self._starts(name, point, fold, found, model))
            left_out = model.chances(fit.values)[self.fold == fold] if fold >= 0 else np.empty(0)
            known = self.kept.put(
                key,
                {
                    "values": dict(fit.values),
                    "log_likelihood": fit.log_likelihood,
                    "chances": left_out.tolist(),
                },
            )
        return Fit(name, point, known["values"], known["log_likelihood"])

    def _starts(
        self,
        name: str,
        point: int,
        fold: int,
        found: dict[tuple[str, int, int], Fit],
        model: Model,
    ) -> list[dict[str, float]]:
        """Return where a fit begins: the likelihood has several peaks.

        At some of `STARTS`, and where others ended: a fold's fit to all cells, a rival's nested
        account, which it can only improve on, and the same account at the first point.
        """
        weights = np.ones(self.outcomes.form.size)
        usual = [model.start(one, self.outcomes.form, weights) for one in STARTS]
        if fold >= 0:
            return [found[name, point, -1].values, usual[1]]
        given = usual if name in WITHOUT_TERM else usual[1:4]
        if name not in WITHOUT_TERM:
            given = [found[EXPECTED, point, -1].values | {"strength": 0.0}, *given]
        if point > 0:
            given = [found[name, 0, -1].values, *given[:3]]
        return given

    def _out_of_fold(self, chosen: dict[str, list[int]]) -> dict[str, Array]:
        chances = {}
        for name, points_of in chosen.items():
            own = np.empty((self.outcomes.form.size, len(FORMS)))
            for fold, point in enumerate(points_of[1:]):
                known = self.kept.get(f"fit {name} {point} {fold}")
                own[self.fold == fold] = known["chances"]
            chances[name] = own
        return chances

    def table(self, point: int) -> Table:
        """Return the table at a point, made when it is first asked for."""
        total = len(self.made.cells)

        def advance(done: int) -> None:
            if self.progress:
                self.progress(f"values, point {point}", done, total)

        with self._lock:
            if point not in self._tables:
                self._tables[point] = table_of(self.made.cells, self.points[point], advance)
            return self._tables[point]

    def model(self, fit: Fit) -> Model:
        """Return the model of a fit, at its point."""
        return Model(fit.account, self.table(fit.point), self.outcomes, fit.point)

    def intervals(self, fit: Fit) -> dict[str, Interval]:
        """Return profile intervals of the slopes, the precision and the nesting."""
        names = [f"slope_{name}" for name in self.outcomes.names] + ["precision", "nesting"]
        found = {}
        for number, name in enumerate(names, start=1):
            key = f"interval {fit.account} {name}"
            known = self.kept.get(key)
            if known is None:
                own = interval(self.model(fit), fit, name, LEVEL)
                known = self.kept.put(key, [own.low, own.high, own.low_is_open, own.high_is_open])
            found[name] = Interval(*known)
            if self.progress:
                self.progress(f"intervals, {fit.account}", number, len(names))
        return found

    def power(self, whole: dict[str, Fit], fitted: dict[str, Model]) -> list[Power]:
        """Return the power between prospect theory, expected utility and the base rate."""
        data_sets = int(self.options["simulations"])
        if not data_sets:
            return []
        models = {name: (fitted[name], whole[name]) for name in WITHOUT_TERM}
        form = self.outcomes.form
        truths = {name: model.chances(fit.values) for name, (model, fit) in models.items()}
        truths[BASE] = np.tile(np.exp(base_rate(form)), (form.size, 1))
        ratios: dict[str, dict[tuple[str, str], list[float]]] = {}
        for number, (name, chances) in enumerate(truths.items(), start=1):
            own = ratios.setdefault(name, {})
            for draw in range(data_sets):
                key = f"simulated {name} {draw}"
                known = self.kept.get(key)
                if known is None:
                    rng = np.random.default_rng([self.options["seed"], number, draw])
                    drawn = simulated(chances, rng)
                    found = ratios_of(drawn, models, float(base_rate(drawn)[drawn].sum()))
                    known = self.kept.put(key, [[*pair, value] for pair, value in found.items()])
                for one, other, value in known:
                    own.setdefault((one, other), []).append(value)
                if self.progress:
                    done = (number - 1) * data_sets + draw + 1
                    self.progress("simulations", done, len(truths) * data_sets)
        return power(ratios)


def _primary(reduced: Sequence[Logit], models: dict[str, ModelScore]) -> tuple[PrimaryTest, ...]:
    """Return the five primary tests, corrected."""
    told = {
        "H1a: threat predicts whether a treaty is signed": reduced[0].wald_p,
        "H1b: threat predicts that what is signed is multilateral": reduced[1].wald_p,
        "H2: prospect theory predicts better than expected utility": one_sided(
            models[PROSPECT].over_expected_utility
        ),
        "H3: prospect theory predicts better than the base rate": one_sided(
            models[PROSPECT].over_base_rate
        ),
        "H3: expected utility predicts better than the base rate": one_sided(
            models[EXPECTED].over_base_rate
        ),
    }
    corrected = holm(list(told.values()))
    return tuple(
        PrimaryTest(name, p, after)
        for (name, p), after in zip(told.items(), corrected, strict=True)
    )
