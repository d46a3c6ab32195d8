"""What a solver returns: a status, equilibria with their regret, and the question asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np

from games import AllianceError, AllianceGame, AllianceStructure, Appraisal, Form
from games.alliance.structures import form_named
from games.arrays import Array, Ints
from games.records import Record
from games.tabled import Dimensions, Tabled
from solver.results import LazySequence, Status, counted

Row = dict[str, object]
VALUE = "units of the hegemon's value function"
OUTCOME = "outcome: security less autonomy cost"
PAYOFFS = {
    "payoff": f"the hegemon's: {VALUE}; a candidate's: its own payoff",
    "burden": "security",
}


@dataclass(frozen=True, eq=False)
class Equilibrium(Tabled, Record):
    """One structure that satisfies a solution concept.

    Attributes
    ----------
    structure : AllianceStructure
    values : dict of str to float
        Payoff of each player; the hegemon's in units of its value function.
    regret : float
        Largest gain of any deviation that the concept allows, computed from the game and not from
        the search; at most the solution's tolerance.
    appraisal : Appraisal
        How the hegemon sees the structure.
    burdens : dict of str to float
        What each ally pays, in units of security; empty without burden sharing.
    bargaining_regret : float
        How far a treaty is from its own bargain, recomputed
        (`solver.alliance.bargained.fixed_points`); 0 where burdens are no bargain.
    """

    structure: AllianceStructure
    values: dict[str, float]
    regret: float
    appraisal: Appraisal
    burdens: dict[str, float] = field(default_factory=dict)
    bargaining_regret: float = 0.0

    _asked = ()
    _units = PAYOFFS

    @property
    def form(self) -> Form:
        """The form of the structure."""
        return self.structure.form

    @property
    def title(self) -> str:
        """The structure."""
        return str(self.structure)

    def records(self) -> list[Row]:
        """Return a row for each player: its place in the structure, payoff and burden."""
        places = {self.structure.hegemon: "hegemon"}
        places |= dict.fromkeys(self.structure.spokes, "spoke")
        places |= {name: "bloc" for bloc in self.structure.blocs for name in bloc}
        rows: list[Row] = [
            {"player": name, "place": places.get(name, "outside"), "payoff": worth}
            for name, worth in self.values.items()
        ]
        if self.burdens:
            for row in rows:
                row["burden"] = self.burdens.get(str(row["player"]))
        return rows

    def _dimensions(self) -> Dimensions:
        return {"player": {}}

    def record(self) -> Row:
        """Return the equilibrium as one row: members, how the hegemon sees it, payoffs, regret."""
        seen, structure = self.appraisal, self.structure
        row: Row = {
            "form": str(self.form),
            "structure": str(structure),
            "allies": len(structure.allies),
            "bloc": "; ".join(", ".join(bloc) for bloc in structure.blocs),
            "spokes": ", ".join(structure.spokes),
            "value": seen.value,
            "mean": seen.mean,
            "certainty_equivalent": seen.certainty_equivalent,
            "risk_premium": seen.risk_premium,
            "domain": str(seen.domain),
            "mass_below": seen.mass_below,
            "regret": self.regret,
        }
        row |= {f"payoff[{name}]": worth for name, worth in self.values.items()}
        row |= {f"burden[{name}]": paid for name, paid in self.burdens.items()}
        return row

    def __str__(self) -> str:
        return f"{self.structure} ({self.form}, regret {self.regret:.1e})"


UNITS = {
    "allies": "candidates",
    "value": VALUE,
    "mean": OUTCOME,
    "certainty_equivalent": OUTCOME,
    "risk_premium": OUTCOME,
    "mass_below": "probability",
    "regret": f"{VALUE} or of a candidate's payoff",
    **PAYOFFS,
}


class EquilibriumSet(LazySequence[Equilibrium], Tabled):
    """All equilibria, the hegemon's best first, each built and certified when it is first read.

    There can be tens of thousands; `structures` and `forms` do not build them.
    """

    remembers = True
    _subject = "equilibria, the hegemon's best first"
    _asked = ()
    _units = UNITS

    def __init__(
        self,
        structures: Sequence[AllianceStructure],
        certify: Callable[[AllianceStructure], Equilibrium],
    ) -> None:
        self.structures = structures
        self._certify = certify

    @property
    def forms(self) -> Counter[Form]:
        """How many equilibria have each form, that of the hegemon's best first."""
        return Counter({form: len(structures) for form, structures in self._by_form().items()})

    def of(self, form: Form | str) -> EquilibriumSet:
        """Return the equilibria of one form, the hegemon's best first, none of them built yet.

        Parameters
        ----------
        form : Form or str

        Raises
        ------
        InvalidGameError
            If there is no such form.

        Examples
        --------
        >>> import games, solver
        >>> found = solver.solve(games.load("classic-athens").at(0.5)).equilibria
        >>> print(found.of("multilateral"))
        7 equilibria (multilateral 7)
        """
        return EquilibriumSet(self._by_form().get(form_named(form), ()), self._certify)

    def _by_form(self) -> Mapping[Form, Sequence[AllianceStructure]]:
        if isinstance(self.structures, LazyStructures):
            return self.structures.by_form
        found: dict[Form, list[AllianceStructure]] = {}
        for structure in self.structures:
            found.setdefault(structure.form, []).append(structure)
        return found

    def records(self) -> list[Row]:
        """Return a row for each equilibrium, the best first; all are certified to that end."""
        return self.head(len(self))

    def head(self, most: int) -> list[Row]:
        """Return the rows of the first ones alone."""
        return [{"rank": rank} | one.record() for rank, one in enumerate(self[:most], start=1)]

    def _dimensions(self) -> Dimensions:
        return {"rank": {}}

    def _build(self, place: int) -> Equilibrium:
        return self._certify(self.structures[place])

    def __len__(self) -> int:
        return len(self.structures)

    def __str__(self) -> str:
        forms = ", ".join(f"{form} {number}" for form, number in self.forms.items())
        return f"{counted(len(self))} ({forms or 'none'})"


