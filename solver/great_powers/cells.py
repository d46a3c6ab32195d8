"""The cells of the large test: a leader, a theatre, a window of years, and what was signed in it.

All that a model is told of a cell is read in the year before the window or earlier; the pool of
candidates is fixed there too. What was signed in the window is the outcome, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import NamedTuple

from games import AllianceStructure, Form, InvalidGameError, checks
from games.measures import states
from games.measures.records import Pair
from games.measures.theatre import distance, loss_of_strength
from games.measures.treaties import AllianceTreaty
from games.records import FrozenMapping, Record
from solver.great_powers.data import PowersData
from solver.results import Progress

# by the Correlates of War numbers of their states, first and last
THEATRES = {
    "North America": ((2, 99),),
    "South America": ((100, 199),),
    "West and North Europe": ((200, 289), (376, 399)),
    "East and South Europe": ((290, 375),),
    "Africa": ((400, 599),),
    "Middle East": ((600, 699),),
    "Central and South Asia": ((700, 709), (750, 799)),
    "East Asia and Pacific": ((710, 749), (800, 999)),
}
FIRST_YEAR, LAST_YEAR = 1817, 2016
# for how long before a window disputes count, and treaties and disputes make a theatre one's own
LOOK_BACK, REACH_BACK = 5, 20
HIGHEST = 5.0
# of the adversary's CINC over the leader's
LEAST_ADVERSARY, MOST_ADVERSARY = 0.05, 3.0
FORMS = (Form.NONE, Form.BILATERAL, Form.HUB_AND_SPOKE, Form.MIXED, Form.MULTILATERAL)
MEASURE_UNITS = {
    "leader_hostility": "0 to 5, mean of five years",
    "pool_hostility": "0 to 5, mean of five years",
    "pool_gradient": "share of the world's capabilities",
    "pool_dissimilar": "sum of shares of capabilities",
}
MEASURES = tuple(MEASURE_UNITS)


class Window(NamedTuple):
    """Years in which what was signed counts as one choice."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


@dataclass(frozen=True, eq=False)
class Cell(Record):
    """One choice of one leader.

    Attributes
    ----------
    leader, theatre : str
    window : Window
    cinc : float
        The leader's, in the year before the window.
    capabilities : dict of str to float
        The pool: each candidate's CINC over the leader's, in (0, 1].
    adversary : str
        The strongest rival, or the strongest major power not allied if there is none.
    opposed : float
        The adversary's CINC over the leader's, within [.05, 3].
    standing : AllianceStructure
        The leader's treaties of defence with the pool in force before.
    measures : dict of str to float
        Those of `MEASURES`, as they are.
    affinity : dict of pairs to float
        0.5 for rivals within the pool; 1 for all others.
    likeness : dict of pairs to float
        1 less the difference of the two states' democracy, in [0, 1]; 0.5 where it is unknown.
    allied : frozenset of pairs
        Pairs of the pool with a treaty of defence in force before.
    form : Form
        Of what was signed.
    partners : tuple of str
        Who was newly tied, of the pool.
    outside : tuple of int
        Numbers of the leader's treaties of the window with states of the theatre none of whom is in
        the pool.
    treaties : tuple of int
        Numbers of those that count.
    """

    leader: str
    theatre: str
    window: Window
    cinc: float
    capabilities: dict[str, float]
    adversary: str
    opposed: float
    standing: AllianceStructure
    measures: dict[str, float]
    affinity: dict[tuple[str, str], float]
    likeness: dict[tuple[str, str], float]
    allied: frozenset[Pair]
    form: Form
    partners: tuple[str, ...] = ()
    outside: tuple[int, ...] = ()
    treaties: tuple[int, ...] = ()

    @property
    def pool(self) -> tuple[str, ...]:
        """The candidates, neighbours of the leader first and then the strongest."""
        return tuple(self.capabilities)

    @property
    def name(self) -> str:
        """Such as "USA, Europe, 1947-1951"."""
        return f"{self.leader}, {self.theatre}, {self.window}"


@dataclass(frozen=True, eq=False)
class Cells(Record):
    """All cells, and what the way they are made leaves out.

    Attributes
    ----------
    cells : tuple of Cell
    counts : dict of str to int
        Treaties of defence with a major power, how many of them are multilateral, how many came to
        count in a cell, fell outside every pool, or added nobody new; cells left out for want of
        two candidates.
    """

    cells: tuple[Cell, ...]
    counts: dict[str, int]


@cache
def theatre_of(state: str) -> str | None:
    """Return the theatre of a state, by abbreviation; None if its number is in none."""
    number = states.find(state).ccode
    return next(
        (
            name
            for name, parts in THEATRES.items()
            if any(first <= number <= last for first, last in parts)
        ),
        None,
    )


