"""What the large test found: scores, tests, and the answers to its three questions."""

from __future__ import annotations

from dataclasses import dataclass

from games import Form
from games.arrays import Array
from games.records import Record
from games.tabled import Tabled
from solver.accounts.scoring import Difference
from solver.great_powers.cells import FORMS, MEASURE_UNITS, Cell
from solver.great_powers.model import WITHOUT_TERM, Fit
from solver.great_powers.reduced import Logit
from solver.great_powers.validation import Power, Tests
from solver.results import Interval

PROSPECT, EXPECTED = WITHOUT_TERM
# after Holm's correction
SIGNIFICANT = 0.05


@dataclass(frozen=True, eq=False)
class ModelScore(Record):
    """How well an account predicts the cells that it was not fitted to.

    Attributes
    ----------
    name : str
    log_score, se : float
        Mean over cells of log P of the form on record, out of fold, and its standard error
        clustered by block.
    over_base_rate, over_expected_utility : Difference
        Paired, clustered by block.
    fit : Fit or None
        To all cells; None for the base rate.
    intervals : dict of str to Interval
        90 % profile intervals, of prospect theory and expected utility.
    points : tuple of int
        The point of the structural parameters that was best in each training set.
    """

    name: str
    log_score: float
    se: float
    over_base_rate: Difference
    over_expected_utility: Difference
    fit: Fit | None
    intervals: dict[str, Interval]
    points: tuple[int, ...] = ()


@dataclass(frozen=True)
class PrimaryTest:
    """One of the primary tests, with its chance before and after Holm's correction."""

    hypothesis: str
    p: float
    corrected: float