@dataclass(frozen=True, eq=False)
class Solution(Tabled, Record):
    """The answer to one question: which structures satisfy `concept` in `game`.

    Attributes
    ----------
    status : Status
    equilibria : EquilibriumSet
        Every equilibrium, the hegemon's best first.
    tolerance : float
        Differences of payoffs up to this counted as ties.
    searched : int
        How many structures the search covered: all of the family.
    security_level : float or None
        For `subgame_perfect`, what the hegemon can make sure of by a proposal of its own.
    unsettled : int
        In how many structures bargains over burdens did not settle, or were found not to hold.
    gap : float
        No other equilibrium is worth more to the hegemon than `preferred` by more than this: 0
        where all structures were searched.
    """

    game: AllianceGame
    concept: str
    status: Status
    equilibria: EquilibriumSet = field(repr=False)
    tolerance: float
    searched: int
    security_level: float | None = None
    unsettled: int = 0
    gap: float = 0.0

    _asked = ("game", "concept", "tolerance")
    _units = UNITS

    @property
    def title(self) -> str:
        """The game, the threat and the concept."""
        concept = self.concept.replace("_", " ")
        return f"{self.game.title}: {concept} equilibria at threat {self.game.threat:g}"

    def records(self) -> list[Row]:
        """Return a row for each equilibrium, the best first; all are certified to that end."""
        return self.equilibria.records()

    def head(self, most: int) -> list[Row]:
        """Return the rows of the first equilibria alone."""
        return self.equilibria.head(most)

    def _dimensions(self) -> Dimensions:
        return {"rank": {}}

    @property
    def meaning(self) -> str:
        """What the status says, and what to do about it."""
        if self.status is Status.BOUNDED:
            return f"{self.status.value} (here {self.gap:.3g})"
        if self.status is not Status.PARTIAL:
            return str(self.status.value)
        return (
            f"the bargains over burdens did not settle in {self.unsettled} structures, whose values"
            " may be off, so that there may be other equilibria; ask for another threat, for fewer"
            " candidates (game.strongest), or for a rule that always settles (burden_sharing"
            " 'ultimatum' or 'split')"
        )

    @property
    def preferred(self) -> Equilibrium | None:
        """The hegemon's best equilibrium, None if there is none.

        Ties go to fewer allies, then to fewer blocs, then to the alphabet.
        """
        return self.equilibria[0] if self.equilibria else None

    def __str__(self) -> str:
        best = self.preferred
        found = f"{counted(len(self.equilibria))}; preferred {best}" if best else "none"
        return f"{self.concept} at threat {self.game.threat:g}, {self.status}: {found}"


