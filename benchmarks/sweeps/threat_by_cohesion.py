"""Phase diagram of Southeast Asia 1954: `python -m benchmarks.sweeps.threat_by_cohesion [folder]`.

Then 200 corners of its boundaries, drawn at random, are found again along random rays: by halving
on the preferred form that `solver.solve` gives, which knows nothing of the diagram.
"""

from __future__ import annotations

import math

import numpy as np

import games
import solver
from benchmarks.sweeps.targets import target, timed
from games import AllianceGame, Form
from solver import plot
from solver.figures import phase
from solver.results import name_of
from solver.studies.phase import PhaseDiagram, phase_diagram

Y_RANGE = (0.3, 0.9)
RAYS = 200
REACH = 1e-4


def form_at(game: AllianceGame, threat: float, cohesion: float) -> Form | None:
    """Return the preferred form, ties counting for nothing."""
    point = game.with_parameters(cohesion=cohesion).at(threat)
    best = solver.alliance.solve.solve(point, tolerance=0.0).equilibria.structures
    return best[0].form if best else None


def ray_distances(found: PhaseDiagram, rays: int, seed: int = 0) -> tuple[list[float], int]:
    """Return how far along random rays through corners the form changes, and how often unclear.

    In units of the axes. Rays whose two ends have one form, or others than the boundary's, do not
    cross that boundary alone and are drawn again; they are counted.
    """
    rng = np.random.default_rng(seed)
    corners = [
        (line.forms, point)
        for line in found.boundaries
        for point in line.points.tolist()
        if not (len(found.junctions) and np.any(np.all(found.junctions == point, axis=1)))
    ]
    lengths = np.array([found.x.length, found.y.length])
    lows = np.array([found.x.values[0], found.y.values[0]])
    distances: list[float] = []
    unclear = 0
    while len(distances) < rays:
        forms, corner = corners[int(rng.integers(len(corners)))]
        angle = rng.uniform(0, 2 * math.pi)
        step = lengths * [math.cos(angle), math.sin(angle)]
        ends = [np.array(corner) + sign * REACH * step for sign in (-1, 1)]
        inside = all((end >= lows).all() and (end <= lows + lengths).all() for end in ends)
        if not inside:
            continue
        low, high = -REACH, REACH
        below, above = (form_at(found.game, *end) for end in ends)
        if {below, above} != set(forms):
            unclear += 1
            continue
        while high - low > 1e-10:
            middle = (low + high) / 2
            form = form_at(found.game, *(np.array(corner) + middle * step))
            low, high = (middle, high) if form is below else (low, middle)
        distances.append(abs(low + high) / 2)
    return distances, unclear


def main() -> None:
    game = games.load("southeast-asia-1954")
    with timed("phase diagram, 25 by 25"):
        found = phase_diagram(game, "threat", "cohesion", (0, 1), Y_RANGE)
    for form, share in found.shares().items():
        print(f"  {name_of(form)}: {share:.4f} of the plane")
    for line in found.boundaries:
        print(f"  {line}")
    print(f"  lines proved to {found.proved:.1e}; {len(found.junctions)} junctions")
    print(f"Wrote {plot.save(phase.phase_figure(found), target('threat-by-cohesion.png'))}")
    with timed(f"{RAYS} random rays"):
        distances, unclear = ray_distances(found, RAYS)
    print(f"  farthest from its corner: {max(distances):.1e} of the axes ({unclear} rays unclear)")
    with timed("500 random points"):
        unseen = found.unseen(500)
    print(f"  forms that the grid did not see: {len(unseen)}")


if __name__ == "__main__":
    main()
