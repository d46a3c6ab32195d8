"""S scores: how alike the alliance portfolios of states are (Signorino & Ritter 1999)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from games import checks
from games.errors import InvalidGameError, UnknownNameError
from games.measures import states
from games.measures.records import Alliances, NationalCapabilities, Pledges

MAX_CODE = 3


@dataclass(frozen=True, eq=False)
class Similarity:
    """The S scores of a year.

    Attributes
    ----------
    states : tuple of str
        The states of the system, sorted by abbreviation.
    scores : ndarray, shape (n, n)
        S of each pair: 1 for equal portfolios, -1 for those as far apart as the coding allows.
    """

    year: int
    states: tuple[str, ...]
    scores: NDArray[np.float64]

    def between(self, first: object, second: object) -> float:
        """Return S of two states."""
        rows = []
        for state in (first, second):
            name = states.find(state).abbreviation
            if name not in self.states:
                raise UnknownNameError(f"state of the system in {self.year}", name, self.states)
            rows.append(self.states.index(name))
        return float(self.scores[rows[0], rows[1]])

    @property
    def median(self) -> float:
        """The median S over all pairs of different states; NaN if there is no pair."""
        upper = self.scores[np.triu_indices(len(self.states), 1)]
        return float(np.median(upper)) if upper.size else float("nan")


def code(pledges: Pledges) -> int:
    """Return the one pledge that counts, as a number.

    3 for defence, 2 for neutrality or nonaggression, 1 for entente or consultation, 0 for none; the
    strongest of those that stand.

    Examples
    --------
    >>> code(Pledges(nonaggression=True, entente=True))
    2
    """
    if pledges.defense:
        return 3
    if pledges.neutrality or pledges.nonaggression:
        return 2
    return int(pledges.entente)


def portfolios(
    alliances: Alliances, nmc: NationalCapabilities, year: int
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Return the states of the system in `year` and their portfolios, shape (n, n).

    Row i holds the codes of state i's alliances with each state of the system. A state counts as
    its own defence ally (3), as is usual, so that two states tied by defence pacts to each other
    and to nobody else have equal portfolios.

    Raises
    ------
    InvalidGameError
        If either data set does not cover the year.
    """
    system = tuple(sorted(nmc.system(year)))
    for source, found in ((nmc.source, system), (alliances.source, year in alliances.years)):
        if not found:
            raise InvalidGameError(f"{source} must cover the year {year}; got no line of it")
    index = {name: i for i, name in enumerate(system)}
    table = np.zeros((len(system), len(system)))
    np.fill_diagonal(table, MAX_CODE)
    for pair, pledges in alliances.years[year].items():
        first, second = pair
        if first in index and second in index:
            i, j = index[first], index[second]
            table[i, j] = table[j, i] = code(pledges)
    return system, table


def s_scores(
    alliances: Alliances, nmc: NationalCapabilities, year: int, weights: str = "equal"
) -> Similarity:
    """Return the S score of each pair of states of the system in `year`.

    S(i, j) = 1 - 2 sum over k of w_k |a_ik - a_jk| / 3, where a_ik is the code of i's alliance with
    k (see `code` and `portfolios`) and the weights w_k sum to 1.

    Parameters
    ----------
    weights : {"equal", "cinc"}
        Whether all states of the system weigh the same, or as their capabilities do; a state whose
        CINC is missing then has none.

    References
    ----------
    Signorino & Ritter 1999, International Studies Quarterly 43, "Tau-b or Not Tau-b".
    """
    checks.one_of("weights", weights, ("equal", "cinc"))
    system, table = portfolios(alliances, nmc, year)
    weight = np.ones(len(system))
    if weights == "cinc":
        weight = np.array([nmc.system(year)[name].cinc or 0.0 for name in system])
        if not weight.any():
            raise InvalidGameError(f"{nmc.source} must give a CINC in {year}; got none above 0")
    weight = weight / weight.sum()
    apart = np.array([np.abs(table - row) @ weight for row in table])
    return Similarity(year, system, 1 - 2 * apart / MAX_CODE)


def population_median(
    alliances: Alliances, nmc: NationalCapabilities, years: Iterable[int]
) -> float:
    """Return the median of the unweighted S over all pairs of all `years` together."""
    pooled = [np.empty(0)]
    for year in years:
        found = s_scores(alliances, nmc, year)
        pooled.append(found.scores[np.triu_indices(len(found.states), 1)])
    scores = np.concatenate(pooled)
    if not scores.size:
        raise InvalidGameError("`years` must hold a year with two states; got none")
    return float(np.median(scores))
