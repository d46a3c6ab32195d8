"""Measure studies of many cells: `python -m benchmarks.cells` (`--quick` for a tenth of them).

A grid, whose cells share most of the work, and a Sobol design of twelve quantities, whose cells
share none of it. Each measurement is a process of its own, which prints its seconds and its peak of
memory. Speeds are of the whole call, every cell stored.
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
# what the design varies, besides the threat
TWELVE = {
    "threat": (0.05, 0.95),
    "loss_aversion": (1, 3),
    "alpha": (0.6, 1),
    "beta": (0.6, 1),
    "cohesion": (0.3, 0.9),
    "entrapment": (0, 1),
    "entrapment_share": (0, 1),
    "common_reliability": (0.9, 1),
    "projection": (0.5, 2),
    "deployment": (0.1, 0.5),
    "pledge_bilateral": (0.2, 0.6),
    "pledge_multilateral": (0.3, 1),
}


def axes(cells: int, kind: str) -> dict[str, object]:
    """Return axes of about `cells` cells."""
    if kind == "design":
        return {"design": "sobol", "size": 1 << round(np.log2(cells)), **TWELVE}
    cohesions = max(1, round(cells / (100 * 20)))
    return {
        "threat": np.linspace(0, 1, 100),
        "loss_aversion": np.linspace(1, 4, 20),
        "cohesion": np.linspace(0.3, 0.9, cohesions),
    }


def measure(cells: int, workers: int, kind: str, store: str) -> None:
    """Run one study in this process and print what it took."""
    game = games.load("asia-1951")
    study(game, threat=[0.5], cohesion=[0.5, 0.6])  # compiled code is loaded
    begun, used = time.perf_counter(), time.process_time()
    found = study(game, store=store, workers=workers, **axes(cells, kind))
    took, busy = time.perf_counter() - begun, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    failed = found.tally().get("failed", 0)
    facts = {
        "cells": len(found),
        "seconds": took,
        "cpu": busy,
        "peak": peak,
        "failed": failed,
    }
    print(json.dumps(facts))


def row(cells: int, workers: int, kind: str, folder: str) -> dict[str, float]:
    store = Path(folder, f"{kind}-{cells}-{workers}.sqlite")
    command = [
        sys.executable,
        "-m",
        "benchmarks.cells",
        "one",
        str(cells),
        str(workers),
        kind,
        str(store),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    facts: dict[str, float] = json.loads(done.stdout)
    print(
        f"{facts['cells']:7.0f} cells of a {kind}, {workers} thread{'s' * (workers > 1)}:"
        f" {facts['seconds']:6.1f} s, {facts['cells'] / facts['seconds']:6.0f} cells a second;"
        f" {facts['cpu']:5.1f} s of CPU, peak {facts['peak']:.0f} MB;"
        f" store {store.stat().st_size / 1e6:.1f} MB; {facts['failed']:.0f} failed",
        flush=True,
    )
    return facts


def main(sizes: tuple[int, ...]) -> None:
    with TemporaryDirectory() as folder:
        for kind in ("grid", "design"):
            for cells in sizes:
                one, two = (row(cells, workers, kind, folder) for workers in (1, 2))
                print(f"        two threads over one: {one['seconds'] / two['seconds']:.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        measure(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5])
    else:
        main(tuple(size // 10 for size in SIZES) if "--quick" in sys.argv else SIZES)
