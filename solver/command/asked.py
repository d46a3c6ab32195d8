"""What commands are asked: arguments and options that several share, and ranges as text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

import games
import solver
from games import AllianceGame, InvalidGameError, checks, files, table_files, tables
from games.alliance.settings import with_values
from games.arrays import spaced


def scenarios_from(begun: str) -> list[str]:
    """Return the embedded scenarios and cases whose names go on from what is typed."""
    known = (*games.scenario_names(), *games.case_names())
    return [name for name in dict.fromkeys(known) if name.startswith(begun)]


Scenario = Annotated[
    str,
    typer.Argument(
        help="An embedded scenario's or case's name, or the path of a .toml file.",
        autocompletion=scenarios_from,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Concept = Annotated[str, typer.Option(help="subgame_perfect, nash, pairwise or coalition_proof.")]
LEVELS = typer.Option("--threat", help="Threat levels: first:last:number, or a list 0.2,0.5,0.7.")
Levels = Annotated[str, LEVELS]
PreferenceName = Annotated[
    str | None,
    typer.Option(
        "--preference",
        help="expected-utility, prospect-theory or a published set such as booij-2010.",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="Any quantity of the game: name=value. Repeatable."),
]
RESOLUTION = typer.Option(help="Prove that no change of form wider than this is missed.")
Most = Annotated[int, typer.Option(help="How many equilibria to list.", min=1)]
Out = Annotated[
    Path | None, typer.Option(help="Write the rows to a .csv, .json, .parquet or .nc file.")
]
Plot = Annotated[Path | None, typer.Option(help="Write the figure to a .png, .svg or .pdf file.")]
Wide = Annotated[bool, typer.Option("--wide", help="Whole tables, however narrow the terminal.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress bar.")]

Span = tuple[float, float]

DEFAULT_THREATS = "0:1:101"
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
MOST_LEVELS = 100_001
MOST_VALUES = 1_000_001


def check_targets(out: Path | None, plot: Path | None = None) -> None:
    """Raise if a study's rows or its figure cannot be written; ask before long work.

    Raises
    ------
    InvalidGameError
        If a suffix is unknown.
    MissingDependencyError
        If the library that writes it is not installed.
    OutputError
        If there can be no such file.
    """
    if out is not None:
        table_files.writer_for(out)
        files.check_writable(out)
    if plot is not None:
        tables.need("matplotlib", "plot")
        solver.plot.check_suffix(plot)
        files.check_writable(plot)


# Each reader below raises `InvalidGameError` if a text reads otherwise.


def _parts(text: str, number: int) -> tuple[str, str, int]:
    """Return the ends and the number in `first:last:number`; `number` itself if there is none.

    Raises
    ------
    ValueError
        If the text reads otherwise.
    """
    first, last, *more = text.split(":")
    if more:
        (given,) = more
        number = int(given)
    return first, last, number


def parse_levels(text: str) -> list[float]:
    """Return threat levels from `first:last:number`, or from a list with commas.

    Examples
    --------
    >>> parse_levels("0:1:5"), parse_levels("0.2,0.7")
    ([0.0, 0.25, 0.5, 0.75, 1.0], [0.2, 0.7])
    """
    _refuse_percent("threat", text)
    try:
        if ":" in text:
            first, last, number = _parts(text, 0)
            levels = [float(first), float(last)]
        else:
            levels = [float(part) for part in text.split(",")]
            number = len(levels)
    except ValueError:
        raise _no_values("threat", "0:1:101", text) from None
    if not 1 <= number <= MOST_LEVELS:
        raise _no_values("threat", "0:1:101", text)
    found = [_level(level) for level in levels]
    if ":" not in text:
        return found
    low, high = (checks.within("threat", end, 0, 1) for end in found)
    return spaced(low, high, number)


def parse_values(name: str, text: str) -> list[float] | list[str]:
    """Return the values that a text gives: `first:last:number`, or a list with commas.

    Examples
    --------
    >>> parse_values("cohesion", "0:1:3"), parse_values("family", "blocs,bloc_and_spokes")
    ([0.0, 0.5, 1.0], ['blocs', 'bloc_and_spokes'])
    """
    _refuse_percent(name, text)
    if ":" not in text:
        words = parse_names(text)
        try:
            return [float(word) for word in words]
        except ValueError:
            return words
    try:
        first, last, number = _parts(text, 0)
    except ValueError:
        raise _no_values(name, "0:1:11", text) from None
    if not 1 <= number <= MOST_VALUES:
        raise _no_values(name, "0:1:11", text)
    return spaced(_number(name, first), _number(name, last), number)


def parse_range(name: str, text: str) -> Span:
    """Return the ends of a range, `low:high`.

    Examples
    --------
    >>> parse_range("cohesion", "0.2:0.9")
    (0.2, 0.9)
    """
    if text.count(":") != 1:
        raise InvalidGameError(f"`{name}` must read low:high with a design; got {text!r}")
    low, high = text.split(":")
    return _number(name, low), _number(name, high)


def parse_axes(texts: Mapping[str, str], *, design: str | None = None) -> dict[str, Any]:
    """Return the axes of a study by name; with a design those of numbers are ranges.

    Examples
    --------
    >>> parse_axes({"cohesion": "0.2:0.9", "preference": "expected-utility"}, design="sobol")
    {'cohesion': (0.2, 0.9), 'preference': ['expected-utility']}
    """
    from solver.studies.grid.plan import CROSSED

    return {
        name: parse_values(name, text)
        if design is None or name in CROSSED
        else parse_range(name, text)
        for name, text in texts.items()
    }


def parse_settings(given: Sequence[str]) -> dict[str, str]:
    """Return the texts of axes given as `name=values`, by name.

    Examples
    --------
    >>> parse_settings(["reliabilities.UKG=0.5,0.9"])
    {'reliabilities.UKG': '0.5,0.9'}
    """
    found: dict[str, str] = {}
    for text in given:
        name, _, values = text.partition("=")
        if not name or not values:
            raise InvalidGameError(
                f"`--set` must read name=values, such as k_bloc=0:0.1:5; got {text!r}"
            )
        if name in found:
            raise InvalidGameError(f"`--set` must name each quantity once; got {name!r} twice")
        found[name] = values
    return found


def parse_names(text: str) -> list[str]:
    """Return names from a list with commas."""
    return [part.strip() for part in text.split(",")]


def varied(scenario: str, given: Mapping[str, str | None], settings: Sequence[str]) -> AllianceGame:
    """Return the game of a scenario with some quantities changed.

    Parameters
    ----------
    scenario : str
    given : mapping of str to str or None
        Values that options of their own give, by quantity.
    settings : sequence of str
        Further ones, each as `name=value`.
    """
    game = games.load(scenario)
    texts = {name: text for name, text in given.items() if text is not None}
    for text in settings:
        name, equals, value = text.partition("=")
        if not equals or not name or not value:
            raise InvalidGameError(
                f"`--set` must read name=value, such as cohesion=0.8; got {text!r}"
            )
        if name in texts:
            raise InvalidGameError(f"`--set` must name each quantity once; got {name!r} twice")
        texts[name] = value
    return with_values(game, {name: _one_value(name, text) for name, text in texts.items()})


def _one_value(name: str, text: str) -> Any:
    from solver.studies.axes import axis_of

    if name == "threat":
        _refuse_percent(name, text)
        return _level(_number(name, text))
    found = axis_of(name, parse_values(name, text)).values
    if len(found) != 1:
        raise InvalidGameError(
            f"`{name}` must have one value here; got {text!r} (`alliance sweep` takes several)"
        )
    return found[0]


def parse_grid(option: str, text: str) -> tuple[Span, int]:
    """Return the range and the number of points that `first:last` or `first:last:points` asks for.

    Examples
    --------
    >>> parse_grid("y-range", "0.3:0.9:13"), parse_grid("x-range", "0:1")
    (((0.3, 0.9), 13), ((0.0, 1.0), 25))
    """
    from solver.studies.phase import POINTS

    try:
        first, last, points = _parts(text, POINTS)
        return (float(first), float(last)), points
    except ValueError:
        raise InvalidGameError(
            f"`{option}` must read first:last or first:last:points; got {text!r}"
        ) from None


def parse_grids(option: str, texts: Sequence[str]) -> dict[str, tuple[Span, int]]:
    """Return ranges and numbers of points by name from texts such as `cohesion=0.4:0.7`.

    Examples
    --------
    >>> parse_grids("along", ["cohesion=0.4:0.7:9"])
    {'cohesion': ((0.4, 0.7), 9)}
    """
    found: dict[str, tuple[Span, int]] = {}
    for text in texts:
        name, equals, span = text.partition("=")
        if not equals or name in found:
            raise InvalidGameError(
                f"`{option}` must read name=first:last, each name once; got {text!r}"
            )
        found[name] = parse_grid(option, span)
    return found


def parse_ranges(texts: Sequence[str]) -> dict[str, Span]:
    """Return ranges by name, without numbers of points: there are none in random draws.

    Examples
    --------
    >>> parse_ranges(["cohesion=0.4:0.7"])
    {'cohesion': (0.4, 0.7)}
    """
    if not texts or any(text.count(":") != 1 for text in texts):
        raise InvalidGameError(
            "`range` must be given, once for each quantity, as name=first:last, such as"
            f" cohesion=0.4:0.7; got {', '.join(texts) or 'none'}"
        )
    return {name: span for name, (span, _) in parse_grids("range", texts).items()}


def _refuse_percent(name: str, text: str) -> None:
    found = _PERCENT.search(text)
    if found:
        share = float(found[1]) / 100
        raise InvalidGameError(
            f"`{name}` must be a number; got {text!r}: write {share:g} for {found[0]}"
        )


def _level(threat: float) -> float:
    """Return a threat; one that must be in percent is told how to be written."""
    if 2 <= threat <= 100:
        raise InvalidGameError(
            f"`threat` must lie in [0, 1]; got {threat:g}: write {threat / 100:g}"
        )
    return threat


def _number(name: str, text: str) -> float:
    try:
        return checks.number(name, float(text))
    except ValueError:
        raise InvalidGameError(f"`{name}` must be a number; got {text!r}") from None


def _no_values(name: str, example: str, text: str) -> InvalidGameError:
    return InvalidGameError(
        f"`{name}` must read first:last:number, such as {example}, or be a list, such as 0.2,0.7;"
        f" got {text!r}"
    )
