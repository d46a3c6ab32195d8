"""Decision weights that are kept, so that the same structures are valued again in no time.

Most of the work of valuing structures is in weighing probabilities, and the weights depend on what
ranks outcomes and on the odds alone. A game that differs in its threat, its frame or reference
point, loss aversion, curvature, the price of autonomy or the adversary has the same ones: what is
left is to value its outcomes and to add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from games import AllianceGame, NotApplicableError
from games.arrays import Array
from solver.alliance.columns import are_columns
from solver.alliance.hegemon import Frame, Valuer, cells_at, columns_for, frame_at
from solver.alliance.outcomes import Cells, Listed
from solver.alliance.ranked import Terms, deciding
from solver.alliance.tasks import WORTH_THREADS, Heed, Tasks, chunks_of, in_threads, tasks_of
from solver.alliance.valuing import Weighed, list_tasks, new_chunk, value_weighed, weigh
from solver.prospects.compiled import taste_of
from solver.stopping import heed

# with more candidates weights take too much memory: those of 11 take about 300 MB, half of it where
# no bloc entraps, and each more candidate four times as much
MOST_CANDIDATES = 11


class KeptWeights:
    """The decision weights of one game, as losses and as gains, of every structure's atoms.

    Parameters
    ----------
    game : AllianceGame
        Of the family `bloc_and_spokes`, without burdens, of up to 11 candidates.
    heed : callable
        Called before each part of the work, here and in `values`; what it raises ends the work.

    Attributes
    ----------
    size : int
        Bytes that are kept.

    Raises
    ------
    NotApplicableError
        If weights of games like this are not kept.

    Examples
    --------
    >>> import games
    >>> game = games.AllianceGame(
    ...     hegemon="Athens", capabilities={"Samos": 0.2, "Chios": 0.2}, threat=0.7)
    >>> kept = KeptWeights(game)
    >>> kept.suits(game.at(0.4)), kept.suits(game.with_parameters(cohesion=0.5))
    (True, False)
    >>> kept.values([game, game.at(0.4)]).shape
    (2, 5)
    """

    def __init__(self, game: AllianceGame, heed: Heed = heed) -> None:
        if not self.covers(game):
            raise NotApplicableError(
                "decision weights are kept of games in the family 'bloc_and_spokes', without"
                f" burdens, of up to {MOST_CANDIDATES} candidates, with the library's own"
                f" preferences; got {len(game.candidates)} candidates in the family"
                f" '{game.family}', burden sharing '{game.burden_sharing}'"
            )
        valuer = Valuer(game)
        self._grid, self._ranked = valuer.grid, valuer.ranked
        self._decided = _decided(game)
        tasks = tasks_of(self._grid, 1)
        chunks = chunks_of(tasks)
        found: dict[int, Part] = {}

        def keep(place: int) -> None:
            found[place] = self._part(tasks, *chunks[place])

        in_threads(keep, range(len(chunks)), self._grid.size >= WORTH_THREADS, heed)
        self._parts = [found[place] for place in range(len(chunks))]
        self.size = sum(part.size for part in self._parts)

    @staticmethod
    def covers(game: AllianceGame) -> bool:
        """Return whether the weights of games like this are kept."""
        return len(game.candidates) <= MOST_CANDIDATES and are_columns(game)

    def suits(self, game: AllianceGame) -> bool:
        """Return whether the decision weights of `game` are the ones that are kept."""
        return self.covers(game) and _decided(game) == self._decided

    def values(self, games: Sequence[AllianceGame], heed: Heed = heed) -> Array:
        """Return the hegemon's value of every structure in games that suit.

        To the bit what `Valuer` returns.

        Parameters
        ----------
        games : sequence of AllianceGame
            Those that stand together and differ in no more than their threat, reference point and
            taste share a part of the work.
        heed : callable
            Called before each part of the work; what it raises ends the work.

        Returns
        -------
        ndarray, shape (len(games), structures)

        Raises
        ------
        NotApplicableError
            If one of the games has other decision weights.
        """
        if not all(map(self.suits, games)):
            raise NotApplicableError(
                "the weights that are kept are another game's; solver.solve takes any game"
            )
        values = np.empty((len(games), self._grid.size))
        column = np.arange(self._grid.size)
        groups = list(_groups(games))

        def run(part: Part) -> None:
            for first, last, terms, cells in groups:
                value_weighed(terms, cells, *part, last - first, column, values[first:last])

        in_threads(run, self._parts, self._grid.size >= WORTH_THREADS, heed)
        return values

    def _part(self, tasks: Tasks, first: int, last: int) -> Part:
        """Return what is kept of the tasks from `first` to before `last`."""
        grid, ranked = self._grid, self._ranked
        chunk = new_chunk(ranked, tasks, first, last)
        filled = list_tasks(
            ranked, NO_LEVELS, grid.blocs, grid.spoke_masks, tasks, first, last, chunk
        )
        weighed = weigh(ranked, slice(0, 1), chunk, filled)
        return Part(
            Listed(chunk.listed.tasks, chunk.listed.brought[: filled.rows].copy()),
            # the first columns are what is read of a structure whose atoms are weighed
            weighed._replace(
                structures=weighed.structures[:, :3].copy(),
                atoms=weighed.atoms.copy(),
                loss=weighed.loss.copy(),
                gain=weighed.gain.copy(),
            ),
        )


class Part(NamedTuple):
    """What is kept of some tasks.

    Attributes
    ----------
    listed : Listed
    weighed : Weighed
    """

    listed: Listed
    weighed: Weighed

    @property
    def size(self) -> int:
        """Bytes of all arrays."""
        return sum(part.nbytes for part in (*self.listed, *self.weighed))


# an atom may be a gain at some level to come, and a loss at another
NO_LEVELS = cells_at(Frame(np.empty(0), np.empty(0)), [])


def _decided(game: AllianceGame) -> bytes:
    """Return what decides the decision weights of a game, as bytes; their number tells n."""
    own = deciding(columns_for(game))
    return b"".join(part.tobytes() for part in (*own[:-2], *own.gains, *own.losses))


def _groups(games: Sequence[AllianceGame]) -> Iterator[tuple[int, int, Terms, Cells]]:
    """Yield games that share all but their levels: the first, the first after, both sides."""
    first = 0
    for terms, some in groupby(games, _terms):
        group = list(some)
        tastes = [taste_of(game.preference) for game in group]
        cells = cells_at(frame_at(group), tastes)
        yield first, first + len(group), Terms(*np.array([terms]).T), cells
        first += len(group)


def _terms(game: AllianceGame) -> tuple[float, ...]:
    return tuple(getattr(game.parameters, name) for name in Terms._fields)
