"""Where cells are solved: whatever runs them, and whoever dies, the outcomes are the same."""

import os
import pickle
import signal
import subprocess
import sys
import threading
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor

import pandas as pd
import pytest
from known_games import ATHENS

from games import AllianceError, InvalidGameError
from solver.studies.grid import Stopped, crew, run, solving, study
from solver.studies.grid.crew import TRIES, Crew, Work, cores, settle
from solver.studies.grid.variation import Portion

AXES = {"threat": [0.1, 0.4, 0.7], "cohesion": [0.4, 0.6], "loss_aversion": [1.5, 2.25]}


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    monkeypatch.setattr(solving, "CELLS", 2)


@pytest.fixture(scope="module")
def expected():
    return study(ATHENS, **AXES).to_dataframe()


class Scripted(Executor):
    """An executor that does what a script says for each batch sent: None to solve it."""

    def __init__(self, script=(), refuses=()):
        self.script, self.refuses = list(script), list(refuses)
        self.sent, self.open, self.most = [], [], 0

    def submit(self, function, *arguments):
        answer = function(*arguments)
        self.sent.append([key for key, _ in answer])
        if self.refuses and self.refuses.pop(0):
            raise BrokenExecutor("refused")
        future = Future()
        error = self.script.pop(0) if self.script else None
        if error is None:
            future.set_result(answer)
        elif error == "cancelled":
            future.cancel()
            future.set_running_or_notify_cancel()
        else:
            future.set_exception(error)
        return future


def assert_same(found, expected):
    pd.testing.assert_frame_equal(found.to_dataframe(), expected, check_exact=True)


def test_threads(expected):
    with ThreadPoolExecutor(3) as pool:
        assert_same(study(ATHENS, executor=pool, workers=3, **AXES), expected)
        assert pool.submit(int).result() == 0  # it is left open


def test_an_executor_that_answers_at_once(expected):
    executor = Scripted()
    assert_same(study(ATHENS, executor=executor, workers=1, **AXES), expected)
    assert len(executor.sent) == 6


def test_batches_are_sent_a_few_ahead():
    class Slow(Scripted):
        def submit(self, function, *arguments):
            future = Future()
            self.open.append((future, function, arguments))
            self.most = max(self.most, len(self.open))
            if len(self.open) == crew.AHEAD:
                for waiting, work, given in self.open:
                    waiting.set_result(work(*given))
                self.open.clear()
            return future

    executor = Slow()
    assert study(ATHENS, executor=executor, workers=1, **AXES).computed == 12
    assert executor.most == crew.AHEAD


@pytest.mark.parametrize("error", [RuntimeError("killed"), "cancelled"])
def test_a_batch_that_is_lost_is_sent_again(error, expected):
    executor = Scripted([None, error])
    assert_same(study(ATHENS, executor=executor, workers=1, **AXES), expected)
    assert len(executor.sent) == 7
    assert executor.sent.count(executor.sent[1]) == 2


def test_a_batch_that_kills_its_workers_fails_alone():
    class Deadly(Scripted):
        deadly = None

        def submit(self, function, *arguments):
            keys = [key for key, _ in function(*arguments)]
            if len(self.sent) == 1:
                self.deadly = keys
            self.script = [RuntimeError("killed") if keys == self.deadly else None]
            return super().submit(function, *arguments)

    executor = Deadly()
    found = study(ATHENS, executor=executor, workers=1, **AXES)
    assert executor.sent.count(executor.deadly) == TRIES
    assert len(executor.sent) == 6 + TRIES - 1
    assert found.errors() == {f"its worker died {TRIES} times (RuntimeError)": 2}


def test_workers_that_never_answer():
    executor = Scripted([RuntimeError("killed")] * 99)
    with pytest.raises(AllianceError, match=r"workers die before they answer \(RuntimeError: kil"):
        study(ATHENS, executor=executor, workers=1, **AXES)


@pytest.mark.parametrize(("refuses", "left"), [((), 6), ((False, False, True), 8)])
def test_a_broken_executor_of_the_caller(refuses, left, tmp_path, expected):
    script = [None, None] if refuses else [None, None, BrokenExecutor("gone")]
    executor = Scripted(script, refuses)
    with pytest.raises(AllianceError, match="the workers of `executor` are gone; what is stored"):
        study(ATHENS, executor=executor, workers=1, store=tmp_path / "s.sqlite", **AXES)
    again = study(ATHENS, store=tmp_path / "s.sqlite", **AXES)
    assert again.computed == left
    assert_same(again, expected)


