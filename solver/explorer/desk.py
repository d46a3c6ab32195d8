"""The desk that hosts ask: one door for every question, with what is worth keeping between them.

A host hands over a word and a query of texts and gets plain values back, ready for JSON. Turning a
dial sends many questions: each names its client and that client's turn, and a question of an older
turn gives way to a newer one (`Superseded`), also in the middle of long work.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from threading import Lock
from typing import Any, NamedTuple

from games import AllianceError, AllianceGame, InvalidGameError
from solver.explorer.asked import MOST_CANDIDATES, read
from solver.explorer.questions import QUESTIONS, Room

Facts = dict[str, Any]


class Superseded(Exception):
    """The client has asked something newer: nobody waits for this answer."""


class Reply(NamedTuple):
    """What a host passes on: an answer, or in one line why there is none.

    Attributes
    ----------
    answer : dict or None
    error : str
        Empty if there is an answer.
    superseded : bool
        Whether the client itself has gone on.
    """

    answer: Facts | None = None
    error: str = ""
    superseded: bool = False


class Desk:
    """Answers what pages ask about some theatres. Threads may share it.

    Parameters
    ----------
    theatres : mapping of str to AllianceGame
        The first is shown first.
    embedded : collection of str
        Which of them `games.load` knows by their names.

    Raises
    ------
    InvalidGameError
        If there is no theatre, or one has too many candidates to be searched while somebody waits.

    Examples
    --------
    >>> import games
    >>> desk = Desk({"classic-athens": games.load("classic-athens")})
    >>> seen = desk.answer("point", {"threat": "0.3"})
    >>> seen["form"], seen["equilibria"]["count"]
    ('hub-and-spoke', 1)
    """

    def __init__(
        self, theatres: Mapping[str, AllianceGame], embedded: Collection[str] = ()
    ) -> None:
        if not theatres:
            raise InvalidGameError("`theatres` must hold at least one game; got none")
        for name, game in theatres.items():
            if len(game.candidates) > MOST_CANDIDATES:
                raise InvalidGameError(
                    f"{name} has {len(game.candidates)} candidates; the explorer takes"
                    f" {MOST_CANDIDATES} at most: keep the strongest ones with"
                    f" game.strongest({MOST_CANDIDATES})"
                )
        self.room = Room(dict(theatres), frozenset(embedded))
        self._answers: dict[str, OrderedDict[object, Facts]] = {}
        self._turns: dict[str, int] = {}
        self._lock = Lock()
        # long work, one at a time
        self._busy = Lock()
        self._closed = False

    def answer(self, what: str, query: Mapping[str, str]) -> Facts:
        """Return the answer to one question.

        Parameters
        ----------
        what : str
            One of `solver.explorer.questions.QUESTIONS`.
        query : mapping of str to str
            As `solver.explorer.asked.read` takes it; also `client` and `turn`, and what the
            question itself needs.

        Raises
        ------
        AllianceError
            If there is no such question, or the game cannot be.
        Superseded
            If the client has asked a question of a newer turn.
        """
        if what not in QUESTIONS:
            raise InvalidGameError(
                f"a question must be one of {', '.join(QUESTIONS)}; got {what!r}"
            )
        question = QUESTIONS[what]
        heed = self._heed(query)
        asked = read(self.room.theatres, query)
        if question.is_everywhere:
            asked = asked.everywhere()
        key = (asked.key, tuple(query.get(name, "") for name in question.also))
        answers = self._answers.setdefault(what, OrderedDict())
        with self._lock:
            if key in answers:
                answers.move_to_end(key)
                return answers[key]
        if question.is_long:
            with self._busy:
                heed()
                found = question.ask(self.room, asked, query, heed)
        else:
            found = question.ask(self.room, asked, query, heed)
        with self._lock:
            answers[key] = found
            while len(answers) > question.kept:
                answers.popitem(last=False)
        return found

    def reply(self, what: str, query: Mapping[str, str]) -> Reply:
        """Return the answer to one question or what is wrong with it, for a host to pass on."""
        try:
            return Reply(self.answer(what, query))
        except AllianceError as error:
            return Reply(error=str(error))
        except Superseded:
            return Reply(error="superseded", superseded=True)

    def close(self) -> None:
        """Let all work that still goes on come to its end: nobody waits for any answer."""
        self._closed = True

    def _heed(self, query: Mapping[str, str]) -> Callable[[], None]:
        """Return what raises `Superseded` once the client has gone on to another turn."""
        client, text = query.get("client", ""), query.get("turn", "")
        turn = int(text) if text.isdecimal() else 0
        with self._lock:
            self._turns[client] = max(turn, self._turns.get(client, 0))

        def heed() -> None:
            if self._closed or self._turns[client] > turn:
                raise Superseded

        heed()
        return heed
