"""Pictures of numbers with intervals: shares of draws, indices, estimates, precisions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from solver.accounts.estimation import BOUNDS, PRECISION, PRECISION_BOUNDS, Estimate
from solver.figures.look import BLUE, INK, VERMILION, legend_below, panel
from solver.finite.logit.fit import LogitFit
from solver.studies.prior_predictive import PriorPredictive
from solver.studies.robustness import Robustness
from solver.studies.sensitivity import Sensitivity
from solver.studies.surface import CriticalSurface

# what a standard error is multiplied with for an interval of 95 %
WIDE = 1.96


def robustness(found: Robustness, ax: Axes | None = None) -> Figure:
    """Return the share of draws that keep each prediction, with its exact interval."""
    title = f"{found.game.title}: draws that keep what is predicted"
    result, axes = panel(ax, 1.5 + 0.35 * len(found.shares), title)
    names = [f"{one.prediction.label}: {one.prediction}" for one in found.shares]
    middle = [one.share for one in found.shares]
    ends = [(one.low, one.high) for one in found.shares]
    _dots(axes, names, middle, ends)
    axes.set(xlim=(0, 1))
    axes.set_xlabel(f"share of {found.draws} draws; bars: {found.level:.0%}", fontsize=9)
    return result


def prior(found: PriorPredictive, ax: Axes | None = None) -> Figure:
    """Return the share of the prior that meets all conditions, by preference, with 95 %."""
    shares = found.shares
    result, axes = panel(ax, 1.6 + 0.35 * len(shares), found.title)
    ends = [
        (max(0.0, one.share - WIDE * one.standard_error), one.share + WIDE * one.standard_error)
        for one in shares
    ]
    _dots(axes, [one.preference for one in shares], [one.share for one in shares], ends)
    axes.set_xlim(left=0)
    asked = "the condition" if len(found.conditions) == 1 else "all conditions"
    axes.set_xlabel(f"share of {found.draws} draws that meet {asked}; bars: 95 %", fontsize=9)
    return result


def sensitivity(found: Sensitivity, ax: Axes | None = None) -> Figure:
    """Return the first-order and total index of each input, with intervals."""
    result, axes = panel(ax, 1.7 + 0.34 * len(found.indices), found.title)
    rows = np.arange(len(found.indices))[::-1]
    looks = (("first order", "o", BLUE, 0.12), ("total", "s", VERMILION, -0.12))
    for word, mark, colour, off in looks:
        first = word != "total"
        value = [item.first if first else item.total for item in found.indices]
        margin = [item.first_margin if first else item.total_margin for item in found.indices]
        axes.errorbar(value, rows + off, xerr=margin, fmt=mark, color=colour, capsize=3, label=word)
    axes.axvline(0, color=INK, linewidth=0.6)
    axes.set_yticks(rows, [item.name.replace("_", " ") for item in found.indices], fontsize=8)
    axes.set_xlabel(f"Sobol index (share of the variance); bars: {found.level:.0%}", fontsize=9)
    axes.tick_params(labelsize=8)
    axes.legend(fontsize=8)
    return result


def estimate(found: Estimate, ax: Axes | None = None) -> Figure:
    """Return each estimate with its interval, over the range in which it was looked for.

    Parameters have scales of their own: each row runs from the lower bound of the search to the
    upper, the precision on a logarithmic scale. Gaps of an interval are left open.
    """
    names = list(found.values)
    result, axes = panel(ax, 1.6 + 0.42 * len(names), "Maximum-likelihood estimates")

    def place(name: str, value: float) -> float:
        low, high = PRECISION_BOUNDS if name == PRECISION else BOUNDS[name]
        if name == PRECISION:
            return float(np.log(value / low) / np.log(high / low))
        return (value - low) / (high - low)

    for row, name in enumerate(reversed(names)):
        own = found.intervals[name]
        ends = [own.low, *(end for gap in own.gaps for end in gap), own.high]
        for low, high in zip(ends[::2], ends[1::2], strict=True):
            axes.plot([place(name, low), place(name, high)], [row] * 2, color=INK, linewidth=1.4)
        axes.plot(place(name, found.values[name]), row, "o", color=VERMILION)
        axes.text(1.02, row, f"{found.values[name]:.3g} ({own})", va="center", fontsize=8)
    axes.set(xlim=(0, 1), ylim=(-0.6, len(names) - 0.4))
    axes.set_yticks(range(len(names)), [name.replace("_", " ") for name in reversed(names)])
    axes.set_xticks([0, 1], ["lower bound", "upper bound"])
    axes.set_xlabel(f"within the bounds of the search; lines: {found.level:.0%}", fontsize=9)
    axes.tick_params(labelsize=8)
    return result


def fit(found: LogitFit, ax: Axes | None = None) -> Figure:
    """Return the likelihood's local maxima over the precision, and the interval."""
    result, axes = panel(ax, 2.8, "Precision of a logit equilibrium, by maximum likelihood")
    maxima = found.local_maxima
    axes.plot(
        [one.precision for one in maxima],
        [one.log_likelihood for one in maxima],
        "o",
        color=BLUE,
        label="local maximum",
    )
    top = found.followed_to if np.isinf(found.precision) else found.precision
    axes.plot(top, found.log_likelihood, "s", color=VERMILION, label="estimate")
    high = found.followed_to if np.isinf(found.interval.high) else found.interval.high
    axes.axvspan(found.interval.low, high, color="#DDDDDD", label=f"interval of {found.level:.0%}")
    axes.set_xscale("symlog")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_xlabel("precision (one over utility)", fontsize=9)
    axes.set_ylabel("log likelihood", fontsize=9)
    axes.tick_params(labelsize=8)
    axes.legend(fontsize=8)
    return result


def surface(found: CriticalSurface, ax: Axes | None = None) -> Figure:
    """Return the threat from which on the alliance is multilateral, over one quantity or two."""
    result, axes = panel(ax, 4.6, found.title)
    first = found.axes[0]
    if len(found.axes) == 1:
        axes.plot(first.values, found.multilateral_from, color=INK, linewidth=1.8)
        crossings = found.crossings
        for place in range(crossings.shape[-1]):
            axes.plot(first.values, crossings[:, place], ".", color=BLUE, markersize=3)
        axes.set_ylim(0, 1)
        axes.set_ylabel("threat", fontsize=9)
        handles = [
            Line2D([], [], color=INK, linewidth=1.8, label="multilateral from here on"),
            Line2D([], [], color=BLUE, marker=".", linestyle="none", label="any change of form"),
        ]
        if ax is None:
            legend_below(result, handles)
    else:
        second = found.axes[1]
        shown = np.ma.masked_invalid(found.multilateral_from.T)
        mesh = axes.pcolormesh(first.values, second.values, shown, cmap="cividis", vmin=0, vmax=1)
        axes.set_facecolor("#FFFFFF")
        result.colorbar(mesh, ax=axes, label="threat; white: not multilateral at threat 1")
        axes.set_ylabel(second.title, fontsize=9)
    axes.set_xlabel(first.title, fontsize=9)
    axes.tick_params(labelsize=8)
    return result


def _dots(
    axes: Axes, names: Sequence[str], middle: Sequence[float], ends: Sequence[tuple[float, float]]
) -> None:
    """Draw a dot with its interval for each name, the first above."""
    rows = np.arange(len(names))[::-1]
    spread = np.array([[m - low, high - m] for m, (low, high) in zip(middle, ends, strict=True)])
    axes.errorbar(middle, rows, xerr=spread.T.clip(0), fmt="o", color=INK, capsize=4)
    axes.set_yticks(rows, names, fontsize=8)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.tick_params(labelsize=8)
