"""Compare with nashpy, quantecon and Gambit: `python -m benchmarks.nash_peers`.

Prints markdown tables: equilibria of random two-player games, and pure equilibria of random games
of two actions a player. Everything is measured in one process on the same games, as the best of
several runs. Each peer is tried in a process of its own first: what takes longer than the limit is
left out, and larger games with it; nothing is extrapolated. Ratios are what to compare.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import multiprocessing
import platform
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from games import NormalForm
from solver.finite import pure_nash, two_player_nash

ACTIONS = (5, 8, 12)
PLAYERS = (8, 12, 16, 18, 20)
LIMIT_MIXED, LIMIT_PURE = 60.0, 120.0
# what takes longer is measured once, in seconds
SLOW = 2.0
NEAR = 1e-6

Answer = list[Any]
Work = Callable[[], Answer]


@dataclass(frozen=True)
class Peer:
    """Another program's way to the same answer.

    Attributes
    ----------
    name : str
    library : str
    prepare : callable
        From the payoffs to the work that is measured; the work returns the equilibria.
    """

    name: str
    library: str
    prepare: Callable[[np.ndarray], Work]


def finishes(work: Work, limit: float) -> bool:
    """Return whether `work` takes less than `limit` seconds, in a process that is then ended."""
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join(limit)
    done = child.exitcode == 0
    child.kill()
    child.join()
    return done


def best(work: Callable[[], object], runs: int = 5) -> float:
    """Return the shortest time of `work` in seconds after one warm run; slow work runs once more.

    The warm run may compile, ours and quantecon's alike.
    """
    start = time.perf_counter()
    work()
    times = []
    for _ in range(1 if time.perf_counter() - start > SLOW else runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def shared(mine: Answer, theirs: Answer) -> int:
    """Return how many of our equilibria are among theirs."""
    flat = [np.concatenate([np.asarray(own, dtype=float) for own in one]) for one in theirs]
    return sum(
        any(np.abs(np.concatenate(one) - other).max() < NEAR for other in flat) for one in mine
    )


def in_gambit(payoffs: np.ndarray) -> Any:
    """Build a Gambit game from .nfg text, the fastest way there is in 17.0.0b2."""
    import pygambit

    n, shape = len(payoffs), payoffs.shape[1:]
    names = " ".join(f'"{place + 1}"' for place in range(n))
    # profiles with the first player's action fastest, all players' payoffs of each
    numbers = payoffs.transpose(*range(n, 0, -1), 0).ravel().tolist()
    text = f'NFG 1 R "" {{ {names} }} {{ {" ".join(map(str, shape))} }}\n\n'
    return pygambit.read_nfg(io.StringIO(text + " ".join(map(repr, numbers))))


def in_quantecon(payoffs: np.ndarray) -> Any:
    """Build a quantecon game; its players have their own actions first."""
    from quantecon.game_theory import NormalFormGame, Player

    n = len(payoffs)
    return NormalFormGame(
        [Player(own.transpose(*range(i, n), *range(i))) for i, own in enumerate(payoffs)]
    )


def from_gambit(found: Any, shape: Sequence[int]) -> Answer:
    """Return Gambit's profiles as lists of probabilities."""
    return [
        [[float(one[str(i + 1)][str(j + 1)]) for j in range(m)] for i, m in enumerate(shape)]
        for one in found.equilibria
    ]


def nashpy_vertices(payoffs: np.ndarray) -> Work:
    import nashpy

    game = nashpy.Game(*payoffs)
    return lambda: list(game.vertex_enumeration())


def quantecon_vertices(payoffs: np.ndarray) -> Work:
    from quantecon.game_theory import vertex_enumeration

    game = in_quantecon(payoffs)
    return lambda: vertex_enumeration(game)


def gambit_mixed(rational: bool) -> Callable[[np.ndarray], Work]:
    def prepare(payoffs: np.ndarray) -> Work:
        import pygambit

        game = in_gambit(payoffs)
        return lambda: from_gambit(
            pygambit.nash.enummixed_solve(game, rational=rational), payoffs.shape[1:]
        )

    return prepare


def gambit_pure(payoffs: np.ndarray) -> Work:
    def work() -> Answer:
        import pygambit

        found = from_gambit(pygambit.nash.enumpure_solve(in_gambit(payoffs)), payoffs.shape[1:])
        return [tuple(own.index(1.0) for own in one) for one in found]

    return work


def quantecon_pure(payoffs: np.ndarray) -> Work:
    from quantecon.game_theory import pure_nash_brute

    return lambda: pure_nash_brute(in_quantecon(payoffs))


MIXED = (
    Peer("nashpy `vertex_enumeration`", "nashpy", nashpy_vertices),
    Peer("quantecon `vertex_enumeration`", "quantecon", quantecon_vertices),
    Peer("Gambit `enummixed_solve`, floats", "pygambit", gambit_mixed(False)),
    Peer("Gambit `enummixed_solve`, rationals", "pygambit", gambit_mixed(True)),
)
PURE = (
    Peer("Gambit, .nfg and `enumpure_solve`", "pygambit", gambit_pure),
    Peer("quantecon `pure_nash_brute`", "quantecon", quantecon_pure),
)


