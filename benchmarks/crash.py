"""Kill a study at ten random moments and see that nothing is lost: `python -m benchmarks.crash`.

Parent and worker processes are killed in turn with SIGKILL. After each death of the parent the
store must open and pass sqlite's integrity check, and hold no fewer cells than before. After the
last run it must equal the store of an uninterrupted run, cell for cell and bit for bit.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import games
from solver.studies.grid import study
from solver.studies.grid.store import Store

KILLS = 10
SEED = 1951


def run(store: str, workers: int) -> None:
    """Run, or go on with, the study on a store."""
    study(
        games.load("asia-1951"),
        store=store,
        workers=workers,
        executor="processes",
        threat=np.linspace(0, 1, 41),
        loss_aversion=np.linspace(1, 4, 16),
        cohesion=np.linspace(0.3, 0.9, 31),
    )


def start(store: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "benchmarks.crash", "run", str(store), "2"])


def cells(store: Path) -> int:
    """Return how many cells are in the store, the log of a killed process included."""
    if not store.exists():
        return 0
    with closing(sqlite3.connect(store)) as base:
        (sound,) = base.execute("PRAGMA integrity_check").fetchone()
        if sound != "ok":
            raise SystemExit(f"{store}: {sound}")
        tables = base.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return base.execute("SELECT count(*) FROM cells").fetchone()[0] if tables[0] else 0


def content(store: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(store)) as base:
        return base.execute("SELECT * FROM cells ORDER BY key").fetchall()


def workers_of(parent: int) -> list[int]:
    """Return the worker processes of a process (Linux)."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    lines = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in found}
    return [pid for pid, line in lines.items() if b"spawn_main" in line]


def kill_worker(parent: int) -> bool:
    """Kill one worker of a process; return whether there was one."""
    try:
        victims = workers_of(parent)
        if victims:
            os.kill(random.choice(victims), signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError):  # gone meanwhile
        return False
    return bool(victims)


def main() -> None:
    random.seed(SEED)
    with TemporaryDirectory() as folder:
        whole, torn = Path(folder, "whole.sqlite"), Path(folder, "torn.sqlite")
        begun = time.perf_counter()
        if start(whole).wait():
            raise SystemExit("the uninterrupted run failed")
        length = time.perf_counter() - begun
        print(f"uninterrupted: {cells(whole)} cells in {length:.1f} s")
        kills = before = 0
        process = start(torn)
        while kills < KILLS:
            time.sleep(random.uniform(0.05, 0.5) * length)
            if process.poll() is not None:
                if process.returncode:
                    raise SystemExit(f"a run ended with {process.returncode}")
                compare(whole, torn)
                torn.unlink()
                before = 0
                process = start(torn)
            elif kills % 2:
                kills += kill_worker(process.pid)
                print(f"kill {kills}: a worker")
            else:
                process.kill()
                process.wait()
                kills += 1
                now = cells(torn)
                print(f"kill {kills}: the parent, {now} cells kept")
                if now < before:
                    raise SystemExit(f"{before} cells were kept before, {now} now")
                before = now
                process = start(torn)
        if process.wait():
            raise SystemExit(f"the last run ended with {process.returncode}")
        compare(whole, torn)


def compare(whole: Path, torn: Path) -> None:
    with Store(torn):  # opens and closes as a study does
        pass
    if cells(torn) != cells(whole) or content(torn) != content(whole):
        raise SystemExit("the stores differ")
    print(f"equal to the uninterrupted run, {cells(torn)} cells; integrity check ok")


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        run(sys.argv[2], int(sys.argv[3]))
    else:
        main()