def cells_of(
    data: PowersData,
    *,
    years: int = 5,
    candidates: int = 7,
    first: int = FIRST_YEAR,
    last: int = LAST_YEAR,
    pledges: Sequence[str] = ("defense",),
    progress: Progress | None = None,
) -> Cells:
    """Return the cells of all leaders, theatres and windows.

    Steps: (1) windows of equal length from the first year on; a last one that is not whole is left
    out. (2) Leaders are the major powers of the year before. (3) A theatre is in a leader's reach
    if it is its own, if it is contiguous with a state of it, or if in the 20 years before it had a
    treaty of defence or a dispute with one. (4) The pool: the states of the theatre in the year
    before that are no stronger than the leader and no rivals of it, those contiguous with it first
    and then by strength, `candidates` of them at most; a cell needs two. A state that enters the
    system in the window counts with its first figures. (5) A treaty of the window belongs to the
    strongest major power in it, by the CINC of the year before its signature.

    Parameters
    ----------
    years : int
        Length of a window.
    candidates : int
        In [2, 9].
    first, last : int
        Of all windows.
    pledges : sequence of str
        A treaty with one of these counts.
    """
    checks.whole("years", years, 1)
    if checks.whole("candidates", candidates, 2) > 9:
        raise InvalidGameError(f"`candidates` must lie in [2, 9]; got {candidates}")
    if last - first + 1 < years:
        raise InvalidGameError(f"`last` must leave a whole window after {first}; got {last}")
    maker = _Maker(data, candidates, tuple(pledges))
    starts = range(first, last - years + 2, years)
    found: list[Cell] = []
    for number, start in enumerate(starts, start=1):
        window = Window(start, start + years - 1)
        found += maker.cells(window)
        if progress:
            progress("cells", number, len(starts))
    return Cells(tuple(found), maker.counts(found, starts, years))


