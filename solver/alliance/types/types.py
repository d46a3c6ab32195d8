"""Candidates that are alike: the types of a game, and structures up to relabelling by counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import comb, prod
from typing import Any

import numpy as np

from games import (
    AllianceGame,
    AllianceStructure,
    Form,
    InvalidGameError,
    NotApplicableError,
    UnknownNameError,
    checks,
    labels,
)
from games.alliance.payoffs import affinity as affinity_of
from games.arrays import Array
from games.records import Record


@dataclass(frozen=True)
class TypeCounts:
    """An alliance structure up to relabelling: how many of each type are spokes, or in the bloc.

    Parameters
    ----------
    spokes, bloc : tuple of int, one for each type
        The bloc has no member or at least two: a bloc of one *is* a spoke.

    Raises
    ------
    InvalidGameError
        If a count is no whole number, or the bloc has one member.

    Examples
    --------
    >>> counts = TypeCounts(spokes=(3, 0), bloc=(0, 2))
    >>> counts.allies, str(counts.form), counts.multiplicity((4, 2))
    (5, 'mixed', 4)
    """

    spokes: tuple[int, ...]
    bloc: tuple[int, ...]

    def __post_init__(self) -> None:
        for name in ("spokes", "bloc"):
            counts = tuple(checks.whole(name, int(count), 0) for count in getattr(self, name))
            object.__setattr__(self, name, counts)
        if len(self.spokes) != len(self.bloc):
            raise InvalidGameError(
                "`spokes` must be as many counts as `bloc`;"
                f" got {len(self.spokes)} and {len(self.bloc)}"
            )
        if sum(self.bloc) == 1:
            raise InvalidGameError("`bloc` must have no member or at least 2; got 1: use a spoke")

    @property
    def allies(self) -> int:
        """Number of candidates in any treaty."""
        return sum(self.spokes) + sum(self.bloc)

    @property
    def form(self) -> Form:
        """The form, as that of an `AllianceStructure`."""
        if self.allies < 2:
            return Form.BILATERAL if self.allies else Form.NONE
        if not sum(self.bloc):
            return Form.HUB_AND_SPOKE
        return Form.MIXED if sum(self.spokes) else Form.MULTILATERAL

    @property
    def order(self) -> tuple[int, int]:
        """Key that orders counts of equal worth: fewer allies first, then those without a bloc."""
        return self.allies, int(sum(self.bloc) > 0)

    def multiplicity(self, sizes: Sequence[int]) -> int:
        """Return how many labelled structures have these counts among `sizes` of each type."""
        placed = zip(sizes, self.spokes, self.bloc, strict=True)
        return prod(comb(size, k) * comb(size - k, m) for size, k, m in placed)


@dataclass(frozen=True, eq=False)
class Types(Record):
    """The types of a game. Candidates of one type can be exchanged without changing any payoff.

    Attributes
    ----------
    game : AllianceGame
    members : tuple of tuple of str
        The candidates of each type, sorted; types stand by their first candidate in the game.
    capability, worth, reliability, exposure : ndarray, shape (types,)
        `worth` is capability and basing: what the hegemon is pledged a share of.
    affinity : ndarray, shape (types, types)
        On the diagonal that of two candidates of the type (1 if there is only one).
    """

    game: AllianceGame
    members: tuple[tuple[str, ...], ...]
    capability: Array = field(repr=False)
    worth: Array = field(repr=False)
    reliability: Array = field(repr=False)
    exposure: Array = field(repr=False)
    affinity: Array = field(repr=False)

    def __len__(self) -> int:
        return len(self.members)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many candidates there are of each type."""
        return tuple(len(names) for names in self.members)

    @property
    def structures(self) -> int:
        """How many structures there are up to relabelling, those with a bloc of one left out."""
        every = prod((size + 1) * (size + 2) // 2 for size in self.sizes)
        free = [size + 1 for size in self.sizes]
        lone = (size * prod(free[:t] + free[t + 1 :]) for t, size in enumerate(self.sizes))
        return every - sum(lone)

    def check(self, counts: TypeCounts) -> TypeCounts:
        """Return `counts` if they fit the types; raise `InvalidGameError` if not."""
        if len(counts.spokes) != len(self):
            raise InvalidGameError(
                f"`counts` must have one place for each of {len(self)} types; got {counts}"
            )
        placed = zip(self.sizes, counts.spokes, counts.bloc, strict=True)
        if any(k + m > size for size, k, m in placed):
            raise InvalidGameError(f"`counts` must fit the sizes {self.sizes}; got {counts}")
        return counts

    def structure(self, counts: TypeCounts) -> AllianceStructure:
        """Return the structure with these counts whose bloc, then spokes, stand first by name."""
        self.check(counts)
        placed = list(zip(self.members, counts.spokes, counts.bloc, strict=True))
        return AllianceStructure(
            self.game.hegemon,
            bloc=[name for names, _, m in placed for name in names[:m]],
            spokes=[name for names, k, m in placed for name in names[m : m + k]],
        )

    def counts(self, structure: AllianceStructure) -> TypeCounts:
        """Return the counts of a structure of the game."""
        known = self.game.check(structure)
        spokes, bloc = set(known.spokes), set(known.bloc)
        return TypeCounts(
            tuple(len(spokes.intersection(names)) for names in self.members),
            tuple(len(bloc.intersection(names)) for names in self.members),
        )


def types_of(game: AllianceGame) -> Types:
    """Return the types of `game`: the classes of candidates whom no payoff tells apart.

    Two candidates are of one type if they are equal in capability, basing, reliability and
    exposure and in their affinity with every third candidate. That is an equivalence, and within
    and between its classes affinity is constant.

    Raises
    ------
    NotApplicableError
        For the family `blocs`, or with burden sharing.

    Examples
    --------
    >>> from solver.alliance.types.types import game_of_types
    >>> game = game_of_types("Athens", {"large": (0.2, 2), "small": (0.02, 3)}, threat=0.5)
    >>> types_of(game).members
    (('large-1', 'large-2'), ('small-1', 'small-2', 'small-3'))
    """
    checks.kind("game", game, AllianceGame)
    if game.family != "bloc_and_spokes":
        raise NotApplicableError(
            f"type counts need `family` 'bloc_and_spokes'; got {game.family!r}: use solver.solve"
        )
    sharing = getattr(game, "burden_sharing", "none")
    if sharing != "none":
        raise NotApplicableError(
            f"type counts need `burden_sharing` 'none'; got {sharing!r}: use solver.solve"
        )
    shared, names = game.parameters, game.candidates
    figures = [
        (
            game.capabilities[name],
            game.basings.get(name, shared.basing),
            game.reliabilities.get(name, shared.reliability),
            game.exposures.get(name, shared.exposure),
        )
        for name in names
    ]
    ties = _affinities(game)
    classes: list[list[int]] = []
    for i, figure in enumerate(figures):
        for group in classes:
            differ = np.flatnonzero(ties[i] != ties[group[0]])
            if figures[group[0]] == figure and set(differ.tolist()) <= {i, group[0]}:
                group.append(i)
                break
        else:
            classes.append([i])
    first = [group[0] for group in classes]
    last = [group[-1] for group in classes]
    capability, basing, reliability, exposure = np.array([figures[i] for i in first]).T
    affinity = ties[np.ix_(first, last)]
    return Types(
        game,
        tuple(tuple(sorted(names[i] for i in group)) for group in classes),
        capability,
        capability + basing,
        reliability,
        exposure,
        affinity,
    )


def _affinities(game: AllianceGame) -> Array:
    """Return the affinity of each pair, 1 on the diagonal, shape (n, n)."""
    places = {name: place for place, name in enumerate(game.candidates)}
    ties = np.full((len(places), len(places)), game.parameters.affinity)
    for one, other in game.affinity:
        ties[places[one], places[other]] = affinity_of(game, one, other)
        ties[places[other], places[one]] = ties[places[one], places[other]]
    np.fill_diagonal(ties, 1.0)
    return ties


# Build a game from types of candidates and how many there are of each.


def game_of_types(
    hegemon: str,
    types: Mapping[str, tuple[float, int]],
    threat: float,
    *,
    exposures: Mapping[str, float] | None = None,
    reliabilities: Mapping[str, float] | None = None,
    basings: Mapping[str, float] | None = None,
    affinity: Mapping[tuple[str, str], float] | None = None,
    **fields: Any,
) -> AllianceGame:
    """Return the game of candidates `small-1`, `small-2`, ... for each type `small`.

    Parameters
    ----------
    types : mapping of str to (float, int)
        Of each type the capability, in units of the hegemon's, and the number of candidates.
    exposures, reliabilities, basings : mapping of str to float, optional
        Values of single types that differ from those in `parameters`.
    affinity : mapping of pairs of types to float, optional
        In [0, 1]; `("small", "small")` is the affinity of two candidates of one type. Pairs not
        named have `parameters.affinity`.
    **fields
        The other fields of `AllianceGame`.

    Raises
    ------
    InvalidGameError
        If a value is out of range.
    UnknownNameError
        If a mapping names no type.

    Examples
    --------
    >>> game = game_of_types("Athens", {"large": (0.2, 2), "small": (0.02, 1)}, threat=0.5,
    ...                      affinity={("large", "small"): 0.5})
    >>> game.candidates
    ('large-1', 'large-2', 'small-1')
    >>> game.affinity["large-2", "small-1"]
    0.5
    """
    members: dict[str, list[str]] = {}
    capabilities: dict[str, float] = {}
    for kind, figures in labels.mapping("types", types, "kinds to pairs").items():
        checks.label("type", kind)
        if not isinstance(figures, tuple | list) or len(figures) != 2:
            raise InvalidGameError(
                f"`types[{kind!r}]` must be a pair (capability, number); got {figures!r}"
            )
        number = checks.whole(f"types[{kind!r}]", figures[1], 1)
        members[kind] = [f"{kind}-{place + 1}" for place in range(number)]
        capability: float = figures[0]
        capabilities |= dict.fromkeys(members[kind], capability)

    def known(kind: str) -> list[str]:
        if kind not in members:
            raise UnknownNameError("type", kind, members)
        return members[kind]

    def single(name: str, values: Mapping[str, float] | None) -> dict[str, float]:
        given = {} if values is None else labels.mapping(name, values, "types to numbers")
        return {name: value for kind, value in given.items() for name in known(kind)}

    pairs = {} if affinity is None else labels.mapping("affinity", affinity, "pairs to numbers")
    for pair in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise InvalidGameError(f"`affinity` must be keyed by two types; got {pair!r}")
    ties = {
        (one, other): value
        for (first, second), value in pairs.items()
        for one, other in product(known(first), known(second))
        if one != other
    }
    return AllianceGame(
        hegemon=hegemon,
        capabilities=capabilities,
        threat=threat,
        exposures=single("exposures", exposures),
        reliabilities=single("reliabilities", reliabilities),
        basings=single("basings", basings),
        affinity=ties,
        **fields,
    )
