"""What the command's longer studies need around them: levels as text, targets checked first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import games
from games import InvalidGameError, checks
from solver.accounts.historical import History
from solver.accounts.threats import CaseThreat, case_threats
from solver.output import files, tables
from solver.studies.burden_study import DEFAULT_RULES, BurdenStudy, burdens
from solver.studies.comparison import Comparison, compare

Progress = Callable[[str, int, int], None]

MOST_LEVELS = 100_001
# candidates that every rule of burden sharing can be searched with, quickly
FEW = 8


def parse_levels(text: str) -> list[float]:
    """Return threat levels from `first:last:number`, or from a list with commas.

    Raises
    ------
    InvalidGameError
        If the text reads otherwise.

    Examples
    --------
    >>> parse_levels("0:1:5"), parse_levels("0.2,0.7")
    ([0.0, 0.25, 0.5, 0.75, 1.0], [0.2, 0.7])
    """
    ends = None
    try:
        if ":" not in text:
            return [float(part) for part in text.split(",")]
        first, last, number = text.split(":")
        count = int(number)
        if 1 <= count <= MOST_LEVELS:
            ends = float(first), float(last)
    except ValueError:
        pass
    if ends is not None:
        low, high = (checks.within("threat", end, 0, 1) for end in ends)
        return [float(level) for level in np.linspace(low, high, count)]
    raise InvalidGameError(
        "`threat` must read first:last:number, such as 0:1:101, or be a list, such as 0.2,0.7;"
        f" got {text!r}"
    )


@dataclass(frozen=True)
class Targets:
    """Files to write a study to: its rows, and its figure.

    Made before the study is run, so that a target that is no place for a result stops it early.

    Raises
    ------
    InvalidGameError
        If a suffix is unknown.
    MissingDependencyError
        If the library that writes it is not installed.
    OutputError
        If there can be no such file.
    """

    out: Path | None
    plot: Path | None

    def __post_init__(self) -> None:
        if self.out is not None:
            tables.writer_for(self.out)
            files.check_writable(self.out)
        if self.plot is not None:
            tables.need("matplotlib", "plot")
            from solver.figures import comparison as figures

            figures.check_suffix(self.plot)
            files.check_writable(self.plot)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Those of the two that are given."""
        return tuple(path for path in (self.out, self.plot) if path is not None)

    def write(self, study: Comparison) -> None:
        """Write the rows and the figure of `study`, where asked for."""
        if self.out is not None:
            tables.write(study.records(), self.out)
        if self.plot is not None:
            from solver.figures import comparison as figures

            figures.save(figures.figure(study), self.plot)


def beside_expected_utility(
    scenario: str, threat: str, concept: str, targets: Targets, progress: Progress
) -> Comparison:
    """Sweep a scenario and its expected-utility null, and write the targets."""
    game = games.load(scenario)
    pair = {"prospect": game, "expected": game.with_preference(games.ExpectedUtility())}
    levels = parse_levels(threat)
    study = compare(game, pair, threat=levels, concept=concept, progress=progress)
    targets.write(study)
    return study


def channel_by_channel(
    scenario: str, threat: str, targets: Targets, progress: Progress
) -> Comparison:
    """Sweep a scenario with each channel switched off alone, and write the targets."""
    game = games.load(scenario)
    study = compare(game, threat=parse_levels(threat), progress=progress)
    targets.write(study)
    return study


def who_pays(
    scenario: str,
    threat: str,
    rules: Sequence[str] | None,
    concept: str,
    strongest: int | None,
    targets: Targets,
    progress: Progress,
) -> tuple[BurdenStudy, int]:
    """Study a scenario's burdens; return how many weak candidates were left out, too.

    By default the strongest eight candidates are kept, so that every rule can be searched.
    """
    whole = games.load(scenario)
    game = whole.strongest(FEW if strongest is None else strongest)
    chosen = tuple(rules) if rules else DEFAULT_RULES
    levels = parse_levels(threat)
    study = burdens(game, threat=levels, rules=chosen, concept=concept, progress=progress)
    if targets.out is not None:
        tables.write(study.records(), targets.out)
    if targets.plot is not None:
        from solver.figures import burdens as bars
        from solver.figures import comparison as figures

        figures.save(bars.figure(study), targets.plot)
    return study, len(whole.candidates) - len(game.candidates)


def write_history(found: History, targets: Targets) -> None:
    """Write the figure of the historical test, where asked for."""
    if targets.plot is not None:
        from solver.figures import comparison as figures
        from solver.figures import history

        figures.save(history.figure(found), targets.plot)


def threats(
    scenario: str | None,
    data: tuple[Path | None, Path | None, Path | None],
    intentions: bool,
    progress: Progress,
) -> list[CaseThreat]:
    """Measure the threats of one case or all; `data` are NMC, alliances and disputes."""
    nmc, alliances, disputes = data
    quarrels = games.load_disputes(disputes) if disputes else None
    return case_threats(
        None if scenario is None else [games.load(scenario)],
        nmc=games.load_nmc(nmc) if nmc else None,
        alliances=games.load_alliances(alliances) if alliances else None,
        disputes=quarrels,
        intentions=intentions and quarrels is not None,
        progress=progress,
    )
