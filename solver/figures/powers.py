"""Pictures of the large test: forms over time, calibration, threat and form, scores."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from games import Form
from games.arrays import Array, Bools
from solver.figures.look import (
    BLUE,
    COLOURS,
    HATCHES,
    INK,
    VERMILION,
    form_patches,
    legend_below,
    panel,
    sheet,
)
from solver.great_powers.cells import FORMS, MEASURE_UNITS
from solver.great_powers.result import Powers

BINS = 5
WORDS = {
    "signed": "share with a treaty (90 %)",
    "multilateral": "of these multilateral or mixed",
}
LOOKS = {"prospect_theory": ("o", "-", VERMILION), "expected_utility": ("s", "--", BLUE)}


def figure(found: Powers, ax: Axes | None = None) -> Figure:
    """Return each account's difference from the base rate, with two standard errors.

    It answers two of the three questions.
    """
    height = 1.6 + 0.32 * len(found.models)
    result, axes = panel(ax, height, "Log score over the base rate, out of fold")
    models = [one for one in found.models if one.fit is not None][::-1]
    means = [one.over_base_rate.mean for one in models]
    spread = [2 * one.over_base_rate.se for one in models]
    axes.errorbar(means, range(len(models)), xerr=spread, fmt="o", color=INK, capsize=4)
    axes.axvline(0, color=INK, linewidth=0.8, linestyle=":")
    axes.set_yticks(range(len(models)), [one.name.replace("_", " ") for one in models])
    axes.set_xlabel("mean difference of log score per cell; bars: two clustered standard errors")
    return result


def forms_over_time(found: Powers) -> Figure:
    """Return the forms of what was signed by leader and window; cells without are left out."""
    leaders = list(dict.fromkeys(cell.leader for cell in found.cells))
    result = sheet(1.6 + 0.55 * len(leaders), "What great powers signed, by window")
    axes = result.add_subplot()
    used: set[Form] = set()
    for row, leader in enumerate(leaders):
        stacked: dict[int, int] = {}
        own = [c for c in found.cells if c.leader == leader and c.form is not Form.NONE]
        for cell in sorted(own, key=lambda cell: FORMS.index(cell.form)):
            height = stacked.get(cell.window.first, 0)
            stacked[cell.window.first] = height + 1
            used.add(cell.form)
            axes.bar(
                (cell.window.first + cell.window.last) / 2,
                0.2,
                width=cell.window.last - cell.window.first + 0.6,
                bottom=row + 0.2 * height,
                color=COLOURS[cell.form],
                hatch=HATCHES[cell.form],
                edgecolor=INK,
                linewidth=0.4,
            )
    axes.set_yticks(np.arange(len(leaders)) + 0.1, leaders)
    axes.set(xlabel="year; one box for each theatre", ylim=(-0.1, len(leaders)))
    axes.set_xlim(found.cells[0].window.first - 2, found.cells[-1].window.last + 2)
    legend_below(result, form_patches(used))
    return result


def calibration(found: Powers) -> Figure:
    """Return predicted and observed shares of the forms out of fold, in bins of cells."""
    result = sheet(4.6, "Calibration: predicted and observed shares, out of fold")
    panels = result.subplots(1, 2)
    signed = np.array([cell.form is not Form.NONE for cell in found.cells])
    wide = np.array([cell.form in (Form.MIXED, Form.MULTILATERAL) for cell in found.cells])
    questions = (("anything is signed", signed, 1), ("it is multilateral or mixed", wide, 3))
    for axes, (title, happened, first) in zip(panels, questions, strict=True):
        most = 0.0
        for name, (mark, dash, colour) in LOOKS.items():
            chances = found.chances[name][:, first:].sum(axis=1)
            across, share, spread = _binned(chances, happened)
            axes.errorbar(
                across, share, 1.645 * spread, fmt=mark, linestyle=dash, capsize=3,
                color=colour, label=name.replace("_", " "),
            )  # fmt: skip
            most = max(most, float((share + 1.645 * spread).max()), float(across.max()))
        axes.plot([0, most], [0, most], color=INK, linewidth=0.8, linestyle=":")
        axes.set(title=title, xlabel="predicted share", ylabel="observed share")
    panels[0].legend(fontsize=8, title="bars: 90 %", title_fontsize=8)
    return result


def threat_and_form(found: Powers) -> Figure:
    """Return the share of cells with a treaty, and of those the share multilateral, by measure."""
    names = list(found.options["measures"])  # type: ignore[call-overload]
    result = sheet(5.4, "Threat, whether anything is signed, and whether it is multilateral")
    panels = result.subplots(2, len(names), sharey="row", squeeze=False)
    signed = np.array([cell.form is not Form.NONE for cell in found.cells])
    wide = np.array([cell.form in (Form.MIXED, Form.MULTILATERAL) for cell in found.cells])
    for column, name in enumerate(names):
        measure = np.array([cell.measures[name] for cell in found.cells])
        rows = ((signed, measure, "signed"), (wide[signed], measure[signed], "multilateral"))
        for axes, (happened, where, word) in zip(panels[:, column], rows, strict=True):
            across, share, spread = _binned(where, happened)
            axes.errorbar(across, share, 1.645 * spread, fmt="o", color=INK, capsize=4)
            axes.set_ylim(bottom=0)
            if column == 0:
                axes.set_ylabel(WORDS[word])
        words = f"{name.replace('_', ' ')}\n({MEASURE_UNITS[name]})"
        panels[1, column].set_xlabel(words, fontsize=9)
    return result


def _binned(where: Array, happened: Bools) -> tuple[Array, Array, Array]:
    """Return the mean place, the share and its standard error in bins of equally many cells."""
    parts = [part for part in np.array_split(np.argsort(where, kind="stable"), BINS) if part.size]
    share = np.array([happened[part].mean() for part in parts])
    size = np.array([part.size for part in parts])
    across = np.array([where[part].mean() for part in parts])
    return across, share, np.sqrt(share * (1 - share) / size)
