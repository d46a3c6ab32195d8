"""The figure of burdens: what each ally pays across threat, one panel for each rule."""

from __future__ import annotations

from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from games import NotApplicableError, checks
from solver.figures.look import (
    COLOURS,
    HATCHES,
    INK,
    LINES,
    THREAT,
    form_patches,
    legend_below,
    line_look,
    panel,
    sheet,
)
from solver.studies.burden_study import BurdenLevel, BurdenStudy

BAND = 0.07


def figure(study: BurdenStudy, ax: Axes | None = None, *, rule: str | None = None) -> Figure:
    """Return the figure of a study over several threats.

    Each panel is a rule: a line for each ally's burden, broken where it has no treaty, and at the
    foot a band with the form of the preferred alliance. All share the axis of threat; each has its
    own scale of burdens.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        Where to draw one rule alone.
    rule : str, optional
        Which one; the first by default.

    Raises
    ------
    NotApplicableError
        If there are more allies than can be told apart.
    """
    names = [name for name in study.game.candidates if any(name in s.burdens for s in study.levels)]
    if len(names) > LINES:
        raise NotApplicableError(f"a figure tells {LINES} allies apart; got {len(names)}")
    rules = [rule for rule in study.rules if rule != "none"] or list(study.rules)
    if ax is None and rule is None:
        apart = "; each has its own scale" if len(rules) > 1 else ""
        result = sheet(1.5 + 2.1 * len(rules), _title(study) + apart)
        panels = list(result.subplots(len(rules), 1, sharex=True, squeeze=False)[:, 0])
    else:
        rules = [rules[0] if rule is None else checks.one_of("rule", rule, study.rules)]
        result, only = panel(ax, 3.6, _title(study))
        panels = [only]
    looks = {name: line_look(place) for place, name in enumerate(names)}
    for axes, rule in zip(panels, rules, strict=True):
        levels = sorted(
            (level for level in study.levels if level.rule == rule), key=lambda level: level.threat
        )
        for name in names:
            paid = [level.burdens.get(name, float("nan")) for level in levels]
            colour, style = looks[name]
            threats = [level.threat for level in levels]
            axes.plot(threats, paid, color=colour, linestyle=style, linewidth=1.6)
        _forms(levels, axes)
        axes.axhline(0, color=INK, linewidth=0.6)
        axes.margins(y=0.15)
        axes.set_title(rule.replace("_", " "), fontsize=9, loc="left")
        axes.set_ylabel("burden\n(security)", fontsize=8)
        axes.tick_params(labelsize=8)
    panels[-1].set_xlabel(THREAT, fontsize=9)
    used = {level.form for level in study.levels if level.form}
    handles = [
        Line2D([], [], color=colour, linestyle=style, label=name)
        for name, (colour, style) in looks.items()
    ]
    legend_below(result, [*handles, *form_patches(used)])
    return result


def _forms(levels: list[BurdenLevel], axes: Axes) -> None:
    """Draw a band of forms at the foot of a panel, each level from half way to its neighbours."""
    threats = [level.threat for level in levels]
    middles = [(low + high) / 2 for low, high in pairwise(threats)]
    ends = [threats[0], *middles, threats[-1]]
    for level, (low, high) in zip(levels, pairwise(ends), strict=True):
        if level.form:
            axes.axvspan(
                low,
                high,
                ymin=0,
                ymax=BAND,
                facecolor=COLOURS[level.form],
                hatch=HATCHES[level.form],
                edgecolor=INK,
                linewidth=0,
            )


def _title(study: BurdenStudy) -> str:
    scenario = study.game.scenario
    where = f"{scenario.title}: what" if scenario else "What"
    return f"{where} each ally pays {study.game.hegemon}, by rule of burden sharing"
