"""The formulas behind the measures of threat: what each candidate, or each source, adds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from games import checks, states
from games.errors import InvalidGameError
from games.portfolios import Similarity, s_scores
from games.records import NationalCapabilities, StateYear
from games.theatre import Theatre, power


class Parts(NamedTuple):
    """What a raw value is made of, by candidate or by source, and what had to be left out."""

    values: dict[str, float]
    missing: tuple[str, ...] = ()


def stake(theatre: Theatre) -> Parts:
    """Return c_j M_j / (M_j + c_j) (1 + q_j) by candidate j.

    c_j is its CINC, M_j the adversaries' CINC that reaches its capital, and q_j in [0, 1) what
    disputes add (`Theatre.quarrel`). Rises with the adversaries' CINC and with the candidate's,
    falls with distance.
    """
    values = {}
    for name, record in theatre.candidates.items():
        worth = power(record)
        values[name] = worth * _share(theatre.projected(name), worth) * (1 + theatre.quarrel(name))
    return Parts(values)


def gradient(theatre: Theatre) -> Parts:
    """Return M_j (1 + q_j) by candidate j, which moves as `stake` does."""
    candidates = theatre.candidates
    return Parts(
        {name: theatre.projected(name) * (1 + theatre.quarrel(name)) for name in candidates}
    )


def leeds_savun(theatre: Theatre) -> Parts:
    """Return the CINC of those whose alliances are unlike j's, times 1 + q_j, by candidate j.

    Those who count are the major powers of the year (from 1945 on) and the adversaries. Never falls
    as an adversary's CINC rises; distance has no part in it.
    """
    if theatre.alliances is None:
        raise InvalidGameError("`alliances` must be given for the Leeds-Savun sum; got None")
    similarity = s_scores(theatre.alliances, theatre.nmc, theatre.year)
    among = (*states.major_powers(theatre.year), *theatre.adversaries)
    values, missing = {}, []
    for name in theatre.candidates:
        if name in similarity.states:
            summed = dissimilar_power(similarity, theatre.nmc, name, among=among)
            values[name] = summed * (1 + theatre.quarrel(name))
        else:
            missing.append(f"{name}: not in the system of {theatre.year}, so without S scores")
    return Parts(values, tuple(missing))


def walt(theatre: Theatre) -> Parts:
    """Return the four sources of a threat, each in [0, 1] and rising with the threat.

    - aggregate power: the adversaries' CINC, as a share of theirs and the candidates';
    - proximity: the mean over candidates of the strength left to the nearest adversary;
    - offensive power: the mean of the adversaries' shares of military expenditure and personnel,
      of theirs and the candidates' (what is missing is left out);
    - aggressive intentions: the mean over candidates of q_j, 0 if intentions do not count.
    """
    ours, theirs = theatre.candidates.values(), theatre.adversaries.values()
    missing, offensive = [], []
    for component in ("milex", "milper"):
        amounts = [_total(group, component) for group in (theirs, ours)]
        if amounts[0] is None or amounts[1] is None:
            missing.append(f"{component}: missing for a whole side")
        else:
            offensive.append(_share(amounts[0], amounts[1]))
    near = [
        max(theatre.strength(adversary, name) for adversary in theatre.adversaries)
        for name in theatre.candidates
    ]
    values = {
        "aggregate power": _share(sum(map(power, theirs)), sum(map(power, ours))),
        "proximity": sum(near) / len(near),
        "offensive power": sum(offensive) / len(offensive) if offensive else 0.0,
        "aggressive intentions": sum(map(theatre.quarrel, theatre.candidates)) / len(near),
    }
    return Parts(values, tuple(missing))


def dissimilar_power(
    similarity: Similarity,
    nmc: NationalCapabilities,
    state: object,
    *,
    among: Iterable[object] | None = None,
    cutoff: float | None = None,
) -> float:
    """Return the summed CINC of the states whose alliance portfolios are unlike those of `state`.

    Parameters
    ----------
    similarity : Similarity
        S scores of the year.
    among : iterable of states, optional
        Who can be a threat; all states of the system if not given.
    cutoff : float, optional
        Portfolios are unlike if S is below it; if not given, the median S of all pairs of the year.
        For the median of several years see `games.portfolios.population_median`.

    References
    ----------
    Leeds & Savun 2007, Journal of Politics 69, "Terminating Alliances".
    """
    own = states.find(state).abbreviation
    others = similarity.states if among is None else [states.find(s).abbreviation for s in among]
    limit = similarity.median if cutoff is None else checks.within("cutoff", cutoff, -1, 1)
    system = nmc.system(similarity.year)
    return sum(
        power(system[name])
        for name in dict.fromkeys(others)
        if name != own and name in system and similarity.between(own, name) < limit
    )


def _share(part: float, rest: float) -> float:
    return part / (part + rest) if part + rest > 0 else 0.0


def _total(records: Iterable[StateYear], component: str) -> float | None:
    amounts = [getattr(record, component) for record in records]
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None