@dataclass(frozen=True, eq=False)
class Powers(Tabled, Record):
    """The large test: models and tests over all cells.

    Attributes
    ----------
    cells : tuple of Cell
    counts : dict of str to int
        What became of the treaties; see `solver.great_powers.cells.Cells`.
    models : tuple of ModelScore
        The best log score first, the base rate among them.
    chances : dict of str to ndarray, shape (cells, forms)
        Of each form out of fold, by model; forms as in `solver.great_powers.cells.FORMS`.
    threats : dict of str to ndarray, shape (cells,)
        The threat of each cell as prospect theory and expected utility, fitted to all, have it.
    logits : tuple of Logit
        The reduced forms.
    tests : Tests
        Of prospect theory against expected utility, both fitted to all cells.
    primary : tuple of PrimaryTest
    power : tuple of Power
        Empty without simulations.
    options : dict of str to object
    """

    cells: tuple[Cell, ...]
    counts: dict[str, int]
    models: tuple[ModelScore, ...]
    chances: dict[str, Array]
    threats: dict[str, Array]
    logits: tuple[Logit, ...]
    tests: Tests
    primary: tuple[PrimaryTest, ...]
    power: tuple[Power, ...]
    options: dict[str, object]

    _subject = "every alliance of a great power"
    _asked = ("options", "counts")

    def units(self) -> dict[str, str]:
        """Return the unit of each column of numbers."""
        threats = {f"threat_{name}": "share, 0 to 1, as estimated" for name in self.threats}
        return MEASURE_UNITS | threats | {f"p_{name}": "probability" for name in self.chances}

    @property
    def caveat(self) -> str:
        """The cautions."""
        return " ".join(self.cautions)

    def __str__(self) -> str:
        best = self.models[0]
        return (
            f"{len(self.cells)} cells; best {best.name.replace('_', ' ')}"
            f" ({best.over_base_rate.mean:+.4f} over the base rate, standard error"
            f" {best.over_base_rate.se:.4f})"
        )

    def records(self) -> list[dict[str, object]]:
        """Return the cells as rows, with the threat and each model's chance of what happened."""
        rows = []
        for place, cell in enumerate(self.cells):
            row: dict[str, object] = {
                "leader": cell.leader,
                "theatre": cell.theatre,
                "first": cell.window.first,
                "last": cell.window.last,
                "pool": " ".join(cell.pool),
                "adversary": cell.adversary,
                "standing": str(cell.standing),
                "form": str(cell.form),
                "partners": " ".join(cell.partners),
                "treaties": " ".join(map(str, cell.treaties)),
                "outside": " ".join(map(str, cell.outside)),
            }
            row |= dict(cell.measures)
            row |= {f"threat_{name}": float(own[place]) for name, own in self.threats.items()}
            form = FORMS.index(cell.form)
            row |= {f"p_{name}": float(own[place, form]) for name, own in self.chances.items()}
            rows.append(row)
        return rows

    def model_records(self) -> list[dict[str, object]]:
        """Return the models' scores as rows."""
        return [
            {
                "name": one.name,
                "log_score": one.log_score,
                "se": one.se,
                "difference": one.over_base_rate.mean,
                "se_difference": one.over_base_rate.se,
                "over_expected_utility": one.over_expected_utility.mean,
                "se_over_expected_utility": one.over_expected_utility.se,
                "log_likelihood": one.fit and one.fit.log_likelihood,
                "point": one.fit and one.fit.point,
            }
            for one in self.models
        ]

    def model(self, name: str) -> ModelScore:
        """Return the scores of one model."""
        return next(one for one in self.models if one.name == name)

    @property
    def answers(self) -> tuple[str, str, str]:
        """The answers to the three questions, one sentence each."""
        return _form_answer(self), _preference_answer(self), _base_answer(self)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What has to be borne in mind."""
        signed = sum(cell.form is not Form.NONE for cell in self.cells)
        return (
            f"Of {len(self.cells)} cells {signed} have a treaty: the log scores are made of these,"
            " and cells of one leader or one pact are not independent beyond their blocks.",
            _level(self),
            "Five primary tests, corrected together; the other accounts' differences are not"
            " corrected, and the best of nine looks better than it is.",
            "Sums of capabilities stand for strength, five years for one choice, and regions for"
            " theatres; a pact of several theatres counts in each.",
        )

    @property
    def paragraph(self) -> str:
        """A paragraph that a journal could print."""
        return _paragraph(self)


def _form_answer(found: Powers) -> str:
    whether, wide = found.logits
    count = len(found.options["measures"])  # type: ignore[arg-type]

    def signs(logit: Logit) -> str:
        return ", ".join(
            f"{one.name.replace('_', ' ')} {one.value:+.2f} ({one.se:.2f})"
            for one in logit.coefficients[:count]
        )

    first = "does" if found.primary[0].corrected < SIGNIFICANT else "does not"
    second = "does" if found.primary[1].corrected < SIGNIFICANT else "does not"
    return (
        f"Threat {first} predict whether a treaty is signed ({signs(whether)};"
        f" p {found.primary[0].corrected:.2g} corrected), and it {second} predict that what is"
        f" signed is multilateral ({signs(wide) or wide.note};"
        f" p {found.primary[1].corrected:.2g} corrected)."
    )


def _preference_answer(found: Powers) -> str:
    over = found.model(PROSPECT).over_expected_utility
    clear = found.primary[2].corrected < SIGNIFICANT
    return (
        f"Prospect theory {'does' if clear else 'does not do'} better than expected utility out of"
        f" sample: {over.mean:+.4f} in log score per cell (standard error {over.se:.4f})."
    )


def _base_answer(found: Powers) -> str:
    told = []
    for name, test in ((PROSPECT, found.primary[3]), (EXPECTED, found.primary[4])):
        over = found.model(name).over_base_rate
        verb = "beats" if test.corrected < SIGNIFICANT else "does not beat"
        told.append(
            f"{name.replace('_', ' ')} {verb} the base rate ({over.mean:+.4f}, standard error"
            f" {over.se:.4f})"
        )
    return f"Out of sample {told[0]}, and {told[1]}."


def _level(found: Powers) -> str:
    """Return at which threats prospect theory, fitted to all cells, has them."""
    own = found.threats[PROSPECT]
    return (
        f"Fitted, prospect theory has the cells at threats from {own.min():.4f} to"
        f" {own.max():.4f}, {own.mean():.4f} on average: what it adds over expected utility is told"
        " there, and a domain of losses at high threat is not seen unless the range reaches it."
    )


def _paragraph(found: Powers) -> str:
    cells, counts, years = found.cells, found.counts, found.options["years"]
    signed = [cell for cell in cells if cell.form is not Form.NONE]
    wide = sum(cell.form in (Form.MIXED, Form.MULTILATERAL) for cell in signed)
    best = found.models[0]
    shares = "; ".join(
        f"{one.truth.replace('_', ' ')} over {one.rejected.replace('_', ' ')} {one.share:.0%}"
        for one in found.power
    )
    power = f" The power of the likelihood ratio at 5 % is: {shares}." if shares else ""
    return (
        f"We test whether the threat that a great power faces predicts the form of the alliances it"
        f" makes, on {len(cells)} cells of leader, theatre and {years}-year window,"
        f" {cells[0].window.first} to {cells[-1].window.last}. Of {counts['treaties']} treaties of"
        f" defence with a major power (ATOP) {counts['counted']} fall in a cell; {len(signed)}"
        f" cells have one, {wide} of them multilateral or mixed. {' '.join(found.answers)} The best"
        f" of nine accounts out of sample is {best.name.replace('_', ' ')}"
        f" ({best.over_base_rate.mean:+.4f} over the base rate, standard error"
        f" {best.over_base_rate.se:.4f}), which is not corrected for having been chosen. Vuong's"
        f" statistic of prospect theory against expected utility is {found.tests.vuong:.2f}"
        f" (p {found.tests.vuong_p:.2g}), Clarke's {found.tests.ahead} of {found.tests.cells} cells"
        f" (p {found.tests.clarke_p:.2g}).{power} {_level(found)} Hypotheses, measures and tests"
        " were written down before the models were run."
    )
