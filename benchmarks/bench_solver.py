"""asv benchmarks: time and memory of values, concepts and sweeps; and quality beside them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import games
import solver
from benchmarks.cells import axes
from benchmarks.large import BUDGET, KINDS, drawn
from benchmarks.theatres import europe_of
from solver.alliance.concepts.registry import CONCEPTS
from solver.alliance.hegemon import frame_of, hegemon_values
from solver.alliance.kept import KeptWeights
from solver.alliance.solve import solve_with


class Values:
    """The hegemon's value of every structure."""

    params = ([8, 10, 11], [1, 11, 101])
    param_names = ("candidates", "levels")

    def setup(self, candidates: int, levels: int) -> None:
        self.game = europe_of(candidates)
        self.frame = frame_of(self.game, np.linspace(0.3, 0.9, levels).tolist())
        hegemon_values(self.game, self.frame)

    def time_values(self, candidates: int, levels: int) -> None:
        hegemon_values(self.game, self.frame)

    def peakmem_values(self, candidates: int, levels: int) -> None:
        hegemon_values(self.game, self.frame)


class Kept:
    """A further turn of a dial, the decision weights kept: solved and counted, not certified."""

    params = ([8, 11],)
    param_names = ("candidates",)

    def setup(self, candidates: int) -> None:
        self.game = europe_of(candidates)
        self.kept = KeptWeights(self.game)
        solve_with(self.kept, self.game)

    def time_keep(self, candidates: int) -> None:
        KeptWeights(self.game)

    def time_turn(self, candidates: int) -> None:
        found = solve_with(self.kept, self.game.at(0.6)).equilibria
        assert found.structures[0] is not None
        assert found.forms.total() == len(found)

    def track_kept_megabytes(self, candidates: int) -> float:
        return self.kept.size / 1e6


class Concepts:
    """Solving at one threat level, the preferred equilibrium certified."""

    params = (list(CONCEPTS), [8, 11])
    param_names = ("concept", "candidates")

    def setup(self, concept: str, candidates: int) -> None:
        self.game = europe_of(candidates)
        solver.solve(self.game, concept)

    def time_solve(self, concept: str, candidates: int) -> None:
        assert solver.solve(self.game, concept).preferred is not None

    def track_equilibria(self, concept: str, candidates: int) -> int:
        return len(solver.solve(self.game, concept).equilibria)

    def track_largest_regret(self, concept: str, candidates: int) -> float:
        return max(found.regret for found in solver.solve(self.game, concept).equilibria[:20])


class Cells:
    """Studies of many cells: a grid, whose cells share their work, and a design, which do not."""

    params = (["grid", "design"], ["asia-1951", "southeast-asia-1954"])
    param_names = ("kind", "scenario")

    def setup(self, kind: str, scenario: str) -> None:
        self.game = games.load(scenario)
        self.axes = axes(2_000, "grid") if kind == "grid" else axes(512, "design")
        solver.sweep(self.game, threat=[0.5], cohesion=[0.5, 0.6])

    def time_study(self, kind: str, scenario: str) -> None:
        solver.sweep(self.game, **self.axes)

    def peakmem_study(self, kind: str, scenario: str) -> None:
        solver.sweep(self.game, **self.axes)

    def track_largest_regret(self, kind: str, scenario: str) -> float:
        return float(solver.sweep(self.game, **self.axes).to_dataframe().regret.max())


class Large:
    """More candidates than can be searched one by one: time, and how far off the answer may be."""

    params = ([16, 20], list(KINDS))
    param_names = ("candidates", "differ in")

    def setup(self, candidates: int, kind: str) -> None:
        self.game = drawn(candidates, kind, np.random.default_rng(0))
        solver.solve(self.game, budget=1)

    def time_solve(self, candidates: int, kind: str) -> None:
        solver.solve(self.game, budget=BUDGET)

    def track_gap(self, candidates: int, kind: str) -> float:
        return solver.solve(self.game, budget=BUDGET).gap


class Burdens:
    """Burdens that are bargained over, at one threat level."""

    params = ([5, 7], ["nash_in_nash", "rubinstein(0.9)"])
    param_names = ("candidates", "rule")

    def setup(self, candidates: int, rule: str) -> None:
        self.game = replace(europe_of(candidates), burden_sharing=rule)
        solver.solve(self.game)

    def time_solve(self, candidates: int, rule: str) -> None:
        assert solver.solve(self.game).preferred is not None

    def track_unsettled(self, candidates: int, rule: str) -> int:
        return solver.solve(self.game).unsettled


class Theatres:
    """The three historical theatres: are the treaties on record preferred at the coded threat?"""

    def time_sweep_southeast_asia(self) -> None:
        solver.sweep(games.load("southeast-asia-1954"))

    def track_signed_form_preferred(self) -> int:
        hits = 0
        for name in ("europe-1949", "asia-1951", "southeast-asia-1954"):
            game = games.load(name)
            record = game.scenario.recorded(game.candidates) if game.scenario else None
            best = solver.solve(game).preferred
            hits += record is not None and best is not None and best.form is record.form
        return hits
