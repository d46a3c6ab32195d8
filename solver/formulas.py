"""Whether a preference follows the library's formulas, which fast code states a second time."""

from __future__ import annotations

from games import (
    GoldsteinEinhorn,
    Linear,
    NotApplicableError,
    Preference,
    Prelec,
    Prelec2,
    TverskyKahneman,
)

ALL = ("utility", "rank_weights", "weighted_value", "value", "values")
COMPILED = (Linear, TverskyKahneman, Prelec, Prelec2, GoldsteinEinhorn)


def require(preference: Preference, formulas: tuple[str, ...]) -> None:
    """Raise unless `preference` has the library's own `formulas`, by the names of its methods.

    Raises
    ------
    NotApplicableError
        If it overrides one of them.
    """
    kind = type(preference)
    own = [name for name in formulas if getattr(kind, name) is not getattr(Preference, name)]
    if own:
        raise NotApplicableError(
            "a search over all structures needs the library's own value functions;"
            f" {kind.__name__} has its own `{own[0]}` (game.value takes any)"
        )


def require_compiled(preference: Preference) -> None:
    """Raise unless compiled code knows all formulas of `preference`.

    Raises
    ------
    NotApplicableError
        If it overrides a method, or has a weighting that is not one of the library's.
    """
    require(preference, ALL)
    for weighting in (preference.weighting_gains, preference.weighting_losses):
        if type(weighting) not in COMPILED:
            raise NotApplicableError(
                "a search over all structures needs the library's own value functions and"
                f" weightings; got {weighting!r} (game.value takes any)"
            )
