"""Pictures of a study: forms over one axis or two, and each player's payoff across threat."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from games import Form, InvalidGameError, checks
from solver.figures.look import (
    INK,
    LINES,
    THREAT,
    bar,
    borders,
    colour_of,
    form_patches,
    framed,
    hatch_of,
    legend_below,
    line_look,
    panel,
    sheet,
    tiles,
)
from solver.results import name_of
from solver.studies.grid.study import Study
from solver.studies.preferred import code_of

KINDS = ("forms", "payoffs")
# of the forms, in their order; the last is that of no equilibrium
MARKS = ("o", "^", "s", "D", "P", "v", "X")


def figure(
    study: Study,
    ax: Axes | None = None,
    *,
    kind: str = "forms",
    x: str | None = None,
    y: str | None = None,
) -> Figure:
    """Return the picture of a study.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
    kind : {"forms", "payoffs"}
        The form of the preferred alliance over one axis or two; or each player's payoff across
        threat, where the threat alone varies.
    x, y : str, optional
        Which columns run across and up; the first two that vary by default. Where others vary too,
        the first of their values counts, and the title says so.

    Returns
    -------
    matplotlib.figure.Figure
    """
    checks.one_of("kind", kind, KINDS)
    if kind == "payoffs":
        return payoffs(study, ax)
    axes_of = study.plan.by_column()
    varied = [name for name, axis in axes_of.items() if len(axis) > 1] or list(axes_of)
    for name, given in (("x", x), ("y", y)):
        if given is not None:
            checks.one_of(name, given, axes_of)
    across = x or next((name for name in varied if name != y), varied[0])
    up = y or next((name for name in varied if name != across), None)
    if up == across:
        raise InvalidGameError(f"`x` and `y` must be two columns; got {across!r} twice")
    rows = study.to_dataframe()
    held = []
    for name, axis in axes_of.items():
        if name not in (across, up) and len(axis) > 1:
            rows = rows[rows[name] == axis.labels[0]]
            held.append(f"{name} {axis.labels[0]}")
    title = f"{study.title}{' (' + ', '.join(held) + ')' if held else ''}"
    if up is not None and {across, up} <= {axis.column for axis in study.plan.points}:
        return _points(study, rows, (across, up), panel(ax, 4.8, title), legend=ax is None)
    if up is None:
        return _band(study, rows, across, panel(ax, 2.3, title), legend=ax is None)
    return _map(study, rows, (across, up), panel(ax, 4.8, title), legend=ax is None)


def _form(word: object) -> Form | None:
    return Form(word) if isinstance(word, str) else None


def _band(
    study: Study, rows: Any, across: str, drawn: tuple[Figure, Axes], *, legend: bool
) -> Figure:
    """Draw the forms over one axis, each value from half way to its neighbours."""
    result, axes = drawn
    numeric = not isinstance(rows[across].iloc[0], str)
    if numeric:
        rows = rows.sort_values(across)
    values = rows[across].tolist() if numeric else list(range(len(rows)))
    forms = [_form(word) for word in rows["form"]]
    ends = borders(values)
    if numeric and len(values) > 1:
        ends[0], ends[-1] = values[0], values[-1]
    for form, (low, high) in zip(forms, pairwise(ends), strict=True):
        if form is not None:
            bar(axes, form, (low, high), (0.0, 1.0))
    axes.set(xlim=(ends[0], ends[-1]), ylim=(0, 1), xlabel=_title(study, across))
    axes.set_yticks([])
    if not numeric:
        axes.set_xticks(values, rows[across].tolist(), rotation=30, ha="right")
    axes.tick_params(labelsize=8)
    if legend:
        legend_below(result, form_patches({form for form in forms if form is not None}))
    return result


def _map(
    study: Study, rows: Any, names: tuple[str, str], drawn: tuple[Figure, Axes], *, legend: bool
) -> Figure:
    """Draw the forms over two axes, a tile for each pair of values."""
    result, axes = drawn
    labels = [list(dict.fromkeys(study.plan.by_column()[name].labels)) for name in names]
    for place, values in enumerate(labels):
        if not any(isinstance(value, str) for value in values):
            labels[place] = sorted(values)
    columns = (rows[names[0]], rows[names[1]], rows["form"])
    known = {(a, b): _form(word) for a, b, word in zip(*columns, strict=True)}
    forms = [[known.get((a, b)) for a in labels[0]] for b in labels[1]]
    tiles(axes, range(len(labels[0])), range(len(labels[1])), forms)
    used = sorted({form for row in forms for form in row}, key=code_of)
    axes.set_xticks(*_ticks(labels[0]))
    axes.set_yticks(*_ticks(labels[1]))
    axes.set_xlabel(_title(study, names[0]), fontsize=9)
    axes.set_ylabel(_title(study, names[1]), fontsize=9)
    axes.tick_params(labelsize=8)
    if legend:
        handles = [framed(colour_of(form), name_of(form), hatch_of(form)) for form in used]
        legend_below(result, handles)
    return result


def _points(
    study: Study, rows: Any, names: tuple[str, str], drawn: tuple[Figure, Axes], *, legend: bool
) -> Figure:
    """Draw the forms at the points of a design, a mark and a colour for each form."""
    result, axes = drawn
    forms = [_form(word) for word in rows["form"]]
    handles = []
    for form in sorted(set(forms), key=code_of):
        own = rows[[one is form for one in forms]]
        handles.append(
            axes.scatter(
                own[names[0]],
                own[names[1]],
                color=colour_of(form),
                marker=MARKS[code_of(form) % len(MARKS)],
                edgecolor=INK,
                linewidth=0.4,
                label=name_of(form),
            )
        )
    axes.set_xlabel(_title(study, names[0]), fontsize=9)
    axes.set_ylabel(_title(study, names[1]), fontsize=9)
    axes.tick_params(labelsize=8)
    if legend:
        legend_below(result, handles)
    return result


def _ticks(values: Sequence[Any]) -> tuple[range, list[str]]:
    """Return which places of a line of tiles are told, and how: some ten at most."""
    step = -(-len(values) // 11)
    told = [value if isinstance(value, str) else f"{value:.3g}" for value in values]
    return range(0, len(values), step), told[::step]


def _title(study: Study, name: str) -> str:
    meaning = study.meanings[name]
    return f"{name.replace('_', ' ')} ({meaning.unit})"


def payoffs(study: Study, ax: Axes | None = None) -> Figure:
    """Return each player's payoff across threat, the hegemon's in a panel of its own.

    The hegemon's is in units of its value function, a candidate's in units of its payoff, so that
    the two panels have scales of their own. With `ax` the candidates' are drawn alone.
    """
    levels = sorted(
        (level for level in study.levels if level.preferred), key=lambda level: level.threat
    )
    if not levels:
        raise InvalidGameError("`kind` must be 'forms' where no level has an equilibrium")
    game = study.game
    names = list(game.candidates)
    if len(names) > LINES:
        raise InvalidGameError(
            f"`kind` 'payoffs' tells {LINES} candidates apart; got {len(names)}"
            " (game.strongest keeps fewer)"
        )
    threats = [level.threat for level in levels]
    worth = {
        name: [level.preferred.values[name] for level in levels if level.preferred]
        for name in (game.hegemon, *names)
    }
    title = f"{game.title}: payoffs in the preferred alliance"
    if ax is None:
        result = sheet(5.6, title)
        above, below = result.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [1, 2]})
        above.plot(threats, worth[game.hegemon], color=INK, linewidth=1.8)
        above.set_ylabel(f"{game.hegemon}\n(units of value)", fontsize=8)
        above.tick_params(labelsize=8)
    else:
        result, below = panel(ax, 0, title)
    for place, name in enumerate(names):
        colour, style = line_look(place)
        below.plot(threats, worth[name], color=colour, linestyle=style, label=name)
    below.axhline(0, color=INK, linewidth=0.6)
    below.set_xlabel(THREAT, fontsize=9)
    below.set_ylabel("candidates (units of payoff)", fontsize=8)
    below.tick_params(labelsize=8)
    if ax is None:
        legend_below(result, below.get_lines()[:-1], columns=6)
    else:
        below.legend(fontsize=7, ncols=2)
    return result
