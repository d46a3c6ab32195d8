"""What a study keeps of a cell: the preferred equilibrium and its certificate, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from games import AllianceError, AllianceStructure, Appraisal, Domain
from games.alliance.parameters import Meaning
from games.arrays import Array, Ints
from solver.alliance.columns import Tastes
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

THREAT = "share of the adversary's full power, 0 to 1"
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
        **_facts(structure),
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


class Seen(NamedTuple):
    """How the hegemon sees what it prefers in many cells; shape (cells,) each."""

    value: Array
    mean: Array
    mass_below: Array
    regret: Array
    reference: Array
    equilibria: Ints
    security_level: Array


def solved_cells(
    seen: Seen, taste: Tastes, structures: Sequence[AllianceStructure]
) -> list[Outcome]:
    """Return the outcomes of many cells, each with an equilibrium.

    Parameters
    ----------
    seen : Seen
    taste : Tastes
        The hegemon's in each cell.
    structures : sequence of AllianceStructure
        What it prefers.
    """
    value = seen.value
    with np.errstate(divide="ignore", invalid="ignore"):
        losses = np.maximum(-value, 0.0) / taste.loss_aversion
        gain = np.where(
            value >= 0,
            np.maximum(value, 0.0) ** (1 / taste.alpha),
            -(losses ** (1 / taste.beta)),
        )
    certain = seen.reference + gain
    side = np.sign(seen.mean - seen.reference).astype(np.int64)
    columns = {
        "reference": seen.reference,
        "value": value,
        "mean": seen.mean,
        "certainty_equivalent": certain,
        "risk_premium": seen.mean - certain,
        "mass_below": seen.mass_below,
        "equilibria": seen.equilibria,
        "regret": seen.regret,
        "security_level": seen.security_level,
    }
    told: dict[str, list[Any]] = {name: column.tolist() for name, column in columns.items()}
    told["domain"] = [_DOMAINS[one] for one in side.tolist()]
    facts: dict[AllianceStructure, tuple[object, ...]] = {}
    rows = []
    for structure in structures:
        if structure not in facts:
            facts[structure] = tuple(_facts(structure).values())
        rows.append(facts[structure])
    told |= dict(zip(_FACTS, map(list, zip(*rows, strict=True)), strict=True))
    told["status"] = [str(Status.SOLVED)] * len(rows)
    blank = [None] * len(rows)
    found = zip(*(told.get(name, blank) for name in COLUMNS), strict=True)
    return [Outcome(*row) for row in found]


_FACTS = (
    *("form", "structure", "allies", "bloc_members", "spokes", "tied_pairs"),
    "multilateral_share",
)
_DOMAINS = {1: str(Domain.GAINS), 0: str(Domain.NEUTRAL), -1: str(Domain.LOSSES)}


def _facts(structure: AllianceStructure) -> dict[str, Any]:
    """Return what an outcome tells of its structure."""
    told = (
        str(structure.form),
        str(structure),
        len(structure.allies),
        len(structure.allies) - len(structure.spokes),
        len(structure.spokes),
        structure.tied_pairs,
        structure.multilateral_share,
    )
    return dict(zip(_FACTS, told, strict=True))


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
