"""What a study keeps of a cell: the preferred equilibrium and its certificate, as plain values."""

from __future__ import annotations

from typing import NamedTuple

from games import AllianceError, AllianceStructure, Appraisal
from games.alliance.parameters import Meaning
from solver.alliance.solution import Equilibrium, Solution
from solver.results import Status

FAILED = "failed"


class Outcome(NamedTuple):
    """The answer in one cell; `MEANINGS` says what each field is, and its unit.

    Fields that do not apply are None: all but `reference`, `equilibria` and `security_level` where
    there is no equilibrium, all but `error` where the cell failed.
    """

    status: str
    error: str | None = None
    reference: float | None = None
    form: str | None = None
    structure: str | None = None
    allies: int | None = None
    bloc_members: int | None = None
    spokes: int | None = None
    tied_pairs: float | None = None
    multilateral_share: float | None = None
    value: float | None = None
    mean: float | None = None
    certainty_equivalent: float | None = None
    risk_premium: float | None = None
    domain: str | None = None
    mass_below: float | None = None
    equilibria: int | None = None
    regret: float | None = None
    security_level: float | None = None
    burdens: float | None = None
    bargaining_regret: float | None = None


# an outcome by the key of its cell
Entry = tuple[bytes, Outcome]

_OUTCOME = "outcome: security less autonomy cost"
_WORTH = "units of the hegemon's value function"

MEANINGS = {
    "status": Meaning(
        "solved, empty (no equilibrium), partial (bargains did not settle) or failed", "word"
    ),
    "error": Meaning("why the cell failed", "text"),
    "reference": Meaning("the hegemon's reference point", _OUTCOME),
    "form": Meaning("form of the preferred equilibrium", "word"),
    "structure": Meaning("who is in which treaty", "text"),
    "allies": Meaning("candidates in any treaty", "candidates"),
    "bloc_members": Meaning("candidates in blocs", "candidates"),
    "spokes": Meaning("candidates with a bilateral treaty", "candidates"),
    "tied_pairs": Meaning("P, the share of pairs of allies that a treaty ties", "share, 0 to 1"),
    "multilateral_share": Meaning("mu, the share of allies in blocs", "share, 0 to 1"),
    "value": Meaning("what the structure is worth to the hegemon", _WORTH),
    "mean": Meaning("the hegemon's mean outcome", _OUTCOME),
    "certainty_equivalent": Meaning("the sure outcome that is worth as much", _OUTCOME),
    "risk_premium": Meaning("mean less certainty equivalent", _OUTCOME),
    "domain": Meaning("where the mean lies from the reference point", "word"),
    "mass_below": Meaning("chance of an outcome below the reference point", "probability"),
    "equilibria": Meaning("how many equilibria there are", "structures"),
    "regret": Meaning(
        "largest gain of any deviation, computed from the game",
        f"{_WORTH} or of a candidate's payoff",
    ),
    "security_level": Meaning("what the hegemon can make sure of by a proposal", _WORTH),
    "burdens": Meaning("what the allies pay together, with burden sharing", "security"),
    "bargaining_regret": Meaning("how far a treaty is from its own bargain", "security"),
}
COLUMNS = Outcome._fields
COUNTS = ("allies", "bloc_members", "spokes", "equilibria")
WORDS = ("status", "error", "form", "structure", "domain")


def solved(
    structure: AllianceStructure,
    appraisal: Appraisal,
    equilibria: int,
    regret: float,
    security_level: float | None,
    burdens: tuple[float, float] | None = None,
) -> Outcome:
    """Return the outcome of a cell with an equilibrium; `burdens` are their sum and regret."""
    paid, amiss = burdens or (None, None)
    return Outcome(
        status=str(Status.SOLVED),
        reference=appraisal.reference,
        form=str(structure.form),
        structure=str(structure),
        allies=len(structure.allies),
        bloc_members=len(structure.allies) - len(structure.spokes),
        spokes=len(structure.spokes),
        tied_pairs=structure.tied_pairs,
        multilateral_share=structure.multilateral_share,
        value=appraisal.value,
        mean=appraisal.mean,
        certainty_equivalent=appraisal.certainty_equivalent,
        risk_premium=appraisal.risk_premium,
        domain=str(appraisal.domain),
        mass_below=appraisal.mass_below,
        equilibria=equilibria,
        regret=regret,
        security_level=security_level,
        burdens=paid,
        bargaining_regret=amiss,
    )


def empty(reference: float, security_level: float | None) -> Outcome:
    """Return the outcome of a cell without equilibrium."""
    return Outcome(
        str(Status.EMPTY), reference=reference, equilibria=0, security_level=security_level
    )


def failed(error: BaseException | str) -> Outcome:
    """Return the outcome of a cell that could not be solved, with the reason on one line."""
    known = isinstance(error, AllianceError | str)
    text = str(error) if known else f"{type(error).__name__}: {error}"
    return Outcome(FAILED, " ".join(text.split()))


def of_equilibrium(
    reference: float,
    best: Equilibrium | None,
    equilibria: int,
    status: Status,
    security_level: float | None = None,
) -> Outcome:
    """Return the outcome where `best` is the preferred one of some `equilibria`, None of none."""
    if best is None:
        return empty(reference, security_level)._replace(status=str(status))
    found = solved(
        best.structure,
        best.appraisal,
        equilibria,
        best.regret,
        security_level,
        (sum(best.burdens.values()), best.bargaining_regret) if best.burdens else None,
    )
    return found._replace(status=str(status))


def of_solution(solution: Solution) -> Outcome:
    """Return what a study keeps of a solution."""
    point, number = solution.game.reference_point, len(solution.equilibria)
    level = solution.security_level
    return of_equilibrium(point, solution.preferred, number, solution.status, level)
