"""Compare with the peers that are installed, on the same games: `python -m benchmarks.peers`.

    pip install -e '.[test,peers]'
    python -m benchmarks.peers --limit 30

Each peer is tried in a process of its own first: what takes longer than the limit is left out, and
larger games with it; nothing is extrapolated. Then both programs answer in turn in one process,
after a warm run each, and a ratio is their median time over ours: above 1 where the peer is slower.
Whether answers agree is part of the table. tucoopy's nucleolus is often wrong: its disagreement is
recorded and no oracle; ours is checked by a certificate that neither search has a part in.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import statistics
import time
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks import peer_programs as programs
from benchmarks.peer_programs import Work
from benchmarks.peer_questions import COALITIONS, EQUILIBRIA, NUCLEOLUS, Question, small_worths
from solver.values import nucleolus, nucleolus_certificate

LIMIT = 30.0
RUNS = 7
SMALL_GAMES = 40
# what takes longer, in seconds, is measured once
SLOW = 2.0

HEAD = (
    "| question | peer | size | ours, ms | theirs / ours | answers |",
    "|---|---|---|---|---|---|",
)


def refusal(work: Work, limit: float) -> str:
    """Return why `work` is not measured, or "" if it answers within `limit` seconds.

    It is tried in a process that is then ended.
    """
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join(limit)
    code = child.exitcode
    child.kill()
    child.join()
    if code is None:
        return f"over {limit:g} s"
    return f"no answer: exit {code}" if code else ""


def timed(work: Work) -> tuple[float, Any]:
    """Return how many seconds `work` takes, and its answer."""
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer


def medians(ours: Work, theirs: Work) -> tuple[float, float, Any, Any]:
    """Return the median times of both, run in turn after a warm run each, and the answers."""
    (first, mine), (second, given) = timed(ours), timed(theirs)
    times = [
        (timed(ours)[0], timed(theirs)[0]) for _ in range(1 if max(first, second) > SLOW else RUNS)
    ]
    own, other = (statistics.median(column) for column in zip(*times, strict=True))
    return own, other, mine, given


def size_of(size: Any, unit: str) -> str:
    """Return a size in words: players, or actions."""
    if isinstance(size, int) or unit != "actions":
        return f"{size if isinstance(size, int) else len(size)} {unit}"
    return " x ".join(map(str, size))


def rows(question: Question, limit: float, largest: int | None = None) -> Iterator[str]:
    """Yield the lines of a question: each peer that is installed, each of its first sizes."""
    for peer in question.peers:
        if not programs.is_installed(peer.library):
            continue
        small = question.build(question.tiny)
        question.ours(small)
        peer.prepare(small)()
        for size in question.sizes[:largest]:
            game = question.build(size)
            theirs = peer.prepare(game)
            cells = question.name, peer.name, size_of(size, question.unit)
            if why := refusal(theirs, limit):
                yield f"| {' | '.join(cells)} | | | {why} |"
                break
            own, other, mine, given = medians(lambda game=game: question.ours(game), theirs)
            said = question.agreement(game, mine, given)
            yield f"| {' | '.join(cells)} | {1e3 * own:.3g} | {other / own:.3g} | {said} |"


def nucleolus_rows() -> Iterator[str]:
    """Yield how many nucleoli of small random games the certificate confirms, ours and theirs."""
    made = [small_worths(seed) for seed in range(SMALL_GAMES)]
    right = sum(nucleolus_certificate(game, nucleolus(game)).holds for game in made)
    yield f"| this project | {right} of {SMALL_GAMES} |"
    for peer in NUCLEOLUS:
        if programs.is_installed(peer.library):
            answers = [(game, np.asarray(peer.prepare(game)(), dtype=float)) for game in made]
            right = sum(nucleolus_certificate(game, given).holds for game, given in answers)
            yield f"| {peer.name} | {right} of {SMALL_GAMES} |"


def report(limit: float = LIMIT, largest: int | None = None) -> Iterator[str]:
    """Yield the tables as lines of markdown, each line as soon as it is measured.

    Parameters
    ----------
    limit : float
        Seconds that a peer may take for a game.
    largest : int, optional
        How many sizes of each question are asked, from the smallest; all by default.
    """
    yield (
        f"{programs.versions()}; Python {platform.python_version()}, numpy {np.__version__},"
        f" {platform.machine()}, {os.cpu_count()} cores."
    )
    for title, questions in (("Cooperative games", COALITIONS), ("Equilibria", EQUILIBRIA)):
        yield from ("", f"### {title}", "", *HEAD)
        for question in questions:
            yield from rows(question, limit, largest)
    yield from ("", "### Nucleoli of random games of three to six players", "")
    yield from ("| program | confirmed by the certificate |", "|---|---|")
    yield from nucleolus_rows()


def tables(limit: float = LIMIT, largest: int | None = None) -> list[str]:
    """Return what `report` yields."""
    return list(report(limit, largest))


def main() -> None:
    """Print the tables."""
    warnings.simplefilter("ignore")  # of peers, on degenerate games and old numpy
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds a peer may take")
    parser.add_argument("--largest", type=int, help="ask only so many sizes of each question")
    chosen = parser.parse_args()
    for line in report(chosen.limit, chosen.largest):
        print(line, flush=True)


if __name__ == "__main__":
    main()
