"""What the hegemon prefers at many threats, by the fast route: structures without certificates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from games import AllianceGame, AllianceStructure, ConvergenceError, Form, checks
from games.arrays import Array
from solver.alliance.batch import search_games, structures_of
from solver.alliance.best import best_masks, best_structures, covers
from solver.alliance.concepts.concept import Concept
from solver.alliance.concepts.registry import concept_named
from solver.alliance.lattice import to_structure
from solver.alliance.solve import solutions
from solver.alliance.varied import Varied
from solver.numerics.roots import crossing

Preferred = AllianceStructure | None
FORMS = tuple(Form)
# levels of a game of 6 candidates up to which it costs less to look for the best structure of each
# than to value all; twice as many for each candidate more
FEW = 2
NO_FORM = -1


def preferred_structures(
    game: AllianceGame,
    threats: Sequence[float],
    concept: str = "subgame_perfect",
    *,
    tolerance: float = 0.0,
) -> list[Preferred]:
    """Return the preferred structure of `game` at each threat, None where there is none.

    The hegemon's values are computed for many threats together, so a further one costs a small part
    of the first.

    Parameters
    ----------
    threats : sequence of float, shape (levels,)
    concept : str
        As in `solver.solve`.
    tolerance : float
        As in `solver.solve`, but 0 by default: values that differ by more than rounding are no
        ties, so that a change of form lies where two values cross.

    Examples
    --------
    >>> import games
    >>> athens = games.load("classic-athens")
    >>> [str(found.form) for found in preferred_structures(athens, [0.3, 0.9])]
    ['hub-and-spoke', 'multilateral']
    """
    checks.within("tolerance", tolerance, 0, 1)
    levels = [game.at(float(level)) for level in threats]
    wanted = concept_named(concept)
    if tolerance or not covers(game):
        return _preferred(levels, wanted, tolerance)
    if are_few(game, levels):
        return [_best(level, wanted) for level in levels]
    return _together(levels, wanted)


def _together(levels: Sequence[AllianceGame], concept: Concept) -> list[Preferred]:
    """Return what every concept prefers (docs/model.md, fact 5) at many levels of a game."""
    names = structures_of(levels[0].hegemon, levels[0].candidates)
    preferred: list[Preferred] = []
    for games, solved in search_games(levels, 0.0):
        found = solved.found
        preferred += [
            names(int(found.preferred[place]))
            if found.tied[place] == 1
            else _preferred([game], concept, 0.0)[0]
            for game, place in zip(games, solved.places, strict=True)
        ]
    return preferred


def preferred_games(
    varied: Varied, values: Array, concept: str = "subgame_perfect"
) -> list[Preferred]:
    """Return the preferred structure of games that differ in numbers, None where there is none.

    Parameters
    ----------
    varied : Varied
    values : ndarray, shape (games, names)
        Of games that can be.
    concept : str
        As in `solver.solve`; values that differ by more than rounding are no ties.
    """
    game = varied.game
    if not len(values):
        return []
    if not covers(game):
        return [preferred_at(varied.built(row), concept) for row in values.tolist()]
    return [
        found or preferred_at(varied.built(row), concept)
        for found, row in zip(best_structures(varied, values), values.tolist(), strict=True)
    ]


def are_few(game: AllianceGame, levels: Sequence[object]) -> bool:
    """Return whether to look for the best structure at each level costs less than to value all."""
    most: int = FEW << max(0, len(game.candidates) - 6)
    return len(levels) <= most


def _preferred(
    levels: Sequence[AllianceGame], concept: Concept, tolerance: float
) -> list[Preferred]:
    found = solutions(levels, concept, tolerance)
    return [one.equilibria.structures[0] if one.equilibria else None for one in found]


def _best(level: AllianceGame, concept: Concept) -> Preferred:
    """Return the structure that every concept prefers (docs/model.md, fact 5)."""
    masks = best_masks(level)
    if masks is None:
        return _preferred([level], concept, 0.0)[0]
    return to_structure(level.hegemon, level.candidates, *masks)


def preferred_at(game: AllianceGame, concept: str = "subgame_perfect") -> Preferred:
    """Return the preferred structure of `game` at its own threat."""
    return preferred_structures(game, [game.threat], concept)[0]


def form_of(found: Preferred) -> Form | None:
    """Return the form of a structure, None for none."""
    return found.form if found else None


def code_of(form: Form | None) -> int:
    """Return the place of a form in `FORMS`, -1 for none."""
    return NO_FORM if form is None else FORMS.index(form)


# Where the preferred form changes along a line through the space of a game's figures.

Line = Callable[[float], AllianceGame]
Prefer = Callable[[AllianceGame], Preferred]


@dataclass(frozen=True)
class Switch:
    """A change of the preferred form between two places on a line.

    Attributes
    ----------
    place : float
        The middle of the bracket, in units of the line.
    below, above : AllianceStructure or None
        What is preferred at the two ends of the bracket.
    width : float
        Of the bracket.
    """

    place: float
    below: Preferred
    above: Preferred
    width: float

    @property
    def forms(self) -> tuple[Form | None, Form | None]:
        """The forms at the two ends of the bracket."""
        return form_of(self.below), form_of(self.above)


def switches(
    line: Line,
    ends: tuple[float, float],
    found: tuple[Preferred, Preferred],
    prefer: Prefer,
    accuracy: float,
) -> list[Switch]:
    """Return changes of the preferred form between two places, each in a bracket of `accuracy`.

    1. Where the structures preferred at the ends cross in value is a guess that costs little:
       only two structures are valued. What is preferred on either side of it, half of `accuracy`
       away, confirms it, or gives two new ends.
    2. After a guess that failed, and where the two do not cross, the interval is halved.

    Every change of form between places that were looked at is followed up, so a third form that
    turns up on the way is found with both its ends. A form that lies between two places of equal
    form is not looked for.

    Parameters
    ----------
    line : callable
        Returns the game at a place.
    ends : pair of float
        The places, rising.
    found : pair of AllianceStructure or None
        What is preferred there.
    prefer : callable
        Returns what is preferred in a game.
    accuracy : float
        Above 0, in units of the line.

    Returns
    -------
    list of Switch
        In rising order.
    """
    result: list[Switch] = []
    pending = [(*ends, *found, False)]
    while pending:
        low, high, below, above, halve = pending.pop()
        if form_of(below) == form_of(above):
            continue
        if high - low <= accuracy:
            result.append(Switch((low + high) / 2, below, above, high - low))
            continue
        guess = None if halve else _guess(line, low, high, below, above)
        middle = (low + high) / 2
        places = [middle] if guess is None else [guess - 0.49 * accuracy, guess + 0.49 * accuracy]
        inside = [place for place in places if low < place < high] or [middle]
        points = [(low, below), *((place, prefer(line(place))) for place in inside), (high, above)]
        pending += [
            (before[0], after[0], before[1], after[1], guess is not None)
            for before, after in pairwise(points)
        ]
    result.sort(key=lambda item: item.place)
    return result


def _guess(line: Line, low: float, high: float, below: Preferred, above: Preferred) -> float | None:
    """Return where two structures cross in value, None if they do not."""
    if below is None or above is None:
        return None

    def advantage(place: float) -> float:
        values = line(place).hegemon_values([below, above])
        return float(values[0] - values[1])

    try:
        return crossing(advantage, low, high, accuracy=1e-14)
    except ConvergenceError:
        return None


# At which threats the form is multilateral, quickly.

ACCURACY = 1e-6


def multilateral_spans(
    game: AllianceGame, found: Sequence[tuple[float, Preferred]], accuracy: float = ACCURACY
) -> list[tuple[float, float]]:
    """Return the stretches of threat on which the form is multilateral, in rising order.

    Parameters
    ----------
    found : sequence of (float, AllianceStructure or None)
        Threats, rising, with what is preferred there.
    """
    ends = [found[0][0]] if _multilateral(found[0]) else []
    for low, high in pairwise(found):
        if _multilateral(low) is not _multilateral(high):
            for switch in between(game, low, high, accuracy):
                inside = switch.forms[1] is Form.MULTILATERAL
                if inside is not bool(len(ends) % 2):
                    ends.append(switch.place)
    if len(ends) % 2:
        ends.append(found[-1][0])
    return list(zip(ends[::2], ends[1::2], strict=True))


def look(
    game: AllianceGame, threats: Sequence[float], concept: str = "subgame_perfect"
) -> list[tuple[float, Preferred]]:
    """Return threats with what is preferred at each."""
    return list(zip(threats, preferred_structures(game, threats, concept), strict=True))


def between(
    game: AllianceGame, low: tuple[float, Preferred], high: tuple[float, Preferred], accuracy: float
) -> list[Switch]:
    """Return the changes of form between two threats."""
    return switches(game.at, (low[0], high[0]), (low[1], high[1]), preferred_at, accuracy)


def _multilateral(level: tuple[float, Preferred]) -> bool:
    return form_of(level[1]) is Form.MULTILATERAL
