"""What a solver by type counts returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, overload

from games import AllianceStructure, Appraisal, Form
from games.appraisal import appraise
from games.arrays import Array, Ints
from solver.large.types import TypeCounts, Types
from solver.large.types_payoffs import prospect, reference_point


class TypeStatus(Enum):
    """What was proved; the text says how."""

    LISTED = "every structure was valued up to relabelling; the equilibria are all there are"
    PROVED = (
        "the preferred outcome is proved to be the best equilibrium; no others were listed"
        " (raise `most_atoms` to list them)"
    )

    def __str__(self) -> str:
        return self.name.lower()


class TypeEquilibrium(NamedTuple):
    """An equilibrium up to relabelling.

    Attributes
    ----------
    counts : TypeCounts
    value : float
        What it is worth to the hegemon.
    multiplicity : int
        How many labelled structures it stands for, all of them equilibria.
    """

    counts: TypeCounts
    value: float
    multiplicity: int


class TypeEquilibria(Sequence[TypeEquilibrium]):
    """All equilibria up to relabelling, the hegemon's best first, each built when it is read.

    Parameters
    ----------
    sizes : tuple of int
        Of the types.
    spokes, blocs : ndarray of int, shape (equilibria, types)
    values : ndarray, shape (equilibria,)
    """

    def __init__(self, sizes: tuple[int, ...], spokes: Ints, blocs: Ints, values: Array) -> None:
        self._sizes = sizes
        self._spokes, self._blocs, self._values = spokes, blocs, values

    @overload
    def __getitem__(self, index: int) -> TypeEquilibrium: ...
    @overload
    def __getitem__(self, index: slice) -> list[TypeEquilibrium]: ...
    def __getitem__(self, index: int | slice) -> TypeEquilibrium | list[TypeEquilibrium]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        counts = TypeCounts(tuple(self._spokes[index].tolist()), tuple(self._blocs[index].tolist()))
        return TypeEquilibrium(counts, float(self._values[index]), counts.multiplicity(self._sizes))

    def __len__(self) -> int:
        return int(self._values.size)

    @property
    def labelled(self) -> int:
        """How many labelled structures are equilibria: the sum of the multiplicities."""
        return sum(found.multiplicity for found in self)

    def __repr__(self) -> str:
        return f"<{len(self)} equilibria up to relabelling>"


@dataclass(frozen=True)
class TypeSolution:
    """The subgame-perfect outcome that the hegemon prefers, by type counts.

    Attributes
    ----------
    types : Types
    status : TypeStatus
    preferred : TypeCounts
        Its best equilibrium. Ties go to fewer allies, then to no bloc.
    value : float
        What that is worth to the hegemon.
    regret : float
        Largest gain of any deviation: of an ally that refuses, or of the hegemon that proposes
        `assured`. Computed from the game's payoffs and not from the search; at most `tolerance`.
    security_level : float
        What the hegemon can make sure of by a proposal of its own.
    assured : TypeCounts
        The proposal that makes sure of it: the best set of eager spokes.
    tolerance : float
        Differences of payoffs up to this counted as ties.
    structures : int
        How many structures there are up to relabelling; all of them are valued or surpassed.
    valued : int
        How many were valued exactly, in the search for the best.
    bounded : int
        How many boxes of structures were bounded, in both searches; 0 if all were listed.
    equilibria : TypeEquilibria or None
        All of them; None if they were not listed.
    """

    types: Types = field(repr=False)
    status: TypeStatus
    preferred: TypeCounts
    value: float
    regret: float
    security_level: float
    assured: TypeCounts
    tolerance: float
    structures: int
    valued: int
    bounded: int
    equilibria: TypeEquilibria | None = field(repr=False)

    @property
    def form(self) -> Form:
        """The form of the preferred structure."""
        return self.preferred.form

    @property
    def multiplicity(self) -> int:
        """How many labelled structures are equal to the preferred one up to relabelling."""
        return self.preferred.multiplicity(self.types.sizes)

    @property
    def pruned(self) -> int:
        """How many structures were ruled out by bounds alone."""
        return self.structures - self.valued

    @property
    def structure(self) -> AllianceStructure:
        """The preferred structure, its allies the first by name of each type."""
        return self.types.structure(self.preferred)

    @property
    def appraisal(self) -> Appraisal:
        """How the hegemon sees the preferred structure."""
        game = self.types.game
        seen = prospect(self.types, self.preferred, game.threat)
        return appraise(seen, game.preference, reference_point(self.types))

    def __str__(self) -> str:
        placed = zip(self.types.members, self.preferred.spokes, self.preferred.bloc, strict=True)
        parts = [f"{names[0]} and alike: {k} spokes, {m} in the bloc" for names, k, m in placed]
        return f"{self.form} at threat {self.types.game.threat:g} ({'; '.join(parts)})"
