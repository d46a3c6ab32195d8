"""Solve batches of cells: what a worker does, in whatever process it runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from games import AllianceGame, Preference
from games.families import count
from solver.grid.canonical import Level
from solver.grid.levels import solve_levels
from solver.grid.outcome import Outcome, failed, of_solution
from solver.grid.sides import Sides
from solver.solving import solve

CELLS = 1024
# structures times cells in one batch: what their arrays take, and how long a batch lasts
VALUES = 2**24
# cells in a batch whose structures are solved one by one
ONE_BY_ONE = 8

Entry = tuple[bytes, Outcome]


class Question(NamedTuple):
    """One cell to solve: its key, and what it does not share with its part of the batch."""

    key: bytes
    preference: Preference
    level: Level


class Part(NamedTuple):
    """Cells that share a game but for preference, threat, frame and reference, and a concept."""

    game: AllianceGame
    concept: str
    tolerance: float
    questions: tuple[Question, ...]


class Batch(NamedTuple):
    """What is sent to a worker and comes back together."""

    parts: tuple[Part, ...]

    @property
    def keys(self) -> list[bytes]:
        """The keys of its cells."""
        return [question.key for part in self.parts for question in part.questions]


def is_shared(game: AllianceGame) -> bool:
    """Return whether cells of `game` are solved together: one bloc at most, no burdens."""
    return game.family == "bloc_and_spokes" and game.burden_sharing == "none"


def most_cells(game: AllianceGame) -> int:
    """Return how many cells of `game` a batch should hold."""
    if not is_shared(game):
        return ONE_BY_ONE
    return max(1, min(CELLS, VALUES // count(len(game.candidates))))


def solve_batch(batch: Batch) -> list[Entry]:
    """Return the outcome of each cell of a batch, by its key, in any order.

    No error of a cell comes out: it is the outcome of that cell.
    """
    return [entry for part in batch.parts for entry in _solve_part(part)]


def _solve_part(part: Part) -> Iterator[Entry]:
    tastes: dict[Preference, list[Question]] = {}
    for question in part.questions:
        tastes.setdefault(question.preference, []).append(question)
    sides = Sides.of(part.game) if is_shared(part.game) else None
    for taste, questions in tastes.items():
        game = part.game.with_preference(taste)
        yield from _solve_taste(game, part, sides, questions)


def _solve_taste(
    game: AllianceGame, part: Part, sides: Sides | None, questions: Sequence[Question]
) -> Iterator[Entry]:
    if sides is not None:
        levels = [question.level for question in questions]
        try:
            found = solve_levels(game, levels, part.concept, part.tolerance, sides)
        except Exception as error:
            if len(questions) == 1:
                yield questions[0].key, failed(error)
                return
            for question in questions:  # which of them it is
                yield from _solve_taste(game, part, sides, [question])
            return
        for question, outcome in zip(questions, found, strict=True):
            yield question.key, outcome
        return
    for question in questions:
        yield question.key, _alone(game, question.level, part)


def _alone(game: AllianceGame, level: Level, part: Part) -> Outcome:
    try:
        threat, frame, reference = level
        at = replace(game, threat=threat, frame=frame, reference=reference)
        return of_solution(solve(at, part.concept, tolerance=part.tolerance))
    except Exception as error:
        return failed(error)
