"""A browser on the explorer's page: Debian's chromium, driven by playwright, all on one machine."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import games
from games import AllianceGame
from solver.explorer import server
from solver.explorer.desk import Desk

# nothing that looks for the world outside
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-default-apps"),
    "--disable-dev-shm-usage",
]
ROOT = "#alliance-explorer"


def chromium() -> str | None:
    """Return where chromium is, None where there is none."""
    return shutil.which("chromium")


def is_required() -> bool:
    """Return whether a missing browser is a fault: where everything has to run."""
    return os.environ.get("CI") == "true"


@contextmanager
def serving(theatres: Mapping[str, AllianceGame] | Sequence[str]) -> Iterator[tuple[str, Desk]]:
    """Serve theatres in this process; yield the address and the desk."""
    import uvicorn

    if not isinstance(theatres, Mapping):
        theatres = {name: games.load(name) for name in theatres}
    desk, bound = Desk(theatres, theatres), server.listening(0)
    config = uvicorn.Config(server.app(desk), log_level="warning", lifespan="off")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/", desk
    finally:
        running.should_exit = True
        thread.join(30)
        bound.close()


@contextmanager
def browsing() -> Iterator[Any]:
    """Start the browser and yield it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def settle(page: Any, timeout: float = 180_000) -> None:
    """Wait until all that a setting asks for has come: bands, critical threats, certificates."""
    page.wait_for_selector(f"{ROOT}[data-settled]", timeout=timeout)


# Turn a dial to each value in turn, each once the one before is drawn and painted.
TURN = """
async ([name, values]) => {
  const root = document.querySelector("#alliance-explorer");
  const range = name === "threat" ? document.querySelector("input[type=range][aria-label=Threat]")
    : document.querySelector(`[data-dial="${name}"] input[type=range]`);
  const wanted = (value) => {
    const query = new URLSearchParams(root.dataset.drawn);
    return Number(query.get(name)) === value;
  };
  const times = [];
  for (const value of values) {
    const begun = performance.now();
    range.value = value;
    range.dispatchEvent(new Event("input", { bubbles: true }));
    while (!wanted(value)) {
      await new Promise((done) => setTimeout(done, 1));
      if (performance.now() - begun > 60000) throw new Error(`${name} ${value} was never drawn`);
    }
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
    times.push(performance.now() - begun);
    await new Promise((done) => setTimeout(done, 30));
  }
  return times;
}
"""


def turn_times(page: Any, dial: str, values: Sequence[float]) -> list[float]:
    """Return how many milliseconds each turn of a dial took until it was painted."""
    found: list[float] = page.evaluate(TURN, [dial, list(values)])
    return found


# Turn a dial without waiting for anything; return when the last value is drawn, in milliseconds.
BURST = """
async ([name, values]) => {
  const root = document.querySelector("#alliance-explorer");
  const range = document.querySelector(`[data-dial="${name}"] input[type=range]`);
  for (const value of values) {
    range.value = value;
    range.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => setTimeout(done, 8));
  }
  const begun = performance.now(), last = values.at(-1);
  while (Number(new URLSearchParams(root.dataset.drawn).get(name)) !== last) {
    await new Promise((done) => setTimeout(done, 2));
    if (performance.now() - begun > 60000) throw new Error("the last turn was never drawn");
  }
  return performance.now() - begun;
}
"""


def burst_time(page: Any, dial: str, values: Sequence[float]) -> float:
    """Return how long after the last of many turns it was drawn, in milliseconds."""
    found: float = page.evaluate(BURST, [dial, list(values)])
    return found


def p95(times: Sequence[float]) -> float:
    """Return the time that 95 % of the turns stay below."""
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)]
