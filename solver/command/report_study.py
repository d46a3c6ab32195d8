"""Print what a study found: how often each form is preferred, what failed, and where it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from solver.command import report
from solver.command.progress import Lines
from solver.studies.grid.study import Study


def study(found: Study, out: Path | None, *, as_json: bool) -> None:
    """Print the tally of a study."""
    tally = found.tally()
    failures = found.errors()
    if as_json:
        report.emit(
            {
                "cells": len(found),
                "axes": {name: len(axis) for name, axis in found.plan.by_column().items()},
                "forms": tally,
                "errors": failures,
                "out": None if out is None else os.fspath(out),
            }
        )
        return
    report.lines(f"{found}.")
    rows = [
        {"preferred form": form, "cells": count, "share": count / len(found)}
        for form, count in tally.items()
    ]
    report.table("Preferred forms", rows)
    if failures:
        report.table(
            "Cells that failed (--retry solves them again)",
            [{"cells": count, "error": error} for error, count in failures.items()],
        )
    if out is not None:
        report.lines(f"Wrote {out}.", whole=True)


@contextmanager
def progress(quiet: bool, stream: TextIO) -> Iterator[Callable[[int, int], None]]:
    """Give a callable that shows progress: a bar on a terminal, lines elsewhere."""
    if quiet:
        yield lambda done, total: None
    elif stream.isatty():
        with report.progress(False) as advance:
            yield lambda done, total: advance("cells", done, total)
    else:
        yield Lines(stream)
