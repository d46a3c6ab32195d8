"""The questions that a page asks, each a plain function: what is asked in, plain values out.

What takes long to import is imported by those that need it: a page opens before anything compiles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from games import AllianceGame, AllianceStructure, InvalidGameError
from games.alliance.structures import from_groups
from solver.explorer import words
from solver.explorer.asked import (
    CONCEPTS,
    PREFERENCES,
    Asked,
    preference_text,
)
from solver.explorer.dials import dials_of
from solver.explorer.seen import curves, groups, point, rows_of, view

if TYPE_CHECKING:
    from solver.alliance.solution import EquilibriumSet, Solution
    from solver.explorer.solving import Solver
    from solver.studies.grid.study import Study

Facts = dict[str, Any]
Query = Mapping[str, str]
Heed = Callable[[], None]
# equilibria that are certified at one asking
CERTIFIED = 5
# rows of forms that are remembered
ROWS = 64


@dataclass
class Room:
    """What all questions share.

    Attributes
    ----------
    theatres : dict of str to AllianceGame
    embedded : frozenset of str
        Which of them `games.load` knows by their names.
    """

    theatres: dict[str, AllianceGame]
    embedded: frozenset[str]
    _preferred: dict[object, list[AllianceStructure | None]] = field(default_factory=dict)

    @cached_property
    def solver(self) -> Solver:
        """What solves their games."""
        from solver.explorer.solving import Solver

        return Solver()

    def preferred(self, asked: Asked, heed: Heed) -> list[AllianceStructure | None]:
        """Return what is preferred at every threat."""
        from solver.explorer.bands import across

        found = self._preferred.get(asked.key)
        if found is None:
            values = partial(self.solver.values, heed=heed, keep=False)
            best = []
            for solution, _ in across(asked.game, asked.concept, values):
                heed()
                best.append(best_of(solution))
            found = self.note(asked, best)
        return found

    def note(
        self, asked: Asked, preferred: list[AllianceStructure | None]
    ) -> list[AllianceStructure | None]:
        """Keep what is preferred at every threat."""
        while len(self._preferred) >= ROWS:
            self._preferred.pop(next(iter(self._preferred)))
        self._preferred[asked.key] = preferred
        return preferred


def meta(room: Room, asked: Asked, query: Query, heed: Heed) -> Facts:
    """Return what a page needs before anything is solved.

    Returns
    -------
    dict
        `theatres`, `concepts` and `preferences` to choose from and which are chosen; `dials`;
        `hegemon` and `candidates` with labels and capabilities; `record`; `state`: what differs
        from the defaults, as an address holds it.
    """
    game, info = asked.game, asked.base.scenario
    state = dict(asked.changes)
    if asked.concept != CONCEPTS[0]:
        state["concept"] = asked.concept
    return {
        "scenario": asked.scenario,
        "title": asked.base.title,
        "summary": info.summary if info else "",
        "notes": list(info.notes) if info else [],
        "caveat": info.caveat if info else "",
        "theatres": [
            {"name": name, "title": one.title, "year": one.scenario.year if one.scenario else None}
            for name, one in room.theatres.items()
        ],
        "concept": asked.concept,
        "concepts": list(CONCEPTS),
        "preference": asked.preference,
        "preferences": list(PREFERENCES),
        "rule": type(game.reference).__name__,
        "reference": game.reference_point,
        "hegemon": {"name": game.hegemon, "label": words.called(game, game.hegemon)},
        "candidates": [
            {
                "name": name,
                "label": words.called(game, name),
                "capability": game.capabilities[name],
            }
            for name in game.candidates
        ],
        "dials": [dial._asdict() for dial in dials_of(game, asked.base)],
        "record": words.record_of(asked.base),
        "curves": curves(game),
        "state": state,
        "rows": [preference_text(game), preference_text(asked.rival().game)],
    }


def see(room: Room, asked: Asked, query: Query, heed: Heed) -> Facts:
    """Return what is seen at one setting: `solver.explorer.seen.point`."""
    return point(room.solver.solution(asked.game, asked.concept)) | {"curves": curves(asked.game)}


def equilibria(room: Room, asked: Asked, query: Query, heed: Heed) -> Facts:
    """Return the best equilibria of one form, and how many there are: of all forms without."""
    solution = room.solver.solution(asked.game, asked.concept)
    found = listed(solution, query)
    return {"form": query.get("form", ""), "count": len(found), "rows": rows_of(solution, found)}


def structure(room: Room, asked: Asked, query: Query, heed: Heed) -> Facts:
    """Return how the players see the structure that a query names, as "UKG+FRN;ITA"."""
    return view(asked.game, structure_of(asked.game, query.get("structure", "")))


def certify(room: Room, asked: Asked, query: Query, heed: Heed) -> Facts:
    """Return the regret of some equilibria, recomputed from the game, from number `first` on.

    They are those of one `form` if the query names one.
    """
    text = query.get("first", "0")
    if not text.isdecimal():
        raise InvalidGameError(f"`first` must be a whole number; got {text!r}")
    first = int(text)
    solution = room.solver.solution(asked.game, asked.concept, rests=True)
    found = listed(solution, query)
    regrets = []
    for place in range(first, min(first + CERTIFIED, len(found))):
        heed()
        regrets.append(found[place].regret)
    return {"first": first, "regrets": regrets, "tolerance": solution.tolerance}


def bands(room: Room, asked: Asked, query: Query, heed: Heed) -> Facts:
    """Return what is seen at every threat: the row of forms, the envelope, all points."""
    from solver.explorer.bands import THREATS, across, band, rows_of

    points, preferred, envelopes = [], [], []
    values = partial(room.solver.values, heed=heed, keep=True)
    for solution, best in across(asked.game, asked.concept, values):
        heed()
        points.append(point(solution))
        preferred.append(best_of(solution))
        envelopes.append(best)
    return {
        "preference": preference_text(asked.game),
        "threats": list(THREATS),
        **band(room.note(asked, preferred)),
        **rows_of(envelopes),
        "levels": points,
        "curves": curves(asked.game),
        "coded": _at_coded(room, asked),
    }


def rival(room: Room, asked: Asked, query: Query, heed: Heed) -> Facts:
    """Return the row of forms under the other preference."""
    other = asked.rival()
    preferred = room.preferred(other, heed)
    from solver.explorer.bands import band

    return {
        "preference": preference_text(other.game),
        **band(preferred),
        "coded": _at_coded(room, other),
    }


def critical(room: Room, asked: Asked, query: Query, heed: Heed) -> Facts:
    """Return the critical threats of both rows."""
    from solver.explorer.bands import located

    rows = []
    for one in (asked, asked.rival()):
        preferred = room.preferred(one, heed)
        heed()
        rows.append(located(one.game, one.concept, preferred, heed))
    return {"rows": rows}


def table(room: Room, asked: Asked, query: Query, heed: Heed) -> Facts:
    """Return the sweep of both preferences over all threats as text with commas."""
    study = swept(asked, heed)
    return {"name": f"{asked.scenario}.csv", "text": study.to_dataframe().to_csv(index=False)}


def regrets(room: Room, asked: Asked, query: Query, heed: Heed) -> Facts:
    """Return the regret of what is preferred at every threat; None where nothing is."""
    found = swept(asked, heed, rival=False).to_dataframe()["regret"].tolist()
    return {"regrets": found}


def swept(asked: Asked, heed: Heed, *, rival: bool = True) -> Study:
    """Return the sweep over all threats, with that under the other preference after it."""
    import solver
    from solver.explorer.bands import THREATS

    rows = (asked, asked.rival()) if rival else (asked,)
    return solver.sweep(
        asked.game,
        threat=THREATS,
        preference={preference_text(one.game): one.game.preference for one in rows},
        concept=asked.concept,
        progress=lambda done, total: heed(),
    )


def toml(room: Room, asked: Asked, query: Query, heed: Heed) -> Facts:
    """Return the game as a scenario file, which `games.load` reads."""
    return {"name": words.file_name(asked), "text": asked.game.to_toml()}


def python(room: Room, asked: Asked, query: Query, heed: Heed) -> Facts:
    """Return lines of Python that give the same answer."""
    text = words.python(asked, embedded=asked.scenario in room.embedded)
    return {"name": f"{asked.scenario}.py", "text": text}


def structure_of(game: AllianceGame, text: str) -> AllianceStructure:
    """Return the structure that a text names: treaties parted by ";", members by "+".

    Examples
    --------
    >>> import games
    >>> print(structure_of(games.load("classic-athens"), "Samos+Chios;Naxos"))
    Athens: bloc {Chios, Samos}; spokes Naxos
    """
    treaties = [group.split("+") for group in text.split(";") if group]
    for name in (name for group in treaties for name in group):
        game.check_candidate(name)
    return from_groups(game.hegemon, treaties)


def listed(solution: Solution, query: Query) -> EquilibriumSet:
    """Return the equilibria of the form that a query names, all if it names none."""
    form = query.get("form", "")
    return solution.equilibria.of(form) if form else solution.equilibria


def best_of(solution: Solution) -> AllianceStructure | None:
    """Return what the hegemon prefers, without its certificate."""
    found = solution.equilibria.structures
    return found[0] if len(found) else None


def _at_coded(room: Room, asked: Asked) -> Facts | None:
    """Return what is preferred at the threat that was coded, None if none was."""
    info = asked.base.scenario
    if info is None:
        return None
    solution = room.solver.solution(asked.game.at(info.threat.value), asked.concept)
    best = best_of(solution)
    return {
        "threat": info.threat.value,
        "form": None if best is None else str(best.form),
        "structure": None if best is None else groups(best),
        "text": None if best is None else str(best),
    }


class Question(NamedTuple):
    """A question.

    Attributes
    ----------
    ask : callable
        Gives the answer.
    is_long : bool
        Whether it waits for others that are long.
    is_everywhere : bool
        Whether the threat does not matter.
    also : tuple of str
        What else of the query matters.
    kept : int
        How many of its answers are remembered: those of whole axes take megabytes.
    """

    ask: Callable[[Room, Asked, Query, Heed], Facts]
    is_long: bool = False
    is_everywhere: bool = False
    also: tuple[str, ...] = ()
    kept: int = 200


QUESTIONS = {
    "meta": Question(meta),
    "point": Question(see),
    "structure": Question(structure, also=("structure",)),
    "equilibria": Question(equilibria, also=("form",)),
    "certify": Question(certify, also=("form", "first")),
    "bands": Question(bands, is_long=True, is_everywhere=True, kept=12),
    "rival": Question(rival, is_long=True, is_everywhere=True),
    "critical": Question(critical, is_long=True, is_everywhere=True),
    "csv": Question(table, is_long=True, is_everywhere=True),
    "regrets": Question(regrets, is_long=True, is_everywhere=True),
    "toml": Question(toml),
    "python": Question(python),
}
