"""The store of a study: what was found is kept, whatever happens to the process or the disk."""

import copy
import gc
import os
import pickle
import signal
import sqlite3
import struct
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from known_games import ATHENS

from games import InvalidGameError, OutputError
from solver.studies.grid import Stopped, run, solving, study
from solver.studies.grid.keys import MODEL
from solver.studies.grid.store import Store, outcomes
from solver.studies.grid.study import Folder
from solver.studies.outcome import Outcome

AXES = {"threat": [0.1, 0.4, 0.7], "cohesion": [0.4, 0.6], "loss_aversion": [1.5, 2.25]}
# kills itself once some cells are in the store
VICTIM = """
import os, signal, sys
import games
from solver.studies.grid import solving, study
solving.CELLS = 2
def report(done, total):
    if done >= 6:
        os.kill(os.getpid(), signal.SIGKILL)
axes = {"threat": [0.1, 0.4, 0.7], "cohesion": [0.4, 0.6], "loss_aversion": [1.5, 2.25]}
study(games.load("classic-athens"), store=sys.argv[1], workers=1, progress=report, **axes)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "study.sqlite"


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(solving, "CELLS", 2)


def content(path):
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return base.execute("SELECT * FROM cells ORDER BY key").fetchall()


def whole(tmp_path):
    study(ATHENS, store=tmp_path / "whole.sqlite", **AXES)
    return content(tmp_path / "whole.sqlite")


# --- going on


def test_only_what_is_missing_is_solved(path):
    first = study(ATHENS, store=path, **AXES)
    assert (first.computed, len(content(path))) == (12, 12)
    again = study(ATHENS, store=path, **AXES)
    assert (again.computed, len(content(path))) == (0, 12)
    pd.testing.assert_frame_equal(again.to_dataframe(), first.to_dataframe(), check_exact=True)
    wider = study(ATHENS, store=path, **AXES | {"threat": [0.1, 0.3, 0.4, 0.7]})
    assert (wider.computed, len(content(path))) == (4, 16)
    other = study(ATHENS, store=path, concept="nash", **AXES)
    assert (other.computed, len(content(path))) == (12, 28)
    assert os.listdir(path.parent) == [path.name]


def test_progress_counts_what_is_known(path, small_batches):
    study(ATHENS, store=path, **AXES | {"threat": [0.1]})
    seen = []
    study(ATHENS, store=path, progress=lambda *step: seen.append(step), **AXES)
    assert seen[-1] == (12, 12)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert len(seen) > 3


def test_failed_cells_are_solved_again_on_request(path, monkeypatch):
    def broken(*arguments):
        raise MemoryError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(solving, "solve_columns", broken)
        first = study(ATHENS, store=path, **AXES)
    assert first.errors() == {"MemoryError: no room": 12}
    assert study(ATHENS, store=path, **AXES).computed == 0
    again = study(ATHENS, store=path, retry=True, **AXES)
    assert (again.computed, again.errors()) == (12, {})
    assert study(ATHENS, store=path, retry=True, **AXES).computed == 0


def test_cells_without_a_game_are_kept_too(path):
    question = {"preference": ["expected-utility", "prospect-theory"], "loss_aversion": [1.5, 2.0]}
    first = study(ATHENS, store=path, **question)
    assert (first.computed, first.tally()["failed"]) == (4, 2)
    assert study(ATHENS, store=path, **question).computed == 0
    assert study(ATHENS, store=path, retry=True, **question).computed == 2


def test_ctrl_c_keeps_what_is_stored(path, small_batches, tmp_path):
    def interrupt(done, total):
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(
        Stopped, match=r"^at least 4 of 12 cells are in '.*study.sqlite'; the same call"
    ):
        study(ATHENS, store=path, progress=interrupt, **AXES)
    assert len(content(path)) == 4
    with pytest.raises(Stopped, match="nothing is kept, as no `store` was given"):
        study(ATHENS, progress=interrupt, **AXES)
    assert study(ATHENS, store=path, **AXES).computed == 8
    assert content(path) == whole(tmp_path)


@pytest.mark.long
def test_a_killed_process_loses_the_batch_in_flight_at_most(path, tmp_path):
    process = subprocess.run([sys.executable, "-c", VICTIM, str(path)], timeout=60)
    assert process.returncode == -signal.SIGKILL
    kept = content(path)
    assert len(kept) == 6
    assert study(ATHENS, store=path, **AXES).computed == 6
    assert content(path) == whole(tmp_path)
    assert set(kept) < set(content(path))


# --- stores that cannot be used


def test_a_store_at_work_is_refused(path):
    with Store(path):
        for use in (lambda: Store(path), lambda: study(ATHENS, store=path, threat=0.5)):
            with pytest.raises(OutputError, match="another process is at work on this store"):
                use()
        with pytest.raises(OutputError, match=r"cannot read .* another process is at work"):
            next(outcomes(path, iter([[]])))
    assert content(path) == []


def test_a_store_of_another_model_is_refused(path):
    study(ATHENS, store=path, threat=0.5)
    with closing(sqlite3.connect(path)) as base:
        base.execute(f"PRAGMA user_version = {MODEL + 1}")
    before = path.read_bytes()
    with pytest.raises(InvalidGameError, match=f"must be of version {MODEL} .* is of version"):
        study(ATHENS, store=path, threat=0.5)
    with pytest.raises(InvalidGameError, match="version"):
        next(outcomes(path, iter([[]])))
    assert path.read_bytes() == before


def test_other_files_are_refused(path):
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE mine (x)")
    with pytest.raises(InvalidGameError, match="is another database"):
        Store(path)
    path.write_text("not a database, and long enough to be seen as none" * 30)
    with pytest.raises(InvalidGameError, match="is another file"):
        Store(path)
    assert path.read_text().startswith("not a database")


@pytest.mark.parametrize("name", [".", "no/study.sqlite"])
def test_places_where_no_file_can_be(tmp_path, name):
    with pytest.raises(OutputError, match=r"cannot write .* unable to open database file"):
        study(ATHENS, store=tmp_path / name, threat=0.5)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_a_new_store(path):
    path.touch()
    assert study(ATHENS, store=path, threat=0.5).computed == 1


def test_a_read_only_store(path, monkeypatch):
    study(ATHENS, store=path, threat=0.5)
    connect = sqlite3.connect

    def read_only(where, **options):  # as root, who may write anywhere, sees it
        return connect(f"file:{where}?mode=ro", uri=True, **options)

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", read_only)
        with pytest.raises(OutputError, match=r"cannot write .* readonly database"):
            study(ATHENS, store=path, threat=[0.5, 0.6])
    assert len(content(path)) == 1


def test_a_full_disk_loses_nothing(path, small_batches, tmp_path, monkeypatch):
    add = Store.add

    def confined(store, entries):
        (pages,) = store._base.execute("PRAGMA page_count").fetchone()
        store._base.execute(f"PRAGMA max_page_count = {pages}")
        add(store, entries)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "add", confined)
        axes = AXES | {"threat": [place / 20 for place in range(21)]}
        with pytest.raises(OutputError, match=r"cannot write .* database or disk is full"):
            study(ATHENS, store=path, **axes)
    kept = content(path)
    assert 0 < len(kept) < 84
    assert study(ATHENS, store=path, **axes).computed == 84 - len(kept)


def test_a_full_temporary_folder(monkeypatch, path):
    class Full:
        def seek(self, place):
            raise OSError(28, "No space left on device")

    question = run.plan_of(ATHENS, {"threat": [0.5]}, concept="nash", tolerance=0.0)
    with Store(path) as store:
        one = run._Run(question, store, Full(), False, None)
        with pytest.raises(OutputError, match="temporary folder: No space left"):
            one.all(None)
    monkeypatch.setattr("tempfile.tempdir", str(path))
    with pytest.raises(OutputError, match="temporary folder: Not a directory"):
        Folder()


def test_entries_are_added_all_or_none(path):
    def entries():
        yield b"one", Outcome("failed", "reason")
        raise RuntimeError("stopped midway")

    with Store(path) as store:
        with pytest.raises(RuntimeError, match="midway"):
            store.add(entries())
        assert store.known([b"one"], failed_too=True) == set()
        store.add([(b"one", Outcome("failed", "reason"))])
        assert store.known([b"one", b"two"], failed_too=True) == {b"one"}
        assert store.known([b"one", b"two"], failed_too=False) == set()
    assert list(outcomes(path, iter([[b"two", b"one"]]))) == [[None, Outcome("failed", "reason")]]


def test_a_store_that_goes_while_a_study_is_read(path):
    found = study(ATHENS, store=path, threat=0.5)
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("DELETE FROM cells")
    with pytest.raises(OutputError, match="does not hold the cells of this study any more"):
        found.to_dataframe()
    path.unlink()
    with pytest.raises(OutputError, match="cannot read"):
        found.to_dataframe()


def test_temporary_stores_go_with_their_study():
    found = study(ATHENS, threat=0.5)
    folder = Path(found.store).parent
    assert folder.exists()
    del found
    assert not folder.exists()


def test_copies_of_a_study_outlive_it():
    found = study(ATHENS, **AXES)
    table = found.to_dataframe()
    copies = [copy.copy(found), copy.deepcopy(found)]
    packed = pickle.dumps(found)
    assert all(one == found for one in copies)
    del found
    gc.collect()
    for one in (*copies, pickle.loads(packed)):
        assert one.to_dataframe().equals(table)
    assert pickle.loads(packed) == copies[0]
    assert pickle.loads(packed).plan == copies[0].plan
    assert copies[0] != study(ATHENS, threat=0.5)


def test_a_pickled_study_keeps_its_own_store(path):
    found = study(ATHENS, store=path, threat=0.5)
    assert pickle.loads(pickle.dumps(found)).store == path


# --- damage


def flipped(path, key, column):
    """Change one bit of a row's number."""
    with closing(sqlite3.connect(path)) as base:
        (value,) = base.execute(f"SELECT {column} FROM cells WHERE key = ?", (key,)).fetchone()
        (bits,) = struct.unpack("<Q", struct.pack("<d", value))
        (other,) = struct.unpack("<d", struct.pack("<Q", bits ^ 1))
        base.execute(f"UPDATE cells SET {column} = ? WHERE key = ?", (other, key))
        base.commit()


