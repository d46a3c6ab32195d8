"""Draw phase diagrams: which form is preferred where in a plane of two quantities of a game."""

from __future__ import annotations

from collections.abc import Sequence

from games import AllianceGame
from solver.analysis.axes import axis
from solver.analysis.diagram import PhaseDiagram, Progress, drawn
from solver.analysis.plane import Plane, check_names
from solver.solving import concept_named

POINTS = 25
LINE_RESOLUTION = 5e-3


def phase_diagram(
    game: AllianceGame,
    x: str = "threat",
    y: str = "cohesion",
    x_range: Sequence[float] | None = None,
    y_range: Sequence[float] | None = None,
    *,
    resolution: int | tuple[int, int] = POINTS,
    concept: str = "subgame_perfect",
    line_resolution: float = LINE_RESOLUTION,
    progress: Progress | None = None,
) -> PhaseDiagram:
    """Return which form is preferred where in a plane of two quantities of `game`.

    1. Find what is preferred at the points of a grid, values at many threats together.
    2. Find where the form changes along the lines of the grid, by root search. Lines along the
       threat are proved complete by `solver.critical_threats` (`subgame_perfect`, in the family
       `bloc_and_spokes`, without burden sharing). Along other lines, changes between points of
       different forms are found.
    3. Draw the boundaries through each cell that the changes on its rim imply (marching squares,
       the plane case of Lorensen & Cline 1987, for any number of forms). Where these leave it open,
       as where three forms meet, cut the cell in four and go on, down to a sixteenth of its sides;
       there let all boundaries meet in one point.
    4. Join the pieces.

    Ties count for nothing: values that differ by more than rounding are no ties.

    Parameters
    ----------
    x, y : str
        Names that `games.settings.with_value` knows.
    x_range, y_range : pair of float, optional
        0 to 1 by default, for shares and probabilities.
    resolution : int or pair of int
        Points of the grid along x and y.
    concept : str
        As in `solver.solve`.
    line_resolution : float
        As `resolution` of `solver.critical_threats`, for the lines along the threat. Their proof
        takes most of the time.
    progress : callable, optional
        Called with what is being done, and the numbers of lines done and to do.

    Returns
    -------
    PhaseDiagram

    Raises
    ------
    InvalidGameError, UnknownNameError, NotApplicableError
        If an axis is no quantity of the game, or a range is out of its range.

    Examples
    --------
    >>> import games
    >>> athens = games.load("classic-athens")
    >>> found = phase_diagram(athens, "threat", "cohesion", (0.4, 0.6), (0.5, 0.6), resolution=3)
    >>> [[str(form) for form in row] for row in found.forms]
    [['hub-and-spoke', 'hub-and-spoke', 'hub-and-spoke'],
     ['hub-and-spoke', 'hub-and-spoke', 'multilateral'],
     ['hub-and-spoke', 'mixed', 'multilateral']]
    """
    check_names((x, y))
    concept_named(concept)
    across, down = resolution if isinstance(resolution, tuple) else (resolution, resolution)
    along_x, along_y = axis(game, x, x_range, across), axis(game, y, y_range, down)
    lengths = along_x.length, along_y.length
    plane = Plane(game, (x, y), lengths, concept, line_resolution)
    return drawn(plane, along_x, along_y, progress)
