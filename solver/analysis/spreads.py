"""Ranges around the values that a game has."""

from __future__ import annotations

from collections.abc import Sequence

from games import AllianceGame, InvalidGameError, NotApplicableError, checks, settings
from solver.analysis.axes import SHARES, Span, current, span_of

SPREAD = 0.2

# what the choice of form hangs on most, as in `solver.accounts.priors.PRIOR`
VARIED = (
    "alpha",
    "beta",
    "loss_aversion",
    "gamma",
    "delta",
    "cohesion",
    "reliability",
    "pledge_bilateral",
    "pledge_multilateral",
    "k_bloc",
    "deployment",
    "adversary",
)


def spread_ranges(
    game: AllianceGame, spread: float | None = None, names: Sequence[str] | None = None
) -> dict[str, Span]:
    """Return a range for each name: its value less and plus `spread` of it.

    Parameters
    ----------
    spread : float, optional
        Above 0; 0.2 by default. Shares and probabilities end at 1.
    names : sequence of str, optional
        By default those of `VARIED` that are numbers of the game, and not 0.

    Raises
    ------
    InvalidGameError
        If a named quantity is 0, so that no share of it varies it.

    Examples
    --------
    >>> import games
    >>> athens = games.load("classic-athens")
    >>> spread_ranges(athens, 0.5, ["reliability", "adversary"])
    {'reliability': (0.45, 1.0), 'adversary': (0.75, 2.25)}
    """
    share = checks.above("spread", SPREAD if spread is None else spread, 0)
    if isinstance(names, str):
        raise InvalidGameError(f"`names` must be a list of names; got the string {names!r}")
    ranges = {}
    for name in VARIED if names is None else names:
        try:
            value = current(game, name)
        except NotApplicableError:
            if names is not None:
                raise
            continue
        if value == 0:
            if names is None:
                continue
            raise InvalidGameError(f"`{name}` must not be 0 for a relative spread; give its range")
        ends = sorted((value * (1 - share), value * (1 + share)))
        if settings.describe(game, name).unit in SHARES:
            ends[1] = min(1.0, ends[1])
        ranges[name] = span_of(game, name, ends)
    if not ranges:
        raise InvalidGameError("`names` must name at least one quantity; got none")
    return ranges
