"""The commands `alliance scenarios`, `show` and `solve`: a game, its record and its equilibria."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from typing import Annotated

import typer

import games
import solver
from games import table_files, tables
from games.alliance.description import Described
from solver.command.asked import (
    AsJson,
    Concept,
    Most,
    Out,
    Plot,
    PreferenceName,
    Scenario,
    Settings,
    Wide,
    check_targets,
    varied,
)
from solver.command.layout import to_digits
from solver.command.show import (
    Row,
    emit,
    lines,
    record_lines,
    scenario_name,
    structure_facts,
    table,
    wrote,
)
from solver.results import counted

# more equilibria than a reader looks through, and the concept that fewest structures satisfy
MANY, STRICTEST = 100, "coalition_proof"


def scenarios(json: AsJson = False, wide: Wide = False) -> None:
    """List the embedded scenarios, and the cases of the historical test."""
    alone = [games.scenario_info(name) for name in games.scenario_names()]
    names = {info.name for info in alone}
    cases = [games.scenario_info(name) for name in games.case_names() if name not in names]
    if json:
        emit([scenario_row(info) | {"sample": sample_of(info)} for info in (*alone, *cases)])
        return
    table("Scenarios", [scenario_row(info) for info in alone], wide)
    lines("")
    rows = [scenario_row(info) | {"sample": sample_of(info)} for info in cases]
    table("Cases of the historical test", rows, wide)
    also = ", ".join(info.name for info in alone if info.case)
    lines(f"Cases as well: {also}. `alliance history` puts the theory to all of them.")


def show(scenario: Scenario, json: AsJson = False, wide: Wide = False) -> None:
    """Show every figure of a scenario with its unit, meaning and source."""
    game = games.load(scenario)
    if json:
        emit(game_facts(game))
        return
    info = game.scenario
    if info:
        lines(info.title, info.summary, *info.notes, adversary_line(info))
    sources = Sources(info)
    described = [(item.value, quantity_row(item, sources)) for item in game.describe()]
    rules = [row for value, row in described if isinstance(value, str)]
    # the kind of a rule is no unit
    table("Rules", [{key: row[key] for key in row if key != "unit"} for row in rules], wide)
    numbers = [row for value, row in described if not isinstance(value, str)]
    table("Quantities, with the number of each source below", numbers, wide)
    if info and info.treaties:
        rows = [row | {"source": sources.point_at(row["source"])} for row in treaty_rows(info)]
        table("Treaties on record", rows, wide)
    lines("Sources:", *sources.lines())


def solve(
    scenario: Scenario,
    threat: Annotated[
        str | None,
        typer.Option(help="Threat level in [0, 1]; the scenario's coded threat by default."),
    ] = None,
    concept: Concept = "subgame_perfect",
    burden_sharing: Annotated[
        str | None,
        typer.Option(
            help="none (the default), ultimatum, split, nash_in_nash, kalai_smorodinsky, ..."
        ),
    ] = None,
    preference: PreferenceName = None,
    settings: Settings = None,
    most: Most = 10,
    out: Out = None,
    plot: Plot = None,
    json: AsJson = False,
    wide: Wide = False,
) -> None:
    """Find the equilibria at one threat level."""
    check_targets(out, plot)
    given = {"threat": threat, "burden_sharing": burden_sharing, "preference": preference}
    game = varied(scenario, given, settings or ())
    found = solver.solve(game, concept)
    listed = list(islice(found.equilibria, most))
    if out is not None:
        rows = found.head(most)
        table_files.write(rows, lambda: tables.dataset(rows, {"rank": {}}), out, found.about())
    if plot is not None:
        solver.plot.save(found.plot(), plot)
    if json:
        emit(solution_facts(found, listed))
        return
    game, count = found.game, len(found.equilibria)
    lines(
        f"{game.title}, threat {game.threat:g}: {found.concept},"
        f" {counted(count)} among {found.searched} structures",
        f"{found.status}: {found.meaning}.",
    )
    if count > MANY and found.concept != STRICTEST:
        lines(
            f"Of so many, `--concept {STRICTEST}` finds those that no group of states would leave"
            " together."
        )
    if not listed:
        wrote(out, plot)
        return
    rows = [equilibrium_row(game, item) for item in listed]
    shown = ("form", "structure", "value", "certainty_equivalent", "regret")
    table(
        f"The hegemon's best {len(listed)} of {count}",
        [{name: row[name] for name in shown} for row in rows],
        wide,
    )
    first = listed[0]
    seen = first.appraisal
    lines(
        f"The first as {game.hegemon} sees it: mean {seen.mean:.4g} against the reference"
        f" {seen.reference:.4g}, a domain of {seen.domain}; chance of a loss"
        f" {seen.mass_below:.3g}; risk premium {seen.risk_premium:.3g}."
    )
    if first.burdens:
        paid = ", ".join(f"{name} {paid:+.4f}" for name, paid in first.burdens.items())
        lines(f"Its burdens ({game.sharing}), in units of security: {paid}.")
    forms = ", ".join(f"{form} {number}" for form, number in found.equilibria.forms.items())
    lines(f"By form: {forms}.", *record_lines(game))
    wrote(out, plot)


def scenario_row(info: games.Scenario) -> Row:
    """Return one scenario as a row."""
    return {
        "name": info.name,
        "year": info.year,
        "hegemon": info.hegemon,
        "adversary": info.adversary,
        "coded_threat": info.threat.value,
        "coding": info.threat.coding,
        "title": info.title,
    }


def sample_of(info: games.Scenario) -> str | None:
    """Return the sample of the historical test that a scenario is in, None if it is no case."""
    return info.case.sample if info.case else None


class Sources:
    """Sources, each said once under a number.

    Parameters
    ----------
    info : Scenario or None
        Its figures' units and sources stand behind what a quantity is computed from.
    """

    def __init__(self, info: games.Scenario | None) -> None:
        self._figures = info.figures.values() if info else ()
        self._units: dict[str, str] = {}
        self._numbers: dict[str, int] = {}

    def point_at(self, source: object) -> str:
        """Return the mark of a source, which is a new one if it was not asked for before."""
        return f"[{self._numbers.setdefault(str(source), len(self._numbers) + 1)}]"

    def split(self, source: str) -> tuple[str, str]:
        """Return what a quantity is computed from, nothing if that is not said, and its source.

        Examples
        --------
        >>> told = "40 / 200 (warships): invented for teaching"
        >>> Sources(games.scenario_info("classic-athens")).split(told)
        ('40 / 200', 'invented for teaching')
        """
        for figure in self._figures:
            end = f" ({figure.unit}): {figure.source}"
            if source.endswith(end):
                self._units[figure.source] = figure.unit
                return source.removesuffix(end), figure.source
        return "", source

    def lines(self) -> list[str]:
        """Return all sources with their marks, and the units of the figures that are from them."""
        return [
            f"[{number}] {source}"
            + (f" (in {self._units[source]})" if source in self._units else "")
            for source, number in self._numbers.items()
        ]


def quantity_row(item: Described, sources: Sources) -> Row:
    """Return a quantity as a row that points at its source by a mark."""
    raw, source = sources.split(item.source)
    meaning = f"{item.meaning}, {raw}" if raw else item.meaning
    return {
        "name": item.name,
        "value": item.value,
        "meaning": f"{meaning} {sources.point_at(source)}",
        "unit": item.unit,
    }


def adversary_line(info: games.Scenario) -> str:
    """Return a line that says who threatens, with each adversary's figure and what they sum to."""
    figures = {info.labels.get(name, name): info.figures.get(name) for name in info.adversaries}
    each = ", ".join(
        f"{label} {to_digits(figure.value) if figure else 'without a figure'}"
        for label, figure in figures.items()
    )
    unit = info.figures[info.hegemon].unit
    return f"Adversary: {each} ({unit}); {info.opposed():.4g} times what {info.hegemon} has."


