"""The reduced forms of the literature: logits of form on threat with controls, by statsmodels."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from games import Form, MissingDependencyError
from games.arrays import Array, Bools, Ints
from games.records import Record
from solver.great_powers.cells import Cell
from solver.great_powers.model import Outcomes

CONTROLS = ("leader_cinc", "pool_capability", "pool_size", "tied_share")


@dataclass(frozen=True)
class Coefficient:
    """One coefficient of a logit, with its standard error clustered by leader."""

    name: str
    value: float
    se: float
    p: float


@dataclass(frozen=True, eq=False)
class Logit(Record):
    """A logit of one question on the measures of threat and the controls.

    Attributes
    ----------
    question : str
        "any": whether anything was signed; "multilateral": whether that was multilateral or mixed.
    cells, events : int
    coefficients : tuple of Coefficient
        Of the measures, standardised over all cells, and then of the controls, standardised over
        the cells of the question.
    wald, wald_p : float
        The joint test that no measure has an effect: chi-squared with as many degrees of freedom.
    note : str
        Why there is no estimate; empty if there is one.
    """

    question: str
    cells: int
    events: int
    coefficients: tuple[Coefficient, ...]
    wald: float
    wald_p: float
    note: str = ""


def logits(cells: Sequence[Cell], outcomes: Outcomes) -> tuple[Logit, Logit]:
    """Return the two logits.

    Raises
    ------
    MissingDependencyError
        If statsmodels is not installed.
    """
    controls = np.array(
        [
            [
                cell.cinc,
                float(np.mean(list(cell.capabilities.values()))),
                len(cell.pool),
                len(cell.standing.allies) / len(cell.pool),
            ]
            for cell in cells
        ]
    )
    leaders = np.unique([cell.leader for cell in cells], return_inverse=True)[1].astype(np.int64)
    signed = np.array([cell.form is not Form.NONE for cell in cells])
    wide = np.array([cell.form in (Form.MULTILATERAL, Form.MIXED) for cell in cells])
    return (
        _logit("any", signed, outcomes, controls, leaders),
        _logit(
            "multilateral",
            wide[signed],
            Outcomes(outcomes.measures[signed], outcomes.names, outcomes.form[signed]),
            controls[signed],
            leaders[signed],
        ),
    )


def _logit(
    question: str, happened: Bools, outcomes: Outcomes, controls: Array, leaders: Ints
) -> Logit:
    try:
        from statsmodels.discrete.discrete_model import Logit as Binary
        from statsmodels.tools import sm_exceptions as faults
    except ImportError as error:
        raise MissingDependencyError("statsmodels", "powers") from error
    spread = controls.std(axis=0)
    varies = spread > 0
    scaled = (controls - controls.mean(axis=0))[:, varies] / spread[varies]
    names = [*outcomes.names, *np.array(CONTROLS)[varies].tolist()]
    design = np.column_stack([np.ones(len(scaled)), outcomes.measures, scaled])
    events, size = int(happened.sum()), int(happened.size)
    empty = Logit(question, size, events, (), float("nan"), float("nan"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            fitted = Binary(happened.astype(float), design).fit(
                disp=0, maxiter=200, cov_type="cluster", cov_kwds={"groups": leaders}
            )
    except (
        faults.ModelWarning,
        faults.PerfectSeparationError,
        np.linalg.LinAlgError,
        RuntimeWarning,
    ):
        note = "no estimate: the events are too few, or the measures separate them"
        return Logit(question, size, events, (), empty.wald, empty.wald_p, note)
    measures = slice(1, 1 + len(outcomes.names))
    effect = fitted.params[measures]
    spread_of = np.asarray(fitted.cov_params())[measures, measures]
    wald = float(effect @ np.linalg.solve(spread_of, effect))
    coefficients = tuple(
        Coefficient(name, float(value), float(se), float(p))
        for name, value, se, p in zip(
            names, fitted.params[1:], fitted.bse[1:], fitted.pvalues[1:], strict=True
        )
    )
    return Logit(question, size, events, coefficients, wald, float(chi2.sf(wald, effect.size)))


def holm(chances: Sequence[float]) -> list[float]:
    """Return p-values after Holm's correction; what is not a number counts as 1.

    References
    ----------
    Holm 1979, Scandinavian Journal of Statistics 6.
    """
    try:
        from statsmodels.stats.multitest import multipletests
    except ImportError as error:
        raise MissingDependencyError("statsmodels", "powers") from error
    given = np.where(np.isfinite(chances), chances, 1.0)
    found: list[float] = multipletests(given, method="holm")[1].tolist()
    return found
