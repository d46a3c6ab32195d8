"""Pictures of equilibria of finite games: mixed strategies, and the logit branch."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from games import NotApplicableError, checks
from solver.figures.look import BLUE, INK, ORANGE, PURPLE, SKY, VERMILION, panel
from solver.finite.logit.solve import Branch
from solver.finite.solution import ProfileEquilibrium, ProfileSolution

COLOURS = (BLUE, VERMILION, SKY, PURPLE, ORANGE, INK)
HATCHES = ("", "///", "...", "xx", "oo", "\\\\\\")


def profile_figure(found: ProfileEquilibrium, ax: Axes | None = None) -> Figure:
    """Return a bar for each action: how probable it is, by player."""
    game = found.certificate.game
    names = [
        f"{player}: {action}"
        for player, actions in zip(game.players, game.actions, strict=True)
        for action in actions
    ]
    result, axes = panel(ax, 1.3 + 0.3 * len(names), "Mixed strategies of an equilibrium")
    row = len(names)
    for place, own in enumerate(found.profile):
        rows = np.arange(row - 1, row - 1 - own.size, -1)
        row -= own.size
        axes.barh(
            rows,
            own,
            color=COLOURS[place % len(COLOURS)],
            hatch=HATCHES[place % len(HATCHES)],
            edgecolor=INK,
            linewidth=0.4,
        )
    axes.set_yticks(range(len(names) - 1, -1, -1), names, fontsize=8)
    axes.set(xlim=(0, 1), xlabel="probability")
    axes.tick_params(labelsize=8)
    return result


def solution_figure(
    found: ProfileSolution, ax: Axes | None = None, *, equilibrium: int = 0
) -> Figure:
    """Return the picture of one of the equilibria, the first by default.

    Raises
    ------
    NotApplicableError
        If there is none.
    """
    if not found.equilibria:
        raise NotApplicableError(f"there is no equilibrium to draw: {found.status}")
    checks.whole("equilibrium", equilibrium, 0)
    place = min(equilibrium, len(found.equilibria) - 1)
    return profile_figure(found.equilibria[place], ax)


def branch_figure(found: Branch, ax: Axes | None = None) -> Figure:
    """Return the probability of each action along the principal branch, over the precision."""
    result, axes = panel(ax, 4.4, "Logit equilibria on the principal branch")
    columns = found.table()
    precision = columns.pop("precision")
    styles = ("-", "--", "-.", ":")
    for place, (name, own) in enumerate(columns.items()):
        axes.plot(
            precision,
            own,
            color=COLOURS[place % len(COLOURS)],
            linestyle=styles[place % len(styles)],
            label=name,
        )
    axes.set(xlabel="precision (one over utility)", ylabel="probability", ylim=(0, 1))
    axes.set_xscale("symlog")
    axes.set_xlim(left=0)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.tick_params(labelsize=8)
    axes.legend(fontsize=8)
    return result
