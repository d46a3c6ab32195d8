"""Records of capabilities, alliances and disputes, as immutable tables by year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from games.measures import states
from games.records import FrozenMapping, brief

COMPONENTS = ("milex", "milper", "irst", "pec", "tpop", "upop")

Pair = frozenset[str]
Key = TypeVar("Key")
Value = TypeVar("Value")
Years = FrozenMapping[int, FrozenMapping[Key, Value]]


@dataclass(frozen=True)
class StateYear:
    """The capabilities of a state in a year; None is what the data set calls missing.

    Military expenditure (thousand current USD) and personnel (thousand), iron and steel (thousand
    tons), primary energy (thousand coal-ton equivalents), total and urban population (thousand),
    and CINC (mean share of the world total, 0 to 1).
    """

    state: str
    year: int
    milex: float | None = None
    milper: float | None = None
    irst: float | None = None
    pec: float | None = None
    tpop: float | None = None
    upop: float | None = None
    cinc: float | None = None


@dataclass(frozen=True)
class Pledges:
    """What two states have promised in a year, in any of their treaties and by either of them."""

    defense: bool = False
    neutrality: bool = False
    nonaggression: bool = False
    entente: bool = False


@dataclass(frozen=True)
class Quarrel:
    """The militarised disputes of two states in a year; hostility 1 to 5, or None if unknown."""

    disputes: int
    hostility: float | None = None


@dataclass(frozen=True)
class NationalCapabilities:
    """National Material Capabilities: the states of each year, by abbreviation."""

    __repr__ = brief
    example: ClassVar[str] = "games.load_nmc('NMC-60.csv')"

    source: str
    years: Years[str, StateYear]

    def system(self, year: int) -> Mapping[str, StateYear]:
        """Return the states that are in the system in `year`; none if the year is not covered."""
        return self.years.get(year, FrozenMapping({}))

    def find(self, state: object, year: int, within: int = 0) -> StateYear | None:
        """Return the figures of a state, of the nearest year at most `within` years away.

        Of two years as near the earlier is taken; None if there is no year that has a CINC.
        """
        name = states.find(state).abbreviation
        for step in range(within + 1):
            for other in (year - step, year + step):
                found = self.system(other).get(name)
                if found is not None and found.cinc is not None:
                    return found
        return None

    def find_all(
        self, names: Iterable[str], year: int, within: int = 0
    ) -> tuple[dict[str, StateYear], list[str]]:
        """Return the figures of several states, as `find` does, and the names of those without."""
        found = {name: self.find(name, year, within) for name in names}
        kept = {name: record for name, record in found.items() if record is not None}
        return kept, [name for name in found if name not in kept]


@dataclass(frozen=True)
class Alliances:
    """Formal alliances: what each pair of states has pledged, by year."""

    __repr__ = brief
    example: ClassVar[str] = "games.load_alliances('alliances.csv')"

    source: str
    years: Years[Pair, Pledges]

    def between(self, first: object, second: object, year: int) -> Pledges:
        """Return what two states have pledged in `year`; nothing if no record says so."""
        return _between(self.years, first, second, year) or Pledges()


@dataclass(frozen=True)
class Disputes:
    """Militarised interstate disputes of each pair of states, by year."""

    __repr__ = brief
    example: ClassVar[str] = "games.load_disputes('disputes.csv')"

    source: str
    years: Years[Pair, Quarrel]

    def between(self, first: object, second: object, year: int) -> Quarrel:
        """Return the disputes of two states in `year`."""
        return _between(self.years, first, second, year) or Quarrel(0)


def _between(years: Years[Pair, Value], first: object, second: object, year: int) -> Value | None:
    """Return what stands of two states, whichever way and in whichever order they are named."""
    pair = frozenset(states.find(state).abbreviation for state in (first, second))
    table = years.get(year)
    return None if table is None else table.get(pair)


def frozen(years: Mapping[int, Mapping[Key, Value]]) -> Years[Key, Value]:
    """Return a table by year that cannot change."""
    return FrozenMapping({year: FrozenMapping(table) for year, table in years.items()})
