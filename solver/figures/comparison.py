"""The figure of a comparison: forms across threat, the domain of choice, and the alliances."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from games import AllianceGame, Form, InvalidGameError, checks
from solver.alliance.solve import solve
from solver.figures.alliance import draw
from solver.figures.look import (
    COLOURS,
    INK,
    SUFFIXES,
    THREAT,
    check_suffix,
    form_patches,
    save,
    sheet,
)
from solver.results import name_of
from solver.studies.comparison import Comparison
from solver.studies.critical import CriticalThreats

__all__ = [  # `solver.plot`
    "COLOURS",
    "SUFFIXES",
    "alliance_at",
    "check_suffix",
    "clusters",
    "figure",
    "forms",
    "losses",
    "save",
]

SHOWN = 3
NARROW = 0.02
LABEL_WIDTH = 0.06
HALF_A_VALUE = 0.024


def figure(comparison: Comparison, *, threats: Sequence[float] | None = None) -> Figure:
    """Return the figure of a comparison.

    Above, a band for each preference: the form of its preferred alliance across threat, with the
    critical threats. In the middle, how far the first preference stands in the domain of losses.
    Below, its preferred alliance at chosen threats.

    Parameters
    ----------
    threats : sequence of float, optional
        Where to draw alliances; by default the middles of the widest bands.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InvalidGameError
        If it is no comparison.
    """
    if not isinstance(comparison, Comparison):
        raise InvalidGameError(
            f"`comparison` must be a Comparison; got {checks.shown(comparison)}"
            " (solver.compare(game) is one)"
        )
    name, critical = next(iter(comparison.critical.items()))
    game = comparison.sweeps[name].game
    chosen = list(threats) if threats is not None else _middles(critical)
    rows = len(comparison.critical)
    result = sheet(3.9 + 0.42 * rows + 1.2, _title(game))
    grid = result.add_gridspec(3, len(chosen), height_ratios=[0.55 + 0.45 * rows, 1.1, 2.1])
    bands = result.add_subplot(grid[0, :])
    forms(comparison, bands)
    losses(comparison, result.add_subplot(grid[1, :], sharex=bands))
    for column, threat in enumerate(chosen):
        alliance_at(
            game, threat, result.add_subplot(grid[2, column]), comparison.sweeps[name].concept
        )
    return result


def forms(comparison: Comparison, axes: Axes) -> None:
    """Draw a band of forms across threat for each preference."""
    used: set[Form] = set()
    for row, critical in enumerate(comparison.critical.values()):
        for low, high, form in critical.spans():
            if form is None:
                continue
            used.add(form)
            axes.broken_barh([(low, high - low)], (row - 0.3, 0.6), facecolors=COLOURS[form])
        for crossing in critical:
            axes.plot([crossing.threat] * 2, [row - 0.3, row + 0.3], color=INK, linewidth=0.8)
        for group in clusters([crossing.threat for crossing in critical]):
            words = ", ".join(f"{threat:.3f}" for threat in group)
            middle = max(sum(group) / len(group), 0.01 + HALF_A_VALUE * len(group))
            axes.text(middle, row - 0.34, words, ha="center", fontsize=7.5)
    axes.set(xlim=(0, 1), ylim=(len(comparison.critical) - 0.4, -1.15))
    axes.set_yticks(range(len(comparison.critical)), list(comparison.critical))
    axes.tick_params(labelbottom=False)
    _mark_history(comparison.game, axes)
    axes.legend(
        handles=form_patches(used),
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=len(used),
        fontsize=8,
        frameon=False,
        title="form of the hegemon's preferred alliance",
        title_fontsize=8,
        alignment="left",
    )


def losses(comparison: Comparison, axes: Axes) -> None:
    """Draw the probability of an outcome below the reference point, across threat."""
    name, path = next(iter(comparison.sweeps.items()))
    seen = [(level.threat, level.preferred) for level in path.levels if level.preferred]
    threats = [threat for threat, _ in seen]
    axes.plot(threats, [best.appraisal.mass_below for _, best in seen], color=INK)
    axes.fill_between(
        threats, [best.appraisal.mass_below for _, best in seen], color="#BBBBBB", alpha=0.6
    )
    axes.set(
        xlabel=THREAT,
        ylabel="probability\nof a loss",
        ylim=(0, 1.05),
    )
    axes.set_title(
        f"{name}: chance of an outcome below the reference point", fontsize=8, loc="left"
    )
    axes.tick_params(labelsize=8)


def alliance_at(
    game: AllianceGame, threat: float, axes: Axes, concept: str = "subgame_perfect"
) -> None:
    """Draw the preferred alliance of `game` at `threat`."""
    best = solve(game.at(threat), concept).preferred
    axes.set_title(f"threat {threat:.2f}: {name_of(best.form if best else None)}", fontsize=9)
    if best:
        draw(best.structure, axes, candidates=game.candidates, capabilities=game.capabilities)


def clusters(threats: Sequence[float]) -> list[list[float]]:
    """Return `threats`, which rise, in groups whose labels would overlap."""
    groups: list[list[float]] = []
    for threat in threats:
        if groups and threat - LABEL_WIDTH / 2 < _label_end(groups[-1]):
            groups[-1].append(threat)
        else:
            groups.append([threat])
    return groups


def _label_end(group: list[float]) -> float:
    """Return where the joint label of a group, which stands on its middle, ends."""
    return sum(group) / len(group) + HALF_A_VALUE * len(group)


def _middles(critical: CriticalThreats) -> list[float]:
    """Return the middles of the widest spans, in rising order; narrow ones are left out."""
    widest = sorted(critical.spans(), key=lambda span: span[0] - span[1])[:SHOWN]
    wide = [span for span in widest if span[1] - span[0] > NARROW] or widest[:1]
    return sorted((low + high) / 2 for low, high, _ in wide)


def _title(game: AllianceGame) -> str:
    if game.scenario is None:
        return f"Preferred alliance of {game.hegemon} across threat levels"
    return f"{game.scenario.title}: preferred alliance of {game.hegemon} across threat levels"


def _mark_history(game: AllianceGame, axes: Axes) -> None:
    """Mark the coded threat, and what was signed."""
    scenario = game.scenario
    if scenario is None:
        return
    coded = scenario.threat
    axes.axvline(coded.value, color=INK, linestyle="--", linewidth=1)
    record = scenario.recorded(game.candidates)
    signed = f"; signed: {record.form}" if record else ""
    axes.text(
        coded.value,
        -0.72,
        f" coded threat {coded.value:.2f} ({coded.coding}){signed} ",
        ha="left" if coded.value < 0.5 else "right",
        va="center",
        fontsize=8,
    )
