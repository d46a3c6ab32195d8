"""The threat of a case under several measures, and the form that each leads to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import games
from games import AllianceGame, Form, InvalidGameError, Scenario
from games.measures.records import Alliances, Disputes, NationalCapabilities, StateYear
from games.measures.threat import ThreatMeasure, measure
from games.records import FrozenMapping
from solver.accounts.choices import FORMS
from solver.accounts.priors import predict
from solver.results import Progress

# what can be measured on CINC and capitals alone, which every scenario has
FROM_SHARES = ("stake", "gradient")


@dataclass(frozen=True)
class CaseThreat:
    """One case's threat under several measures.

    Attributes
    ----------
    scenario : Scenario
        With the coded threat.
    measures : dict of str to ThreatMeasure
    forms : dict of str to Form
        What prospect theory predicts at the coded threat ("coded") and at each normalised
        measure: the form of what is new.
    """

    scenario: Scenario
    measures: dict[str, ThreatMeasure]
    forms: dict[str, Form]


def case_threats(
    cases: Iterable[AllianceGame] | None = None,
    *,
    nmc: NationalCapabilities | None = None,
    alliances: Alliances | None = None,
    disputes: Disputes | None = None,
    intentions: bool | None = None,
    progress: Progress | None = None,
) -> list[CaseThreat]:
    """Return the threat of each case under every measure that the data allow.

    Parameters
    ----------
    cases : iterable of AllianceGame, optional
        With a scenario each; all embedded cases by default.
    nmc : NationalCapabilities, optional
        As loaded by `games.load_nmc`. Without it the capability shares that the scenarios hold are
        used, which serve for "stake" and "gradient" only.
    alliances, disputes, intentions
        As in `games.measures.threat.measure`. "leeds_savun" is left out for cases of years that
        `alliances` do not cover.

    Raises
    ------
    InvalidGameError
        If a game has no scenario, or states lack figures.
    """
    every = list(games.load_cases() if cases is None else cases)
    found = []
    for index, game in enumerate(every):
        if game.scenario is None:
            raise InvalidGameError(f"`cases` must have a scenario each; got {game.hegemon}'s game")
        year = game.scenario.observed
        covered = nmc is not None and alliances is not None and year in alliances.years
        measures = measure(
            nmc=nmc or shares_of(game.scenario),
            adversary=states_of(game.scenario.adversary),
            candidates=game.candidates,
            year=year,
            alliances=alliances if covered else None,
            disputes=disputes,
            intentions=intentions,
            nearest=nmc is not None,
        )
        if nmc is None:
            measures = {name: measures[name] for name in FROM_SHARES if name in measures}
        levels = {"coded": game.scenario.threat.value}
        levels |= {name: item.normalised for name, item in measures.items()}
        forms = {name: _form(game, level) for name, level in levels.items()}
        found.append(CaseThreat(game.scenario, measures, forms))
        if progress:
            progress("threats", index + 1, len(every))
    return found


def shares_of(scenario: Scenario) -> NationalCapabilities:
    """Return the capability shares that a scenario holds, as if loaded from a file.

    Raises
    ------
    InvalidGameError
        If its figures are of another kind.
    """
    states = [name for name in scenario.labels if name in scenario.figures]
    for name in states:
        figure = scenario.figures[name]
        if not figure.unit.startswith("CINC") or figure.value > 1:
            raise InvalidGameError(
                f"`nmc` must be given for {scenario.name!r}, as its figures are no shares of the"
                f" world total; got {figure.value:g} for {name}, in {figure.unit!r}"
            )
    year = scenario.observed
    records = {name: StateYear(name, year, cinc=scenario.figures[name].value) for name in states}
    years = FrozenMapping({year: FrozenMapping(records)})
    return NationalCapabilities(f"the scenario {scenario.name!r}", years)


def states_of(adversary: str) -> list[str]:
    """Return the states that a scenario's `adversary` names."""
    return [name.strip() for name in adversary.split(",")]


def _form(game: AllianceGame, threat: float) -> Form:
    found: Form = FORMS[int(predict(game, [{"threat": threat}])[0])]
    return found
