"""What changes between two threat levels, and who gains by it."""

from __future__ import annotations

from dataclasses import dataclass

from games import AllianceGame, AllianceStructure
from solver.solution import Equilibrium


@dataclass(frozen=True)
class Moves:
    """How candidates move from one structure to another.

    Attributes
    ----------
    entered, left : tuple of str
        Candidates that become allies, and that cease to be.
    into_bloc, into_spoke : tuple of str
        Allies whose bilateral treaty gives way to a bloc, and the reverse.
    """

    entered: tuple[str, ...]
    left: tuple[str, ...]
    into_bloc: tuple[str, ...]
    into_spoke: tuple[str, ...]

    def __str__(self) -> str:
        parts = [
            f"{word} {', '.join(names)}"
            for word, names in (
                ("enter", self.entered),
                ("leave", self.left),
                ("spoke to bloc", self.into_bloc),
                ("bloc to spoke", self.into_spoke),
            )
            if names
        ]
        return "; ".join(parts) or "blocs regroup"


@dataclass(frozen=True)
class Change:
    """The change of the preferred structure between two neighbouring threat levels.

    Attributes
    ----------
    below, above : float
        The two levels.
    moves : Moves
        Who moves.
    gains : dict of str to float
        What each player gains at the level `above` by the new structure instead of the old; the
        hegemon's in units of its value function. Empty if one level has no equilibrium.
    """

    below: float
    above: float
    moves: Moves
    gains: dict[str, float]

    def __str__(self) -> str:
        words = str(self.moves) if self.gains else "one level has no equilibrium"
        return f"{self.below:g} to {self.above:g}: {words}"


def moves(old: AllianceStructure, new: AllianceStructure) -> Moves:
    """Return how candidates move from `old` to `new`."""
    kept = set(old.allies) & set(new.allies)
    return Moves(
        entered=_sorted(set(new.allies) - kept),
        left=_sorted(set(old.allies) - kept),
        into_bloc=_sorted(kept & set(old.spokes) - set(new.spokes)),
        into_spoke=_sorted(kept & set(new.spokes) - set(old.spokes)),
    )


def change(
    game: AllianceGame,
    below: float,
    above: float,
    before: Equilibrium | None,
    after: Equilibrium | None,
) -> Change:
    """Return the change from the equilibrium `before` at `below` to `after` at `above`."""
    empty = AllianceStructure(game.hegemon)
    old = before.structure if before else empty
    new = after.structure if after else empty
    gains: dict[str, float] = {}
    if before and after:
        stayed = game.at(above).values(old)
        gains = {name: worth - stayed[name] for name, worth in after.values.items()}
    return Change(below, above, moves(old, new), gains)


def _sorted(names: set[str]) -> tuple[str, ...]:
    return tuple(sorted(names))
