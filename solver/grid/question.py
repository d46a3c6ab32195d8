"""From what a caller asks for to the plan of a study, everything checked first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from games import AllianceGame, InvalidGameError, checks, settings
from solver.grid.axes import Axis, axis, check, named
from solver.grid.designs import points as design_points
from solver.grid.plan import Plan
from solver.solving import concept_named

# axes of words and rules are crossed with the points of a design
CROSSED = (
    *("scenario", "concept", "preference", "candidate_preference", "reference"),
    *("family", "ratification", "burden_sharing"),
)


def plan_of(
    game: AllianceGame | None,
    axes: Mapping[str, object],
    *,
    concept: object,
    tolerance: float,
    design: str | None = None,
    size: int | None = None,
    seed: int = 0,
    rows: object = None,
) -> Plan:
    """Return the plan of a study.

    Parameters
    ----------
    game : AllianceGame or None
    axes : mapping of str to values
        By the names of `games.settings`, "scenario" or "concept".
    concept : str or sequence of str
    tolerance : float
    design, size, seed
        As in `solver.grid.designs.points`; axes that are no words or rules are ranges then.
    rows : sequence of mapping, or DataFrame
        Points given one by one; they are crossed with `axes`.

    Raises
    ------
    InvalidGameError, UnknownNameError
        If there is no game, or a value suits no game of the study.
    """
    given = dict(axes)
    if isinstance(concept, str):
        concept_named(concept)
    else:
        given["concept"] = concept
    checks.within("tolerance", tolerance, 0, 1)
    if design is not None and rows is not None:
        raise InvalidGameError("`rows` must not be given together with `design`")
    columns = _columns(rows) if rows is not None else {}
    if design is not None:
        ranges = {name: given.pop(name) for name in list(given) if name not in CROSSED}
        if size is None:
            raise InvalidGameError("`size` must be given with `design`: how many points")
        found = design_points(design, size, ranges, seed)  # type: ignore[arg-type]
        columns = dict(zip(ranges, found.T.tolist(), strict=True))
    both = sorted(set(given) & set(columns))
    if both:
        raise InvalidGameError(f"`{both[0]}` must not be given beside `rows` that hold it")
    crossed = [axis(name, values) for name, values in given.items()]
    points = [axis(name, values, repeated=True) for name, values in columns.items()]
    if not crossed and not points:
        raise InvalidGameError("a study must have an axis, such as threat=[0.2, 0.5]; got none")
    bases = _bases(game, [*crossed, *points])
    crossed, points = ([named(bases, one) for one in some] for some in (crossed, points))
    for one in crossed:
        check(bases, one.name, one.values)
    for one in points if design is not None else ():
        check(bases, one.name, (min(one.values), max(one.values)))
    usual = concept if isinstance(concept, str) else "subgame_perfect"
    return Plan(
        game if game is not None else bases[0], tuple(crossed), tuple(points), usual, tolerance
    )


def _columns(rows: Any) -> dict[str, list[Any]]:
    """Return rows as columns by name."""
    listed = rows.to_dict("records") if hasattr(rows, "to_dict") else rows
    if not isinstance(listed, Sequence) or not all(isinstance(row, Mapping) for row in listed):
        raise InvalidGameError(
            "`rows` must be a list of mappings such as {'threat': 0.5}, or a DataFrame;"
            f" got {type(rows).__name__}"
        )
    if not listed or not listed[0]:
        raise InvalidGameError("`rows` must hold at least one row with a value; got none")
    names = list(listed[0])
    for place, row in enumerate(listed):
        if set(row) != set(names):
            raise InvalidGameError(
                f"`rows` must all hold {', '.join(map(str, names))}; row {place} holds"
                f" {', '.join(map(str, row)) or 'nothing'}"
            )
    return {str(name): [row[name] for row in listed] for name in names}


def _bases(game: AllianceGame | None, axes: Iterable[Axis]) -> list[AllianceGame]:
    """Return the games that the axes may vary: each scenario under each rule that has parts."""
    by_name = {one.name: one for one in axes}
    if "scenario" in by_name:
        if game is not None:
            raise InvalidGameError("`game` must be None where `scenario` gives the games")
        bases = list(dict.fromkeys(by_name["scenario"].values))
    elif isinstance(game, AllianceGame):
        bases = [game]
    else:
        raise InvalidGameError(f"`game` must be an AllianceGame, or `scenario` given; got {game!r}")
    for rule, parts in (("preference", settings.PREFERENCE), ("reference", settings.REFERENCE)):
        if rule in by_name and set(parts) & set(by_name):
            choices = dict.fromkeys(by_name[rule].values)
            check(bases, rule, choices)
            bases = [
                settings.with_values(base, {rule: choice}) for base in bases for choice in choices
            ]
    return bases
