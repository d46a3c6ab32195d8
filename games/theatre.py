"""What a threat is measured on: adversaries and candidates, with their figures of one year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from games import checks, geography, states
from games.errors import InvalidGameError
from games.geography import Capitals
from games.records import Alliances, Disputes, NationalCapabilities, StateYear

NEAREST_WITHIN = 4
"""How many years away, at most, a figure may be that stands for one of the year itself."""


@dataclass(frozen=True, eq=False)
class Theatre:
    """Adversaries and candidates in a year, with what is known of them.

    Attributes
    ----------
    adversaries, candidates : mapping of str to StateYear
        By abbreviation; those without figures are left out.
    disputes : Disputes or None
        None if intentions do not count.
    missing : tuple of str
        What was left out, in words.
    notes : tuple of str
        What stands in for something else, in words.
    """

    year: int
    adversaries: Mapping[str, StateYear]
    candidates: Mapping[str, StateYear]
    nmc: NationalCapabilities
    alliances: Alliances | None = None
    disputes: Disputes | None = None
    capitals: Capitals | None = None
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def strength(self, adversary: str, candidate: str) -> float:
        """Return the share of an adversary's strength that reaches a candidate's capital."""
        km = geography.capital_distance(adversary, candidate, self.year, self.capitals)
        return geography.loss_of_strength(km)

    def projected(self, candidate: str) -> float:
        """Return M_adv: the adversaries' CINC that reaches a candidate's capital, summed."""
        return sum(
            power(record) * self.strength(adversary, candidate)
            for adversary, record in self.adversaries.items()
        )

    def quarrel(self, candidate: str) -> float:
        """Return d / (1 + d), d the disputes of the adversaries with a candidate in the year.

        It lies in [0, 1), and is 0 if intentions do not count. A dispute of two adversaries with
        the same candidate counts once for each.
        """
        if self.disputes is None:
            return 0.0
        count = sum(
            self.disputes.between(adversary, candidate, self.year).disputes
            for adversary in self.adversaries
        )
        return count / (1 + count)


def power(record: StateYear) -> float:
    """Return a record's CINC; records without one do not enter a theatre."""
    return record.cinc or 0.0


def theatre(
    *,
    nmc: NationalCapabilities,
    adversary: Iterable[object] | str,
    candidates: Iterable[object],
    year: int,
    alliances: Alliances | None = None,
    disputes: Disputes | None = None,
    capitals: Capitals | None = None,
    nearest: bool = False,
) -> Theatre:
    """Return the theatre of some adversaries and candidates in `year`.

    Raises
    ------
    InvalidGameError
        If a state is named twice, or no adversary or no candidate has figures.
    UnknownNameError
        If there is no such state.
    """
    checks.whole("year", year, states.FIRST_YEAR)
    groups = {"adversary": names("adversary", adversary)}
    groups["candidates"] = names("candidates", candidates)
    both = sorted(set(groups["adversary"]) & set(groups["candidates"]))
    if both:
        raise InvalidGameError(f"`candidates` must differ from `adversary`; got {both[0]} in both")
    found: dict[str, dict[str, StateYear]] = {}
    missing: list[str] = []
    notes: list[str] = []
    for group, members in groups.items():
        found[group] = {}
        for name in members:
            record = nmc.find(name, year, NEAREST_WITHIN if nearest else 0)
            if record is None:
                missing.append(f"{name}: no figures for {year} in {nmc.source}")
                continue
            if record.year != year:
                notes.append(f"{name}: the figure is of {record.year}, the nearest year to {year}")
            found[group][name] = record
        if not found[group]:
            raise InvalidGameError(no_figures(group, members, year, nmc, nearest))
    return Theatre(
        year,
        found["adversary"],
        found["candidates"],
        nmc,
        alliances,
        disputes,
        capitals,
        tuple(missing),
        tuple(notes),
    )


def names(argument: str, given: Iterable[object] | str) -> tuple[str, ...]:
    """Return the abbreviations of the states in `given`: one or more, each once."""
    listed = [given] if isinstance(given, (str, int)) else given
    if not isinstance(listed, Iterable):
        raise InvalidGameError(f"`{argument}` must be a list of states; got {given!r}")
    found = tuple(states.find(item).abbreviation for item in listed)
    if not found:
        raise InvalidGameError(f"`{argument}` must name a state at least; got none")
    double = next((name for i, name in enumerate(found) if name in found[:i]), None)
    if double:
        raise InvalidGameError(f"`{argument}` must name each state once; got {double} twice")
    return found


def no_figures(
    group: str, members: Iterable[str], year: int, nmc: NationalCapabilities, nearest: bool
) -> str:
    """Return the line that says who has no figures in `year`, and the way out if there is one."""
    way = f"within {NEAREST_WITHIN} years of {year}" if nearest else f"for {year}"
    hint = "" if nearest else f"; `nearest=True` takes the nearest year within {NEAREST_WITHIN}"
    return (
        f"`{group}` must have figures {way} in {nmc.source}; got none for"
        f" {', '.join(members)}{hint}"
    )
