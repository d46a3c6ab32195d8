"""Run one study in this process, in processes and on Dask: `python -m benchmarks.dask_workers`.

The tables must be identical to the bit, on a cluster of two processes one of which is killed with
SIGKILL as well. Needs `pip install distributed`.
"""

from __future__ import annotations

import logging
import os
import signal
import time

import numpy as np
import pandas as pd
from distributed import Client, LocalCluster

import games
from solver.studies.grid import study

AXES = {
    "threat": np.linspace(0, 1, 101),
    "loss_aversion": np.linspace(1, 4, 16),
    "cohesion": np.linspace(0.4, 0.8, 5),
}


def frame(**options: object) -> pd.DataFrame:
    begun = time.perf_counter()
    found = study(games.load("asia-1951"), **options, **AXES)  # type: ignore[arg-type]
    print(f"{len(found)} cells, {len(found) / (time.perf_counter() - begun):.0f} a second")
    return found.to_dataframe()


def on_dask(kill: bool) -> pd.DataFrame:
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(**options) as cluster, Client(cluster) as client:
        victim = next(iter(client.run(os.getpid).values()))
        steps: list[int] = []

        def advance(done: int, total: int) -> None:
            steps.append(done)
            if kill and len(steps) == 2:
                os.kill(victim, signal.SIGKILL)
                print(f"killed a worker after {done} cells")

        with client.get_executor() as pool:
            return frame(executor=pool, workers=2, progress=advance)


def main() -> None:
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    serial = frame(workers=1)
    for name, run in {
        "threads": lambda: frame(workers=2),
        "four threads": lambda: frame(workers=4),
        "two processes": lambda: frame(workers=2, executor="processes"),
        "Dask": lambda: on_dask(kill=False),
        "Dask, a worker killed": lambda: on_dask(kill=True),
    }.items():
        print(name)
        pd.testing.assert_frame_equal(run(), serial, check_exact=True)
    print("all tables are identical")


if __name__ == "__main__":
    main()
