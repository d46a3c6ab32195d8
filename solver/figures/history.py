"""The figure of the historical test: cases down, accounts across, predicted against sought."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from solver.accounts.codings import Codings
from solver.accounts.historical import History
from solver.accounts.priors import Region
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


def figure(found: History, ax: Axes | None = None) -> Figure:
    """Return the figure: a tile for each case and account, coloured by form, hits framed.

    The two columns on the left are what the hegemon sought and what was signed.
    """
    accounts = list(found.cases[0].predictions)
    columns = ["sought", "signed", *accounts]
    order = sorted(found.cases, key=lambda case: case.sample)
    height = 2.3 + 0.24 * len(order)
    result, axes = panel(ax, height, "Form predicted by each account, case by case")
    for row, case in enumerate(order):
        forms = [case.sought, case.recorded_form, *(p.form for p in case.predictions.values())]
        for column, form in enumerate(forms):
            place = column + (0.25 if column > 1 else 0.0)
            hit = column > 1 and form is case.sought
            axes.add_patch(
                Rectangle(
                    (place + 0.04, row + 0.06),
                    0.92,
                    0.88,
                    facecolor=COLOURS[form],
                    hatch=HATCHES[form],
                    edgecolor=INK,
                    linewidth=2.2 if hit else 0.0,
                )
            )
    names = [
        f"{case.scenario.name}{' (calibration)' if case.sample == 'calibration' else ''}"
        for case in order
    ]
    ticks = [i + 0.5 + (0.25 if i > 1 else 0.0) for i in range(len(columns))]
    axes.set_xticks(ticks, [name.replace("_", " ") for name in columns], rotation=45, ha="left")
    axes.xaxis.tick_top()
    axes.set_yticks(np.arange(len(order)) + 0.5, names)
    axes.tick_params(length=0, labelsize=8)
    axes.set(xlim=(0, len(columns) + 0.3), ylim=(len(order), 0))
    for side in axes.spines.values():
        side.set_visible(False)
    used = {case.sought for case in order} | {case.recorded_form for case in order}
    used |= {p.form for case in order for p in case.predictions.values()}
    hit_frame = Patch(facecolor="w", edgecolor=INK, linewidth=2.2, label="as sought")
    legend_below(result, [*form_patches(used), hit_frame])
    return result


def region_figure(found: Region) -> Figure:
    """Return the map of how many cases are predicted over two parameters."""
    result = sheet(5)
    axes = result.add_subplot()
    (x, across), (y, down) = found.x, found.y
    mesh = axes.pcolormesh(across, down, found.hits, cmap="cividis", vmin=0, vmax=found.cases)
    all_of_them = found.hits == found.cases
    where = "nowhere on this map"
    if all_of_them.all():
        where = "everywhere on this map"
    elif all_of_them.any():
        where = "inside the dark line"
        axes.contour(across, down, all_of_them, levels=[0.5], colors=INK, linewidths=2)
    axes.set(xlabel=x.replace("_", " "), ylabel=y.replace("_", " "))
    axes.set_title(f"Cases predicted of {found.cases}; all of them {where}", fontsize=10)
    result.colorbar(mesh, label="cases predicted")
    return result


def codings_figure(found: Codings) -> Figure:
    """Return the hits under shifted codings, and under blurred ones with their 5 and 95 %."""
    result = sheet(4.2, "Hits on the held-out cases under other codings of the threat")
    left, right = result.subplots(1, 2, sharey=True)
    looks = {
        "prospect_theory": ("-", "o", VERMILION),
        "expected_utility": ("--", "s", BLUE),
    }
    for account, (dash, mark, colour) in looks.items():
        name = account.replace("_", " ")
        moved = [item for item in found.shifted if item.account == account]
        hits = [i.hits for i in moved]
        left.plot([i.shift for i in moved], hits, dash, marker=mark, color=colour, label=name)
        noisy = [item for item in found.blurred if item.account == account]
        mean = np.array([item.mean for item in noisy])
        ends = [mean - [i.low for i in noisy], np.array([i.high for i in noisy]) - mean]
        apart = 0.004 if dash == "-" else -0.004
        right.errorbar(
            [i.noise + apart for i in noisy], mean, ends, fmt=mark, capsize=4, color=colour
        )
    cases = found.shifted[0].cases
    left.set(xlabel="all threats moved by", ylabel=f"hits of {cases}", ylim=(0, cases))
    right.set(xlabel="standard deviation of the noise")
    left.legend(fontsize=8)
    return result
