"""The outcome of a sweep at one threat level, as an object and as a row of a table."""

from __future__ import annotations

from dataclasses import dataclass

from games import Form
from solver.solution import Equilibrium


@dataclass(frozen=True)
class Level:
    """The outcome at one threat level.

    Attributes
    ----------
    threat : float
    reference : float
        The hegemon's reference point.
    preferred : Equilibrium or None
        The hegemon's best equilibrium; None if there is no equilibrium.
    equilibria : int
        How many there are.
    """

    threat: float
    reference: float
    preferred: Equilibrium | None
    equilibria: int

    @property
    def form(self) -> Form | None:
        """The form of the preferred equilibrium."""
        return self.preferred.form if self.preferred else None

    def record(self) -> dict[str, object]:
        """Return the level as a flat row of plain values."""
        row: dict[str, object] = {"threat": self.threat, "reference": self.reference}
        if self.preferred is None:
            return row | {"status": "empty", "equilibria": 0}
        seen, structure = self.preferred.appraisal, self.preferred.structure
        return row | {
            "status": "solved",
            "form": str(self.form),
            "structure": str(structure),
            "allies": len(structure.allies),
            "bloc_members": sum(len(bloc) for bloc in structure.blocs),
            "spokes": len(structure.spokes),
            "value": seen.value,
            "mean": seen.mean,
            "certainty_equivalent": seen.certainty_equivalent,
            "risk_premium": seen.risk_premium,
            "domain": str(seen.domain),
            "mass_below": seen.mass_below,
            "equilibria": self.equilibria,
            "regret": self.preferred.regret,
            **burden_columns(self.preferred),
        }


def burden_columns(best: Equilibrium) -> dict[str, object]:
    """Return the columns of burdens: nothing without burden sharing."""
    if not best.burdens:
        return {}
    row: dict[str, object] = {f"burden[{name}]": paid for name, paid in best.burdens.items()}
    row["burdens"] = sum(best.burdens.values())
    row["bargaining_regret"] = best.bargaining_regret
    return row