def test_what_is_no_executor():
    with pytest.raises(InvalidGameError, match="`executor` must be 'threads', 'processes' or a c"):
        study(ATHENS, executor="dask", threat=0.5)


def test_ctrl_c_keeps_what_workers_are_at(tmp_path, monkeypatch):
    def wait(flight, return_when=None):
        if return_when is not None:
            raise KeyboardInterrupt
        return real(flight)

    real = crew.wait
    monkeypatch.setattr(crew, "wait", wait)
    executor = Scripted([None, "cancelled"])
    with pytest.raises(Stopped, match=r"^at least 2 of 12 cells are in"):
        study(ATHENS, executor=executor, workers=1, store=tmp_path / "s.sqlite", **AXES)


@pytest.mark.long
def test_processes_of_our_own_one_of_which_is_killed(expected):
    """The real thing, with one worker that is killed once it has answered."""
    workers = Crew("processes", 1)
    plan = run.plan_of(ATHENS, AXES, concept="subgame_perfect", tolerance=1e-9)

    class Kept:
        def __init__(self):
            self.found = {}

        def known(self, keys, failed_too):
            return set()

        def add(self, entries):
            if not self.found:
                (worker,) = workers._pool._processes
                os.kill(worker, signal.SIGKILL)
            self.found.update(entries)

    store = Kept()
    with open(os.devnull, "wb") as nowhere:
        run._Run(plan, store, nowhere, False, None).all(workers)
    assert sorted(found.value for found in store.found.values()) == sorted(expected.value)
    assert {found.status for found in store.found.values()} == {"solved"}
    assert not any(workers._pool._processes or ())


def test_a_worker_follows_its_parent(monkeypatch):
    left = threading.Event()
    reader, writer = os.pipe()
    monkeypatch.setattr(signal, "signal", lambda *arguments: None)
    monkeypatch.setattr(crew.os, "_exit", lambda code: left.set())
    settle()  # not a worker: nothing to follow
    parent = type("Parent", (), {"sentinel": reader})()
    monkeypatch.setattr(crew.multiprocessing, "parent_process", lambda: parent)
    settle()
    assert not left.wait(0.05)
    os.close(writer)
    assert left.wait(5)
    os.close(reader)


def test_threads_of_our_own(monkeypatch, expected):
    asked = []
    monkeypatch.setattr(run, "Crew", lambda *given: asked.append(Crew(*given)) or asked[-1])
    for workers in (None, 1, 2, 4):
        assert_same(study(ATHENS, workers=workers, **AXES), expected)
    assert [one.workers for one in asked] == [cores(), 1, 2, 4]
    assert [one._pool is None for one in asked] == [cores() == 1, True, False, False]
    study(ATHENS, threat=0.5)
    assert asked[-1]._pool is None  # one cell
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert cores() == (os.cpu_count() or 1)


@pytest.mark.filterwarnings("ignore")  # of sockets that Dask leaves to the collector
def test_dask(expected):
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 1, "processes": False, "dashboard_address": ":0"}
    with (
        distributed.LocalCluster(**options) as cluster,
        distributed.Client(cluster) as client,
        client.get_executor() as pool,
    ):
        assert_same(study(ATHENS, executor=pool, workers=2, **AXES), expected)


class Closed(Executor):
    def submit(self, *arguments):
        raise OSError("the cluster is gone")


class Other(Executor):
    def submit(self, *arguments):
        return "no future"


def test_executors_that_take_no_work(tmp_path):
    with ThreadPoolExecutor(1) as pool:
        pass
    with pytest.raises(AllianceError, match=r"^`executor` takes no work \(RuntimeError: can"):
        study(ATHENS, executor=pool, **AXES)
    with pytest.raises(AllianceError, match=r"OSError: the cluster is gone\); what is sto"):
        study(ATHENS, executor=Closed(), store=tmp_path / "s.sqlite", **AXES)
    with pytest.raises(InvalidGameError, match=r"must return a concurrent.* got 'no fut"):
        study(ATHENS, executor=Other(), **AXES)


def test_games_that_cannot_travel(monkeypatch):
    monkeypatch.setitem(sys.modules, "cloudpickle", None)

    class Local(type(ATHENS.preference)):
        pass

    taste = Local()
    with pytest.raises(InvalidGameError, match=r"^the game cannot be sent to workers \(.*Local"):
        study(ATHENS.with_preference(taste), executor=Scripted(), threat=[0.2, 0.6])


