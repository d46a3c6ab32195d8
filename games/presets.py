"""Published parameter sets of cumulative prospect theory, by name."""

from __future__ import annotations

from games.errors import UnknownNameError
from games.preferences import CumulativeProspectTheory, ExpectedUtility, Preference
from games.weighting import GoldsteinEinhorn, TverskyKahneman

PRESETS: dict[str, tuple[CumulativeProspectTheory, str]] = {
    "tversky-kahneman-1992": (
        CumulativeProspectTheory(),
        "Tversky & Kahneman 1992, Journal of Risk and Uncertainty 5: medians",
    ),
    "abdellaoui-2000": (
        CumulativeProspectTheory(
            alpha=0.89,
            beta=0.92,
            weighting_gains=TverskyKahneman(0.60),
            weighting_losses=TverskyKahneman(0.70),
        ),
        "Abdellaoui 2000, Management Science 46: exponents and one-parameter weightings; loss"
        " aversion was not measured and is that of Tversky & Kahneman 1992",
    ),
    "booij-2010": (
        CumulativeProspectTheory(
            alpha=0.859,
            beta=0.826,
            loss_aversion=1.58,
            weighting_gains=GoldsteinEinhorn(0.772, 0.618),
            weighting_losses=GoldsteinEinhorn(1.022, 0.592),
        ),
        "Booij, van Praag & van de Kuilen 2010, Theory and Decision 68: representative sample"
        " (only the loss aversion, 1.6, was checked against the article's abstract)",
    ),
}


def preset(name: str) -> CumulativeProspectTheory:
    """Return a published parameter set.

    Parameters
    ----------
    name : {"tversky-kahneman-1992", "abdellaoui-2000", "booij-2010"}

    Raises
    ------
    UnknownNameError
        If there is no such set.

    Examples
    --------
    >>> preset("booij-2010").loss_aversion
    1.58
    """
    if name not in PRESETS:
        raise UnknownNameError("preset", name, PRESETS)
    return PRESETS[name][0]


PREFERENCES = ("expected-utility", "prospect-theory", *PRESETS)


def preference_named(name: str) -> Preference:
    """Return a preference by its name: one of `PREFERENCES`.

    Raises
    ------
    UnknownNameError
        If there is none.

    Examples
    --------
    >>> preference_named("prospect-theory").loss_aversion
    2.25
    """
    if name == "expected-utility":
        return ExpectedUtility()
    if name == "prospect-theory":
        return CumulativeProspectTheory()
    if name not in PRESETS:
        raise UnknownNameError("preference", name, PREFERENCES)
    return preset(name)
