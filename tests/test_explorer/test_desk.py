"""The desk: answers are kept, older turns give way, what is too large is refused."""

import threading

import pytest

import games
from solver.explorer import desk as desks
from solver.explorer.desk import Desk, Superseded
from solver.explorer.questions import QUESTIONS, Question

ATHENS = {"classic-athens": games.load("classic-athens")}


def test_an_answer_is_worked_out_once() -> None:
    desk = Desk(ATHENS)
    first = desk.answer("point", {"threat": "0.30", "client": "a", "turn": "1"})
    assert desk.answer("point", {"threat": "0.3", "client": "b", "turn": "9"}) is first
    assert desk.answer("bands", {"threat": "0.1"}) is desk.answer("bands", {"threat": "0.9"})


def test_answers_are_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(QUESTIONS, "meta", QUESTIONS["meta"]._replace(kept=2))
    desk = Desk(ATHENS)
    first = desk.answer("meta", {"threat": "0.1"})
    for threat in ("0.2", "0.3"):
        desk.answer("meta", {"threat": threat})
    again = desk.answer("meta", {"threat": "0.1"})
    assert again == first
    assert again is not first


def test_an_older_turn_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(ATHENS)
    desk.answer("meta", {"client": "a", "turn": "5"})
    with pytest.raises(Superseded):
        desk.answer("point", {"client": "a", "turn": "4"})
    # another client's turns are its own
    assert desk.answer("point", {"client": "b", "turn": "4"})["form"]
    assert desk.answer("point", {"client": "a", "turn": "5"})["form"]


def test_long_work_ends_when_something_newer_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(ATHENS)
    begun, steps = threading.Event(), []

    def endless(room, asked, query, heed):
        begun.set()
        while True:
            steps.append(1)
            heed()

    monkeypatch.setitem(QUESTIONS, "endless", Question(endless, is_long=True))
    ended: list[BaseException] = []

    def work() -> None:
        try:
            desk.answer("endless", {"client": "a", "turn": "1"})
        except Superseded as error:
            ended.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(30)
    desk.answer("meta", {"client": "a", "turn": "2"})
    thread.join(30)
    assert not thread.is_alive()
    assert len(ended) == 1
    # and the next long question is not kept waiting
    assert desk.answer("regrets", {"client": "a", "turn": "2"})["regrets"]


def test_a_closed_desk_ends_all_work() -> None:
    desk = Desk(ATHENS)
    assert desk.answer("point", {})["form"]
    desk.close()
    for what in ("point", "bands"):
        with pytest.raises(Superseded):
            desk.answer(what, {"threat": "0.2", "client": "a", "turn": "9"})


@pytest.mark.long
def test_real_long_work_heeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each long question looks up whether it is still waited for; a sweep's cells go in one go."""
    for what, question in QUESTIONS.items():
        if not question.is_long:
            continue
        room, looks = Desk(ATHENS).room, []
        asked = desks.read(room.theatres, {})
        question.ask(room, asked, {}, lambda looks=looks: looks.append(1))
        assert len(looks) >= (1 if what in ("csv", "regrets") else 2), what

        def stop() -> None:
            raise Superseded

        with pytest.raises(Superseded):
            question.ask(Desk(ATHENS).room, asked, {}, stop)


@pytest.mark.parametrize(
    ("what", "query", "message"),
    [
        ("price", {}, "a question must be one of meta, point"),
        ("certify", {"first": "-1"}, "`first` must be a whole number; got '-1'"),
        ("point", {"threat": "2"}, "`threat` must lie in"),
        ("equilibria", {"form": "mixd"}, "did you mean 'mixed'"),
        ("certify", {"form": "mixd"}, "did you mean 'mixed'"),
    ],
)
def test_bad_questions(what: str, query: dict[str, str], message: str) -> None:
    with pytest.raises(games.InvalidGameError, match=message):
        Desk(ATHENS).answer(what, query)


def test_a_turn_that_is_no_number_is_the_first() -> None:
    assert Desk(ATHENS).answer("meta", {"turn": "soon"})["scenario"] == "classic-athens"


def test_too_many_candidates_are_refused() -> None:
    with pytest.raises(games.InvalidGameError, match=r"31 candidates; the explorer takes 11"):
        Desk({"nato-2024": games.load("nato-2024")})
    with pytest.raises(games.InvalidGameError, match="at least one game"):
        Desk({})
