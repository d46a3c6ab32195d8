"""The figure of a comparison: forms across threat, the domain of choice, and the alliances."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from games import AllianceGame, Form, NotApplicableError
from solver.alliance.solve import solve
from solver.figures.alliance import draw, equilibrium_figure, fitted, size_handles, tie_handles
from solver.figures.look import INK, THREAT, bar, form_patches, legend_below, panel, sheet
from solver.results import name_of
from solver.studies.comparison import Comparison
from solver.studies.critical import CriticalThreats
from solver.studies.levels import Level

SHOWN = 3
# characters of a name that stands in a third of the sheet
SHORT = 6
NARROW = 0.02
GAP = 0.01
HALF_A_VALUE = 0.024


def figure(
    comparison: Comparison, ax: Axes | None = None, *, threats: Sequence[float] | None = None
) -> Figure:
    """Return the figure of a comparison.

    Above, a band for each preference: the form of its preferred alliance across threat, with the
    critical threats. In the middle, how far the first preference stands in the domain of losses.
    Below, its preferred alliance at chosen threats.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Where to draw the bands alone.
    threats : sequence of float, optional
        Where to draw alliances; by default the middles of the widest bands. Everybody stands at the
        same place in each.

    Returns
    -------
    matplotlib.figure.Figure
    """
    name, critical = next(iter(comparison.critical.items()))
    game = comparison.sweeps[name].game
    if ax is not None:
        forms(comparison, ax)
        return panel(ax, 0)[0]
    chosen = list(threats) if threats is not None else _middles(critical)
    rows = len(comparison.critical)
    # no more than three alliances side by side, two if names are long: they have to be read
    is_long = max(map(len, game.candidates)) > SHORT
    side = min(len(chosen), 2 if is_long else SHOWN)
    height = 3.3 if is_long else 2.1
    below = -(-len(chosen) // side)
    heights = [0.55 + 0.45 * rows, 1.1, *[height] * below]
    result = sheet(3.1 + 0.42 * rows + (height + 0.2) * below, _title(game))
    grid = result.add_gridspec(2 + below, side, height_ratios=heights)
    bands = result.add_subplot(grid[0, :])
    forms(comparison, bands)
    losses(comparison, result.add_subplot(grid[1, :], sharex=bands))
    panels = [result.add_subplot(grid[2 + n // side, n % side]) for n in range(len(chosen))]
    for axes, threat in zip(panels, chosen, strict=True):
        alliance_at(game, threat, axes, comparison.sweeps[name].concept)
    legend_below(result, [*tie_handles(), *size_handles()], columns=4, size=7.5)
    fitted(result, panels)
    return result


def critical_figure(found: CriticalThreats, ax: Axes | None = None) -> Figure:
    """Return the picture of critical threats: a band of forms across threat."""
    result, axes = panel(ax, 1.9, "Form of the hegemon's preferred alliance")
    used = _band(found, axes, 0)
    axes.set(xlim=found.interval, ylim=(0.4, -0.65), xlabel=THREAT)
    axes.set_yticks([])
    if ax is None:
        legend_below(result, form_patches(used))
    return result


def level_figure(found: Level, ax: Axes | None = None) -> Figure:
    """Return the picture of the alliance that is preferred at one level.

    Raises
    ------
    NotApplicableError
        If there is none.
    """
    if found.preferred is None:
        raise NotApplicableError(f"threat {found.threat:g} has no equilibrium to draw")
    return equilibrium_figure(found.preferred, ax)


def forms(comparison: Comparison, axes: Axes) -> None:
    """Draw a band of forms across threat for each preference."""
    used: set[Form] = set()
    for row, critical in enumerate(comparison.critical.values()):
        used |= _band(critical, axes, row)
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


def _band(critical: CriticalThreats, axes: Axes, row: int) -> set[Form]:
    """Draw one band with its critical threats; return the forms in it."""
    used: set[Form] = set()
    for low, high, form in critical.spans():
        if form is not None:
            used.add(form)
            bar(axes, form, (low, high), (row - 0.3, row + 0.3))
    for crossing in critical:
        axes.plot([crossing.threat] * 2, [row - 0.3, row + 0.3], color=INK, linewidth=0.8)
    for group in clusters([crossing.threat for crossing in critical]):
        words = ", ".join(f"{threat:.3f}" for threat in group)
        axes.text(_middle(group), row - 0.34, words, ha="center", fontsize=7.5)
    return used


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
        groups.append([threat])
        while len(groups) > 1 and _ends(groups[-1])[0] - GAP < _ends(groups[-2])[1]:
            last = groups.pop()
            groups[-1] += last
    return groups


def _middle(group: Sequence[float]) -> float:
    """Return where the joint label of a group stands: in its middle, but within the axes."""
    half = 0.01 + HALF_A_VALUE * len(group)
    return min(max(sum(group) / len(group), half), 1 - half + 0.01)


def _ends(group: Sequence[float]) -> tuple[float, float]:
    """Return where the joint label of a group begins and ends."""
    half = HALF_A_VALUE * len(group)
    return _middle(group) - half, _middle(group) + half


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