def preference_order(structure: AllianceStructure) -> tuple[int, int, str]:
    """Return the key by which structures of equal worth to the hegemon are ordered."""
    return len(structure.allies), len(structure.blocs), str(structure)


# Numbered structures, the hegemon's best first, each built when it is read.


class Numbered(Protocol):
    """Structures of one game by numbers."""

    @property
    def game(self) -> AllianceGame:
        """The game."""

    @property
    def hegemon(self) -> Array:
        """What each is worth to the hegemon, shape (structures,)."""

    @property
    def tolerance(self) -> float:
        """Differences of payoffs up to this are ties."""

    def security_level(self) -> float:
        """Return the most that the hegemon can make sure of by a proposal of its own."""

    def structure(self, index: int) -> AllianceStructure:
        """Return the structure with number `index`."""

    def index(self, structure: AllianceStructure) -> int:
        """Return the number of `structure`."""

    def form_codes(self, numbers: Ints) -> Ints:
        """Return a code of the form of each of the structures with these numbers."""


def codes_of(numbered: Numbered, numbers: Ints) -> Ints:
    """Return a code of the form of each structure, by building it."""
    codes = {form: code for code, form in enumerate(Form)}
    found = [codes[numbered.structure(number).form] for number in numbers.tolist()]
    return np.array(found, dtype=np.int64)


def ranked(numbered: Numbered, found: Ints) -> Ints:
    """Return the structures `found`, the hegemon's best first.

    Those that tie with the best stand first among equals by `preference_order`; further down, where
    nothing hangs on it, ties stand in the order of the numbering.

    Parameters
    ----------
    found : ndarray of int, shape (m,)
    """
    hegemon, tolerance = numbered.hegemon, numbered.tolerance
    order = found[np.argsort(-hegemon[found], kind="stable")]
    worth = hegemon[order]
    tied = int(np.count_nonzero(worth >= worth[0] - tolerance)) if worth.size else 0
    first = sorted(
        order[:tied].tolist(), key=lambda index: preference_order(numbered.structure(index))
    )
    return np.concatenate([np.array(first, dtype=np.int64), order[tied:]])


class LazyStructures(LazySequence[AllianceStructure]):
    """Structures by their numbers, in this order."""

    def __init__(self, numbered: Numbered, numbers: Ints) -> None:
        self._numbered = numbered
        self._numbers = numbers

    @cached_property
    def by_form(self) -> dict[Form, LazyStructures]:
        """Those of each form, the form of the first first."""
        codes = self._numbered.form_codes(self._numbers)
        kinds, firsts = np.unique(codes, return_index=True)
        return {
            self[first].form: LazyStructures(self._numbered, self._numbers[codes == kind])
            for first, kind in sorted(zip(firsts.tolist(), kinds.tolist(), strict=True))
        }

    def _build(self, place: int) -> AllianceStructure:
        return self._numbered.structure(int(self._numbers[place]))

    def __contains__(self, structure: object) -> bool:
        try:
            known = self._numbered.game.check(structure)
        except AllianceError:  # a structure of another game, or no structure at all
            return False
        return self._numbered.index(known) in self._numbers

    def __len__(self) -> int:
        return int(self._numbers.size)

    def __repr__(self) -> str:
        return f"<{len(self)} structures>"
