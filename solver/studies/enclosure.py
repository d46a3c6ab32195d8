"""Enclose, over an interval of threats, what structures are worth and who would accept them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from games import AllianceGame, AllianceStructure
from games.alliance.payoffs import projected_power, reference_point
from games.arrays import Array, Bools, Ints
from solver.alliance.hegemon import Frame, Valuer
from solver.alliance.lattice import Lattice, to_structure
from solver.alliance.stage import (
    CandidatePayoffs,
    candidate_payoffs,
    never_worse,
    tolerances,
    traits_of,
)

# stretches that are valued together, and structures that are so few that others join them
GROUP, FEW = 64, 2_000


@dataclass(frozen=True, eq=False)
class End:
    """One threat level of a game, with the blocs of which somebody may ask there."""

    game: AllianceGame
    threat: float
    masks: Ints

    @property
    def power(self) -> float:
        """The power that the adversary projects."""
        return projected_power(self.game, self.threat)

    @cached_property
    def reference(self) -> float:
        """The hegemon's reference point."""
        return reference_point(self.game, self.threat)

    @cached_property
    def candidates(self) -> CandidatePayoffs:
        """The candidates' payoffs for the blocs `masks`."""
        return candidate_payoffs(self.game.at(self.threat), self.masks)


class Bare(NamedTuple):
    """A stretch that is not enclosed yet: its ends, the structures alive, whether all accept."""

    low: End
    high: End
    alive: Ints
    settled: bool


@dataclass(frozen=True, eq=False)
class Stretch:
    """An interval of threats, with the structures that may be preferred somewhere on it.

    Attributes
    ----------
    low, high : End
        Its ends.
    alive : ndarray of int
        Numbers of the structures.
    forms : ndarray of int
        A code of the form of each.
    best : tuple of int
        Places in `alive` of the structures preferred at the two ends.
    accepted : tuple of tuple of bool
        For each end, whether all members accept the structure preferred at the low end, and the
        one preferred at the high end.
    settled : bool
        Whether all members surely accept every structure alive, so on any part of it too.
    """

    game: AllianceGame
    grid: Lattice
    low: End
    high: End
    alive: Ints
    forms: Ints
    best: tuple[int, int]
    accepted: tuple[tuple[bool, bool], tuple[bool, bool]]
    settled: bool

    @property
    def width(self) -> float:
        """Length of the interval."""
        return self.high.threat - self.low.threat

    @property
    def one_form(self) -> bool:
        """Whether all structures alive have one form."""
        return bool((self.forms == self.forms[0]).all())

    @property
    def crosses(self) -> bool:
        """Whether the structures preferred at the ends differ in form."""
        return bool(self.forms[self.best[0]] != self.forms[self.best[1]])

    def ends(self) -> tuple[AllianceStructure, AllianceStructure]:
        """Return the structures preferred at the two ends."""
        names = self.game.candidates
        low, high = (self.grid.masks(int(self.alive[place])) for place in self.best)
        return (
            to_structure(self.game.hegemon, names, *low),
            to_structure(self.game.hegemon, names, *high),
        )

    def both_accepted(self) -> bool:
        """Whether the two preferred structures are accepted by all their members at both ends."""
        return all(self.accepted[0]) and all(self.accepted[1])


