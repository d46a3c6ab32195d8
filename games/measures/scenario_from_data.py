"""A game from a user's own data: capabilities as figures, threat as measured or as given."""

from __future__ import annotations

from collections.abc import Iterable

from games import checks
from games.alliance.game import AllianceGame
from games.alliance.parameters import Parameters
from games.alliance.scenario import CodedThreat, Figure, Scenario
from games.errors import InvalidGameError, UnknownNameError
from games.measures import states
from games.measures import threat as threats
from games.measures.records import Alliances, Disputes, NationalCapabilities, StateYear
from games.measures.theatre import NEAREST_WITHIN, Capitals, names, no_figures, power, stand_ins

UNIT = "CINC: mean share of the world total, 0 to 1"
DEFAULT = "stake"


def scenario_from_data(
    *,
    hegemon: object,
    adversary: Iterable[object] | str,
    candidates: Iterable[object],
    year: int,
    nmc: NationalCapabilities,
    threat: float | str | None = None,
    alliances: Alliances | None = None,
    disputes: Disputes | None = None,
    capitals: Capitals | None = None,
    intentions: bool | None = None,
    nearest: bool = False,
) -> AllianceGame:
    """Return the game of a hegemon and its candidates in a year, with figures from data.

    Parameters
    ----------
    hegemon, adversary, candidates : states
        By Correlates of War abbreviation or number; players are named by abbreviation.
    threat : float or str, optional
        A number in [0, 1], or the name of one of `games.measures.threat.OPERATIONALISATIONS`, whose
        normalised value is taken; "stake" if not given.
    nmc, alliances, disputes
        As loaded; "leeds_savun" needs `alliances`, and `intentions=True` needs `disputes`.
    capitals, intentions
        As for `games.measures.threat.measure`.
    nearest : bool
        Whether the nearest year, at most four years away, may stand in for one without figures;
        the scenario's notes then say so.

    Returns
    -------
    AllianceGame
        Its `scenario`, named "data-1949" for instance, holds each state's CINC with its source, and
        says where the threat comes from.

    Raises
    ------
    InvalidGameError
        If a state has no figures, or the parts contradict each other.
    UnknownNameError
        If there is no such state or operationalisation.
    """
    (leader,) = names("hegemon", [hegemon])
    allies, enemies = names("candidates", candidates), names("adversary", adversary)
    if leader in (*allies, *enemies):
        raise InvalidGameError(f"`hegemon` must be no candidate and no adversary; got {leader}")
    year = checks.whole("year", year, states.FIRST_YEAR)
    checks.kind("nmc", nmc, NationalCapabilities)
    checks.kind("alliances", alliances, Alliances, type(None))
    checks.kind("disputes", disputes, Disputes, type(None))
    within = NEAREST_WITHIN if nearest else 0
    records, lacking = nmc.find_all((leader, *allies, *enemies), year, within)
    if not {leader, *allies} <= set(records) or not set(enemies) & set(records):
        raise InvalidGameError(no_figures("nmc", lacking, year, nmc, nearest))
    unit = checks.above("CINC of the hegemon", power(records[leader]), 0)
    if threat is not None and not isinstance(threat, str):
        coded = CodedThreat(checks.within("threat", threat, 0, 1), "inferred", "given by the user")
    else:
        chosen = DEFAULT if threat is None else threat
        if chosen not in threats.OPERATIONALISATIONS:
            raise UnknownNameError("operationalisation", chosen, threats.OPERATIONALISATIONS)
        if threats.OPERATIONALISATIONS[chosen].needs_alliances and alliances is None:
            raise InvalidGameError(f"`alliances` must be given for `threat={chosen!r}`; got None")
        measured = threats.measure(
            nmc=nmc,
            adversary=enemies,
            candidates=allies,
            year=year,
            disputes=disputes,
            alliances=alliances,
            capitals=capitals,
            intentions=intentions,
            nearest=nearest,
        )
        coded = _coded(measured, chosen)
    found = _scenario(leader, allies, enemies, year, nmc, records, lacking, coded)
    return AllianceGame(
        hegemon=leader,
        capabilities={name: power(records[name]) / unit for name in allies},
        threat=coded.value,
        parameters=Parameters(adversary=found.opposed()),
        scenario=found,
    )


def _coded(measured: dict[str, threats.ThreatMeasure], chosen: str) -> CodedThreat:
    if chosen not in measured:
        raise InvalidGameError(
            f"`threat` must be measurable for a candidate at least; got {chosen!r}, for none"
        )
    found = measured[chosen]
    counted = "counted" if found.intentions else "not counted"
    rule = threats.OPERATIONALISATIONS[chosen]
    capped = " (more than 1 before)" if found.raw > rule.scale else ""
    reason = (
        f"Measured as {chosen!r}, raw value {found.raw:.4g}{capped}, with disputes {counted};"
        f" normalised: {rule.normalisation}."
    )
    return CodedThreat(found.normalised, "inferred", reason)


def _scenario(
    leader: str,
    allies: tuple[str, ...],
    enemies: tuple[str, ...],
    year: int,
    nmc: NationalCapabilities,
    records: dict[str, StateYear],
    lacking: list[str],
    coded: CodedThreat,
) -> Scenario:
    table = states.table()
    source = f"National Material Capabilities, from the user's copy {nmc.source}"
    figures = {
        name: Figure(power(record), UNIT, f"{source}, {record.year}")
        for name, record in records.items()
    }
    notes = stand_ins(records, year)
    notes += [f"{name}: left out, no figures for {year}" for name in lacking]
    count = f"{len(allies)} candidate{'s' if len(allies) > 1 else ''}"
    return Scenario(
        name=f"data-{year}",
        title=f"{table[leader].name} and {count}, {year}",
        theatre=", ".join(allies),
        year=year,
        kind="historical",
        summary=f"{table[leader].name} and {count} facing {', '.join(enemies)} in {year}, with"
        " figures from the user's own data.",
        hegemon=leader,
        adversaries=enemies,
        threat=coded,
        labels={name: table[name].name for name in (leader, *allies, *enemies)},
        figures=figures,
        sources={"capabilities": source, "threat": coded.coding},
        notes=tuple(notes),
    )
