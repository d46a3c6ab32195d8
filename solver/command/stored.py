"""Studies that are kept in a store, what was asked of it, and the command `alliance plot`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

import games
import solver
from games import InvalidGameError
from solver.command.asked import DEFAULT_THREATS, Quiet, check_targets, parse_axes, parse_names
from solver.command.show import lines, progress_of_cells, wrote


class Question(NamedTuple):
    """What `alliance sweep` was asked, as it was written.

    Attributes
    ----------
    scenario, concept : str
        One or several, with commas.
    texts : dict of str to str
        Values of each axis.
    design : str or None
    size : int or None
    seed : int
    """

    scenario: str
    concept: str
    texts: dict[str, str]
    design: str | None
    size: int | None
    seed: int

    def solved(
        self,
        store: Path | None,
        *,
        workers: int | None = None,
        retry: bool = False,
        quiet: bool = False,
    ) -> solver.Study:
        """Return the study, and note in the store that it was asked."""
        from solver.studies.grid import Stopped, study
        from solver.studies.grid.store import Store

        try:
            with progress_of_cells(quiet, sys.stderr) as step:
                axes = parse_axes(self.texts or {"threat": DEFAULT_THREATS}, design=self.design)
                names, concepts = parse_names(self.scenario), parse_names(self.concept)
                if len(names) > 1:
                    axes = {"scenario": names, **axes}
                found = study(
                    games.load(names[0]) if len(names) == 1 else None,
                    concept=concepts if len(concepts) > 1 else concepts[0],
                    design=self.design,
                    size=self.size,
                    seed=self.seed,
                    store=store,
                    workers=workers,
                    retry=retry,
                    progress=step,
                    **axes,
                )
        except Stopped as stopped:
            print(stopped, file=sys.stderr)
            raise
        if store is not None:
            with Store(store) as opened:
                opened.note(json.dumps(self._asdict()))
        return found


def plot(
    store: Annotated[Path, typer.Argument(help="A file that `alliance sweep --store` wrote.")],
    picture: Annotated[Path, typer.Argument(help="Where to: a .png, .svg or .pdf file.")],
    x: Annotated[str | None, typer.Option(help="What runs across; the first axis.")] = None,
    y: Annotated[str | None, typer.Option(help="What runs up; the second axis.")] = None,
    quiet: Quiet = False,
) -> None:
    """Draw what was asked of a store last; cells that it lacks are solved first."""
    from solver.studies.grid.store import questions

    check_targets(None, picture)
    asked = questions(store)
    if not asked:
        raise InvalidGameError(
            "`store` must be one that `alliance sweep --store` has finished; got one in which"
            f" nothing is noted: {str(store)!r}"
        )
    found = Question(**json.loads(asked[-1])).solved(store, quiet=quiet)
    solver.plot.save(found.plot(x=x, y=y), picture)
    lines(f"{found}.")
    wrote(picture)