def treaty_rows(info: games.Scenario) -> list[Row]:
    """Return the treaties of a scenario as rows."""
    return [
        {
            "treaty": treaty.name,
            "form": treaty.form,
            "signed": treaty.signed,
            "members": ", ".join(treaty.members),
            "source": treaty.source,
        }
        for treaty in info.treaties
    ]


def game_facts(game: games.AllianceGame) -> Row:
    """Return every quantity of a game."""
    facts: Row = {"title": game.title}
    if game.scenario:
        info = game.scenario
        facts |= scenario_row(info) | {
            "summary": info.summary,
            "notes": list(info.notes),
            "reason": info.threat.reason,
            "treaties": treaty_rows(info),
        }
    return facts | {"quantities": [asdict(item) for item in game.describe()]}


def equilibrium_row(game: games.AllianceGame, found: solver.Equilibrium) -> Row:
    """Return an equilibrium as a row."""
    seen = found.appraisal
    row: Row = {
        "form": str(found.form),
        "structure": str(found.structure),
        "value": found.values[game.hegemon],
        "certainty_equivalent": seen.certainty_equivalent,
        "domain": str(seen.domain),
        "mass_below": seen.mass_below,
        "risk_premium": seen.risk_premium,
        "regret": found.regret,
    }
    if found.burdens:
        row["burdens"] = found.burdens
        row["bargaining_regret"] = found.bargaining_regret
    return row


def solution_facts(found: solver.Solution, listed: Sequence[solver.Equilibrium]) -> Row:
    """Return a solution as plain values, with the equilibria `listed`."""
    game = found.game
    return {
        "scenario": scenario_name(game),
        "threat": game.threat,
        "concept": found.concept,
        "status": str(found.status),
        "equilibria": len(found.equilibria),
        "searched": found.searched,
        "unsettled": found.unsettled,
        "tolerance": found.tolerance,
        "security_level": found.security_level,
        "forms": {str(form): number for form, number in found.equilibria.forms.items()},
        "listed": [
            equilibrium_row(game, item)
            | {"structure": structure_facts(item.structure), "values": item.values}
            for item in listed
        ],
    }