def test_one_flipped_bit_is_noticed_and_solved_anew(path):
    found = study(ATHENS, store=path, **AXES)
    table = found.to_dataframe()
    key = content(path)[0][0]
    flipped(path, key, "value")
    with pytest.raises(OutputError, match="the outcome of a cell is damaged; run the study again"):
        found.to_dataframe()
    again = study(ATHENS, store=path, **AXES)
    assert again.computed == 1
    assert again.to_dataframe().equals(table)


def test_damaged_text_is_noticed(path):
    found = study(ATHENS, store=path, **AXES)
    with closing(sqlite3.connect(path)) as base:
        first = "(SELECT min(key) FROM cells)"
        base.execute(f"UPDATE cells SET form = CAST(x'ff41' AS TEXT) WHERE key = {first}")
        base.commit()
    with pytest.raises(OutputError, match="damaged"):
        found.to_dataframe()
    assert study(ATHENS, store=path, **AXES).computed == 1


@pytest.mark.long
def test_every_flipped_bit_of_a_file_is_noticed(path, tmp_path):
    found = study(ATHENS, store=path, **AXES)
    table = found.to_dataframe()
    whole = path.read_bytes()
    draws = np.random.default_rng(0)
    for place in draws.integers(0, 8 * len(whole), 200).tolist():
        damaged = bytearray(whole)
        damaged[place // 8] ^= 1 << place % 8
        path.write_bytes(bytes(damaged))
        with suppress(OutputError, InvalidGameError):
            assert found.to_dataframe().equals(table)


def test_foreign_files_without_tables_are_refused(path):
    path.write_bytes(b"x")
    with pytest.raises(InvalidGameError, match="must be a store of studies or a new file"):
        study(ATHENS, store=path, threat=0.5)
    assert path.read_bytes() == b"x"
    path.unlink()
    with closing(sqlite3.connect(path)) as base:
        base.execute("PRAGMA user_version = 7")
        base.commit()
    before = path.read_bytes()
    with pytest.raises(InvalidGameError, match="another database"):
        study(ATHENS, store=path, threat=0.5)
    assert path.read_bytes() == before
