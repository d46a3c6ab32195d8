"""Candidates that no payoff tells apart, and structures as counts of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from games import AllianceGame, AllianceStructure
from games.arrays import Array, Ints
from games.records import Record
from solver.alliance.stage import affinities_of, traits_of


@dataclass(frozen=True, eq=False)
class Kinds(Record):
    """The kinds of a game: candidates of one kind can be exchanged without changing any payoff.

    The kind that is worth most to the hegemon stands first, and of equals the most reliable one.

    Attributes
    ----------
    game : AllianceGame
    members : tuple of tuple of str
        The candidates of each kind, sorted.
    capability, worth, reliability, exposure : ndarray, shape (kinds,)
        `worth` is capability and basing: what the hegemon is pledged a share of.
    affinity : ndarray, shape (kinds, kinds)
        On the diagonal that of two candidates of the kind (1 if there is only one).
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

    @cached_property
    def sizes(self) -> Ints:
        """How many candidates there are of each kind, shape (kinds,)."""
        return np.array([len(names) for names in self.members])

    def structure(self, spokes: Ints, bloc: Ints) -> AllianceStructure:
        """Return the structure with so many spokes and members of each kind, the first by name."""
        placed = list(zip(self.members, spokes.tolist(), bloc.tolist(), strict=True))
        return AllianceStructure(
            self.game.hegemon,
            bloc=[name for names, _, m in placed for name in names[:m]],
            spokes=[name for names, k, m in placed for name in names[m : m + k]],
        )


def kinds_of(game: AllianceGame) -> Kinds:
    """Return the kinds of `game`.

    Two candidates are of one kind if they are equal in capability, basing, reliability and
    exposure and in their affinity with every third candidate. That is an equivalence, and within
    and between its classes affinity is constant.

    Examples
    --------
    >>> import games
    >>> game = games.game_of_kinds("Athens", {"small": (0.02, 3), "large": (0.2, 2)}, threat=0.5)
    >>> kinds_of(game).members
    (('large-1', 'large-2'), ('small-1', 'small-2', 'small-3'))
    """
    own, ties = traits_of(game), affinities_of(game)
    np.fill_diagonal(ties, 1.0)
    figures = np.stack(own, axis=1)
    order = np.lexsort((-own.reliability, -own.worth))
    classes: list[list[int]] = []
    for i in order.tolist():
        for group in classes:
            differ = set(np.flatnonzero(ties[i] != ties[group[0]]).tolist())
            if (figures[i] == figures[group[0]]).all() and differ <= {i, group[0]}:
                group.append(i)
                break
        else:
            classes.append([i])
    first = [group[0] for group in classes]
    last = [group[-1] for group in classes]
    return Kinds(
        game,
        tuple(tuple(sorted(game.candidates[i] for i in group)) for group in classes),
        own.capability[first],
        own.worth[first],
        own.reliability[first],
        own.exposure[first],
        ties[np.ix_(first, last)],
    )