def installed(peers: Sequence[Peer]) -> list[Peer]:
    """Return the peers that are there; say which are not."""
    there = [peer for peer in peers if importlib.util.find_spec(peer.library)]
    for peer in peers:
        if peer not in there:
            print(f"{peer.name}: skipped, `{peer.library}` is not installed\n")
    return there


class Runs:
    """Measures peers, each until a game takes it longer than the limit."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.slow: set[str] = set()

    def cell(
        self,
        peer: Peer,
        payoffs: np.ndarray,
        own: float,
        agreement: Callable[[Answer], str],
    ) -> str:
        """Return by how much a peer is slower than `own` seconds, and whether it agrees."""
        if peer.name in self.slow:
            return "-"
        work = peer.prepare(payoffs)
        if not finishes(work, self.limit):
            self.slow.add(peer.name)
            return f"over {self.limit:g} s"
        answer: Answer = []
        seconds = best(lambda: answer.__setitem__(slice(None), work()))
        return f"{seconds / own:.3g} ({seconds:.3g} s; {agreement(answer)})"


def row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def mixed(sizes: Sequence[int], limit: float) -> None:
    """Print the table of all equilibria of two-player games."""
    peers, runs = installed(MIXED), Runs(limit)
    print(f"## All equilibria of random two-player games, payoffs uniform, limit {limit:g} s\n")
    print(row("game", "equilibria", "this project, s", "certified, s", *(p.name for p in peers)))
    print(row(*["---"] * (4 + len(peers))))
    for m in sizes:
        payoffs = np.random.default_rng(m).random((2, m, m))
        game = NormalForm(payoffs)
        own = best(lambda game=game: two_player_nash.solve(game))
        certified = best(lambda game=game: list(two_player_nash.solve(game).equilibria))
        mine = [one.profile for one in two_player_nash.solve(game).equilibria]

        def agreement(theirs: Answer, mine: Answer = mine) -> str:
            return f"{shared(mine, theirs)} of ours among its {len(theirs)}"

        cells = [runs.cell(peer, payoffs, own, agreement) for peer in peers]
        times = f"{own:.4f}", f"{certified:.4f}"
        print(row(f"{m} x {m}", len(mine), *times, *cells), flush=True)
    print()


def pure(sizes: Sequence[int], limit: float) -> None:
    """Print the table of pure equilibria of games of two actions a player."""
    peers, runs = installed(PURE), Runs(limit)
    print(f"## Pure equilibria, two actions a player, payoffs uniform, limit {limit:g} s\n")
    print(
        row(
            *("players", "payoffs, MB", "equilibria", "copy, s", "this project / copy"),
            *("constant payoffs / copy", "built and solved, s", "one certified, s"),
            *(peer.name for peer in peers),
        )
    )
    print(row(*["---"] * (8 + len(peers))))
    for n in sizes:
        payoffs = np.random.default_rng(n).random((n, *(2,) * n))
        copy = best(lambda payoffs=payoffs: np.copy(payoffs))
        game = NormalForm(payoffs)
        own = best(lambda game=game: pure_nash.solve(game))
        mine = list(pure_nash.profiles(game))
        built = best(lambda payoffs=payoffs: pure_nash.solve(NormalForm(payoffs)))
        constant = NormalForm(np.zeros_like(payoffs))
        same = best(lambda constant=constant: pure_nash.solve(constant))
        found = pure_nash.solve(constant).equilibria
        unread = iter(range(len(found)))  # what was read once is kept
        read = best(lambda found=found, unread=unread: found[next(unread)])

        def agreement(theirs: Answer, mine: Answer = mine) -> str:
            return "same answer" if sorted(theirs) == mine else "ANOTHER ANSWER"

        cells = [runs.cell(peer, payoffs, built, agreement) for peer in peers]
        ratios = f"{own / copy:.2f}", f"{same / copy:.2f}"
        sizes_and_times = n, f"{payoffs.nbytes / 1e6:.3g}", len(mine), f"{copy:.2g}"
        print(row(*sizes_and_times, *ratios, f"{built:.2g}", f"{read:.2g}", *cells), flush=True)
    print()


def main() -> None:
    """Measure what the arguments ask for."""
    warnings.simplefilter("ignore")  # of peers, on degenerate games and old numpy
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--actions", type=int, nargs="*", default=ACTIONS)
    parser.add_argument("--players", type=int, nargs="*", default=PLAYERS)
    parser.add_argument("--limit-mixed", type=float, default=LIMIT_MIXED, help="seconds")
    parser.add_argument("--limit-pure", type=float, default=LIMIT_PURE, help="seconds")
    chosen = parser.parse_args()
    peers = [name for name in ("nashpy", "quantecon", "pygambit") if importlib.util.find_spec(name)]
    versions = ", ".join(f"{name} {version(name)}" for name in peers)
    print(f"Python {platform.python_version()}, {platform.machine()}; {versions or 'no peers'}.\n")
    print(
        "Peers: times theirs / ours (their time; agreement). '-': a smaller game took too long.\n"
    )
    mixed(chosen.actions, chosen.limit_mixed)
    pure(chosen.players, chosen.limit_pure)


if __name__ == "__main__":
    main()
