"""Time the explorer in a browser: `PYTHONPATH=tests/oracles python -m benchmarks.explorer`.

A turn is timed from the input event to the first frame painted after the page has drawn that
setting. Needs Debian's chromium and the extra `long`.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import browsing

COMMAND = Path(sys.executable).with_name("alliance")
# theatre, dial, first value, step, turns, and the most that 95 % of them may take, in milliseconds
TURNS = (
    ("classic-athens", "threat", 0.2, 0.01, 60, 100),
    ("southeast-asia-1954", "threat", 0.2, 0.01, 60, 100),
    ("europe-1949", "threat", 0.2, 0.01, 60, 100),
    ("southeast-asia-1954", "loss_aversion", 1.2, 0.05, 25, 150),
    ("southeast-asia-1954", "cohesion", 0.3, 0.01, 25, 150),
    ("europe-1949", "loss_aversion", 1.2, 0.05, 25, 300),
    ("europe-1949", "cohesion", 0.3, 0.01, 10, None),
)
RUNS = 5


def turned() -> list[dict[str, Any]]:
    """Return a row for each kind of turn."""
    rows = []
    names = dict.fromkeys(name for name, *_ in TURNS)
    with browsing.serving(list(names)) as (address, _), browsing.browsing() as browser:
        for scenario, dial, first, step, turns, most in TURNS:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            begun = time.perf_counter()
            page.goto(f"{address}?scenario={scenario}")
            browsing.settle(page)
            settled = time.perf_counter() - begun
            values = [round(first + step * turn, 4) for turn in range(turns)]
            times = browsing.turn_times(page, dial, values)
            rows.append(
                {
                    "theatre": scenario,
                    "dial": dial.replace("_", " "),
                    "turns": turns,
                    "median, ms": round(statistics.median(times)),
                    "p95, ms": round(browsing.p95(times)),
                    "at most": most or "",
                    "all of the page, s": round(settled, 1),
                }
            )
            page.close()
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}?scenario=southeast-asia-1954")
        browsing.settle(page)
        burst = [round(1 + 0.05 * turn, 2) for turn in range(1, 31)]
        after = browsing.burst_time(page, "loss_aversion", burst)
        rows.append(
            {
                "theatre": "southeast-asia-1954",
                "dial": "loss aversion, 30 turns at once: the last is drawn after",
                "turns": 30,
                "median, ms": round(after),
                "p95, ms": "",
                "at most": 2000,
                "all of the page, s": "",
            }
        )
    return rows


def opened() -> float:
    """Return the median time from the command to its page, in seconds."""
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        process = subprocess.Popen(
            [COMMAND, "explore", "europe-1949", "--no-browser", "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None
        for path in ("", "explorer.js", "explorer.css", "api/meta"):
            with urllib.request.urlopen(found[0] + path, timeout=60) as answer:
                answer.read()
        times.append(time.perf_counter() - begun)
        process.terminate()
        process.wait(60)
    return statistics.median(times)


def main() -> None:
    print(f"From the command to the page with its dials: {opened():.2f} s\n")
    rows = turned()
    print("|", " | ".join(rows[0]), "|")
    print("|", " | ".join("---" for _ in rows[0]), "|")
    for row in rows:
        print("|", " | ".join(map(str, row.values())), "|")


if __name__ == "__main__":
    main()
