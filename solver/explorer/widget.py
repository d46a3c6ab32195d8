"""The explorer in a notebook: the same page, whose questions are messages to the kernel."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from games import AllianceGame, tables
from games.records import as_json
from solver.explorer.asked import read
from solver.explorer.desk import Desk
from solver.explorer.page import part
from solver.explorer.theatres import beginning_with, embedded

# one for the point that is waited for, one for what takes long
WORKERS = 2


def answered(desk: Desk, message: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reply to a message of the page: its number, with an answer or with what is wrong.

    Parameters
    ----------
    message : mapping
        `number`, `what` and `query`.

    Examples
    --------
    >>> import games
    >>> desk = Desk({"classic-athens": games.load("classic-athens")})
    >>> answered(desk, {"number": 3, "what": "point", "query": {"threat": "2"}})
    {'number': 3, 'error': '`threat` must lie in [0, 1]; got 2', 'superseded': False}
    """
    query = {str(name): str(text) for name, text in dict(message["query"]).items()}
    reply = desk.reply(str(message["what"]), query)
    told = {"error": reply.error, "superseded": reply.superseded}
    return {"number": message.get("number")} | (told if reply.error else {"answer": reply.answer})


def explore(game: AllianceGame, name: str = "") -> Any:
    """Return the explorer of a game as a widget: the last line of a cell shows it.

    Parameters
    ----------
    game : AllianceGame
        What is shown first; the embedded theatres can be chosen too.
    name : str
        What the game is called; its scenario's name by default.

    Returns
    -------
    anywidget.AnyWidget
        Its `state` holds what was turned, as texts by name; its `game` is the game as it then is.

    Raises
    ------
    MissingDependencyError
        Without the extra `notebook`.
    """
    tables.need("anywidget", "notebook")
    import anywidget
    import traitlets

    known = embedded()
    called = name or (game.scenario.name if game.scenario else game.title)
    theatres = beginning_with(called, game, known)
    desk = Desk(theatres, [one for one, own in theatres.items() if known.get(one) == own])
    workers = ThreadPoolExecutor(WORKERS, "alliance-explorer")

    class Explorer(anywidget.AnyWidget):
        _esm = part("explorer.js")
        _css = part("explorer.css")
        state = traitlets.Dict().tag(sync=True)

        @property
        def game(self) -> AllianceGame:
            """The game as the dials stand."""
            return read(theatres, self.state).game

    widget = Explorer()

    def reply(message: Mapping[str, Any]) -> None:
        # as text: null for numbers that are none, which messages would refuse
        widget.send({"text": as_json(answered(desk, message))})

    widget.on_msg(lambda _widget, message, _buffers: workers.submit(reply, message))
    return widget