class Enclosure:
    """Makes stretches of one game, and halves them."""

    def __init__(self, game: AllianceGame) -> None:
        self._game = game
        self._valuer = Valuer(game)
        self._grid = self._valuer.grid
        self._forms = self._grid.form_codes
        self._undominated: dict[int, Ints] = {}
        self._column = np.zeros(self._grid.size, dtype=np.int64)

    def stretches(self, intervals: Sequence[tuple[float, float]]) -> list[Stretch]:
        """Return a stretch for each interval of threats, alive what no other surely dominates."""
        ends = sorted({end for interval in intervals for end in interval})
        known = {end: End(self._game, end, self._grid.blocs) for end in ends}
        pairs = [(known[low], known[high]) for low, high in intervals]
        parts = [Bare(low, high, self._contenders(low, high), False) for low, high in pairs]
        return self._enclosed(parts)

    def halves(self, stretches: Sequence[Stretch]) -> list[Stretch]:
        """Return the two halves of each stretch."""
        parts = []
        for stretch in stretches:
            masks = np.unique(self._grid.bloc_masks[stretch.alive])
            middle = End(self._game, (stretch.low.threat + stretch.high.threat) / 2, masks)
            parts += [
                Bare(low, high, stretch.alive, stretch.settled)
                for low, high in ((stretch.low, middle), (middle, stretch.high))
            ]
        return self._enclosed(parts)

    def _enclosed(self, parts: list[Bare]) -> list[Stretch]:
        """Return a stretch for each part; those of few structures are valued together."""
        found: dict[int, Stretch] = {}
        order = sorted(range(len(parts)), key=lambda place: parts[place].alive.size)
        for group in _groups(order, [parts[place].alive.size for place in order]):
            enclosed = self._enclose([parts[place] for place in group])
            found.update(zip(group, enclosed, strict=True))
        return [found[place] for place in range(len(parts))]

    def _contenders(self, low: End, high: End) -> Ints:
        """Return the structures of which no spoke could give way to who surely accepts one.

        With who is never worse in its place the form stays what it is.
        """
        willing = high.candidates._replace(outside=low.candidates.outside).willing()
        if willing not in self._undominated:
            grid = self._grid
            allies = grid.bloc_masks | grid.spoke_masks
            kept = np.ones(grid.size, dtype=np.bool_)
            for i, j in np.argwhere(never_worse(traits_of(self._game))).tolist():
                if willing >> j & 1:
                    kept &= (grid.spoke_masks >> i & 1 == 0) | (allies >> j & 1 == 1)
            self._undominated[willing] = np.flatnonzero(kept)
        return self._undominated[willing]

    def _enclose(self, parts: list[Bare]) -> list[Stretch]:
        """Return stretches, after dropping the structures that are nowhere preferred on them."""
        present = np.zeros(self._grid.size, dtype=np.bool_)
        for part in parts:
            present[part.alive] = True
        columns = np.flatnonzero(present)
        levels: dict[tuple[float, float], int] = {}
        for part in parts:
            for key in _corners(part.low, part.high):
                levels.setdefault(key, len(levels))
        power, reference = (np.array(numbers) for numbers in zip(*levels, strict=True))
        values = self._valuer(Frame(power, reference), columns)
        self._column[columns] = np.arange(columns.size)
        stretches = []
        for part in parts:
            place = self._column[part.alive]
            rows = [values[levels[key], place] for key in _corners(part.low, part.high)]
            stretches.append(self._stretch(part, rows))
        return stretches

    def _stretch(self, part: Bare, rows: list[Array]) -> Stretch:
        low, high, alive, settled = part
        at_low, at_high, upper, lower = rows
        possible = certain = np.ones(alive.size, dtype=np.bool_)
        if not settled:
            possible = self._accepted(alive, low, high)
            certain = self._accepted(alive, high, low)
        kept = np.flatnonzero(possible & (upper >= lower[certain].max(initial=-np.inf)))
        alive = alive[kept]
        settled = bool(certain[kept].all())
        agreed = [
            np.ones(alive.size, dtype=np.bool_) if settled else self._accepted(alive, end, end)
            for end in (low, high)
        ]
        best = [
            _first_best(np.where(accepted, worth[kept], -np.inf))
            for accepted, worth in zip(agreed, (at_low, at_high), strict=True)
        ]
        accepted = [(bool(flags[best[0]]), bool(flags[best[1]])) for flags in agreed]
        return Stretch(
            self._game,
            self._grid,
            low,
            high,
            alive,
            self._forms[alive],
            (best[0], best[1]),
            (accepted[0], accepted[1]),
            settled,
        )

    def _accepted(self, structures: Ints, inside: End, outside: End) -> Bools:
        """Whether all members accept, with payoffs inside treaties and outside from two ends.

        Payoffs fall as the threat rises. With `inside` the lower end of an interval and `outside`
        the upper, the answer is whether all *may* accept on it; the other way round, whether all
        surely do; with one end twice, whether they do there.
        """
        seen = inside.candidates._replace(outside=outside.candidates.outside)
        ties = seen.rounding
        content = np.zeros(1 << self._grid.n, dtype=np.bool_)
        content[inside.masks] = seen.content(ties, inside.masks)
        return self._grid.made_of(content, seen.willing(ties), structures)


def _first_best(worth: Array) -> int:
    """Return the first place of the greatest value; equal ones may differ by rounding."""
    known = worth[np.isfinite(worth)]
    ties = tolerances(0.0, 0.0, np.abs(known).max(initial=0.0))
    return int(np.argmax(worth >= worth.max() - ties))


def _groups(places: Sequence[int], sizes: Sequence[int]) -> Iterator[list[int]]:
    """Yield places, with sizes that rise, in groups of like sizes that are valued together."""
    group: list[int] = []
    least = 0
    for place, size in zip(places, sizes, strict=True):
        if group and (len(group) >= GROUP or size > 2 * least):
            yield group
            group = []
        if not group:
            least = max(size, FEW)
        group.append(place)
    if group:
        yield group


def _corners(low: End, high: End) -> tuple[tuple[float, float], ...]:
    """Return (power, reference) at the two ends, and where values are surely highest and lowest."""
    references = low.reference, high.reference
    return (
        (low.power, low.reference),
        (high.power, high.reference),
        (low.power, min(references)),
        (high.power, max(references)),
    )