class _Maker:
    """Makes cells from data, with what is asked often at hand."""

    def __init__(self, data: PowersData, candidates: int, pledges: tuple[str, ...]) -> None:
        self.data, self.candidates = data, candidates
        self.treaties = [one for one in data.treaties.treaties if set(one.pledges) & set(pledges)]
        self.disputes: dict[str, dict[int, list[tuple[str, float]]]] = {}
        for year, pairs in data.disputes.years.items():
            for pair, quarrel in pairs.items():
                level = HIGHEST if quarrel.hostility is None else quarrel.hostility
                for one in pair:
                    (other,) = pair - {one}
                    self.disputes.setdefault(one, {}).setdefault(year, []).append((other, level))
        self.rivals: dict[str, set[str]] = {}
        for pair in data.rivalries.spans:
            for one in pair:
                self.rivals.setdefault(one, set()).update(pair - {one})
        self.neighbours: dict[str, set[str]] = {}
        for pair in data.contiguity.spans:
            for one in pair:
                self.neighbours.setdefault(one, set()).update(pair - {one})
        self.too_small = 0

    def cells(self, window: Window) -> Iterator[Cell]:
        """Yield the cells of one window."""
        before = window.first - 1
        system: dict[str, float] = {}
        for year in range(before, window.last + 1):
            for name, record in self.data.nmc.system(year).items():
                if record.cinc is not None and record.cinc > 0:
                    system.setdefault(name, record.cinc)
        for leader in self.data.majors.keys_in(before):
            if leader not in system:
                continue
            signed = self.signed(leader, window)
            for theatre in THEATRES:
                if self.reaches(leader, theatre, before):
                    cell = self.cell(leader, theatre, window, system, signed)
                    if cell is not None:
                        yield cell

    def cell(
        self,
        leader: str,
        theatre: str,
        window: Window,
        system: dict[str, float],
        signed: list[tuple[AllianceTreaty, tuple[str, ...]]],
    ) -> Cell | None:
        """Return one cell, or None if its pool is too small."""
        before = window.first - 1
        pool = self.pool(leader, theatre, before, system)
        if len(pool) < 2:
            self.too_small += 1
            return None
        standing = self.standing(leader, pool, before)
        adversary = self.adversary(leader, pool, theatre, before, system)
        opposed = system[adversary] / system[leader]
        form, partners, counted, outside = self.outcome(
            theatre, pool, standing, signed, window.last
        )
        pairs = list(combinations(pool, 2))
        allied = {
            frozenset(pair)
            for one in self.treaties
            for pair in combinations([n for n in one.members(before) if n in pool], 2)
        }
        return Cell(
            leader=leader,
            theatre=theatre,
            window=window,
            cinc=system[leader],
            capabilities={name: system[name] / system[leader] for name in pool},
            adversary=adversary,
            opposed=min(max(opposed, LEAST_ADVERSARY), MOST_ADVERSARY),
            standing=standing,
            measures=self.measures(leader, pool, adversary, theatre, before, system),
            affinity={pair: 0.5 for pair in pairs if self.are_rivals(*pair, before)},
            likeness={pair: self.likeness(*pair, before) for pair in pairs},
            allied=frozenset(allied),
            form=form,
            partners=partners,
            outside=outside,
            treaties=counted,
        )

    # What a model is told: all of the year before or earlier.

    def reaches(self, leader: str, theatre: str, year: int) -> bool:
        """Return whether a theatre is in a leader's reach."""
        if theatre_of(leader) == theatre:
            return True
        if any(
            theatre_of(other) == theatre and self.are_neighbours(leader, other, year)
            for other in self.neighbours.get(leader, ())
        ):
            return True
        years = range(year - REACH_BACK + 1, year + 1)
        own = self.disputes.get(leader, {})
        if any(theatre_of(other) == theatre for when in years for other, _ in own.get(when, ())):
            return True
        return any(
            theatre_of(other) == theatre
            for one in self.treaties
            if leader in one.joined and one.signed <= year
            for when in years
            for other in one.members(when)
            if other != leader and leader in one.members(when)
        )

    def pool(
        self, leader: str, theatre: str, year: int, system: dict[str, float]
    ) -> tuple[str, ...]:
        """Return the candidates, neighbours of the leader first and then the strongest."""
        able = [
            name
            for name in system
            if name != leader
            and theatre_of(name) == theatre
            and system[name] <= system[leader]
            and not self.are_rivals(leader, name, year)
        ]
        near = {name for name in able if self.are_neighbours(leader, name, year)}
        ranked = sorted(able, key=lambda name: (name not in near, -system[name], name))
        return tuple(ranked[: self.candidates])

    def standing(self, leader: str, pool: tuple[str, ...], year: int) -> AllianceStructure:
        """Return the leader's treaties with the pool in force in a year, pacts as one bloc."""
        bloc: set[str] = set()
        spokes: set[str] = set()
        for one in self.treaties:
            members = one.members(year)
            if leader in members:
                (bloc if len(members) > 2 else spokes).update(set(members) & set(pool))
        return AllianceStructure(leader, bloc, spokes - bloc)

    def adversary(
        self, leader: str, pool: tuple[str, ...], theatre: str, year: int, system: dict[str, float]
    ) -> str:
        """Return the strongest rival of the leader, or of the pool in the theatre or of its rank.

        Without any, the strongest major power that is not allied to the leader; without that the
        strongest state that is not.
        """
        friends = {leader, *pool}
        for one in self.treaties:
            members = one.members(year)
            if leader in members:
                friends.update(members)
        majors = set(self.data.majors.keys_in(year))
        foes = {
            name
            for name in system
            if name not in friends
            and (
                self.are_rivals(leader, name, year)
                or (
                    (name in majors or theatre_of(name) == theatre)
                    and any(self.are_rivals(name, one, year) for one in pool)
                )
            )
        }
        others = set(system) - friends
        found = foes or (others & majors) or others or (set(system) - {leader, *pool})
        if not found:
            return max(pool, key=lambda name: system[name])
        return max(found, key=lambda name: (system[name], name))

    def measures(
        self,
        leader: str,
        pool: tuple[str, ...],
        adversary: str,
        theatre: str,
        year: int,
        system: dict[str, float],
    ) -> dict[str, float]:
        """Return the measures of threat.

        leader_hostility: mean over the five years before of the highest hostility (0 to 5) of the
        leader's disputes with rivals of it, or with states of the theatre outside the pool;
        pool_hostility: the same of each candidate with any state but the leader and the pool, mean
        over the pool; pool_gradient: mean over the pool of the adversary's CINC / (1 + km / 5000);
        pool_dissimilar: mean over the pool of the Leeds-Savun sums, 0 where there is none.
        """
        years = range(year - LOOK_BACK + 1, year + 1)
        friends = {leader, *pool}

        def hostility(state: str, counts: set[str] | None) -> float:
            own = self.disputes.get(state, {})
            return sum(
                max(
                    (
                        level
                        for other, level in own.get(when, ())
                        if (other in counts if counts is not None else other not in friends)
                    ),
                    default=0.0,
                )
                for when in years
            ) / len(years)

        against = {
            name
            for name in self.rivals.get(leader, ())
            if self.are_rivals(leader, name, year) and name not in pool
        }
        against |= {n for n in system if theatre_of(n) == theatre and n not in friends}
        sites = self.data.capitals.at(year)
        reaching = [
            system[adversary]
            * (
                loss_of_strength(distance(sites[adversary], sites[name]))
                if adversary in sites and name in sites
                else 0.5
            )
            for name in pool
        ]
        sums = [self.data.dissimilar.get(name, year) or 0.0 for name in pool]
        return {
            "leader_hostility": hostility(leader, against),
            "pool_hostility": sum(hostility(name, None) for name in pool) / len(pool),
            "pool_gradient": sum(reaching) / len(pool),
            "pool_dissimilar": sum(sums) / len(pool),
        }

    def likeness(self, one: str, other: str, year: int) -> float:
        """Return how alike two states are in democracy; 0.5 if it is unknown."""
        table = self.data.democracy
        if table is None:
            return 0.5
        mine, yours = table.get(one, year), table.get(other, year)
        return 0.5 if mine is None or yours is None else 1 - abs(mine - yours)

    def are_rivals(self, one: str, other: str, year: int) -> bool:
        """Return whether two states are rivals in a year."""
        return other in self.rivals.get(one, ()) and self.data.rivalries.holds(
            frozenset((one, other)), year
        )

    def are_neighbours(self, one: str, other: str, year: int) -> bool:
        """Return whether two states are contiguous in a year."""
        return other in self.neighbours.get(one, ()) and self.data.contiguity.holds(
            frozenset((one, other)), year
        )

    # What is to be predicted.

    def signed(self, leader: str, window: Window) -> list[tuple[AllianceTreaty, tuple[str, ...]]]:
        """Return the leader's treaties of a window with those who joined them in it.

        Accessions to its older treaties count with those who acceded alone.
        """
        found = []
        for one in self.treaties:
            if leader not in one.joined or self.lead(one) != leader:
                continue
            new = tuple(
                name
                for name, year in one.joined.items()
                if name != leader and window.first <= year <= window.last
            )
            older = one.signed < window.first
            if new and one.joined[leader] <= window.last and (older or one.signed <= window.last):
                found.append((one, new))
        return found

    def lead(self, treaty: AllianceTreaty) -> str | None:
        """Return the strongest major power among those who signed a treaty at first."""
        year = treaty.signed - 1
        system = self.data.nmc.system(year) or self.data.nmc.system(treaty.signed)
        able = [
            name
            for name, since in treaty.joined.items()
            if since == treaty.signed
            and self.data.majors.holds(name, treaty.signed)
            and name in system
            and system[name].cinc is not None
        ]
        return max(able, key=lambda name: (system[name].cinc or 0.0, name), default=None)

    def outcome(
        self,
        theatre: str,
        pool: tuple[str, ...],
        standing: AllianceStructure,
        signed: list[tuple[AllianceTreaty, tuple[str, ...]]],
        last: int,
    ) -> tuple[Form, tuple[str, ...], tuple[int, ...], tuple[int, ...]]:
        """Return the form of what was signed, who is new, what counts and what falls outside."""
        bound = set(standing.allies) - set(standing.spokes)
        joined: set[str] = set()
        spokes: set[str] = set()
        counted, outside = [], []
        for treaty, new in signed:
            inside = [name for name in new if name in pool]
            wide = sum(year <= last for year in treaty.joined.values()) > 2
            if not inside:
                if any(theatre_of(name) == theatre for name in new):
                    outside.append(treaty.number)
                continue
            fresh = set(inside) - bound - (set() if wide else set(standing.spokes))
            if fresh:
                counted.append(treaty.number)
            (joined if wide else spokes).update(fresh)
        spokes -= joined
        after = set(standing.spokes) - joined | spokes
        if joined:
            form = Form.MIXED if spokes else Form.MULTILATERAL
        elif spokes:
            form = Form.BILATERAL if len(after) == 1 else Form.HUB_AND_SPOKE
        else:
            form = Form.NONE
        partners = tuple(name for name in pool if name in joined | spokes)
        return form, partners, tuple(counted), tuple(outside)

    def counts(self, cells: Sequence[Cell], starts: range, years: int) -> dict[str, int]:
        """Return what became of the treaties."""
        first, last = starts[0], starts[-1] + years - 1
        of_majors = {
            one.number: one
            for one in self.treaties
            if first <= one.signed <= last and self.lead(one) is not None
        }
        wide = [
            number
            for number, one in of_majors.items()
            if sum(year == one.signed for year in one.joined.values()) > 2
        ]
        counted = {number for cell in cells for number in cell.treaties}
        outside = {number for cell in cells for number in cell.outside} - counted
        return FrozenMapping(
            {
                "treaties": len(of_majors),
                "multilateral": len(wide),
                "counted": len(counted & set(of_majors)),
                "outside_pools": len(outside & set(of_majors)),
                "nobody_new_or_no_cell": len(set(of_majors) - counted - outside),
                "cells_too_small": self.too_small,
            }
        )
