"""What commands show: tables on a terminal, through the door to rich, JSON, and progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TextIO

from games import AllianceGame, AllianceStructure, checks
from games.records import as_json
from solver.command.layout import Column, cell_width, framed, shown, to_digits, widths, wrapped

Row = dict[str, object]
Advance = Callable[[str, int, int], None]


def emit(facts: object) -> None:
    """Print plain values as JSON, and null for numbers that are none."""
    print(as_json(facts, indent=1))


def lines(*texts: str, whole: bool = False) -> None:
    """Print lines of prose, which wrap at blanks; `whole` ones do not wrap."""
    from rich.console import Console

    console = Console(highlight=False)
    for text in texts:
        line = checks.text("line", text)
        for part in [line] if whole else wrapped(line, console.width):
            console.print(part, markup=False, soft_wrap=True)


def wrote(*paths: Path | None) -> None:
    """Print which files were written; None stands for one that was not asked for."""
    lines(*(f"Wrote {path}." for path in paths if path is not None), whole=True)


def table(heading: str, rows: Sequence[Row], wide: bool = False) -> None:
    """Print rows of the same keys as a table, or as cards where its words would not fit.

    Columns for which there is no room are named below; a `wide` table keeps them.
    """
    from rich.console import Console
    from rich.text import Text

    columns = [
        Column(name.replace("_", " "), tuple(_cell(row[name]) for row in rows), place == 0)
        for place, name in enumerate(rows[0])
    ]
    console = Console(highlight=False)
    room = framed([column.natural for column in columns]) if wide else console.width
    for line in wrapped(heading, room):
        console.print(Text(line, "bold"), soft_wrap=True)
    number = shown(columns, room)
    if not number:
        _cards(columns, room)
        return
    _grid(columns[:number], room)
    if number < len(columns):
        names = ", ".join(column.name for column in columns[number:])
        lines(f"Not shown for want of room: {names} (--wide shows all).")


def _grid(columns: Sequence[Column], room: int) -> None:
    from rich.console import Console
    from rich.table import Table

    found = widths(columns, room)
    assert found is not None, "`shown` has counted columns that fit"
    grid = Table(header_style="bold")
    for column, width in zip(columns, found, strict=True):
        justify: Literal["left", "right"] = "right" if column.is_numeric else "left"
        grid.add_column(column.name, justify=justify, width=width, overflow="fold")
    for cells in zip(*(column.cells for column in columns), strict=True):
        grid.add_row(*cells)
    Console(width=room).print(grid, markup=False)


def _cards(columns: Sequence[Column], room: int) -> None:
    """Print a block of lines "name: value" for each row."""
    margin = max(cell_width(column.name) for column in columns) + 2
    for cells in zip(*(column.cells for column in columns), strict=True):
        for column, cell in zip(columns, cells, strict=True):
            first, *more = wrapped(cell, room - margin)
            said = f"{column.name}:"
            lines(said + " " * (margin - cell_width(said)) + first, whole=True)
            lines(*(" " * margin + part for part in more), whole=True)
        lines("", whole=True)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return to_digits(value) if isinstance(value, float) else checks.text("cell", str(value))


def unseen(widest: float, closer: bool = True) -> list[str]:
    """Return a line that says which changes of form are too narrow for levels of a sweep.

    Parameters
    ----------
    widest : float
        The longest step from one level of threat to the next; 0 if there is but one.
    closer : bool
        Whether `alliance critical` answers the same question.
    """
    more = "; `alliance critical` looks closer" if closer else ""
    said = f"Changes of form narrower than {widest:.3g} of threat are not seen{more}."
    return [said] if widest else []


# What several commands say of a game and a structure.


def scenario_name(game: AllianceGame) -> str | None:
    """Return the name of the scenario behind a game, None if there is none."""
    return game.scenario.name if game.scenario else None


def structure_facts(structure: AllianceStructure | None) -> Row | None:
    """Return a structure as plain values."""
    if structure is None:
        return None
    return {
        "text": str(structure),
        "form": str(structure.form),
        "blocs": [list(bloc) for bloc in structure.blocs],
        "spokes": list(structure.spokes),
    }


def record_lines(game: AllianceGame) -> list[str]:
    """Return lines that lay the record beside the game, and say what the figures are worth."""
    info = game.scenario
    if info is None:
        return []
    said = [f"Coded threat {info.threat.value:g} ({info.threat.coding}): {info.threat.reason}"]
    said += [
        f"On record: {treaty.name} ({treaty.form}, signed {treaty.signed}):"
        f" {', '.join(treaty.members)}."
        for treaty in info.treaties
    ]
    return [*said, info.caveat] if info.caveat else said


@contextmanager
def progress(quiet: bool) -> Iterator[Advance]:
    """Give a callable that draws progress on the error stream, if that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress, TimeElapsedColumn

    console = Console(stderr=True)
    bar = Progress(
        *Progress.get_default_columns(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=quiet or not console.is_terminal,
    )
    tasks: dict[str, Any] = {}

    def advance(name: str, done: int, total: int) -> None:
        if name not in tasks:
            tasks[name] = bar.add_task(name, total=total)
        bar.update(tasks[name], completed=done)

    with bar:
        yield advance


@contextmanager
def progress_of_cells(quiet: bool, stream: TextIO) -> Iterator[Callable[[int, int], None]]:
    """Give a callable that shows the progress of a study: a bar on a terminal, lines elsewhere."""
    if quiet:
        yield lambda done, total: None
    elif stream.isatty():
        with progress(False) as advance:
            yield lambda done, total: advance("cells", done, total)
    else:
        yield Lines(stream)


class Lines:
    """Writes how far a study is, every so often, and at its end if that took as long.

    Parameters
    ----------
    stream : text stream
    seconds : float
        Least time between two lines.
    clock : callable
        Gives the time in seconds.

    Examples
    --------
    >>> import sys
    >>> now = iter([0.0, 4.0, 20.0])
    >>> lines = Lines(sys.stdout, 10, lambda: next(now))
    >>> lines(100, 1000)
    >>> lines(500, 1000)
    500 of 1000 cells, 25 a second, 20 s left
    """

    def __init__(
        self, stream: TextIO, seconds: float = 10.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.stream, self.seconds, self.clock = stream, seconds, clock
        self.begun = self.last = clock()

    def __call__(self, done: int, total: int) -> None:
        """Take note that `done` of `total` cells have an outcome."""
        now = self.clock()
        soon = now - self.last < self.seconds
        if soon and (done < total or self.last == self.begun):
            return
        self.last = now
        rate = done / (now - self.begun) if now > self.begun else 0.0
        left = f", {rate:.0f} a second, {(total - done) / rate:.0f} s left" if rate else ""
        print(f"{done} of {total} cells{left}", file=self.stream, flush=True)
