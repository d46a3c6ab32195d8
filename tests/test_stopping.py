"""A signal stops long work, also where what it raised was lost."""

import signal
from contextlib import suppress

import pytest

import games
from solver.stopping import heed, stoppable
from solver.studies.grid import Stopped, study


def lose_a_signal() -> None:
    with suppress(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)


def test_a_signal_that_was_lost_is_heeded_until_all_is_left() -> None:
    heed()
    with stoppable() as signals:
        lose_a_signal()
        assert signals == [signal.SIGTERM]
        with pytest.raises(KeyboardInterrupt):
            heed()
    heed()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_study_stops_at_its_next_cells(tmp_path) -> None:
    told = []

    def progress(done: int, total: int) -> None:
        told.append(done)
        if len(told) == 1:
            lose_a_signal()

    game = games.load("classic-athens")
    axes = {"threat": [i / 2000 for i in range(2001)], "cohesion": [0.5, 0.6, 0.7]}
    with pytest.raises(Stopped, match="the same call goes on from there"):
        study(game, store=tmp_path / "a.sqlite", workers=1, progress=progress, **axes)
    assert told[-1] < 6003
    heed()
