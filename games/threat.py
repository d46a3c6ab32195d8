"""Four measures of a threat from data, side by side, each with a switch for intentions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from games import threat_formulas
from games.errors import InvalidGameError
from games.frozen import FrozenMapping
from games.geography import Capitals
from games.records import Alliances, Disputes, NationalCapabilities
from games.theatre import Theatre, theatre
from games.threat_formulas import Parts

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

    name: str
    formula: str
    source: str
    normalisation: str
    scale: float
    parts: Callable[[Theatre], Parts]
    total: Callable[[Iterable[float]], float]
    needs_alliances: bool = False


@dataclass(frozen=True)
class ThreatMeasure:
    """A threat as measured in one way.

    Attributes
    ----------
    raw : float
        In the measure's own unit; at least 0.
    normalised : float
        In [0, 1].
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
    )


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


_ALL = (
    Operationalisation(
        name="stake",
        formula="sum over candidates j of CINC_j M_j / (M_j + CINC_j) (1 + q_j), where M_j = sum"
        " over adversaries a of CINC_a / (1 + km_aj / 5000), q_j = d_j / (1 + d_j), and d_j the"
        " disputes of the adversaries with j in the year (q_j = 0 without intentions)",
        source="this project: a contest success function (Tullock 1980) over a gradient (Boulding"
        " 1962), weighted by what is at stake",
        normalisation=f"divided by 0.1221, its value in {REFERENCE}; 1 at most",
        scale=0.1221,
        parts=threat_formulas.stake,
        total=sum,
    ),
    Operationalisation(
        name="gradient",
        formula="mean over candidates j of M_j (1 + q_j), M_j and q_j as in 'stake'",
        source="Boulding 1962 for the idea of a loss-of-strength gradient; its form, a hyperbola of"
        " the distance between capitals, is this project's",
        normalisation=f"divided by 0.1096, its value in {REFERENCE}; 1 at most",
        scale=0.1096,
        parts=threat_formulas.gradient,
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
        parts=threat_formulas.leeds_savun,
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
        parts=threat_formulas.walt,
        total=_mean,
    ),
)

OPERATIONALISATIONS: Mapping[str, Operationalisation] = MappingProxyType(
    {operation.name: operation for operation in _ALL}
)
"""The ways to measure a threat, by name, in the order in which `measure` reports them."""