def test_workers_that_lack_the_package_or_have_another(monkeypatch):
    executor = Scripted([ModuleNotFoundError("No module named 'solver'")] * 9)
    with pytest.raises(AllianceError, match=r"named 'solver'\); install alliance-solver, and"):
        study(ATHENS, executor=executor, workers=1, **AXES)
    plan = run.plan_of(ATHENS, AXES, concept="subgame_perfect", tolerance=1e-9)
    group = next(plan.groups())
    ((_, values),) = group.chunks(100)
    batch = (Portion(group.variation, values, tuple(group.variation.keys(values))),)
    sent = pickle.dumps(Work(batch))
    assert pickle.loads(sent) == solving.solve_batch(batch)
    monkeypatch.setattr(crew, "_version", lambda: "0.0.7")
    with pytest.raises(ImportError, match=r"^a worker has alliance-solver 0\.0\.7, and the caller"):
        pickle.loads(sent)


# Scripts that start processes.


def python(script, folder, *more, **options):
    path = folder / "script.py"
    path.write_text(script)
    return subprocess.Popen(
        [sys.executable, os.fspath(path), *more],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


PLAIN = """
import games
from solver.studies.grid import run, study
print("begun")
try:
    athens, axes = games.load("classic-athens"), {{"threat": [0.2, 0.4, 0.6]}}
    print(len(study(athens, executor={executor!r}, workers=2, **axes)))
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize(
    ("executor", "said"),
    [
        pytest.param("threads", "3", marks=pytest.mark.long),
        ("processes", "InvalidGameError processes run this script once more: it must start them u"),
    ],
)
def test_a_script_without_a_main_guard(executor, said, tmp_path):
    process = python(PLAIN.format(executor=executor), tmp_path)
    found, complaints = process.communicate(timeout=60)
    assert found.startswith(f"begun\n{said}")
    assert complaints == ""


@pytest.mark.long
def test_a_script_whose_guard_is_elsewhere(tmp_path):
    """What only looks like a guard is found out by the processes, which end without a word."""
    process = python("# __main__\n" + PLAIN.format(executor="threads"), tmp_path)
    assert process.communicate(timeout=60) == ("begun\n3\n", "")
    process = python("# __main__\n" + PLAIN.format(executor="processes"), tmp_path)
    found, complaints = process.communicate(timeout=60)
    assert "AllianceError workers die before they answer" in found
    assert "Traceback" not in complaints


GUARDED = """
import games
from solver.studies.grid import study
if __name__ == "__main__":
    print(len(study(games.load("classic-athens"), threat=[0.2, 0.4, 0.6],
                    executor="processes", workers=2)))
"""


@pytest.mark.long
def test_processes_import_nothing_from_the_current_folder(tmp_path):
    (tmp_path / "scripts").mkdir()
    for name in ("multiprocessing", "games", "numpy"):
        (tmp_path / f"{name}.py").write_text("print('taken over')\nraise SystemExit(3)\n")
    path = tmp_path / "scripts" / "script.py"
    path.write_text(GUARDED)
    done = subprocess.run(
        [sys.executable, os.fspath(path)], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert (done.stdout, done.stderr, done.returncode) == ("3\n", "", 0)


TERMINATED = """
import sys
import numpy as np
import games
from solver.studies.grid import study
if __name__ == "__main__":
    def step(done, total):
        print(done, flush=True)
    study(
        games.load("asia-1951"), threat=np.linspace(0, 1, 20_001), loss_aversion=[1, 2, 3],
        store="study.sqlite", progress=step, workers=1)
"""


@pytest.mark.long
def test_a_terminated_study_is_stopped_as_by_ctrl_c(tmp_path):
    (tmp_path / "temporary").mkdir()
    there = {**os.environ, "TMPDIR": os.fspath(tmp_path / "temporary")}
    process = python(TERMINATED, tmp_path, env=there)
    assert int(process.stdout.readline()) > 0
    assert list((tmp_path / "temporary").iterdir())
    process.terminate()
    _, complaints = process.communicate(timeout=60)
    last = complaints.splitlines()[-1]
    assert "cells are in 'study.sqlite'; the same call goes on from there" in last
    assert list((tmp_path / "temporary").iterdir()) == []
    assert process.returncode != 0
