"""What a sweep with a store was asked is noted there, and drawn again without solving."""

import sqlite3
from contextlib import closing

import solver
from solver.studies.grid import run as running
from solver.studies.grid.store import Store, questions

ATHENS = "classic-athens"
AXES = ("--threat", "0.2,0.8", "--cohesion", "0.4:0.9:3")


def test_the_last_question_is_drawn_and_nothing_is_solved(run, tmp_path, monkeypatch) -> None:
    store, picture = tmp_path / "study.sqlite", tmp_path / "study.svg"
    run("sweep", ATHENS, "--threat", "0.5", "--store", store)
    run("sweep", ATHENS, *AXES, "--store", store)
    assert len(questions(store)) == 2

    def idle(batches):
        assert not list(batches)
        yield from ()

    monkeypatch.setattr(running, "serially", idle)
    monkeypatch.setattr(running, "answers", lambda batches, crew: idle(batches))
    said = run("plot", store, picture)
    assert said.startswith("6 cells over threat (2), cohesion (3).")
    assert f"Wrote {picture}." in said
    drawn = picture.read_text("utf-8")
    assert "<!-- threat (share, 0 to 1) -->" in drawn
    run("plot", store, picture, "--x", "cohesion", "--y", "threat")
    turned = picture.read_text("utf-8")
    assert turned != drawn


def test_a_question_asked_again_is_the_last(tmp_path) -> None:
    path = tmp_path / "study.sqlite"
    with Store(path) as store:
        for text in ("one", "other", "one"):
            store.note(text)
    assert questions(path) == ["other", "one"]


def test_a_store_without_notes_and_what_is_no_store(refuse, tmp_path) -> None:
    plain = tmp_path / "plain.sqlite"
    with Store(plain):
        pass
    assert questions(plain) == []
    assert "nothing is noted" in refuse("plot", plain, tmp_path / "a.png")
    assert "must end in one of .png" in refuse("plot", plain, tmp_path / "a.bmp")
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as base:
        base.execute("CREATE TABLE a (b)")
    assert "is another database" in refuse("plot", other, tmp_path / "a.png")
    assert "no.sqlite" in refuse("plot", tmp_path / "no.sqlite", tmp_path / "a.png")


def test_what_a_store_lacks_is_solved_first(run, tmp_path) -> None:
    store, picture = tmp_path / "study.sqlite", tmp_path / "study.png"
    run("sweep", ATHENS, *AXES, "--store", store)
    with closing(sqlite3.connect(store)) as base:
        base.execute("DELETE FROM cells")
        base.commit()
    run("plot", store, picture)
    assert len(solver.read_store(store)) == 6
    assert picture.exists()
