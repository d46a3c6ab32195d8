"""The door to rich: results as tables on a terminal, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from rich.console import Console
from rich.progress import Progress, TimeElapsedColumn
from rich.table import Table

import games
from games import AllianceGame
from solver.alliance.solution import Solution
from solver.command import plain
from solver.command.studies import Targets
from solver.studies.comparison import Comparison
from solver.studies.critical import CriticalThreats

Advance = Callable[[str, int, int], None]


@contextmanager
def progress(quiet: bool) -> Iterator[Advance]:
    """Give a callable that draws progress on the error stream, if that is a terminal."""
    console = Console(stderr=True)
    bar = Progress(
        *Progress.get_default_columns(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_terminal,
    )
    tasks: dict[str, Any] = {}

    def advance(name: str, done: int, total: int) -> None:
        if name not in tasks:
            tasks[name] = bar.add_task(name, total=total)
        bar.update(tasks[name], completed=done)

    with bar:
        yield advance


def scenarios(*, as_json: bool) -> None:
    """Print the embedded scenarios."""
    infos = [games.scenario_info(name) for name in games.scenario_names()]
    if as_json:
        emit([plain.scenario_row(info) for info in infos])
        return
    rows = [plain.scenario_row(info) for info in infos]
    table("Scenarios", rows)


def scenario(game: AllianceGame, *, as_json: bool) -> None:
    """Print every quantity of a game."""
    if as_json:
        emit(plain.game_facts(game))
        return
    info = game.scenario
    if info:
        lines(info.title, info.summary, *info.notes)
    rows: list[plain.Row] = [
        {"name": item.name, "value": item.value, "unit": item.unit, "source": item.source}
        for item in game.describe()
    ]
    table("Quantities", rows)
    if info and info.treaties:
        table("Treaties on record", plain.treaty_rows(info))


def solution(found: Solution, most: int, *, as_json: bool) -> None:
    """Print a solution with its first `most` equilibria."""
    listed = list(islice(found.equilibria, most))
    if as_json:
        emit(plain.solution_facts(found, listed))
        return
    count = len(found.equilibria)
    lines(
        f"{found.game.title}, threat {found.game.threat:g}: {found.concept},"
        f" {count} equilibri{'um' if count == 1 else 'a'} among {found.searched} structures",
        f"{found.status}: {found.status.value}.",
    )
    if listed:
        rows = [plain.equilibrium_row(found.game, item) for item in listed]
        shown = ("form", "structure", "value", "certainty_equivalent", "regret")
        table(
            f"The hegemon's best {len(listed)} of {count}",
            [{name: row[name] for name in shown} for row in rows],
        )
        seen = listed[0].appraisal
        lines(
            f"The first as {found.game.hegemon} sees it: mean {seen.mean:.4g} against the reference"
            f" {seen.reference:.4g}, a domain of {seen.domain}; chance of a loss"
            f" {seen.mass_below:.3g}; risk premium {seen.risk_premium:.3g}."
        )
        if listed[0].burdens:
            paid = ", ".join(f"{name} {paid:+.4f}" for name, paid in listed[0].burdens.items())
            lines(f"Its burdens ({found.game.sharing}), in units of security: {paid}.")
        forms = ", ".join(f"{form} {number}" for form, number in found.equilibria.forms.items())
        lines(f"By form: {forms}.", *plain.record_lines(found.game))


def sweep(study: Comparison, targets: Targets, *, as_json: bool) -> None:
    """Print a sweep beside its expected-utility null."""
    if as_json:
        emit(plain.comparison_facts(study))
        return
    _spans(study)
    name, path = next(iter(study.sweeps.items()))
    rows = [plain.change_row(study.game, change) for change in path.changes()]
    if rows:
        table(f"Who signs, leaves or changes treaty ({name})", rows)
    _closing(study, targets)


def comparison(study: Comparison, targets: Targets, *, as_json: bool) -> None:
    """Print a comparison of preferences."""
    if as_json:
        emit(plain.comparison_facts(study))
        return
    _spans(study)
    table("Framing effect", [plain.framing_row(effect) for effect in study.framing_effects])
    _closing(study, targets)


def critical(game: AllianceGame, found: CriticalThreats, *, as_json: bool) -> None:
    """Print critical threats."""
    if as_json:
        emit(plain.critical_facts(game, found))
        return
    rows = [plain.critical_row(item) for item in found]
    if rows:
        table(f"{game.title}: critical threats", rows)
    else:
        lines(f"{game.title}: {found.first} at every threat.")
    lines(
        f"Proved: no other change of form lasts longer than {found.resolution:.1e} of threat.",
        *plain.record_lines(game),
    )


def _spans(study: Comparison) -> None:
    rows = [row for name in study.sweeps for row in plain.span_rows(study, name)]
    table(f"{study.game.title}: preferred form across threat", rows)


def _closing(study: Comparison, targets: Targets) -> None:
    lines(*plain.record_lines(study.game), *plain.prediction_lines(study))
    lines(*(f"Wrote {path}." for path in targets.paths), whole=True)


def emit(facts: object) -> None:
    """Print plain values as JSON."""
    print(json.dumps(facts, indent=1, allow_nan=False))


def lines(*texts: str, whole: bool = False) -> None:
    """Print lines of prose; `whole` ones are not broken at the terminal's width."""
    console = Console(highlight=False)
    for line in texts:
        console.print(line, markup=False, soft_wrap=whole)


def table(heading: str, rows: Sequence[plain.Row]) -> None:
    """Print rows of the same keys as a table."""
    grid = Table(title=heading, title_justify="left", title_style="bold", header_style="bold")
    for place, (name, value) in enumerate(rows[0].items()):
        numeric = isinstance(value, float | int)
        grid.add_column(
            name.replace("_", " "),
            justify="right" if numeric else "left",
            no_wrap=place == 0,
            overflow="fold",
        )
    for row in rows:
        grid.add_row(*(_cell(value) for value in row.values()))
    Console().print(grid, markup=False)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
