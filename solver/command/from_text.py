"""A study as the command line asks for it: every axis as text."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import games
from games import InvalidGameError
from solver.command.spans import parse_range, parse_values
from solver.studies.grid.plan import CROSSED
from solver.studies.grid.run import study
from solver.studies.grid.study import Study

DEFAULT_THREATS = "0:1:101"


def study_from_text(
    scenario: str,
    texts: Mapping[str, str],
    *,
    concept: str = "subgame_perfect",
    design: str | None = None,
    size: int | None = None,
    seed: int = 0,
    store: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    retry: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Study:
    """Return a study whose scenario, concept and axes are given as text.

    Parameters
    ----------
    scenario, concept : str
        One, or several with commas between them.
    texts : mapping of str to str
        The values of each axis, see `solver.command.spans`; 101 threats if there is no axis.
    design, size, seed, store, workers, retry, progress
        As in `study`.

    Raises
    ------
    InvalidGameError
        If a text is no list of values.

    Examples
    --------
    >>> found = study_from_text("classic-athens", {"threat": "0.2,0.6", "cohesion": "0.4:0.8:3"})
    >>> len(found)
    6
    """
    wanted = dict(texts) or {"threat": DEFAULT_THREATS}
    axes: dict[str, Any] = {}
    for name, text in wanted.items():
        in_box = design is not None and name not in CROSSED
        axes[name] = parse_range(name, text) if in_box else parse_values(name, text)
    names = _words(scenario)
    if len(names) > 1:
        axes = {"scenario": names, **axes}
    concepts = _words(concept)
    return study(
        games.load(names[0]) if len(names) == 1 else None,
        concept=concepts if len(concepts) > 1 else concepts[0],
        design=design,
        size=size,
        seed=seed,
        store=store,
        workers=workers,
        retry=retry,
        progress=progress,
        **axes,
    )


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


def check_alone(plot: Path | None) -> None:
    """Raise if a figure is wanted of a study of several axes."""
    if plot is not None:
        raise InvalidGameError(
            "`--plot` draws a sweep over threat alone; write the rows of a study with `--out`"
        )


def _words(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]
