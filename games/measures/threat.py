"""Four measures of a threat from data, side by side, each with a switch for intentions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from games import checks
from games.errors import InvalidGameError
from games.measures import states
from games.measures.portfolios import Similarity, s_scores
from games.measures.records import Alliances, Disputes, NationalCapabilities, StateYear
from games.measures.theatre import Capitals, Theatre, power, theatre
from games.records import FrozenMapping, Record, brief
from games.tabled import Dimensions, Tabled

# The formulas behind the measures of threat: what each candidate, or each source, adds.


class Parts(NamedTuple):
    """What a raw value is made of, by candidate or by source, and what had to be left out."""

    values: dict[str, float]
    missing: tuple[str, ...] = ()


def stake(theatre: Theatre) -> Parts:
    """Return c_j / C times M_j / (M_j + c_j) (1 + q_j) by candidate j.

    c_j is its CINC, C that of all candidates, M_j the adversaries' CINC that reaches its capital,
    and q_j in [0, 1) what disputes add (`Theatre.quarrel`). The sum is the mean share at risk,
    weighted by power: it rises with the adversaries' CINC and falls with distance, and neither more
    candidates nor stronger ones raise it of themselves.
    """
    total = sum(map(power, theatre.candidates.values()))
    values = {}
    for name, record in theatre.candidates.items():
        worth = power(record)
        risk = _share(theatre.projected(name), worth) * (1 + theatre.quarrel(name))
        values[name] = worth / total * risk if total else 0.0
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
        For the median of several years see `games.measures.portfolios.population_median`.

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


REFERENCE = "Europe 1949: the Soviet Union and the eleven that signed, NMC 6.0, without intentions"


@dataclass(frozen=True)
class Operationalisation:
    """A way to measure the threat of adversaries to candidates.

    Attributes
    ----------
    formula, source, normalisation : str
        How it is computed, where it is from (and what of it is this project's own), and how it is
        brought to [0, 1].
    scale : float
        The raw value that is 1 when normalised; what exceeds it is 1 too.
    parts : callable
        Gives the raw value's parts for a theatre: by candidate, or by source.
    total : callable
        Makes the raw value of the parts: their sum, or their mean.
    needs_alliances : bool
        Whether it can be measured only where alliances are given.
    """

    __repr__ = brief

    name: str
    formula: str
    source: str
    normalisation: str
    scale: float
    parts: Callable[[Theatre], Parts]
    total: Callable[[Iterable[float]], float]
    needs_alliances: bool = False


@dataclass(frozen=True, eq=False)
class ThreatMeasure(Tabled, Record):
    """A threat as measured in one way.

    Attributes
    ----------
    raw : float
        In the measure's own unit; at least 0.
    normalised : float
        In [0, 1]: `raw` over the scale of the measure, cut at 1.
    cut : bool
        Whether it was cut.
    intentions : bool
        Whether disputes were counted.
    parts : mapping of str to float
        What the raw value is the sum or the mean of.
    missing, notes : tuple of str
        What was left out, and what stands in for something else.
    """

    name: str
    raw: float
    normalised: float
    intentions: bool
    parts: Mapping[str, float] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    cut: bool = False

    _subject = "a threat as measured"
    _asked = ()
    _units = {  # noqa: RUF012
        **dict.fromkeys(("raw", "amount"), "the measure's own"),
        "normalised": "share, 0 to 1",
    }

    @property
    def caveat(self) -> str:
        """What was left out, and what stands in for something else."""
        left = f"Left out: {', '.join(self.missing)}." if self.missing else ""
        return " ".join([*self.notes, left]).strip()

    def records(self) -> list[dict[str, object]]:
        """Return a row for each part of the raw value."""
        whole = {"measure": self.name, "raw": self.raw, "normalised": self.normalised}
        parts = self.parts or {"whole": self.raw}
        return [whole | {"part": name, "amount": amount} for name, amount in parts.items()]

    def _dimensions(self) -> Dimensions:
        return {"part": {}}

    def __str__(self) -> str:
        cut = ", cut" if self.cut else ""
        return f"{self.name} {self.raw:.4g}, normalised {self.normalised:.4g}{cut}"


def measure(
    *,
    nmc: NationalCapabilities,
    adversary: Iterable[object] | str,
    candidates: Iterable[object],
    year: int,
    disputes: Disputes | None = None,
    alliances: Alliances | None = None,
    capitals: Capitals | None = None,
    intentions: bool | None = None,
    nearest: bool = False,
) -> dict[str, ThreatMeasure]:
    """Return the threat of the adversaries to the candidates under each operationalisation.

    Parameters
    ----------
    nmc, alliances, disputes
        As loaded; without alliances "leeds_savun" is left out.
    adversary, candidates : iterable of states
        By Correlates of War abbreviation or number. Those without figures are left out, and named
        in `missing`.
    intentions : bool, optional
        Whether disputes count; if not given, they do where `disputes` are given.
    nearest : bool
        Whether the nearest year, at most four years away, may stand in for one without figures.

    Raises
    ------
    InvalidGameError
        If no adversary or no candidate has figures, or `intentions` lack `disputes`.
    UnknownNameError
        If there is no such state.
    """
    if intentions and disputes is None:
        raise InvalidGameError("`disputes` must be given for `intentions=True`; got None")
    counted = disputes if intentions is not False else None
    found = theatre(
        nmc=nmc,
        adversary=adversary,
        candidates=candidates,
        year=year,
        alliances=alliances,
        disputes=counted,
        capitals=capitals,
        nearest=nearest,
    )
    measures = (
        _measured(operation, found)
        for operation in OPERATIONALISATIONS.values()
        if alliances is not None or not operation.needs_alliances
    )
    return {found.name: found for found in measures if found is not None}


def _measured(operation: Operationalisation, found: Theatre) -> ThreatMeasure | None:
    parts = operation.parts(found)
    if not parts.values:
        return None
    raw = operation.total(parts.values.values())
    return ThreatMeasure(
        name=operation.name,
        raw=raw,
        normalised=min(1.0, raw / operation.scale),
        intentions=found.disputes is not None,
        parts=FrozenMapping(parts.values),
        missing=(*found.missing, *parts.missing),
        notes=found.notes,
        cut=raw > operation.scale,
    )


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


_ALL = (
    Operationalisation(
        name="stake",
        formula="mean over candidates j, weighted by CINC_j, of M_j / (M_j + CINC_j) (1 + q_j),"
        " where M_j = sum over adversaries a of CINC_a / (1 + km_aj / 5000), q_j = d_j / (1 + d_j),"
        " and d_j the disputes of the adversaries with j in the year (q_j = 0 without intentions)",
        source="this project: a contest success function (Tullock 1980) over a gradient (Boulding"
        " 1962), weighted by what is at stake",
        normalisation="none: a mean of shares; 1 at most, which disputes can exceed",
        scale=1.0,
        parts=stake,
        total=sum,
    ),
    Operationalisation(
        name="gradient",
        formula="mean over candidates j of M_j (1 + q_j), M_j and q_j as in 'stake'",
        source="Boulding 1962 for the idea of a loss-of-strength gradient; its form, a hyperbola of"
        " the distance between capitals, is this project's",
        normalisation=f"divided by 0.1096, its value in {REFERENCE}; 1 at most",
        scale=0.1096,
        parts=gradient,
        total=_mean,
    ),
    Operationalisation(
        name="leeds_savun",
        formula="mean over candidates j of (1 + q_j) times the summed CINC of the major powers and"
        " adversaries k with S_jk below the median S of all pairs of the year",
        source="after Leeds & Savun 2007 with S of Signorino & Ritter 1999; that the median is of"
        " the year, that contiguous states who are no major powers do not count unless they are"
        " adversaries, and q_j, are this project's. The hegemon counts too if its alliances differ",
        normalisation="none: a share of the world's capabilities already; 1 at most",
        scale=1.0,
        parts=leeds_savun,
        total=_mean,
        needs_alliances=True,
    ),
    Operationalisation(
        name="walt",
        formula="mean of four sources, each in [0, 1]: aggregate power, proximity, offensive power,"
        " aggressive intentions (0 without intentions, and still one of the four)",
        source="Walt 1987, The Origins of Alliances, names the sources in words; the formulas and"
        " their equal weights are this project's",
        normalisation="none: a mean of shares; 1 at most",
        scale=1.0,
        parts=walt,
        total=_mean,
    ),
)

OPERATIONALISATIONS: Mapping[str, Operationalisation] = MappingProxyType(
    {operation.name: operation for operation in _ALL}
)
"""The ways to measure a threat, by name, in the order in which `measure` reports them."""
