"""Measure studies of many cells: `python -m benchmarks.cells` (`--quick` for a tenth of them).

Each measurement is a process of its own, which prints its seconds and its peak of memory. Speeds
are of the whole call, processes started and every cell stored.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import games
from solver.studies.grid import study

SIZES = (10_000, 100_000)


def axes(cells: int) -> dict[str, object]:
    """Return axes of about `cells` cells: threats, loss aversions and cohesions."""
    cohesions = max(1, round(cells / (100 * 20)))
    return {
        "threat": np.linspace(0, 1, 100),
        "loss_aversion": np.linspace(1, 4, 20),
        "cohesion": np.linspace(0.3, 0.9, cohesions),
    }


def measure(cells: int, workers: int, store: str) -> None:
    """Run one study in this process and print what it took."""
    game = games.load("asia-1951")
    study(game, threat=[0.5], workers=1)  # compiled code is loaded
    begun, used = time.perf_counter(), time.process_time()
    found = study(game, store=store, workers=workers, **axes(cells))
    took, busy = time.perf_counter() - begun, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    failed = found.tally().get("failed", 0)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    facts = {
        "cells": len(found),
        "seconds": took,
        "cpu": busy,
        "workers": children.ru_utime + children.ru_stime,
        "peak": peak,
        "failed": failed,
    }
    print(json.dumps(facts))


def row(cells: int, workers: int, folder: str) -> dict[str, float]:
    store = Path(folder, f"{cells}-{workers}.sqlite")
    command = [
        sys.executable,
        "-m",
        "benchmarks.cells",
        "one",
        str(cells),
        str(workers),
        str(store),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    facts: dict[str, float] = json.loads(done.stdout)
    print(
        f"{facts['cells']:7.0f} cells, {workers} worker{'s' * (workers > 1)}:"
        f" {facts['seconds']:6.1f} s, {facts['cells'] / facts['seconds']:6.0f} cells a second;"
        f" this process {facts['cpu']:5.1f} s of CPU, workers {facts['workers']:.1f} s,"
        f" peak {facts['peak']:.0f} MB;"
        f" store {store.stat().st_size / 1e6:.1f} MB; {facts['failed']:.0f} failed",
        flush=True,
    )
    return facts


def main(sizes: tuple[int, ...]) -> None:
    with TemporaryDirectory() as folder:
        for cells in sizes:
            one, two = (row(cells, workers, folder) for workers in (1, 2))
            print(f"        two workers over one: {one['seconds'] / two['seconds']:.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        measure(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    else:
        main(tuple(size // 10 for size in SIZES) if "--quick" in sys.argv else SIZES)
